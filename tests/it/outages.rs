//! What becomes of changes while edges or the center are away (docs/semantics.md, Deployments).

use std::time::Duration;

use harness::fleet::{BEIJING_ID, SHENZHEN_ID};
use harness::{Platform, Setup, Tenant, eventually, small_application, with};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

/// Versions 1.0.1 (nginx:1.27) and 1.0.2 (nginx:1.28) of `web`, the first deployed to the clusters with these ids.
fn deploy(tenant: &Tenant, clusters: &[&str]) -> u64 {
    let by = &tenant.business_admin;
    by.post("/v1/cluster/label", json!({"clusterLabel": "edges", "clusterName": clusters})).expect(200);
    let version = by.create_application(small_application("web"));
    by.create_application(with(small_application("web"), json!({"image": "nginx:1.28"})));
    by.deploy("web", &version, "edges")
}

fn upgrade(tenant: &Tenant, id: u64, version: &str) {
    tenant.business_admin.post(&format!("/v1/deploy/id/{id}"), json!({"version": version})).expect(200);
}

#[track_caller]
fn until_status(tenant: &Tenant, id: u64, status: u64) -> Value {
    eventually(&format!("the deployment has status {status}"), PATIENCE, || {
        let row = tenant.business_admin.deployment(id);
        (row["status"] == status).then_some(row)
    })
}

/// Bodies of the commands that put a tenant's objects at a cluster.
fn sent(platform: &Platform, tenant: &Tenant, cluster: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let namespace = format!("/namespaces/{}/deployments", tenant.namespace());
    let commands = platform.center.commands();
    let meant = commands
        .iter()
        .map(|command| &command.spec)
        .filter(|spec| text(&spec["url"]).contains(&namespace) && text(&spec["clusterSelector"]).contains(cluster));
    meant.map(|spec| text(&spec["body"])).filter(|body| !body.is_empty()).collect()
}

#[test]
fn an_edge_that_missed_several_changes_gets_the_newest_only() {
    let platform = Setup::new("several-changes").start();
    platform.center.set_online(SHENZHEN_ID, false).unwrap();
    let tenant = platform.tenant();
    let id = deploy(&tenant, &[BEIJING_ID, SHENZHEN_ID]);
    until_status(&tenant, id, 6);
    upgrade(&tenant, id, "1.0.2");
    until_status(&tenant, id, 6);
    platform.center.set_online(SHENZHEN_ID, true).unwrap();
    until_status(&tenant, id, 5);
    let bodies = sent(&platform, &tenant, SHENZHEN_ID);
    assert!(!bodies.is_empty() && bodies.iter().all(|body| body.contains("nginx:1.28")), "{bodies:?}");
}

#[test]
fn what_was_replaced_while_the_center_was_away_is_never_sent() {
    let platform = Setup::new("replaced-change").start();
    let tenant = platform.tenant();
    tenant.business_admin.get("/v1/cluster").expect(200);
    platform.center.traffic().refuse_connections(Duration::from_secs(6));
    let id = deploy(&tenant, &[BEIJING_ID]);
    std::thread::sleep(Duration::from_secs(2));
    tenant.business_admin.delete("/v1/deploy/web").expect(200);
    until_status(&tenant, id, 9);
    std::thread::sleep(Duration::from_secs(7));
    tenant.business_admin.deployment(id);
    assert_eq!(sent(&platform, &tenant, BEIJING_ID), [""; 0]);
    assert_eq!(platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()), [""; 0]);
}

#[test]
fn a_change_of_which_nothing_was_taken_is_given_up_and_may_be_asked_for_again() {
    let platform = Setup::new("given-up").variable("deploy_give_up_seconds", "3").start();
    let tenant = platform.tenant();
    tenant.business_admin.get("/v1/cluster").expect(200);
    platform.center.traffic().refuse_connections(Duration::from_secs(10));
    let id = deploy(&tenant, &[BEIJING_ID]);
    let row = until_status(&tenant, id, 8);
    assert_eq!((&row["editable"], &row["runningVersion"]), (&json!(true), &json!("1.0.1")));
    let shown = tenant.business_admin.get(&format!("/v1/deploy/id/{id}?field=clusters")).expect(200);
    assert_eq!(shown.data()["clusters"][0]["state"], "failed");
    std::thread::sleep(Duration::from_secs(9));
    assert_eq!(tenant.business_admin.deployment(id)["status"], 8);
    assert_eq!(sent(&platform, &tenant, BEIJING_ID), [""; 0], "its work is dropped");
    upgrade(&tenant, id, "1.0.1");
    until_status(&tenant, id, 5);
}

#[test]
fn a_deletion_is_complete_at_its_time_out_and_clearing_goes_on() {
    let platform = Setup::new("deleted-unseen").start();
    let tenant = platform.tenant();
    let id = deploy(&tenant, &[BEIJING_ID]);
    until_status(&tenant, id, 5);
    platform.center.traffic().refuse_connections(Duration::from_secs(12));
    tenant.business_admin.delete("/v1/deploy/web").expect(200);
    until_status(&tenant, id, 9);
    assert_eq!(platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()).len(), 1);
    eventually("it is cleared too", PATIENCE, || {
        tenant.business_admin.deployment(id);
        platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()).is_empty().then_some(())
    });
}

#[test]
fn a_command_that_is_carried_out_late_is_waited_for_and_leaves_nothing_behind() {
    let platform = Setup::new("late-command").start();
    let tenant = platform.tenant();
    platform.center.delay_next_command(BEIJING_ID, Duration::from_secs(4)).unwrap();
    let id = deploy(&tenant, &[BEIJING_ID]);
    eventually("the command is on its way", PATIENCE, || {
        (!sent(&platform, &tenant, BEIJING_ID).is_empty()).then_some(())
    });
    tenant.business_admin.delete("/v1/deploy/web").expect(200);
    until_status(&tenant, id, 9);
    std::thread::sleep(Duration::from_secs(5));
    tenant.business_admin.deployment(id);
    assert_eq!(platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()), [""; 0]);
}

#[test]
fn several_reconcilers_at_once_send_nothing_twice() {
    let platform = Setup::new("several-reconcilers").start();
    let tenant = platform.tenant();
    let id = deploy(&tenant, &[BEIJING_ID, SHENZHEN_ID]);
    let reconciler = platform.anonymous().with_token("Bearer the-token-of-reconcile");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| reconciler.post("/internal/reconcile", json!({})).expect(200));
        }
    });
    until_status(&tenant, id, 5);
    for cluster in [BEIJING_ID, SHENZHEN_ID] {
        assert_eq!(sent(&platform, &tenant, cluster).len(), 1);
    }
    assert_eq!(
        platform.center.objects("clustercontrollers", "").unwrap(),
        [Value::Null; 0],
        "no command is left behind"
    );
}
