//! The `DaemonSet` controller: a pod on every node that the template allows.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use crate::api_server::Object;
use crate::api_server::kinds::{DAEMON_SETS, NODES};
use crate::api_server::shape::{Share, Workload, WorkloadSpec};

use super::Edge;
use super::owned::{Owner, is_ready, meant_for};

impl Edge {
    pub(super) fn run_daemon_sets(&mut self) {
        let sets: Vec<Arc<Object>> = self.api.all(&DAEMON_SETS).cloned().collect();
        for set in sets {
            if let Ok(workload) = Workload::deserialize(&set.value) {
                self.run_daemon_set(&Owner::of(&DAEMON_SETS, &set), &workload.spec);
            }
        }
    }

    fn run_daemon_set(&mut self, owner: &Owner, spec: &WorkloadSpec) {
        let allowed = |node: &&Arc<Object>| spec.template.spec.allows(&node.value);
        let nodes: BTreeSet<String> =
            self.api.all(&NODES).filter(allowed).map(|node| node.meta("name").to_owned()).collect();
        let mut pods = self.owned_by(owner);
        let astray = |pod: &mut Arc<Object>| !nodes.contains(meant_for(pod));
        for pod in pods.new.extract_if(.., astray).chain(pods.old.extract_if(.., astray)) {
            self.stop_pod(&pod);
        }
        self.update_daemons(&mut pods.new, &mut pods.old, nodes.len(), spec);
        let taken: BTreeSet<&str> = pods.new.iter().chain(&pods.old).map(|pod| meant_for(pod)).collect();
        let free: Vec<&String> = nodes.iter().filter(|node| !taken.contains(node.as_str())).collect();
        for node in &free {
            self.start_pod(owner, Some(node));
        }
        let ready = pods.new.iter().chain(&pods.old).filter(|pod| is_ready(pod)).count();
        self.set_status(
            owner,
            json!({
                "desiredNumberScheduled": nodes.len(), "currentNumberScheduled": nodes.len(),
                "updatedNumberScheduled": pods.new.len() + free.len(), "numberReady": ready, "numberAvailable": ready,
                "numberUnavailable": nodes.len().saturating_sub(ready), "numberMisscheduled": 0,
            }),
        );
    }

    /// Takes old pods away as far as the update's bound allows; one that is not ready costs nothing.
    fn update_daemons(
        &mut self,
        new: &mut [Arc<Object>],
        old: &mut Vec<Arc<Object>>,
        wanted: usize,
        spec: &WorkloadSpec,
    ) {
        if spec.update_strategy.kind.as_deref() == Some("OnDelete") {
            return;
        }
        let share = spec.update_strategy.rolling_update.as_ref().and_then(|rolling| rolling.max_unavailable.clone());
        let wanted_pods = i32::try_from(wanted).unwrap_or(i32::MAX);
        let bound = share.unwrap_or(Share::Pods(1)).of(wanted_pods, true).unwrap_or(1).max(1);
        let ready = new.iter().chain(old.iter()).filter(|pod| is_ready(pod)).count();
        let mut removable = usize::try_from(bound).unwrap_or(1).saturating_sub(wanted.saturating_sub(ready));
        old.sort_by_key(|pod| is_ready(pod));
        let gone = |pod: &mut Arc<Object>| {
            if !is_ready(pod) {
                return true;
            }
            let gone = removable > 0;
            removable -= usize::from(gone);
            gone
        };
        for pod in old.extract_if(.., gone) {
            self.stop_pod(&pod);
        }
    }
}
