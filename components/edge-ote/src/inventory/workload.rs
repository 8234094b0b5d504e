//! Workloads that the platform made. Their status is not read: lightweight reports leave it at 0
//! (docs/contracts/ote-center.md, "count pods, never workload status").

use serde::Deserialize;

use super::Listed;
use crate::bindings::shim::{Item, Workload};
use crate::kubernetes::{Metadata, nullable};

#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    #[serde(default, deserialize_with = "nullable")]
    spec: Spec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    replicas: Option<u32>,
}

impl Listed for Object {
    fn item(self, resource: &'static str) -> Option<Item> {
        let origin = self.metadata.origin()?;
        Some(Item::Workload(Workload {
            cluster: origin.cluster,
            namespace: origin.namespace,
            name: origin.name,
            resource: resource.to_owned(),
            labels: origin.labels,
            // A Deployment without the field wants one pod.
            replicas: (resource == "deployments").then(|| self.spec.replicas.unwrap_or(1)),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replicas(resource: &'static str, spec: &str) -> Option<u32> {
        let json = format!(
            r#"{{"metadata": {{"name": "w-1-c1", "namespace": "ns1", "labels": {{"ote-cluster": "c1"}}}}, "spec": {spec}}}"#
        );
        match serde_json::from_str::<Object>(&json).unwrap().item(resource) {
            Some(Item::Workload(w)) => {
                assert_eq!((w.name.as_str(), w.namespace.as_str(), w.resource.as_str()), ("w-1", "ns1", resource));
                w.replicas
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_deployment_wants_its_replicas() {
        assert_eq!(replicas("deployments", r#"{"replicas": 5}"#), Some(5));
        assert_eq!(replicas("deployments", r#"{"replicas": 0}"#), Some(0));
        assert_eq!(replicas("deployments", "{}"), Some(1));
    }

    #[test]
    fn a_daemonset_wants_what_its_nodes_give() {
        assert_eq!(replicas("daemonsets", "{}"), None);
    }
}
