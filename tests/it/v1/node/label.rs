//! `/v1/node/label`: Node Management 2–4.

use harness::fleet::{AWAY, AWAY_ID, BEIJING, BEIJING_ID, GUANGZHOU, SHENZHEN, SHENZHEN_ID, TWIN_IDS, TWINS};
use harness::{Answer, Client, Person, Tenant, admin, platform, unique};
use serde_json::{Value, json};

fn body(label: &str, cluster: &str, nodes: &[&str]) -> Value {
    json!({"nodeLabel": label, "clusterName": cluster, "nodeName": nodes})
}

fn label(by: &Client, label: &str, cluster: &str, nodes: &[&str]) -> Answer {
    by.post("/v1/node/label", body(label, cluster, nodes))
}

fn unlabel(by: &Client, label: &str, cluster: &str, nodes: &[&str]) -> Answer {
    by.delete_with("/v1/node/label", body(label, cluster, nodes))
}

/// All node labels that somebody sees, of one cluster's nodes or (`""`) of all.
fn labels(by: &Client, cluster: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/node/label?clusterName={cluster}")).expect(200);
    assert_eq!(list.total(), list.rows().len() as u64);
    list.rows().iter().map(|row| row.as_str().unwrap().to_owned()).collect()
}

/// The names of the nodes that carry a label, as somebody sees it.
fn carrying(by: &Client, label: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/node?nodeLabel={label}&pageSize=0")).expect(200);
    list.rows().iter().map(|row| row["nodeName"].as_str().unwrap().to_owned()).collect()
}

/// The labels that a real node has, with their values, by key.
fn at_edge(cluster: &str, node: &str) -> Value {
    let nodes = platform().objects_at(cluster, "nodes", "");
    let node = nodes.iter().find(|object| object["metadata"]["name"] == node).unwrap();
    node["metadata"]["labels"].clone()
}

#[test]
fn a_label_is_written_to_the_real_nodes_and_counts_at_once() {
    let tenant = Tenant::new();
    let (by, name) = (&tenant.general_user, unique("label"));
    let key = format!("ns{}.otestack.io/{name}", tenant.id);
    let before = at_edge(BEIJING_ID, "bj-1");
    label(by, &name, BEIJING, &["bj-1", "bj-2", "bj-1"]).expect(200);
    assert_eq!(carrying(by, &name), ["bj-1", "bj-2"]);
    assert_eq!(labels(by, BEIJING), [&*name]);
    assert_eq!(at_edge(BEIJING_ID, "bj-1")[&key], "true");
    unlabel(by, &name, BEIJING, &["bj-1"]).expect(200);
    assert_eq!(carrying(by, &name), ["bj-2"]);
    assert_eq!(at_edge(BEIJING_ID, "bj-1").get(&key), None);
    assert_eq!(before.get("kubernetes.io/hostname"), at_edge(BEIJING_ID, "bj-1").get("kubernetes.io/hostname"));
    unlabel(by, &name, BEIJING_ID, &["bj-2"]).expect(200);
    assert!(labels(by, "").is_empty(), "a label exists while a node carries it");
}

#[test]
fn adding_twice_and_deleting_what_is_not_there_are_no_errors() {
    let tenant = Tenant::new();
    let (by, name) = (&tenant.business_admin, unique("label"));
    label(by, &name, SHENZHEN, &["sz-1"]).expect(200);
    label(by, &name, SHENZHEN, &["sz-1"]).expect(200);
    assert_eq!(carrying(by, &name), ["sz-1"]);
    unlabel(by, &name, SHENZHEN, &["sz-1", "sz-2"]).expect(200);
    unlabel(by, &name, SHENZHEN, &["sz-1"]).expect(200);
    unlabel(by, "nobody/has_this", SHENZHEN, &["sz-1"]).expect(200);
    unlabel(by, "all", SHENZHEN, &["sz-1"]).expect(200);
    assert!(carrying(by, &name).is_empty());
}

#[test]
fn a_tenants_labels_are_its_own() {
    let (tenant, other, name) = (Tenant::new(), Tenant::new(), unique("label"));
    label(&tenant.business_admin, &name, SHENZHEN, &["sz-1"]).expect(200);
    for stranger in [&*other.business_admin, admin()] {
        assert!(!labels(stranger, "").contains(&name));
        assert!(carrying(stranger, &name).is_empty());
    }
    unlabel(&other.business_admin, &name, SHENZHEN, &["sz-1"]).expect(200);
    let key = format!("ns{}.otestack.io/{name}", tenant.id);
    assert_eq!(at_edge(SHENZHEN_ID, "sz-1")[key], "true", "no tenant takes another's label off");
}

#[test]
fn a_platform_wide_label_is_everybodys_until_an_own_one_hides_it() {
    let (tenant, other, name) = (Tenant::new(), Tenant::new(), unique("label"));
    label(admin(), &name, SHENZHEN, &["sz-1"]).expect(200);
    assert_eq!(at_edge(SHENZHEN_ID, "sz-1")[format!("otestack.io/{name}")], "true");
    assert_eq!(carrying(&tenant.general_user, &name), ["sz-1"]);
    assert!(labels(&tenant.general_user, SHENZHEN).contains(&name));
    label(&tenant.general_user, &name, SHENZHEN, &["sz-2"]).expect(200);
    assert_eq!(carrying(&tenant.general_user, &name), ["sz-2"]);
    assert_eq!(labels(&tenant.general_user, "").iter().filter(|it| **it == name).count(), 1);
    assert_eq!(carrying(&other.general_user, &name), ["sz-1"]);
    unlabel(admin(), &name, SHENZHEN, &["sz-1", "sz-2"]).expect(200);
    assert_eq!(carrying(&tenant.general_user, &name), ["sz-2"], "only the label of the caller's scope goes");
}

