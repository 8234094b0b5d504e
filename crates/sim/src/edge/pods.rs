//! The kubelets: pods come up on their nodes, or do not.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::api_server::kinds::{NODES, PODS};
use crate::api_server::{Object, timestamp};
use crate::center::Breakage;

use super::Edge;
use super::node::is_ready;
use super::scheduler::node_of;

/// How far a pod has come since a node took it.
#[derive(Debug)]
pub(super) struct Progress {
    /// When its containers will have been started.
    up_at: Instant,
    condition: Condition,
    /// Since when it is in this condition.
    since: Instant,
}

/// What a pod is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Its images are being pulled.
    Creating,
    Running,
    /// It runs on a node that does not answer.
    Lost,
    Broken(Breakage),
}

impl Edge {
    /// Brings every pod that a node has taken into the condition that it ought to be in.
    pub(super) fn run_pods(&mut self, now: Instant) {
        let pods: Vec<Arc<Object>> = self.api.all(&PODS).filter(|pod| !node_of(pod).is_empty()).cloned().collect();
        let alive: HashSet<&str> = pods.iter().map(|pod| pod.meta("uid")).collect();
        self.progress.retain(|uid, _| alive.contains(uid.as_str()));
        let answering: BTreeSet<String> = self
            .api
            .all(&NODES)
            .filter(|node| is_ready(&node.value))
            .map(|node| node.meta("name").to_owned())
            .collect();
        for pod in &pods {
            self.run_pod(pod, answering.contains(node_of(pod)), now);
        }
    }

    fn run_pod(&mut self, pod: &Object, node_answers: bool, now: Instant) {
        let uid = pod.meta("uid");
        let broken = self.breakage(pod);
        let known = self.progress.get(uid);
        let up_at = known.map_or_else(
            // A pod of an earlier run that was up is up.
            || if pod.value["status"]["phase"] == "Running" { now } else { now + self.start_time() },
            |progress| progress.up_at,
        );
        let started = known.is_some_and(|progress| progress.condition != Condition::Creating);
        let condition = match broken {
            _ if !node_answers && started => Condition::Lost,
            _ if !node_answers || up_at > now => Condition::Creating,
            Some(breakage) => Condition::Broken(breakage),
            None => Condition::Running,
        };
        if known.is_some_and(|progress| progress.condition == condition) {
            return;
        }
        self.progress.insert(uid.to_owned(), Progress { up_at, condition, since: now });
        let mut value = pod.value.clone();
        value["status"] = status(pod, condition);
        if value["status"] != pod.value["status"] {
            self.api.put(&PODS, value);
        }
    }

    /// Whether a pod that is ready has been so for as many seconds.
    pub(super) fn ready_for(&self, pod: &Object, seconds: i32, now: Instant) -> bool {
        let hold = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        hold.is_zero() || self.progress.get(pod.meta("uid")).is_some_and(|progress| now >= progress.since + hold)
    }

    /// When a pod will next come into another condition by itself, or may count as available.
    pub(super) fn next_progress(&self, now: Instant) -> Option<Instant> {
        let creating = self.progress.values().filter(|progress| progress.condition == Condition::Creating);
        let next = creating.map(|progress| progress.up_at).filter(|at| *at > now).min();
        let holds = self.holds_back_pods().then(|| now + Duration::from_secs(1));
        [next, holds].into_iter().flatten().min()
    }

    /// Whether a Deployment waits for pods to have been ready for a while.
    pub(super) fn holds_back_pods(&self) -> bool {
        self.api.all(&crate::api_server::kinds::DEPLOYMENTS).any(|deployment| {
            let (status, hold) = (&deployment.value["status"], &deployment.value["spec"]["minReadySeconds"]);
            hold.as_i64().is_some_and(|hold| hold > 0)
                && status["availableReplicas"].as_u64() < status["readyReplicas"].as_u64()
        })
    }

    /// A pod takes this long to come up, give or take a fifth.
    fn start_time(&self) -> Duration {
        let share = u32::from(uuid::Uuid::new_v4().as_bytes()[0] % 40);
        self.options.pod_start * (80 + share) / 100
    }

    /// What is wrong with a pod: by order, or because its image does not exist.
    fn breakage(&self, pod: &Object) -> Option<Breakage> {
        let containers = pod.value["spec"]["containers"].as_array();
        let images: Vec<&str> =
            containers.into_iter().flatten().filter_map(|container| container["image"].as_str()).collect();
        let meant = |part: &String| pod.meta("name").contains(part) || images.iter().any(|image| image.contains(part));
        let ordered = self.broken.iter().find(|(part, _)| meant(part)).map(|(_, breakage)| *breakage);
        let missing = images.iter().any(|image| image.contains("missing"));
        ordered.or(missing.then_some(Breakage::Image))
    }
}

/// A pod's status in a condition.
fn status(pod: &Object, condition: Condition) -> Value {
    let (phase, state, ready, restarts) = match condition {
        Condition::Creating => ("Pending", json!({"waiting": {"reason": "ContainerCreating"}}), false, 0),
        Condition::Running => ("Running", json!({"running": {"startedAt": timestamp()}}), true, 0),
        Condition::Lost => ("Running", json!({"running": {"startedAt": timestamp()}}), false, 0),
        Condition::Broken(Breakage::Image) => {
            ("Pending", waiting("ImagePullBackOff", "Back-off pulling image: not found"), false, 0)
        }
        Condition::Broken(Breakage::Crash) => {
            ("Running", waiting("CrashLoopBackOff", "back-off 10s restarting failed container"), false, 3)
        }
    };
    // A kubelet that is away changes nothing about its containers: the control plane says that they are not ready.
    let containers_ready = ready || condition == Condition::Lost;
    let truth = |holds: bool| if holds { "True" } else { "False" };
    let containers = pod.value["spec"]["containers"].as_array();
    let containers: Vec<Value> = containers
        .into_iter()
        .flatten()
        .map(|container| {
            json!({
                "name": container["name"], "image": container["image"], "imageID": "", "ready": containers_ready,
                "started": containers_ready, "restartCount": restarts, "state": state,
            })
        })
        .collect();
    let mut status = json!({
        "phase": phase,
        "conditions": [
            {"type": "PodScheduled", "status": "True"}, {"type": "Initialized", "status": "True"},
            {"type": "ContainersReady", "status": truth(ready)}, {"type": "Ready", "status": truth(ready)},
        ],
        "containerStatuses": containers,
    });
    if condition == Condition::Creating {
        status["startTime"] = Value::Null;
    } else {
        status["startTime"] = json!(timestamp());
    }
    status
}

fn waiting(reason: &str, message: &str) -> Value {
    json!({"waiting": {"reason": reason, "message": message}})
}
