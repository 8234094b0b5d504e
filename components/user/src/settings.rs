//! The variables of this component.

use crate::password::{self, Passwords};
use api::{Broken, Error, Variables};
use std::sync::Arc;

/// What the component's variables say (docs/design.md, Variables).
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the API document")]
pub(crate) struct Settings {
    /// Seconds that a token lives.
    pub(crate) jwt_expired_seconds: u64,
    /// Seconds after a login in which tokens can be exchanged for new ones.
    pub(crate) jwt_refreshed_seconds: u64,
    /// Proxies in front, for the caller's address.
    pub(crate) trusted_proxies: usize,
    /// The flags of `GET /v1/authorization`.
    pub(crate) private_project: bool,
    pub(crate) enable_ingress: bool,
    pub(crate) enable_alert: bool,
    pub(crate) enable_admin_auto_deploy: bool,
    /// Computes hashes.
    pub(crate) passwords: Passwords,
    super_admin_name: String,
    super_admin_password: String,
}

impl Settings {
    pub(crate) async fn read() -> Result<Arc<Self>, Broken> {
        let v = Variables;
        let settings = Self {
            jwt_expired_seconds: v.number("jwt_expired_seconds", 1).await?,
            jwt_refreshed_seconds: v.number("jwt_refreshed_seconds", 1).await?,
            trusted_proxies: v.number("trusted_proxies", 0).await?,
            private_project: v.flag("private_project").await?,
            enable_ingress: v.flag("enable_ingress").await?,
            enable_alert: v.flag("enable_alert").await?,
            enable_admin_auto_deploy: v.flag("enable_admin_auto_deploy").await?,
            passwords: Passwords::new(v.number("password_parallelism", 1).await?),
            super_admin_name: v.text("super_admin_name").await?,
            super_admin_password: v.text("super_admin_password").await?,
        };
        if let Some(fault) = crate::registration::NAME.fault(&settings.super_admin_name) {
            return Err(Broken::new("super_admin_name", fault));
        }
        if let Some(fault) = password::RULE.fault(&settings.super_admin_password) {
            return Err(Broken::new("super_admin_password", fault));
        }
        Ok(Arc::new(settings))
    }

    /// The token that begins a chain of exchanges, for who has just shown the password.
    pub(crate) async fn first_token(&self, user: i64, generation: i64) -> Result<String, Error> {
        let now = api::now();
        api::tokens().await?.issue(user, generation, now, now + self.jwt_expired_seconds)
    }

    /// Makes the first system administrator when the database is new.
    pub(crate) async fn found_administrator(&self) -> Result<(), Broken> {
        let database = api::database().await?;
        if !store::user::is_founded(database).await? {
            let hash = password::hash(&self.super_admin_password)
                .map_err(|error| Broken(format!("super_admin_password: {error:?}")))?;
            store::user::found(database, &self.super_admin_name, &hash).await?;
        }
        Ok(())
    }
}
