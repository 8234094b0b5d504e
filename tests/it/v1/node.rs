//! `/v1/node`: Node Management 1. The labels have modules of their own.

mod label;
mod label_answers;

use harness::fleet::{AWAY, BEIJING, BEIJING_ID, GUANGZHOU, SHENZHEN, TWINS};
use harness::{Answer, admin, platform};
use serde_json::{Value, json};

fn list(query: &str) -> Answer {
    admin().get(&format!("/v1/node?{query}")).expect(200)
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.rows().iter().map(|row| row["nodeName"].as_str().unwrap()).collect()
}

#[test]
fn a_row_has_all_that_is_documented() {
    let answer = list(&format!("clusterName={BEIJING}"));
    assert_eq!(names(&answer), ["bj-1", "bj-2"]);
    let expected = json!({
        "nodeName": "bj-1", "clusterName": BEIJING, "clusterId": BEIJING_ID, "operatingSystem": "linux",
        "kernelVersion": "5.15.0-91-generic", "ip": "10.2.0.1", "memory": 16_u64 << 30, "cpu": 8, "isReady": true,
        "gpu": 0, "disk": 100_u64 << 30,
    });
    assert_eq!(answer.rows()[0], expected);
    assert_eq!((answer.total(), &answer.body()["meta"]["readyNodeCount"]), (2, &json!(2)));
}

#[test]
fn gpu_memory_is_of_all_gpus_of_a_node_in_bytes() {
    let answer = list("nodeName=gz-gpu");
    assert_eq!(answer.rows()[0]["gpu"], json!(2_u64 * 16_384 * 1024 * 1024));
    assert_eq!(answer.rows()[0]["cpu"], 16);
}

#[test]
fn lightweight_reports_tell_the_same() {
    let answer = list(&format!("clusterName={SHENZHEN}&nodeName=sz-1"));
    let row = &answer.rows()[0];
    assert_eq!((&row["isReady"], &row["ip"], &row["cpu"]), (&json!(true), &json!("10.3.0.1"), &json!(8)));
    assert_eq!(row["memory"], json!(16_u64 << 30));
}

#[test]
fn nodes_of_a_cluster_that_is_away_are_not_ready() {
    let answer = list(&format!("clusterName={AWAY}"));
    assert!(answer.rows().iter().all(|row| row["isReady"] == false), "{answer}");
    assert_eq!(answer.body()["meta"]["readyNodeCount"], 0);
}

#[test]
fn nodes_are_listed_by_cluster_then_name_in_pages_of_ten() {
    let all = list("pageSize=0");
    let key =
        |row: &Value| (row["clusterName"].as_str().unwrap().to_owned(), row["nodeName"].as_str().unwrap().to_owned());
    let keys: Vec<_> = all.rows().iter().map(key).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert!(keys.len() > 10 && all.total() == keys.len() as u64);
    assert_eq!(list("").rows(), &all.rows()[..10]);
    let second = list("page=2&pageSize=3");
    assert_eq!(second.rows(), &all.rows()[3..6]);
    assert_eq!(second.body()["meta"], all.body()["meta"], "ready nodes are counted before paging");
}

#[test]
fn filters_find_a_part_of_a_nodes_name_and_the_whole_of_a_clusters() {
    assert_eq!(names(&list("nodeName=z-gp")), ["gz-gpu"]);
    assert_eq!(names(&list("nodeName=Z-GP")), [""; 0]);
    assert_eq!(list(&format!("clusterName={GUANGZHOU}")).total(), 4);
    assert_eq!(list("clusterName=GuangZho").total(), 0);
    assert_eq!(list(&format!("clusterName={BEIJING_ID}")).total(), 2, "the id is taken as well");
    assert_eq!(list(&format!("clusterName={TWINS}")).total(), 2, "a name of two clusters finds both");
    assert_eq!(list("nodeLabel=no-node-carries-this").total(), 0);
    assert_eq!(list(&format!("nodeLabel=all&clusterName={BEIJING}")).total(), 2);
}

#[test]
fn rows_hold_exactly_the_fields_that_were_asked_for() {
    let answer = list("field=nodeName,isReady&nodeName=bj-1");
    assert_eq!(answer.rows()[0], json!({"nodeName": "bj-1", "isReady": true}));
    let refused = admin().get("/v1/node?field=nodeName,colour&page=0").expect(422);
    let mut faults = refused.faults();
    faults.sort_unstable();
    assert_eq!(faults, ["field", "page"]);
}

#[test]
fn everybody_who_is_approved_sees_the_fleet() {
    platform().approved_user().get("/v1/node").expect(200);
    platform().pending_user().get("/v1/node").expect(403);
}

#[test]
fn every_parameter_that_breaks_its_rule_is_named() {
    let long = "x".repeat(1001);
    let table: &[(&str, &[&str])] = &[
        ("page=0", &["page"]),
        ("page=1000001", &["page"]),
        ("page=one", &["page"]),
        ("page=1.0", &["page"]),
        ("pageSize=-1", &["pageSize"]),
        ("pageSize=1001", &["pageSize"]),
        ("field=", &[]),
        ("field=nodename", &["field"]),
        ("field=nodeName,", &["field"]),
        ("nodeName=a%00b", &["nodeName"]),
        (&format!("nodeName={long}"), &["nodeName"]),
        (&format!("clusterName={long}"), &["clusterName"]),
        (&format!("nodeLabel={long}"), &["nodeLabel"]),
        ("nodeName=%27%20OR%201%3D1--&nodeLabel=%25&clusterName=%C3%A4%F0%9F%98%80", &[]),
        ("page=&pageSize=&nodeName=&clusterName=&nodeLabel=&unknown=1", &[]),
        ("page=x&pageSize=x&field=x", &["field", "page", "pageSize"]),
    ];
    for (query, expected) in table {
        let answer = admin().get(&format!("/v1/node?{query}"));
        let mut faults = if expected.is_empty() { Vec::new() } else { answer.faults() };
        faults.sort_unstable();
        assert_eq!(
            (answer.status(), faults.as_slice()),
            (if expected.is_empty() { 200 } else { 422 }, *expected),
            "{query}"
        );
    }
    for (query, expected) in &table[..6] {
        assert_eq!(admin().get(&format!("/v1/cluster?{query}")).expect(422).faults(), *expected, "{query}");
        let of_cluster = admin().get(&format!("/v1/cluster/label/{BEIJING}?{query}")).expect(422);
        assert_eq!(of_cluster.faults(), *expected, "{query}");
    }
    assert_eq!(admin().get(&format!("/v1/cluster?clusterLabel={long}")).expect(422).faults(), ["clusterLabel"]);
    assert_eq!(admin().get(&format!("/v1/node/label?clusterName={long}")).expect(422).faults(), ["clusterName"]);
}
