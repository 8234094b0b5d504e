//! What a change puts at a cluster, for the shim.

use edge::shim;
use store::work::Job;
use workload::{Placement, Resource};

/// Kinds of objects that a job leaves at a cluster, as in Kubernetes' paths.
pub(crate) fn left(job: &Job, wanted: i64) -> Vec<&'static str> {
    if wanted == 0 {
        Vec::new()
    } else {
        workload::resources(&job.definition, false).into_iter().map(Resource::plural).collect()
    }
}

/// Kinds that were there and those that will be.
pub(crate) fn present(before: &[String], left: &[&'static str]) -> Vec<&'static str> {
    let is_present = |plural: &&str| left.contains(plural) || before.iter().any(|kind| kind == plural);
    Resource::ALL.into_iter().map(Resource::plural).filter(is_present).collect()
}

/// The objects to apply, and then those to remove: what else may be there.
pub(crate) fn work(deployment: i64, job: &Job, wanted: i64, present: &[String]) -> shim::Work {
    let namespace = workload::namespace_of(job.business_id);
    let node_selector = (!job.node_label_key.is_empty()).then(|| (job.node_label_key.clone(), "true".to_owned()));
    let placement = Placement {
        deployment_id: deployment,
        deployment_name: &job.name,
        namespace: &namespace,
        node_selector,
        pull: None,
    };
    let rendered = if wanted == 0 { Vec::new() } else { workload::render(&job.definition, &placement) };
    let left = left(job, wanted);
    let gone = |resource: &Resource| {
        present.iter().any(|kind| kind == resource.plural()) && !left.contains(&resource.plural())
    };
    shim::Work::Objects(shim::Objects {
        remove: Resource::ALL
            .into_iter()
            .filter(gone)
            .map(|resource| key(resource, &namespace, placement.object_name()))
            .collect(),
        apply: rendered.into_iter().map(|object| applied(object, &namespace)).collect(),
    })
}

fn applied(object: workload::Object, namespace: &str) -> shim::Object {
    shim::Object {
        api_version: object.resource.api_version().to_owned(),
        resource: object.resource.plural().to_owned(),
        namespace: namespace.to_owned(),
        name: object.name,
        body: object.body,
        keep_replicas: object.keep_replicas,
    }
}

fn key(resource: Resource, namespace: &str, name: String) -> shim::ObjectKey {
    shim::ObjectKey {
        api_version: resource.api_version().to_owned(),
        resource: resource.plural().to_owned(),
        namespace: namespace.to_owned(),
        name,
    }
}
