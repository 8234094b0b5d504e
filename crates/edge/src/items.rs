//! What the shim reports, as rows of the mirror.

use crate::shim;
use store::inventory::{Cluster, Gone, Items, Kind, Node, Pod, Workload};

/// The label by which the pods of a deployment are known.
pub(crate) const INSTANCE: &str = "app.kubernetes.io/instance";
const VERSION: &str = "otestack.io/version";

/// The shim's name of a kind.
pub(crate) fn kind_of(kind: Kind) -> shim::Kind {
    match kind {
        Kind::Clusters => shim::Kind::Clusters,
        Kind::Nodes => shim::Kind::Nodes,
        Kind::Workloads => shim::Kind::Workloads,
        Kind::Pods => shim::Kind::Pods,
    }
}

/// Items of one kind; others, which a shim never mixes in, are passed over.
pub(crate) fn rows(kind: Kind, items: Vec<shim::Item>) -> Items {
    let items = items.into_iter();
    match kind {
        Kind::Clusters => Items::Clusters(items.filter_map(cluster).collect()),
        Kind::Nodes => Items::Nodes(items.filter_map(node).collect()),
        Kind::Workloads => Items::Workloads(items.filter_map(workload).collect()),
        Kind::Pods => Items::Pods(items.filter_map(pod).collect()),
    }
}

/// What is gone.
pub(crate) fn gone(keys: Vec<shim::ItemKey>) -> Vec<Gone> {
    let gone = |key: shim::ItemKey| Gone {
        cluster: key.cluster,
        namespace: key.namespace,
        name: key.name,
        resource: key.resource,
    };
    keys.into_iter().map(gone).collect()
}

fn cluster(item: shim::Item) -> Option<Cluster> {
    let shim::Item::Cluster(c) = item else { return None };
    Some(Cluster { id: c.id, name: c.name, online: c.online, reported_at: c.reported_at })
}

fn node(item: shim::Item) -> Option<Node> {
    let shim::Item::Node(n) = item else { return None };
    let labels =
        n.labels.into_iter().filter(|(key, value)| is_ours(key) && value == "true").map(|(key, _)| key).collect();
    Some(Node {
        cluster_id: n.cluster,
        name: n.name,
        ready: n.ready,
        operating_system: n.operating_system,
        kernel_version: n.kernel_version,
        ip: n.ip,
        cpu: n.cpu,
        memory: n.memory,
        disk: n.disk,
        gpu: n.gpu,
        labels,
    })
}

/// Only labels that the platform writes count as node labels (docs/semantics.md, Clusters and nodes).
fn is_ours(key: &str) -> bool {
    key.split_once('/').is_some_and(|(domain, _)| domain == "otestack.io" || domain.ends_with(".otestack.io"))
}

fn workload(item: shim::Item) -> Option<Workload> {
    let shim::Item::Workload(w) = item else { return None };
    let version = label(&w.labels, VERSION);
    Some(Workload {
        cluster_id: w.cluster,
        namespace: w.namespace,
        name: w.name,
        resource: w.resource,
        version,
        replicas: w.replicas,
    })
}

fn pod(item: shim::Item) -> Option<Pod> {
    let shim::Item::Pod(p) = item else { return None };
    let (instance, version) = (label(&p.labels, INSTANCE), label(&p.labels, VERSION));
    let state = match p.state {
        shim::PodState::Starting => "starting",
        shim::PodState::Ready => "ready",
        shim::PodState::Failing => "failing",
        shim::PodState::Ended => "ended",
    };
    Some(Pod {
        cluster_id: p.cluster,
        namespace: p.namespace,
        name: p.name,
        instance,
        version,
        node: p.node,
        state,
        reason: p.reason,
    })
}

fn label(labels: &[(String, String)], key: &str) -> String {
    labels.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone()).unwrap_or_default()
}
