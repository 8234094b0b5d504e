//! Work to test with.

use crate::bindings::shim::{NodeLabel, Object, ObjectKey, Objects, PodSelection, Work};

/// An object `web-1` in `ns1`.
pub(crate) fn object(resource: &str) -> Object {
    let api_version = match resource {
        "secrets" => "v1",
        "horizontalpodautoscalers" => "autoscaling/v2",
        "helmcharts" => "helm.cattle.io/v1",
        _ => "apps/v1",
    };
    Object {
        api_version: api_version.to_owned(),
        resource: resource.to_owned(),
        namespace: "ns1".to_owned(),
        name: "web-1".to_owned(),
        body: r#"{"metadata":{"name":"web-1","labels":{"a":"b"}},"spec":{"replicas":2,"template":{}}}"#.to_owned(),
        keep_replicas: false,
    }
}

/// So many Deployments to apply, and so many to remove.
pub(crate) fn objects(apply: usize, remove: usize) -> Work {
    let key = ObjectKey {
        api_version: "apps/v1".to_owned(),
        resource: "daemonsets".to_owned(),
        namespace: "ns1".to_owned(),
        name: "web-1".to_owned(),
    };
    Work::Objects(Objects { apply: vec![object("deployments"); apply], remove: vec![key; remove] })
}

/// A label of nodes.
pub(crate) fn label_nodes(nodes: &[&str], value: Option<&str>) -> Work {
    Work::LabelNodes(NodeLabel {
        nodes: nodes.iter().map(|&node| node.to_owned()).collect(),
        key: "ns7.otestack.io/cam".to_owned(),
        value: value.map(str::to_owned),
    })
}

/// A deployment's pods on nodes.
pub(crate) fn delete_pods(nodes: &[&str]) -> Work {
    Work::DeletePods(PodSelection {
        namespace: "ns1".to_owned(),
        labels: vec![("otestack.io/deployment".to_owned(), "1".to_owned())],
        nodes: nodes.iter().map(|&node| node.to_owned()).collect(),
    })
}
