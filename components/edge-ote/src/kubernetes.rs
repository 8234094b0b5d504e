//! What every Kubernetes answer is made of. Unknown fields are ignored, and what is `null` counts as absent: real
//! servers and lightweight reports leave out different things.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// The label that the center's copies carry, with the cluster's id.
pub(crate) const CLUSTER_LABEL: &str = "ote-cluster";
/// The label that changes with every report of an edge.
const VERSION_LABEL: &str = "edge-version";

/// For `#[serde(deserialize_with)]`: `null` is the default.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// An object's metadata.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) namespace: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) deletion_timestamp: Option<String>,
}

/// Whose an object is that the center holds a copy of, and how it is called at its edge.
#[derive(Debug, PartialEq)]
pub(crate) struct Origin {
    pub(crate) cluster: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// As at the edge: without the labels that the copy was given.
    pub(crate) labels: Vec<(String, String)>,
}

impl Metadata {
    /// None for an object that is the center's own and no edge's.
    pub(crate) fn origin(self) -> Option<Origin> {
        let mut labels = self.labels;
        let cluster = labels.remove(CLUSTER_LABEL)?;
        labels.remove(VERSION_LABEL);
        let name = self.name.strip_suffix(&cluster).and_then(|n| n.strip_suffix('-')).unwrap_or(&self.name).to_owned();
        Some(Origin { cluster, namespace: self.namespace, name, labels: labels.into_iter().collect() })
    }
}

/// A condition of a node or pod.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Condition {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) reason: String,
}

/// A list's page.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub(crate) struct List<T> {
    pub(crate) metadata: ListMetadata,
    #[serde(default = "Vec::new", deserialize_with = "nullable")]
    pub(crate) items: Vec<T>,
}

/// Where a list stands.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ListMetadata {
    pub(crate) resource_version: String,
    /// "" or absent after the last page.
    #[serde(rename = "continue", deserialize_with = "nullable")]
    pub(crate) continue_from: String,
}

/// How an API server says no.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Status {
    pub(crate) message: String,
    pub(crate) reason: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) details: Details,
}

/// What a [`Status`] is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) name: String,
    /// A resource (`namespaces`), in spite of its name.
    pub(crate) kind: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) causes: Vec<Cause>,
}

/// One cause of several.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Cause {
    pub(crate) reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(json: &str) -> Metadata {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_copy_loses_what_the_center_added() {
        let copy = metadata(
            r#"{"name": "web-1-c-2", "namespace": "ns1", "uid": "x",
                "labels": {"a": "b", "ote-cluster": "c-2", "edge-version": "17"}}"#,
        );
        let want = Origin {
            cluster: "c-2".to_owned(),
            namespace: "ns1".to_owned(),
            name: "web-1".to_owned(),
            labels: vec![("a".to_owned(), "b".to_owned())],
        };
        assert_eq!(copy.origin(), Some(want));
    }

    #[test]
    fn an_object_of_the_centers_own_is_no_edges() {
        assert_eq!(metadata(r#"{"name": "node1", "labels": null}"#).origin(), None);
    }
}
