//! Pods, and how they are (docs/contracts/ote-center.md, "What the edges report").

use serde::Deserialize;

use super::Listed;
use crate::bindings::shim::{Item, Pod, PodState};
use crate::kubernetes::{Condition, Metadata, nullable};

#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    #[serde(default, deserialize_with = "nullable")]
    spec: Spec,
    #[serde(default, deserialize_with = "nullable")]
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    #[serde(deserialize_with = "nullable")]
    node_name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    phase: String,
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<Condition>,
    #[serde(deserialize_with = "nullable")]
    init_container_statuses: Vec<Container>,
    #[serde(deserialize_with = "nullable")]
    container_statuses: Vec<Container>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Container {
    ready: bool,
    #[serde(deserialize_with = "nullable")]
    state: State,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct State {
    waiting: Option<Waiting>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Waiting {
    reason: String,
}

/// Why a container waits that will not run by waiting: the kubelet's words for an image that cannot be had, a
/// configuration that cannot be met and a process that keeps ending.
const FAILURES: [&str; 11] = [
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
    "PreCreateHookError",
    "RegistryUnavailable",
    "RunContainerError",
];

impl Status {
    fn ready(&self) -> bool {
        if self.conditions.is_empty() {
            !self.container_statuses.is_empty() && self.container_statuses.iter().all(|c| c.ready)
        } else {
            self.conditions.iter().any(|c| c.kind == "Ready" && c.status == "True")
        }
    }

    fn failure(&self) -> Option<&str> {
        let mut containers = self.init_container_statuses.iter().chain(&self.container_statuses);
        let stuck = containers
            .find_map(|c| c.state.waiting.as_ref().map(|w| w.reason.as_str()).filter(|r| FAILURES.contains(r)));
        let unplaced = || {
            let scheduled = self.conditions.iter().find(|c| c.kind == "PodScheduled" && c.status == "False");
            scheduled.map(|c| c.reason.as_str()).filter(|r| *r == "Unschedulable")
        };
        stuck.or_else(unplaced)
    }
}

impl Object {
    fn state(&self) -> (PodState, &str) {
        let ended = matches!(self.status.phase.as_str(), "Succeeded" | "Failed");
        if ended || self.metadata.deletion_timestamp.is_some() {
            (PodState::Ended, "")
        } else if self.status.ready() {
            (PodState::Ready, "")
        } else if let Some(reason) = self.status.failure() {
            (PodState::Failing, reason)
        } else {
            (PodState::Starting, "")
        }
    }
}

impl Listed for Object {
    fn item(self, _resource: &'static str) -> Option<Item> {
        let (state, reason) = self.state();
        let reason = reason.to_owned();
        let origin = self.metadata.origin()?;
        Some(Item::Pod(Pod {
            cluster: origin.cluster,
            namespace: origin.namespace,
            name: origin.name,
            labels: origin.labels,
            node: self.spec.node_name,
            state,
            reason,
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn state(status: &Value) -> (PodState, String) {
        let pod = read(json!({"metadata": {"name": "p-c1", "labels": {"ote-cluster": "c1"}}, "status": status}));
        (pod.state, pod.reason)
    }

    fn read(json: Value) -> Pod {
        match serde_json::from_value::<Object>(json).unwrap().item("pods") {
            Some(Item::Pod(pod)) => pod,
            other => panic!("{other:?}"),
        }
    }

    fn waiting(reason: &str) -> Value {
        json!({"phase": "Pending", "containerStatuses": [{"ready": false, "state": {"waiting": {"reason": reason}}}]})
    }

    #[test]
    fn a_pod_is_ready_by_its_condition() {
        let conditions = |ready: &str| json!({"phase": "Running", "conditions": [{"type": "Ready", "status": ready}]});
        assert_eq!(state(&conditions("True")).0, PodState::Ready);
        assert_eq!(state(&conditions("False")).0, PodState::Starting);
    }

    #[test]
    fn a_lightweight_pod_is_ready_by_its_containers() {
        let containers = |all: &[bool]| {
            let all: Vec<_> = all.iter().map(|ready| json!({"ready": ready, "state": {"running": {}}})).collect();
            json!({"phase": "Running", "conditions": null, "containerStatuses": all})
        };
        assert_eq!(state(&containers(&[true, true])).0, PodState::Ready);
        assert_eq!(state(&containers(&[true, false])).0, PodState::Starting);
        assert_eq!(state(&containers(&[])).0, PodState::Starting);
    }

    #[test]
    fn the_condition_outweighs_the_containers() {
        let status =
            json!({"conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [{"ready": true}]});
        assert_eq!(state(&status).0, PodState::Starting);
    }

    #[test]
    fn a_pod_that_cannot_run_says_why() {
        for reason in FAILURES {
            assert_eq!(state(&waiting(reason)), (PodState::Failing, reason.to_owned()));
        }
        let unplaced = json!({"phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]});
        assert_eq!(state(&unplaced), (PodState::Failing, "Unschedulable".to_owned()));
    }

    #[test]
    fn a_pod_on_its_way_does_not_fail() {
        assert_eq!(state(&waiting("ContainerCreating")), (PodState::Starting, String::new()));
        assert_eq!(state(&json!({"phase": "Pending"})).0, PodState::Starting);
        assert_eq!(state(&Value::Null).0, PodState::Starting);
    }

    #[test]
    fn a_pod_that_has_come_to_its_end_has_ended() {
        for phase in ["Succeeded", "Failed"] {
            assert_eq!(state(&json!({"phase": phase})).0, PodState::Ended);
        }
        let leaving = read(json!({
            "metadata": {"name": "p-c1", "labels": {"ote-cluster": "c1"}, "deletionTimestamp": "2026-01-01T00:00:00Z"},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]}}));
        assert_eq!(leaving.state, PodState::Ended);
    }
}
