//! The variables of this component, and what is made of them.

use std::sync::Arc;

use api::{Broken, Error, Variables};
use harbor::{Harbor, Login, Session};
use secrets::Secrets;
use store::Tenant;
use store::repository::Credentials;

/// What the component's variables say (docs/design.md, Variables).
pub(crate) struct Settings {
    /// Our Harbor.
    pub(crate) harbor: Harbor,
    secrets: Secrets,
}

impl Settings {
    pub(crate) async fn read() -> Result<Arc<Self>, Broken> {
        let secrets = Secrets::new(&Variables.text("secrets_key").await?);
        let secrets = secrets.map_err(|fault| Broken::new("secrets_key", fault))?;
        Ok(Arc::new(Self { harbor: Harbor::read().await?, secrets }))
    }

    /// A password, encrypted for the tenant's business alone.
    pub(crate) fn seal(&self, tenant: Tenant, password: &str) -> Result<String, Error> {
        self.secrets.seal(password, &owner(tenant)).map_err(Error::internal)
    }

    /// The login of the tenant's account at Harbor; a 409 before it has one.
    pub(crate) async fn login(&self, tenant: Tenant) -> Result<Login, Error> {
        let account = store::repository::account(tenant).await?;
        let Credentials { user, secret } = account.ok_or_else(|| {
            Error::conflict("your business has no repository account yet: make one with POST /v1/repository/user")
        })?;
        let password = self.secrets.open(&secret, &owner(tenant)).map_err(Error::internal)?;
        Ok(Login { user, password })
    }

    /// Harbor, asked with the account of the tenant's business; a 409 before it has one.
    pub(crate) async fn account(&self, tenant: Tenant) -> Result<Session<'_>, Error> {
        Ok(self.harbor.account(self.login(tenant).await?))
    }
}

fn owner(tenant: Tenant) -> String {
    format!("business {}", tenant.business())
}

/// A moment as Harbor says it, as whole seconds since the Unix epoch; 0 where it says none.
pub(crate) fn seconds(rfc3339: &str) -> u64 {
    let moment = humantime::parse_rfc3339_weak(rfc3339).ok();
    moment.and_then(|moment| moment.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_whole_seconds() {
        assert_eq!(seconds("2019-03-05T05:12:01.987Z"), 1_551_762_721);
        assert_eq!(seconds("2019-03-05T05:12:01Z"), 1_551_762_721);
        for none in ["", "0001-01-01T00:00:00.000Z", "yesterday"] {
            assert_eq!(seconds(none), 0, "{none}");
        }
    }
}
