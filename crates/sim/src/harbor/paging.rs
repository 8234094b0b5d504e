//! Bodies and pages, as the swagger has them.

use std::fmt::Write;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;

/// Rows of a page at most.
const LARGEST_PAGE: usize = 100;

/// Reads a body; another media type than JSON, wrong types and missing objects are all a 422.
pub(super) fn body<T: DeserializeOwned>(headers: &HeaderMap, bytes: &Bytes) -> Result<T, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(Refusal::unprocessable(format!(
            "unsupported media type {kind:?}, only [application/json] are allowed"
        )));
    }
    serde_json::from_slice(bytes).map_err(Refusal::unprocessable)
}

/// A text of the swagger's length.
pub(super) fn check_length(field: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() > 255 {
        return Err(Refusal::unprocessable(format!("{field} in body should be at most 255 chars long")));
    }
    Ok(())
}

/// The parameters of a request.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: Option<&str>) -> Self {
        Self(form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str, default: i64) -> Result<i64, Refusal> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| Refusal::unprocessable(format!("{name} in query must be of type int64: {text:?}")))
    }

    /// The page that is asked for: `page_size` 10, at most 100 (else a 422), and all rows for 0 or less; `page` 1, also
    /// for 0 or less.
    pub(super) fn page(&self, path: &str, rows: &[Value]) -> Result<Response, Refusal> {
        let size = usize::try_from(self.number("page_size", 10)?).unwrap_or(0);
        if size > LARGEST_PAGE {
            return Err(Refusal::unprocessable("page_size in query should be less than or equal to 100"));
        }
        let page = usize::try_from(self.number("page", 1)?).unwrap_or(1).max(1);
        let size_or_all = if size == 0 { rows.len().max(1) } else { size };
        let start = (page - 1).saturating_mul(size_or_all).min(rows.len());
        let end = start.saturating_add(size_or_all).min(rows.len());
        let mut links = String::new();
        if page > 1 && start < rows.len() {
            let _ = write!(links, "<{path}?page={}&page_size={size}>; rel=\"prev\"", page - 1);
        }
        if end < rows.len() {
            let between = if links.is_empty() { "" } else { " , " };
            let _ = write!(links, "{between}<{path}?page={}&page_size={size}>; rel=\"next\"", page + 1);
        }
        let body = serde_json::to_string(&rows[start..end]).map_err(Refusal::unprocessable)?;
        let mut response = json(body);
        response.headers_mut().insert("x-total-count", rows.len().into());
        if let Some(links) = HeaderValue::from_str(&links).ok().filter(|links| !links.is_empty()) {
            response.headers_mut().insert(header::LINK, links);
        }
        Ok(response)
    }
}

/// An answer; its body ends with a line feed, as Harbor's do.
pub(super) fn json(body: impl std::fmt::Display) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], format!("{body}\n")).into_response()
}
