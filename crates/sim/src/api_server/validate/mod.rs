//! The rules that an object has to keep: the most important ones of a real API server, in its words.
//!
//! What has the wrong type is a 400, as in a real server, which reads into types first; what breaks a rule is a 422
//! that names every place.

mod autoscaler;
mod names;
mod pod;
mod workload;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kinds::{AUTOSCALERS, DAEMON_SETS, DEPLOYMENTS, Kind, NAMESPACES, SECRETS, SERVICES};
use super::refusal::{Cause, Refusal};
use super::shape::Workload;
use names::{is_dns_label, is_dns_name, is_label_key, is_label_name};

/// Collects what is wrong.
#[derive(Debug, Default)]
struct Causes(Vec<Cause>);

impl Causes {
    fn required(&mut self, field: impl Into<String>) {
        self.add(field, "FieldValueRequired", "Required value".into());
    }

    fn invalid(&mut self, field: impl Into<String>, value: impl std::fmt::Debug, why: &str) {
        self.add(field, "FieldValueInvalid", format!("Invalid value: {value:?}: {why}"));
    }

    fn unsupported(&mut self, field: impl Into<String>, value: &str, known: &[&str]) {
        let known: Vec<String> = known.iter().map(|known| format!("{known:?}")).collect();
        let message = format!("Unsupported value: {value:?}: supported values: {}", known.join(", "));
        self.add(field, "FieldValueNotSupported", message);
    }

    fn duplicate(&mut self, field: impl Into<String>, value: impl std::fmt::Debug) {
        self.add(field, "FieldValueDuplicate", format!("Duplicate value: {value:?}"));
    }

    fn add(&mut self, field: impl Into<String>, reason: &'static str, message: String) {
        self.0.push(Cause { field: field.into(), reason, message });
    }
}

/// Holds a new object, or a changed one against what it was before, to the rules of its kind.
pub(super) fn check(kind: &Kind, name: &str, object: &Value, before: Option<&Value>) -> Result<(), Refusal> {
    let mut causes = Causes::default();
    check_meta(kind, name, object, &mut causes)?;
    if *kind == DEPLOYMENTS || *kind == DAEMON_SETS {
        let workload: Workload = typed(kind, object)?;
        workload::check(kind, &workload.spec, &mut causes);
        if before.is_some_and(|before| before["spec"]["selector"] != object["spec"]["selector"]) {
            causes.invalid("spec.selector", &object["spec"]["selector"], "field is immutable");
        }
    } else if *kind == AUTOSCALERS {
        autoscaler::check(&typed(kind, object)?, &mut causes);
    } else if *kind == SECRETS {
        check_secret(&typed(kind, object)?, &mut causes);
        if before.is_some_and(|before| before["type"] != object["type"]) {
            causes.invalid("type", &object["type"], "field is immutable");
        }
    } else if *kind == SERVICES {
        check_service(&typed(kind, object)?, &mut causes);
    }
    if causes.0.is_empty() { Ok(()) } else { Err(Refusal::invalid(kind, name, &causes.0)) }
}

fn typed<T: DeserializeOwned>(kind: &Kind, object: &Value) -> Result<T, Refusal> {
    T::deserialize(object).map_err(|error| {
        let message =
            format!("{} in version {:?} cannot be handled as a {}: {error}", kind.name, kind.version, kind.name);
        Refusal::bad_request(message)
    })
}

fn check_meta(kind: &Kind, name: &str, object: &Value, causes: &mut Causes) -> Result<(), Refusal> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Meta {
        labels: BTreeMap<String, String>,
        annotations: BTreeMap<String, String>,
    }
    let meta: Meta = typed(kind, &object["metadata"])?;
    if name.is_empty() {
        causes.add("metadata.name", "FieldValueRequired", "Required value: name or generateName is required".into());
    } else if *kind == NAMESPACES && !is_dns_label(name) {
        causes.invalid("metadata.name", name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character");
    } else if *kind == SERVICES && !(is_dns_label(name) && name.starts_with(|c: char| c.is_ascii_lowercase())) {
        causes.invalid("metadata.name", name, "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character");
    } else if !is_dns_name(name) {
        causes.invalid("metadata.name", name, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character");
    }
    check_labels("metadata.labels", &meta.labels, causes);
    for key in meta.annotations.keys().filter(|key| !is_label_key(&key.to_lowercase())) {
        causes.invalid(
            "metadata.annotations",
            key,
            "name part must consist of alphanumeric characters, '-', '_' or '.'",
        );
    }
    Ok(())
}

fn check_labels(field: &str, labels: &BTreeMap<String, String>, causes: &mut Causes) {
    for (key, value) in labels {
        if !is_label_key(key) {
            causes.invalid(field, key, "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
        }
        if !value.is_empty() && !is_label_name(value) {
            causes.invalid(field, value, "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', at most 63 characters");
        }
    }
}

/// What a Secret is checked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Secret {
    r#type: String,
    data: BTreeMap<String, String>,
}

fn check_secret(secret: &Secret, causes: &mut Causes) {
    const REGISTRY: &str = ".dockerconfigjson";
    for (key, text) in &secret.data {
        let field = format!("data[{key}]");
        match STANDARD.decode(text) {
            Err(_) => causes.invalid(field, "<secret contents redacted>", "illegal base64 data"),
            Ok(bytes) if secret.r#type == "kubernetes.io/dockerconfigjson" && key == REGISTRY => {
                if serde_json::from_slice::<Value>(&bytes).is_err() {
                    causes.invalid(field, "<secret contents redacted>", "invalid character");
                }
            }
            Ok(_) => {}
        }
    }
    if secret.r#type == "kubernetes.io/dockerconfigjson" && !secret.data.contains_key(REGISTRY) {
        causes.required(format!("data[{REGISTRY}]"));
    }
}

/// What a Service is checked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Service {
    spec: ServiceSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServiceSpec {
    ports: Vec<ServicePort>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServicePort {
    port: i32,
}

fn check_service(service: &Service, causes: &mut Causes) {
    if service.spec.ports.is_empty() {
        causes.required("spec.ports");
    }
    for (at, port) in service.spec.ports.iter().enumerate() {
        pod::check_port(&format!("spec.ports[{at}].port"), port.port, causes);
    }
}
