//! `/v1/admin/user`: User Management 5–8, 11.

mod business;
mod deletion;
mod password;

use harness::{PASSWORD, Person, Tenant, User, admin, anonymous, platform};
use serde_json::{Value, json};

fn status_of(user: &User) -> u64 {
    row(user.id)["status"].as_u64().unwrap()
}

/// A user's row, as the system administrator sees it.
fn row(id: u64) -> Value {
    let all = admin().get("/v1/admin/user?pageSize=0").expect(200);
    all.rows().iter().find(|row| row["id"] == id).cloned().unwrap()
}

/// The values of a member, one of each row.
fn column(answer: &harness::Answer, name: &str) -> Vec<Value> {
    answer.rows().iter().map(|row| row[name].clone()).collect()
}

#[test]
fn a_row_has_all_that_is_documented_and_no_password() {
    let tenant = Tenant::new();
    let row = row(tenant.business_admin.id);
    assert_eq!(row["user"], tenant.business_admin.name.as_str());
    assert_eq!((&row["status"], &row["isAdmin"], &row["businessId"]), (&json!(1), &json!(true), &json!(tenant.id)));
    assert!(row["realName"].as_str().unwrap().starts_with("User "));
    assert!(row["phone"].as_str().unwrap().starts_with("+49"));
    assert!(row["createTime"].as_u64().unwrap() > 1_600_000_000, "seconds since the Unix epoch");
    assert!(row["updateTime"].as_u64() >= row["createTime"].as_u64());
    assert!(!row.to_string().to_lowercase().contains("password"));
}

#[test]
fn the_business_is_null_without_one_and_0_for_the_platform() {
    assert_eq!(row(1)["businessId"], 0);
    assert_eq!(row(1)["phone"], "", "the first system administrator has none");
    assert_eq!(row(platform().pending_user().id)["businessId"], Value::Null);
}

#[test]
fn a_business_administrator_sees_the_users_of_its_own_business_only() {
    let (tenant, _other) = (Tenant::new(), Tenant::new());
    let seen = tenant.business_admin.get("/v1/admin/user").expect(200);
    assert_eq!(column(&seen, "id"), [json!(tenant.business_admin.id), json!(tenant.general_user.id)]);
    assert_eq!(seen.total(), 2);
}

#[test]
fn users_are_sorted_by_id_or_name_either_way() {
    let tenant = Tenant::new();
    for name in ["zoe", "Bob"] {
        let name = harness::unique(name);
        platform().sub_user(&tenant.business_admin, &Person::general().with("user", name));
    }
    let listed = |query: &str, column_name: &str| {
        column(&tenant.business_admin.get(&format!("/v1/admin/user?{query}")).expect(200), column_name)
    };
    for key in ["id", "user_name"] {
        let member = if key == "id" { "id" } else { "user" };
        let ascending = listed(&format!("orderBy={key}"), member);
        let mut descending = listed(&format!("orderBy={key}&order=desc"), member);
        descending.reverse();
        assert_eq!(ascending, descending);
        assert!(
            ascending.is_sorted_by_key(|value| (value.as_u64(), value.as_str().map(str::to_owned))),
            "{ascending:?}"
        );
        assert_eq!(ascending.len(), 4);
    }
}

#[test]
fn lists_come_in_pages_with_the_total_of_all() {
    let tenant = Tenant::new();
    let page = |query: &str| {
        let page = tenant.business_admin.get(&format!("/v1/admin/user?{query}")).expect(200);
        assert_eq!(page.total(), 2, "{query}");
        column(&page, "id")
    };
    let both = page("");
    assert_eq!(page("page=1&pageSize=1"), both[..1]);
    assert_eq!(page("page=2&pageSize=1"), both[1..]);
    assert_eq!(page("page=3&pageSize=1"), [Value::Null; 0], "beyond the end");
    assert_eq!(page("pageSize=0"), both, "0 means all");
    assert_eq!(page("page=&pageSize="), both, "an empty value is absence");
    assert_eq!(page("page=9&page=1&unknown=x"), both, "the last of several counts, unknown ones do not");
}

#[test]
fn wrong_parameters_of_a_list_are_reported_together() {
    let refused = admin().get("/v1/admin/user?orderBy=phone&order=up&page=0&pageSize=1001").expect(422);
    let mut faults = refused.faults();
    faults.sort_unstable();
    assert_eq!(faults, ["order", "orderBy", "page", "pageSize"]);
    for query in ["page=1000001", "page=1.5", "page=x", "pageSize=-1"] {
        admin().get(&format!("/v1/admin/user?{query}")).expect(422);
    }
}

#[test]
fn an_audit_sets_any_status_from_any_and_may_be_repeated() {
    let user = platform().pending_user();
    for status in [1, 1, 2, 3, 0, 3, 1] {
        admin().put(&format!("/v1/admin/user/{}", user.id), json!({"status": status})).expect(200);
        assert_eq!(status_of(&user), status);
    }
}

#[test]
fn sub_users_can_be_audited_too() {
    let tenant = Tenant::new();
    let path = format!("/v1/admin/user/{}", tenant.general_user.id);
    admin().put(&path, json!({"status": 3})).expect(200);
    tenant.general_user.get("/v1/authorization").expect(403);
}

#[test]
fn an_audit_has_a_status_from_0_to_3() {
    let path = format!("/v1/admin/user/{}", platform().pending_user().id);
    for body in [json!({}), json!({"status": 4}), json!({"status": -1}), json!({"status": "1"}), json!({"status": 1.0})]
    {
        assert_eq!(admin().put(&path, body).expect(422).faults(), ["status"]);
    }
}

#[test]
fn nobody_audits_themselves_or_the_first_system_administrator() {
    let other = platform().sub_user(admin(), &Person::administrator());
    other.put(&format!("/v1/admin/user/{}", other.id), json!({"status": 1})).expect(403);
    other.put("/v1/admin/user/1", json!({"status": 3})).expect(403);
    admin().put("/v1/admin/user/1", json!({"status": 3})).expect(403);
}

#[test]
fn an_audit_of_nobody_is_not_found() {
    admin().put("/v1/admin/user/999999999", json!({"status": 1})).expect(404);
    for id in ["0", "-1", "x", "1.5", "99999999999999999999"] {
        admin().put(&format!("/v1/admin/user/{id}"), json!({"status": 1})).expect(422);
    }
}

#[test]
fn a_sub_user_is_approved_at_once_and_of_its_makers_business() {
    let tenant = Tenant::new();
    let row = row(tenant.general_user.id);
    assert_eq!((&row["status"], &row["businessId"], &row["isAdmin"]), (&json!(1), &json!(tenant.id), &json!(false)));
}

#[test]
fn a_sub_user_is_held_to_the_rules_of_users() {
    let refused = admin().post("/v1/admin/user", json!({})).expect(422);
    assert_eq!(refused.faults(), ["user", "password", "phone", "realName", "isAdmin"]);
    let known = Person::general();
    admin().post("/v1/admin/user", known.body()).expect(200);
    admin().post("/v1/admin/user", known.body()).expect(409);
    let login = json!({"user": known.name(), "password": PASSWORD});
    anonymous().post("/v1/authorization", login).expect(200);
}
