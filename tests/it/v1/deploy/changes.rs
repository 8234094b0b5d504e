//! Ends of deployments.

use harness::fleet::{AWAY, SHENZHEN, SHENZHEN_ID};
use harness::{Tenant, User, admin, eventually, platform, small_application};
use serde_json::{Value, json};

use super::{PATIENCE, until_status};

/// A deployment `web` that runs in Shenzhen.
fn running(by: &User) -> u64 {
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, SHENZHEN);
    until_status(by, id, &[5]);
    id
}

/// Waits until nothing of a tenant is in Shenzhen any more.
fn until_clear(tenant: &Tenant) {
    eventually("its objects are gone from the edge", PATIENCE, || {
        let left = |resource| platform().names_at(SHENZHEN_ID, resource, &tenant.namespace());
        (left("deployments").is_empty() && left("pods").is_empty()).then_some(())
    });
}

#[test]
fn a_deletion_takes_everything_from_the_edges() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = running(by);
    by.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    let row = until_status(by, id, &[9]);
    assert_eq!((&row["deployType"], &row["runningVersion"], &row["editable"]), (&json!(4), &json!(""), &json!(false)));
    assert_eq!(row["errorMessage"], r#"{"running":0,"error":0,"total":0}"#);
    until_clear(&tenant);
    assert_eq!(by.get("/v1/deploy").expect(200).rows(), &[] as &[Value], "deleted ones are not listed");
    by.delete(&format!("/v1/deploy/id/{id}")).expect(409);
    by.delete("/v1/deploy/web").expect(404);
}

#[test]
fn a_deletion_by_name_is_a_conflict_while_it_is_on_its_way() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, AWAY);
    by.delete("/v1/deploy/web").expect(200);
    let again = by.delete("/v1/deploy/web").status();
    let done = by.deployment(id)["status"] == 9;
    assert!(again == 409 || done && again == 404, "it was {again}");
    until_status(by, id, &[9]);
}

#[test]
fn a_name_is_free_again_once_its_deletion_is_complete() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let first = running(by);
    by.delete("/v1/deploy/web").expect(200);
    until_status(by, first, &[9]);
    let second = by.deploy("web", "1.0.1", SHENZHEN);
    assert_ne!(first, second);
    until_status(by, second, &[5]);
    let names = platform().names_at(SHENZHEN_ID, "deployments", &tenant.namespace());
    assert!(names.iter().all(|name| name.contains(&second.to_string())), "{names:?} carry the id");
}

#[test]
fn a_system_administrator_ends_anybodys_deployment_by_id() {
    let tenant = Tenant::new();
    let id = running(&tenant.business_admin);
    admin().delete(&format!("/v1/deploy/id/{id}")).expect(200);
    until_status(&tenant.business_admin, id, &[9]);
    until_clear(&tenant);
}

#[test]
fn a_general_users_deletion_waits_and_what_runs_goes_on() {
    let tenant = Tenant::new();
    let id = running(&tenant.business_admin);
    tenant.general_user.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    let row = tenant.general_user.deployment(id);
    assert_eq!((&row["status"], &row["deployType"], &row["runningVersion"]), (&json!(0), &json!(4), &json!("1.0.1")));
    assert_eq!(row["errorMessage"], r#"{"running":1,"error":0,"total":1}"#, "the counts are of what runs");
    assert_eq!(platform().names_at(SHENZHEN_ID, "deployments", &tenant.namespace()).len(), 1);
    tenant.business_admin.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    until_status(&tenant.business_admin, id, &[9]);
}

#[test]
fn an_administrator_stops_a_rollout_that_is_on_its_way() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("web"));
    let id = by.deploy("web", &version, SHENZHEN);
    by.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    until_status(by, id, &[9]);
    until_clear(&tenant);
}

#[test]
fn a_version_that_runs_cannot_be_deleted() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = running(by);
    let apps = by.get("/v1/app").expect(200);
    let app = apps.body()["apps"][0]["id"].clone();
    by.delete_with("/v1/app", json!({"appId": [app]})).expect(409);
    by.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    until_status(by, id, &[9]);
    by.delete_with("/v1/app", json!({"appId": [app]})).expect(200);
}

#[test]
fn the_deployment_that_is_called_like_the_alias_can_be_deleted_by_name() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let version = by.create_application(small_application("install"));
    let id = by.deploy("install", &version, AWAY);
    by.delete("/v1/deploy/install").expect(200);
    until_status(by, id, &[9]);
}
