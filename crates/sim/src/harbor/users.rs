//! Users: `/users`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::filter::Filter;
use super::paging::Query;
use super::records::User;
use super::refusal::Refusal;
use super::{Shared, paging};
use crate::api_server::timestamp;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/users", get(list).post(create))
        .route("/users/current", get(current))
        .route("/users/{id}/password", put(change_password))
}

/// `GET /users/current`: who the credentials belong to; a 401 for nobody.
async fn current(caller: Caller) -> Result<Response, Refusal> {
    let user = caller.somebody()?;
    Ok(paging::json(shown(&user)))
}

/// `GET /users?q=username=…`, for administrators. User 1 is never shown.
async fn list(State(shared): State<Arc<Shared>>, caller: Caller, uri: Uri) -> Result<Response, Refusal> {
    caller.administrator()?;
    let query = Query::parse(uri.query());
    let filter = Filter::parse(query.get("q"), &["username"])?;
    let records = shared.records();
    let found = records.users.iter().rev().filter(|user| user.id != 1 && filter.allows("username", &user.name));
    let rows: Vec<Value> = found.map(shown).collect();
    query.page(uri.path(), &rows)
}

/// A password to be changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Change {
    old_password: String,
    new_password: String,
}

/// `PUT /users/{id}/password`: an administrator's word is enough for others, everybody else gives the old one. With wrong
/// credentials Harbor breaks.
async fn change_password(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<u32>,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    let Some(by) = caller.0 else { return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()) };
    let change: Change = paging::body(&headers, &bytes)?;
    if by.id != id && !by.administrator {
        return Err(Refusal::forbidden("not your own"));
    }
    let mut records = shared.records();
    let user = records.users.iter_mut().find(|user| user.id == id);
    let user = user.ok_or_else(|| Refusal::not_found(format!("user {id} not found")))?;
    if by.id == id && change.old_password != user.password {
        return Err(Refusal::forbidden("Current password is incorrect"));
    }
    if !is_good_password(&change.new_password) {
        return Err(Refusal::bad_request("the password breaks the rule"));
    }
    if change.new_password == user.password {
        return Err(Refusal::bad_request("the new password can't be same to the old one"));
    }
    user.password = change.new_password;
    records.touch();
    Ok(StatusCode::OK.into_response())
}

fn shown(user: &User) -> Value {
    json!({
        "user_id": user.id, "username": user.name, "email": user.email, "realname": user.realname,
        "comment": user.comment, "sysadmin_flag": user.administrator, "admin_role_in_auth": false,
        "creation_time": user.created, "update_time": user.created,
    })
}

/// A user to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    username: String,
    password: String,
    email: String,
    realname: String,
    comment: String,
}

impl Wanted {
    /// Harbor's rules, in Harbor's order.
    fn check(&self) -> Result<(), Refusal> {
        paging::check_length("username", &self.username)?;
        paging::check_length("email", &self.email)?;
        if !is_good_password(&self.password) {
            return Err(Refusal::bad_request(
                "the password or secret must be longer than 8 chars with at least 1 uppercase letter, 1 lowercase letter and 1 number",
            ));
        }
        if self.email.is_empty() {
            return Err(Refusal::bad_request("email can't be empty"));
        }
        let is_address = self.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        if !is_address || self.email.contains(char::is_whitespace) {
            return Err(Refusal::bad_request("email with illegal format"));
        }
        for (field, text) in [("realname", &self.realname), ("username", &self.username)] {
            if text.is_empty() || text.chars().count() > 255 {
                return Err(Refusal::bad_request(format!("{field} with illegal length")));
            }
            if text.contains(|c| ",~#$%".contains(c)) {
                return Err(Refusal::bad_request(format!("{field} contains illegal characters")));
            }
        }
        if self.comment.chars().count() > 30 {
            return Err(Refusal::bad_request("comment with illegal length"));
        }
        Ok(())
    }
}

/// 8 to 128 characters with an upper-case letter, a lower-case letter and a digit, of ASCII.
fn is_good_password(text: &str) -> bool {
    (8..=128).contains(&text.chars().count())
        && text.contains(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_uppercase())
        && text.contains(|c: char| c.is_ascii_digit())
}

/// `POST /users`, for administrators: a name or an e-mail address that is taken is the same 409.
async fn create(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    caller.administrator()?;
    let wanted: Wanted = paging::body(&headers, &bytes)?;
    wanted.check()?;
    let mut records = shared.records();
    if records.users.iter().any(|user| user.name == wanted.username || user.email == wanted.email) {
        let message = format!("user {} or email {} already exists", wanted.username, wanted.email);
        return Err(Refusal::conflict(message));
    }
    let id = records.add_user(User {
        id: 0,
        name: wanted.username,
        password: wanted.password,
        email: wanted.email,
        realname: wanted.realname,
        comment: wanted.comment,
        administrator: false,
        created: timestamp(),
    });
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v2.0/users/{id}"))]).into_response())
}
