//! How an API server says no: a `Status` object with the HTTP status in it.

use serde_json::{Value, json};

use super::kinds::Kind;

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) code: u16,
    reason: &'static str,
    message: String,
    details: Option<Value>,
    /// Where an expired list goes on.
    next: Option<String>,
}

/// One thing that is wrong with an object.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    /// Its place: `spec.selector`.
    pub(crate) field: String,
    /// `FieldValueRequired`, `FieldValueInvalid`, …
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: None, next: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// `kind` is the resource that is missing: `namespaces` where the namespace is.
    pub(crate) fn not_found(kind: &Kind, name: &str) -> Self {
        Self::new(404, "NotFound", format!("{} \"{name}\" not found", kind.qualified_resource())).about(kind, name)
    }

    /// A path that leads nowhere: the one answer that is no `Status`.
    pub(crate) fn no_such_path() -> Self {
        Self::new(404, "", "404 page not found\n")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }

    pub(crate) fn already_exists(kind: &Kind, name: &str) -> Self {
        Self::new(409, "AlreadyExists", format!("{} \"{name}\" already exists", kind.qualified_resource()))
            .about(kind, name)
    }

    pub(crate) fn conflict(kind: &Kind, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} \"{name}\": {why}", kind.qualified_resource());
        Self::new(409, "Conflict", message).about(kind, name)
    }

    /// A version that is no longer kept; `next` continues an expired list.
    pub(crate) fn expired(message: impl Into<String>, next: Option<String>) -> Self {
        Self { next, ..Self::new(410, "Expired", message) }
    }

    pub(crate) fn unsupported_media_type() -> Self {
        let message = "the body of the request was in an unknown format - accepted media types include: application/json, application/json-patch+json";
        Self::new(415, "UnsupportedMediaType", message)
    }

    pub(crate) fn invalid(kind: &Kind, name: &str, causes: &[Cause]) -> Self {
        let lines: Vec<String> = causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
        let what = if lines.len() == 1 { lines.concat() } else { format!("[{}]", lines.join(", ")) };
        let mut refusal = Self::new(422, "Invalid", format!("{} \"{name}\" is invalid: {what}", kind.qualified_name()));
        let causes: Vec<Value> = causes
            .iter()
            .map(|cause| json!({"reason": cause.reason, "message": cause.message, "field": cause.field}))
            .collect();
        refusal.details = Some(json!({"name": name, "group": kind.group, "kind": kind.name, "causes": causes}));
        refusal
    }

    /// The one answer to every JSON Patch that fails (docs/contracts/kubernetes.md).
    pub(crate) fn patch_failed() -> Self {
        let mut refusal = Self::new(422, "Invalid", "the server rejected our request due to an error in our request");
        refusal.details = Some(json!({}));
        refusal
    }

    /// An object that the store behind the server does not take.
    pub(crate) fn too_large() -> Self {
        Self::new(500, "", "etcdserver: request is too large")
    }

    /// An object that the server does not even send to its store.
    pub(crate) fn too_large_message(size: usize) -> Self {
        let message = format!(
            "rpc error: code = ResourceExhausted desc = trying to send message larger than max ({size} vs. 2097152)"
        );
        Self::new(500, "", message)
    }

    /// A body that the server itself does not read.
    pub(crate) fn body_too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728")
    }

    /// A list at a version that is yet to come.
    pub(crate) fn too_large_version(asked: u64, current: u64) -> Self {
        let message = format!("Too large resource version: {asked}, current: {current}");
        let mut refusal = Self::new(504, "Timeout", message);
        refusal.details = Some(
            json!({"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}], "retryAfterSeconds": 1}),
        );
        refusal
    }

    fn about(mut self, kind: &Kind, name: &str) -> Self {
        self.details = Some(json!({"name": name, "group": kind.group, "kind": kind.resource}));
        self
    }

    /// The `Status` object.
    pub(crate) fn status(&self) -> Value {
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            status["reason"] = json!(self.reason);
        }
        if let Some(details) = &self.details {
            status["details"] = details.clone();
        }
        if let Some(next) = &self.next {
            status["metadata"]["continue"] = json!(next);
        }
        status
    }

    /// The body of the answer: a `Status`, or a line of text where there is no such path.
    pub(crate) fn body(&self) -> String {
        if self.reason.is_empty() && self.code == 404 { self.message.clone() } else { self.status().to_string() }
    }
}
