//! `DELETE /v1/admin/user/{id}`: User Management 5.

use harness::{Answer, Client, PASSWORD, Person, Tenant, admin, anonymous, platform, unique};
use serde_json::json;

fn delete(by: &Client, id: u64) -> Answer {
    by.delete(&format!("/v1/admin/user/{id}"))
}

#[test]
fn a_deleted_user_is_nobody_from_the_next_request_on() {
    let user = platform().pending_user();
    delete(admin(), user.id).expect(200);
    user.get("/v1/authorization").expect(401);
    anonymous().post("/v1/authorization", json!({"user": user.name, "password": PASSWORD})).expect(401);
    delete(admin(), user.id).expect(404);
    admin().put(&format!("/v1/admin/user/{}", user.id), json!({"status": 1})).expect(404);
    let all = admin().get("/v1/admin/user?pageSize=0").expect(200);
    assert!(all.rows().iter().all(|row| row["id"] != user.id), "it is not listed any more");
}

#[test]
fn its_name_and_phone_become_free_and_its_id_does_not() {
    let person = Person::general();
    let id = anonymous().post("/v1/user", person.body()).expect(200).id();
    anonymous().post("/v1/user", person.body()).expect(409);
    delete(admin(), id).expect(200);
    assert!(anonymous().post("/v1/user", person.body()).expect(200).id() > id);
}

#[test]
fn a_business_administrator_deletes_users_of_its_own_business_only() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    for stranger in [1, other.general_user.id, other.business_admin.id, platform().pending_user().id, 999_999_999] {
        delete(&tenant.business_admin, stranger).expect(404);
    }
    other.general_user.get("/v1/authorization").expect(200);
    delete(&tenant.business_admin, tenant.general_user.id).expect(200);
    tenant.general_user.get("/v1/authorization").expect(401);
}

#[test]
fn nobody_deletes_themselves_or_the_first_system_administrator() {
    let tenant = Tenant::new();
    delete(&tenant.business_admin, tenant.business_admin.id).expect(403);
    let other = platform().sub_user(admin(), &Person::administrator());
    for by in [&other, admin()] {
        delete(by, 1).expect(403);
    }
    delete(&other, other.id).expect(403);
    delete(admin(), other.id).expect(200);
}

#[test]
fn its_business_stays_and_an_application_of_its_own_cannot_be_approved_any_more() {
    let tenant = Tenant::new();
    delete(admin(), tenant.business_admin.id).expect(200);
    tenant.general_user.get(&format!("/v1/business/id/{}", tenant.id)).expect(200);

    let user = platform().approved_user();
    let application = json!({"name": unique("business"), "introduce": "", "objective": "", "scale": ""});
    let id = user.post("/v1/business", application).expect(200).id();
    delete(admin(), user.id).expect(200);
    let path = format!("/v1/business/id/{id}");
    admin().put(&path, json!({"status": 1, "comment": ""})).expect(409);
    assert_eq!(admin().get(&path).expect(200).data()["status"], 0);
    admin().put(&path, json!({"status": 2, "comment": ""})).expect(200);
}
