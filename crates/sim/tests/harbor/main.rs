//! Harbor over HTTP (docs/contracts/harbor.md).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod repositories;
mod swagger;

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sim::{Background, Harbor, harbor};

const ADMIN: Option<(&str, &str)> = Some(("admin", "Harbor12345"));
const USER: Option<(&str, &str)> = Some(("alice", "Secret123"));
const NOBODY: Option<(&str, &str)> = None;

struct TestHarbor {
    harbor: Harbor,
    agent: ureq::Agent,
    swagger: swagger::Swagger,
    // Dropped last: Harbor runs on it.
    background: Background,
}

struct Answer {
    code: u16,
    body: Value,
    headers: ureq::http::HeaderMap,
}

impl TestHarbor {
    fn start() -> Self {
        Self::with(None)
    }

    fn with(state: Option<std::path::PathBuf>) -> Self {
        let background = Background::start().unwrap();
        let harbor = background
            .harbor(harbor::Options {
                listen: "127.0.0.1:0".parse().unwrap(),
                admin_user: "admin".into(),
                admin_password: "Harbor12345".into(),
                state,
            })
            .unwrap();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { harbor, agent, swagger: swagger::Swagger::read(), background }
    }

    fn ask(&self, method: &str, path: &str, who: Option<(&str, &str)>, body: &Value) -> Answer {
        let url = format!("{}/api/v2.0{path}", self.harbor.url());
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        if let Some((name, password)) = who {
            let basic = STANDARD.encode(format!("{name}:{password}"));
            request = request.header("authorization", format!("Basic {basic}"));
        }
        let mut response = if body.is_null() {
            self.agent.run(request.body(()).unwrap()).unwrap()
        } else {
            let request = request.header("content-type", "application/json");
            self.agent.run(request.body(body.to_string()).unwrap()).unwrap()
        };
        let text = response.body_mut().read_to_string().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.swagger.check(method, path, response.status().as_u16(), &body);
        Answer { code: response.status().as_u16(), body, headers: response.headers().clone() }
    }

    fn get(&self, path: &str, who: Option<(&str, &str)>) -> Answer {
        self.ask("GET", path, who, &Value::Null)
    }

    fn create_user(&self, name: &str, email: &str) -> u16 {
        let user = json!({"username": name, "password": "Secret123", "email": email, "realname": name});
        self.ask("POST", "/users", ADMIN, &user).code
    }

    fn create_project(&self, name: &str, who: Option<(&str, &str)>) -> u16 {
        self.ask("POST", "/projects", who, &json!({"project_name": name})).code
    }

    fn projects(&self, query: &str, who: Option<(&str, &str)>) -> Vec<String> {
        let answer = self.get(&format!("/projects{query}"), who);
        assert_eq!(answer.code, 200, "{}", answer.body);
        let name = |project: &Value| project["name"].as_str().unwrap().to_owned();
        answer.body.as_array().unwrap().iter().map(name).collect()
    }
}

#[test]
fn anybody_may_ask_whether_it_is_there() {
    let harbor = TestHarbor::start();
    assert_eq!(harbor.get("/ping", NOBODY).body, "Pong");
    assert!(harbor.get("/systeminfo", NOBODY).body.get("harbor_version").is_none());
    assert!(harbor.get("/systeminfo", ADMIN).body.get("harbor_version").is_some());
}

#[test]
fn wrong_credentials_are_nobodys_and_freeze_the_login() {
    let harbor = TestHarbor::start();
    harbor.create_project("private", ADMIN);
    let begin = Instant::now();
    assert_eq!(harbor.projects("", Some(("admin", "wrong"))), ["library"]);
    assert!(begin.elapsed() >= Duration::from_millis(1_500), "a wrong password takes its time");
    assert_eq!(harbor.projects("", ADMIN), ["private", "library"]);
    std::thread::scope(|scope| {
        scope.spawn(|| harbor.get("/users/current", Some(("admin", "wrong"))));
        std::thread::sleep(Duration::from_millis(300));
        let begin = Instant::now();
        assert_eq!(harbor.get("/users/current", ADMIN).code, 401);
        assert!(begin.elapsed() < Duration::from_secs(1), "the freeze answers at once");
    });
    assert_eq!(harbor.get("/users/current", ADMIN).body["username"], "admin");
    assert_eq!(harbor.get("/users/current", NOBODY).code, 401);
}

