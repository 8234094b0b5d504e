//! What is deployed: an application version.

use serde::{Deserialize, Serialize};

/// An application version, as it is stored and as it is rendered. Field names of its JSON are those of the API document
/// (docs/otestack-v1.txt, "Create Application"); numbers are as a request gives them: CPU and both targets in percent,
/// memory in megabytes, 0 for none.
///
/// What a value may be is checked where it is taken from a request; rendering relies on no more than the types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// A DNS-1123 label of at most 40 characters.
    #[serde(rename = "appName")]
    pub name: String,
    /// The full version: `1.2.3`.
    pub version: String,
    /// What it is at an edge.
    pub deploy_type: DeployType,
    /// The image's reference; of a chart `oci://…` without a tag, for the tag is the version.
    pub image: String,
    /// Run by a shell; "" runs what the image says.
    #[serde(default)]
    pub command: String,
    /// TCP ports that it listens on.
    #[serde(rename = "port", default)]
    pub ports: Vec<Port>,
    /// What it sees of the node's files.
    #[serde(rename = "volume", default)]
    pub volumes: Vec<Volume>,
    /// Its environment.
    #[serde(default)]
    pub env: Vec<Variable>,
    /// What it calls: two more variables each.
    #[serde(default)]
    pub dependence: Vec<Dependence>,
    /// Pods wanted at each cluster; like the next two and `isHPA` it means nothing to a daemonset.
    #[serde(default)]
    pub replicas: u32,
    /// The fewest that the autoscaler may leave.
    #[serde(default)]
    pub min_replicas: u32,
    /// The most that the autoscaler may make.
    #[serde(default)]
    pub max_replicas: u32,
    /// Percent of a core that a pod is given.
    #[serde(rename = "minCPU", default)]
    pub min_cpu: u32,
    /// Percent of a core that a pod may use; 0 for no limit.
    #[serde(rename = "maxCPU", default)]
    pub max_cpu: u32,
    /// Megabytes that a pod is given.
    #[serde(default)]
    pub min_memory: u32,
    /// Megabytes that a pod may use; 0 for no limit.
    #[serde(default)]
    pub max_memory: u32,
    /// NVIDIA GPUs of a pod.
    #[serde(rename = "GPU", default)]
    pub gpu: u32,
    /// Whether an autoscaler owns the number of pods.
    #[serde(rename = "isHPA", default)]
    pub is_hpa: bool,
    /// Percent of `minCPU` that the autoscaler aims at; 0 leaves CPU out.
    #[serde(rename = "targetCPUUtilization", default)]
    pub target_cpu_utilization: u32,
    /// Percent of `minMemory` that the autoscaler aims at; 0 leaves memory out.
    #[serde(default)]
    pub target_mem_utilization: u32,
    /// Pods that may be missing during an update.
    #[serde(default)]
    pub max_unavailable: u32,
    /// Pods that may be too many during an update; to a daemonset it means something only when none may be missing.
    #[serde(default)]
    pub max_surge: u32,
    /// Seconds for which a pod must be ready before the update goes on.
    #[serde(default)]
    pub min_ready_seconds: u32,
}

/// What an application is at an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeployType {
    /// So many pods, wherever there is room.
    Deployment,
    /// One pod on every node.
    DaemonSet,
    /// A Helm chart.
    Chart,
}

/// A TCP port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Port {
    /// In the container.
    pub port: u16,
    /// On the node, where it can be had once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
}

/// A path of the node in the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// In the container.
    pub path: String,
    /// On the node.
    pub host_path: String,
    /// Whether the container may only read it.
    #[serde(default)]
    pub read_only: bool,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// A C identifier.
    pub name: String,
    /// Its value, verbatim: `$(NAME)` in it means nothing.
    #[serde(default)]
    pub value: String,
}

/// A service that the application calls, told to it as `<NAME>_HOST` and `<NAME>_PORT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependence {
    /// What the variables begin with: `[A-Za-z][A-Za-z0-9-]*`.
    pub name: String,
    /// Host of the service.
    pub service: String,
    /// Port of the service.
    pub port: u16,
}
