//! The members of objects that rules and controllers are about, typed. What an object has besides is kept and ignored.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::quantity;
use super::selector::Requirement;

/// A Deployment or `DaemonSet`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Workload {
    pub(crate) spec: WorkloadSpec,
}

/// What is wanted of a workload.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WorkloadSpec {
    pub(crate) replicas: Option<i32>,
    pub(crate) min_ready_seconds: i32,
    pub(crate) progress_deadline_seconds: Option<i32>,
    pub(crate) selector: Option<LabelSelector>,
    pub(crate) template: Template,
    /// A Deployment's.
    pub(crate) strategy: Strategy,
    /// A `DaemonSet`'s.
    pub(crate) update_strategy: Strategy,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LabelSelector {
    pub(crate) match_labels: BTreeMap<String, String>,
    pub(crate) match_expressions: Vec<Requirement>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Template {
    pub(crate) metadata: TemplateMeta,
    pub(crate) spec: PodSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TemplateMeta {
    pub(crate) labels: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Strategy {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) rolling_update: Option<RollingUpdate>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RollingUpdate {
    pub(crate) max_surge: Option<Share>,
    pub(crate) max_unavailable: Option<Share>,
}

/// A number of pods, or a share of those that are wanted.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Share {
    Pods(i32),
    /// `25%`.
    Percent(String),
}

impl Share {
    /// The number of pods out of `wanted`; none where the text is no percentage.
    pub(crate) fn of(&self, wanted: i32, round_up: bool) -> Option<i32> {
        match self {
            Share::Pods(pods) => Some(*pods),
            Share::Percent(text) => {
                let percent: i32 = text.strip_suffix('%')?.parse().ok().filter(|percent| *percent >= 0)?;
                let hundredths = i64::from(wanted) * i64::from(percent) + if round_up { 99 } else { 0 };
                i32::try_from(hundredths / 100).ok()
            }
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PodSpec {
    pub(crate) containers: Vec<Container>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) node_name: String,
    pub(crate) node_selector: BTreeMap<String, String>,
    pub(crate) affinity: Affinity,
    pub(crate) restart_policy: Option<String>,
}

impl PodSpec {
    /// Reads a pod's spec that was accepted; what cannot be read is empty.
    pub(crate) fn of(spec: &Value) -> Self {
        Self::deserialize(spec).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Volume {
    pub(crate) name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) resources: Resources,
    pub(crate) ports: Vec<Port>,
    pub(crate) env: Vec<Variable>,
    pub(crate) volume_mounts: Vec<VolumeMount>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Resources {
    pub(crate) limits: BTreeMap<String, Quantity>,
    pub(crate) requests: BTreeMap<String, Quantity>,
}

/// An amount, in billionths of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quantity(pub(crate) i128);

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        quantity::parse(&text)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$', not {text:?}")))
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "Kubernetes calls them so")]
pub(crate) struct Port {
    pub(crate) name: String,
    pub(crate) container_port: i32,
    pub(crate) host_port: i32,
    pub(crate) protocol: Option<String>,
}

impl Port {
    pub(crate) fn protocol(&self) -> &str {
        self.protocol.as_deref().unwrap_or("TCP")
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Variable {
    pub(crate) name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct VolumeMount {
    pub(crate) name: String,
    pub(crate) mount_path: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Affinity {
    node_affinity: NodeAffinity,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeAffinity {
    required_during_scheduling_ignored_during_execution: Option<NodeTerms>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeTerms {
    node_selector_terms: Vec<NodeTerm>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeTerm {
    match_expressions: Vec<Requirement>,
}

impl PodSpec {
    /// Whether the node selector and the required affinity allow a node.
    pub(crate) fn allows(&self, node: &Value) -> bool {
        let labels = node["metadata"]["labels"].as_object();
        let label = |key: &String| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        let required = &self.affinity.node_affinity.required_during_scheduling_ignored_during_execution;
        self.node_selector.iter().all(|(key, value)| label(key) == Some(value))
            && required.as_ref().is_none_or(|terms| {
                terms.node_selector_terms.iter().any(|term| {
                    !term.match_expressions.is_empty()
                        && term.match_expressions.iter().all(|requirement| requirement.holds(labels))
                })
            })
    }
}

/// A `HorizontalPodAutoscaler`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Autoscaler {
    pub(crate) spec: AutoscalerSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AutoscalerSpec {
    pub(crate) min_replicas: Option<i32>,
    pub(crate) max_replicas: i32,
    pub(crate) scale_target_ref: TargetRef,
    pub(crate) metrics: Vec<Metric>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TargetRef {
    pub(crate) kind: String,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Metric {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) resource: Option<ResourceMetric>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResourceMetric {
    pub(crate) name: String,
    pub(crate) target: MetricTarget,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct MetricTarget {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) average_utilization: Option<i32>,
    pub(crate) average_value: Option<Quantity>,
}
