//! What a restart keeps: everything, however the server ended.

use std::time::Duration;

use harness::fleet::{BEIJING, BEIJING_ID};
use harness::{Ending, Setup, eventually, small_application};
use serde_json::json;

#[test]
fn data_and_tokens_outlive_a_server_that_was_told_to_stop() {
    outlives(Ending::Terminate, "restart-terminated");
}

#[test]
fn data_and_tokens_outlive_a_server_that_was_killed() {
    outlives(Ending::Kill, "restart-killed");
}

fn outlives(ending: Ending, folder: &str) {
    let mut platform = Setup::new(folder).start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    by.post("/v1/cluster/label", json!({"clusterLabel": "kept", "clusterName": [BEIJING]})).expect(200);
    let application = by.post("/v1/app", small_application("web")).expect(200).id();
    let before = by.get(&format!("/v1/app/{application}")).expect(200);
    let gone = platform.log_in(&tenant.general_user.name);
    gone.delete("/v1/authorization").expect(200);

    platform.restart(ending);

    assert_eq!(by.get("/v1/authorization").expect(200).data()["role"], 3, "the token counts on");
    gone.get("/v1/authorization").expect(401);
    assert_eq!(by.get(&format!("/v1/app/{application}")).expect(200).body(), before.body());
    assert_eq!(by.get("/v1/cluster?clusterLabel=kept").expect(200).total(), 1);
    assert_eq!(platform.admin().get("/v1/admin/user").expect(200).total(), 3, "the administrator is not made again");
}

#[test]
fn a_deployment_goes_on_where_a_killed_server_left_it() {
    let mut platform = Setup::new("restart-deploying").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, BEIJING);
    platform.restart(Ending::Kill);
    // The killed driver's lease has to run out first.
    eventually("the deployment runs", Duration::from_mins(2), || (by.deployment(id)["status"] == 5).then_some(()));
    assert_eq!(platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()).len(), 1);
    by.delete("/v1/deploy/web").expect(200);
    eventually("it is gone", Duration::from_mins(1), || (by.deployment(id)["status"] == 9).then_some(()));
    assert_eq!(platform.names_at(BEIJING_ID, "deployments", &tenant.namespace()), [""; 0]);
}
