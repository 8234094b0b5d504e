//! An OTE center with its edge clusters (docs/contracts/ote-center.md).

mod agenda;
mod commands;
mod control;
mod http;
mod options;
mod queue;
mod world;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub use crate::edge::node::NodeOptions;
pub use commands::Command;
pub use control::Expiry;
pub use options::{Breakage, ClusterOptions, Options, demo_clusters};

use crate::faults::{Traffic, lock};
use crate::server::Server;
use crate::state::{self, Saver};
use world::World;

/// A running OTE center. It ends when it is dropped; [`stop`](Self::stop) also saves its state.
#[derive(Debug)]
pub struct Center {
    shared: Arc<Shared>,
    server: Server,
    clock: JoinHandle<()>,
    saver: Option<Saver>,
}

/// What requests, the clock and control share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Something may be due earlier than the clock thinks.
    rethink: Notify,
    token: String,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}

impl Center {
    /// Starts a center with its clusters: those of the state file, or, without one, those of the options. Fails where
    /// it cannot listen, and for a state file that cannot be read.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let earlier = options.state.as_deref().map(state::load).transpose()?.flatten();
        let world = match earlier {
            Some(saved) => World::restore(saved, Instant::now()),
            None => World::new(options.clusters, Instant::now()),
        };
        let shared = Arc::new(Shared { world: Mutex::new(world), rethink: Notify::new(), token: options.token });
        let server = Server::start(options.listen, http::router(shared.clone())).await?;
        let clock = tokio::spawn(run_clock(shared.clone()));
        let world = shared.clone();
        let saver = options.state.map(|path| Saver::start(path, move || world.world().save_changes()));
        Ok(Self { shared, server, clock, saver })
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

impl Drop for Center {
    fn drop(&mut self) {
        self.clock.abort();
    }
}

/// Does what is due, when it is due.
async fn run_clock(shared: Arc<Shared>) {
    loop {
        let next = shared.world().run(Instant::now());
        match next {
            Some(at) if at <= Instant::now() => tokio::task::yield_now().await,
            Some(at) => tokio::select! {
                () = tokio::time::sleep_until(at.into()) => {}
                () = shared.rethink.notified() => {}
            },
            None => shared.rethink.notified().await,
        }
    }
}
