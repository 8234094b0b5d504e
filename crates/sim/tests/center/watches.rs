use std::thread::{scope, sleep};
use std::time::Duration;

use serde_json::{Value, json};
use sim::center::Expiry;

use crate::support::{TestCenter, namespace};

fn kinds(events: &[Value]) -> Vec<(&str, &str)> {
    let text = |value| Value::as_str(value).unwrap_or_default();
    events.iter().map(|event| (text(&event["type"]), text(&event["object"]["metadata"]["name"]))).collect()
}

#[test]
fn a_watch_tells_what_changes_after_its_version() {
    let center = TestCenter::start();
    let version = center.get("/api/v1/namespaces").body["metadata"]["resourceVersion"].clone();
    let version = version.as_str().unwrap();
    center.post("/api/v1/namespaces", &namespace("before"));
    let target = format!("/api/v1/namespaces?watch=true&resourceVersion={version}&timeoutSeconds=1");
    scope(|scope| {
        let watch = scope.spawn(|| center.watch(&target));
        sleep(Duration::from_millis(300));
        center.post("/api/v1/namespaces", &namespace("during"));
        center.delete("/api/v1/namespaces/before");
        let events = watch.join().unwrap();
        assert_eq!(kinds(&events), [("ADDED", "before"), ("ADDED", "during"), ("DELETED", "before")]);
        let versions: Vec<u64> = events
            .iter()
            .map(|event| event["object"]["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(versions.is_sorted(), "{versions:?}");
    });
}

#[test]
fn a_watch_without_a_version_begins_with_what_is_there() {
    let center = TestCenter::start();
    assert_eq!(center.watch("/api/v1/namespaces?watch=1&timeoutSeconds=1").len(), 5);
}

#[test]
fn what_leaves_a_selection_is_deleted_for_its_watch() {
    let center = TestCenter::start();
    let labelled = |value: &str| {
        let mut namespace = namespace("ns1");
        namespace["metadata"]["labels"] = json!({"color": value});
        namespace
    };
    center.ask("PUT", "/api/v1/namespaces/ns1", &labelled("red"));
    let version = center.get("/api/v1/namespaces").body["metadata"]["resourceVersion"].clone();
    for color in ["blue", "red"] {
        center.ask("PUT", "/api/v1/namespaces/ns1", &labelled(color));
    }
    let target = format!(
        "/api/v1/namespaces?watch=true&labelSelector=color%3Dred&timeoutSeconds=1&resourceVersion={}",
        version.as_str().unwrap()
    );
    assert_eq!(kinds(&center.watch(&target)), [("DELETED", "ns1"), ("ADDED", "ns1")]);
}

#[test]
fn a_version_too_old_is_a_410_in_either_form() {
    let center = TestCenter::start();
    center.forget_versions(Expiry::Event);
    let events = center.watch("/api/v1/nodes?watch=true&resourceVersion=2");
    assert_eq!(events.len(), 1);
    assert_eq!((&events[0]["type"], &events[0]["object"]["code"]), (&json!("ERROR"), &json!(410)));
    center.forget_versions(Expiry::Status);
    assert_eq!(center.get("/api/v1/nodes?watch=true&resourceVersion=2").code, 410);
}

#[test]
fn a_version_of_the_future_watches_in_silence() {
    let center = TestCenter::start();
    let target = "/api/v1/namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=6&resourceVersion=99999999";
    scope(|scope| {
        let watch = scope.spawn(|| center.watch(target));
        sleep(Duration::from_millis(100));
        center.post("/api/v1/namespaces", &namespace("unseen"));
        assert!(watch.join().unwrap().is_empty());
    });
}

#[test]
fn bookmarks_say_where_a_quiet_watch_stands() {
    let center = TestCenter::start();
    let version = center.get("/api/v1/namespaces").body["metadata"]["resourceVersion"].clone();
    let version = version.as_str().unwrap();
    let target = |marks: bool| {
        format!("/api/v1/namespaces?watch=true&allowWatchBookmarks={marks}&timeoutSeconds=6&resourceVersion={version}")
    };
    let events = center.watch(&target(true));
    assert_eq!(kinds(&events), [("BOOKMARK", "")]);
    let marked: u64 = events[0]["object"]["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
    assert!(marked > version.parse().unwrap(), "heartbeats have moved it on");
    assert!(center.watch(&target(false)).is_empty());
}
