//! `/v1/repository/user`: the account of a business.

use harness::{Answer, Client, Tenant, unique};
use serde_json::json;
use sim::faults::{Effect, Fault};

use super::{ACCOUNT, harbor, project, tenant};

fn create(by: &Client, user: &str, password: &str) -> Answer {
    by.post("/v1/repository/user", json!({"user": user, "password": password}))
}

fn change(by: &Client, password: &str) -> Answer {
    by.put("/v1/repository/user", json!({"password": password}))
}

#[test]
fn a_business_has_one_account() {
    let (tenant, name) = tenant();
    assert_eq!(harbor().password(&name).as_deref(), Some(ACCOUNT));
    for member in [&tenant.business_admin, &tenant.general_user] {
        assert_eq!(member.get("/v1/authorization").expect(200).data()["hasRepoAccount"], true);
        create(member, &unique("account"), ACCOUNT).expect(409);
    }
}

#[test]
fn without_an_account_the_answer_says_how_to_make_one() {
    let tenant = Tenant::new();
    let by = &tenant.general_user;
    let answers = [
        by.get("/v1/repository/project"),
        by.get("/v1/repository/image?projectName=library"),
        by.get("/v1/repository/image/tag?imageName=library/nginx"),
        by.post("/v1/repository/project", json!({"projectName": "x", "public": true})),
        by.delete_with("/v1/repository/project", json!({"projectId": [1]})),
        by.delete_with("/v1/repository/image", json!({"imageName": ["library/nginx"]})),
        change(by, ACCOUNT),
    ];
    for answer in answers {
        assert!(answer.expect(409).message().contains("POST /v1/repository/user"));
    }
}

#[test]
fn names_and_passwords_keep_harbors_rules() {
    let tenant = Tenant::new();
    for name in ["a,b", "a~b", "a#b", "a$b", "a%b", "a:b", " ", &"x".repeat(256)] {
        assert_eq!(create(&tenant.general_user, name, ACCOUNT).expect(422).faults(), ["user"], "{name}");
    }
    for password in
        ["Short1", "no-upper-case-1", "NO-LOWER-CASE-1", "No-digit-at-all", &format!("Aa1{}", "x".repeat(126))]
    {
        let refused = create(&tenant.general_user, "somebody", password).expect(422);
        assert_eq!(refused.faults(), ["password"], "{password}");
        assert!(!refused.body().to_string().contains(password), "{password} is shown");
    }
    let refused = tenant.general_user.post("/v1/repository/user", json!({})).expect(422);
    assert_eq!(refused.faults(), ["user", "password"]);
}

#[test]
fn somebody_elses_name_is_taken_and_no_password_of_theirs_is_tried() {
    let ((_, taken), other) = (tenant(), Tenant::new());
    for name in [taken.as_str(), "admin"] {
        create(&other.business_admin, name, ACCOUNT).expect(409);
    }
    assert_eq!(harbor().password(&taken).as_deref(), Some(ACCOUNT));
    assert_eq!(other.business_admin.get("/v1/authorization").expect(200).data()["hasRepoAccount"], false);
}

#[test]
fn a_creation_whose_answer_was_lost_completes_when_it_is_repeated() {
    let (tenant, name) = (Tenant::new(), unique("account"));
    // Other tests make users too: whose answer is lost does not matter, all repeat.
    harbor().traffic().order(Fault::new("^POST /api/v2.0/users", Effect::DropAfter).unwrap());
    let first = create(&tenant.business_admin, &name, ACCOUNT);
    if first.status() != 200 {
        first.expect(502);
        create(&tenant.business_admin, &name, "Another-Passw0rd").expect(200);
        assert_eq!(harbor().password(&name).as_deref(), Some("Another-Passw0rd"), "the one asked for last");
    }
}

#[test]
fn a_password_is_changed_at_harbor_and_here() {
    let (tenant, name) = tenant();
    change(&tenant.general_user, "Changed-Passw0rd").expect(200);
    assert_eq!(harbor().password(&name).as_deref(), Some("Changed-Passw0rd"));
    project(&tenant, false);
    change(&tenant.general_user, "Changed-Passw0rd").expect(200);
    assert_eq!(change(&tenant.general_user, "short").expect(422).faults(), ["password"]);
}

#[test]
fn a_password_that_was_changed_behind_our_back_is_mended_by_telling_it() {
    let (tenant, name) = tenant();
    let (project, by) = (project(&tenant, true), &tenant.general_user);
    harbor().push(&format!("{project}/web"), &["1"]).unwrap();
    harbor().set_password(&name, "Behind-Our-Back-1");
    let paths = [
        "/v1/repository/project".to_owned(),
        format!("/v1/repository/image?projectName={project}"),
        format!("/v1/repository/image/tag?imageName={project}/web"),
    ];
    for path in paths {
        assert!(by.get(&path).expect(409).message().contains("PUT /v1/repository/user"), "{path}");
    }
    let images = json!({"imageName": [format!("{project}/web"), format!("{project}/other")]});
    by.delete_with("/v1/repository/image", images).expect(409);
    change(by, "Neither-0f-them").expect(409);
    change(by, "Behind-Our-Back-1").expect(200);
    assert_eq!(by.get(&format!("/v1/repository/image?projectName={project}")).expect(200).total(), 1);
}

#[test]
fn somebody_elses_wrong_password_keeps_nobody_out() {
    let (tenant, name) = tenant();
    let project = project(&tenant, false);
    harbor().freeze(&name);
    let list = tenant.general_user.get(&format!("/v1/repository/project?projectName={project}")).expect(200);
    assert_eq!(list.total(), 1);
    harbor().freeze(&name);
    tenant.general_user.get(&format!("/v1/repository/image?projectName={project}")).expect(200);
}
