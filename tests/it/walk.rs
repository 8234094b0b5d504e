//! The README's walk, from the first login to the last object gone from the edges.

use std::time::Duration;

use harness::fleet::{WALK, WALK_IDS};
use harness::{Client, PASSWORD, Person, admin, anonymous, documented_application, eventually, platform};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn an_application_reaches_edge_clusters_through_every_layer() {
    let person = Person::administrator();
    let user_id = anonymous().post("/v1/user", person.body()).expect(200).id();
    admin().put(&format!("/v1/admin/user/{user_id}"), json!({"status": 1})).expect(200);
    let user = platform().log_in(person.name());

    let namespace = create_business(&user);
    for cluster in WALK_IDS {
        eventually("the namespace is at every edge", PATIENCE, || {
            platform().names_at(cluster, "namespaces", "").contains(&namespace).then_some(())
        });
    }

    user.post("/v1/cluster/label", json!({"clusterLabel": "label1", "clusterName": WALK})).expect(200);
    let application = user.post("/v1/app", documented_application("nginx1")).expect(200).id();
    let version = user.get(&format!("/v1/app/{application}")).expect(200).data()["version"].clone();
    assert_eq!(version, "1.2.1");

    let deployment = json!({
        "deployName": "nginx1", "appName": "nginx1", "version": version, "cluster": "label1", "nodeLabel": "all", "comment": "",
    });
    let id = user.post("/v1/deploy", deployment).expect(200).id();
    assert_eq!(statuses_until(&user, id, 5), [3, 4, 5]);
    let row = user.deployment(id);
    assert_eq!(row["errorMessage"], r#"{"running":4,"error":0,"total":4}"#);
    assert_eq!(user.get("/v1/deploy").expect(200).rows(), [row]);
    for cluster in WALK_IDS {
        assert_eq!(objects(cluster, &namespace), ["1 deployments", "1 horizontalpodautoscalers", "2 pods"]);
    }

    user.delete("/v1/deploy/nginx1").expect(200);
    assert_eq!(statuses_until(&user, id, 9).last(), Some(&9));
    for cluster in WALK_IDS {
        eventually("its objects are gone from the edges", PATIENCE, || {
            objects(cluster, &namespace).is_empty().then_some(())
        });
    }
    assert_eq!(user.get("/v1/deploy").expect(200).total(), 0);
    anonymous().post("/v1/authorization", json!({"user": person.name(), "password": PASSWORD})).expect(200);
}

/// Asks for a business and approves it; its namespace.
fn create_business(user: &Client) -> String {
    let business = json!({"name": "walkers", "introduce": "introduce", "objective": "objective", "scale": "scale"});
    let id = user.post("/v1/business", business).expect(200).id();
    admin().put(&format!("/v1/business/id/{id}"), json!({"comment": "pass", "status": 1})).expect(200);
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 3);
    format!("ns{id}")
}

/// The statuses that a deployment goes through until the last one, as often as they can be looked at.
fn statuses_until(user: &Client, id: u64, last: u64) -> Vec<u64> {
    let mut seen = Vec::new();
    eventually(&format!("the deployment has status {last}"), PATIENCE, || {
        let status = user.deployment(id)["status"].as_u64().unwrap();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        (status == last).then_some(())
    });
    seen
}

/// How many objects of each kind are in a namespace of a cluster.
fn objects(cluster: &str, namespace: &str) -> Vec<String> {
    let kinds = ["deployments", "daemonsets", "horizontalpodautoscalers", "pods"];
    let count = |kind: &&str| -> usize {
        let objects: Vec<Value> = platform().objects_at(cluster, kind, namespace);
        objects.len()
    };
    kinds
        .iter()
        .map(|kind| (kind, count(kind)))
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect()
}
