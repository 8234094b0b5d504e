//! The role table (docs/semantics.md, Roles): every endpoint, every role.

use std::sync::OnceLock;

use harness::{Client, Person, Tenant, admin, anonymous, platform};
use serde_json::json;

const Y: bool = true;
const N: bool = false;

/// A row of the page's table: the group, whether roles 0 to 4 may, and its endpoints. Each is asked with an empty object and an
/// id that nothing has, which harms nothing. What of the rows each role sees is tested where the endpoint is.
type Row = (&'static str, [bool; 5], &'static [&'static str]);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("own authorization, own password", [Y, Y, Y, Y, Y], &[
        "GET /v1/authorization",
        "PUT /v1/authorization",
        "DELETE /v1/authorization",
        "DELETE /v1/authorizations",
        "PUT /v1/user",
    ]),
    ("users: list, create, delete, reset password", [N, N, N, Y, Y], &[
        "GET /v1/admin/user",
        "POST /v1/admin/user",
        "DELETE /v1/admin/user/999999999",
        "PUT /v1/admin/user/999999999/password",
    ]),
    ("users: audit", [N, N, N, N, Y], &["PUT /v1/admin/user/999999999"]),
    ("create business", [N, Y, N, N, N], &["POST /v1/business"]),
    ("read business", [N, Y, Y, Y, Y], &["GET /v1/business", "GET /v1/business/id/999999999"]),
    ("audit business", [N, N, N, N, Y], &["PUT /v1/business/id/999999999"]),
    ("clusters and nodes: read", [N, Y, Y, Y, Y], &[
        "GET /v1/cluster",
        "GET /v1/cluster/label",
        "GET /v1/cluster/label/nowhere",
        "GET /v1/node",
        "GET /v1/node/label",
    ]),
    ("cluster and node labels: write", [N, N, Y, Y, Y], &[
        "POST /v1/cluster/label",
        "DELETE /v1/cluster/label",
        "POST /v1/node/label",
        "DELETE /v1/node/label",
    ]),
    ("repository", [N, N, Y, Y, Y], &[
        "GET /v1/repository/image",
        "DELETE /v1/repository/image",
        "GET /v1/repository/image/tag",
        "DELETE /v1/repository/image/tag",
        "POST /v1/repository/user",
        "PUT /v1/repository/user",
        "GET /v1/repository/project",
        "POST /v1/repository/project",
        "DELETE /v1/repository/project",
        "GET /v1/repository/third",
        "POST /v1/repository/third",
        "DELETE /v1/repository/third",
        "GET /v1/repository/third/nothing",
    ]),
    ("app", [N, N, Y, Y, Y], &["GET /v1/app", "POST /v1/app", "DELETE /v1/app", "GET /v1/app/999999999"]),
    ("deploy", [N, N, Y, Y, Y], &[
        "GET /v1/deploy",
        "POST /v1/deploy",
        "POST /v1/deploy/install",
        "DELETE /v1/deploy/nothing",
        "GET /v1/deploy/id/999999999",
        "DELETE /v1/deploy/id/999999999",
    ]),
];

/// Every endpoint, with whether roles 0 to 4 may.
fn endpoints() -> impl Iterator<Item = (&'static str, [bool; 5])> {
    TABLE.iter().flat_map(|(_, roles, endpoints)| endpoints.iter().map(|endpoint| (*endpoint, *roles)))
}

/// Clients by role, 0 to 4.
fn roles() -> &'static [Client; 5] {
    static ROLES: OnceLock<[Client; 5]> = OnceLock::new();
    ROLES.get_or_init(|| {
        let tenant = Tenant::new();
        let (pending, approved) = (platform().pending_user(), platform().approved_user());
        [
            (*pending).clone(),
            (*approved).clone(),
            (*tenant.general_user).clone(),
            (*tenant.business_admin).clone(),
            admin().clone(),
        ]
    })
}

fn ask(client: &Client, endpoint: &str) -> u16 {
    let (method, path) = endpoint.split_once(' ').unwrap();
    let request = client.request(method, path);
    if method == "GET" { request.send().status() } else { request.json(&json!({})).send().status() }
}

/// The same user with a token of its own, which may be logged out.
fn with_fresh_token(client: &Client) -> Client {
    let exchanged = client.request("PUT", "/v1/authorization").send().expect(200);
    client.with_token(exchanged.body()["token"].as_str().unwrap())
}

#[test]
fn whoever_has_no_token_is_told_to_log_in() {
    for (endpoint, _) in endpoints() {
        assert_eq!(ask(&anonymous(), endpoint), 401, "{endpoint}");
    }
}

#[test]
fn whoever_has_another_role_is_denied_and_whoever_has_the_role_is_not() {
    for (endpoint, may) in endpoints() {
        for (role, client) in roles().iter().enumerate() {
            let status = ask(&with_fresh_token(client), endpoint);
            assert_eq!(status != 403, may[role], "{endpoint}: role {role} gets {status}");
            assert!(status != 401 && status < 500, "{endpoint}: role {role} gets {status}");
        }
    }
}

#[test]
fn general_users_of_the_platform_itself_are_no_administrators() {
    let user = platform().sub_user(admin(), &Person::general());
    let denied = [
        ("GET", "/v1/admin/user"),
        ("PUT", "/v1/admin/user/999999999"),
        ("POST", "/v1/business"),
        ("POST", "/v1/cluster/label"),
        ("DELETE", "/v1/cluster/label"),
        ("POST", "/v1/node/label"),
        ("DELETE", "/v1/node/label"),
    ];
    for (method, path) in denied {
        user.request(method, path).json(&json!({})).send().expect(403);
    }
}
