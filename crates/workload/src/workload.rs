//! Deployments and `DaemonSet`s.

use serde::Serialize;

use crate::container::PodSpec;
use crate::metadata::{Labels, Metadata, labels, selector};
use crate::object::Typed;
use crate::{Application, Placement, Resource};

#[derive(Debug, Serialize)]
pub(crate) struct Workload<S> {
    metadata: Metadata,
    spec: S,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentSpec {
    replicas: u32,
    min_ready_seconds: u32,
    progress_deadline_seconds: u32,
    selector: Selector,
    strategy: Strategy,
    template: Template,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DaemonSetSpec {
    min_ready_seconds: u32,
    selector: Selector,
    update_strategy: Strategy,
    template: Template,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selector {
    match_labels: Labels,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    #[serde(rename = "type")]
    kind: &'static str,
    rolling_update: RollingUpdate,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RollingUpdate {
    max_unavailable: u32,
    max_surge: u32,
}

#[derive(Debug, Serialize)]
struct Template {
    metadata: PodMetadata,
    spec: PodSpec,
}

#[derive(Debug, Serialize)]
struct PodMetadata {
    labels: Labels,
}

/// Kubernetes wants the deadline above the seconds that a pod must be ready, and gives 600 by itself.
const PROGRESS_SECONDS: u32 = 600;

pub(crate) fn deployment(application: &Application, placement: &Placement<'_>) -> Typed<Workload<DeploymentSpec>> {
    let spec = DeploymentSpec {
        replicas: application.replicas,
        min_ready_seconds: application.min_ready_seconds,
        progress_deadline_seconds: application.min_ready_seconds.saturating_add(PROGRESS_SECONDS),
        selector: Selector { match_labels: selector(placement) },
        strategy: rolling(application.max_unavailable, application.max_surge),
        template: template(application, placement),
    };
    Typed::new(Resource::Deployment, Workload { metadata: Metadata::of(application, placement), spec })
}

pub(crate) fn daemon_set(application: &Application, placement: &Placement<'_>) -> Typed<Workload<DaemonSetSpec>> {
    // Kubernetes allows a `DaemonSet` one of the two.
    let max_surge = if application.max_unavailable == 0 { application.max_surge } else { 0 };
    let spec = DaemonSetSpec {
        min_ready_seconds: application.min_ready_seconds,
        selector: Selector { match_labels: selector(placement) },
        update_strategy: rolling(application.max_unavailable, max_surge),
        template: template(application, placement),
    };
    Typed::new(Resource::DaemonSet, Workload { metadata: Metadata::of(application, placement), spec })
}

fn rolling(max_unavailable: u32, max_surge: u32) -> Strategy {
    Strategy { kind: "RollingUpdate", rolling_update: RollingUpdate { max_unavailable, max_surge } }
}

fn template(application: &Application, placement: &Placement<'_>) -> Template {
    Template {
        metadata: PodMetadata { labels: labels(application, placement) },
        spec: PodSpec::of(application, placement),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::DeployType;
    use crate::examples::{application, body, placement};

    fn spec(change: impl FnOnce(&mut Application)) -> Value {
        let mut application = application();
        change(&mut application);
        body(&application, &placement())["spec"].clone()
    }

    #[test]
    fn a_deployment_wants_its_replicas() {
        assert_eq!(spec(|a| a.replicas = 3)["replicas"], 3);
        assert_eq!(spec(|a| a.replicas = 0)["replicas"], 0);
    }

    #[test]
    fn a_deployment_updates_as_it_is_told() {
        let spec = spec(|a| (a.max_unavailable, a.max_surge) = (2, 1));
        let want = json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2, "maxSurge": 1}});
        assert_eq!(spec["strategy"], want);
    }

    #[test]
    fn a_daemonset_surges_only_when_no_pod_may_be_missing() {
        let update = |unavailable, surge| {
            let spec = spec(|a| {
                a.deploy_type = DeployType::DaemonSet;
                (a.max_unavailable, a.max_surge) = (unavailable, surge);
            });
            spec["updateStrategy"]["rollingUpdate"].clone()
        };
        assert_eq!(update(1, 1), json!({"maxUnavailable": 1, "maxSurge": 0}));
        assert_eq!(update(0, 1), json!({"maxUnavailable": 0, "maxSurge": 1}));
    }

    #[test]
    fn a_daemonset_has_no_replicas_and_no_deadline() {
        let spec = spec(|a| a.deploy_type = DeployType::DaemonSet);
        assert!(spec.get("replicas").is_none() && spec.get("progressDeadlineSeconds").is_none());
    }

    #[test]
    fn the_deadline_leaves_ten_minutes_beyond_the_seconds_until_ready() {
        for (ready, deadline) in [(0, 600), (900, 1_500), (2_147_483_047, 2_147_483_647)] {
            let spec = spec(|a| a.min_ready_seconds = ready);
            assert_eq!((&spec["minReadySeconds"], &spec["progressDeadlineSeconds"]), (&json!(ready), &json!(deadline)));
        }
    }

    #[test]
    fn pods_are_selected_by_what_never_changes_and_carry_the_version() {
        let spec = spec(|a| a.version = "2.0.1".to_owned());
        assert_eq!(spec["selector"], json!({"matchLabels": {"app.kubernetes.io/instance": "web-12"}}));
        let labels = &spec["template"]["metadata"]["labels"];
        assert_eq!(labels["otestack.io/version"], "2.0.1");
        assert_eq!(labels["app.kubernetes.io/instance"], "web-12");
        assert_eq!(labels["app.kubernetes.io/managed-by"], "otestack");
    }
}
