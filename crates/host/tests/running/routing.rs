//! Who answers at a path, and what a component is told about its request.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::fixture::Running;

const MANIFEST: &str = r#"
[[trigger.http]]
route = "/open/..."
component = "open"

[[trigger.http]]
route = "/named/:id/headers"
component = "open"

[[trigger.http]]
route = { private = true }
component = "hidden"

[[trigger.http]]
route = "/constant"
static_response = { status_code = 418, headers = { content-type = "text/plain" }, body = "short and stout" }

[component.open]
source = "GUESTS/plain.wasm"
allowed_outbound_hosts = ["http://hidden.spin.internal", "http://unknown.spin.internal"]

[component.hidden]
source = "GUESTS/plain.wasm"
"#;

#[test]
fn the_manifest_itself_can_answer() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.get("/constant"), (418, "short and stout".to_owned()));
}

#[test]
fn a_path_that_nobody_owns_is_an_empty_404() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.get("/nothing"), (404, String::new()));
    assert_eq!(host.get("/hidden/headers"), (404, String::new()));
    assert_eq!(host.get("/.well-known/spin/health"), (200, "OK".to_owned()));
}

#[test]
fn a_component_is_told_how_it_was_reached() {
    let host = Running::with(MANIFEST, &[]);
    let authority = host.url.trim_start_matches("http://");
    let told = host.text("/named/7/headers?a=b");
    for line in [
        "spin-path-info: ".to_owned(),
        format!("spin-full-url: http://{authority}/named/7/headers?a=b"),
        "spin-matched-route: /named/:id/headers".to_owned(),
        "spin-base-path: /".to_owned(),
        "spin-raw-component-route: /named/:id/headers".to_owned(),
        "spin-component-route: /named/:id/headers".to_owned(),
        "spin-path-match-id: 7".to_owned(),
        format!("uri: http://{authority}/named/7/headers?a=b"),
    ] {
        assert!(told.lines().any(|it| it == line), "no `{line}` in {told}");
    }
    let told = host.text("/open/x/headers");
    assert!(told.contains("spin-path-info: /x/headers\n"), "{told}");
    assert!(told.contains("spin-component-route: /open\n"), "{told}");
}

#[test]
fn a_forged_header_stays_in_front_of_the_hosts() {
    let host = Running::with(MANIFEST, &[]);
    let (_, told) = host.get_with("/open/headers", &[("spin-client-addr", "9.9.9.9:9")]);
    let addresses: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("spin-client-addr: ")).collect();
    assert_eq!(addresses.len(), 2, "{told}");
    assert_eq!(addresses[0], "9.9.9.9:9");
    assert!(addresses[1].starts_with("127.0.0.1:"), "{told}");
}

#[test]
fn a_private_component_is_reached_by_others_alone() {
    let host = Running::with(MANIFEST, &[]);
    let told = host.text("/open/fetch?http://hidden.spin.internal/any/headers");
    assert!(told.starts_with("200 "), "{told}");
    assert!(told.contains("spin-path-info: /any/headers\n"), "{told}");
    assert!(told.contains("spin-client-addr: 0.0.0.0:0\n"), "{told}");
    let unknown = host.text("/open/fetch?http://unknown.spin.internal/");
    assert_eq!(unknown, "denied: ErrorCode::DestinationNotFound");
    let not_granted = host.text("/open/fetch?http://open.spin.internal/headers");
    assert_eq!(not_granted, "denied: ErrorCode::HttpRequestDenied");
}

#[test]
fn an_address_and_a_host_header_that_differ_are_a_500() {
    let host = Running::with(MANIFEST, &[]);
    let mut stream = TcpStream::connect(host.url.trim_start_matches("http://")).unwrap();
    stream
        .write_all(b"GET http://one.example/constant HTTP/1.1\r\nHost: two.example\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
}
