//! What holds at every path (docs/semantics.md, Conventions).

use harness::{admin, anonymous, platform};
use serde_json::json;

/// The paths, with the methods that each knows.
const PATHS: &[(&str, &[&str])] = &[
    ("/v1/authorization", &["GET", "POST", "PUT", "DELETE"]),
    ("/v1/authorizations", &["DELETE"]),
    ("/v1/user", &["POST", "PUT"]),
    ("/v1/admin/user", &["GET", "POST"]),
    ("/v1/admin/user/1", &["PUT", "DELETE"]),
    ("/v1/admin/user/1/password", &["PUT"]),
    ("/v1/business", &["GET", "POST"]),
    ("/v1/business/id/1", &["GET", "PUT"]),
    ("/v1/cluster", &["GET"]),
    ("/v1/cluster/label", &["GET", "POST", "DELETE"]),
    ("/v1/cluster/label/any", &["GET"]),
    ("/v1/node", &["GET"]),
    ("/v1/node/label", &["GET", "POST", "DELETE"]),
    ("/v1/app", &["GET", "POST", "DELETE"]),
    ("/v1/app/1", &["GET"]),
    ("/v1/app/id/1", &["GET"]),
    ("/v1/deploy", &["GET", "POST"]),
    ("/v1/deploy/install", &["POST", "DELETE"]),
    ("/v1/deploy/any", &["DELETE"]),
    ("/v1/deploy/id/1", &["GET", "DELETE"]),
    ("/internal/reconcile", &["POST"]),
];

/// Endpoints that take a JSON body, and that a system administrator may use.
const BODIES: &[(&str, &str)] = &[
    ("POST", "/v1/authorization"),
    ("POST", "/v1/user"),
    ("PUT", "/v1/user"),
    ("POST", "/v1/admin/user"),
    ("PUT", "/v1/admin/user/999999999"),
    ("PUT", "/v1/admin/user/999999999/password"),
    ("PUT", "/v1/business/id/999999999"),
    ("POST", "/v1/cluster/label"),
    ("DELETE", "/v1/cluster/label"),
    ("POST", "/v1/node/label"),
    ("DELETE", "/v1/node/label"),
    ("POST", "/v1/app"),
    ("DELETE", "/v1/app"),
    ("POST", "/v1/deploy"),
];

#[test]
fn paths_that_nobody_owns_answer_the_envelope() {
    for path in [
        "/",
        "/nothing",
        "/v1",
        "/v1/nothing",
        "/v1/authorization/",
        "/v1/user/1",
        "/v1/admin/user/1/2/3",
        "/v1/app/1/2",
    ] {
        anonymous().get(path).expect(404);
        admin().get(path).expect(404);
    }
}

#[test]
fn a_method_that_a_path_does_not_know_is_told_which_it_does() {
    for (path, known) in PATHS {
        let refused = anonymous().request("PATCH", path).send().expect(405);
        for method in *known {
            assert!(refused.header("allow").contains(method), "{path}: {}", refused.header("allow"));
        }
    }
}

#[test]
fn head_answers_as_get_does_without_a_body() {
    let head = admin().request("HEAD", "/v1/authorization").send().expect(200);
    assert_eq!(head.header("content-type"), "application/json");
    anonymous().request("HEAD", "/v1/authorization").send().expect(401);
}

#[test]
fn a_body_that_is_not_declared_as_json_is_refused() {
    for (method, path) in BODIES {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            admin().request(method, path).header("content-type", kind).body("{}").send().expect(415);
        }
    }
}

#[test]
fn a_body_with_parameters_of_its_type_or_none_at_all_is_read_as_json() {
    for (method, path) in BODIES {
        let with_charset = admin().request(method, path).header("content-type", "Application/JSON; charset=utf-8");
        with_charset.body("{}").send().expect(422);
        admin().request(method, path).body("{}").send().expect(422);
    }
}

#[test]
fn a_body_of_more_than_a_mebibyte_is_refused() {
    for (method, path) in BODIES {
        let large = json!({"user": "x".repeat(1 << 20)});
        admin().request(method, path).json(&large).send().expect(413);
        let largest = format!("{{}}{}", " ".repeat((1 << 20) - 2));
        admin().request(method, path).body(largest).send().expect(422);
    }
}

#[test]
fn a_body_that_is_no_json_object_is_refused() {
    for (method, path) in BODIES {
        for body in ["", "{", "[]", "7", "null", "{\"user\": \"\u{1}\"}", "{} {}"] {
            admin().request(method, path).body(body).send().expect(422);
        }
        admin().request(method, path).body(vec![0xff, 0xfe]).send().expect(422);
    }
}

#[test]
fn the_first_check_that_fails_answers() {
    let pending = platform().pending_user();
    let large = "x".repeat((1 << 20) + 1);
    let send = |client: &harness::Client, path: &str, method: &str, body: &str| {
        client.request(method, path).header("content-type", "text/plain").body(body).send().status()
    };
    assert_eq!(send(&anonymous(), "/v1/admin/user/x/y", "PATCH", &large), 404);
    assert_eq!(send(&anonymous(), "/v1/admin/user", "PATCH", &large), 405);
    assert_eq!(send(&anonymous(), "/v1/admin/user", "POST", &large), 401);
    assert_eq!(send(&pending, "/v1/admin/user", "POST", &large), 403);
    assert_eq!(send(admin(), "/v1/admin/user", "POST", &large), 413);
    assert_eq!(send(admin(), "/v1/admin/user", "POST", "{"), 415);
    admin().request("POST", "/v1/admin/user").body("{").send().expect(422);
}
