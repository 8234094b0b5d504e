//! The envelope of everything that went well.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::Page;

/// A success: `code` 200, `message` "success", and what the endpoint adds.
#[derive(Debug)]
pub struct Answer(Map<String, Value>);

impl Answer {
    /// Nothing but the envelope.
    pub fn success() -> Self {
        let mut members = Map::new();
        members.insert("code".to_owned(), json!(200));
        members.insert("message".to_owned(), json!("success"));
        Self(members)
    }

    /// With a member of its own beside `code` and `message`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.0.insert(name.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    /// With `data`.
    pub fn data(data: impl Serialize) -> Self {
        Self::success().with("data", data)
    }

    /// Of a creation: `data: {"id": id}`.
    pub fn created(id: impl Serialize) -> Self {
        Self::data(json!({ "id": serde_json::to_value(id).unwrap_or(Value::Null) }))
    }

    /// Of a list: `data` and `total`.
    pub fn page<T: Serialize>(page: Page<T>) -> Self {
        Self::data(page.rows).with("total", page.total)
    }
}

/// Rows that hold exactly these fields, or all of them when none are named: `field` of a list.
pub fn select<T: Serialize>(rows: &[T], fields: Option<&[String]>) -> Vec<Value> {
    let mut rows: Vec<Value> = rows.iter().map(|row| serde_json::to_value(row).unwrap_or(Value::Null)).collect();
    if let Some(fields) = fields {
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.retain(|name, _| fields.contains(name));
        }
    }
    rows
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0)
    }
}

/// A response with this JSON body.
pub(crate) fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}
