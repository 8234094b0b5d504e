//! New users: `POST /v1/user`, and what every new user is like.

use crate::password;
use crate::settings::Settings;
use api::{Answer, Error, Fields, Json, Rule};
use axum::extract::State;
use std::sync::Arc;
use store::user::NewUser;

/// The rule of user names.
pub(crate) const NAME: Rule = Rule::TEXT.least(2).most(50).matching(
    |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)),
    "of ASCII letters, digits, `_`, `.` and `-`",
);

/// The rule of phone numbers.
pub(crate) const PHONE: Rule = Rule::TEXT.matching(
    |text| {
        let digits = text.strip_prefix('+').unwrap_or(text);
        (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    },
    "5 to 15 digits, with an optional leading `+`",
);

/// The rule of people's names.
pub(crate) const REAL_NAME: Rule = Rule::TEXT.most(50);

/// The fields that every new user has.
pub(crate) struct Person {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) phone: String,
    pub(crate) real_name: String,
    pub(crate) is_admin: bool,
}

impl api::FromFields for Person {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            user: fields.text("user", &NAME),
            password: fields.text("password", &password::RULE),
            phone: fields.text("phone", &PHONE),
            real_name: fields.text("realName", &REAL_NAME),
            is_admin: fields.flag("isAdmin"),
        }
    }
}

impl Person {
    /// With the password hashed: the dear part.
    pub(crate) async fn hashed(self, settings: &Settings) -> Result<NewUser, Error> {
        Ok(NewUser {
            password_hash: settings.passwords.hash(&self.password).await?,
            name: self.user,
            phone: self.phone,
            real_name: self.real_name,
            is_admin: self.is_admin,
        })
    }
}

/// Names which of the two unique fields is taken.
pub(crate) fn taken(error: store::Error) -> Error {
    if error.is_taken("user.name") {
        Error::conflict("user: this name is taken")
    } else if error.is_taken("user.phone") {
        Error::conflict("phone: another user has this number")
    } else {
        error.into()
    }
}

/// Create User (User Management 3): registers somebody, who waits for a system administrator's approval. Needs no token.
pub(crate) async fn register(State(settings): State<Arc<Settings>>, Json(person): Json<Person>) -> api::Result {
    let database = api::database().await?;
    let id = store::user::register(database, person.hashed(&settings).await?).await.map_err(taken)?;
    Ok(Answer::created(id))
}
