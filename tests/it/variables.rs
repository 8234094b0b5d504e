//! What the variables of the manifest change (docs/design.md, Variables).

use std::time::Duration;

use harness::fleet::BEIJING;
use harness::{PASSWORD, Setup, small_application, with};
use serde_json::json;

#[test]
fn flags_are_shown_with_the_authorization() {
    let platform = Setup::new("flags")
        .variable("private_project", "true")
        .variable("enable_ingress", "true")
        .variable("enable_alert", "true")
        .variable("super_admin_name", "root")
        .start();
    let login = json!({"user": "root", "password": PASSWORD});
    let token = platform.anonymous().post("/v1/authorization", login).expect(200).body()["token"].clone();
    let told = platform.anonymous().with_token(token.as_str().unwrap()).get("/v1/authorization").expect(200);
    let expected = json!({
        "displayName": "root", "hasRepoAccount": false, "role": 4, "privateProject": true,
        "enableIngress": true, "enableAlert": true, "enableAdminAutoDeploy": true,
    });
    assert_eq!(told.data(), &expected);
}

#[test]
fn a_token_ends_by_itself() {
    let platform = Setup::new("short-tokens").variable("jwt_expired_seconds", "2").start();
    let client = platform.log_in("admin");
    client.get("/v1/authorization").expect(200);
    std::thread::sleep(Duration::from_secs(3));
    client.get("/v1/authorization").expect(401);
}

#[test]
fn no_exchange_reaches_beyond_the_limit_after_the_login() {
    let setup =
        Setup::new("refresh-limit").variable("jwt_expired_seconds", "60").variable("jwt_refreshed_seconds", "4");
    let platform = setup.start();
    let login = platform.log_in("admin");
    let exchange = || login.request("PUT", "/v1/authorization").send();
    let last = platform.anonymous().with_token(exchange().expect(200).body()["token"].as_str().unwrap());
    last.get("/v1/authorization").expect(200);
    std::thread::sleep(Duration::from_secs(5));
    last.get("/v1/authorization").expect(401);
    login.get("/v1/authorization").expect(200);
    assert!(exchange().expect(401).message().contains("log in"));
}

#[test]
fn a_variable_that_breaks_its_rule_is_named_in_the_log_and_nowhere_else() {
    let platform = Setup::new("broken-variable").variable("host_paths", "relative").start();
    let refused = platform.admin().get("/v1/app").expect(500);
    assert!(!refused.message().contains("host_paths"), "{refused}");
    assert!(refused.log().contains("host_paths"), "the log has it under the same id: {:?}", refused.log());
    platform.admin().get("/v1/business").expect(200);
}

#[test]
fn without_automatic_deployment_an_administrators_waits_for_audit_too() {
    let platform = Setup::new("no-auto-deploy").variable("enable_admin_auto_deploy", "false").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, BEIJING);
    assert_eq!(by.deployment(id)["status"], 0);
    by.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    assert_ne!(by.deployment(id)["status"], 0, "an administrator's deletion never waits");
}

#[test]
fn applications_mount_from_the_node_where_they_may() {
    let platform = Setup::new("host-paths").variable("host_paths", "/data,/models/").start();
    let tenant = platform.tenant();
    let create = |host_path: &str| {
        let volume = json!({"volume": [{"path": "/in", "hostPath": host_path}]});
        tenant.business_admin.post("/v1/app", with(small_application("web"), volume))
    };
    for allowed in ["/data", "/data/x", "/models/yolo"] {
        create(allowed).expect(200);
    }
    for denied in ["/", "/etc", "/database", "/data/../etc"] {
        assert_eq!(create(denied).expect(422).faults(), ["volume[0].hostPath"], "{denied}");
    }
}

#[test]
fn images_of_the_platforms_own_harbor_have_a_project() {
    let platform = Setup::new("own-harbor").variable("repository_domain", "registry.example.com").start();
    let tenant = platform.tenant();
    let project = |image: &str| {
        let body = with(small_application("web"), json!({"image": image}));
        let id = tenant.business_admin.post("/v1/app", body).expect(200).id();
        let row = tenant.business_admin.get(&format!("/v1/app/{id}")).expect(200);
        row.data()["projectName"].as_str().unwrap().to_owned()
    };
    assert_eq!(project("registry.example.com/vision/detector:1.0"), "vision");
    assert_eq!(project("registry.example.com.evil/vision/detector:1.0"), "");
    assert_eq!(project("nginx:latest"), "");
}
