//! Users as administrators see them: `/v1/admin/user`.

use crate::password;
use crate::registration::{Person, taken};
use crate::settings::Settings;
use api::{Administrator, Answer, Error, Fields, FromFields, Id, Json, Parameters, Query, SystemAdministrator};
use axum::extract::State;
use std::sync::Arc;
use store::user::{Audited, FIRST_ADMINISTRATOR, Key};
use store::{Order, Paging, Role};

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

/// Create Sub-User (User Management 11): approved at once, of the creator's business. A system administrator may name another
/// one, `businessId`, a field that nobody else has.
pub(crate) async fn create(
    State(settings): State<Arc<Settings>>,
    by: Administrator,
    mut fields: Fields,
) -> api::Result {
    let person = Person::from_fields(&mut fields);
    let may_name_business = by.caller.role == Role::SystemAdministrator;
    let business = if may_name_business { fields.optional_id("businessId") } else { None };
    fields.check()?;
    let user = person.hashed(&settings).await?;
    let created = store::user::create(by.tenant()?, business, user).await.map_err(taken)?;
    created.map(Answer::created).ok_or_else(no_business)
}

fn no_business() -> Error {
    Error::invalid_field("businessId", "is the id of no approved business")
}

/// An audit's decision.
pub(crate) struct Audit {
    status: i64,
    business: Option<i64>,
}

impl api::FromFields for Audit {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            status: i64::try_from(fields.number("status", 0..=3)).unwrap_or_default(),
            business: fields.optional_id("businessId"),
        }
    }
}

/// Audit User (User Management 8): any of the statuses 0–3 from any; `businessId` puts who has none into a business.
pub(crate) async fn audit(by: SystemAdministrator, Id(id): Id, Json(audit): Json<Audit>) -> api::Result {
    is_allowed(by.caller.id, by.caller.role, id)?;
    match store::user::audit(by.scope, id, audit.status, audit.business).await? {
        Audited::Done => Ok(Answer::success()),
        Audited::Unknown => Err(Error::not_found("user")),
        Audited::HasBusiness => Err(Error::conflict("businessId: the user belongs to a business already")),
        Audited::NoBusiness => Err(no_business()),
    }
}

/// Delete User (User Management 5): its name and phone become free, its tokens void.
pub(crate) async fn delete(by: Administrator, Id(id): Id) -> api::Result {
    is_allowed(by.caller.id, by.caller.role, id)?;
    found(store::user::delete(by.scope, id).await?)
}

/// A new password, with the rule of users' passwords.
pub(crate) struct Reset {
    password: String,
}

impl api::FromFields for Reset {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { password: fields.text("password", &password::RULE) }
    }
}

/// Reset Password (User Management 6): voids all the user's tokens.
pub(crate) async fn reset_password(
    State(settings): State<Arc<Settings>>,
    by: Administrator,
    Id(id): Id,
    Json(reset): Json<Reset>,
) -> api::Result {
    is_allowed(by.caller.id, by.caller.role, id)?;
    let hash = settings.passwords.hash(&reset.password).await?;
    found(store::user::reset_password(by.scope, id, &hash).await?)
}

fn found(there: bool) -> api::Result {
    if there { Ok(Answer::success()) } else { Err(Error::not_found("user")) }
}

/// Nobody deletes, audits or resets themselves or the first system administrator, who does not exist for a business's
/// administrators (docs/semantics.md, Users).
fn is_allowed(caller: i64, role: Role, id: i64) -> Result<(), Error> {
    let first = role == Role::SystemAdministrator && id == FIRST_ADMINISTRATOR;
    if id == caller || first {
        return Err(Error::forbidden("nobody does this to themselves or to the first system administrator"));
    }
    Ok(())
}
