//! What becomes of deployments at the edges.

use harness::fleet::{AWAY, BEIJING, BEIJING_ID, SHENZHEN, SHENZHEN_ID, TWIN_IDS};
use harness::{Tenant, eventually, platform, small_application, with};
use serde_json::{Value, json};
use sim::center::Breakage;

use super::{PATIENCE, until_status};

fn counts(row: &Value) -> Value {
    serde_json::from_str(row["errorMessage"].as_str().unwrap()).unwrap()
}

#[test]
fn a_daemonset_runs_on_every_node() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(with(small_application("agent"), json!({"deployType": "daemonset"})));
    let id = by.deploy("agent", &version, SHENZHEN);
    let row = until_status(by, id, &[5, 6, 7]);
    assert_eq!((&row["status"], counts(&row)), (&json!(5), json!({"running": 2, "error": 0, "total": 2})));
    assert_eq!(row["editable"], true);
    assert_eq!(platform().names_at(SHENZHEN_ID, "daemonsets", &tenant.namespace()).len(), 1);
}

#[test]
fn an_id_that_begins_like_anothers_means_one_cluster_only() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, TWIN_IDS[0]);
    assert_eq!(counts(&until_status(by, id, &[5, 6, 7])), json!({"running": 1, "error": 0, "total": 1}));
    assert_eq!(platform().names_at(TWIN_IDS[1], "deployments", &tenant.namespace()), [""; 0]);
}

#[test]
fn an_own_label_wins_over_a_clusters_name() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    by.post("/v1/cluster/label", json!({"clusterLabel": BEIJING, "clusterName": [SHENZHEN]})).expect(200);
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, BEIJING);
    until_status(by, id, &[5]);
    assert_eq!(platform().names_at(BEIJING_ID, "deployments", &tenant.namespace()), [""; 0]);
    assert_eq!(platform().names_at(SHENZHEN_ID, "deployments", &tenant.namespace()).len(), 1);
}

#[test]
fn an_image_that_cannot_be_pulled_fails_once_the_time_is_over() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let image = format!("registry.example.com/unpublished-{}", tenant.id);
    platform().center.break_pods(BEIJING_ID, &image, Breakage::Image).unwrap();
    let version = by.create_application(with(small_application("web"), json!({"image": image})));
    let id = by.deploy("web", &version, BEIJING);
    let row = until_status(by, id, &[5, 6, 7]);
    assert_eq!((&row["status"], counts(&row)), (&json!(7), json!({"running": 0, "error": 1, "total": 1})));
    platform().center.mend_pods(BEIJING_ID, &image).unwrap();
    until_status(by, id, &[5]);
}

#[test]
fn pods_that_are_lost_later_move_the_status_without_a_change() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(with(small_application("web"), json!({"replicas": 2})));
    let id = by.deploy("web", &version, BEIJING);
    until_status(by, id, &[5]);
    let pod = platform().names_at(BEIJING_ID, "pods", &tenant.namespace()).remove(0);
    platform().center.break_pods(BEIJING_ID, &pod, Breakage::Crash).unwrap();
    until_status(by, id, &[6]);
    platform().center.mend_pods(BEIJING_ID, &pod).unwrap();
    until_status(by, id, &[5]);
}

#[test]
fn with_offline_targets_only_it_is_3_and_then_7() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, AWAY);
    assert_eq!(by.deployment(id)["status"], 3);
    let row = until_status(by, id, &[4, 5, 6, 7, 8]);
    assert_eq!((&row["status"], counts(&row)), (&json!(7), json!({"running": 0, "error": 1, "total": 1})));
    let shown = by.get(&format!("/v1/deploy/id/{id}?field=id,clusters")).expect(200);
    let cluster = &shown.data()["clusters"][0];
    assert_eq!((&cluster["clusterName"], &cluster["state"]), (&json!(AWAY), &json!("pending")));
}

#[test]
fn the_history_has_each_change_that_started() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, SHENZHEN);
    until_status(by, id, &[5]);
    let shown = by.get(&format!("/v1/deploy/id/{id}?field=historyVersion")).expect(200);
    let history = shown.data()["historyVersion"].as_array().unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((&history[0]["version"], &history[0]["deployType"]), (&json!("1.0.1"), &json!(1)));
    assert_eq!(shown.data().as_object().unwrap().len(), 1, "exactly what was asked for");
}

#[test]
fn commands_are_deleted_once_they_are_answered() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, SHENZHEN);
    until_status(by, id, &[5]);
    let namespace = format!("/{}/", tenant.namespace());
    let is_ours = |command: &Value| command["spec"]["url"].as_str().is_some_and(|url| url.contains(&namespace));
    eventually("no command of this tenant is kept", PATIENCE, || {
        let kept = platform().center.objects("clustercontrollers", "").unwrap();
        (!kept.iter().any(is_ours)).then_some(())
    });
}
