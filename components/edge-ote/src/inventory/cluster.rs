//! Clusters: `ote.baidu.com/v1` `Cluster` objects (docs/contracts/ote-center.md, "Clusters").

use serde::Deserialize;

use super::Listed;
use crate::bindings::shim::{Cluster, Item};
use crate::kubernetes::{Metadata, nullable};

#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    #[serde(default, deserialize_with = "nullable")]
    spec: Spec,
    #[serde(default, deserialize_with = "nullable")]
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    status: String,
    timestamp: i64,
}

impl Listed for Object {
    fn item(self, _resource: &'static str) -> Option<Item> {
        Some(Item::Cluster(Cluster {
            id: self.metadata.name,
            name: self.spec.name,
            online: self.status.status == "online",
            reported_at: u64::try_from(self.status.timestamp).unwrap_or(0),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Item {
        serde_json::from_str::<Object>(json).unwrap().item("clusters").unwrap()
    }

    #[test]
    fn a_cluster_has_an_id_and_the_name_that_people_gave_it() {
        let json = r#"{"metadata": {"name": "c0ffee"}, "spec": {"name": "BeiJing"},
                       "status": {"status": "online", "timestamp": 1590062196, "capacity": {"cpu": "4"}}}"#;
        let want =
            Cluster { id: "c0ffee".to_owned(), name: "BeiJing".to_owned(), online: true, reported_at: 1_590_062_196 };
        assert_eq!(read(json), Item::Cluster(want));
    }

    #[test]
    fn a_cluster_is_online_only_when_it_says_so() {
        for status in [r#"{"status": "offline"}"#, "{}", "null", r#"{"status": "Online"}"#, r#"{"timestamp": -1}"#] {
            let json = format!(r#"{{"metadata": {{"name": "c"}}, "status": {status}}}"#);
            let want = Cluster { id: "c".to_owned(), name: String::new(), online: false, reported_at: 0 };
            assert_eq!(read(&json), Item::Cluster(want), "{status}");
        }
    }
}
