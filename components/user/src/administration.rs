//! Users as administrators see them: `/v1/admin/user`.

use crate::registration::{Person, taken};
use crate::settings::Settings;
use api::{Administrator, Answer, Error, Fields, Id, Json, Parameters, Query, SystemAdministrator};
use axum::extract::State;
use std::sync::Arc;
use store::user::{FIRST_ADMINISTRATOR, Key};
use store::{Order, Paging};

/// How the list is sorted and cut.
pub(crate) struct Listing {
    key: Key,
    order: Order,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let key = if parameters.choice("orderBy", &["id", "user_name"]) == "id" { Key::Id } else { Key::Name };
        Self { key, order: parameters.order(Order::Ascending), paging: parameters.paging(10) }
    }
}

/// Get User List (User Management 7): a business administrator's own business's users, a system administrator's all.
pub(crate) async fn list(by: Administrator, Query(listing): Query<Listing>) -> api::Result {
    Ok(Answer::page(store::user::page(by.scope, listing.key, listing.order, listing.paging).await?))
}

/// Create Sub-User (User Management 11): approved at once, of the creator's business.
pub(crate) async fn create(
    State(settings): State<Arc<Settings>>,
    by: Administrator,
    Json(person): Json<Person>,
) -> api::Result {
    let user = person.hashed(&settings).await?;
    Ok(Answer::created(store::user::create(by.tenant()?, user).await.map_err(taken)?))
}

/// An audit's decision.
pub(crate) struct Audit {
    status: i64,
}

impl api::FromFields for Audit {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { status: i64::try_from(fields.number("status", 0..=3)).unwrap_or_default() }
    }
}

/// Audit User (User Management 8): any of the statuses 0–3 from any. Nobody audits themselves or the first system administrator.
pub(crate) async fn audit(by: SystemAdministrator, Id(id): Id, Json(audit): Json<Audit>) -> api::Result {
    if id == by.caller.id || id == FIRST_ADMINISTRATOR {
        return Err(Error::forbidden("nobody audits themselves or the first system administrator"));
    }
    if store::user::audit(by.scope, id, audit.status).await? {
        Ok(Answer::success())
    } else {
        Err(Error::not_found("user"))
    }
}
