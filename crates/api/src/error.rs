//! The one error of all handlers, and its envelope.

use crate::answer::json_response;
use crate::fault::Fault;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// What a handler answers.
pub type Result<T = crate::Answer> = std::result::Result<T, Error>;

/// Why a request was not done. `message` is for the caller; `cause` is for the log alone: no SQL, stack or upstream text
/// ever leaves.
#[derive(Debug)]
pub struct Error {
    status: StatusCode,
    message: String,
    errors: Vec<Value>,
    retry_after_seconds: Option<u64>,
    cause: Option<String>,
}

impl Error {
    /// Any status, with a message for the caller.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: Vec::new(), retry_after_seconds: None, cause: None }
    }

    /// 401: no token, or one that does not count.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: known, but not allowed.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: no such row, or one outside the caller's business: the two are indistinguishable.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    /// 409: the name is taken, or the state does not allow it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 422: invalid fields, all that were found.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let message = match faults.as_slice() {
            [only] => format!("{} {}", only.field, only.message),
            many => format!(
                "{} fields are invalid: {}",
                many.len(),
                many.iter().map(|f| &*f.field).collect::<Vec<_>>().join(", ")
            ),
        };
        let errors =
            faults.into_iter().map(|fault| json!({ "field": fault.field, "message": fault.message })).collect();
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, message) }
    }

    /// 422 on one field.
    pub fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![Fault::new(field, message)])
    }

    /// 502: Harbor or the edge control plane refused or broke. `cause` is logged.
    pub fn bad_gateway(message: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(StatusCode::BAD_GATEWAY, message) }
    }

    /// 504: no answer in time. `cause` is logged.
    pub fn gateway_timeout(message: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(StatusCode::GATEWAY_TIMEOUT, message) }
    }

    /// 500: a fault of ours. `cause` is logged and never answered.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let error =
            Self::new(StatusCode::INTERNAL_SERVER_ERROR, "an internal error: the log has more, under this requestId");
        Self { cause: Some(cause.to_string()), ..error }
    }

    /// 429: not now, but in so many seconds.
    pub fn too_many_requests(message: impl Into<String>, retry_after_seconds: u64) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, message);
        Self { retry_after_seconds: Some(retry_after_seconds), ..error }
    }

    /// The HTTP status, `code` in the body.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// With what failed of several things, each as `{name, message}` (docs/semantics.md, Repository).
    #[must_use]
    pub fn with_failures(self, failures: impl IntoIterator<Item = (String, String)>) -> Self {
        let errors = failures.into_iter().map(|(name, message)| json!({ "name": name, "message": message })).collect();
        Self { errors, ..self }
    }

    /// The names of what failed of several things.
    pub fn failures(&self) -> Vec<&str> {
        self.errors.iter().filter_map(|error| error["name"].as_str()).collect()
    }

    /// The message for the caller.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The fields that a 422 names, in the order in which their faults were found.
    pub fn fields(&self) -> Vec<&str> {
        self.errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }

    /// What the log is to say.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The answer; a 5xx carries the request's id, which the log line has too.
    pub(crate) fn respond(&self, request_id: &str) -> Response {
        let mut body = json!({ "code": self.status.as_u16(), "message": self.message });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        if self.status.is_server_error() {
            body["requestId"] = json!(request_id);
        }
        let mut response = json_response(self.status, &body);
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// How an error travels from the handler to [`crate::serve`], which knows the request and finishes the answer.
#[derive(Clone)]
pub(crate) struct Failure(pub(crate) std::sync::Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.status;
        response.extensions_mut().insert(Failure(std::sync::Arc::new(self)));
        response
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::internal(error)
    }
}

impl From<crate::Broken> for Error {
    fn from(broken: crate::Broken) -> Self {
        Self::internal(broken.0)
    }
}
