use super::*;
use crate::command::examples::{delete_pods, label_nodes, object, objects};

const TERMINATING: &str = r#"{"reason": "Forbidden", "message": "m", "details": {"name": "web-1",
    "causes": [{"reason": "NamespaceTerminating"}]}}"#;
const NO_NAMESPACE: &str = r#"{"reason": "NotFound", "details": {"name": "ns1", "kind": "namespaces"}}"#;
const NO_OBJECT: &str =
    r#"{"reason": "NotFound", "details": {"name": "web-1", "kind": "deployments", "group": "apps"}}"#;
const NO_RESOURCE: &str = r#"{"reason": "NotFound", "details": {}}"#;
const NO_PATH: &str = "404 page not found\n";
const EXISTS: &str = r#"{"reason": "AlreadyExists"}"#;
const CONFLICT: &str = r#"{"reason": "Conflict"}"#;
const SAID: &str = r#"{"kind": "Status", "message": "no"}"#;

fn judged(work: &Work, step: Step, code: u16, body: &str) -> String {
    let short = |name: &str, refusal: Refusal| {
        assert_eq!(refusal.code, code);
        name.to_owned()
    };
    match judge(work, step, &Answer { code, body: body.to_owned() }) {
        Outcome::Done => "done".to_owned(),
        Outcome::Pending => "pending".to_owned(),
        Outcome::Proceed(position) => position,
        Outcome::Failed(refusal) => short("failed", refusal),
        Outcome::Again(refusal) => short("again", refusal),
    }
}

/// Every kind of answer, with what it means to the creation, replacement, namespace and removal of an only object.
#[test]
fn every_answer_has_its_meaning() {
    let rows: [(u16, &str, [&str; 4]); 30] = [
        (200, SAID, ["done", "done", "create:0", "done"]),
        (201, SAID, ["done", "done", "create:0", "done"]),
        (202, "", ["done", "done", "create:0", "done"]),
        (409, EXISTS, ["replace:0", "again", "create:0", "again"]),
        (409, "", ["replace:0", "again", "create:0", "again"]),
        (409, CONFLICT, ["again", "again", "again", "again"]),
        (404, NO_NAMESPACE, ["namespace:0", "namespace:0", "again", "done"]),
        (404, NO_OBJECT, ["again", "create:0", "again", "done"]),
        (404, NO_RESOURCE, ["failed", "failed", "failed", "done"]),
        (404, NO_PATH, ["failed", "failed", "failed", "done"]),
        (404, "", ["again"; 4]),
        (404, " \n", ["again"; 4]),
        (405, SAID, ["failed"; 4]),
        (405, "", ["again"; 4]),
        (403, SAID, ["failed"; 4]),
        (403, TERMINATING, ["again"; 4]),
        (400, SAID, ["failed"; 4]),
        (400, "", ["failed"; 4]),
        (413, SAID, ["failed"; 4]),
        (415, SAID, ["failed"; 4]),
        (422, SAID, ["failed"; 4]),
        (422, "not JSON", ["failed"; 4]),
        (0, "", ["again"; 4]),
        (100, "", ["again"; 4]),
        (301, "", ["again"; 4]),
        (401, SAID, ["again"; 4]),
        (429, SAID, ["again"; 4]),
        (500, SAID, ["again"; 4]),
        (503, "", ["again"; 4]),
        (999, SAID, ["again"; 4]),
    ];
    for (code, body, wants) in rows {
        let steps = [Step::Create(0), Step::Replace(0), Step::Namespace(0), Step::Remove(0)];
        for (step, want) in steps.into_iter().zip(wants) {
            let work = if step == Step::Remove(0) { objects(0, 1) } else { objects(1, 0) };
            assert_eq!(judged(&work, step, code, body), want, "{step:?} {code} {body}");
        }
    }
}

#[test]
fn every_status_but_the_named_ones_is_no_verdict() {
    let named = [400, 403, 404, 405, 409, 413, 415, 422];
    for code in (0..=199).chain(300..=1_000).filter(|code| !named.contains(code)) {
        for body in ["", SAID] {
            assert_eq!(judged(&objects(1, 0), Step::Create(0), code, body), "again", "{code}");
        }
    }
}

