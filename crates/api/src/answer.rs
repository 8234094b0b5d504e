//! The envelope of everything that went well.

use crate::Error;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Page, Rows};

/// A success: `code` 200, `message` "success", and what the endpoint adds. It is written as it is put together: rows that
/// come from the database as JSON are never taken apart.
#[derive(Debug)]
pub struct Answer(String);

impl Answer {
    /// Nothing but the envelope.
    pub fn success() -> Self {
        Self(r#"{"code":200,"message":"success""#.to_owned())
    }

    /// With a member of its own beside `code` and `message`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned());
        for part in [",\"", name, "\":", &value] {
            self.0.push_str(part);
        }
        self
    }

    /// With `data`.
    pub fn data(data: impl Serialize) -> Self {
        Self::success().with("data", data)
    }

    /// Of a creation: `data: {"id": id}`.
    pub fn created(id: i64) -> Self {
        Self::data(json!({ "id": id }))
    }

    /// Of a list: `data` and `total`.
    pub fn page(page: Page) -> Self {
        Self::data(page.rows).with("total", page.total)
    }
}

/// Rows that hold exactly these fields: `field` of a list. `None` is all of them.
pub fn select(rows: Rows, fields: Option<&[String]>) -> Result<Rows, Error> {
    let Some(fields) = fields else { return Ok(rows) };
    let mut selected: Vec<Map<String, Value>> = serde_json::from_str(rows.get()).map_err(Error::internal)?;
    for row in &mut selected {
        row.retain(|name, _| fields.contains(name));
    }
    serde_json::value::to_raw_value(&selected).map_err(Error::internal)
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        with_json(StatusCode::OK, (self.0 + "}").into_bytes())
    }
}

/// A response with this JSON body.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    with_json(status, body.to_string().into_bytes())
}

fn with_json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_follow_the_envelope() {
        let answer = Answer::data(json!([1, "a\"b"])).with("total", 7);
        assert_eq!(answer.0 + "}", r#"{"code":200,"message":"success","data":[1,"a\"b"],"total":7}"#);
    }

    #[test]
    fn rows_hold_exactly_the_selected_fields() {
        let rows = serde_json::value::to_raw_value(&json!([{"id": 1, "name": "a"}, {"id": 2}])).unwrap();
        let fields = ["name".to_owned()];
        assert_eq!(select(rows.clone(), Some(&fields)).unwrap().get(), r#"[{"name":"a"},{}]"#);
        assert_eq!(select(rows, None).unwrap().get(), r#"[{"id":1,"name":"a"},{"id":2}]"#);
    }
}
