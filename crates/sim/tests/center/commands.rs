use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{COMMANDS, DEPLOYMENTS, TestCenter, deployment, namespace, quick};

fn answered(center: &TestCenter, command: &str) -> usize {
    center.get(&format!("{COMMANDS}/{command}")).body["status"].as_object().map_or(0, serde_json::Map::len)
}

fn reached(center: &TestCenter, name: &str) -> Vec<String> {
    center.commands().into_iter().find(|command| command.name == name).unwrap().reached
}

#[test]
fn a_selector_is_found_anywhere_in_an_id() {
    let center = TestCenter::start();
    center.command("unanchored", "c1", "GET", "/api/v1/nodes", &Value::Null);
    center.command("anchored", "^c1$", "GET", "/api/v1/nodes", &Value::Null);
    center.command("several", "^c10$,nothing", "GET", "/api/v1/nodes", &Value::Null);
    center.command("empty", "", "GET", "/api/v1/nodes", &Value::Null);
    center.until("all answer", || answered(&center, "unanchored") == 2 && answered(&center, "empty") == 2);
    center.until("the others answer", || answered(&center, "anchored") == 1 && answered(&center, "several") == 1);
    assert_eq!(reached(&center, "anchored"), ["c1"]);
    assert_eq!(reached(&center, "several"), ["c10"]);
}

#[test]
fn an_answer_is_the_edge_servers_own_and_as_long_as_a_real_one() {
    let center = TestCenter::start();
    center.command("create", "^c1$", "POST", DEPLOYMENTS, &deployment("web", 1));
    center.until("it answers", || answered(&center, "create") == 1);
    let status = center.status_of("create", "c1").unwrap();
    assert_eq!(status["code"], 201);
    let text = status["body"].as_str().unwrap();
    assert!(text.len() > 4_000, "{}", text.len());
    let object: Value = serde_json::from_str(text).unwrap();
    assert_eq!((&object["kind"], &object["metadata"]["name"]), (&json!("Deployment"), &json!("web")));
    assert_eq!(center.at_edge("c1", "POST", DEPLOYMENTS, &deployment("web", 1)).code, 409);
    assert_eq!(center.at_edge("c1", "PUT", &format!("{DEPLOYMENTS}/other"), &deployment("other", 1)).code, 404);
}

#[test]
fn a_cluster_that_is_away_never_gets_a_command() {
    let center = TestCenter::start();
    center.set_online("c10", false).unwrap();
    center.command("once", "c1", "GET", "/api/v1/nodes", &Value::Null);
    center.until("the other answers", || answered(&center, "once") == 1);
    center.set_online("c10", true).unwrap();
    sleep(Duration::from_millis(150));
    assert_eq!(reached(&center, "once"), ["c1"]);
}

#[test]
fn a_deaf_cluster_stays_online_and_loses_commands_without_a_word() {
    let center = TestCenter::start();
    center.set_deaf("c1", true).unwrap();
    center.command("lost", "^c1$", "GET", "/api/v1/nodes", &Value::Null);
    sleep(Duration::from_millis(150));
    assert_eq!(answered(&center, "lost"), 0);
    let cluster = center.get(&format!("{}/c1", crate::support::CLUSTERS)).body;
    assert_eq!(cluster["status"]["status"], "online");
}

#[test]
fn a_late_command_is_overtaken_and_carried_out_after_its_deletion() {
    let center = TestCenter::start();
    center.delay_next_command("c1", Duration::from_millis(1_500)).unwrap();
    center.command("late", "^c1$", "POST", DEPLOYMENTS, &deployment("late", 1));
    sleep(Duration::from_millis(100));
    center.command("next", "^c1$", "GET", DEPLOYMENTS, &Value::Null);
    center.until("the next one answers", || answered(&center, "next") == 1);
    assert_eq!(answered(&center, "late"), 0);
    center.delete(&format!("{COMMANDS}/late"));
    center.until("it is carried out", || center.names_at("c1", "deployments").contains(&"late".to_owned()));
    assert_eq!(center.get(&format!("{COMMANDS}/late")).code, 404);
    assert!(center.commands().iter().any(|command| command.name == "late" && command.deleted));
}

