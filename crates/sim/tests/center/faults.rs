use std::time::{Duration, Instant};

use serde_json::json;
use sim::faults::{Effect, Fault};

use crate::support::{TestCenter, namespace};

const NAMESPACES: &str = "/api/v1/namespaces";

fn order(center: &TestCenter, effect: Effect) {
    center.traffic().order(Fault::new("^(GET|POST) /api/v1/namespaces", effect).unwrap());
}

#[test]
fn an_ordered_status_comes_as_often_as_ordered_and_nothing_is_done() {
    let center = TestCenter::start();
    let effect = Effect::Status(503, "{\"message\":\"later\"}".into());
    center.traffic().order(Fault::new("POST .*namespaces$", effect).unwrap().times(2));
    for code in [503, 503, 201] {
        assert_eq!(center.post(NAMESPACES, &namespace("ns2")).code, code);
    }
}

#[test]
fn a_connection_is_dropped_before_or_after_the_work() {
    let center = TestCenter::start();
    let post = || center.try_ask("POST", NAMESPACES, &namespace("ns2").to_string());
    order(&center, Effect::DropBefore);
    assert!(post().is_err());
    assert_eq!(center.get("/api/v1/namespaces/ns2").code, 404);
    order(&center, Effect::DropAfter);
    assert!(post().is_err());
    assert_eq!(center.get("/api/v1/namespaces/ns2").code, 200);
    let dropped = center.traffic().requests().iter().filter(|request| request.status == 0).count();
    assert_eq!(dropped, 2);
}

#[test]
fn an_answer_is_late_or_garbage_or_breaks_off() {
    let center = TestCenter::start();
    let begin = Instant::now();
    order(&center, Effect::Delay(Duration::from_millis(300)));
    assert_eq!(center.get(NAMESPACES).code, 200);
    assert!(begin.elapsed() >= Duration::from_millis(300));
    order(&center, Effect::Garbage);
    let garbage = center.get(NAMESPACES);
    assert!(garbage.code == 200 && garbage.body.is_string());
    order(&center, Effect::HalfBody);
    assert!(center.try_ask("GET", NAMESPACES, "").is_err());
    center.traffic().order(Fault::new("", Effect::DropBefore).unwrap().always());
    assert!(center.try_ask("GET", NAMESPACES, "").is_err());
    center.traffic().clear_orders();
    assert_eq!(center.get(NAMESPACES).code, 200);
}

#[test]
fn connections_are_refused_for_a_while() {
    let center = TestCenter::start();
    center.traffic().refuse_connections(Duration::from_millis(500));
    center.until("they are refused", || center.try_ask("GET", NAMESPACES, "").is_err());
    center.until("they are accepted", || center.try_ask("GET", NAMESPACES, "").is_ok());
}

#[test]
fn requests_are_logged_with_the_bytes_of_their_answers() {
    let center = TestCenter::start();
    center.traffic().clear_requests();
    let answer = center.get("/api/v1/namespaces?limit=1");
    let log = center.traffic().requests();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].method.as_str(), log[0].target.as_str()), ("GET", "/api/v1/namespaces?limit=1"));
    assert_eq!((log[0].status, answer.code), (200, 200));
    assert!(log[0].bytes > 200, "{}", log[0].bytes);
    assert_eq!(answer.body["kind"], json!("NamespaceList"));
}
