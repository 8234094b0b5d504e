//! `q`: Harbor's filters, `key=value` or `key=~part`, separated by commas.

use percent_encoding::percent_decode_str;

use super::refusal::Refusal;

/// The conditions of a `q`; none where there is none.
pub(super) struct Filter(Vec<(String, Condition)>);

enum Condition {
    Exactly(String),
    /// A part, without regard to case.
    Part(String),
}

impl Filter {
    /// Reads it, once decoded already. Values are decoded a second time; ranges and lists this stand-in does not know.
    pub(super) fn parse(q: Option<&str>, known: &[&str]) -> Result<Self, Refusal> {
        let mut conditions = Vec::new();
        for term in q.unwrap_or_default().split(',').filter(|term| !term.is_empty()) {
            let (key, value) =
                term.split_once('=').ok_or_else(|| Refusal::bad_request(format!("invalid query: {term}")))?;
            if !known.contains(&key) || value.starts_with(['[', '{', '(']) {
                return Err(Refusal::not_implemented(&format!("q={term}")));
            }
            let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            let condition = match value.strip_prefix('~') {
                Some(part) => Condition::Part(decoded(part).to_lowercase()),
                None => Condition::Exactly(decoded(value)),
            };
            conditions.push((key.to_owned(), condition));
        }
        Ok(Self(conditions))
    }

    /// Whether what has this value under a key is wanted.
    pub(super) fn allows(&self, key: &str, value: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == key).all(|(_, condition)| match condition {
            Condition::Exactly(text) => value == text,
            Condition::Part(part) => value.to_lowercase().contains(part),
        })
    }

    /// The value that a key must have, if it is asked for exactly.
    pub(super) fn exactly(&self, key: &str) -> Option<&str> {
        self.0.iter().find_map(|(known, condition)| match condition {
            Condition::Exactly(text) if known == key => Some(text.as_str()),
            _ => None,
        })
    }
}
