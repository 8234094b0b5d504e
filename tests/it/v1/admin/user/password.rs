//! `PUT /v1/admin/user/{id}/password`: User Management 6.

use harness::{Answer, Client, PASSWORD, Person, Tenant, admin, anonymous, platform};
use serde_json::json;

const NEW: &str = "N3w-password";

fn reset(by: &Client, id: u64) -> Answer {
    by.put(&format!("/v1/admin/user/{id}/password"), json!({"password": NEW}))
}

fn log_in(user: &str, password: &str) -> Answer {
    anonymous().post("/v1/authorization", json!({"user": user, "password": password}))
}

#[test]
fn a_reset_ends_all_tokens_and_the_old_password() {
    let user = platform().pending_user();
    reset(admin(), user.id).expect(200);
    user.get("/v1/authorization").expect(401);
    log_in(&user.name, PASSWORD).expect(401);
    log_in(&user.name, NEW).expect(200);
}

#[test]
fn a_business_administrator_resets_users_of_its_own_business_only() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    for stranger in [1, other.general_user.id, other.business_admin.id, 999_999_999] {
        reset(&tenant.business_admin, stranger).expect(404);
    }
    log_in(&other.general_user.name, PASSWORD).expect(200);
    reset(&tenant.business_admin, tenant.general_user.id).expect(200);
    log_in(&tenant.general_user.name, NEW).expect(200);
}

#[test]
fn nobody_resets_themselves_or_the_first_system_administrator() {
    let tenant = Tenant::new();
    reset(&tenant.business_admin, tenant.business_admin.id).expect(403);
    let other = platform().sub_user(admin(), &Person::administrator());
    reset(&other, other.id).expect(403);
    for by in [&other, admin()] {
        reset(by, 1).expect(403);
    }
    admin().get("/v1/authorization").expect(200);
}

#[test]
fn a_deleted_user_has_no_password_to_reset() {
    let user = platform().pending_user();
    admin().delete(&format!("/v1/admin/user/{}", user.id)).expect(200);
    reset(admin(), user.id).expect(404);
}
