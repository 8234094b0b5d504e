//! `/v1/authorization`: User Management 1, 2, 9, 10.

use harness::{PASSWORD, Person, Setup, Tenant, User, admin, anonymous, on_spin, platform};
use serde_json::json;

fn role(user: &User) -> u64 {
    user.get("/v1/authorization").expect(200).data()["role"].as_u64().unwrap()
}

fn set_status(user: &User, status: u8) {
    admin().put(&format!("/v1/admin/user/{}", user.id), json!({"status": status})).expect(200);
}

fn log_in(user: &str, password: &str) -> harness::Answer {
    anonymous().post("/v1/authorization", json!({"user": user, "password": password}))
}

#[test]
fn whoever_logs_in_is_told_who_it_is_and_what_the_platform_does() {
    let told = admin().get("/v1/authorization").expect(200);
    let expected = json!({
        "displayName": "admin", "hasRepoAccount": false, "role": 4, "privateProject": false,
        "enableIngress": false, "enableAlert": false, "enableAdminAutoDeploy": true,
    });
    assert_eq!(told.data(), &expected);
}

#[test]
fn whoever_has_a_token_costs_one_statement() {
    if on_spin() {
        return;
    }
    let platform = Setup::new("one-statement").logging_statements().start();
    let admin = platform.admin();
    let cost = || {
        let before = platform.statements("user");
        admin.get("/v1/authorization").expect(200);
        platform.statements("user") - before
    };
    // A new instance looks at the schema first, and one that is not asked for a second ends.
    let costs: Vec<usize> = (0..5).map(|_| cost()).collect();
    assert_eq!(costs.iter().min(), Some(&1), "{costs:?}");
}

#[test]
fn roles_follow_from_approval_and_business() {
    let user = platform().pending_user();
    assert_eq!(role(&user), 0, "registered");
    set_status(&user, 1);
    assert_eq!(role(&user), 1, "approved");
    let tenant = Tenant::new();
    assert_eq!(role(&tenant.business_admin), 3);
    assert_eq!(role(&tenant.general_user), 2);
    let administrator = platform().sub_user(&tenant.business_admin, &Person::administrator());
    assert_eq!(role(&administrator), 3, "a sub-user with `isAdmin`");
}

#[test]
fn sub_users_of_a_system_administrator_belong_to_the_platform() {
    assert_eq!(role(&platform().sub_user(admin(), &Person::administrator())), 4);
    assert_eq!(role(&platform().sub_user(admin(), &Person::general())), 2);
}

#[test]
fn a_user_who_waits_sees_nothing_but_its_own_authorization() {
    let user = platform().pending_user();
    assert_eq!(role(&user), 0);
    user.get("/v1/admin/user").expect(403);
}

#[test]
fn a_wrong_user_and_a_wrong_password_are_answered_alike() {
    let user = platform().pending_user();
    let wrong_password = log_in(&user.name, "Wr0ng-passw0rd").expect(401);
    let wrong_user = log_in("nobody-of-this-name", PASSWORD).expect(401);
    assert_eq!(wrong_password.body(), wrong_user.body());
}

#[test]
fn a_login_names_what_it_lacks() {
    let empty = anonymous().post("/v1/authorization", json!({})).expect(422);
    assert_eq!(empty.faults(), ["user", "password"]);
    let numbers = anonymous().post("/v1/authorization", json!({"user": 1, "password": null})).expect(422);
    assert_eq!(numbers.faults(), ["user", "password"]);
}

#[test]
fn a_login_ignores_the_token_that_comes_with_it() {
    let user = platform().pending_user();
    let login = json!({"user": user.name, "password": PASSWORD});
    anonymous().with_token("expired").post("/v1/authorization", login).expect(200);
}

#[test]
fn a_status_other_than_pending_and_approved_shuts_a_user_out_until_it_changes() {
    let user = platform().approved_user();
    for status in [2, 3] {
        set_status(&user, status);
        user.get("/v1/authorization").expect(403);
        log_in(&user.name, PASSWORD).expect(403);
        log_in(&user.name, "Wr0ng-passw0rd").expect(401);
    }
    set_status(&user, 1);
    assert_eq!(role(&user), 1, "the old token counts again");
    set_status(&user, 0);
    assert_eq!(role(&user), 0);
}

#[test]
fn logging_out_ends_the_token_at_once_and_no_other() {
    for path in ["/v1/authorization", "/v1/authorizations"] {
        let user = platform().pending_user();
        let elsewhere = platform().log_in(&user.name);
        user.delete(path).expect(200);
        user.get("/v1/authorization").expect(401);
        user.delete(path).expect(401);
        elsewhere.get("/v1/authorization").expect(200);
    }
}

#[test]
fn a_token_can_be_exchanged_and_stays_valid_itself() {
    let user = platform().pending_user();
    let exchanged = user.request("PUT", "/v1/authorization").send().expect(200);
    let token = exchanged.body()["token"].as_str().unwrap();
    assert_ne!(token, user.token());
    let fresh = anonymous().with_token(token);
    for client in [&fresh, &*user] {
        assert_eq!(client.get("/v1/authorization").expect(200).data()["displayName"], user.name.as_str());
    }
    user.delete("/v1/authorization").expect(200);
    user.request("PUT", "/v1/authorization").send().expect(401);
    fresh.get("/v1/authorization").expect(200);
    anonymous().request("PUT", "/v1/authorization").send().expect(401);
}

#[test]
fn whoever_is_forbidden_cannot_exchange_a_token() {
    let user = platform().pending_user();
    set_status(&user, 3);
    user.request("PUT", "/v1/authorization").send().expect(403);
}

#[test]
fn a_token_is_accepted_bare_and_as_bearer() {
    let token = admin().token();
    let accepted = [token.to_owned(), format!("Bearer {token}"), format!("bEARER   {token}")];
    for header in accepted {
        anonymous().with_token(header).get("/v1/authorization").expect(200);
    }
}

#[test]
fn anything_but_a_valid_token_is_refused() {
    let token = admin().token();
    let (content, _signature) = token.rsplit_once('.').unwrap();
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.";
    for header in ["", "x", "Bearer", &format!("Basic {token}"), &format!("{content}.AAAA"), unsigned] {
        anonymous().with_token(header).get("/v1/authorization").expect(401);
    }
    let refused = anonymous().get("/v1/authorization").expect(401);
    assert!(refused.message().contains("log in"), "it says what to do: {refused}");
}
