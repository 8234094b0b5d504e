//! What happens before the host serves: builds, secrets, profiles.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use crate::fixture::{Running, host, host_on, manifest, refusal};

const MANIFEST: &str = r#"
[variables]
super_admin_name = { default = "root" }
super_admin_password = { required = true, secret = true }
secrets_key = { required = true, secret = true }
reconcile_token = { default = "", secret = true }

[[trigger.http]]
route = "/..."
component = "plain"

[component.plain]
source = "GUESTS/plain.wasm"
variables = { key = "{{ secrets_key }}" }
environment = { PLACE = "cloud", KIND = "plain" }

[component.plain.build]
command = ["echo first >> log", "echo second >> log"]
workdir = "."

[component.twin]
source = "GUESTS/plain.wasm"

[component.twin.build]
command = "echo second >> log"
workdir = "."

[component.plain.profile.edge]
environment = { PLACE = "edge" }
build = { command = "echo third >> log" }
"#;

#[test]
fn secrets_are_made_up_once_and_told_to_the_administrator() {
    let folder = manifest(MANIFEST);
    let first = Running::start(&mut host(folder.path()));
    let file = std::fs::read_to_string(folder.path().join(".env")).unwrap();
    let password = file.lines().find_map(|line| line.strip_prefix("SPIN_VARIABLE_SUPER_ADMIN_PASSWORD=")).unwrap();
    assert!(first.said.contains(&format!("Administrator: root, password: {password}")), "{}", first.said);
    let key = file.lines().find_map(|line| line.strip_prefix("SPIN_VARIABLE_SECRETS_KEY=")).unwrap();
    assert_eq!(first.text("/variable?key"), key);
    assert!(!first.said.contains(key));
    assert!(file.contains("SPIN_VARIABLE_RECONCILE_TOKEN="));
    let mode = std::fs::metadata(folder.path().join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(first);
    let _second = Running::start(&mut host(folder.path()));
    assert_eq!(std::fs::read_to_string(folder.path().join(".env")).unwrap(), file);
}

#[test]
fn a_password_from_the_environment_is_not_printed() {
    let folder = manifest(MANIFEST);
    let mut host = host(folder.path());
    let running = Running::start(host.env("SPIN_VARIABLE_SUPER_ADMIN_PASSWORD", "Chosen123"));
    assert!(!running.said.contains("Chosen123"), "{}", running.said);
    assert!(running.said.contains("SPIN_VARIABLE_SUPER_ADMIN_PASSWORD"), "{}", running.said);
}

#[test]
fn each_command_runs_once_in_its_folder() {
    let folder = manifest(MANIFEST);
    let _running = Running::start(&mut host(folder.path()));
    assert_eq!(std::fs::read_to_string(folder.path().join("log")).unwrap(), "first\nsecond\n");
}

#[test]
fn nothing_is_built_when_it_is_not_wanted() {
    let folder = manifest(MANIFEST);
    let _running = Running::start(host(folder.path()).arg("--no-build"));
    assert!(!folder.path().join("log").exists());
}

#[test]
fn a_build_that_fails_is_named() {
    let refusal = refusal("[component.x]\nsource = 'x.wasm'\nbuild = { command = 'exit 3' }", &[]);
    assert!(refusal.contains("component `x`") && refusal.contains("`exit 3`"), "{refusal}");
}

#[test]
fn a_profile_overrides_key_for_key() {
    let folder = manifest(MANIFEST);
    let running = Running::start(host(folder.path()).args(["--profile", "edge"]));
    assert_eq!(running.text("/environment?PLACE"), "edge");
    assert_eq!(running.text("/environment?KIND"), "plain");
    assert_eq!(std::fs::read_to_string(folder.path().join("log")).unwrap(), "third\nsecond\n");
}

const REMOTE: &str = r#"
[variables]
center_url = { default = "" }
center_token = { default = "" }
harbor_url = { default = "" }

[[trigger.http]]
route = "/..."
component = "plain"

[component.plain]
source = "GUESTS/plain.wasm"
variables = { center = "{{ center_url }} {{ center_token }}", harbor = "{{ harbor_url }}" }
"#;

#[test]
fn the_stand_ins_are_started_where_no_real_servers_are_given() {
    let folder = manifest(REMOTE);
    let running = Running::start(host(folder.path()).args(["--harbor-url", "http://harbor.example"]));
    let token = std::fs::read_to_string(folder.path().join(".otestack/center.token")).unwrap();
    let center = running.text("/variable?center");
    assert!(center.starts_with("http://127.0.0.1:") && center.ends_with(&token), "{center}");
    assert_eq!(running.text("/variable?harbor"), "http://harbor.example");
    assert!(running.said.contains("OTE center (a stand-in)"), "{}", running.said);
    assert!(!running.said.contains("Harbor (a stand-in)"), "{}", running.said);
    assert!(!running.said.contains(&token), "{}", running.said);
}

#[test]
fn a_url_that_is_given_as_empty_wants_no_stand_in() {
    let folder = manifest(REMOTE);
    std::fs::write(folder.path().join(".env"), "SPIN_VARIABLE_HARBOR_URL=\n").unwrap();
    let running = Running::start(host(folder.path()).env("SPIN_VARIABLE_CENTER_URL", ""));
    assert_eq!(running.text("/variable?center"), " ");
    assert_eq!(running.text("/variable?harbor"), "");
    assert!(!running.said.contains("stand-in"), "{}", running.said);
    drop(running);
    let flags = ["--center-url", "", "--harbor-url", ""];
    let running = Running::start(host(manifest(REMOTE).path()).args(flags));
    assert!(!running.said.contains("stand-in"), "{}", running.said);
}

#[test]
fn a_stand_in_whose_port_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = manifest("[variables]\ncenter_url = { default = '' }");
    let output = host_on(folder.path(), &format!("127.0.0.1:{}", port - 1)).output().unwrap();
    let refusal = String::from_utf8(output.stderr).unwrap();
    assert!(refusal.contains("OTE center") && refusal.contains(&format!("127.0.0.1:{port}")), "{refusal}");
}
