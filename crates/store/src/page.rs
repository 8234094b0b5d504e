//! Pages of lists.

use crate::Value;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Which part of a list is asked for (docs/semantics.md, Conventions: paging).
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// From 1.
    pub page: i64,
    /// Rows of a page; 0 is all.
    pub page_size: i64,
}

impl Paging {
    /// Everything.
    pub const ALL: Self = Self { page: 1, page_size: 0 };

    /// For `LIMIT`: SQLite takes a negative one for none.
    pub fn limit(self) -> Value {
        Value::Integer(if self.page_size == 0 { -1 } else { self.page_size })
    }

    /// For `OFFSET`.
    pub fn offset(self) -> Value {
        Value::Integer((self.page - 1) * self.page_size)
    }
}

/// In which direction a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

impl Order {
    /// As SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Ascending => "ASC",
            Self::Descending => "DESC",
        }
    }
}

/// Rows as the statement made them: a JSON array, or one JSON object, that is answered as it is. The types of their fields are
/// documented where the statement is, and never built in memory.
pub type Rows = Box<RawValue>;

/// A page of rows.
#[derive(Debug, Deserialize)]
pub struct Page<T = Rows> {
    /// The rows of the page.
    pub rows: T,
    /// How many rows there are under the filter, before paging.
    pub total: u64,
}
