//! The pod of a workload and its one container.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::verbatim::verbatim;
use crate::{Application, Placement, Port};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PodSpec {
    containers: [Container; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    volumes: Vec<Volume>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    node_selector: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    image_pull_secrets: Vec<SecretName>,
}

#[derive(Debug, Serialize)]
struct SecretName {
    name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    name: String,
    image: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    command: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ports: Vec<TcpPort>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env: Vec<EnvVar>,
    #[serde(skip_serializing_if = "Resources::is_empty")]
    resources: Resources,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    volume_mounts: Vec<VolumeMount>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TcpPort {
    container_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_port: Option<u16>,
    protocol: &'static str,
}

#[derive(Debug, Serialize)]
struct EnvVar {
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct Resources {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    requests: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    limits: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VolumeMount {
    name: String,
    mount_path: String,
    read_only: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    name: String,
    host_path: HostPath,
}

#[derive(Debug, Serialize)]
struct HostPath {
    path: String,
}

impl PodSpec {
    pub(crate) fn of(application: &Application, placement: &Placement<'_>) -> Self {
        let volume = |(i, v): (usize, &crate::Volume)| Volume {
            name: volume_name(i),
            host_path: HostPath { path: v.host_path.clone() },
        };
        let secret = placement.pull.as_ref().map(|_| SecretName { name: placement.object_name() });
        Self {
            containers: [Container::of(application)],
            volumes: application.volumes.iter().enumerate().map(volume).collect(),
            node_selector: placement.node_selector.clone().into_iter().collect(),
            image_pull_secrets: secret.into_iter().collect(),
        }
    }
}

impl Container {
    fn of(application: &Application) -> Self {
        let mount = |(i, v): (usize, &crate::Volume)| VolumeMount {
            name: volume_name(i),
            mount_path: v.path.clone(),
            read_only: v.read_only,
        };
        Self {
            name: application.name.clone(),
            image: application.image.clone(),
            command: command(&application.command),
            ports: application.ports.iter().map(port).collect(),
            env: env(application),
            resources: Resources::of(application),
            volume_mounts: application.volumes.iter().enumerate().map(mount).collect(),
        }
    }
}

fn volume_name(i: usize) -> String {
    format!("volume-{i}")
}

fn command(line: &str) -> Vec<String> {
    if line.is_empty() { vec![] } else { vec!["/bin/sh".to_owned(), "-c".to_owned(), verbatim(line)] }
}

fn port(port: &Port) -> TcpPort {
    TcpPort { container_port: port.port, host_port: port.host_port, protocol: "TCP" }
}

/// The variables of what the application calls, then its own, which win.
fn env(application: &Application) -> Vec<EnvVar> {
    let mut env: Vec<EnvVar> = Vec::new();
    let mut put = |name: String, value: &str| {
        env.retain(|there| there.name != name);
        env.push(EnvVar { name, value: verbatim(value) });
    };
    for dependence in &application.dependence {
        let name = dependence.name.to_ascii_uppercase().replace('-', "_");
        put(format!("{name}_HOST"), &dependence.service);
        put(format!("{name}_PORT"), &dependence.port.to_string());
    }
    for variable in &application.env {
        put(variable.name.clone(), &variable.value);
    }
    env
}

impl Resources {
    fn of(application: &Application) -> Self {
        let (mut requests, mut limits) = (BTreeMap::new(), BTreeMap::new());
        let mut both = |resource, minimum: u32, maximum: u32, quantity: fn(u32) -> String| {
            // One left out beside a limit would become the limit.
            if minimum > 0 || maximum > 0 {
                requests.insert(resource, quantity(minimum));
            }
            if maximum > 0 {
                limits.insert(resource, quantity(maximum));
            }
        };
        both("cpu", application.min_cpu, application.max_cpu, percent_of_a_core);
        both("memory", application.min_memory, application.max_memory, megabytes);
        if application.gpu > 0 {
            limits.insert("nvidia.com/gpu", application.gpu.to_string());
        }
        Self { requests, limits }
    }

    fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.limits.is_empty()
    }
}

fn percent_of_a_core(percent: u32) -> String {
    if percent == 0 { "0".to_owned() } else { format!("{}m", u64::from(percent) * 10) }
}

fn megabytes(megabytes: u32) -> String {
    if megabytes == 0 { "0".to_owned() } else { format!("{megabytes}Mi") }
}

#[cfg(test)]
mod tests;