#[test]
fn administrators_make_users_by_the_rules() {
    let harbor = TestHarbor::start();
    assert_eq!(harbor.create_user("alice", "alice@example.com"), 201);
    assert_eq!(harbor.create_user("alice", "other@example.com"), 409);
    assert_eq!(harbor.create_user("bob", "alice@example.com"), 409);
    assert_eq!(harbor.create_user("a,b", "ab@example.com"), 400);
    assert_eq!(harbor.create_user("carol", "no-address"), 400);
    assert_eq!(harbor.get("/users/current", USER).body["email"], "alice@example.com");
    let user = json!({"username": "dave", "password": "Secret123", "email": "d@example.com", "realname": "d"});
    assert_eq!(harbor.ask("POST", "/users", NOBODY, &user).code, 401);
    assert_eq!(harbor.ask("POST", "/users", USER, &user).code, 403);
    let mut weak = user.clone();
    weak["password"] = json!("secret123");
    assert_eq!(harbor.ask("POST", "/users", ADMIN, &weak).code, 400);
    weak["password"] = json!(12_345_678);
    assert_eq!(harbor.ask("POST", "/users", ADMIN, &weak).code, 422);
}

#[test]
fn projects_are_seen_by_those_who_may() {
    let harbor = TestHarbor::start();
    harbor.create_user("alice", "alice@example.com");
    assert_eq!(harbor.create_project("shop", USER), 201);
    assert_eq!(harbor.create_project("shop", ADMIN), 409);
    assert_eq!(harbor.create_project("shop-2", NOBODY), 401);
    assert_eq!(harbor.create_project("Shop", USER), 400);
    assert_eq!(harbor.create_project(&"x".repeat(256), USER), 422);
    let public = |value: Value| json!({"project_name": "open", "metadata": {"public": value}});
    assert_eq!(harbor.ask("POST", "/projects", ADMIN, &public(json!(true))).code, 422);
    assert_eq!(harbor.ask("POST", "/projects", ADMIN, &public(json!("true"))).code, 201);
    assert_eq!(harbor.projects("", NOBODY), ["open", "library"]);
    assert_eq!(harbor.projects("", USER), ["open", "shop", "library"]);
    assert_eq!(harbor.projects("?name=SHO", USER), ["shop"]);
    let shown = harbor.get("/projects?name=shop", USER).body[0].clone();
    assert_eq!((&shown["current_user_role_id"], &shown["owner_name"]), (&json!(1), &json!("alice")));
    assert_eq!(shown["metadata"]["public"], "false");
    assert!(harbor.get("/projects?name=open", USER).body[0].get("current_user_role_id").is_none());
}

#[test]
fn pages_keep_harbors_rules() {
    let harbor = TestHarbor::start();
    for at in 0..11 {
        harbor.create_project(&format!("p{at:02}"), ADMIN);
    }
    let first = harbor.get("/projects", ADMIN);
    assert_eq!(first.body.as_array().unwrap().len(), 10);
    assert_eq!(first.headers["x-total-count"], "12");
    assert!(first.headers["link"].to_str().unwrap().contains("rel=\"next\""));
    assert_eq!(harbor.projects("?page=2", ADMIN), ["p00", "library"]);
    assert_eq!(harbor.projects("?page=0&page_size=1", ADMIN), ["p10"]);
    assert_eq!(harbor.projects("?page_size=0", ADMIN).len(), 12);
    assert_eq!(harbor.projects("?page=9", ADMIN).len(), 0);
    assert_eq!(harbor.projects("?page_size=1&sort=name", ADMIN), ["library"]);
    for query in ["?page_size=101", "?page=x"] {
        assert_eq!(harbor.get(&format!("/projects{query}"), ADMIN).code, 422, "{query}");
    }
}

#[test]
fn what_is_not_there_is_said_as_harbor_says_it() {
    let harbor = TestHarbor::start();
    let answer = harbor.get("/moon", ADMIN);
    assert_eq!((answer.code, &answer.body["errors"][0]["code"]), (404, &json!("NOT_FOUND")));
    assert_eq!(harbor.ask("DELETE", "/projects", ADMIN, &Value::Null).code, 405);
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("sid="));
    let url = format!("{}/api/v2.0/projects", harbor.harbor.url());
    let answer = harbor.agent.post(&url).header("cookie", "sid=x").send("{}").unwrap();
    assert_eq!(answer.status(), 403);
    let basic = format!("Basic {}", STANDARD.encode("admin:Harbor12345"));
    let answer = harbor.agent.post(&url).header("authorization", basic).send("{}").unwrap();
    assert_eq!(answer.status(), 422, "another media type");
}

#[test]
fn it_keeps_its_state_between_runs() {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(folder.path().join("harbor.json"));
    let first = TestHarbor::with(state.clone());
    first.create_user("alice", "alice@example.com");
    first.create_project("shop", USER);
    first.background.run(first.harbor.stop()).unwrap();
    let second = TestHarbor::with(state);
    assert_eq!(second.projects("", USER), ["shop", "library"]);
}
