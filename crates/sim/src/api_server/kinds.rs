//! The kinds of object that the servers here know.

use std::cmp::Ordering;

use serde_json::Value;

/// A kind of Kubernetes object.
#[derive(Debug)]
pub(crate) struct Kind {
    /// API group, "" for the core group.
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    /// As in a path: `deployments`.
    pub(crate) resource: &'static str,
    /// As in an object: `Deployment`.
    pub(crate) name: &'static str,
    pub(crate) namespaced: bool,
    /// A custom resource: no status of its own, no replacement without a version (docs/contracts/kubernetes.md).
    pub(crate) custom: bool,
}

impl Kind {
    const fn core(resource: &'static str, name: &'static str, namespaced: bool) -> Self {
        Self { group: "", version: "v1", resource, name, namespaced, custom: false }
    }

    const fn grouped(group: &'static str, version: &'static str, resource: &'static str, name: &'static str) -> Self {
        Self { group, version, resource, name, namespaced: true, custom: false }
    }

    const fn custom(group: &'static str, resource: &'static str, name: &'static str) -> Self {
        Self { group, version: "v1", resource, name, namespaced: true, custom: true }
    }

    /// `apps/v1`, `v1`.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `deployments.apps`, `pods`: as messages name a resource.
    pub(crate) fn qualified_resource(&self) -> String {
        if self.group.is_empty() { self.resource.to_owned() } else { format!("{}.{}", self.resource, self.group) }
    }

    /// `Deployment.apps`, `Pod`: as messages about an invalid object name its kind.
    pub(crate) fn qualified_name(&self) -> String {
        if self.group.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.name, self.group) }
    }

    /// The kind of an object as it calls itself.
    pub(crate) fn of(object: &Value) -> Option<&'static Kind> {
        let api_version = object["apiVersion"].as_str()?;
        let name = object["kind"].as_str()?;
        EDGE.iter().chain(CENTER).copied().find(|kind| kind.name == name && kind.api_version() == api_version)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Kind {}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.group, self.resource).cmp(&(other.group, other.resource))
    }
}

pub(crate) static NAMESPACES: Kind = Kind::core("namespaces", "Namespace", false);
pub(crate) static NODES: Kind = Kind::core("nodes", "Node", false);
pub(crate) static PODS: Kind = Kind::core("pods", "Pod", true);
pub(crate) static SERVICES: Kind = Kind::core("services", "Service", true);
pub(crate) static SECRETS: Kind = Kind::core("secrets", "Secret", true);
pub(crate) static CONFIG_MAPS: Kind = Kind::core("configmaps", "ConfigMap", true);
pub(crate) static DEPLOYMENTS: Kind = Kind::grouped("apps", "v1", "deployments", "Deployment");
pub(crate) static DAEMON_SETS: Kind = Kind::grouped("apps", "v1", "daemonsets", "DaemonSet");
pub(crate) static AUTOSCALERS: Kind =
    Kind::grouped("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler");
pub(crate) static HELM_CHARTS: Kind = Kind::custom("helm.cattle.io", "helmcharts", "HelmChart");
pub(crate) static CLUSTERS: Kind = Kind::custom("ote.baidu.com", "clusters", "Cluster");
pub(crate) static COMMANDS: Kind = Kind::custom("ote.baidu.com", "clustercontrollers", "ClusterController");

/// What an edge's API server knows.
pub(crate) static EDGE: &[&Kind] = &[
    &NAMESPACES,
    &NODES,
    &PODS,
    &SERVICES,
    &SECRETS,
    &CONFIG_MAPS,
    &DEPLOYMENTS,
    &DAEMON_SETS,
    &AUTOSCALERS,
    &HELM_CHARTS,
];

/// What the center's API server knows.
pub(crate) static CENTER: &[&Kind] =
    &[&NAMESPACES, &NODES, &PODS, &SERVICES, &SECRETS, &CONFIG_MAPS, &DEPLOYMENTS, &DAEMON_SETS, &CLUSTERS, &COMMANDS];

/// What an edge reports to the center.
pub(crate) static REPORTED: &[&Kind] = &[&NODES, &PODS, &SERVICES, &DEPLOYMENTS, &DAEMON_SETS];