#[test]
fn a_shim_fails_by_a_code_without_a_body() {
    let center = TestCenter::start();
    center.fail_shim("c1", 1).unwrap();
    let answer = center.at_edge("c1", "GET", "/api/v1/nodes", &Value::Null);
    assert_eq!((answer.code, answer.body), (0, json!("")));
    assert_eq!(center.at_edge("c1", "GET", "/api/v1/nodes", &Value::Null).code, 200);
    let answer = center.at_edge("c1", "HEAD", "/api/v1/nodes", &Value::Null);
    assert_eq!((answer.code, answer.body), (405, json!("")));
    for (destination, code) in [("helm", 500), ("moon", 404)] {
        let command = json!({
            "apiVersion": "ote.baidu.com/v1", "kind": "ClusterController", "metadata": {"name": destination},
            "spec": {"destination": destination, "clusterSelector": "^c1$", "method": "GET", "url": "/", "body": ""},
        });
        assert_eq!(center.post(COMMANDS, &command).code, 201);
        center.until("it answers", || answered(&center, destination) == 1);
        let status = center.status_of(destination, "c1").unwrap();
        assert_eq!((&status["code"], &status["body"]), (&json!(code), &json!("")));
    }
}

#[test]
fn a_name_is_used_once_and_can_be_used_again_after_a_deletion() {
    let center = TestCenter::start();
    assert_eq!(center.command("name", "^c1$", "GET", "/api/v1/nodes", &Value::Null).code, 201);
    let second = center.command("name", "^c1$", "GET", "/api/v1/pods", &Value::Null);
    assert_eq!((second.code, &second.body["reason"]), (409, &json!("AlreadyExists")));
    center.until("it answers", || answered(&center, "name") == 1);
    assert_eq!(center.delete(&format!("{COMMANDS}/name")).code, 200);
    assert_eq!(center.command("name", "^c1$", "GET", "/api/v1/pods", &Value::Null).code, 201);
}

#[test]
fn answers_pass_at_their_pace_and_reports_wait_behind_them() {
    let center = TestCenter::with((0..12).map(|at| quick(&format!("edge-{at}"))).collect(), None);
    center.set_answers_per_second(Some(4.0));
    let begin = Instant::now();
    center.command("paced", "", "GET", "/api/v1/nodes", &Value::Null);
    center.until("five pass at once", || answered(&center, "paced") >= 5);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    center.set_node_unschedulable("edge-0", "name-of-edge-0-1", true).unwrap();
    let cordoned = || {
        let nodes = center.list("/api/v1/nodes?labelSelector=ote-cluster%3Dedge-0");
        nodes.iter().any(|node| node["spec"]["unschedulable"] == json!(true))
    };
    center.until("all pass", || answered(&center, "paced") == 12 || cordoned());
    assert_eq!(answered(&center, "paced"), 12, "the report waits behind the answers");
    assert!(begin.elapsed() > Duration::from_millis(1_500), "{:?}", begin.elapsed());
    center.until("the report comes", cordoned);
}

#[test]
fn an_answer_that_no_longer_fits_is_lost_and_a_command_above_the_limit_refused() {
    let center = TestCenter::start();
    let mut large = deployment("large", 0);
    large["metadata"]["annotations"] = json!({"padding": "x".repeat(600_000)});
    center.command("large", "", "POST", DEPLOYMENTS, &large);
    center.until("one answer comes", || answered(&center, "large") == 1);
    let lost = || center.commands().iter().find(|command| command.name == "large").unwrap().lost.clone();
    center.until("the other is lost", || lost().len() == 1);
    large["metadata"]["annotations"] = json!({"padding": "x".repeat(1_600_000)});
    let answer = center.command("too-large", "", "POST", DEPLOYMENTS, &large);
    assert_eq!((answer.code, &answer.body["message"]), (500, &json!("etcdserver: request is too large")));
    large["metadata"]["annotations"] = json!({"padding": "x".repeat(3_200_000)});
    assert_eq!(center.command("far-too-large", "", "POST", DEPLOYMENTS, &large).code, 413);
}

