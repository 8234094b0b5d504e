//! Deletions. A running one is replaced at any time by an administrator: a bad rollout can be stopped.

use crate::driver;
use api::{Answer, Error, Id, Member, Name};
use store::Role;
use store::deployment::{self, Deletion, Which};

/// Delete Deployment (Deployment Management 7), by id.
pub(crate) async fn by_id(by: Member, Id(id): Id) -> api::Result {
    delete(&by, Which::Id(id)).await
}

/// Delete Deployment (Deployment Management 2), by name: one of the caller's own business.
pub(crate) async fn by_name(by: Member, Name(name): Name) -> api::Result {
    delete(&by, Which::Name(by.tenant()?, &name)).await
}

/// The deployment that is called as the alias for creating is.
pub(crate) async fn by_alias_name(by: Member) -> api::Result {
    delete(&by, Which::Name(by.tenant()?, "install")).await
}

async fn delete(by: &Member, which: Which<'_>) -> api::Result {
    let waits = by.caller.role < Role::BusinessAdministrator;
    match deployment::delete(by.scope, which, waits).await? {
        Deletion::Recorded => {
            driver::wake();
            Ok(Answer::success())
        }
        Deletion::Unknown => Err(Error::not_found("deployment")),
        Deletion::Underway => Err(Error::conflict("it is deleted, or being deleted, already")),
        Deletion::NotEditable => {
            Err(Error::conflict("a change waits or is on its way: only an administrator may delete it now"))
        }
    }
}
