//! Harbor breaks, is slow, answers garbage or is not there.

use std::time::Duration;

use harness::{PASSWORD, Setup};
use serde_json::json;
use sim::faults::{Effect, Fault};

use super::{harbor, project, tenant};

/// An order about one project alone: other tests ask the same Harbor.
fn order(project: &str, effect: Effect) -> Fault {
    Fault::new(&format!("/projects/{project}(/|$)"), effect).unwrap()
}

#[test]
fn a_broken_harbor_is_a_502_and_leaks_nothing() {
    let (tenant, _) = tenant();
    let project = project(&tenant, false);
    let path = format!("/v1/repository/image?projectName={project}");
    let effects =
        [Effect::Status(500, "a secret of Harbor's".to_owned()), Effect::Garbage, Effect::DropBefore, Effect::HalfBody];
    for effect in effects {
        harbor().traffic().order(order(&project, effect.clone()).times(3));
        let refused = tenant.general_user.get(&path).expect(502);
        assert!(!refused.body().to_string().contains("a secret"), "{effect:?}");
        tenant.general_user.get(&path);
        tenant.general_user.get(&path);
        tenant.general_user.get(&path).expect(200);
    }
}

#[test]
fn a_moments_break_is_not_noticed() {
    let (tenant, _) = tenant();
    let project = project(&tenant, false);
    harbor().traffic().order(order(&project, Effect::DropBefore).times(2));
    tenant.general_user.get(&format!("/v1/repository/image?projectName={project}")).expect(200);
}

#[test]
fn a_slow_harbor_is_a_504() {
    let platform = Setup::new("slow-harbor").variable("outbound_timeout_ms", "1000").start();
    platform.harbor.traffic().order(Fault::new("/users", Effect::Delay(Duration::from_secs(3))).unwrap());
    let account = json!({"user": "slow", "password": PASSWORD});
    platform.admin().post("/v1/repository/user", account.clone()).expect(504);
    std::thread::sleep(Duration::from_secs(3));
    platform.admin().post("/v1/repository/user", account).expect(200);
}

#[test]
fn without_harbor_external_repositories_go_on() {
    let platform = Setup::new("no-harbor")
        // Not by the variable of the application: the host would start a stand-in.
        .manifest(|manifest| manifest["component"]["repository"]["variables"]["harbor_url"] = "".into())
        .start();
    let account = json!({"user": "somebody", "password": PASSWORD});
    let refused = platform.admin().post("/v1/repository/user", account).expect(502);
    assert!(refused.message().contains("harbor_url"), "{refused}");
    platform.admin().get("/v1/repository/third").expect(200);
}

#[test]
fn an_administrator_that_harbor_does_not_know_is_our_fault() {
    let platform = Setup::new("wrong-harbor-password").variable("harbor_admin_password", "Wr0ng-password").start();
    let account = json!({"user": "somebody", "password": PASSWORD});
    platform.admin().post("/v1/repository/user", account).expect(502);
}

#[test]
fn an_old_key_goes_on_reading_and_one_that_is_gone_is_our_fault() {
    let keys = ["YW5vdGhlci1rZXktb2YtdGhpcnR5LXR3by1ieXRlcy4=", "dGhlLXN1aXRlLWVuY3J5cHRzLXdpdGgtdGhpcy1rZXk="];
    let platform = Setup::new("two-keys").variable("secrets_key", keys.join(",")).start();
    let account = json!({"user": "somebody", "password": PASSWORD});
    platform.admin().post("/v1/repository/user", account).expect(200);
    platform.admin().get("/v1/repository/project").expect(200);
    let platform = Setup::new("no-key").variable("secrets_key", "short").start();
    let refused = platform.admin().get("/v1/repository/third").expect(500);
    assert!(refused.log().contains("secrets_key") && !refused.log().contains("short"), "{}", refused.log());
}
