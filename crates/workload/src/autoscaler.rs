//! The `HorizontalPodAutoscaler` of a Deployment.

use serde::Serialize;

use crate::metadata::Metadata;
use crate::object::Typed;
use crate::{Application, Placement, Resource};

#[derive(Debug, Serialize)]
pub(crate) struct Autoscaler {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    scale_target_ref: Target,
    min_replicas: u32,
    max_replicas: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<Metric>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    api_version: &'static str,
    kind: &'static str,
    name: String,
}

#[derive(Debug, Serialize)]
struct Metric {
    #[serde(rename = "type")]
    kind: &'static str,
    resource: MetricSource,
}

#[derive(Debug, Serialize)]
struct MetricSource {
    name: &'static str,
    target: MetricTarget,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MetricTarget {
    #[serde(rename = "type")]
    kind: &'static str,
    average_utilization: u32,
}

pub(crate) fn of(application: &Application, placement: &Placement<'_>) -> Typed<Autoscaler> {
    let spec = Spec {
        scale_target_ref: Target {
            api_version: Resource::Deployment.api_version(),
            kind: Resource::Deployment.kind(),
            name: placement.object_name(),
        },
        min_replicas: application.min_replicas,
        max_replicas: application.max_replicas,
        metrics: metrics(application),
    };
    Typed::new(Resource::HorizontalPodAutoscaler, Autoscaler { metadata: Metadata::of(application, placement), spec })
}

/// A target of 0 leaves the metric out (docs/semantics.md, "Applications").
fn metrics(application: &Application) -> Vec<Metric> {
    let targets = [("cpu", application.target_cpu_utilization), ("memory", application.target_mem_utilization)];
    let metric = |(name, average_utilization)| Metric {
        kind: "Resource",
        resource: MetricSource { name, target: MetricTarget { kind: "Utilization", average_utilization } },
    };
    targets.into_iter().filter(|(_, target)| *target > 0).map(metric).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::examples::{application, placement};
    use crate::render;

    fn spec(cpu: u32, memory: u32) -> Value {
        let application = Application {
            is_hpa: true,
            min_replicas: 2,
            max_replicas: 20,
            target_cpu_utilization: cpu,
            target_mem_utilization: memory,
            ..application()
        };
        let objects = render(&application, &placement());
        let body: Value = serde_json::from_str(&objects[1].body).unwrap();
        body["spec"].clone()
    }

    fn metric(name: &str, target: u32) -> Value {
        json!({"type": "Resource",
               "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": target}}})
    }

    #[test]
    fn it_scales_the_deployment_between_its_limits() {
        let spec = spec(100, 150);
        assert_eq!(spec["scaleTargetRef"], json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web-12"}));
        assert_eq!((&spec["minReplicas"], &spec["maxReplicas"]), (&json!(2), &json!(20)));
    }

    #[test]
    fn a_target_of_nothing_leaves_the_metric_out() {
        assert_eq!(spec(100, 150)["metrics"], json!([metric("cpu", 100), metric("memory", 150)]));
        assert_eq!(spec(100, 0)["metrics"], json!([metric("cpu", 100)]));
        assert_eq!(spec(0, 150)["metrics"], json!([metric("memory", 150)]));
        assert_eq!(spec(0, 0).get("metrics"), None);
    }
}