#[test]
fn controllers_that_start_again_send_what_nobody_has_answered() {
    let center = TestCenter::start();
    center.set_deaf("c1", true).unwrap();
    center.command("unanswered", "^c1$", "GET", "/api/v1/nodes", &Value::Null);
    center.command("answered", "^c10$", "GET", "/api/v1/nodes", &Value::Null);
    center.until("one answers", || answered(&center, "answered") == 1);
    center.set_deaf("c1", false).unwrap();
    center.restart_controllers();
    center.until("the other answers now", || answered(&center, "unanswered") == 1);
    sleep(Duration::from_millis(100));
    assert_eq!(reached(&center, "answered").len(), 1);
}

#[test]
fn a_namespace_goes_once_to_the_clusters_that_are_connected_and_to_new_ones() {
    let center = TestCenter::start();
    center.set_online("c10", false).unwrap();
    center.post("/api/v1/namespaces", &namespace("ns2"));
    let has = |id: &str| center.names_at(id, "namespaces").contains(&"ns2".to_owned());
    center.until("it is at the other", || has("c1"));
    center.set_online("c10", true).unwrap();
    center.add_cluster(quick("c3"));
    center.until("it is at the new one", || has("c3"));
    sleep(Duration::from_millis(100));
    assert!(!has("c10"), "a cluster that was away misses it for ever");
    let mut there = deployment("web", 1);
    there["metadata"]["namespace"] = json!("ns2");
    let answer = center.at_edge("c10", "POST", "/apis/apps/v1/namespaces/ns2/deployments", &there);
    assert_eq!((answer.code, &answer.body["details"]["kind"]), (404, &json!("namespaces")));
    assert_eq!(center.at_edge("c10", "POST", "/api/v1/namespaces", &namespace("ns2")).code, 201);
    assert_eq!(center.at_edge("c10", "POST", "/apis/apps/v1/namespaces/ns2/deployments", &there).code, 201);
    center.delete("/api/v1/namespaces/ns2");
    sleep(Duration::from_millis(100));
    assert!(has("c1"), "a deletion is not passed on");
}

#[test]
fn whoever_changes_a_command_loses_answers_to_it() {
    let center = TestCenter::start();
    center.set_options("c10", |options| options.answer_delay = Duration::from_millis(800)).unwrap();
    center.command("changed", "c1", "GET", "/api/v1/nodes", &Value::Null);
    center.until("one answers", || answered(&center, "changed") == 1);
    let patch = json!([{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]);
    assert_eq!(center.ask("PATCH", &format!("{COMMANDS}/changed"), &patch).code, 200);
    sleep(Duration::from_secs(1));
    assert_eq!(answered(&center, "changed"), 1);
    assert_eq!(center.commands().pop().unwrap().lost, ["c10"]);
}

#[test]
fn commands_are_deleted_by_selector() {
    let center = TestCenter::start();
    for name in ["a", "b"] {
        let command = json!({
            "apiVersion": "ote.baidu.com/v1", "kind": "ClusterController",
            "metadata": {"name": name, "labels": {"of": name}},
            "spec": {"destination": "api", "clusterSelector": "^$", "method": "GET", "url": "/", "body": ""},
        });
        center.post(COMMANDS, &command);
    }
    assert_eq!(center.delete(&format!("{COMMANDS}?labelSelector=of%3Da")).code, 200);
    let left: BTreeSet<String> =
        center.list(COMMANDS).iter().map(|command| command["metadata"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(left, BTreeSet::from(["b".to_owned()]));
}
