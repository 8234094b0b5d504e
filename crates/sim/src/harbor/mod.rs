//! Harbor, as far as the platform uses it (docs/contracts/harbor.md): who is asking, users, projects, repositories
//! with their artifacts and tags, and robots. Paths that are not here are an honest 404.

mod artifacts;
mod caller;
mod control;
mod filter;
mod paging;
mod projects;
mod records;
mod refusal;
mod repositories;
mod robots;
mod system;
mod users;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;

use crate::faults::{Traffic, lock};
use crate::server::Server;
use crate::state::{self, Saver};
use records::Records;
use refusal::Refusal;

/// How a Harbor is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The administrator's name.
    pub admin_user: String,
    /// The administrator's password; it wins over that of a state file.
    pub admin_password: String,
    /// A file that keeps its state between runs, passwords included: this is a stand-in.
    pub state: Option<PathBuf>,
}

/// A running Harbor. It ends when it is dropped; [`stop`](Self::stop) also saves its state.
#[derive(Debug)]
pub struct Harbor {
    server: Server,
    shared: Arc<Shared>,
    saver: Option<Saver>,
}

/// What requests and control share.
#[derive(Debug)]
pub(crate) struct Shared {
    records: Mutex<Records>,
    logins: caller::Logins,
}

impl Shared {
    fn records(&self) -> MutexGuard<'_, Records> {
        lock(&self.records)
    }
}

impl Harbor {
    /// Starts a Harbor, as the state file has it. Fails where it cannot listen, and for a state file that cannot be
    /// read.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let earlier: Option<Records> = options.state.as_deref().map(state::load).transpose()?.flatten();
        let mut records = earlier.unwrap_or_default();
        records.set_administrator(&options.admin_user, &options.admin_password);
        let shared = Arc::new(Shared { records: Mutex::new(records), logins: caller::Logins::default() });
        let server = Server::start(options.listen, router(shared.clone())).await?;
        let kept = shared.clone();
        let saver = options.state.map(|path| Saver::start(path, move || kept.records().take_changes()));
        Ok(Self { server, shared, saver })
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The requests to it: faults to order, and which ones came.
    pub fn traffic(&self) -> &Traffic {
        &self.server.traffic
    }

    /// Stops it and saves its state.
    #[expect(clippy::unused_async, reason = "callers need not know that nothing has to be waited for")]
    pub async fn stop(self) {
        if let Some(saver) = &self.saver {
            saver.finish();
        }
    }
}

fn router(shared: Arc<Shared>) -> Router {
    let api = Router::new()
        .merge(system::routes())
        .merge(users::routes())
        .merge(projects::routes())
        .merge(repositories::routes())
        .merge(artifacts::routes())
        .merge(robots::routes());
    Router::new()
        .nest("/api/v2.0", api)
        .fallback(|| async { Refusal::no_such_path() })
        .method_not_allowed_fallback(|| async { Refusal::method_not_allowed() })
        .layer(middleware::from_fn(caller::cookies))
        .layer(DefaultBodyLimit::max(64 << 20))
        .with_state(shared)
}
