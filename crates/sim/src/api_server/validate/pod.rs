//! The rules of pods, as they stand in a workload's template.

use std::collections::BTreeSet;

use super::super::shape::{Container, PodSpec, Port, Quantity, Resources};
use super::names::is_dns_label;
use super::{Causes, check_labels};

const ONE: i128 = 1_000_000_000;
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Holds a workload's pod to its rules.
pub(super) fn check(field: &str, pod: &PodSpec, causes: &mut Causes) {
    if pod.containers.is_empty() {
        causes.required(format!("{field}.containers"));
    }
    if let Some(policy) = pod.restart_policy.as_deref().filter(|policy| *policy != "Always") {
        causes.unsupported(format!("{field}.restartPolicy"), policy, &["Always"]);
    }
    check_labels(&format!("{field}.nodeSelector"), &pod.node_selector, causes);
    let mut volumes = BTreeSet::new();
    for (at, volume) in pod.volumes.iter().enumerate() {
        let field = format!("{field}.volumes[{at}].name");
        check_name(&field, &volume.name, causes);
        if !volumes.insert(volume.name.as_str()) {
            causes.duplicate(field, &volume.name);
        }
    }
    let (mut names, mut host_ports) = (BTreeSet::new(), BTreeSet::new());
    for (at, container) in pod.containers.iter().enumerate() {
        let field = format!("{field}.containers[{at}]");
        check_name(&format!("{field}.name"), &container.name, causes);
        if !names.insert(container.name.as_str()) {
            causes.duplicate(format!("{field}.name"), &container.name);
        }
        check_container(&field, container, &volumes, causes);
        for (at, port) in container.ports.iter().enumerate().filter(|(_, port)| port.host_port != 0) {
            if !host_ports.insert((port.host_port, port.protocol())) {
                causes.duplicate(format!("{field}.ports[{at}].hostPort"), port.host_port);
            }
        }
    }
}

/// Holds a port's number to its range.
pub(super) fn check_port(field: &str, port: i32, causes: &mut Causes) {
    if !(1..=65535).contains(&port) {
        causes.invalid(field, port, "must be between 1 and 65535, inclusive");
    }
}

fn check_name(field: &str, name: &str, causes: &mut Causes) {
    if name.is_empty() {
        causes.required(field);
    } else if !is_dns_label(name) {
        causes.invalid(field, name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character");
    }
}

fn check_container(field: &str, container: &Container, volumes: &BTreeSet<&str>, causes: &mut Causes) {
    if container.image.is_empty() {
        causes.required(format!("{field}.image"));
    } else if container.image.trim() != container.image {
        causes.invalid(format!("{field}.image"), &container.image, "must not have leading or trailing whitespace");
    }
    check_ports(field, &container.ports, causes);
    check_resources(&format!("{field}.resources"), &container.resources, causes);
    for (at, variable) in container.env.iter().enumerate() {
        if variable.name.is_empty() {
            causes.required(format!("{field}.env[{at}].name"));
        } else if variable.name.contains('=') {
            causes.invalid(
                format!("{field}.env[{at}].name"),
                &variable.name,
                "a valid environment variable name must not contain '='",
            );
        }
    }
    let mut paths = BTreeSet::new();
    for (at, mount) in container.volume_mounts.iter().enumerate() {
        let field = format!("{field}.volumeMounts[{at}]");
        if !volumes.contains(mount.name.as_str()) {
            causes.add(format!("{field}.name"), "FieldValueNotFound", format!("Not found: {:?}", mount.name));
        }
        if mount.mount_path.is_empty() {
            causes.required(format!("{field}.mountPath"));
        } else if !paths.insert(mount.mount_path.as_str()) {
            causes.invalid(format!("{field}.mountPath"), &mount.mount_path, "must be unique");
        }
    }
}

fn check_ports(field: &str, ports: &[Port], causes: &mut Causes) {
    let mut names = BTreeSet::new();
    for (at, port) in ports.iter().enumerate() {
        let field = format!("{field}.ports[{at}]");
        check_port(&format!("{field}.containerPort"), port.container_port, causes);
        if port.host_port != 0 {
            check_port(&format!("{field}.hostPort"), port.host_port, causes);
        }
        if !PROTOCOLS.contains(&port.protocol()) {
            causes.unsupported(format!("{field}.protocol"), port.protocol(), &PROTOCOLS);
        }
        if port.name.len() > 15 {
            causes.invalid(format!("{field}.name"), &port.name, "must be no more than 15 characters");
        } else if !port.name.is_empty() && !names.insert(port.name.as_str()) {
            causes.duplicate(format!("{field}.name"), &port.name);
        }
    }
}

fn check_resources(field: &str, resources: &Resources, causes: &mut Causes) {
    for (kind, amounts) in [("limits", &resources.limits), ("requests", &resources.requests)] {
        for (name, Quantity(amount)) in amounts {
            let field = format!("{field}.{kind}[{name}]");
            if *amount < 0 {
                causes.invalid(field, amount / ONE, "must be greater than or equal to 0");
            } else if name.contains('/') && amount % ONE != 0 {
                causes.invalid(field, amount, "must be an integer");
            }
        }
    }
    for (name, limit) in &resources.limits {
        let Some(request) = resources.requests.get(name) else { continue };
        let field = format!("{field}.requests");
        if request > limit {
            causes.invalid(field, request.0 / ONE, &format!("must be less than or equal to {name} limit"));
        } else if name.contains('/') && request != limit {
            causes.invalid(field, request.0 / ONE, &format!("must be equal to {name} limit"));
        }
    }
    // Extended resources, GPUs above all, cannot be had beyond what was asked for.
    for name in resources.requests.keys().filter(|name| name.contains('/') && !resources.limits.contains_key(*name)) {
        causes.add(
            format!("{field}.limits"),
            "FieldValueRequired",
            format!("Required value: Limit must be set for non overcommitable resources: {name}"),
        );
    }
}
