//! The audit of businesses.

use api::{Answer, Error, Fields, Id, Json, Rule, SystemAdministrator};
use store::business::{self, Obstacles};

const APPROVED: u64 = 1;
const DISAPPROVED: u64 = 2;

/// A decision.
pub(crate) struct Audit {
    status: u64,
    comment: String,
}

impl api::FromFields for Audit {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { status: fields.number("status", APPROVED..=DISAPPROVED), comment: fields.text("comment", &Rule::FREE) }
    }
}

/// Audit Business (Business Management 4): 0→1, 0→2 or 2→1. Approval makes the namespace `ns<id>` at the edges first and only
/// then the applicant its administrator; when it fails nothing has changed, and the same call can be repeated.
pub(crate) async fn audit(by: SystemAdministrator, Id(id): Id, Json(audit): Json<Audit>) -> api::Result {
    let found = business::obstacles(by.scope, id).await?;
    let obstacles = found.ok_or_else(|| Error::not_found("business"))?;
    let done = if audit.status == APPROVED {
        in_the_way(&obstacles).map_or(Ok(()), |reason| Err(Error::conflict(reason)))?;
        edge::shim::ensure_namespace(format!("ns{id}"), Vec::new()).await.map_err(edge::to_api)?;
        business::approve(by.scope, id, &audit.comment).await.map_err(taken)?
    } else {
        business::disapprove(by.scope, id, &audit.comment).await?
    };
    if done { Ok(Answer::success()) } else { Err(Error::conflict("its status does not allow this")) }
}

fn in_the_way(obstacles: &Obstacles) -> Option<&'static str> {
    match obstacles {
        Obstacles { status: 1 | 3, .. } => Some("it is approved already, or deleted"),
        Obstacles { name_taken: 1, .. } => Some("another business has this name meanwhile"),
        Obstacles { applicant_gone: 1, .. } => Some("the applicant was deleted"),
        Obstacles { applicant_taken: 1, .. } => {
            Some("the applicant belongs to a business meanwhile, or has asked for another one")
        }
        _ => None,
    }
}

/// Somebody was quicker, between the look and the statement.
fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Taken(_) => Error::conflict("another business has this name, or this applicant, meanwhile"),
        store::Error::Failed(_) => error.into(),
    }
}
