//! Users: accounts of businesses.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::call::{Call, encode};
use crate::{Error, Session};

/// A user of Harbor.
#[derive(Debug, Deserialize)]
pub struct User {
    /// Its id.
    #[serde(rename = "user_id")]
    pub id: i64,
    /// Its name.
    pub username: String,
    /// Its e-mail address, by which an account of ours is recognised; "" where it is not shown.
    #[serde(default)]
    pub email: String,
}

/// The e-mail address of an account that a business made under this name: Harbor wants one, each only once, and tells whether
/// a user is ours by it.
pub fn email(business: i64, name: &str) -> String {
    let hash = Sha256::digest(format!("otestack/{business}/{name}"));
    let hash = hash.iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    format!("ns{business}-{hash}@otestack.example.com")
}

impl Session<'_> {
    /// Who the login belongs to.
    pub async fn current_user(&self) -> Result<User, Error> {
        self.call(&Call::get("/users/current", "tell who asks")).await?.json()
    }

    /// Makes a user, as the administrator. [`Error::is_taken`] for a name, or an e-mail address, that somebody has.
    pub async fn create_user(&self, name: &str, password: &str, email: &str) -> Result<i64, Error> {
        let body =
            json!({"username": name, "password": password, "email": email, "realname": name, "comment": "by otestack"});
        let call = Call::new(Method::POST, "/users", "make the user").with_body(body);
        match self.call(&call).await?.created {
            Some(id) => Ok(id),
            None => self.user_named(name).await?.map(|user| user.id).ok_or_else(crate::call::not_understood),
        }
    }

    /// The user of a name, as the administrator. User 1 is never shown.
    pub async fn user_named(&self, name: &str) -> Result<Option<User>, Error> {
        let query = encode(&format!("username={}", encode(name)));
        let call = Call::get(format!("/users?q={query}&page=1&page_size=100"), "look for the user");
        let users: Vec<User> = self.call(&call).await?.json()?;
        Ok(users.into_iter().find(|user| user.username == name))
    }

    /// Gives a user another password, as the administrator.
    pub async fn reset_password(&self, user: i64, new: &str) -> Result<(), Error> {
        self.put_password(user, json!({"new_password": new})).await
    }

    /// Changes the own password. The login must be good: with a stale one Harbor breaks, a 500 without a body.
    pub async fn change_password(&self, user: i64, new: &str) -> Result<(), Error> {
        let old = self.login.as_ref().map(|login| login.password.as_str());
        match self.put_password(user, json!({"old_password": old, "new_password": new})).await {
            // The password was right a moment ago: somebody else has changed it.
            Err(Error::Refused { status: 403, .. }) => Err(Error::Stale),
            result => result,
        }
    }

    async fn put_password(&self, user: i64, body: serde_json::Value) -> Result<(), Error> {
        let call = Call::new(Method::PUT, format!("/users/{user}/password"), "change the password").with_body(body);
        self.call(&call).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_recognised_by_its_business_and_name() {
        let ours = email(7, "shop");
        assert_eq!(ours, email(7, "shop"));
        assert!(ours != email(8, "shop") && ours != email(7, "Shop"));
        assert!(email(i64::MAX, &"字".repeat(255)).len() < 255);
    }
}
