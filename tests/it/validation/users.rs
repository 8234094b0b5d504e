//! The group User.

use harness::{PASSWORD, Person, admin, anonymous, number, platform};
use serde_json::json;

use super::Kind::{Flag, Number, OptionalId, Strict, Text};
use super::{Endpoint, Field, INJECTIONS, ORDER, PAGE, PAGE_SIZE, check_id, check_query};

const PASSWORD_FIELD: Field = (
    "password",
    Strict,
    &["Short-1", "lower-case-1", "UPPER-CASE-1", "No-digit-here", "Aa3456789012345678901", "ÄÖÜäöü１２３"],
    &["Aa345678", "Aa345678901234567890", "Aa1 😀😀😀😀"],
);

const NEW_USER: &[Field] = &[
    ("user", Strict, &["x", "two words", "ümlaut", "a/b", "a@b", "аdmin"], &[]),
    PASSWORD_FIELD,
    ("phone", Strict, &["1234", "1234567890123456", "+1234", "++12345", "12 345", "12345+", "１２３４５", "1e10"], &[]),
    ("realName", Text(50), &[], &["O'Neill; DROP TABLE user", "字", "<b>"]),
    ("isAdmin", Flag, &[], &[]),
];

#[test]
fn a_registration() {
    let client = anonymous();
    let body = || Person::general().body();
    Endpoint {
        client: &client,
        method: "POST",
        path: "/v1/user".to_owned(),
        body: &body,
        accepted: &[200],
        fields: NEW_USER,
    }
    .check();
}

#[test]
fn names_and_phones_reach_to_their_bounds() {
    let number = number();
    let names = [format!("{number:x<2}"), format!("{number:x<50}"), format!(".{number}"), format!("_-{number}")];
    let phones = [format!("{number:0>5}"), format!("+{number:0>15}"), format!("{number:0>15}")];
    for name in names {
        anonymous().post("/v1/user", Person::general().with("user", name).body()).expect(200);
    }
    for phone in phones {
        anonymous().post("/v1/user", Person::general().with("phone", phone).body()).expect(200);
    }
}

#[test]
fn a_sub_user() {
    let body = || Person::general().body();
    let fields: &[Field] =
        &[NEW_USER[0], NEW_USER[1], NEW_USER[2], NEW_USER[3], NEW_USER[4], ("businessId", OptionalId, &[], &[])];
    let path = "/v1/admin/user".to_owned();
    Endpoint { client: admin(), method: "POST", path, body: &body, accepted: &[200], fields }.check();
}

#[test]
fn a_login() {
    let client = anonymous();
    let body = || json!({"user": harness::unique("nobody"), "password": PASSWORD});
    let fields: &[Field] =
        &[("user", Text(1000), &[], &INJECTIONS), ("password", Text(1000), &[], &["x'; DROP TABLE user; --"])];
    let path = "/v1/authorization".to_owned();
    Endpoint { client: &client, method: "POST", path, body: &body, accepted: &[401], fields }.check();
}

#[test]
fn a_change_of_ones_own_password() {
    let user = platform().pending_user();
    let body = || json!({"oldPassword": "Wr0ng-passw0rd", "password": PASSWORD});
    let fields: &[Field] = &[("oldPassword", Text(1000), &[], &[]), PASSWORD_FIELD];
    let path = "/v1/user".to_owned();
    Endpoint { client: &user, method: "PUT", path, body: &body, accepted: &[403], fields }.check();
}

#[test]
fn a_reset() {
    let path = format!("/v1/admin/user/{}/password", platform().pending_user().id);
    let body = || json!({"password": PASSWORD});
    let fields: &[Field] = &[PASSWORD_FIELD];
    Endpoint { client: admin(), method: "PUT", path, body: &body, accepted: &[200], fields }.check();
    check_id(admin(), "PUT", "/v1/admin/user/{id}/password", &body());
}

#[test]
fn an_audit() {
    let path = format!("/v1/admin/user/{}", platform().pending_user().id);
    let body = || json!({"status": 1});
    let fields: &[Field] = &[("status", Number(0, 3), &[], &[]), ("businessId", OptionalId, &[], &[])];
    Endpoint { client: admin(), method: "PUT", path, body: &body, accepted: &[200], fields }.check();
    check_id(admin(), "PUT", "/v1/admin/user/{id}", &body());
}

#[test]
fn a_deletion() {
    check_id(admin(), "DELETE", "/v1/admin/user/{id}", &json!({}));
}

#[test]
fn the_list() {
    let order_by = ("orderBy", &["user", "ID", "phone", "id,user_name", "id; --"][..], &["id", "user_name", ""][..]);
    check_query(admin(), "/v1/admin/user", &[order_by, ORDER, PAGE, PAGE_SIZE]);
}