#[test]
fn what_is_done_makes_way_for_the_next() {
    let work = objects(2, 2);
    assert_eq!(judged(&work, Step::Create(0), 201, ""), "create:1");
    assert_eq!(judged(&work, Step::Replace(0), 200, ""), "create:1");
    assert_eq!(judged(&work, Step::Replace(1), 200, ""), "remove:0");
    assert_eq!(judged(&work, Step::Remove(0), 404, NO_OBJECT), "remove:1");
    assert_eq!(judged(&work, Step::Remove(1), 200, ""), "done");
}

#[test]
fn a_label_that_finds_no_map_makes_it() {
    let work = label_nodes(&["n1", "n2"], Some("true"));
    assert_eq!(judged(&work, Step::Label(0), 200, ""), "label:1");
    assert_eq!(judged(&work, Step::Label(0), 422, SAID), "first-label:0");
    assert_eq!(judged(&work, Step::FirstLabel(0), 200, ""), "label:1");
    assert_eq!(judged(&work, Step::FirstLabel(1), 200, ""), "done");
    assert_eq!(judged(&work, Step::FirstLabel(0), 422, SAID), "failed");
}

#[test]
fn a_label_on_a_node_that_is_not_there_has_failed() {
    let work = label_nodes(&["n1"], Some("true"));
    assert_eq!(judged(&work, Step::Label(0), 404, NO_OBJECT), "failed");
    assert_eq!(judged(&work, Step::Label(0), 404, ""), "again");
    assert_eq!(judged(&work, Step::Label(0), 403, SAID), "failed");
}

#[test]
fn a_label_that_is_gone_is_taken_away() {
    let work = label_nodes(&["n1"], None);
    for (code, body, want) in
        [(200, "", "done"), (422, SAID, "done"), (404, NO_OBJECT, "done"), (404, "", "again"), (403, SAID, "failed")]
    {
        assert_eq!(judged(&work, Step::Label(0), code, body), want, "{code} {body}");
    }
}

#[test]
fn pods_that_are_gone_are_deleted() {
    let work = delete_pods(&["n1", "n2"]);
    for (code, body, want) in
        [(200, "", "delete-pods:1"), (404, NO_NAMESPACE, "delete-pods:1"), (403, SAID, "failed"), (0, "", "again")]
    {
        assert_eq!(judged(&work, Step::DeletePods(0), code, body), want, "{code} {body}");
    }
}

fn said(work: &Work, code: u16, body: &str) -> String {
    match judge(work, Step::Create(0), &Answer { code, body: body.to_owned() }) {
        Outcome::Failed(refusal) | Outcome::Again(refusal) => refusal.message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refusal_says_what_the_cluster_said_in_one_line() {
    let work = objects(1, 0);
    assert_eq!(
        said(&work, 422, r#"{"message": "spec.replicas:\n\tInvalid  value\u0000"}"#),
        "spec.replicas: Invalid value"
    );
    assert_eq!(said(&work, 422, r#"{"reason": "Invalid"}"#), "Invalid");
    assert_eq!(said(&work, 422, "<html>"), "the cluster answered 422");
    assert_eq!(said(&work, 0, ""), "the cluster's shim cannot reach its API server");
}

#[test]
fn a_refusal_is_at_most_a_thousand_characters() {
    let body = serde_json::json!({"message": "ä".repeat(5_000)}).to_string();
    assert_eq!(said(&objects(1, 0), 422, &body).chars().count(), 1_000);
}

#[test]
fn what_is_said_of_a_secret_is_not_passed_on() {
    let apply = vec![object("secrets")];
    let work = Work::Objects(crate::bindings::shim::Objects { apply, remove: vec![] });
    let message = said(&work, 422, r#"{"message": "invalid value: hunter2", "reason": "hunter2"}"#);
    assert_eq!(message, "the cluster answered 422 to the image-pull secret");
}

#[test]
fn an_entry_that_cannot_be_understood_is_no_verdict() {
    for entry in ["{}", "null", "7", r#"{"code": "200"}"#, r#"{"code": -1, "body": ""}"#, r#"{"code": 201.5}"#] {
        let answer = Answer::read(&serde_json::from_str(entry).unwrap());
        assert!(matches!(judge(&objects(1, 0), Step::Create(0), &answer), Outcome::Again(_)), "{entry}");
    }
    let answer = Answer::read(&serde_json::json!({"timestamp": 1, "code": 201, "body": null}));
    assert_eq!(judge(&objects(1, 0), Step::Create(0), &answer), Outcome::Done);
}
