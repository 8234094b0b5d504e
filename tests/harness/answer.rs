//! An answer, held against the conventions of all answers (docs/semantics.md, Conventions) before anybody looks at it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::people::PASSWORD;
use crate::setup::SECRETS;

/// What answers of a server that tells too much would contain.
const INTERNALS: [&str; 8] =
    ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "panicked", "RUST_BACKTRACE", "$argon2", ".rs:"];

/// An answer that keeps the conventions.
#[derive(Debug)]
pub struct Answer {
    request: String,
    head: http::response::Parts,
    body: Value,
    output: PathBuf,
}

impl Answer {
    #[track_caller]
    pub(crate) fn check(request: &str, response: http::Response<ureq::Body>, output: &Path) -> Self {
        let (head, mut body) = response.into_parts();
        let text = body.read_to_string().unwrap_or_else(|error| panic!("{request}: the answer breaks off: {error}"));
        let body = if request.starts_with("HEAD ") { Value::Null } else { parsed(request, &text) };
        let answer = Self { request: request.to_owned(), head, body, output: output.to_owned() };
        answer.keeps_its_secrets(&text);
        if !answer.body.is_null() {
            answer.has_the_envelope();
        }
        answer
    }

    #[track_caller]
    fn has_the_envelope(&self) {
        let (status, body) = (self.status(), &self.body);
        assert_eq!(self.header("content-type"), "application/json", "{self}: the content type");
        assert_eq!(body["code"], status, "{self}: `code` is the status");
        let message = body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{self}: `message` is a text");
        assert_eq!(status == 200, message == "success", "{self}: success, and only that, says \"success\"");
        let rows = body.get("apps").or(body.get("data"));
        assert!(body.get("total").is_none() || rows.is_some_and(Value::is_array), "{self}: a list is an array");
        match status {
            405 => assert!(!self.header("allow").is_empty(), "{self}: Allow lists the methods"),
            422 => assert!(!self.faults().is_empty(), "{self}: `errors` lists the faults"),
            429 => assert!(self.retry_after() > 0, "{self}: Retry-After says when"),
            500.. => assert!(body["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{self}: `requestId`"),
            _ => {}
        }
    }

    #[track_caller]
    fn keeps_its_secrets(&self, text: &str) {
        let secrets = SECRETS.iter().map(|(_, value)| *value).chain([PASSWORD]).chain(INTERNALS);
        for secret in secrets {
            assert!(!text.contains(secret), "{self}: shows {secret:?}");
        }
    }

    /// The answer, which must have this status.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "often the status is all that a test asks")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status(), status, "{self}{}", self.log());
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// A header's value, "" without it.
    pub fn header(&self, name: &str) -> &str {
        self.head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Seconds to wait before the next try.
    pub(crate) fn retry_after(&self) -> u64 {
        self.header("retry-after").parse().unwrap_or_default()
    }

    /// The whole body.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// `message`.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// `data` of a success.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.status(), 200, "{self}{}", self.log());
        self.body.get("data").unwrap_or_else(|| panic!("{self}: there is no `data`"))
    }

    /// The elements of a list.
    #[track_caller]
    pub fn rows(&self) -> &[Value] {
        self.data().as_array().unwrap_or_else(|| panic!("{self}: `data` is no array"))
    }

    /// `total` of a list.
    #[track_caller]
    pub fn total(&self) -> u64 {
        self.body["total"].as_u64().unwrap_or_else(|| panic!("{self}: there is no `total`"))
    }

    /// The id of what was created.
    #[track_caller]
    pub fn id(&self) -> u64 {
        self.data()["id"].as_u64().unwrap_or_else(|| panic!("{self}: there is no `data.id`"))
    }

    /// The fields that `errors` names, in their order.
    #[track_caller]
    pub fn faults(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let field = |error: &'_ Value| error["message"].as_str().and(error["field"].as_str().map(str::len));
        assert!(errors.iter().all(|error| field(error).is_some()), "{self}: each error has `field` and `message`");
        errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }

    /// What the server's log has about a request that went wrong, by its `requestId`.
    pub fn log(&self) -> String {
        let Some(id) = self.body["requestId"].as_str() else { return String::new() };
        let log = fs::read_to_string(&self.output).unwrap_or_default();
        log.lines().filter(|line| line.contains(id)).fold(String::new(), |lines, line| format!("{lines}\n{line}"))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "{} answered {} {}", self.request, self.head.status.as_u16(), self.body)
    }
}

#[track_caller]
fn parsed(request: &str, text: &str) -> Value {
    let body = serde_json::from_str(text).unwrap_or_else(|error| panic!("{request}: {error}: {text:?}"));
    assert!(matches!(body, Value::Object(_)), "{request}: the body is no object: {text}");
    body
}
