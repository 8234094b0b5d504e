//! An edge cluster: an API server of its own, the controllers behind it, and what the OTE shim there does.

pub(crate) mod node;
pub(crate) mod report;
pub(crate) mod shim;

mod charts;
mod daemon_sets;
mod deployments;
mod owned;
mod pods;
mod scheduler;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::api_server::ApiServer;
use crate::api_server::kinds::{self, NAMESPACES, NODES};
use crate::center::{Breakage, ClusterOptions};

/// An edge cluster.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) options: ClusterOptions,
    pub(crate) api: ApiServer,
    /// Commands never arrive; nothing says so.
    pub(crate) deaf: bool,
    /// The next command comes so much later.
    pub(crate) next_command_late: Option<Duration>,
    /// So many commands are answered with code 0.
    pub(crate) shim_failures: u32,
    /// Pods that do not run, by a part of their name or image.
    pub(crate) broken: Vec<(String, Breakage)>,
    /// The version of its own objects that the center has been told of.
    pub(crate) reported: u64,
    /// A report is on its way.
    pub(crate) report_due: bool,
    /// Its connection hangs: neither reports nor heartbeats come.
    pub(crate) stale: bool,
    /// When the controllers will look again.
    pub(crate) wake: Option<Instant>,
    /// How far each pod has come, by uid.
    progress: HashMap<String, pods::Progress>,
    /// The version that the controllers have acted upon.
    settled: u64,
}

impl Edge {
    /// A new cluster with its nodes.
    pub(crate) fn new(options: ClusterOptions) -> Self {
        let mut api = ApiServer::new(kinds::EDGE);
        if let Some(mut system) = api.get(&NAMESPACES, "", "kube-system").map(|namespace| namespace.value.clone()) {
            // A cluster is known by the uid of this namespace (docs/contracts/kubernetes.md).
            api.remove(&NAMESPACES, "", "kube-system");
            system["metadata"]["uid"] = json!(options.id);
            api.put(&NAMESPACES, system);
        }
        for node in &options.nodes {
            api.put(&NODES, node.object());
        }
        Self::with(options, api)
    }

    /// A cluster with its objects of an earlier run.
    pub(crate) fn with(options: ClusterOptions, api: ApiServer) -> Self {
        Self {
            options,
            api,
            deaf: false,
            next_command_late: None,
            shim_failures: 0,
            broken: Vec::new(),
            reported: 0,
            report_due: false,
            stale: false,
            wake: None,
            progress: HashMap::new(),
            settled: 0,
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.options.id
    }

    /// Whether commands and namespaces reach it.
    pub(crate) fn connected(&self) -> bool {
        self.options.online && !self.deaf
    }

    /// Lets the controllers act on what has changed; says when they want to look again.
    pub(crate) fn settle(&mut self, now: Instant) -> Option<Instant> {
        self.run_pods(now);
        if self.holds_back_pods() {
            self.unsettle();
        }
        let mut rounds = 0;
        // Each controller may give another something to do; all come to rest within a few rounds.
        while self.settled != self.api.revision() && rounds < 10 {
            self.settled = self.api.revision();
            rounds += 1;
            self.run_charts();
            self.run_deployments(now);
            self.run_daemon_sets();
            self.remove_orphans();
            self.schedule();
            self.run_pods(now);
        }
        if self.settled != self.api.revision() {
            return Some(now);
        }
        self.next_progress(now)
    }

    /// Makes the controllers look again though no object has changed.
    pub(crate) fn unsettle(&mut self) {
        self.settled = 0;
    }
}
