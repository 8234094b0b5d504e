//! What a component may touch is what the manifest grants it.

use crate::fixture::{Running, elsewhere, host, manifest};

const MANIFEST: &str = r#"
[variables]
elsewhere = { default = "" }
greeting = { default = "hello" }

[[trigger.http]]
route = "/granted/..."
component = "granted"

[[trigger.http]]
route = "/bare/..."
component = "bare"

[[trigger.http]]
route = "/broken/..."
component = "broken"

[component.granted]
source = "GUESTS/plain.wasm"
allowed_outbound_hosts = ["{{ elsewhere }}"]
sqlite_databases = ["default"]
key_value_stores = ["default"]
variables = { greeting = "{{ greeting }}, edge" }
environment = { PLACE = "edge" }

[component.bare]
source = "GUESTS/plain.wasm"

[component.broken]
source = "GUESTS/plain.wasm"
allowed_outbound_hosts = ["{{ elsewhere }}", "http://broken/path"]
"#;

fn running() -> (Running, String) {
    let elsewhere = elsewhere();
    (Running::with(MANIFEST, &[("ELSEWHERE", &elsewhere)]), elsewhere)
}

#[test]
fn a_host_that_was_granted_is_reached_and_another_one_is_not() {
    let (host, elsewhere) = running();
    assert_eq!(host.text(&format!("/granted/fetch?{elsewhere}/x")), "200 done");
    assert_eq!(host.text("/granted/fetch?http://127.0.0.1:9/"), "denied: ErrorCode::HttpRequestDenied");
    assert_eq!(host.text(&format!("/bare/fetch?{elsewhere}/x")), "denied: ErrorCode::HttpRequestDenied");
    host.wait_for_error(&format!("bare: a call to {elsewhere} is denied"));
}

#[test]
fn one_entry_that_cannot_be_read_denies_every_call() {
    let (host, elsewhere) = running();
    assert_eq!(host.text(&format!("/broken/fetch?{elsewhere}/x")), "denied: ErrorCode::HttpRequestDenied");
    host.wait_for_error("http://broken/path");
}

#[test]
fn a_database_that_was_granted_is_opened_and_another_one_is_not() {
    let (host, _) = running();
    assert_eq!(host.text("/granted/open?default"), "opened");
    assert_eq!(host.text("/granted/open?other"), "denied: Error::AccessDenied");
    assert_eq!(host.text("/bare/open?default"), "denied: Error::AccessDenied");
}

#[test]
fn statements_run_as_in_spin() {
    let (host, _) = running();
    let query = |statement: &str| host.text(&format!("/granted/query?{}", statement.replace(' ', "%20")));
    assert_eq!(query("CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT)"), "");
    assert_eq!(query("CREATE TABLE b (a INTEGER REFERENCES a (id))"), "");
    assert_eq!(query("INSERT INTO a (x) VALUES ('one'), (NULL) RETURNING id"), "1;2");
    assert_eq!(query("SELECT id, x, 1.5 FROM a"), "1,one,1.5;2,null,1.5");
    assert_eq!(query("INSERT INTO a (x) VALUES ('two'); DELETE FROM a"), "", "only the first statement runs");
    assert_eq!(query("SELECT count(*) FROM a"), "3");
    for (statement, refused) in [
        ("INSERT INTO b VALUES (9)", "FOREIGN KEY constraint failed"),
        ("ATTACH 'elsewhere.db' AS x", "not authorized"),
        ("SELECT missing FROM a", "no such column"),
    ] {
        let answer = query(statement);
        assert!(answer.contains(refused), "{statement}: {answer}");
    }
    let many = "SELECT count(*), max(i) FROM n";
    let numbers = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i - -1 FROM n LIMIT 1000)";
    assert_eq!(query(&format!("{numbers} {many}")), "1000,1000");
    let rows = query(&format!("{numbers} SELECT i FROM n"));
    assert_eq!(rows.split(';').count(), 1000, "more rows than are on their way at once");
}

#[test]
fn statements_are_logged_when_that_is_wanted() {
    let folder = manifest(MANIFEST);
    let long = format!("SELECT%20'{}'", "x".repeat(60));
    let logging = Running::start(host(folder.path()).arg("--log-sql"));
    assert_eq!(logging.text("/granted/query?SELECT%20%20%201"), "1");
    assert_eq!(logging.text(&format!("/granted/query?{long}")), "x".repeat(60));
    let errors = logging.stopped();
    let logged: Vec<&str> = errors.lines().filter_map(|line| line.strip_prefix("granted: sql: ")).collect();
    assert_eq!(logged, ["SELECT 1", &format!("SELECT '{}", "x".repeat(52))]);
    let silent = Running::start(&mut host(folder.path()));
    assert_eq!(silent.text("/granted/query?SELECT%201"), "1");
    assert!(!silent.stopped().contains("sql"));
}

#[test]
fn a_key_value_store_that_was_granted_is_kept_and_another_one_is_not() {
    let (host, _) = running();
    assert_eq!(host.text("/granted/keep?default"), r#"false two ["b"]"#);
    assert_eq!(host.text("/granted/keep?other"), "denied: Error::AccessDenied");
    assert_eq!(host.text("/bare/keep?default"), "denied: Error::AccessDenied");
}

#[test]
fn a_component_sees_its_own_variables_and_environment_alone() {
    let (host, _) = running();
    assert_eq!(host.text("/granted/variable?greeting"), "hello, edge");
    assert!(host.text("/granted/variable?elsewhere").starts_with("denied: Error::Undefined"));
    assert!(host.text("/bare/variable?greeting").starts_with("denied: Error::Undefined"));
    assert_eq!(host.text("/granted/environment?PLACE"), "edge");
    assert!(host.text("/bare/environment?PLACE").starts_with("denied"));
    assert!(host.text("/bare/environment?PATH").starts_with("denied"));
}

#[test]
fn what_a_component_prints_comes_out_line_by_line() {
    let (host, _) = running();
    assert_eq!(host.text("/bare/say?word"), "said");
    host.wait_for_error("bare: out: word\n");
    host.wait_for_error("bare: err: word\n");
}
