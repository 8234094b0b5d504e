//! The rules of Deployments and `DaemonSet`s.

use serde_json::Value;

use super::super::kinds::{DEPLOYMENTS, Kind};
use super::super::shape::{LabelSelector, Share, Strategy, WorkloadSpec};
use super::{Causes, check_labels, pod};

pub(super) fn check(kind: &Kind, spec: &WorkloadSpec, causes: &mut Causes) {
    match &spec.selector {
        None => causes.required("spec.selector"),
        Some(selector) => check_selector(selector, spec, causes),
    }
    for (field, value) in
        [("spec.replicas", spec.replicas.unwrap_or(1)), ("spec.minReadySeconds", spec.min_ready_seconds)]
    {
        if value < 0 {
            causes.invalid(field, value, "must be greater than or equal to 0");
        }
    }
    let deadline = spec.progress_deadline_seconds.unwrap_or(600);
    if *kind == DEPLOYMENTS && deadline <= spec.min_ready_seconds {
        causes.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
    }
    if *kind == DEPLOYMENTS {
        check_strategy("spec.strategy", &spec.strategy, &["Recreate", "RollingUpdate"], causes);
    } else {
        check_strategy("spec.updateStrategy", &spec.update_strategy, &["RollingUpdate", "OnDelete"], causes);
    }
    check_labels("spec.template.labels", &spec.template.metadata.labels, causes);
    pod::check("spec.template.spec", &spec.template.spec, causes);
}

fn check_selector(selector: &LabelSelector, spec: &WorkloadSpec, causes: &mut Causes) {
    let labels = &spec.template.metadata.labels;
    if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
        causes.invalid("spec.selector", selector, "empty selector is invalid for deployment");
    }
    let as_map = labels.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
    let matches = selector.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        && selector.match_expressions.iter().all(|requirement| requirement.holds(Some(&as_map)));
    if !matches {
        causes.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
    }
}

fn check_strategy(field: &str, strategy: &Strategy, known: &[&str], causes: &mut Causes) {
    let kind = strategy.kind.as_deref().unwrap_or("RollingUpdate");
    if !known.contains(&kind) {
        causes.unsupported(format!("{field}.type"), kind, known);
    }
    let Some(rolling) = &strategy.rolling_update else { return };
    if kind == "Recreate" {
        let message = "Forbidden: may not be specified when strategy `type` is 'Recreate'";
        causes.add(format!("{field}.rollingUpdate"), "FieldValueForbidden", message.into());
        return;
    }
    let shares = [("maxUnavailable", &rolling.max_unavailable), ("maxSurge", &rolling.max_surge)];
    for (member, share) in shares.into_iter().filter_map(|(member, share)| Some((member, share.as_ref()?))) {
        let field = format!("{field}.rollingUpdate.{member}");
        match share.of(100, false) {
            None => causes.invalid(
                field,
                share,
                "a valid percent string must be a numeric string followed by an ending '%'",
            ),
            Some(pods) if pods < 0 => causes.invalid(field, pods, "must be greater than or equal to 0"),
            Some(_) => {}
        }
    }
    let zero = |share: &Option<Share>| share.as_ref().is_some_and(|share| share.of(100, true) == Some(0));
    if zero(&rolling.max_unavailable) && zero(&rolling.max_surge) {
        causes.invalid(format!("{field}.rollingUpdate.maxUnavailable"), 0, "may not be 0 when `maxSurge` is 0");
    }
}
