//! What an edge tells the center: copies of its objects, and how the cluster itself is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::api_server::kinds::{CLUSTERS, DAEMON_SETS, DEPLOYMENTS, Kind, NODES, PODS, REPORTED, SERVICES};
use crate::api_server::{ApiServer, Key, Object};

use super::Edge;
use super::scheduler::sum_of_ready_nodes;

/// What has changed: objects as they are now, or gone.
type News = BTreeMap<(&'static Kind, Key), Option<Arc<Object>>>;

impl Edge {
    /// Whether something has changed that the center has not been told of.
    pub(crate) fn has_news(&self) -> bool {
        self.reported != self.api.revision()
    }

    /// Copies to the center what has changed since the last report. What belongs to a namespace that the center lacks
    /// is dropped, and not said again before it changes again (docs/contracts/ote-center.md).
    pub(crate) fn report(&mut self, center: &mut ApiServer) {
        let news = self.news().unwrap_or_else(|| self.whole_report(center));
        self.reported = self.api.revision();
        for ((kind, (namespace, name)), object) in news {
            let copy = format!("{name}-{}", self.id());
            match object {
                None => {
                    center.remove(kind, &namespace, &copy);
                }
                Some(object) if namespace.is_empty() || center.has_namespace(&namespace) => {
                    center.put(kind, self.copy(kind, &object, &copy));
                }
                Some(_) => {}
            }
        }
    }

    /// What has changed since the last report; none where that is too long ago.
    fn news(&self) -> Option<News> {
        let mut news = News::new();
        for kind in REPORTED {
            for change in self.api.changes_since(kind, self.reported)? {
                news.insert((kind, change.key.clone()), change.after.clone());
            }
        }
        Some(news)
    }

    /// Everything that is here, and the end of everything that the center still has and is not.
    fn whole_report(&self, center: &ApiServer) -> News {
        let mut news = News::new();
        let suffix = format!("-{}", self.id());
        for kind in REPORTED {
            for copy in center.all(kind).filter(|copy| copy.value["metadata"]["labels"]["ote-cluster"] == self.id()) {
                let name = copy.meta("name").strip_suffix(&suffix).unwrap_or_default().to_owned();
                news.insert((kind, (copy.meta("namespace").to_owned(), name)), None);
            }
            for object in self.api.all(kind) {
                let key = (object.meta("namespace").to_owned(), object.meta("name").to_owned());
                news.insert((kind, key), Some(object.clone()));
            }
        }
        news
    }

    /// An object as the center gets it.
    fn copy(&self, kind: &Kind, object: &Object, name: &str) -> Value {
        let original = &object.value;
        let mut copy = if self.options.lightweight { lightweight(kind, original) } else { original.clone() };
        if *kind == DEPLOYMENTS {
            copy["status"] = keep(&original["status"], &["replicas", "updatedReplicas"]);
        }
        if *kind == DAEMON_SETS {
            // The counts of a DaemonSet's copy can stay at nothing for ever: who counts on them shall notice.
            copy["status"] = json!({"currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0});
        }
        let mut meta = if self.options.lightweight {
            json!({})
        } else {
            keep(&original["metadata"], &["annotations", "ownerReferences", "generateName"])
        };
        let mut labels = original["metadata"]["labels"].as_object().cloned().unwrap_or_else(Map::new);
        labels.insert("ote-cluster".into(), json!(self.id()));
        labels.insert("edge-version".into(), json!(object.meta("resourceVersion")));
        meta["labels"] = labels.into();
        meta["name"] = json!(name);
        if kind.namespaced {
            meta["namespace"] = json!(object.meta("namespace"));
        }
        copy["metadata"] = meta;
        copy
    }

    /// Tells the center that the cluster is there, and how much it has: the latter not in its first report.
    pub(crate) fn beat(&self, center: &mut ApiServer, timestamp: u64) {
        let known = center.get(&CLUSTERS, "kube-system", self.id()).map(|cluster| cluster.value.clone());
        let first = known.is_none();
        let mut cluster = known.unwrap_or_else(|| {
            json!({
                "metadata": {"name": self.id(), "namespace": "kube-system"},
                "spec": {"name": self.options.name},
            })
        });
        let mut status = json!({
            "status": if self.options.online { "online" } else { "offline" },
            "timestamp": timestamp, "parentName": "root", "listen": "0.0.0.0:8287",
        });
        if !first {
            for part in ["capacity", "allocatable"] {
                status[part] = sum_of_ready_nodes(self.api.all(&NODES).cloned(), part);
            }
        }
        cluster["status"] = status;
        center.put(&CLUSTERS, cluster);
    }
}

/// The time now, Unix seconds.
pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// What a lightweight report keeps of an object.
fn lightweight(kind: &Kind, original: &Value) -> Value {
    let (spec, status): (&[&str], &[&str]) = if *kind == NODES {
        (&[], &["conditions", "nodeInfo", "addresses", "capacity", "allocatable"])
    } else if *kind == PODS {
        (&["containers", "nodeName", "volumes", "tolerations"], &["phase", "containerStatuses"])
    } else if *kind == SERVICES {
        (&["clusterIP", "ports"], &[])
    } else {
        (&["replicas", "selector", "template"], &[])
    };
    json!({"spec": keep(&original["spec"], spec), "status": keep(&original["status"], status)})
}

/// Some members of a map.
fn keep(map: &Value, members: &[&str]) -> Value {
    let kept = |member: &&str| map.get(*member).map(|value| ((*member).to_owned(), value.clone()));
    members.iter().filter_map(kept).collect::<Map<_, _>>().into()
}
