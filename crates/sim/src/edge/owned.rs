//! Pods and their workloads: how they are made, told apart, and go with them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::api_server::Object;
use crate::api_server::kinds::{DAEMON_SETS, DEPLOYMENTS, Kind, PODS};

use super::Edge;

/// The pods of a workload.
pub(super) struct Owned {
    /// Of the present template.
    pub(super) new: Vec<Arc<Object>>,
    /// Of earlier ones.
    pub(super) old: Vec<Arc<Object>>,
}

/// A workload as its controller sees it.
pub(super) struct Owner {
    pub(super) kind: &'static Kind,
    pub(super) namespace: String,
    pub(super) name: String,
    uid: String,
    template: Value,
    /// Tells pods of one template from those of another.
    pub(super) hash: String,
}

impl Owner {
    pub(super) fn of(kind: &'static Kind, workload: &Object) -> Self {
        let mut template = workload.value["spec"]["template"].clone();
        if !template["spec"].is_object() {
            template = json!({"spec": {}});
        }
        let mut hasher = DefaultHasher::new();
        template.to_string().hash(&mut hasher);
        Self {
            kind,
            namespace: workload.meta("namespace").to_owned(),
            name: workload.meta("name").to_owned(),
            uid: workload.meta("uid").to_owned(),
            template,
            hash: format!("{:010x}", hasher.finish() & 0xff_ffff_ffff),
        }
    }

    fn hash_label(&self) -> &'static str {
        if *self.kind == DAEMON_SETS { "controller-revision-hash" } else { "pod-template-hash" }
    }

    /// A new pod, pending; one of a `DaemonSet` is meant for a node.
    fn pod(&self, node: Option<&str>) -> Value {
        let suffix: String = uuid::Uuid::new_v4().simple().to_string().chars().take(5).collect();
        let daemon = *self.kind == DAEMON_SETS;
        // A real Deployment owns its pods through a ReplicaSet, which has no object here.
        let (owner_kind, owner) = if daemon {
            ("DaemonSet", self.name.clone())
        } else {
            ("ReplicaSet", format!("{}-{}", self.name, self.hash))
        };
        let mut labels = self.template["metadata"]["labels"].clone();
        if !labels.is_object() {
            labels = json!({});
        }
        labels[self.hash_label()] = json!(self.hash);
        let mut meta = json!({
            "name": format!("{owner}-{suffix}"), "generateName": format!("{owner}-"), "namespace": self.namespace,
            "labels": labels,
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": owner_kind, "name": owner, "uid": self.uid, "controller": true},
            ],
        });
        if self.template["metadata"]["annotations"].is_object() {
            meta["annotations"] = self.template["metadata"]["annotations"].clone();
        }
        let mut spec = self.template["spec"].clone();
        if let Some(node) = node {
            let affinity = map_in(map_in(&mut spec, "affinity"), "nodeAffinity");
            affinity["requiredDuringSchedulingIgnoredDuringExecution"] = json!({
                "nodeSelectorTerms":
                    [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}],
            });
        }
        json!({"metadata": meta, "spec": spec, "status": {"phase": "Pending", "conditions": []}})
    }
}

/// A member that is a map, made into one if it is anything else.
fn map_in<'a>(value: &'a mut Value, member: &str) -> &'a mut Value {
    let inner = &mut value[member];
    if !inner.is_object() {
        *inner = json!({});
    }
    inner
}

/// The node that a `DaemonSet`'s pod is meant for.
pub(super) fn meant_for(pod: &Object) -> &str {
    let terms = &pod.value["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    terms["nodeSelectorTerms"][0]["matchExpressions"][0]["values"][0].as_str().unwrap_or_default()
}

/// Whether a pod's condition `Ready` is `True`.
pub(super) fn is_ready(pod: &Object) -> bool {
    pod.value["status"]["conditions"].as_array().is_some_and(|conditions| {
        conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
    })
}

impl Edge {
    /// The pods of a workload, in the order of their names.
    pub(super) fn owned_by(&self, owner: &Owner) -> Owned {
        let mine = self.api.all(&PODS).filter(|pod| owner_uid(pod) == Some(&owner.uid)).cloned();
        let (new, old) = mine.partition(|pod| pod.value["metadata"]["labels"][owner.hash_label()] == json!(owner.hash));
        Owned { new, old }
    }

    pub(super) fn start_pod(&mut self, owner: &Owner, node: Option<&str>) {
        self.api.put(&PODS, owner.pod(node));
    }

    pub(super) fn stop_pod(&mut self, pod: &Object) {
        self.api.remove(&PODS, pod.meta("namespace"), pod.meta("name"));
    }

    /// Sets a workload's status, if it is another.
    pub(super) fn set_status(&mut self, owner: &Owner, mut status: Value) {
        let Some(workload) = self.api.get(owner.kind, &owner.namespace, &owner.name) else { return };
        status["observedGeneration"] = workload.value["metadata"]["generation"].clone();
        if workload.value["status"] != status {
            let mut value = workload.value.clone();
            value["status"] = status;
            self.api.put(owner.kind, value);
        }
    }

    /// Pods go with their workload.
    pub(super) fn remove_orphans(&mut self) {
        let owners: BTreeSet<&str> = [&DEPLOYMENTS, &DAEMON_SETS]
            .into_iter()
            .flat_map(|kind| self.api.all(kind))
            .map(|it| it.meta("uid"))
            .collect();
        let orphans: Vec<Arc<Object>> = self
            .api
            .all(&PODS)
            .filter(|pod| owner_uid(pod).is_some_and(|owner| !owners.contains(owner)))
            .cloned()
            .collect();
        for pod in orphans {
            self.stop_pod(&pod);
        }
    }
}

fn owner_uid(pod: &Object) -> Option<&str> {
    pod.value["metadata"]["ownerReferences"][0]["uid"].as_str()
}
