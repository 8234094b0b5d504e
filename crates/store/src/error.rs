//! What can go wrong with a statement.

use std::fmt;

/// Why a statement came to nothing.
#[derive(Debug)]
pub enum Error {
    /// A unique index refused the row: its columns, as SQLite names them (`user.name`, `business.name`).
    /// The place that can name the fault turns it into a 409.
    Taken(String),
    /// Anything else: never the caller's fault, and never shown to anybody but the log.
    Failed(String),
}

impl Error {
    /// True if this is the refusal of the unique index over these columns, `user.name` for example.
    pub fn is_taken(&self, columns: &str) -> bool {
        matches!(self, Self::Taken(taken) if taken == columns)
    }

    /// Reads SQLite's message. It is the only thing that arrives of an error (docs/contracts/spin-host.md).
    pub(crate) fn from_sqlite(message: &str) -> Self {
        match message.split_once("UNIQUE constraint failed: ") {
            Some((_, columns)) => {
                Self::Taken(columns.chars().take_while(|c| c.is_alphanumeric() || "_., ".contains(*c)).collect())
            }
            None => Self::Failed(message.to_owned()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(columns) => write!(f, "{columns} is taken"),
            Self::Failed(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn a_unique_index_is_recognised_by_its_columns() {
        let error = Error::from_sqlite("UNIQUE constraint failed: application.name, application.build");
        assert!(error.is_taken("application.name, application.build"));
        assert!(!Error::from_sqlite("UNIQUE constraint failed: user.names").is_taken("user.name"));
        assert!(Error::from_sqlite("UNIQUE constraint failed: user.name: code 2067").is_taken("user.name"));
        assert!(matches!(Error::from_sqlite("no such table: user"), Error::Failed(_)));
    }
}
