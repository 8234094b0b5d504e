//! The business's account at Harbor: `/v1/repository/user`.

use std::sync::Arc;

use api::{Answer, Error, Fields, Json, Member, Rule};
use axum::extract::State;
use harbor::{Login, PASSWORD};
use store::repository::{self, Credentials};

use crate::settings::Settings;

/// Harbor takes none of `,~#$%`, and a name with a colon could never log in.
const NAME: Rule =
    Rule::TEXT.most(255).matching(|text| !text.contains([',', '~', '#', '$', '%', ':']), "without `,~#$%:`");

/// An account to be made.
pub(crate) struct Account(Login);

impl api::FromFields for Account {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(Login { user: fields.text("user", &NAME), password: fields.text("password", &PASSWORD) })
    }
}

/// Create User (Repository Management 5): the one account of the caller's business. Without an answer of Harbor's the same call,
/// repeated, completes.
pub(crate) async fn create(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Json(Account(login)): Json<Account>,
) -> api::Result {
    let tenant = by.tenant()?;
    let second = || Error::conflict("your business has a repository account already");
    if repository::account(tenant).await?.is_some() {
        return Err(second());
    }
    let id = make(&settings, tenant.business(), &login).await?;
    let secret = settings.seal(tenant, &login.password)?;
    if repository::create_account(tenant, &Credentials { user: login.user, secret }).await? {
        Ok(Answer::created(id))
    } else {
        Err(second())
    }
}

/// Makes the user at Harbor, or finds it made by an earlier call whose answer was lost: then it has our own e-mail address for
/// this business. Nobody else's password is tried: a wrong one would keep its owner out.
async fn make(settings: &Settings, business: i64, login: &Login) -> Result<i64, Error> {
    let (administrator, email) = (settings.harbor.administrator(), harbor::email(business, &login.user));
    match administrator.create_user(&login.user, &login.password, &email).await {
        Ok(id) => return Ok(id),
        Err(error) if !error.is_taken() => return Err(error.into()),
        Err(_) => {}
    }
    let ours = administrator.user_named(&login.user).await?.filter(|user| user.email == email);
    let user = ours.ok_or_else(|| Error::conflict("user: Harbor has a user of this name already"))?;
    match settings.harbor.account(login.clone()).current_user().await {
        Ok(user) => Ok(user.id),
        Err(harbor::Error::Stale) => {
            administrator.reset_password(user.id, &login.password).await?;
            Ok(user.id)
        }
        Err(error) => Err(error.into()),
    }
}

/// A new password.
pub(crate) struct NewPassword(String);

impl api::FromFields for NewPassword {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(fields.text("password", &PASSWORD))
    }
}

/// Update Password (Repository Management 6), at Harbor and here. With the password that Harbor has already it mends an account
/// whose password was changed elsewhere.
pub(crate) async fn change_password(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Json(NewPassword(new)): Json<NewPassword>,
) -> api::Result {
    let tenant = by.tenant()?;
    let stored = settings.login(tenant).await?;
    let renewed = Login { user: stored.user.clone(), password: new };
    let unchanged = stored.password == renewed.password;
    let session = settings.harbor.account(stored);
    match session.current_user().await {
        Ok(_) if unchanged => return Ok(Answer::success()), // the same password again is a 400 of Harbor's
        Ok(user) => session.change_password(user.id, &renewed.password).await?,
        Err(harbor::Error::Stale) if !unchanged => drop(settings.harbor.account(renewed.clone()).current_user().await?),
        Err(error) => return Err(error.into()),
    }
    repository::change_account(tenant, &settings.seal(tenant, &renewed.password)?).await?;
    Ok(Answer::success())
}
