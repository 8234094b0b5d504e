//! Edges that are away, come back, fail and lose commands (docs/contracts/ote-center.md).

use std::time::Duration;

use harness::fleet::{BEIJING_ID, SHENZHEN_ID};
use harness::{Platform, Setup, Tenant, eventually, small_application};
use serde_json::{Value, json};
use sim::faults::{Effect, Fault};

const PATIENCE: Duration = Duration::from_mins(1);

/// A deployment `web` of a tenant to the clusters with these ids.
fn deploy(tenant: &Tenant, clusters: &[&str]) -> u64 {
    let by = &tenant.business_admin;
    by.post("/v1/cluster/label", json!({"clusterLabel": "edges", "clusterName": clusters})).expect(200);
    let version = by.create_application(small_application("web"));
    by.deploy("web", &version, "edges")
}

#[track_caller]
fn until_status(tenant: &Tenant, id: u64, status: u64) -> Value {
    eventually(&format!("the deployment has status {status}"), PATIENCE, || {
        let row = tenant.business_admin.deployment(id);
        (row["status"] == status).then_some(row)
    })
}

/// How many commands that create the tenant's deployment came to the center.
fn creations(platform: &Platform, tenant: &Tenant) -> usize {
    let url = format!("/apis/apps/v1/namespaces/{}/deployments", tenant.namespace());
    let is_creation = |spec: &Value| spec["method"] == "POST" && spec["url"] == url.as_str();
    platform.center.commands().iter().filter(|command| is_creation(&command.spec)).count()
}

#[test]
fn an_edge_that_was_away_gets_namespace_and_change_when_it_is_back() {
    let platform = Setup::new("returning-edge").start();
    platform.center.set_online(SHENZHEN_ID, false).unwrap();
    let tenant = platform.tenant();
    let id = deploy(&tenant, &[BEIJING_ID, SHENZHEN_ID]);
    let row = until_status(&tenant, id, 6);
    assert_eq!(row["errorMessage"], r#"{"running":1,"error":1,"total":2}"#);
    platform.center.set_online(SHENZHEN_ID, true).unwrap();
    let row = until_status(&tenant, id, 5);
    assert_eq!(row["errorMessage"], r#"{"running":2,"error":0,"total":2}"#);
    assert!(platform.names_at(SHENZHEN_ID, "namespaces", "").contains(&tenant.namespace()));
}

#[test]
fn an_edge_that_was_away_is_cleared_when_it_is_back() {
    let platform = Setup::new("returning-to-clear").start();
    let tenant = platform.tenant();
    let id = deploy(&tenant, &[BEIJING_ID, SHENZHEN_ID]);
    until_status(&tenant, id, 5);
    platform.center.set_online(SHENZHEN_ID, false).unwrap();
    eventually("it is seen to be away", PATIENCE, || {
        let clusters = platform.admin().get("/v1/cluster").expect(200);
        clusters.rows().iter().any(|row| row["clusterId"] == SHENZHEN_ID && row["isReady"] == false).then_some(())
    });
    tenant.business_admin.delete("/v1/deploy/web").expect(200);
    until_status(&tenant, id, 9);
    assert_eq!(platform.names_at(SHENZHEN_ID, "deployments", &tenant.namespace()).len(), 1);
    platform.center.set_online(SHENZHEN_ID, true).unwrap();
    eventually("it is cleared too", PATIENCE, || {
        tenant.business_admin.deployment(id);
        platform.names_at(SHENZHEN_ID, "deployments", &tenant.namespace()).is_empty().then_some(())
    });
}

#[test]
fn a_lost_answer_of_the_center_sends_nothing_twice() {
    let platform = Setup::new("lost-answers").start();
    let tenant = platform.tenant();
    let lost = Fault::new("^POST .*/clustercontrollers", Effect::DropAfter).unwrap();
    platform.center.traffic().order(lost);
    let id = deploy(&tenant, &[BEIJING_ID, SHENZHEN_ID]);
    until_status(&tenant, id, 5);
    assert_eq!(creations(&platform, &tenant), 1, "one command for both clusters, posted once");
}

#[test]
fn a_broken_center_is_asked_again() {
    let platform = Setup::new("broken-center").start();
    let tenant = platform.tenant();
    for effect in [Effect::Status(500, "{}".to_owned()), Effect::DropBefore, Effect::Garbage, Effect::HalfBody] {
        platform.center.traffic().order(Fault::new("/clustercontrollers", effect).unwrap().times(2));
    }
    let id = deploy(&tenant, &[BEIJING_ID]);
    until_status(&tenant, id, 5);
    assert_eq!(platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()).len(), 1);
}

#[test]
fn a_failing_shim_is_no_answer_and_gets_the_change_again() {
    let platform = Setup::new("failing-shim").start();
    let tenant = platform.tenant();
    platform.center.fail_shim(BEIJING_ID, 2).unwrap();
    let id = deploy(&tenant, &[BEIJING_ID]);
    until_status(&tenant, id, 5);
}

#[test]
fn an_edge_that_lost_its_namespace_gets_it_again() {
    let platform = Setup::new("forgotten-namespace").start();
    let tenant = platform.tenant();
    platform.center.forget_namespace(BEIJING_ID, &tenant.namespace()).unwrap();
    let id = deploy(&tenant, &[BEIJING_ID]);
    until_status(&tenant, id, 5);
}

#[test]
fn a_mirror_whose_version_is_too_old_lists_anew() {
    let platform = Setup::new("old-version").start();
    let tenant = platform.tenant();
    let id = deploy(&tenant, &[BEIJING_ID]);
    until_status(&tenant, id, 5);
    for expiry in [sim::center::Expiry::Status, sim::center::Expiry::Event] {
        platform.center.forget_versions(expiry);
        platform.center.set_node_ready(BEIJING_ID, "bj-1", expiry == sim::center::Expiry::Event).unwrap();
        let ready = u64::from(expiry == sim::center::Expiry::Event) + 1;
        eventually("the node list has the change", PATIENCE, || {
            let nodes = platform.admin().get("/v1/node?clusterName=BeiJing").expect(200);
            (nodes.body()["meta"]["readyNodeCount"] == ready).then_some(())
        });
    }
}
