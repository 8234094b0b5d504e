//! Filters of lists by a text.

use crate::Value;

/// What a text column must be like (docs/semantics.md, Conventions: filters). Values are literals, and case counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextFilter {
    /// Anything.
    Any,
    /// It contains this.
    Partial(String),
    /// It begins with this.
    Prefix(String),
    /// It is this.
    Strict(String),
}

impl TextFilter {
    /// The condition on a column, over the statement's parameter of that number, which is [`Self::value`].
    pub(crate) fn condition(&self, column: &str, parameter: u8) -> String {
        match self {
            Self::Any => "true".to_owned(),
            Self::Partial(_) => format!("instr({column}, ?{parameter})"),
            Self::Prefix(_) => format!("substr({column}, 1, length(?{parameter})) = ?{parameter}"),
            Self::Strict(_) => format!("{column} = ?{parameter}"),
        }
    }

    /// The parameter of [`Self::condition`].
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Any => Value::Null,
            Self::Partial(text) | Self::Prefix(text) | Self::Strict(text) => Value::Text(text.clone()),
        }
    }
}
