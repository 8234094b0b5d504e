//! `/v1/repository/image`, and their tags.

use harness::{Answer, Client, platform};
use serde_json::json;

use super::{harbor, project, tenant};

fn images(by: &Client, query: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/repository/image?{query}")).expect(200);
    list.rows().iter().map(|row| row["imageName"].as_str().unwrap().to_owned()).collect()
}

fn tags(by: &Client, query: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/repository/image/tag?{query}")).expect(200);
    list.rows().iter().map(|row| row["tag"].as_str().unwrap().to_owned()).collect()
}

fn delete_tags(by: &Client, image: &str, tags: &[&str]) -> Answer {
    by.delete_with("/v1/repository/image/tag", json!({"imageName": image, "tag": tags}))
}

#[test]
fn an_image_is_listed_with_where_it_is_pulled_from() {
    let (tenant, _) = tenant();
    let project = project(&tenant, true);
    let image = format!("{project}/team/web");
    harbor().push(&image, &["1"]).unwrap();
    let list = tenant.general_user.get(&format!("/v1/repository/image?projectName={project}")).expect(200);
    let row = &list.rows()[0];
    let domain = platform().harbor.url().replace("http://", "");
    let expected = json!({
        "projectName": project, "public": true, "imageName": image, "imageAddress": format!("{domain}/{image}"),
        "createTime": row["createTime"], "updateTime": row["updateTime"],
    });
    assert_eq!((row, list.total()), (&expected, 1));
    assert!(row["createTime"].as_u64().unwrap() > 1_600_000_000);
    let list = tenant.general_user.get(&format!("/v1/repository/image/tag?imageName={image}")).expect(200);
    assert_eq!(list.rows()[0]["imageAddress"], format!("{domain}/{image}"));
}

#[test]
fn images_are_sorted_filtered_and_cut() {
    let (tenant, _) = tenant();
    let (project, by) = (project(&tenant, false), &tenant.business_admin);
    let all: Vec<String> = (0..12).map(|at| format!("{project}/web-{at:02}")).collect();
    for image in &all {
        harbor().push(image, &["1"]).unwrap();
    }
    let newest: Vec<String> = all.iter().rev().cloned().collect();
    let query = format!("projectName={project}");
    assert_eq!(images(by, &query), newest[..10]);
    assert_eq!(images(by, &format!("{query}&order=asc&pageSize=0")), all);
    assert_eq!(images(by, &format!("{query}&page=2&pageSize=5&order=asc")), all[5..10]);
    assert_eq!(images(by, &format!("{query}&imageName=b-1&order=asc")), all[10..]);
    assert_eq!(images(by, &format!("{query}&imageName={project}/web-03")), all[3..4]);
    for nothing in ["WEB", "%25", "~", "a,b", "[a"] {
        assert_eq!(images(by, &format!("{query}&imageName={nothing}")), [""; 0], "{nothing}");
    }
    for bad in ["", "projectName=a/b", "projectName=a&orderBy=name", "projectName=a&order=up"] {
        by.get(&format!("/v1/repository/image?{bad}")).expect(422);
    }
    by.get("/v1/repository/image?projectName=not-there").expect(403);
}

#[test]
fn a_large_list_is_walked() {
    let (tenant, _) = tenant();
    let (project, by) = (project(&tenant, false), &tenant.business_admin);
    for at in 0..230 {
        harbor().push(&format!("{project}/web-{at:03}"), &[]).unwrap();
        harbor().push(&format!("{project}/tagged"), &[&format!("v{at:03}")]).unwrap();
    }
    let query = format!("projectName={project}&order=asc");
    assert_eq!(images(by, &format!("{query}&pageSize=0")).len(), 231);
    let page = images(by, &format!("{query}&page=2&pageSize=150"));
    assert_eq!((page.len(), page[0].as_str()), (81, format!("{project}/web-149").as_str()));
    let list = by.get(&format!("/v1/repository/image/tag?imageName={project}/tagged&page=23")).expect(200);
    assert_eq!((list.total(), list.rows().len(), &list.rows()[9]["tag"]), (230, 10, &json!("v000")));
}

#[test]
fn tags_are_listed_newest_first_and_artifacts_without_one_do_not_count() {
    let (tenant, _) = tenant();
    let (project, by) = (project(&tenant, false), &tenant.general_user);
    let image = format!("{project}/team/web");
    for artifact in [&["1.0", "old"][..], &[], &["1.1"]] {
        harbor().push(&image, artifact).unwrap();
    }
    let query = format!("imageName={image}");
    assert_eq!(tags(by, &query), ["1.1", "old", "1.0"]);
    assert_eq!(tags(by, &format!("{query}&page=2&pageSize=2")), ["1.0"]);
    by.get(&format!("/v1/repository/image/tag?imageName={project}/missing")).expect(404);
    by.get("/v1/repository/image/tag?imageName=not-there/web").expect(403);
    for bad in ["", "imageName=web", "imageName=a/../b", "imageName=/web"] {
        assert_eq!(by.get(&format!("/v1/repository/image/tag?{bad}")).expect(422).faults(), ["imageName"], "{bad}");
    }
}

#[test]
fn a_tag_goes_alone() {
    let (tenant, _) = tenant();
    let (project, by) = (project(&tenant, false), &tenant.general_user);
    let image = format!("{project}/team/web");
    harbor().push(&image, &["1.0", "latest", "kept"]).unwrap();
    harbor().make_immutable(&image, "kept");
    delete_tags(by, &image, &["1.0", "gone"]).expect(200);
    assert_eq!(tags(by, &format!("imageName={image}")), ["kept", "latest"]);
    delete_tags(by, &image, &["1.0", "gone"]).expect(404);
    let refused = delete_tags(by, &image, &["gone", "kept", "latest"]).expect(409);
    assert_eq!(refused.body()["errors"].as_array().unwrap().len(), 1);
    assert_eq!(refused.body()["errors"][0]["name"], "kept");
    assert_eq!(tags(by, &format!("imageName={image}")), ["kept"]);
}

#[test]
fn of_several_images_those_go_that_can() {
    let (tenant, _) = tenant();
    let (project, by) = (project(&tenant, false), &tenant.general_user);
    let [kept, web, api] = ["kept", "web", "team/api"].map(|name| format!("{project}/{name}"));
    for image in [&kept, &web, &api] {
        harbor().push(image, &["1"]).unwrap();
    }
    harbor().make_immutable(&kept, "1");
    let all = json!({"imageName": [web, kept, api, "not-there/web"]});
    let refused = by.delete_with("/v1/repository/image", all.clone()).expect(409);
    let failed: Vec<&str> =
        refused.body()["errors"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(failed, [kept.as_str(), "not-there/web"]);
    assert_eq!(images(by, &format!("projectName={project}")), [kept.as_str()]);
    by.delete_with("/v1/repository/image", json!({"imageName": [web, api]})).expect(404);
    assert_eq!(
        by.delete_with("/v1/repository/image", json!({"imageName": ["x"]})).expect(422).faults(),
        ["imageName[0]"]
    );
}

#[test]
fn a_project_whose_name_is_a_number_is_found_by_its_name() {
    let (tenant, _) = tenant();
    let name = format!("{}", 7_000_000 + harness::number());
    let project = json!({"projectName": name, "public": false});
    tenant.general_user.post("/v1/repository/project", project).expect(200);
    harbor().push(&format!("{name}/web"), &["1"]).unwrap();
    assert_eq!(images(&tenant.general_user, &format!("projectName={name}")), [format!("{name}/web")]);
    assert_eq!(tags(&tenant.general_user, &format!("imageName={name}/web")), ["1"]);
}
