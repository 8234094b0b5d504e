//! One's own token: `/v1/authorization`.

use crate::address::Address;
use crate::settings::Settings;
use api::{Answer, AnyRole, Error, Fields, Json, Rule};
use axum::extract::State;
use serde_json::json;
use std::sync::Arc;

/// A login's two fields. Any text will do: what is wrong is wrong.
pub(crate) struct Login {
    user: String,
    password: String,
}

impl api::FromFields for Login {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { user: fields.text("user", &Rule::TEXT), password: fields.text("password", &Rule::TEXT.secret()) }
    }
}

/// Login (User Management 1). Pending users may; with the right password not approved and forbidden ones get a 403. One message for
/// a wrong user and a wrong password, and one time that it takes.
pub(crate) async fn log_in(
    State(settings): State<Arc<Settings>>,
    Address(address): Address,
    Json(login): Json<Login>,
) -> api::Result {
    let Some(user) = settings.passwords.check(&login.user, &address, &login.password).await? else {
        return Err(Error::unauthorized("the user or the password is wrong"));
    };
    if user.status > 1 {
        return Err(Error::forbidden("this user is not approved, or forbidden"));
    }
    Ok(Answer::success().with("token", settings.first_token(user.id, user.token_generation).await?))
}

/// Update Token (User Management 2): another token, of the same login, which never lives beyond `jwt_refreshed_seconds` after it.
/// The presented one stays valid until its own end.
pub(crate) async fn exchange(State(settings): State<Arc<Settings>>, by: AnyRole) -> api::Result {
    let (now, claims) = (api::now(), by.claims);
    let end = (claims.login_at + settings.jwt_refreshed_seconds).min(now + settings.jwt_expired_seconds);
    if end <= now {
        return Err(Error::unauthorized("the login is too long ago: log in"));
    }
    let token = api::tokens().await?.issue(claims.user, claims.generation, claims.login_at, end)?;
    Ok(Answer::success().with("token", token))
}

/// Get Authorization Information (User Management 10): who the caller is, its role and the platform's flags.
pub(crate) async fn show(State(settings): State<Arc<Settings>>, by: AnyRole) -> api::Result {
    Ok(Answer::data(json!({
        "displayName": by.caller.name,
        "hasRepoAccount": by.caller.has_repository_account,
        "role": by.caller.role as u8,
        "privateProject": settings.private_project,
        "enableIngress": settings.enable_ingress,
        "enableAlert": settings.enable_alert,
        "enableAdminAutoDeploy": settings.enable_admin_auto_deploy,
    })))
}

/// Logout (User Management 9): the presented token is void at once.
pub(crate) async fn log_out(by: AnyRole) -> api::Result {
    let end = i64::try_from(by.claims.expires_at).unwrap_or(i64::MAX);
    store::user::revoke_token(by.scope, &by.claims.id, end).await?;
    Ok(Answer::success())
}
