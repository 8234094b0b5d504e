//! `PUT /v1/business/id/{id}` while the edge control plane is down, slow or answers by halves.

use std::time::{Duration, Instant};

use harness::{Answer, Platform, Setup, User, unique};
use serde_json::json;
use sim::faults::{Effect, Fault};

const CREATION: &str = "POST /api/v1/namespaces";

/// A platform whose calls time out soon.
fn impatient(name: &str) -> Platform {
    Setup::new(name).variable("outbound_timeout_ms", "500").start()
}

/// Somebody's application for a business that waits.
struct Waiting<'a> {
    platform: &'a Platform,
    user: User,
    id: u64,
}

impl<'a> Waiting<'a> {
    fn new(platform: &'a Platform) -> Self {
        let user = platform.approved_user();
        let application = json!({"name": unique("business"), "introduce": "", "objective": "", "scale": ""});
        let id = user.post("/v1/business", application).expect(200).id();
        Self { platform, user, id }
    }

    fn approve(&self) -> Answer {
        self.platform.admin().put(&format!("/v1/business/id/{}", self.id), json!({"status": 1, "comment": "yes"}))
    }

    /// Nothing has changed, for anybody.
    fn still_waits(&self) {
        let row = self.user.get(&format!("/v1/business/id/{}", self.id)).expect(200);
        assert_eq!((&row.data()["status"], &row.data()["comment"]), (&json!(0), &json!("")));
        assert_eq!(self.user.get("/v1/authorization").expect(200).data()["role"], 1);
    }

    /// The same call completes, and there is one namespace.
    fn completes(&self) {
        self.approve().expect(200);
        assert_eq!(self.user.get("/v1/authorization").expect(200).data()["role"], 3);
        let namespaces = self.platform.center.objects("namespaces", "").unwrap();
        let name = format!("ns{}", self.id);
        assert_eq!(namespaces.iter().filter(|it| it["metadata"]["name"] == name.as_str()).count(), 1);
        self.approve().expect(409);
    }
}

#[test]
fn whatever_breaks_at_the_center_changes_nothing_and_the_same_call_completes() {
    let platform = impatient("approval-broken");
    let effects = [
        Effect::Status(500, "{}".to_owned()),
        Effect::Status(503, "<html>".to_owned()),
        Effect::Status(429, String::new()),
        Effect::Status(401, "{}".to_owned()),
        Effect::Status(403, "{}".to_owned()),
        Effect::Status(204, String::new()),
        Effect::Status(301, String::new()),
        Effect::DropBefore,
    ];
    for effect in effects {
        let waiting = Waiting::new(&platform);
        let shown = format!("{effect:?}");
        platform.center.traffic().order(Fault::new(CREATION, effect).unwrap().always());
        assert_eq!(waiting.approve().status(), 502, "{shown}");
        waiting.still_waits();
        platform.center.traffic().clear_orders();
        waiting.completes();
    }
}

#[test]
fn an_answer_that_is_lost_or_breaks_off_though_the_namespace_was_made_does_no_harm() {
    let platform = impatient("approval-half");
    for effect in [Effect::DropAfter, Effect::HalfBody, Effect::Garbage] {
        let waiting = Waiting::new(&platform);
        platform.center.traffic().order(Fault::new(CREATION, effect).unwrap());
        match waiting.approve().status() {
            200 => {} // A second attempt of the same call found it there.
            502 => waiting.completes(),
            other => panic!("{other}"),
        }
        assert_eq!(waiting.user.get("/v1/authorization").expect(200).data()["role"], 3);
        platform.center.traffic().clear_orders();
    }
}

#[test]
fn a_silent_center_is_a_time_out_after_which_the_same_call_completes() {
    let platform = impatient("approval-silent");
    let waiting = Waiting::new(&platform);
    let silence = Effect::Delay(Duration::from_secs(3));
    platform.center.traffic().order(Fault::new(CREATION, silence).unwrap());
    let begin = Instant::now();
    waiting.approve().expect(504);
    assert!(begin.elapsed() < Duration::from_secs(3), "it gave up before the answer came");
    waiting.still_waits();
    waiting.completes();
}

#[test]
fn a_slow_center_is_waited_for() {
    let platform = Setup::new("approval-slow").start();
    let waiting = Waiting::new(&platform);
    let slowness = Effect::Delay(Duration::from_secs(1));
    platform.center.traffic().order(Fault::new(CREATION, slowness).unwrap());
    waiting.completes();
}

#[test]
fn a_center_that_is_down_is_reached_again_later() {
    let platform = impatient("approval-down");
    let waiting = Waiting::new(&platform);
    platform.center.traffic().refuse_connections(Duration::from_secs(3));
    waiting.approve().expect(502);
    waiting.still_waits();
    std::thread::sleep(Duration::from_secs(4));
    waiting.completes();
}

#[test]
fn of_two_approvals_at_once_one_wins() {
    let platform = impatient("approval-twice");
    let waiting = Waiting::new(&platform);
    let slowness = Effect::Delay(Duration::from_millis(200));
    platform.center.traffic().order(Fault::new(CREATION, slowness).unwrap().times(2));
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let tries = [(); 2].map(|()| scope.spawn(|| waiting.approve().status()));
        tries.map(|it| it.join().unwrap()).into()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}

#[test]
fn what_is_refused_for_its_state_never_reaches_the_center() {
    let platform = impatient("approval-refused");
    let waiting = Waiting::new(&platform);
    platform.admin().delete(&format!("/v1/admin/user/{}", waiting.user.id)).expect(200);
    waiting.approve().expect(409);
    let path = format!("/v1/business/id/{}", Waiting::new(&platform).id);
    platform.admin().put(&path, json!({"status": 2, "comment": "no"})).expect(200);
    assert!(platform.center.traffic().requests().iter().all(|request| request.method != "POST"));
}
