//! Repositories, tags and robots, and what ordinary users may.

use super::*;

fn with_project() -> TestHarbor {
    let harbor = TestHarbor::start();
    for name in ["alice", "bob"] {
        harbor.create_user(name, &format!("{name}@example.com"));
    }
    harbor.create_project("shop", USER);
    harbor.harbor.push("shop/team/web", &["1.0", "latest"]).unwrap();
    harbor
}

const BOB: Option<(&str, &str)> = Some(("bob", "Secret123"));
const WEB: &str = "/projects/shop/repositories/team%252Fweb";

fn code(harbor: &TestHarbor, method: &str, path: &str, who: Option<(&str, &str)>) -> u16 {
    harbor.ask(method, path, who, &Value::Null).code
}

#[test]
fn a_private_project_is_its_owners() {
    let harbor = with_project();
    for path in ["/projects/shop", "/projects/shop/repositories", WEB, &format!("{WEB}/artifacts")] {
        let codes = [USER, ADMIN, BOB, NOBODY].map(|who| code(&harbor, "GET", path, who));
        assert_eq!(codes, [200, 200, 403, 401], "{path}");
    }
    for path in [WEB.to_owned(), format!("{WEB}/artifacts/latest/tags/latest"), "/projects/shop".to_owned()] {
        assert_eq!([BOB, NOBODY].map(|who| code(&harbor, "DELETE", &path, who)), [403, 401], "{path}");
    }
    assert_eq!([USER, ADMIN].map(|who| code(&harbor, "GET", "/projects/gone", who)), [403, 404]);
}

#[test]
fn an_id_is_a_name_only_with_the_header() {
    let harbor = with_project();
    harbor.create_project("1", USER);
    assert_eq!(harbor.get("/projects/1", USER).body["name"], "library");
    let url = format!("{}/api/v2.0/projects/1", harbor.harbor.url());
    let basic = format!("Basic {}", STANDARD.encode("alice:Secret123"));
    let mut answer =
        harbor.agent.get(&url).header("authorization", basic).header("x-is-resource-name", "true").call().unwrap();
    let body: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(body["name"], "1");
}

#[test]
fn repositories_are_filtered_and_sorted() {
    let harbor = with_project();
    harbor.harbor.push("shop/api", &[]).unwrap();
    let names = |query: &str| {
        let list = harbor.get(&format!("/projects/shop/repositories?{query}"), USER);
        let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
        list.body.as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(""), ["shop/api", "shop/team/web"]);
    assert_eq!(names("sort=repository_id"), ["shop/team/web", "shop/api"]);
    assert_eq!(names("q=name%3D~TEAM%252F"), ["shop/team/web"]);
    assert_eq!(harbor.get("/projects/shop", USER).body["repo_count"], 2);
}

#[test]
fn a_missing_image_has_an_empty_list_and_an_untagged_artifact_no_tags() {
    let harbor = with_project();
    harbor.harbor.push("shop/api", &[]).unwrap();
    assert_eq!(harbor.get("/projects/shop/repositories/gone/artifacts", USER).body, json!([]));
    assert_eq!(code(&harbor, "GET", "/projects/shop/repositories/gone", USER), 404);
    assert_eq!(harbor.get("/projects/shop/repositories/api/artifacts", USER).body[0]["tags"], Value::Null);
}

#[test]
fn deletions_leave_what_is_not_named_and_stop_at_what_is_in_the_way() {
    let harbor = with_project();
    assert_eq!(code(&harbor, "DELETE", "/projects/shop", USER), 412);
    assert_eq!(code(&harbor, "DELETE", &format!("{WEB}/artifacts/latest/tags/latest"), USER), 200);
    assert_eq!(code(&harbor, "DELETE", &format!("{WEB}/artifacts/latest/tags/latest"), USER), 404);
    let tags = harbor.get(&format!("{WEB}/artifacts"), USER).body[0]["tags"].clone();
    assert_eq!((tags.as_array().unwrap().len(), &tags[0]["name"]), (1, &json!("1.0")));
    harbor.harbor.make_immutable("shop/team/web", "1.0");
    assert_eq!(code(&harbor, "DELETE", &format!("{WEB}/artifacts/1.0/tags/1.0"), USER), 412);
    assert_eq!(code(&harbor, "DELETE", WEB, USER), 412);
    harbor.harbor.push("shop/api", &["1"]).unwrap();
    assert_eq!(code(&harbor, "DELETE", "/projects/shop/repositories/api", USER), 200);
}

#[test]
fn passwords_change_by_ones_own_word_or_an_administrators() {
    let harbor = with_project();
    let id = harbor.get("/users/current", USER).body["user_id"].as_u64().unwrap();
    let path = format!("/users/{id}/password");
    let change = |who, old: &str, new: &str| {
        harbor.ask("PUT", &path, who, &json!({"old_password": old, "new_password": new})).code
    };
    assert_eq!(change(BOB, "Secret123", "Secret456"), 403);
    assert_eq!(change(USER, "wrong", "Secret456"), 403);
    assert_eq!(change(USER, "Secret123", "Secret123"), 400);
    assert_eq!(change(USER, "Secret123", "Secret456"), 200);
    assert_eq!(change(ADMIN, "", "Secret789"), 200);
    assert_eq!(harbor.harbor.password("alice").as_deref(), Some("Secret789"));
    let found = harbor.get("/users?q=username%3Dalice", ADMIN).body;
    assert_eq!((found.as_array().unwrap().len(), &found[0]["email"]), (1, &json!("alice@example.com")));
    assert_eq!(harbor.get("/users?q=username%3Dadmin", ADMIN).body, json!([]), "user 1 is never shown");
    assert_eq!(code(&harbor, "GET", "/users?q=username%3Dalice", BOB), 403);
}

#[test]
fn robots_are_made_by_administrators_of_the_project() {
    let harbor = with_project();
    let permission =
        json!({"kind": "project", "namespace": "shop", "access": [{"resource": "repository", "action": "pull"}]});
    let robot = json!({"name": "edges", "level": "project", "duration": -1, "permissions": [permission]});
    assert_eq!(harbor.ask("POST", "/robots", BOB, &robot).code, 403);
    let made = harbor.ask("POST", "/robots", USER, &robot);
    assert_eq!((made.code, &made.body["name"]), (201, &json!("robot$shop+edges")));
    assert_eq!(harbor.ask("POST", "/robots", USER, &robot).code, 409);
    let path = format!("/robots/{}", made.body["id"]);
    assert!(harbor.get(&path, USER).body.get("secret").is_none(), "it is shown once");
    assert_eq!(code(&harbor, "GET", &path, BOB), 403);
    let renewed = harbor.ask("PATCH", &path, USER, &json!({}));
    assert_ne!(renewed.body["secret"], made.body["secret"]);
    let project = harbor.get("/projects/shop", USER).body["project_id"].clone();
    let list = harbor.get(&format!("/robots?q=Level%3Dproject%2CProjectID%3D{project}"), USER);
    assert_eq!(list.body.as_array().unwrap().len(), 1);
    assert_eq!(code(&harbor, "GET", "/robots", USER), 403);
}
