//! The connection: statements in, JSON out.

use crate::{Error, Value, migration};
use serde::de::DeserializeOwned;

/// The database, with its schema in place. One connection serves an instance for as long as it lives.
pub struct Database(backend::Connection);

impl Database {
    /// Opens the application's database and brings its schema up to date.
    pub async fn open() -> Result<Self, Error> {
        let database = Self(backend::Connection::open().await?);
        migration::migrate(&database).await?;
        Ok(database)
    }

    /// The first row's value, read as JSON; `None` without rows. For statements of one column.
    pub(crate) async fn first<T: DeserializeOwned>(&self, sql: &str, parameters: &[Value]) -> Result<Option<T>, Error> {
        let rows = self.0.query(sql, parameters).await?;
        rows.first().map(|text| read(text)).transpose()
    }

    /// The value of a statement that always answers a row: an aggregate, or an `INSERT … RETURNING` without `ON CONFLICT`.
    pub(crate) async fn one<T: DeserializeOwned>(&self, sql: &str, parameters: &[Value]) -> Result<T, Error> {
        self.first(sql, parameters).await?.ok_or_else(|| Error::Failed("a statement answered no row".to_owned()))
    }

    /// Every row's value, read as JSON. For `RETURNING`; a list is better one value.
    pub(crate) async fn all<T: DeserializeOwned>(&self, sql: &str, parameters: &[Value]) -> Result<Vec<T>, Error> {
        self.0.query(sql, parameters).await?.iter().map(|text| read(text)).collect()
    }

    /// A statement whose rows, if any, do not matter.
    pub(crate) async fn execute(&self, sql: &str, parameters: &[Value]) -> Result<(), Error> {
        self.0.query(sql, parameters).await.map(drop)
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::Failed(format!("a statement's answer is not what was asked for: {error}")))
}

#[cfg(target_family = "wasm")]
mod backend {
    use crate::{Error, Value};
    use spin_sdk::sqlite;

    /// Spin's `default` database.
    pub(super) struct Connection(sqlite::Connection);

    impl Connection {
        pub(super) async fn open() -> Result<Self, Error> {
            let connection = Self(sqlite::Connection::open_default().await.map_err(from_spin)?);
            // Twice the writes per second. Both hold for the connection that all components share, so once each is enough.
            connection.query("PRAGMA journal_mode = WAL", &[]).await?;
            connection.query("PRAGMA synchronous = NORMAL", &[]).await?;
            Ok(connection)
        }

        /// The first column of every row as text. An `Ok` of `execute` alone does not mean that the statement ran.
        pub(super) async fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<String>, Error> {
            let rows = self.0.execute(sql, parameters.iter().cloned()).await.map_err(from_spin)?;
            let rows = rows.collect().await.map_err(from_spin)?;
            Ok(rows.into_iter().map(|row| text(row.values.into_iter().next())).collect())
        }
    }

    fn text(value: Option<Value>) -> String {
        match value {
            Some(Value::Text(text)) => text,
            Some(Value::Integer(number)) => number.to_string(),
            Some(Value::Real(number)) => number.to_string(),
            _ => "null".to_owned(),
        }
    }

    fn from_spin(error: sqlite::Error) -> Error {
        match error {
            sqlite::Error::Io(message) => Error::from_sqlite(&message),
            other => Error::Failed(other.to_string()),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
mod backend {
    use crate::{Error, Value};
    use rusqlite::types::ValueRef;
    use std::sync::Mutex;

    /// A database in memory, of the version that Spin has.
    pub(super) struct Connection(Mutex<rusqlite::Connection>);

    impl Connection {
        #[expect(clippy::unused_async, reason = "the other backend waits here")]
        pub(super) async fn open() -> Result<Self, Error> {
            rusqlite::Connection::open_in_memory().map(|connection| Self(Mutex::new(connection))).map_err(from_rusqlite)
        }

        #[expect(clippy::unused_async, reason = "the other backend waits here")]
        pub(super) async fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<String>, Error> {
            let connection = self.0.lock().map_err(|_| Error::Failed("a statement panicked".to_owned()))?;
            let mut statement = connection.prepare_cached(sql).map_err(from_rusqlite)?;
            let parameters = rusqlite::params_from_iter(parameters.iter().map(to_rusqlite));
            let rows = statement.query_map(parameters, |row| row.get_ref(0).map(text)).map_err(from_rusqlite)?;
            rows.collect::<Result<_, _>>().map_err(from_rusqlite)
        }
    }

    fn text(value: ValueRef<'_>) -> String {
        match value {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            _ => "null".to_owned(),
        }
    }

    fn to_rusqlite(value: &Value) -> rusqlite::types::Value {
        match value {
            Value::Integer(number) => (*number).into(),
            Value::Real(number) => (*number).into(),
            Value::Text(text) => text.clone().into(),
            Value::Blob(bytes) => bytes.clone().into(),
            Value::Null => rusqlite::types::Value::Null,
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    fn from_rusqlite(error: rusqlite::Error) -> Error {
        Error::from_sqlite(&error.to_string())
    }
}
