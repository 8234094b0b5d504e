//! What happens while the edge control plane refuses, breaks or is not there.

use std::time::Duration;

use harness::fleet::BEIJING;
use harness::{Setup, eventually, small_application, unique};
use serde_json::json;
use sim::faults::{Effect, Fault};

#[test]
fn an_approval_that_fails_at_the_center_changes_nothing_and_is_repeated() {
    let platform = Setup::new("failing-approval").start();
    let user = platform.approved_user();
    let business = json!({"name": unique("business"), "introduce": "", "objective": "", "scale": ""});
    let id = user.post("/v1/business", business).expect(200).id();
    let path = format!("/v1/business/id/{id}");
    let approve = || platform.admin().put(&path, json!({"status": 1, "comment": ""}));
    for effect in [Effect::Status(500, "{}".to_owned()), Effect::DropBefore] {
        platform.center.traffic().order(Fault::new("POST /api/v1/namespaces", effect).unwrap().always());
        let refused = approve().expect(502);
        assert!(!refused.message().contains("127.0.0.1"), "no address leaks: {refused}");
        platform.center.traffic().clear_orders();
        assert_eq!(user.get(&path).expect(200).data()["status"], 0);
        assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 1);
    }
    let lost = Fault::new("POST /api/v1/namespaces", Effect::DropAfter).unwrap();
    platform.center.traffic().order(lost);
    if approve().status() != 200 {
        approve().expect(200);
    }
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 3, "a lost answer does no harm");
}

#[test]
fn a_center_that_does_not_answer_is_a_time_out() {
    let platform = Setup::new("silent-center").variable("outbound_timeout_ms", "300").start();
    let silence = Effect::Delay(Duration::from_secs(20));
    platform.center.traffic().order(Fault::new("GET ", silence).unwrap().always());
    platform.admin().get("/v1/cluster").expect(504);
}

#[test]
fn without_a_center_the_edge_groups_say_which_variable_is_missing() {
    let without = |manifest: &mut toml::Table| {
        for component in ["cluster", "node", "deploy"] {
            manifest["component"][component]["variables"]["center_url"] = "".into();
        }
    };
    let platform = Setup::new("no-center").manifest(without).start();
    for path in ["/v1/cluster", "/v1/node"] {
        let refused = platform.admin().get(path).expect(502);
        assert!(refused.message().to_lowercase().contains("center_url"), "{refused}");
    }
    platform.admin().get("/v1/app").expect(200);
    platform.admin().get("/v1/deploy").expect(200);
}

#[test]
fn lists_answer_what_was_last_known_while_the_center_is_away() {
    let platform = Setup::new("center-away").start();
    let known = platform.admin().get("/v1/cluster").expect(200);
    let nodes = platform.admin().get("/v1/node?pageSize=0").expect(200);
    platform.center.traffic().refuse_connections(Duration::from_mins(10));
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(platform.admin().get("/v1/cluster").expect(200).rows(), known.rows());
    assert_eq!(platform.admin().get("/v1/node?pageSize=0").expect(200).rows(), nodes.rows());
}

#[test]
fn a_deployment_waits_for_a_center_that_is_away_and_then_runs() {
    let platform = Setup::new("deploying-to-nobody").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    by.get("/v1/cluster").expect(200);
    platform.center.traffic().refuse_connections(Duration::from_secs(8));
    let id = by.deploy("web", &version, BEIJING);
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(by.deployment(id)["status"], 3, "its time does not run meanwhile");
    eventually("the deployment runs", Duration::from_mins(1), || (by.deployment(id)["status"] == 5).then_some(()));
}
