//! Nodes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::api_server::kinds::NODES;

use super::Edge;

/// A node of an edge cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NodeOptions {
    /// Its name, once in a cluster.
    pub name: String,
    /// Its address.
    pub ip: String,
    /// Cores.
    pub cpu: u32,
    /// Memory, a Kubernetes quantity.
    pub memory: String,
    /// Ephemeral storage, a Kubernetes quantity.
    pub disk: String,
    /// Number of GPUs.
    pub gpus: u32,
    /// Memory of each GPU, MiB.
    pub gpu_memory: u32,
    /// Labels besides the ordinary ones.
    pub labels: Vec<(String, String)>,
}

impl NodeOptions {
    /// A node of 8 cores, 16 GiB of memory and 100 GiB of disk.
    pub fn new(name: impl Into<String>, ip: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ip: ip.into(),
            cpu: 8,
            memory: "16Gi".into(),
            disk: "100Gi".into(),
            gpus: 0,
            gpu_memory: 0,
            labels: Vec::new(),
        }
    }

    /// With so many GPUs of so many MiB each.
    #[must_use]
    pub fn with_gpus(mut self, gpus: u32, gpu_memory: u32) -> Self {
        self.gpus = gpus;
        self.gpu_memory = gpu_memory;
        self
    }

    /// With so many cores and so much memory, a Kubernetes quantity.
    #[must_use]
    pub fn with_size(mut self, cpu: u32, memory: impl Into<String>) -> Self {
        self.cpu = cpu;
        self.memory = memory.into();
        self
    }

    /// The node as its cluster has it, ready.
    pub(crate) fn object(&self) -> Value {
        let mut labels: Map<String, Value> =
            self.labels.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        labels.insert("kubernetes.io/hostname".into(), json!(self.name));
        labels.insert("kubernetes.io/os".into(), json!("linux"));
        labels.insert("kubernetes.io/arch".into(), json!("amd64"));
        let mut capacity = json!({
            "cpu": self.cpu.to_string(), "memory": self.memory, "ephemeral-storage": self.disk, "pods": "110",
        });
        if self.gpus > 0 {
            capacity["nvidia.com/gpu"] = json!(self.gpus.to_string());
            labels.insert("nvidia.com/gpu.memory".into(), json!(self.gpu_memory.to_string()));
        }
        json!({
            "metadata": {"name": self.name, "labels": labels},
            "spec": {},
            "status": {
                "capacity": capacity,
                "allocatable": capacity,
                "addresses": [
                    {"type": "Hostname", "address": self.name},
                    {"type": "InternalIP", "address": self.ip},
                ],
                "conditions": [
                    {"type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory"},
                    {"type": "DiskPressure", "status": "False", "reason": "KubeletHasNoDiskPressure"},
                    {"type": "Ready", "status": "True", "reason": "KubeletReady"},
                ],
                "nodeInfo": {
                    "operatingSystem": "linux", "kernelVersion": "5.15.0-91-generic", "architecture": "amd64",
                    "osImage": "Ubuntu 22.04.3 LTS", "kubeletVersion": "v1.32.4+k3s1",
                    "containerRuntimeVersion": "containerd://2.0.4-k3s2", "kubeProxyVersion": "v1.32.4+k3s1",
                    "machineID": "", "systemUUID": "", "bootID": "",
                },
            },
        })
    }
}

/// Whether a node's condition `Ready` is `True`.
pub(crate) fn is_ready(node: &Value) -> bool {
    node["status"]["conditions"].as_array().is_some_and(|conditions| {
        conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
    })
}

/// Whether a node takes new pods of its own accord.
pub(crate) fn is_schedulable(node: &Value) -> bool {
    is_ready(node) && node["spec"]["unschedulable"] != json!(true)
}

impl Edge {
    /// Sets a node's readiness; false where there is no such node.
    pub(crate) fn set_node_ready(&mut self, name: &str, ready: bool) -> bool {
        self.change_node(name, |node| {
            for condition in node["status"]["conditions"].as_array_mut().into_iter().flatten() {
                if condition["type"] == "Ready" {
                    condition["status"] = json!(if ready { "True" } else { "Unknown" });
                    condition["reason"] = json!(if ready { "KubeletReady" } else { "NodeStatusUnknown" });
                }
            }
        })
    }

    /// Cordons a node, or lifts that; false where there is no such node.
    pub(crate) fn set_node_unschedulable(&mut self, name: &str, unschedulable: bool) -> bool {
        self.change_node(name, |node| {
            node["spec"] = if unschedulable { json!({"unschedulable": true}) } else { json!({}) };
        })
    }

    fn change_node(&mut self, name: &str, change: impl FnOnce(&mut Value)) -> bool {
        let Some(mut node) = self.api.get(&NODES, "", name).map(|node| node.value.clone()) else { return false };
        change(&mut node);
        self.api.put(&NODES, node);
        true
    }
}
