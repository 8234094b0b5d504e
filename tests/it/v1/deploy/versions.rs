//! Upgrades and rollbacks.

use harness::fleet::{AWAY, BEIJING, BEIJING_ID, SHENZHEN, SHENZHEN_ID};
use harness::{Answer, Client, Tenant, admin, eventually, platform, small_application, with};
use serde_json::{Value, json};

use super::{PATIENCE, until_status};

/// The versions 1.0.1 and 1.0.2 of `web`, and its deployment of the first.
fn deployed(by: &Client, cluster: &str) -> u64 {
    let first = by.create_application(small_application("web"));
    by.create_application(with(small_application("web"), json!({"image": "nginx:1.28"})));
    by.deploy("web", &first, cluster)
}

fn upgrade(by: &Client, id: u64, version: &str) -> Answer {
    by.post(&format!("/v1/deploy/id/{id}"), json!({"version": version}))
}

fn roll_back(by: &Client, id: u64, version: &str) -> Answer {
    by.put(&format!("/v1/deploy/id/{id}"), json!({"version": version, "comment": "back"}))
}

fn images(tenant: &Tenant, cluster: &str) -> Vec<Value> {
    let objects = platform().objects_at(cluster, "deployments", &tenant.namespace());
    objects.iter().map(|it| it["spec"]["template"]["spec"]["containers"][0]["image"].clone()).collect()
}

#[test]
fn an_upgrade_and_a_rollback_are_changes_of_the_same_row() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = deployed(by, SHENZHEN);
    until_status(by, id, &[5]);
    upgrade(by, id, "1.0.2").expect(200);
    let row = by.deployment(id);
    assert_eq!(
        (&row["deployType"], &row["version"], &row["runningVersion"]),
        (&json!(2), &json!("1.0.2"), &json!("1.0.2"))
    );
    assert_eq!((&row["comment"], &row["editable"]), (&json!(""), &json!(false)));
    upgrade(by, id, "1.0.1").expect(409);
    until_status(by, id, &[5]);
    assert_eq!(images(&tenant, SHENZHEN_ID), ["nginx:1.28"]);
    roll_back(by, id, "1.0.1").expect(200);
    let row = until_status(by, id, &[5]);
    assert_eq!((&row["deployType"], &row["version"], &row["comment"]), (&json!(3), &json!("1.0.1"), &json!("back")));
    assert_eq!(images(&tenant, SHENZHEN_ID), ["nginx:1.27"]);
    let history = by.get(&format!("/v1/deploy/id/{id}?field=historyVersion,id")).expect(200);
    let history = history.data()["historyVersion"].as_array().unwrap();
    let shown: Vec<Value> =
        history.iter().map(|it| json!([it["version"], it["deployType"], it["status"], it["comment"]])).collect();
    assert_eq!(shown, [json!(["1.0.1", 3, 5, "back"]), json!(["1.0.2", 2, 5, ""]), json!(["1.0.1", 1, 5, ""])]);
}

#[test]
fn a_version_must_be_stored_and_another_and_for_a_rollback_have_been_deployed() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = deployed(by, SHENZHEN);
    until_status(by, id, &[5]);
    by.create_application(small_application("other"));
    for version in ["1.0", "1.0.3", "1.0.1", " "] {
        assert_eq!(upgrade(by, id, version).expect(422).faults(), ["version"], "{version:?}");
        assert_eq!(roll_back(by, id, version).expect(422).faults(), ["version"], "{version:?}");
    }
    assert_eq!(roll_back(by, id, "1.0.2").expect(422).faults(), ["version"], "it was never deployed");
    let path = format!("/v1/deploy/id/{id}");
    assert_eq!(by.put(&path, json!({"version": 1})).expect(422).faults(), ["version", "comment"]);
    assert_eq!(by.post(&path, json!({"comment": 1})).expect(422).faults(), ["version", "comment"]);
    assert_eq!(by.deployment(id)["deployType"], 1, "nothing was recorded");
}

#[test]
fn only_its_own_business_changes_a_deployment() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let id = deployed(&tenant.business_admin, AWAY);
    for change in [upgrade, roll_back] {
        change(&other.business_admin, id, "1.0.2").expect(404);
        change(admin(), id, "1.0.2").expect(403);
        change(admin(), id, " ").expect(422);
        change(admin(), 999_999_999, "1.0.2").expect(404);
        change(&tenant.business_admin, id, "9.9.9").expect(409);
    }
}

#[test]
fn at_the_next_change_clusters_that_left_the_label_lose_the_workload_and_new_ones_get_it() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    by.post("/v1/cluster/label", json!({"clusterLabel": "edges", "clusterName": [SHENZHEN]})).expect(200);
    let id = deployed(by, "edges");
    until_status(by, id, &[5]);
    by.post("/v1/cluster/label", json!({"clusterLabel": "edges", "clusterName": [BEIJING]})).expect(200);
    by.delete_with("/v1/cluster/label", json!({"clusterLabel": "edges", "clusterName": [SHENZHEN]})).expect(200);
    assert_eq!(images(&tenant, SHENZHEN_ID).len(), 1, "labels move nothing by themselves");
    upgrade(by, id, "1.0.2").expect(200);
    until_status(by, id, &[5]);
    assert_eq!((images(&tenant, BEIJING_ID).len(), images(&tenant, SHENZHEN_ID).len()), (1, 0));
    by.delete_with("/v1/cluster/label", json!({"clusterLabel": "edges", "clusterName": [BEIJING]})).expect(200);
    assert_eq!(roll_back(by, id, "1.0.1").expect(422).faults(), ["cluster"], "nobody carries the label any more");
}

#[test]
fn what_only_the_old_version_had_goes_once_the_new_one_is_accepted() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = deployed(by, SHENZHEN);
    until_status(by, id, &[5]);
    by.create_application(with(small_application("web"), json!({"deployType": "daemonset"})));
    upgrade(by, id, "1.0.3").expect(200);
    until_status(by, id, &[5]);
    assert_eq!(platform().names_at(SHENZHEN_ID, "daemonsets", &tenant.namespace()).len(), 1);
    assert_eq!(images(&tenant, SHENZHEN_ID).len(), 0);
}

#[test]
fn a_deleted_workload_is_put_back_with_its_namespace() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = deployed(by, SHENZHEN);
    until_status(by, id, &[5]);
    // It has to be seen once before it can be missed.
    std::thread::sleep(std::time::Duration::from_secs(3));
    by.deployment(id);
    platform().center.forget_namespace(SHENZHEN_ID, &tenant.namespace()).unwrap();
    assert_eq!(images(&tenant, SHENZHEN_ID).len(), 0);
    eventually("the workload is there again", PATIENCE, || {
        by.deployment(id);
        (images(&tenant, SHENZHEN_ID).len() == 1).then_some(())
    });
    until_status(by, id, &[5]);
}
