//! The role table (docs/semantics.md, Roles): every endpoint, every role.

use std::sync::OnceLock;

use harness::{Client, Person, Tenant, admin, anonymous, platform};
use serde_json::json;

/// An endpoint, and the roles that may use it. It is asked with an empty object, which harms nothing.
type Rule = (&'static str, &'static str, &'static [usize]);

const RULES: &[Rule] = &[
    ("GET", "/v1/authorization", &[0, 1, 2, 3, 4]),
    ("GET", "/v1/admin/user", &[3, 4]),
    ("POST", "/v1/admin/user", &[3, 4]),
    ("PUT", "/v1/admin/user/999999999", &[4]),
    ("POST", "/v1/business", &[1]),
    ("GET", "/v1/business", &[1, 2, 3, 4]),
    ("GET", "/v1/business/id/999999999", &[1, 2, 3, 4]),
    ("PUT", "/v1/business/id/999999999", &[4]),
    ("GET", "/v1/cluster", &[1, 2, 3, 4]),
    ("GET", "/v1/cluster/label", &[1, 2, 3, 4]),
    ("POST", "/v1/cluster/label", &[2, 3, 4]),
    ("DELETE", "/v1/cluster/label", &[2, 3, 4]),
    ("GET", "/v1/cluster/label/nowhere", &[1, 2, 3, 4]),
    ("GET", "/v1/node", &[1, 2, 3, 4]),
    ("GET", "/v1/app", &[2, 3, 4]),
    ("POST", "/v1/app", &[2, 3, 4]),
    ("DELETE", "/v1/app", &[2, 3, 4]),
    ("GET", "/v1/app/999999999", &[2, 3, 4]),
    ("GET", "/v1/deploy", &[2, 3, 4]),
    ("POST", "/v1/deploy", &[2, 3, 4]),
    ("POST", "/v1/deploy/install", &[2, 3, 4]),
    ("DELETE", "/v1/deploy/nothing", &[2, 3, 4]),
    ("GET", "/v1/deploy/id/999999999", &[2, 3, 4]),
    ("DELETE", "/v1/deploy/id/999999999", &[2, 3, 4]),
];

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

fn ask(client: &Client, (method, path, _): &Rule) -> u16 {
    let request = client.request(method, path);
    if *method == "GET" { request.send().status() } else { request.json(&json!({})).send().status() }
}

#[test]
fn whoever_has_no_token_is_told_to_log_in() {
    for rule in RULES {
        assert_eq!(ask(&anonymous(), rule), 401, "{rule:?}");
    }
}

#[test]
fn whoever_has_another_role_is_denied_and_whoever_has_the_role_is_not() {
    for rule in RULES {
        for (role, client) in roles().iter().enumerate() {
            let status = ask(client, rule);
            assert_eq!(status != 403, rule.2.contains(&role), "{rule:?}: role {role} gets {status}");
            assert_ne!(status, 401, "{rule:?}: role {role}");
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
    ];
    for (method, path) in denied {
        user.request(method, path).json(&json!({})).send().expect(403);
    }
}
