use serde_json::json;
use sim::center::Expiry;

use crate::support::{CLUSTERS, TestCenter, namespace};

#[test]
fn without_the_token_nothing_is_answered() {
    let center = TestCenter::start();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let answer = agent.get(format!("{}{CLUSTERS}", center.url())).call().unwrap();
    assert_eq!(answer.status(), 401);
}

#[test]
fn a_path_that_leads_nowhere_is_a_404_without_a_status_object() {
    let center = TestCenter::start();
    for path in [
        "/",
        "/api/v2/pods",
        "/apis/apps/v1/unknown",
        "/api/v1/namespaces/ns1/pods/a/b",
        "/api/v1/namespaces/ns1/nodes",
    ] {
        let answer = center.get(path);
        assert_eq!((answer.code, answer.body), (404, json!("404 page not found\n")), "{path}");
    }
}

#[test]
fn the_pages_of_a_list_are_one_snapshot_and_carry_one_version() {
    let center = TestCenter::start();
    for at in 0..7 {
        center.post("/api/v1/namespaces", &namespace(&format!("page-{at}")));
    }
    let first = center.get("/api/v1/namespaces?limit=3").body;
    let token = first["metadata"]["continue"].as_str().unwrap();
    center.post("/api/v1/namespaces", &namespace("page-4-and-a-half"));
    center.delete("/api/v1/namespaces/page-5");
    let second = center.get(&format!("/api/v1/namespaces?limit=100&continue={token}")).body;
    assert_eq!(second["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    let names: Vec<&str> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|item| item["metadata"]["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"page-5") && !names.contains(&"page-4-and-a-half"), "{names:?}");
    assert!(second["metadata"].get("continue").is_none(), "built-in kinds end without the member");
    assert_eq!(center.get(CLUSTERS).body["metadata"]["continue"], "", "custom ones with an empty one");
}

#[test]
fn an_expired_page_is_a_410_that_says_where_to_go_on() {
    let center = TestCenter::start();
    let first = center.get("/api/v1/namespaces?limit=2").body;
    let token = first["metadata"]["continue"].as_str().unwrap();
    center.forget_versions(Expiry::Event);
    let expired = center.get(&format!("/api/v1/namespaces?continue={token}"));
    assert_eq!((expired.code, &expired.body["reason"]), (410, &json!("Expired")));
    let next = expired.body["metadata"]["continue"].as_str().unwrap();
    let rest = center.get(&format!("/api/v1/namespaces?continue={next}")).body;
    assert_eq!(first["items"].as_array().unwrap().len() + rest["items"].as_array().unwrap().len(), 5);
}

#[test]
fn version_zero_ignores_the_limit_and_a_token_suffers_no_version() {
    let center = TestCenter::start();
    assert_eq!(center.list("/api/v1/namespaces?limit=1&resourceVersion=0").len(), 5);
    let token = center.get("/api/v1/namespaces?limit=1").body["metadata"]["continue"].clone();
    let token = token.as_str().unwrap();
    assert_eq!(center.get(&format!("/api/v1/namespaces?continue={token}&resourceVersion=1")).code, 400);
    assert_eq!(center.get("/api/v1/namespaces?continue=nonsense").code, 400);
    assert_eq!(center.get("/api/v1/namespaces?resourceVersion=999999999").code, 504);
}

#[test]
fn lists_are_filtered_by_labels_and_fields() {
    let center = TestCenter::start();
    center.until("nodes are reported", || center.list("/api/v1/nodes").len() == 4);
    let count = |query: &str| center.list(&format!("/api/v1/nodes?{query}")).len();
    assert_eq!(count("labelSelector=ote-cluster%3Dc1"), 2);
    assert_eq!(count("labelSelector=ote-cluster%20in%20(c1,c10),edge-version"), 4);
    assert_eq!(count("labelSelector=!ote-cluster"), 0);
    assert_eq!(count("fieldSelector=metadata.name%3Dname-of-c1-1-c1"), 1);
    assert_eq!(center.get("/api/v1/nodes?fieldSelector=spec.taints%3D1").code, 400);
    assert_eq!(center.get("/api/v1/nodes?labelSelector=a%20in").code, 400);
}
