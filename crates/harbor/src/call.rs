//! A request to Harbor, and its answer.

use bytes::Bytes;
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;

/// Everything but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Path and query below `/api/v2.0`.
    pub(crate) target: String,
    pub(crate) body: Option<Value>,
    /// The path holds a project's name, not its id: Harbor takes it for either unless it is told.
    pub(crate) by_name: bool,
    /// What is asked for, to be read after "Harbor refused to".
    pub(crate) what: &'static str,
    /// What a 412 means here.
    pub(crate) obstacle: &'static str,
}

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// `X-Total-Count` of a list.
    pub(crate) total: Option<u64>,
    /// The id at the end of `Location`, of something that was created.
    pub(crate) created: Option<i64>,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(method: Method, target: impl Into<String>, what: &'static str) -> Self {
        let obstacle = "something is in the way";
        Self { method, target: target.into(), body: None, by_name: false, what, obstacle }
    }

    pub(crate) fn get(target: impl Into<String>, what: &'static str) -> Self {
        Self::new(Method::GET, target, what)
    }

    pub(crate) fn delete(target: impl Into<String>, what: &'static str) -> Self {
        Self::new(Method::DELETE, target, what)
    }

    pub(crate) fn with_body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn by_name(self) -> Self {
        Self { by_name: true, ..self }
    }

    pub(crate) fn unless(self, obstacle: &'static str) -> Self {
        Self { obstacle, ..self }
    }

    /// Whether it may be sent again when no answer came. A deletion may not: its repetition would answer that there is nothing.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.method == Method::GET
    }

    /// The answer, if Harbor did as it was asked.
    pub(crate) fn judge(&self, answer: Answer) -> Result<Answer, Error> {
        match answer.status {
            StatusCode::OK | StatusCode::CREATED => Ok(answer),
            status if status.is_client_error() => {
                Err(Error::Refused { status: status.as_u16(), what: self.what, obstacle: self.obstacle })
            }
            status => Err(Error::Unreachable(format!("Harbor answered {} to {}", status.as_u16(), self.what))),
        }
    }
}

impl Answer {
    /// The body, as what it should be.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|_| not_understood())
    }
}

/// An answer that is none of Harbor's.
pub(crate) fn not_understood() -> Error {
    Error::Unreachable("Harbor's answer cannot be understood".to_owned())
}

/// A value in a path or in `q`.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A repository's path. Its name, the part after the project's, is encoded twice: the only form in which a slash passes
/// Harbor's own nginx.
pub(crate) fn repository_path(project: &str, repository: &str) -> String {
    format!("/projects/{}/repositories/{}", encode(project), encode(&encode(repository)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16) -> Result<Answer, Error> {
        let status = StatusCode::from_u16(status).unwrap();
        Call::get("/x", "look").judge(Answer { status, total: None, created: None, body: Bytes::new() })
    }

    #[test]
    fn slashes_of_a_repository_are_encoded_twice() {
        assert_eq!(repository_path("shop", "team/web"), "/projects/shop/repositories/team%252Fweb");
        assert_eq!(repository_path("1", "a b"), "/projects/1/repositories/a%2520b");
    }

    #[test]
    fn harbor_did_it_refused_it_or_broke() {
        assert!(judged(200).is_ok() && judged(201).is_ok());
        assert!(matches!(judged(412), Err(Error::Refused { status: 412, .. })));
        for broken in [302, 500, 503] {
            assert!(matches!(judged(broken), Err(Error::Unreachable(_))), "{broken}");
        }
    }
}
