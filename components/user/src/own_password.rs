//! One's own password: `PUT /v1/user`.

use crate::address::Address;
use crate::password;
use crate::settings::Settings;
use api::{Answer, AnyRole, Error, Fields, Json, Rule};
use axum::extract::State;
use std::sync::Arc;

/// The two passwords. The old one is any text: what is wrong is wrong.
pub(crate) struct Change {
    old: String,
    new: String,
}

impl api::FromFields for Change {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { old: fields.text("oldPassword", &Rule::TEXT.secret()), new: fields.text("password", &password::RULE) }
    }
}

/// Update Password (User Management 4): voids all one's tokens and answers a fresh one. A wrong old password is a 403, and counts
/// as a wrong login does (docs/semantics.md, Users: throttle).
pub(crate) async fn change(
    State(settings): State<Arc<Settings>>,
    by: AnyRole,
    Address(address): Address,
    Json(change): Json<Change>,
) -> api::Result {
    if settings.passwords.check(&by.caller.name, &address, &change.old).await?.is_none() {
        return Err(Error::forbidden("oldPassword is wrong"));
    }
    let hash = settings.passwords.hash(&change.new).await?;
    let generation = store::user::change_password(by.scope, by.claims.generation, &hash).await?;
    let generation = generation.ok_or_else(|| Error::unauthorized("the token was revoked meanwhile: log in"))?;
    Ok(Answer::success().with("token", settings.first_token(by.caller.id, generation).await?))
}
