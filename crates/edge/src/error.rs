//! What a shim's error means to a caller.

use crate::shim;

/// 502 or 504 with a message of our own; what the control plane said is for the log.
pub fn to_api(error: shim::Error) -> api::Error {
    match error {
        shim::Error::TimedOut(cause) => {
            api::Error::gateway_timeout("the edge control plane did not answer in time", cause)
        }
        shim::Error::Unreachable(cause) => {
            api::Error::bad_gateway("the edge control plane cannot be reached, or is broken", cause)
        }
        shim::Error::Refused(refusal) => {
            api::Error::bad_gateway("the edge control plane refused", format!("{} {}", refusal.code, refusal.message))
        }
        shim::Error::Invalid(text) => api::Error::bad_gateway(text.clone(), text),
        shim::Error::Expired => {
            api::Error::bad_gateway("the edge control plane has begun anew: try again", "the revision has expired")
        }
    }
}
