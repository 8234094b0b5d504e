use serde_json::json;

use crate::support::{COMMANDS, DEPLOYMENTS, TestCenter, deployment, quick};

#[test]
fn a_center_with_a_state_file_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(folder.path().join("inner").join("center.json"));
    let first = TestCenter::with(vec![quick("c1")], state.clone());
    first.create_namespace("ns1");
    first.until("the namespace is there", || first.names_at("c1", "namespaces").contains(&"ns1".to_owned()));
    first.at_edge("c1", "POST", DEPLOYMENTS, &deployment("web", 2));
    first.until("pods are ready", || first.ready_pods("c1") == 2);
    first.until("pods are reported", || first.list("/api/v1/pods").len() == 2);
    let pods = first.names_at("c1", "pods");
    let version = first.get("/api/v1/pods").body["metadata"]["resourceVersion"].clone();
    first.stop();

    let second = TestCenter::with(vec![quick("another")], state);
    assert_eq!(second.names_at("c1", "pods"), pods);
    assert_eq!(second.ready_pods("c1"), 2);
    assert_eq!(second.list("/api/v1/pods").len(), 2);
    assert!(second.edge_objects("another", "pods", "").is_err(), "clusters of the file win");
    let later = second.get("/api/v1/pods").body["metadata"]["resourceVersion"].clone();
    let number = |version: &serde_json::Value| version.as_str().unwrap().parse::<u64>().unwrap();
    assert!(number(&later) >= number(&version));
    second.scale("c1", "ns1", "web", 1).unwrap();
    second.until("its controllers work", || second.pods("c1").len() == 1);
}

#[test]
fn commands_without_an_answer_are_sent_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(folder.path().join("center.json"));
    let first = TestCenter::with(vec![quick("c1")], state.clone());
    first.set_online("c1", false).unwrap();
    first.command("waiting", "c1", "GET", "/api/v1/nodes", &json!(null));
    first.stop();
    let second = TestCenter::with(Vec::new(), state);
    second.set_online("c1", true).unwrap();
    second.restart_controllers();
    second.until("it is answered", || second.status_of("waiting", "c1").is_some());
    assert_eq!(second.list(COMMANDS).len(), 1);
}

#[test]
fn a_state_file_that_is_none_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("center.json");
    std::fs::write(&path, "{").unwrap();
    let background = sim::Background::start().unwrap();
    let options = sim::center::Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        token: String::new(),
        state: Some(path.clone()),
        clusters: Vec::new(),
    };
    let error = format!("{:#}", background.center(options).unwrap_err());
    assert!(error.contains("center.json"), "{error}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "{");
}
