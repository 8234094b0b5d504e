//! `/internal/reconcile`: for whoever calls it on a schedule.

use std::time::{Duration, Instant};

use harness::{Setup, admin, anonymous};
use serde_json::json;

const PATH: &str = "/internal/reconcile";

#[test]
fn only_the_bearer_of_its_token_may_reconcile() {
    let begin = Instant::now();
    anonymous().with_token("Bearer the-token-of-reconcile").post(PATH, json!({})).expect(200);
    assert!(begin.elapsed() < Duration::from_secs(10), "it answers within ten seconds");
    for nobody in [&anonymous(), admin(), &anonymous().with_token("Bearer another"), &anonymous().with_token("Bearer")]
    {
        nobody.post(PATH, json!({})).expect(401);
    }
    anonymous().get(PATH).expect(405);
}

#[test]
fn without_a_token_of_its_own_the_path_is_not_there() {
    let platform = Setup::new("no-reconcile").variable("reconcile_token", "").start();
    for nobody in [&platform.anonymous(), &platform.anonymous().with_token("Bearer ")] {
        nobody.post(PATH, json!({})).expect(404);
    }
}