#[test]
fn labels_are_listed_by_name_of_one_cluster_or_of_all() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    for (name, cluster, node) in [("b", SHENZHEN, "sz-1"), ("a", SHENZHEN, "sz-2"), ("c", GUANGZHOU, "gz-1")] {
        label(by, name, cluster, &[node]).expect(200);
    }
    let own =
        |cluster: &str| -> Vec<String> { labels(by, cluster).into_iter().filter(|label| label.len() == 1).collect() };
    assert_eq!(own(""), ["a", "b", "c"]);
    assert_eq!(own(SHENZHEN), ["a", "b"]);
    assert_eq!(own(SHENZHEN_ID), ["a", "b"], "the id is taken as well");
    assert!(labels(by, "nowhere").is_empty());
}

#[test]
fn unknown_clusters_and_nodes_are_named_and_nothing_is_labelled() {
    let (tenant, name) = (Tenant::new(), unique("label"));
    let by = &tenant.business_admin;
    for change in [label, unlabel] {
        assert!(change(by, &name, "Atlantis", &["bj-1"]).expect(404).message().contains("Atlantis"));
        let refused = change(by, &name, BEIJING, &["bj-1", "none", "sz-1"]).expect(404);
        assert!(refused.message().contains("none") && refused.message().contains("sz-1"), "{refused}");
        let refused = change(by, &name, TWINS, &["twin-1-node"]).expect(409);
        assert!(TWIN_IDS.iter().all(|id| refused.message().contains(id)), "{refused}");
    }
    assert!(carrying(by, &name).is_empty());
    label(by, &name, TWIN_IDS[0], &["twin-1-node"]).expect(200);
}

#[test]
fn an_offline_cluster_is_named() {
    let tenant = Tenant::new();
    for change in [label, unlabel] {
        for cluster in [AWAY, AWAY_ID] {
            let refused = change(&tenant.business_admin, "any", cluster, &["away-1"]).expect(409);
            assert!(refused.message().contains(AWAY), "{refused}");
        }
    }
}

#[test]
fn general_users_of_the_platform_itself_write_no_labels() {
    let user = platform().sub_user(admin(), &Person::general());
    label(&user, "any", BEIJING, &["bj-1"]).expect(403);
    unlabel(&user, "any", BEIJING, &["bj-1"]).expect(403);
    user.get("/v1/node/label").expect(200);
}

#[test]
fn every_fault_of_a_body_is_named() {
    let by = &Tenant::new().business_admin;
    let long = "x".repeat(1001);
    let many: Vec<String> = (0..1001).map(|at| format!("node-{at}")).collect();
    let table: &[(&str, Value)] = &[
        ("nodeLabel", json!(null)),
        ("nodeLabel", json!(7)),
        ("nodeLabel", json!("")),
        ("nodeLabel", json!(" ")),
        ("nodeLabel", json!(long)),
        ("nodeLabel", json!("a\u{0}b")),
        ("clusterName", json!(null)),
        ("clusterName", json!([BEIJING])),
        ("clusterName", json!("")),
        ("clusterName", json!(long)),
        ("nodeName", json!(null)),
        ("nodeName", json!("bj-1")),
        ("nodeName", json!([])),
        ("nodeName", json!(many)),
        ("nodeName[1]", json!(["bj-1", ""])),
        ("nodeName[0]", json!([7])),
    ];
    for (fault, value) in table {
        let mut body = body("fine", BEIJING, &["bj-1"]);
        body[fault.split('[').next().unwrap()] = value.clone();
        for method in ["POST", "DELETE"] {
            let refused = by.request(method, "/v1/node/label").json(&body).send().expect(422);
            assert_eq!(refused.faults(), [*fault], "{method} {body}");
        }
    }
    for method in ["POST", "DELETE"] {
        let refused = by.request(method, "/v1/node/label").json(&json!({"deleteDeploy": true})).send().expect(422);
        assert_eq!(refused.faults(), ["nodeLabel", "clusterName", "nodeName"]);
    }
    let mut body = body("fine", BEIJING, &["bj-1"]);
    body["deleteDeploy"] = json!("yes");
    assert_eq!(by.delete_with("/v1/node/label", body).expect(422).faults(), ["deleteDeploy"]);
}

#[test]
fn a_label_becomes_a_kubernetes_label() {
    let by = &Tenant::new().business_admin;
    for bad in ["all", "a_b", "a.b", "-a", "a-", "a b", "ä", "a/b", "'; DROP TABLE node; --", &"x".repeat(64)] {
        assert_eq!(label(by, bad, BEIJING, &["bj-1"]).expect(422).faults(), ["nodeLabel"], "{bad:?}");
    }
    label(by, &"x".repeat(63), SHENZHEN, &["sz-2"]).expect(200);
}
