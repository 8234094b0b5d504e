//! What an application may be like: the fields of a creation and their rules (docs/semantics.md, Applications).

mod arrays;
mod scale;

use crate::settings::Settings;
use api::{Fields, Rule, is_object_name};
use workload::{Application, DeployType};

/// Kubernetes counts in signed integers of 32 bits.
const MOST: u32 = i32::MAX.unsigned_abs();

/// The progress deadline, 600 seconds more, is such a number too.
const MOST_READY_SECONDS: u32 = MOST - 600;

const NAME: Rule = Rule::TEXT.matching(
    is_object_name,
    "at most 40 lower-case letters, digits and `-`, with a letter or digit at the beginning and the end",
);

const DEPLOY_TYPE: Rule =
    Rule::TEXT.matching(|text| matches!(text, "deployment" | "daemonset"), "`deployment` or `daemonset`");

const IMAGE: Rule = Rule::TEXT.most(500).matching(|text| !text.contains(char::is_whitespace), "without blanks");

const MAIN_VERSION: Rule =
    Rule::TEXT.matching(is_main_version, "two numbers from 0 to 99999 without leading zeros, like `1.2`");

const COMMAND: Rule = Rule::FREE.most(4000);

/// An application version to be made, as it was asked for.
pub(crate) struct Creation {
    /// With the main version alone.
    pub(crate) definition: Application,
    /// The external repository that it is pulled from, or "".
    pub(crate) repository_id: String,
}

impl Creation {
    /// Reads all fields and notes every fault.
    pub(crate) fn read(fields: &mut Fields, settings: &Settings) -> Self {
        let definition = definition(fields, settings);
        scale::check(fields, &definition);
        check_resources(fields, &definition);
        check_update(fields, &definition);
        if let Some(largest) = workload::too_large(&definition) {
            let most = workload::LARGEST;
            fields.fault(
                largest,
                format!("takes most of an application that is more than {most} bytes, rendered as JSON"),
            );
        }
        Self { definition, repository_id: external_repository(fields) }
    }
}

fn definition(fields: &mut Fields, settings: &Settings) -> Application {
    let replicas = optional_count(fields, "replicas", MOST).unwrap_or(1);
    Application {
        name: fields.text("appName", &NAME),
        version: fields.text("version", &MAIN_VERSION),
        deploy_type: deploy_type(fields),
        image: fields.text("image", &IMAGE),
        command: fields.optional_text("command", &COMMAND).unwrap_or_default(),
        ports: arrays::ports(fields),
        volumes: arrays::volumes(fields, &settings.host_paths),
        env: arrays::env(fields),
        dependence: arrays::dependence(fields),
        replicas,
        min_replicas: optional_count(fields, "minReplicas", MOST).unwrap_or(replicas.min(1)),
        max_replicas: optional_count(fields, "maxReplicas", MOST).unwrap_or(replicas),
        min_cpu: count(fields, "minCPU", u32::MAX),
        max_cpu: count(fields, "maxCPU", u32::MAX),
        min_memory: count(fields, "minMemory", u32::MAX),
        max_memory: count(fields, "maxMemory", u32::MAX),
        gpu: optional_count(fields, "GPU", u32::MAX).unwrap_or_default(),
        is_hpa: fields.flag("isHPA"),
        target_cpu_utilization: count(fields, "targetCPUUtilization", MOST),
        target_mem_utilization: count(fields, "targetMemUtilization", MOST),
        max_unavailable: count(fields, "maxUnavailable", MOST),
        max_surge: count(fields, "maxSurge", MOST),
        min_ready_seconds: count(fields, "minReadySeconds", MOST_READY_SECONDS),
    }
}

fn deploy_type(fields: &mut Fields) -> DeployType {
    match fields.text("deployType", &DEPLOY_TYPE).as_str() {
        "daemonset" => DeployType::DaemonSet,
        _ => DeployType::Deployment,
    }
}

fn count(fields: &mut Fields, name: &str, most: u32) -> u32 {
    u32::try_from(fields.number(name, 0..=most.into())).unwrap_or_default()
}

fn optional_count(fields: &mut Fields, name: &str, most: u32) -> Option<u32> {
    fields.optional_number(name, 0..=most.into()).and_then(|number| u32::try_from(number).ok())
}

fn is_main_version(text: &str) -> bool {
    let is_number = |digits: &str| {
        (1..=5).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
    };
    text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// Whether a rule over several fields has something to go by.
fn are_read(fields: &Fields, names: &[&str]) -> bool {
    !names.iter().any(|name| fields.has_fault(name))
}

/// A 0 means none, so a maximum of 0 is above every minimum.
fn check_resources(fields: &mut Fields, it: &Application) {
    let limits =
        [("minCPU", it.min_cpu, "maxCPU", it.max_cpu), ("minMemory", it.min_memory, "maxMemory", it.max_memory)];
    for (least, minimum, most, maximum) in limits {
        if are_read(fields, &[least, most]) && maximum > 0 && minimum > maximum {
            fields.fault(least, format!("is {minimum}: it must be at most {most}, {maximum}"));
        }
    }
}

/// Kubernetes would never get on with an update.
fn check_update(fields: &mut Fields, it: &Application) {
    if are_read(fields, &["maxUnavailable", "maxSurge"]) && it.max_unavailable == 0 && it.max_surge == 0 {
        fields.fault("maxUnavailable", "is 0 and so is maxSurge: one of them must be above");
    }
}

/// Whether the business has it is looked up with the creation ([`crate::application`]).
fn external_repository(fields: &mut Fields) -> String {
    fields.optional_text("repositoryId", &Rule::FREE).unwrap_or_default()
}

#[cfg(test)]
mod tests;
