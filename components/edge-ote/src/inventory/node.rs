//! Nodes, with their quantities in whole units (docs/semantics.md, "Clusters and nodes").

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;

use super::Listed;
use crate::bindings::shim::{Item, Node};
use crate::kubernetes::{Condition, Metadata, nullable};
use crate::quantity;

#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    #[serde(default, deserialize_with = "nullable")]
    spec: Spec,
    #[serde(default, deserialize_with = "nullable")]
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    unschedulable: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<Condition>,
    #[serde(deserialize_with = "nullable")]
    addresses: Vec<Address>,
    #[serde(deserialize_with = "nullable")]
    capacity: BTreeMap<String, String>,
    #[serde(deserialize_with = "nullable")]
    node_info: Info,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Address {
    #[serde(rename = "type")]
    kind: String,
    address: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Info {
    operating_system: String,
    kernel_version: String,
}

impl Status {
    fn capacity(&self, resource: &str) -> u64 {
        self.capacity.get(resource).map_or(0, |text| quantity::whole(text))
    }

    /// The first `InternalIP`, else the first address that is an IP.
    fn ip(&self) -> String {
        let internal = self.addresses.iter().find(|a| a.kind == "InternalIP");
        let any = || self.addresses.iter().find(|a| a.address.parse::<IpAddr>().is_ok());
        internal.or_else(any).map_or_else(String::new, |a| a.address.clone())
    }

    fn ready(&self) -> bool {
        self.conditions.iter().any(|c| c.kind == "Ready" && c.status == "True")
    }
}

/// The GPU's memory in MiB, as NVIDIA's feature discovery labels the node.
const GPU_MEMORY_LABEL: &str = "nvidia.com/gpu.memory";

impl Listed for Object {
    fn item(self, _resource: &'static str) -> Option<Item> {
        let origin = self.metadata.origin()?;
        let status = self.status;
        let gpu_memory = origin.labels.iter().find(|(key, _)| key == GPU_MEMORY_LABEL);
        let mebibytes = gpu_memory.and_then(|(_, value)| value.parse::<u64>().ok()).unwrap_or(0);
        Some(Item::Node(Node {
            ready: status.ready() && !self.spec.unschedulable,
            ip: status.ip(),
            cpu: u32::try_from(status.capacity("cpu")).unwrap_or(u32::MAX),
            memory: status.capacity("memory"),
            disk: status.capacity("ephemeral-storage"),
            gpu: mebibytes.saturating_mul(1 << 20).saturating_mul(status.capacity("nvidia.com/gpu")),
            operating_system: status.node_info.operating_system,
            kernel_version: status.node_info.kernel_version,
            cluster: origin.cluster,
            name: origin.name,
            labels: origin.labels,
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(change: impl FnOnce(&mut Value)) -> Node {
        let mut node = json!({
            "metadata": {"name": "node1-c1", "labels": {
                "ote-cluster": "c1", "edge-version": "9", "nvidia.com/gpu.memory": "8192", "otestack.io/cam": "true"}},
            "spec": {},
            "status": {
                "capacity": {"cpu": "3920m", "memory": "16Gi", "ephemeral-storage": "100Gi", "nvidia.com/gpu": "2"},
                "addresses": [{"type": "Hostname", "address": "node1"}, {"type": "InternalIP", "address": "10.0.0.1"}],
                "conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True"}],
                "nodeInfo": {"operatingSystem": "linux", "kernelVersion": "5.15.0"}}
        });
        change(&mut node);
        match serde_json::from_value::<Object>(node).unwrap().item("nodes") {
            Some(Item::Node(node)) => node,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_node_is_reported_in_whole_units() {
        let node = read(|_| {});
        assert_eq!((node.cluster.as_str(), node.name.as_str(), node.ip.as_str()), ("c1", "node1", "10.0.0.1"));
        assert_eq!((node.cpu, node.memory, node.disk), (3, 16 << 30, 100 << 30));
        assert_eq!(node.gpu, 2 * (8192 << 20));
        assert_eq!((node.operating_system.as_str(), node.kernel_version.as_str()), ("linux", "5.15.0"));
        assert!(node.ready);
    }

    #[test]
    fn its_labels_are_those_of_the_edge() {
        let keys: Vec<_> = read(|_| {}).labels.into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["nvidia.com/gpu.memory", "otestack.io/cam"]);
    }

    #[test]
    fn what_is_not_reported_is_nothing() {
        let node = read(|n| {
            n["status"] = json!({"capacity": null, "addresses": null, "conditions": null, "nodeInfo": null});
            n["spec"] = Value::Null;
        });
        assert_eq!((node.cpu, node.memory, node.disk, node.gpu, node.ip.as_str()), (0, 0, 0, 0, ""));
        assert!(!node.ready);
    }

    #[test]
    fn a_node_is_ready_when_it_says_so_and_takes_pods() {
        assert!(!read(|n| n["spec"]["unschedulable"] = json!(true)).ready);
        for status in ["False", "Unknown"] {
            assert!(!read(|n| n["status"]["conditions"][1]["status"] = json!(status)).ready);
        }
    }

    #[test]
    fn without_an_internal_address_the_first_ip_counts() {
        let addresses = |list: Value| read(|n| n["status"]["addresses"] = list).ip;
        let host = json!({"type": "Hostname", "address": "node1"});
        assert_eq!(addresses(json!([host, {"type": "ExternalIP", "address": "203.0.113.9"}])), "203.0.113.9");
        assert_eq!(addresses(json!([host, {"type": "ExternalIP", "address": "2001:db8::1"}])), "2001:db8::1");
        assert_eq!(addresses(json!([host])), "");
    }
}
