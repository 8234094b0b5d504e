//! What the variables say of Harbor (docs/design.md, Variables).

use std::time::Duration;

use api::{Broken, Variables};

use crate::{Error, Login, Registry, Session};

/// The Harbor that the variables name.
pub struct Harbor {
    /// `scheme://host[:port]` without a trailing slash; "" where none is set.
    url: String,
    /// The longest silence of a call.
    pub(crate) timeout: Duration,
    administrator: Login,
    /// How images name it.
    pub registry: Registry,
}

impl Harbor {
    /// Reads `harbor_url`, `harbor_admin_user`, `harbor_admin_password`, `repository_domain` and `outbound_timeout_ms`.
    pub async fn read() -> Result<Self, Broken> {
        let v = Variables;
        let url = v.text("harbor_url").await?;
        let registry = Registry::new(&v.text("repository_domain").await?, &url)?;
        let timeout: u64 = v.number("outbound_timeout_ms", 1).await?;
        Ok(Self {
            url: url.strip_suffix('/').unwrap_or(&url).to_owned(),
            timeout: Duration::from_millis(timeout),
            administrator: Login {
                user: v.text("harbor_admin_user").await?,
                password: v.text("harbor_admin_password").await?,
            },
            registry,
        })
    }

    /// Asks with an account's login.
    pub fn account(&self, login: Login) -> Session<'_> {
        Session { harbor: self, login: Some(login), administers: false }
    }

    /// Asks as Harbor's administrator.
    pub fn administrator(&self) -> Session<'_> {
        Session { harbor: self, login: Some(self.administrator.clone()), administers: true }
    }

    /// Asks as nobody: what is public.
    pub fn anybody(&self) -> Session<'_> {
        Session { harbor: self, login: None, administers: false }
    }

    /// The base URL.
    pub(crate) fn url(&self) -> Result<&str, Error> {
        if self.url.is_empty() { Err(Error::Missing("harbor_url")) } else { Ok(&self.url) }
    }
}
