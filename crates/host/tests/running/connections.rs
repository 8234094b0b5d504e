//! Outbound calls share connections, and no request is sent twice.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::fixture::Running;

const MANIFEST: &str = r#"
[variables]
elsewhere = { required = true }

[[trigger.http]]
route = "/..."
component = "plain"

[component.plain]
source = "GUESTS/plain.wasm"
allowed_outbound_hosts = ["{{ elsewhere }}"]
"#;

/// A server that tells of each request its path and the number of its connection; its base URL.
fn server() -> (String, Receiver<(String, usize)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (told, requests) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let told = told.clone();
            std::thread::spawn(move || converse(&stream, number, &told));
        }
    });
    (url, requests)
}

/// Answers `done` again and again. `/silent` ends the connection instead of an answer, `/last` after it; `/endless`
/// begins an answer that has no end.
fn converse(mut stream: &TcpStream, number: usize, told: &Sender<(String, usize)>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(head) = lines.next() {
        let _headers = lines.by_ref().take_while(|line| !line.is_empty()).count();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        told.send((path.clone(), number)).unwrap();
        if path == "/silent" {
            return;
        }
        let length = if path == "/endless" { 1_000_000 } else { 4 };
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\ndone").unwrap();
        if path == "/last" {
            return;
        }
    }
}

fn running() -> (Running, String, Receiver<(String, usize)>) {
    let (url, requests) = server();
    (Running::with(MANIFEST, &[("ELSEWHERE", &url)]), url, requests)
}

/// On which connection each request has come.
fn connections(requests: &Receiver<(String, usize)>) -> Vec<usize> {
    requests.try_iter().map(|(_, connection)| connection).collect()
}

#[test]
fn a_connection_is_used_again() {
    let (host, url, requests) = running();
    for _ in 0..5 {
        assert_eq!(host.text(&format!("/fetch?{url}/")), "200 done");
    }
    assert_eq!(connections(&requests), [0; 5]);
}

#[test]
fn a_connection_that_the_server_has_ended_is_not() {
    let (host, url, requests) = running();
    assert_eq!(host.text(&format!("/fetch?{url}/last")), "200 done");
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(host.text(&format!("/fetch?{url}/")), "200 done");
    assert_eq!(connections(&requests), [0, 1]);
}

#[test]
fn a_request_that_may_have_been_read_is_not_sent_again() {
    let (host, url, requests) = running();
    assert_eq!(host.text(&format!("/fetch?{url}/")), "200 done");
    let broken = host.text(&format!("/fetch?{url}/silent"));
    assert_eq!(broken, "denied: ErrorCode::HttpProtocolError");
    assert_eq!(host.text(&format!("/fetch?{url}/")), "200 done");
    let paths: Vec<String> = requests.try_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/", "/silent", "/"]);
}

#[test]
fn an_answer_that_is_dropped_early_takes_its_connection_with_it() {
    let (host, url, requests) = running();
    assert_eq!(host.text(&format!("/status?{url}/endless")), "200");
    assert_eq!(host.text(&format!("/fetch?{url}/")), "200 done");
    assert_eq!(connections(&requests), [0, 1]);
}

#[test]
fn servers_that_are_not_there_are_told_apart() {
    let gone = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let (server, _requests) = server();
    for (url, code) in [
        (gone.as_str(), "ErrorCode::ConnectionRefused"),
        ("http://nobody.invalid", "ErrorCode::DnsError"),
        (&server.replace("http:", "https:"), "ErrorCode::TlsProtocolError"),
    ] {
        let host = Running::with(MANIFEST, &[("ELSEWHERE", url)]);
        let answer = host.text(&format!("/fetch?{url}/"));
        assert!(answer.starts_with(&format!("denied: {code}")), "{url}: {answer}");
    }
}
