//! Why Harbor did not do something, and what that is to a caller of ours (docs/semantics.md, Repository).

use http::StatusCode;

/// Why a call came to nothing. It holds nothing that Harbor said.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// Harbor refused, with a 4xx.
    Refused {
        /// Harbor's status.
        status: u16,
        /// What was asked for, to be read after "Harbor refused to".
        what: &'static str,
        /// What a 412 means for this call.
        obstacle: &'static str,
    },
    /// The account's password is not Harbor's, or not any more.
    Stale,
    /// Somebody tries wrong passwords for the account just now, so that Harbor takes it for nobody.
    Frozen,
    /// Harbor refused its administrator's login, or the right to administer.
    Administrator(u16),
    /// Harbor cannot be reached, broke, or answered what cannot be understood.
    Unreachable(String),
    /// No answer in time.
    Silent,
    /// The component may not reach Harbor.
    Denied,
    /// A variable is not set.
    Missing(&'static str),
}

impl Error {
    /// Whether there is no such thing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether a name is taken.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Refused { status: 409, .. })
    }

    /// Whether it is about this one thing, so that another may fare better.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl From<Error> for api::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused { status, what, obstacle } => refused(status, what, obstacle),
            Error::Stale => Self::conflict(
                "the password stored for your business's repository account is not Harbor's any more: \
                 PUT /v1/repository/user with the password that Harbor has now mends it",
            ),
            Error::Frozen => Self::bad_gateway(
                "Harbor keeps your business's repository account out for a moment, because somebody tries wrong passwords for it: try again",
                "the account is frozen",
            ),
            Error::Administrator(status) => Self::bad_gateway(
                "Harbor refuses its administrator: the variables harbor_admin_user and harbor_admin_password must be an administrator's",
                format!("Harbor answered {status} to its administrator"),
            ),
            Error::Unreachable(cause) => Self::bad_gateway("Harbor cannot be reached, or is broken", cause),
            Error::Silent => Self::gateway_timeout("Harbor did not answer in time", "no answer from Harbor in time"),
            Error::Denied => Self::bad_gateway(
                "Harbor cannot be reached",
                "the component's allowed_outbound_hosts must name harbor_url",
            ),
            Error::Missing(variable) => {
                let message = format!("the variable {variable} is not set: it names Harbor");
                Self::bad_gateway(message.clone(), message)
            }
        }
    }
}

/// Harbor's 400 and 422 are a 400, its 412 a 409; 403, 404 and 409 stay, and all else is Harbor's fault or ours.
fn refused(status: u16, what: &str, obstacle: &str) -> api::Error {
    let (status, why) = match status {
        400 | 422 => (StatusCode::BAD_REQUEST, "a name or value breaks its rules"),
        403 => (StatusCode::FORBIDDEN, "it is not your business's, or not there"),
        404 => (StatusCode::NOT_FOUND, "it is not there"),
        409 => (StatusCode::CONFLICT, "the name is taken"),
        412 => (StatusCode::CONFLICT, obstacle),
        other => {
            let cause = format!("Harbor answered {other} to {what}");
            return api::Error::bad_gateway("Harbor cannot be used as it is", cause);
        }
    };
    api::Error::new(status, format!("Harbor refused to {what}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(error: Error) -> u16 {
        api::Error::from(error).status().as_u16()
    }

    fn refusal(status: u16) -> Error {
        Error::Refused { status, what: "delete the project", obstacle: "it is not empty" }
    }

    #[test]
    fn harbors_answers_come_back_as_ours() {
        let table = [
            (400, 400),
            (422, 400),
            (403, 403),
            (404, 404),
            (409, 409),
            (412, 409),
            (401, 502),
            (405, 502),
            (429, 502),
        ];
        for (harbors, ours) in table {
            assert_eq!(status(refusal(harbors)), ours, "{harbors}");
        }
    }

    #[test]
    fn a_broken_harbor_is_a_502_and_a_silent_one_a_504() {
        assert_eq!(status(Error::Unreachable("x".to_owned())), 502);
        assert_eq!(status(Error::Missing("harbor_url")), 502);
        assert_eq!(status(Error::Administrator(401)), 502);
        assert_eq!(status(Error::Silent), 504);
    }

    #[test]
    fn a_password_that_is_no_longer_harbors_is_a_conflict_that_says_how_to_mend_it() {
        let error = api::Error::from(Error::Stale);
        assert_eq!(error.status(), StatusCode::CONFLICT);
        assert!(error.message().contains("PUT /v1/repository/user"));
    }
}
