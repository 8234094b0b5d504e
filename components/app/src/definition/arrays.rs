//! Ports, volumes, environment and dependences.

use crate::host_paths::{HostPaths, is_path, plain};
use api::{Fields, Rule};
use std::collections::BTreeSet;
use workload::{Dependence, Port, Variable, Volume};

const PATH: Rule = Rule::TEXT.matching(is_path, "an absolute path without `..`");

const VARIABLE_NAME: Rule = Rule::TEXT.matching(is_identifier, "a letter or `_`, and then letters, digits and `_`");

const DEPENDENCE_NAME: Rule =
    Rule::TEXT.most(40).matching(is_dependence_name, "a letter, and then letters, digits and `-`");

/// `port`, which is required and may be empty. A host port can be had once; doubles without one count once.
pub(super) fn ports(fields: &mut Fields) -> Vec<Port> {
    let ports = fields.required_objects("port", |port| Port {
        port: tcp_port(port.number("port", 1..=65535)),
        host_port: port.optional_number("hostPort", 1..=65535).map(tcp_port),
    });
    check_once(fields, "port", "hostPort", ports.iter().filter_map(|port| port.host_port).map(|port| port.to_string()));
    distinct(ports)
}

/// `volume`: paths in the container, each there once, and what of the node they show.
pub(super) fn volumes(fields: &mut Fields, host_paths: &HostPaths) -> Vec<Volume> {
    let volumes = fields.objects("volume", |volume| Volume {
        path: volume.text("path", &PATH),
        host_path: host_path(volume, host_paths),
        read_only: volume.optional_flag("readOnly").unwrap_or_default(),
    });
    let volumes = volumes.unwrap_or_default();
    check_once(fields, "volume", "path", volumes.iter().filter(|v| !v.path.is_empty()).map(|v| plain(&v.path)));
    volumes
}

fn host_path(volume: &mut Fields, host_paths: &HostPaths) -> String {
    let path = volume.text("hostPath", &PATH);
    if !volume.has_fault("hostPath") && !host_paths.allow(&path) {
        volume.fault("hostPath", format!("is not allowed: {}", host_paths.rule()));
    }
    path
}

/// `env`: variables, each there once.
pub(super) fn env(fields: &mut Fields) -> Vec<Variable> {
    let variables = fields.objects("env", |variable| Variable {
        name: variable.text("name", &VARIABLE_NAME),
        value: variable.optional_text("value", &Rule::FREE).unwrap_or_default(),
    });
    let variables = variables.unwrap_or_default();
    check_once(fields, "env", "name", variables.iter().filter(|v| !v.name.is_empty()).map(|v| v.name.clone()));
    variables
}

/// `dependence`: services that the application calls. Doubles count once.
pub(super) fn dependence(fields: &mut Fields) -> Vec<Dependence> {
    let dependence = fields.objects("dependence", |service| Dependence {
        name: service.text("name", &DEPENDENCE_NAME),
        service: service.text("service", &Rule::TEXT),
        port: tcp_port(service.number("port", 1..=65535)),
    });
    distinct(dependence.unwrap_or_default())
}

fn tcp_port(number: u64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

/// Notes a fault for each value that several elements have.
fn check_once(fields: &mut Fields, array: &str, member: &str, values: impl Iterator<Item = String>) {
    let mut seen = BTreeSet::new();
    let doubles: BTreeSet<String> = values.filter(|value| !seen.insert(value.clone())).collect();
    for double in doubles {
        fields.fault(array, format!("has the {member} {double:?} more than once: each can be there once"));
    }
}

/// The elements without doubles.
fn distinct<T: PartialEq>(elements: Vec<T>) -> Vec<T> {
    let mut distinct = Vec::with_capacity(elements.len());
    for element in elements {
        if !distinct.contains(&element) {
            distinct.push(element);
        }
    }
    distinct
}

/// A C identifier.
fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_dependence_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
