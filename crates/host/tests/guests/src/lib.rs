//! Components that the host's tests run; each does on request what a test wants to see allowed or denied.
//!
//! The components themselves are this package's examples. A request names what to do by the last segment of its path,
//! and with what by its whole query, percent-encoding left alone except for `%20`.

use http_body_util::BodyExt;
use spin_sdk::http::Request;
use spin_sdk::key_value::Store;
use spin_sdk::sqlite::{Connection, Value};

/// What a request asks for: the last segment of its path, and its query.
pub fn asked(request: &Request) -> (String, String) {
    let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    (name, request.uri().query().unwrap_or_default().replace("%20", " "))
}

/// The status and body of the answer at a URL, or why there is none.
pub async fn fetch(url: &str) -> Result<String, String> {
    let answer = spin_sdk::http::get(url).await.map_err(|error| format!("{error:?}"))?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.map_err(|error| format!("{error:?}"))?.to_bytes();
    Ok(format!("{status} {}", String::from_utf8_lossy(&body)))
}

/// The status of the answer at a URL, whose body is dropped unread.
pub async fn status(url: &str) -> Result<String, String> {
    let answer = spin_sdk::http::get(url).await.map_err(|error| format!("{error:?}"))?;
    Ok(answer.status().as_u16().to_string())
}

/// The rows of a statement on the default database: values separated by `,`, rows by `;`.
pub async fn query(statement: &str) -> Result<String, String> {
    let database = Connection::open_default().await.map_err(|error| format!("{error:?}"))?;
    let result = database.execute(statement, []).await.map_err(|error| format!("{error:?}"))?;
    let rows = result.collect().await.map_err(|error| format!("{error:?}"))?;
    let rows = rows.iter().map(|row| row.values.iter().map(shown).collect::<Vec<_>>().join(","));
    Ok(rows.collect::<Vec<_>>().join(";"))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => format!("{bytes:?}"),
        Value::Null => "null".to_owned(),
    }
}

/// Whether a database can be opened.
pub async fn open(database: &str) -> Result<String, String> {
    Connection::open(database).await.map(|_| "opened".to_owned()).map_err(|error| format!("{error:?}"))
}

/// Puts a value into a key-value store, and reads it and the names of all keys back.
pub async fn keep(label: &str) -> Result<String, String> {
    let failed = |error| format!("{error:?}");
    let store = Store::open(label).await.map_err(failed)?;
    store.set("a", b"one").await.map_err(failed)?;
    store.set("b", b"two").await.map_err(failed)?;
    store.delete("a").await.map_err(failed)?;
    let (gone, there) = (store.exists("a").await.map_err(failed)?, store.get("b").await.map_err(failed)?);
    let keys = store.get_keys().await.collect().await.map_err(failed)?;
    Ok(format!("{gone} {} {keys:?}", String::from_utf8_lossy(&there.unwrap_or_default())))
}

/// A variable's value.
pub async fn variable(name: &str) -> Result<String, String> {
    spin_sdk::variables::get(name).await.map_err(|error| format!("{error:?}"))
}
