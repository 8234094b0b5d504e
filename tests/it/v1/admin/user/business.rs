//! `businessId` in `POST /v1/admin/user` and `PUT /v1/admin/user/{id}`: users put into a business.

use harness::{Person, Tenant, admin, platform, unique};
use serde_json::{Value, json};

use super::row;

fn put_into(id: u64, business: impl Into<Value>) -> harness::Answer {
    admin().put(&format!("/v1/admin/user/{id}"), json!({"status": 1, "businessId": business.into()}))
}

/// The id of an application that waits.
fn pending_business() -> u64 {
    let application = json!({"name": unique("business"), "introduce": "", "objective": "", "scale": ""});
    platform().approved_user().post("/v1/business", application).expect(200).id()
}

#[test]
fn a_system_administrator_makes_users_of_any_approved_business() {
    let tenant = Tenant::new();
    let (general, administrator) = (Person::general(), Person::administrator());
    for (person, role) in [(general, 2), (administrator, 3)] {
        let user = platform().sub_user(admin(), &person.with("businessId", tenant.id));
        assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], role);
        assert_eq!(row(user.id)["businessId"], tenant.id);
    }
}

#[test]
fn an_audit_puts_somebody_without_a_business_into_one() {
    let (tenant, user) = (Tenant::new(), platform().pending_user());
    put_into(user.id, tenant.id).expect(200);
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 3);
    put_into(user.id, tenant.id).expect(409);
    put_into(tenant.general_user.id, tenant.id).expect(409);
    admin().put(&format!("/v1/admin/user/{}", user.id), json!({"status": 1, "businessId": null})).expect(200);
    assert_eq!(row(user.id)["businessId"], tenant.id, "its business stays");
}

#[test]
fn a_business_that_is_unknown_or_not_approved_is_a_fault_of_the_field() {
    let user = platform().pending_user();
    for business in [pending_business(), 999_999_999, 0] {
        let refused = admin().post("/v1/admin/user", Person::general().with("businessId", business).body());
        assert_eq!(refused.expect(422).faults(), ["businessId"], "{business}");
        assert_eq!(put_into(user.id, business).expect(422).faults(), ["businessId"], "{business}");
    }
    assert_eq!(row(user.id)["status"], 0, "nothing has changed");
}

#[test]
fn the_row_is_looked_for_before_the_business_that_the_field_names() {
    put_into(999_999_999, 999_999_999).expect(404);
    put_into(Tenant::new().general_user.id, 999_999_999).expect(409);
}

#[test]
fn of_a_business_administrator_it_is_an_unknown_field() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    for business in [json!(other.id), json!("x"), json!(-1)] {
        let person = Person::general().with("businessId", business);
        let user = platform().sub_user(&tenant.business_admin, &person);
        assert_eq!(row(user.id)["businessId"], tenant.id);
    }
}

#[test]
fn whoever_was_put_into_a_business_cannot_be_approved_for_another() {
    let user = platform().approved_user();
    let application = json!({"name": unique("business"), "introduce": "", "objective": "", "scale": ""});
    let id = user.post("/v1/business", application).expect(200).id();
    put_into(user.id, Tenant::new().id).expect(200);
    admin().put(&format!("/v1/business/id/{id}"), json!({"status": 1, "comment": ""})).expect(409);
    user.get(&format!("/v1/business/id/{id}")).expect(200);
}
