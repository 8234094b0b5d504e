//! The rules of `HorizontalPodAutoscaler`s.

use super::super::shape::{Autoscaler, Metric};
use super::Causes;

pub(super) fn check(autoscaler: &Autoscaler, causes: &mut Causes) {
    let spec = &autoscaler.spec;
    let least = spec.min_replicas.unwrap_or(1);
    if least < 1 {
        causes.invalid("spec.minReplicas", least, "must be greater than or equal to 1");
    }
    if spec.max_replicas < 1 {
        causes.invalid("spec.maxReplicas", spec.max_replicas, "must be greater than 0");
    } else if spec.max_replicas < least {
        causes.invalid("spec.maxReplicas", spec.max_replicas, "must be greater than or equal to `minReplicas`");
    }
    for (member, text) in [("kind", &spec.scale_target_ref.kind), ("name", &spec.scale_target_ref.name)] {
        if text.is_empty() {
            causes.required(format!("spec.scaleTargetRef.{member}"));
        }
    }
    for (at, metric) in spec.metrics.iter().enumerate() {
        check_metric(&format!("spec.metrics[{at}]"), metric, causes);
    }
}

fn check_metric(field: &str, metric: &Metric, causes: &mut Causes) {
    if metric.kind.is_empty() {
        causes.required(format!("{field}.type"));
    }
    let Some(resource) = &metric.resource else {
        if metric.kind == "Resource" {
            causes.required(format!("{field}.resource"));
        }
        return;
    };
    let target = format!("{field}.resource.target");
    if resource.name.is_empty() {
        causes.required(format!("{field}.resource.name"));
    }
    if !["Utilization", "Value", "AverageValue"].contains(&resource.target.kind.as_str()) {
        causes.unsupported(format!("{target}.type"), &resource.target.kind, &["AverageValue", "Utilization", "Value"]);
    }
    match (resource.target.average_utilization, resource.target.average_value) {
        (None, None) => causes.required(format!("{target}.averageUtilization")),
        (Some(share), _) if share < 1 => {
            causes.invalid(format!("{target}.averageUtilization"), share, "must be greater than 0");
        }
        _ => {}
    }
}
