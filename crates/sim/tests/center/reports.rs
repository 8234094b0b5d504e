use std::thread::sleep;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::support::{CLUSTERS, DEPLOYMENTS, TestCenter, deployment, quick};

fn members(value: &Value) -> Vec<&str> {
    value.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default()
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn copies_are_named_and_labelled_by_their_cluster() {
    let center = TestCenter::start();
    center.at_edge("c1", "POST", DEPLOYMENTS, &deployment("web", 2));
    let target = "/api/v1/namespaces/ns1/pods?labelSelector=ote-cluster%3Dc1,app.kubernetes.io/instance";
    let running = |pod: &Value| pod["status"]["phase"] == "Running";
    center.until("pods are reported", || center.list(target).iter().filter(|pod| running(pod)).count() == 2);
    let own = center.pods("c1");
    for copy in center.list(target) {
        let name = copy["metadata"]["name"].as_str().unwrap().strip_suffix("-c1").unwrap();
        let original = own.iter().find(|pod| pod["metadata"]["name"] == name).unwrap();
        assert_eq!(copy["metadata"]["labels"]["edge-version"], original["metadata"]["resourceVersion"]);
        assert_ne!(copy["metadata"]["uid"], original["metadata"]["uid"]);
        assert_eq!(copy["status"]["conditions"], original["status"]["conditions"]);
    }
    let copy = center.get(&format!("{DEPLOYMENTS}/web-c1")).body;
    assert_eq!(members(&copy["status"]), ["replicas", "updatedReplicas"]);
    center.at_edge("c1", "DELETE", &format!("{DEPLOYMENTS}/web"), &Value::Null);
    center.until("copies go too", || center.list(target).is_empty());
    assert_eq!(center.get(&format!("{DEPLOYMENTS}/web-c1")).code, 404);
}

#[test]
fn a_lightweight_report_has_only_what_it_names() {
    let center = TestCenter::with(vec![quick("light").lightweight()], None);
    center.create_namespace("ns1");
    center.until("the namespace is there", || center.names_at("light", "namespaces").contains(&"ns1".to_owned()));
    center.set_node_unschedulable("light", "name-of-light-1", true).unwrap();
    center.at_edge("light", "POST", DEPLOYMENTS, &deployment("web", 1));
    let pods = || center.list("/api/v1/pods?labelSelector=ote-cluster%3Dlight");
    let ready = |pod: &Value| pod["status"]["containerStatuses"][0]["ready"] == json!(true);
    center.until("the pod is reported", || pods().iter().any(ready));
    let pod = pods().remove(0);
    assert_eq!(members(&pod["spec"]), ["containers", "nodeName"]);
    assert_eq!(members(&pod["status"]), ["containerStatuses", "phase"]);
    assert!(pod["metadata"].get("ownerReferences").is_none());
    let node = center.get("/api/v1/nodes/name-of-light-1-light").body;
    assert_eq!(node["spec"], json!({}), "a cordoned one looks schedulable");
    assert_eq!(members(&node["status"]), ["addresses", "allocatable", "capacity", "conditions", "nodeInfo"]);
}

#[test]
fn a_cluster_first_comes_without_its_capacity_and_then_tells_its_time() {
    let center = TestCenter::with(vec![quick("c1").with_heartbeat(Duration::from_secs(2))], None);
    let cluster = || center.get(&format!("{CLUSTERS}/c1")).body;
    let first = cluster();
    assert_eq!((&first["spec"]["name"], &first["status"]["status"]), (&json!("name-of-c1"), &json!("online")));
    assert!(first["status"].get("capacity").is_none());
    center.until("it has capacity", || cluster()["status"]["capacity"]["cpu"] == "16");
    assert!(now() - cluster()["status"]["timestamp"].as_u64().unwrap() <= 2);
}

#[test]
fn a_stale_cluster_is_online_with_an_old_timestamp_and_reports_nothing() {
    let center = TestCenter::start();
    center.set_stale("c1", Some(Duration::from_hours(2))).unwrap();
    center.set_node_unschedulable("c1", "name-of-c1-1", true).unwrap();
    sleep(Duration::from_millis(500));
    let cluster = center.get(&format!("{CLUSTERS}/c1")).body;
    assert_eq!(cluster["status"]["status"], "online");
    assert!(now() - cluster["status"]["timestamp"].as_u64().unwrap() >= 7_200);
    let cordoned = || center.get("/api/v1/nodes/name-of-c1-1-c1").body["spec"]["unschedulable"] == json!(true);
    assert!(!cordoned());
    center.set_stale("c1", None).unwrap();
    center.until("it reports again", cordoned);
}

#[test]
fn a_cluster_that_is_away_is_offline_at_once_and_reports_when_it_is_back() {
    let center = TestCenter::start();
    center.at_edge("c1", "POST", DEPLOYMENTS, &deployment("web", 1));
    let pods = || center.list("/api/v1/pods?labelSelector=ote-cluster%3Dc1").len();
    center.until("it is reported", || pods() == 1);
    center.set_online("c1", false).unwrap();
    assert_eq!(center.get(&format!("{CLUSTERS}/c1")).body["status"]["status"], "offline");
    center.scale("c1", "ns1", "web", 3).unwrap();
    center.until("it is scaled", || center.ready_pods("c1") == 3);
    assert_eq!(pods(), 1);
    center.set_online("c1", true).unwrap();
    center.until("all is reported", || pods() == 3);
}

#[test]
fn what_belongs_to_a_namespace_that_the_center_lacks_is_dropped_until_it_changes() {
    let center = TestCenter::start();
    center.at_edge("c1", "POST", "/api/v1/namespaces", &crate::support::namespace("hidden"));
    let mut object = deployment("web", 1);
    object["metadata"]["namespace"] = json!("hidden");
    center.at_edge("c1", "POST", "/apis/apps/v1/namespaces/hidden/deployments", &object);
    sleep(Duration::from_millis(400));
    let reported = || center.list("/apis/apps/v1/deployments?labelSelector=ote-cluster%3Dc1").len();
    assert_eq!(reported(), 0);
    center.create_namespace("hidden");
    sleep(Duration::from_millis(200));
    assert_eq!(reported(), 0);
    center.scale("c1", "hidden", "web", 2).unwrap();
    center.until("it is reported now", || reported() == 1);
}

#[test]
fn reports_lag_as_long_as_they_are_told_to() {
    let center = TestCenter::with(vec![quick("c1").with_report_lag(Duration::from_millis(1_500))], None);
    center.set_node_unschedulable("c1", "name-of-c1-1", true).unwrap();
    let cordoned = || center.get("/api/v1/nodes/name-of-c1-1-c1").body["spec"]["unschedulable"] == json!(true);
    sleep(Duration::from_millis(300));
    assert!(!cordoned());
    center.until("the report comes", cordoned);
}

#[test]
fn a_cluster_that_is_removed_takes_its_copies_along() {
    let center = TestCenter::start();
    center.remove_cluster("c1");
    assert_eq!(center.get(&format!("{CLUSTERS}/c1")).code, 404);
    assert_eq!(center.list("/api/v1/nodes?labelSelector=ote-cluster%3Dc1").len(), 0);
    assert_eq!(center.list("/api/v1/nodes").len(), 2);
}
