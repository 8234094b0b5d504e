//! The stand-ins for the application's remote sides (crate `sim`), started where no real ones are given.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::secrets;
use crate::variables::{Origin, Variables};

/// Stand-ins that are running.
#[derive(Default)]
pub(crate) struct StandIns {
    center: Option<sim::Center>,
    harbor: Option<sim::Harbor>,
}

impl StandIns {
    /// Starts those whose URL is a variable with an empty default that nobody has given, not even as empty, on the two
    /// ports after the application's own; and gives the application their addresses and secrets.
    ///
    /// # Errors
    ///
    /// When a port is taken, or the folder `state`, where they keep what they know, cannot be written.
    pub(crate) async fn start(
        variables: &Variables,
        given: &mut BTreeMap<String, String>,
        listen: SocketAddr,
        state: &Path,
    ) -> Result<Self> {
        let wanted = |name| variables.origin(name) == Some(Origin::Default) && variables.non_empty(name).is_none();
        let mut started = Self::default();
        if wanted("center_url") {
            let token = kept(&state.join("center.token"))?;
            let center = start_center(next(listen, 1), &token, state).await?;
            given.extend([("center_url".to_owned(), center.url()), ("center_token".to_owned(), token)]);
            started.center = Some(center);
        }
        if wanted("harbor_url") {
            let password = kept(&state.join("harbor.password"))?;
            let user = variables.non_empty("harbor_admin_user").unwrap_or("admin");
            let harbor = start_harbor(next(listen, 2), user, &password, state).await?;
            given.extend([("harbor_url".to_owned(), harbor.url()), ("harbor_admin_password".to_owned(), password)]);
            started.harbor = Some(harbor);
        }
        Ok(started)
    }

    /// A line for people about each.
    pub(crate) fn lines(&self, state: &Path) -> Vec<String> {
        let line = |what: &str, url: String, secret: &str| {
            format!("{what} (a stand-in): {url}, its secret in {}", state.join(secret).display())
        };
        let center = self.center.as_ref().map(|center| line("OTE center", center.url(), "center.token"));
        let harbor = self.harbor.as_ref().map(|harbor| line("Harbor", harbor.url(), "harbor.password"));
        center.into_iter().chain(harbor).collect()
    }

    /// Stops them.
    pub(crate) async fn stop(self) {
        if let Some(center) = self.center {
            center.stop().await;
        }
        if let Some(harbor) = self.harbor {
            harbor.stop().await;
        }
    }
}

async fn start_center(listen: SocketAddr, token: &str, state: &Path) -> Result<sim::Center> {
    let options = sim::center::Options {
        listen,
        token: token.to_owned(),
        state: Some(state.join("center.json")),
        clusters: sim::center::demo_clusters(),
    };
    sim::Center::start(options)
        .await
        .with_context(|| format!("the stand-in of the OTE center did not start on {listen}"))
}

async fn start_harbor(listen: SocketAddr, user: &str, password: &str, state: &Path) -> Result<sim::Harbor> {
    let options = sim::harbor::Options {
        listen,
        admin_user: user.to_owned(),
        admin_password: password.to_owned(),
        state: Some(state.join("harbor.json")),
    };
    sim::Harbor::start(options).await.with_context(|| format!("the stand-in of Harbor did not start on {listen}"))
}

/// An address of this machine, some ports after another; any free one where the other was any.
fn next(listen: SocketAddr, distance: u16) -> SocketAddr {
    let port = if listen.port() == 0 { 0 } else { listen.port().saturating_add(distance) };
    SocketAddr::new(std::net::Ipv4Addr::LOCALHOST.into(), port)
}

/// A secret that is made up once and kept in a file that only its owner may read.
fn kept(path: &Path) -> Result<String> {
    if let Ok(secret) = std::fs::read_to_string(path)
        && !secret.trim().is_empty()
    {
        return Ok(secret.trim().to_owned());
    }
    let secret = secrets::token()?;
    let file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(secret.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(secret)
}
