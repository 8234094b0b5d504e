//! What the edges report, as the center holds it: where each kind is found there, and what becomes of it here.

mod cluster;
mod node;
mod pod;
mod workload;

use serde::de::DeserializeOwned;

use crate::bindings::shim::{Error, Item, ItemKey, Kind, Scope};
use crate::kubernetes::{CLUSTER_LABEL, List, ListMetadata};
use crate::selector;

/// A resource of the center's that is listed for a kind.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: &'static str,
    /// Which of its objects, as a label selector; "" for all.
    labels: &'static str,
    /// As in a Kubernetes path.
    pub(crate) resource: &'static str,
}

const CLUSTERS: &[Source] =
    &[Source { path: "/apis/ote.baidu.com/v1/namespaces/kube-system/clusters", labels: "", resource: "clusters" }];
const NODES: &[Source] = &[Source { path: "/api/v1/nodes", labels: "ote-cluster", resource: "nodes" }];
const WORKLOADS: &[Source] = &[
    Source {
        path: "/apis/apps/v1/deployments",
        labels: "ote-cluster,app.kubernetes.io/managed-by=otestack",
        resource: "deployments",
    },
    Source {
        path: "/apis/apps/v1/daemonsets",
        labels: "ote-cluster,app.kubernetes.io/managed-by=otestack",
        resource: "daemonsets",
    },
];
const PODS: &[Source] =
    &[Source { path: "/api/v1/pods", labels: "ote-cluster,app.kubernetes.io/instance", resource: "pods" }];

/// Where a kind is found.
pub(crate) fn sources(kind: Kind) -> &'static [Source] {
    match kind {
        Kind::Clusters => CLUSTERS,
        Kind::Nodes => NODES,
        Kind::Workloads => WORKLOADS,
        Kind::Pods => PODS,
    }
}

impl Source {
    /// The query that selects a scope's objects.
    pub(crate) fn query(&self, scope: &Scope) -> Result<Vec<(&'static str, String)>, Error> {
        let id = match scope {
            Scope::Fleet => None,
            Scope::Cluster(target) if selector::is_id(&target.cluster) => Some(&target.cluster),
            Scope::Cluster(_) => return Err(Error::Invalid("no cluster of an OTE center has such an id".to_owned())),
        };
        Ok(match id {
            None if self.labels.is_empty() => vec![],
            None => vec![("labelSelector", self.labels.to_owned())],
            Some(id) if self.labels.is_empty() => vec![("fieldSelector", format!("metadata.name={id}"))],
            Some(id) => vec![("labelSelector", format!("{},{CLUSTER_LABEL}={id}", self.labels))],
        })
    }
}

/// An object of the center's that stands for a thing of the fleet.
pub(crate) trait Listed: DeserializeOwned {
    /// The thing; None if it is none of the fleet's.
    fn item(self, resource: &'static str) -> Option<Item>;
}

/// The things of a page.
pub(crate) fn page(of: Kind, resource: &'static str, body: &[u8]) -> serde_json::Result<(Vec<Item>, ListMetadata)> {
    fn read<T: Listed>(resource: &'static str, body: &[u8]) -> serde_json::Result<(Vec<Item>, ListMetadata)> {
        let list: List<T> = serde_json::from_slice(body)?;
        Ok((list.items.into_iter().filter_map(|object| object.item(resource)).collect(), list.metadata))
    }
    match of {
        Kind::Clusters => read::<cluster::Object>(resource, body),
        Kind::Nodes => read::<node::Object>(resource, body),
        Kind::Workloads => read::<workload::Object>(resource, body),
        Kind::Pods => read::<pod::Object>(resource, body),
    }
}

/// The thing of a watch's event that adds, modifies or deletes it.
pub(crate) fn event(of: Kind, resource: &'static str, line: &[u8]) -> serde_json::Result<Option<Item>> {
    #[derive(serde::Deserialize)]
    struct Event<T> {
        object: T,
    }
    fn read<T: Listed>(resource: &'static str, line: &[u8]) -> serde_json::Result<Option<Item>> {
        Ok(serde_json::from_slice::<Event<T>>(line)?.object.item(resource))
    }
    match of {
        Kind::Clusters => read::<cluster::Object>(resource, line),
        Kind::Nodes => read::<node::Object>(resource, line),
        Kind::Workloads => read::<workload::Object>(resource, line),
        Kind::Pods => read::<pod::Object>(resource, line),
    }
}

/// What a thing is called once it is gone.
pub(crate) fn key(item: &Item) -> ItemKey {
    let (cluster, namespace, name, resource) = match item {
        Item::Cluster(c) => (&c.id, "", &c.id, ""),
        Item::Node(n) => (&n.cluster, "", &n.name, ""),
        Item::Workload(w) => (&w.cluster, w.namespace.as_str(), &w.name, w.resource.as_str()),
        Item::Pod(p) => (&p.cluster, p.namespace.as_str(), &p.name, ""),
    };
    ItemKey {
        cluster: cluster.clone(),
        namespace: namespace.to_owned(),
        name: name.clone(),
        resource: resource.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::shim::Target;

    fn of_cluster(id: &str) -> Scope {
        Scope::Cluster(Target { cluster: id.to_owned(), endpoint: None })
    }

    #[test]
    fn the_fleet_is_every_copy_that_an_edge_reported() {
        let query = WORKLOADS[0].query(&Scope::Fleet).unwrap();
        assert_eq!(query, [("labelSelector", "ote-cluster,app.kubernetes.io/managed-by=otestack".to_owned())]);
        assert_eq!(CLUSTERS[0].query(&Scope::Fleet), Ok(vec![]));
    }

    #[test]
    fn one_cluster_is_its_own_copies_alone() {
        let query = NODES[0].query(&of_cluster("c-1")).unwrap();
        assert_eq!(query, [("labelSelector", "ote-cluster,ote-cluster=c-1".to_owned())]);
        let query = CLUSTERS[0].query(&of_cluster("c-1")).unwrap();
        assert_eq!(query, [("fieldSelector", "metadata.name=c-1".to_owned())]);
    }

    #[test]
    fn an_id_cannot_widen_the_selection() {
        for id in ["", "a,b", "a b", "a=b", "!a", "a)"] {
            assert!(matches!(NODES[0].query(&of_cluster(id)), Err(Error::Invalid(_))), "{id:?}");
        }
    }

    #[test]
    fn a_page_that_is_no_list_is_an_error() {
        for body in ["", "{", "[]", "null", "<html>", r#"{"items": []}"#, r#"{"metadata": {}, "items": {}}"#] {
            assert!(page(Kind::Pods, "pods", body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_page_without_items_is_an_empty_one() {
        let body = br#"{"metadata": {"resourceVersion": "7", "continue": null}, "items": null}"#;
        let (items, metadata) = page(Kind::Pods, "pods", body).unwrap();
        assert!(items.is_empty());
        assert_eq!((metadata.resource_version.as_str(), metadata.continue_from.as_str()), ("7", ""));
    }
}
