//! `/v1/business`: Business Management 1–4.

mod approval;

use harness::{Answer, Person, Tenant, User, admin, platform, unique};
use serde_json::{Value, json};

fn application(name: &str) -> Value {
    json!({"name": name, "introduce": "cameras", "objective": "safety", "scale": "2 clusters"})
}

fn apply(user: &User, name: &str) -> Answer {
    user.post("/v1/business", application(name))
}

fn audit(id: u64, status: u8) -> Answer {
    admin().put(&format!("/v1/business/id/{id}"), json!({"status": status, "comment": format!("audited as {status}")}))
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.rows().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn whoever_asks_for_a_business_finds_it_pending() {
    let (user, name) = (platform().approved_user(), unique("business"));
    let id = apply(&user, &name).expect(200).id();
    let shown = user.get(&format!("/v1/business/id/{id}")).expect(200);
    let mut expected = application(&name);
    expected["id"] = json!(id);
    expected["userId"] = json!(user.id);
    expected["comment"] = json!("");
    expected["status"] = json!(0);
    expected["createTime"] = shown.data()["createTime"].clone();
    expected["updateTime"] = shown.data()["updateTime"].clone();
    assert_eq!(shown.data(), &expected);
    assert!(shown.data()["createTime"].as_u64().unwrap() > 1_600_000_000);
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 1, "asking alone gives no role");
}

#[test]
fn an_application_names_all_its_faults() {
    let user = platform().approved_user();
    let refused = user.post("/v1/business", json!({})).expect(422);
    assert_eq!(refused.faults(), ["name", "introduce", "objective", "scale"]);
    for name in ["", "  ", &"x".repeat(65)] {
        assert_eq!(apply(&user, name).expect(422).faults(), ["name"], "{name:?}");
    }
    let empty = json!({"name": "字".repeat(64), "introduce": "", "objective": "", "scale": ""});
    user.post("/v1/business", empty).expect(200);
}

#[test]
fn only_somebody_who_wants_to_administer_may_ask() {
    let person = Person::general();
    let id = harness::anonymous().post("/v1/user", person.body()).expect(200).id();
    admin().put(&format!("/v1/admin/user/{id}"), json!({"status": 1})).expect(200);
    let general = platform().log_in(person.name());
    general.post("/v1/business", application(&unique("business"))).expect(403);
}

#[test]
fn one_application_waits_at_a_time() {
    let user = platform().approved_user();
    let id = apply(&user, &unique("business")).expect(200).id();
    apply(&user, &unique("business")).expect(409);
    audit(id, 2).expect(200);
    apply(&user, &unique("business")).expect(200);
}

#[test]
fn a_name_is_taken_until_its_application_is_disapproved() {
    let (first, second, name) = (platform().approved_user(), platform().approved_user(), unique("business"));
    let id = apply(&first, &name).expect(200).id();
    assert!(apply(&second, &name).expect(409).message().contains("name"));
    audit(id, 2).expect(200);
    let second_id = apply(&second, &name).expect(200).id();
    assert!(audit(id, 1).expect(409).message().contains("name"), "the first cannot be approved any more");
    audit(second_id, 1).expect(200);
}

#[test]
fn default_is_no_name_of_a_business() {
    apply(&platform().approved_user(), "default").expect(409);
}

#[test]
fn approval_makes_the_namespace_and_the_administrator() {
    let user = platform().approved_user();
    let id = apply(&user, &unique("business")).expect(200).id();
    audit(id, 1).expect(200);
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 3);
    let namespaces = platform().center.objects("namespaces", "").unwrap();
    assert!(namespaces.iter().any(|it| it["metadata"]["name"] == format!("ns{id}")), "at the center");
    let row = user.get(&format!("/v1/business/id/{id}")).expect(200);
    assert_eq!((&row.data()["status"], &row.data()["comment"]), (&json!(1), &json!("audited as 1")));
}

#[test]
fn disapproval_leaves_the_applicant_without_a_business() {
    let user = platform().approved_user();
    let id = apply(&user, &unique("business")).expect(200).id();
    audit(id, 2).expect(200);
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 1);
    audit(id, 1).expect(200);
    assert_eq!(user.get("/v1/authorization").expect(200).data()["role"], 3, "it was approved after all");
}

#[test]
fn an_audit_moves_0_to_1_or_2_and_2_to_1_only() {
    let user = platform().approved_user();
    let id = apply(&user, &unique("business")).expect(200).id();
    audit(id, 2).expect(200);
    audit(id, 2).expect(409);
    audit(id, 1).expect(200);
    for status in [1, 2] {
        audit(id, status).expect(409);
    }
    for status in [0, 3, 4] {
        assert_eq!(audit(id, status).expect(422).faults(), ["status"]);
    }
}

#[test]
fn an_audit_has_a_status_and_a_comment_that_may_be_empty() {
    let id = apply(&platform().approved_user(), &unique("business")).expect(200).id();
    let path = format!("/v1/business/id/{id}");
    assert_eq!(admin().put(&path, json!({})).expect(422).faults(), ["status", "comment"]);
    admin().put(&path, json!({"status": 2, "comment": ""})).expect(200);
}

#[test]
fn a_business_that_is_not_there_is_not_found() {
    audit(999_999_999, 1).expect(404);
    admin().get("/v1/business/id/999999999").expect(404);
    admin().get("/v1/business/id/0").expect(422);
    admin().get("/v1/business/id/x").expect(422);
}

#[test]
fn tenants_see_their_own_business_and_no_other() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    for member in [&tenant.business_admin, &tenant.general_user] {
        let list = member.get("/v1/business").expect(200);
        assert_eq!((names(&list), list.total()), (vec![tenant.name.as_str()], 1));
        member.get(&format!("/v1/business/id/{}", other.id)).expect(404);
    }
    let row = admin().get(&format!("/v1/business?name={}", other.name)).expect(200);
    assert_eq!(row.rows()[0]["userId"], other.business_admin.id);
    assert!(row.rows()[0].get("introduce").is_none(), "the list is the short form");
}

#[test]
fn applicants_see_all_they_ever_asked_for() {
    let user = platform().approved_user();
    let first = apply(&user, &unique("business")).expect(200).id();
    audit(first, 2).expect(200);
    let second = apply(&user, &unique("business")).expect(200).id();
    let list = |query: &str| {
        let list = user.get(&format!("/v1/business?{query}")).expect(200);
        list.rows().iter().map(|row| row["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(""), [first, second]);
    assert_eq!(list("order=desc"), [second, first]);
    assert_eq!(list("page=2&pageSize=1"), [second]);
}

#[test]
fn a_name_filter_is_a_literal_part_in_which_case_counts() {
    let tenant = Tenant::new();
    let found = |part: &str| {
        let list = tenant.business_admin.get(&format!("/v1/business?name={part}")).expect(200);
        list.total()
    };
    assert_eq!(found(&tenant.name[3..]), 1);
    assert_eq!(found("BUSINESS"), 0);
    assert_eq!(found("%25"), 0);
    assert_eq!(found("business_"), 0);
    admin().get("/v1/business?orderBy=name").expect(422);
}
