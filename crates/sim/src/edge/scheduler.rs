//! The scheduler: which node takes a pod.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::api_server::Object;
use crate::api_server::kinds::{NODES, PODS};
use crate::api_server::quantity;
use crate::api_server::shape::{PodSpec, Quantity};

use super::Edge;
use super::node::{is_ready, is_schedulable};

/// What a pod takes of a node.
struct Demand {
    amounts: BTreeMap<String, i128>,
    ports: BTreeSet<(i32, String)>,
}

impl Demand {
    /// A limit without a request is a request (docs/contracts/kubernetes.md).
    fn of(pod: &PodSpec) -> Self {
        let mut amounts = BTreeMap::from([("pods".to_owned(), 1_000_000_000)]);
        let mut ports = BTreeSet::new();
        for container in &pod.containers {
            let mut wanted = container.resources.limits.clone();
            wanted.extend(container.resources.requests.clone());
            for (name, Quantity(amount)) in wanted {
                let sum: &mut i128 = amounts.entry(name).or_default();
                *sum = sum.saturating_add(amount);
            }
            let taken = container.ports.iter().filter(|port| port.host_port != 0);
            ports.extend(taken.map(|port| (port.host_port, port.protocol().to_owned())));
        }
        Self { amounts, ports }
    }
}

/// A node with what is left of it.
struct Room {
    node: Arc<Object>,
    free: BTreeMap<String, i128>,
    ports: BTreeSet<(i32, String)>,
    pods: usize,
}

impl Room {
    fn new(node: Arc<Object>) -> Self {
        let amounts = node.value["status"]["allocatable"].as_object().into_iter().flatten();
        let free =
            amounts.filter_map(|(name, amount)| Some((name.clone(), quantity::parse(amount.as_str()?)?))).collect();
        Self { node, free, ports: BTreeSet::new(), pods: 0 }
    }

    fn take(&mut self, demand: &Demand) {
        for (name, amount) in &demand.amounts {
            let free = self.free.entry(name.clone()).or_default();
            *free = free.saturating_sub(*amount);
        }
        self.ports.extend(demand.ports.iter().cloned());
        self.pods += 1;
    }

    /// Why this node does not take a pod; none where it does.
    fn objection(&self, pod: &PodSpec, daemon: bool, demand: &Demand) -> Option<String> {
        let node = &self.node.value;
        if !pod.allows(node) {
            return Some("node(s) didn't match Pod's node affinity/selector".into());
        }
        // A DaemonSet's pods tolerate nodes that are cordoned or not ready.
        if !daemon && !is_ready(node) {
            return Some("node(s) had untolerated taint {node.kubernetes.io/unreachable: }".into());
        }
        if !daemon && !is_schedulable(node) {
            return Some("node(s) were unschedulable".into());
        }
        if !self.ports.is_disjoint(&demand.ports) {
            return Some("node(s) didn't have free ports for the requested pod ports".into());
        }
        let lacking =
            demand.amounts.iter().find(|(name, amount)| self.free.get(*name).copied().unwrap_or(0) < **amount);
        lacking.map(|(name, _)| format!("Insufficient {name}"))
    }
}

impl Edge {
    /// Gives every pod without a node the emptiest one that takes it, or says in its status why none does.
    pub(super) fn schedule(&mut self) {
        let waiting: Vec<Arc<Object>> = self.api.all(&PODS).filter(|pod| node_of(pod).is_empty()).cloned().collect();
        if waiting.is_empty() {
            return;
        }
        let mut rooms: Vec<Room> = self.api.all(&NODES).cloned().map(Room::new).collect();
        for pod in self.api.all(&PODS) {
            if let Some(room) = rooms.iter_mut().find(|room| room.node.meta("name") == node_of(pod)) {
                room.take(&Demand::of(&PodSpec::of(&pod.value["spec"])));
            }
        }
        for pod in waiting {
            self.place(&pod, &mut rooms);
        }
    }

    fn place(&mut self, pod: &Object, rooms: &mut [Room]) {
        let spec = PodSpec::of(&pod.value["spec"]);
        let demand = Demand::of(&spec);
        let daemon = pod.value["metadata"]["ownerReferences"][0]["kind"] == "DaemonSet";
        let mut objections: BTreeMap<String, usize> = BTreeMap::new();
        let mut best: Option<&mut Room> = None;
        let nodes = rooms.len();
        for room in rooms {
            match room.objection(&spec, daemon, &demand) {
                Some(objection) => *objections.entry(objection).or_default() += 1,
                None if best.as_ref().is_none_or(|best| room.pods < best.pods) => best = Some(room),
                None => {}
            }
        }
        let mut value = pod.value.clone();
        if let Some(room) = best {
            room.take(&demand);
            value["spec"]["nodeName"] = json!(room.node.meta("name"));
            value["status"]["conditions"] = json!([{"type": "PodScheduled", "status": "True"}]);
        } else {
            let reasons: Vec<String> = objections.iter().map(|(why, count)| format!("{count} {why}")).collect();
            let message = format!("0/{nodes} nodes are available: {}.", reasons.join(", "));
            value["status"]["conditions"] = json!([
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message},
            ]);
        }
        if value != pod.value {
            self.api.put(&PODS, value);
        }
    }
}

/// The node that has taken a pod, "" while none has.
pub(super) fn node_of(pod: &Object) -> &str {
    pod.value["spec"]["nodeName"].as_str().unwrap_or_default()
}

/// Sums what ready nodes have, as a cluster reports it: whole units by name.
pub(super) fn sum_of_ready_nodes(nodes: impl Iterator<Item = Arc<Object>>, part: &str) -> Value {
    let mut sums = BTreeMap::from([("cpu".to_owned(), 0), ("memory".to_owned(), 0)]);
    for node in nodes.filter(|node| is_schedulable(&node.value)) {
        for (name, amount) in node.value["status"][part].as_object().into_iter().flatten() {
            *sums.entry(name.clone()).or_default() += amount.as_str().and_then(quantity::parse).unwrap_or(0);
        }
    }
    sums.into_iter().map(|(name, sum)| (name, json!(quantity::whole(sum)))).collect::<serde_json::Map<_, _>>().into()
}
