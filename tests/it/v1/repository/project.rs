//! `/v1/repository/project`.

use harness::{Answer, Client, unique};
use serde_json::json;

use super::{harbor, project, tenant};

fn create(by: &Client, name: &str) -> Answer {
    by.post("/v1/repository/project", json!({"projectName": name, "public": false}))
}

fn names(by: &Client, query: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/repository/project?{query}")).expect(200);
    list.rows().iter().map(|row| row["projectName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_project_is_listed_as_it_was_made() {
    let (tenant, _) = tenant();
    let name = project(&tenant, false);
    harbor().push(&format!("{name}/a"), &["1"]).unwrap();
    harbor().push(&format!("{name}/b/c"), &[]).unwrap();
    let list =
        tenant.business_admin.get(&format!("/v1/repository/project?projectName={name}&public=false")).expect(200);
    assert_eq!(list.total(), 1);
    let row = &list.rows()[0];
    assert_eq!((&row["projectName"], &row["public"], &row["imageCount"]), (&json!(name), &json!(false), &json!(2)));
    assert!(
        row["createTime"].as_u64().unwrap() > 1_600_000_000 && row["updateTime"].is_u64() && row["projectId"].is_u64()
    );
    assert_eq!(names(&tenant.business_admin, &format!("projectName={name}&public=true")), [""; 0]);
}

#[test]
fn projects_are_found_by_a_part_of_their_name_in_which_case_counts() {
    let (tenant, _) = tenant();
    let (by, part) = (&tenant.general_user, unique("part"));
    for name in ["a", "b", "c"] {
        create(by, &format!("{part}-{name}")).expect(200);
    }
    let all = ["a", "b", "c"].map(|name| format!("{part}-{name}"));
    assert_eq!(names(by, &format!("projectName={part}-")), all);
    assert_eq!(names(by, &format!("projectName={part}-&page=2&pageSize=2")), all[2..]);
    assert_eq!(names(by, &format!("projectName={part}-&pageSize=0")), all);
    assert_eq!(names(by, &format!("projectName={}-", part.to_uppercase())), [""; 0]);
    assert_eq!(names(by, "projectName=%25"), [""; 0]);
    for bad in ["public=yes", "page=0", "pageSize=-1"] {
        by.get(&format!("/v1/repository/project?{bad}")).expect(422);
    }
}

#[test]
fn what_harbor_does_not_accept_is_said_in_our_words() {
    let (tenant, _) = tenant();
    let name = project(&tenant, true);
    create(&tenant.general_user, &name).expect(409);
    create(&tenant.general_user, "Upper-Case").expect(400);
    create(&tenant.general_user, &"x".repeat(256)).expect(400);
    let refused = tenant.general_user.post("/v1/repository/project", json!({"public": "true"})).expect(422);
    assert_eq!(refused.faults(), ["projectName", "public"]);
}

#[test]
fn a_private_project_is_its_businesss_own() {
    let ((tenant, _), (other, _)) = (tenant(), tenant());
    let (private, public) = (project(&tenant, false), project(&tenant, true));
    assert_eq!(names(&other.general_user, &format!("projectName={private}")), [""; 0]);
    assert_eq!(names(&other.general_user, &format!("projectName={public}")), [public.as_str()]);
    other.general_user.get(&format!("/v1/repository/image?projectName={private}")).expect(403);
    harbor().push(&format!("{public}/web"), &["1"]).unwrap();
    assert_eq!(other.general_user.get(&format!("/v1/repository/image?projectName={public}")).expect(200).total(), 1);
    let images = json!({"imageName": [format!("{public}/web")]});
    other.general_user.delete_with("/v1/repository/image", images).expect(403);
}

#[test]
fn of_several_projects_those_go_that_can() {
    let (tenant, _) = tenant();
    let by = &tenant.business_admin;
    let part = unique("several");
    let id = |name: &str| create(by, &format!("{part}-{name}")).expect(200).id();
    let (empty, full) = (id("empty"), id("full"));
    harbor().push(&format!("{part}-full/web"), &["1"]).unwrap();
    let refused = by.delete_with("/v1/repository/project", json!({"projectId": [full, empty]})).expect(409);
    let failed = &refused.body()["errors"];
    assert_eq!((failed.as_array().unwrap().len(), &failed[0]["name"]), (1, &json!(full.to_string())));
    assert!(failed[0]["message"].as_str().unwrap().contains("not empty"));
    assert_eq!(names(by, &format!("projectName={part}-")), [format!("{part}-full")]);
    by.delete_with("/v1/repository/project", json!({"projectId": [empty]})).expect(403);
    assert_eq!(by.delete_with("/v1/repository/project", json!({"projectId": []})).expect(422).faults(), ["projectId"]);
}
