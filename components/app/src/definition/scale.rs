//! How many pods there are: replicas and the autoscaler.

use super::are_read;
use api::Fields;
use workload::{Application, DeployType};

/// Checks what only a deployment has: for a daemonset all of it is ignored.
pub(super) fn check(fields: &mut Fields, it: &Application) {
    if !are_read(fields, &["deployType", "isHPA"]) || it.deploy_type != DeployType::Deployment {
        return;
    }
    check_replicas(fields, it);
    if it.is_hpa {
        check_targets(fields, it);
    }
}

fn check_replicas(fields: &mut Fields, it: &Application) {
    if !are_read(fields, &["replicas", "minReplicas", "maxReplicas"]) {
        return;
    }
    let (least, most) = (it.min_replicas, it.max_replicas);
    if it.is_hpa {
        for (name, replicas) in [("replicas", it.replicas), ("minReplicas", least), ("maxReplicas", most)] {
            if replicas == 0 {
                fields.fault(name, "is 0: with isHPA it must be at least 1");
            }
        }
    }
    if least > most {
        fields.fault("minReplicas", format!("is {least}: it must be at most maxReplicas, {most}"));
    } else if !(least..=most).contains(&it.replicas) && !fields.has_fault("replicas") {
        fields.fault(
            "replicas",
            format!("is {}: it must be from minReplicas, {least}, to maxReplicas, {most}", it.replicas),
        );
    }
}

/// A target of 0 leaves its metric out; one that is used is a share of a minimum.
fn check_targets(fields: &mut Fields, it: &Application) {
    let (cpu, memory) = ("targetCPUUtilization", "targetMemUtilization");
    if are_read(fields, &[cpu, memory]) && it.target_cpu_utilization == 0 && it.target_mem_utilization == 0 {
        fields.fault(cpu, format!("is 0 and so is {memory}: with isHPA one of them must be above"));
    }
    let shares = [
        (cpu, it.target_cpu_utilization, "minCPU", it.min_cpu),
        (memory, it.target_mem_utilization, "minMemory", it.min_memory),
    ];
    for (target, utilization, name, minimum) in shares {
        if are_read(fields, &[target, name]) && utilization > 0 && minimum == 0 {
            fields.fault(name, format!("is 0: it must be above, because {target} is a share of it"));
        }
    }
}
