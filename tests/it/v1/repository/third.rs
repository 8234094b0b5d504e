//! `/v1/repository/third`: external repositories, which need no Harbor.

use harness::{Client, Tenant, admin, small_application, unique, with};
use serde_json::{Value, json};

use crate::v1::deploy::until_status;

const PATH: &str = "/v1/repository/third";
const SECRET: &str = "the-password-of-a-registry";

fn external(name: &str) -> Value {
    json!({"repositoryId": name, "address": "registry.example.com:5000/team", "user": "puller", "password": SECRET})
}

fn names(by: &Client, query: &str) -> Vec<String> {
    let list = by.get(&format!("{PATH}?{query}")).expect(200);
    list.rows().iter().map(|row| row["repositoryId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_record_is_shown_without_its_password() {
    let tenant = Tenant::new();
    let id = tenant.general_user.post(PATH, external("repo1")).expect(200).id();
    let shown = tenant.business_admin.get(&format!("{PATH}/repo1")).expect(200);
    let expected = json!({
        "id": id, "repositoryId": "repo1", "address": "registry.example.com:5000/team", "user": "puller",
        "createTime": shown.data()["createTime"], "updateTime": shown.data()["updateTime"],
    });
    assert_eq!(shown.data(), &expected);
    let listed = tenant.business_admin.get(PATH).expect(200);
    assert_eq!((listed.rows(), listed.total()), (&[expected][..], 1));
}

#[test]
fn fields_keep_their_rules() {
    let tenant = Tenant::new();
    let by = &tenant.general_user;
    let refused = by.post(PATH, json!({})).expect(422);
    assert_eq!(refused.faults(), ["repositoryId", "address", "user", "password"]);
    for address in ["", "two words", "ftp://x", "user@host", "host:0", &"x".repeat(501)] {
        let body = with(external("repo1"), json!({"address": address}));
        assert_eq!(by.post(PATH, body).expect(422).faults(), ["address"], "{address}");
    }
    let body = with(external("repo1"), json!({"password": [SECRET]}));
    assert!(!by.post(PATH, body).expect(422).body().to_string().contains(SECRET));
}

#[test]
fn names_are_unique_in_a_business_and_seen_by_it_alone() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let name = unique("repo");
    tenant.general_user.post(PATH, external(&name)).expect(200);
    tenant.general_user.post(PATH, external(&name)).expect(409);
    other.general_user.get(&format!("{PATH}/{name}")).expect(404);
    other.general_user.delete_with(PATH, json!({"repositoryId": [name]})).expect(404);
    other.general_user.post(PATH, external(&name)).expect(200);
    assert_eq!(names(&other.general_user, "pageSize=0"), [name.as_str()]);
    assert!(
        names(admin(), "pageSize=0").iter().filter(|it| **it == name).count() == 2,
        "a system administrator sees all"
    );
    admin().get(&format!("{PATH}/{name}")).expect(404);
}

#[test]
fn records_are_sorted_cut_and_deleted_all_or_none() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    for name in ["b", "a", "c/d e"] {
        by.post(PATH, external(name)).expect(200);
    }
    assert_eq!(names(by, ""), ["b", "a", "c/d e"]);
    assert_eq!(names(by, "order=desc&pageSize=2"), ["c/d e", "a"]);
    by.get(&format!("{PATH}?orderBy=name")).expect(422);
    by.get(&format!("{PATH}/c%2Fd%20e")).expect(200);
    let refused = by.delete_with(PATH, json!({"repositoryId": ["a", "nowhere"]})).expect(404);
    assert!(refused.message().contains("nowhere"));
    by.delete_with(PATH, json!({"repositoryId": ["a", "c/d e", "a"]})).expect(200);
    assert_eq!(names(by, ""), ["b"]);
    by.post(PATH, external("a")).expect(200);
}

#[test]
fn an_application_names_a_record_of_its_own_business() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let (by, name) = (&tenant.general_user, unique("repo"));
    tenant.general_user.post(PATH, external(&name)).expect(200);
    let body = with(small_application("web"), json!({"repositoryId": name}));
    let id = by.post("/v1/app", body.clone()).expect(200).id();
    assert_eq!(by.get(&format!("/v1/app/{id}")).expect(200).data()["repositoryId"], name);
    assert_eq!(other.general_user.post("/v1/app", body.clone()).expect(422).faults(), ["repositoryId"]);
    let worse = with(body, json!({"repositoryId": "of-nobody", "maxSurge": -1}));
    assert_eq!(by.post("/v1/app", worse).expect(422).faults().len(), 2, "all faults together");
}

#[test]
fn a_version_that_needs_a_records_credentials_is_not_deployed() {
    let tenant = Tenant::new();
    let (by, name) = (&tenant.business_admin, unique("repo"));
    by.post(PATH, external(&name)).expect(200);
    let version = by.create_application(with(small_application("web"), json!({"repositoryId": name})));
    let body = json!({"deployName": "web", "appName": "web", "version": version, "cluster": "all", "comment": ""});
    assert!(by.post("/v1/deploy", body).expect(409).message().contains("external repository"));
    let plain = by.create_application(small_application("web"));
    let id = by.deploy("web", &plain, harness::fleet::BEIJING);
    until_status(by, id, &[5]);
    by.post(&format!("/v1/deploy/id/{id}"), json!({"version": version})).expect(409);
}

#[test]
fn what_the_examples_mistype_is_no_route() {
    let tenant = Tenant::new();
    tenant.general_user.post("/v1/repository", external("repo1")).expect(404);
    tenant.general_user.delete_with("/v1/repository", json!({"repositoryId": ["repo1"]})).expect(404);
}
