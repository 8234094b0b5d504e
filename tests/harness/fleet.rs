//! The edge clusters of the shared platform, and looks at them.

use serde_json::Value;
use sim::center::{ClusterOptions, NodeOptions, demo_clusters};

use crate::platform::Platform;

/// An ordinary cluster of two nodes.
pub const BEIJING: &str = "BeiJing";
/// Its id.
pub const BEIJING_ID: &str = "b8d3f0c9-7a42-4e0f-8c15-2e6a9d4b3c02";
/// A cluster of two nodes whose reports are lightweight.
pub const SHENZHEN: &str = "ShenZhen";
/// Its id.
pub const SHENZHEN_ID: &str = "2c9e7b16-53f8-4d2b-b7e4-91d80a6f5e03";
/// A cluster of four nodes, one of which has GPUs.
pub const GUANGZHOU: &str = "GuangZhou";
/// Its id.
pub const GUANGZHOU_ID: &str = "6f1c2a54-0d1e-4b7a-9a63-5b0c1f0e7d01";
/// Two clusters, by id, that only the walk deploys to: its host port is to be had once per node.
pub const WALK_IDS: [&str; 2] = ["walk-east", "walk-west"];
/// Their names.
pub const WALK: [&str; 2] = ["WalkEast", "WalkWest"];
/// Two clusters of one name, by id; the first id is how the second begins.
pub const TWIN_IDS: [&str; 2] = ["twin-1", "twin-10"];
/// Their name.
pub const TWINS: &str = "Twins";
/// A cluster that is never online.
pub const AWAY: &str = "Away";
/// Its id.
pub const AWAY_ID: &str = "away";

/// All of them.
pub(crate) fn fleet() -> Vec<ClusterOptions> {
    let walk = WALK_IDS.iter().zip(WALK).map(|(id, name)| ClusterOptions::new(*id, name));
    let twins = TWIN_IDS.iter().map(|id| {
        let node = NodeOptions::new(format!("{id}-node"), "10.9.0.1");
        ClusterOptions::new(*id, TWINS).with_nodes(vec![node])
    });
    let away = ClusterOptions::new(AWAY_ID, AWAY).offline();
    demo_clusters().into_iter().chain(walk).chain(twins).chain([away]).collect()
}

impl Platform {
    /// The names of a cluster's own objects of a resource (`pods`), in a namespace or ("") all of them.
    pub fn names_at(&self, cluster: &str, resource: &str, namespace: &str) -> Vec<String> {
        let name = |object: &Value| object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        self.objects_at(cluster, resource, namespace).iter().map(name).collect()
    }

    /// A cluster's own objects of a resource (`pods`), in a namespace or ("") all of them.
    pub fn objects_at(&self, cluster: &str, resource: &str, namespace: &str) -> Vec<Value> {
        self.center.edge_objects(cluster, resource, namespace).expect("a cluster and a resource of the stand-in")
    }
}
