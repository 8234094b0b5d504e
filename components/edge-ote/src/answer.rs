//! What the center's answers, and its silence, mean for a call as a whole.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use spin_sdk::http::StatusCode;
use spin_sdk::wasip3::http::types::ErrorCode;

use crate::bindings::shim::{Error, Refusal};
use crate::kubernetes::Status;

/// The center's answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Whether the center did as it was asked.
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The body, as what it should be.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|_| not_understood())
    }

    /// How the center says no: nothing of it where it does not say it as an API server does.
    pub(crate) fn said(&self) -> Status {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What the call came to, given that the center did not do as it was asked. Of its words only the reason is passed
    /// on, a word of Kubernetes'.
    pub(crate) fn refused(&self, what: &str) -> Error {
        if self.status == StatusCode::GONE {
            return Error::Expired;
        }
        if !self.status.is_client_error() {
            return not_understood();
        }
        let code = self.status.as_u16();
        let reason = self.said().reason;
        let reason = if reason.len() <= 50 && reason.chars().all(|c| c.is_ascii_alphabetic()) { &reason } else { "" };
        let mend = match self.status {
            StatusCode::UNAUTHORIZED => "; the variable center_token must be a token that it knows",
            StatusCode::FORBIDDEN => "; the token in the variable center_token may not do that",
            _ => "",
        };
        let message = format!("the OTE center refused to {what}: {code} {reason}");
        Error::Refused(Refusal { code, message: format!("{}{mend}", message.trim_end()) })
    }

    /// A center that breaks, or has too much to do, has answered nothing.
    pub(crate) fn unless_broken(self) -> Result<Self, Error> {
        if self.is_broken() {
            Err(Error::Unreachable(format!("the OTE center answered {}", self.status.as_u16())))
        } else {
            Ok(self)
        }
    }

    fn is_broken(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

/// Whether the same call may fare better in a moment. After a silence it is not repeated: who waits has waited long
/// enough.
pub(crate) fn may_pass(result: &Result<Answer, Error>) -> bool {
    match result {
        Ok(answer) => answer.is_broken(),
        Err(error) => matches!(error, Error::Unreachable(_)),
    }
}

/// No answer in time.
pub(crate) fn silent() -> Error {
    Error::TimedOut("the OTE center did not answer in time".to_owned())
}

/// An answer that is none of the contract's.
pub(crate) fn not_understood() -> Error {
    Error::Unreachable("the OTE center's answer cannot be understood".to_owned())
}

/// Why the host could not carry a call, or its answer, to the end.
pub(crate) fn broken(code: &ErrorCode) -> Error {
    let unreachable = |why: &str| Error::Unreachable(format!("the OTE center cannot be reached: {why}"));
    match code {
        ErrorCode::HttpRequestDenied => Error::Invalid(
            "the component may not reach the OTE center: its allowed_outbound_hosts must name center_url".to_owned(),
        ),
        ErrorCode::HttpRequestUriInvalid => Error::Invalid("the variable center_url is no address".to_owned()),
        ErrorCode::DnsTimeout
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => silent(),
        ErrorCode::DnsError(_) => unreachable("its name cannot be resolved"),
        ErrorCode::ConnectionRefused => unreachable("it refuses connections"),
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            unreachable("no TLS connection comes about, its certificate may not be trusted")
        }
        _ => unreachable("the connection broke"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    fn refusal(status: u16, body: &str) -> String {
        match answer(status, body).refused("list pods") {
            Error::Refused(refusal) => {
                assert_eq!(refusal.code, status);
                refusal.message
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_says_what_was_refused_and_why() {
        let body = r#"{"reason": "BadRequest", "message": "secret detail"}"#;
        assert_eq!(refusal(400, body), "the OTE center refused to list pods: 400 BadRequest");
    }

    #[test]
    fn a_refused_token_is_named_by_its_variable() {
        for status in [401, 403] {
            assert!(refusal(status, "").contains("center_token"), "{status}");
        }
    }

    #[test]
    fn nothing_else_that_the_center_says_is_passed_on() {
        for body in ["<html>secret</html>", r#"{"reason": "secret detail"}"#, r#"{"reason": 7}"#, ""] {
            assert_eq!(refusal(422, body), "the OTE center refused to list pods: 422", "{body}");
        }
    }

    #[test]
    fn what_is_gone_is_expired_and_what_is_neither_yes_nor_no_is_not_understood() {
        assert_eq!(answer(410, "").refused("list pods"), Error::Expired);
        assert_eq!(answer(302, "").refused("list pods"), not_understood());
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for (status, again) in
            [(200, false), (400, false), (401, false), (409, false), (429, true), (500, true), (504, true)]
        {
            assert_eq!(may_pass(&Ok(answer(status, ""))), again, "{status}");
            assert_eq!(answer(status, "").unless_broken().is_err(), again, "{status}");
        }
        assert!(may_pass(&Err(broken(&ErrorCode::ConnectionRefused))));
        assert!(!may_pass(&Err(broken(&ErrorCode::HttpResponseTimeout))));
        assert!(!may_pass(&Err(broken(&ErrorCode::HttpRequestDenied))));
    }

    #[test]
    fn a_host_that_denies_the_address_names_what_to_mend() {
        match broken(&ErrorCode::HttpRequestDenied) {
            Error::Invalid(text) => assert!(text.contains("allowed_outbound_hosts") && text.contains("center_url")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_body_that_is_not_what_it_should_be_is_not_understood() {
        assert_eq!(answer(200, "<html>").json::<Vec<u8>>(), Err(not_understood()));
    }
}
