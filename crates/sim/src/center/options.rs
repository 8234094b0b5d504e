//! How a center and its clusters are started.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::edge::node::NodeOptions;

/// How a center is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The bearer token that it asks for.
    pub token: String,
    /// A file that keeps its state between runs.
    pub state: Option<PathBuf>,
    /// The edge clusters of a new center; those of an existing state file win over them.
    pub clusters: Vec<ClusterOptions>,
}

/// An edge cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClusterOptions {
    /// Its id at the center, at most 63 characters.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// Its nodes.
    pub nodes: Vec<NodeOptions>,
    /// Connected to the center. One that starts offline was connected before, and so has the center's namespaces.
    pub online: bool,
    /// Reports only the part of each object that the contract page names.
    pub lightweight: bool,
    /// How long after a change it is reported.
    pub report_lag: Duration,
    /// How often it says that it is there. A real one does so every minute.
    pub heartbeat: Duration,
    /// How long a pod takes to come up, give or take a fifth.
    pub pod_start: Duration,
    /// How long an answer to a command is on its way.
    pub answer_delay: Duration,
}

impl ClusterOptions {
    /// An online cluster with two nodes; its pods come up within a second and a half.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        let name = name.into();
        let prefix = name.to_lowercase();
        Self {
            id: id.into(),
            nodes: vec![
                NodeOptions::new(format!("{prefix}-1"), "10.0.0.1"),
                NodeOptions::new(format!("{prefix}-2"), "10.0.0.2"),
            ],
            name,
            online: true,
            lightweight: false,
            report_lag: Duration::from_millis(200),
            heartbeat: Duration::from_secs(5),
            pod_start: Duration::from_millis(1_200),
            answer_delay: Duration::ZERO,
        }
    }

    /// With these nodes instead.
    #[must_use]
    pub fn with_nodes(mut self, nodes: Vec<NodeOptions>) -> Self {
        self.nodes = nodes;
        self
    }

    /// With lightweight reports.
    #[must_use]
    pub fn lightweight(mut self) -> Self {
        self.lightweight = true;
        self
    }

    /// Away from the start.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.online = false;
        self
    }

    /// With pods that take so long to come up.
    #[must_use]
    pub fn with_pod_start(mut self, pod_start: Duration) -> Self {
        self.pod_start = pod_start;
        self
    }

    /// With reports that come so long after a change.
    #[must_use]
    pub fn with_report_lag(mut self, report_lag: Duration) -> Self {
        self.report_lag = report_lag;
        self
    }

    /// With heartbeats so often.
    #[must_use]
    pub fn with_heartbeat(mut self, heartbeat: Duration) -> Self {
        self.heartbeat = heartbeat;
        self
    }
}

/// Why pods do not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakage {
    /// Their image cannot be pulled: `ImagePullBackOff`.
    Image,
    /// Their containers end again and again: `CrashLoopBackOff`.
    Crash,
}

/// Three edge clusters to try the platform with: one has GPUs, one reports lightweight.
pub fn demo_clusters() -> Vec<ClusterOptions> {
    let nodes = |prefix: &str, network: u8, count: u8| -> Vec<NodeOptions> {
        (1..=count).map(|at| NodeOptions::new(format!("{prefix}-{at}"), format!("10.{network}.0.{at}"))).collect()
    };
    let mut with_gpus = nodes("gz", 1, 3);
    with_gpus.push(NodeOptions::new("gz-gpu", "10.1.0.10").with_size(16, "64Gi").with_gpus(2, 16_384));
    vec![
        ClusterOptions::new("6f1c2a54-0d1e-4b7a-9a63-5b0c1f0e7d01", "GuangZhou").with_nodes(with_gpus),
        ClusterOptions::new("b8d3f0c9-7a42-4e0f-8c15-2e6a9d4b3c02", "BeiJing").with_nodes(nodes("bj", 2, 2)),
        ClusterOptions::new("2c9e7b16-53f8-4d2b-b7e4-91d80a6f5e03", "ShenZhen")
            .with_nodes(nodes("sz", 3, 2))
            .lightweight(),
    ]
}
