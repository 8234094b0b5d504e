//! The Deployment controller: as many pods as are wanted, and rolling updates within their bounds.

use std::sync::Arc;
use std::time::Instant;

use serde::Deserialize;
use serde_json::json;

use crate::api_server::Object;
use crate::api_server::kinds::DEPLOYMENTS;
use crate::api_server::shape::{Share, Workload, WorkloadSpec};

use super::Edge;
use super::owned::{Owner, is_ready};

/// No cluster here has room for more pods of one workload, so that more are not even made.
const MOST_PODS: usize = 500;

/// What a rolling update keeps to.
struct Bounds {
    wanted: usize,
    /// Pods at most.
    most: usize,
    /// Available pods at least.
    least: usize,
}

impl Bounds {
    fn of(spec: &WorkloadSpec) -> Self {
        let replicas = spec.replicas.unwrap_or(1).max(0);
        let wanted = usize::try_from(replicas).unwrap_or(0).min(MOST_PODS);
        if spec.strategy.kind.as_deref() == Some("Recreate") {
            return Self { wanted, most: wanted, least: 0 };
        }
        let rolling = spec.strategy.rolling_update.clone().unwrap_or_default();
        let pods = |share: Option<Share>, round_up| {
            let pods = share.unwrap_or(Share::Percent("25%".into())).of(replicas, round_up).unwrap_or(0);
            usize::try_from(pods).unwrap_or(0)
        };
        let surge = pods(rolling.max_surge, true);
        // With neither room above nor below nothing could ever move.
        let unavailable = match pods(rolling.max_unavailable, false) {
            0 if surge == 0 => 1,
            unavailable => unavailable,
        };
        Self { wanted, most: wanted + surge, least: wanted.saturating_sub(unavailable) }
    }
}

impl Edge {
    pub(super) fn run_deployments(&mut self, now: Instant) {
        let deployments: Vec<Arc<Object>> = self.api.all(&DEPLOYMENTS).cloned().collect();
        for deployment in deployments {
            if let Ok(workload) = Workload::deserialize(&deployment.value) {
                self.run_deployment(&Owner::of(&DEPLOYMENTS, &deployment), &workload.spec, now);
            }
        }
    }

    fn run_deployment(&mut self, owner: &Owner, spec: &WorkloadSpec, now: Instant) {
        let bounds = Bounds::of(spec);
        let hold = spec.min_ready_seconds;
        let mut pods = self.owned_by(owner);
        let available = |edge: &Self, pod: &Arc<Object>| is_ready(pod) && edge.ready_for(pod, hold, now);

        // Those that do not run go first.
        pods.new.sort_by_key(|pod| !is_ready(pod));
        for surplus in pods.new.drain(bounds.wanted.min(pods.new.len())..) {
            self.stop_pod(&surplus);
        }
        let unavailable_new = pods.new.iter().filter(|pod| !available(self, pod)).count();
        let total = pods.new.len() + pods.old.len();
        let mut removable = total.saturating_sub(bounds.least + unavailable_new);
        if spec.strategy.kind.as_deref() == Some("Recreate") {
            removable = total;
        }
        pods.old.sort_by_key(|pod| !available(self, pod));
        let mut up = pods.new.iter().chain(&pods.old).filter(|pod| available(self, pod)).count();
        while removable > 0
            && let Some(pod) = pods.old.pop_if(|pod| !available(self, pod) || up > bounds.least)
        {
            up -= usize::from(available(self, &pod));
            self.stop_pod(&pod);
            removable -= 1;
        }
        let recreating = spec.strategy.kind.as_deref() == Some("Recreate") && !pods.old.is_empty();
        let room = bounds.most.saturating_sub(pods.new.len() + pods.old.len());
        let missing = bounds.wanted.saturating_sub(pods.new.len());
        let started = if recreating { 0 } else { missing.min(room) };
        for _ in 0..started {
            self.start_pod(owner, None);
        }
        let running = || pods.new.iter().chain(&pods.old);
        let ready = running().filter(|pod| is_ready(pod)).count();
        let available = running().filter(|pod| available(self, pod)).count();
        self.set_status(
            owner,
            json!({
                "replicas": pods.new.len() + started + pods.old.len(), "updatedReplicas": pods.new.len() + started,
                "readyReplicas": ready, "availableReplicas": available,
                "unavailableReplicas": bounds.wanted.saturating_sub(available),
                "conditions": [
                    {"type": "Available", "status": if available >= bounds.least { "True" } else { "False" }},
                ],
            }),
        );
    }
}
