//! How long instances, work after an answer, and the host itself live.

use std::time::{Duration, Instant};

use crate::fixture::{Running, host, manifest};

const MANIFEST: &str = r#"
[[trigger.http]]
route = "/..."
component = "plain"

[component.plain]
source = "GUESTS/plain.wasm"
sqlite_databases = ["default"]
"#;

#[test]
fn an_instance_serves_128_requests() {
    let host = Running::with(MANIFEST, &[]);
    let served: Vec<usize> = (0..260).map(|_| host.text("/served").parse().unwrap()).collect();
    assert_eq!(served.iter().max(), Some(&128));
    assert!(served.iter().filter(|&&number| number == 1).count() >= 3);
}

#[test]
fn an_instance_with_nothing_to_do_ends_after_a_second() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.text("/served"), "1");
    assert_eq!(host.text("/served"), "2");
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(host.text("/served"), "1");
}

#[test]
fn an_instance_serves_16_requests_at_once() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.text("/served"), "1");
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| assert_eq!(host.text("/slow?400"), "slept"));
        }
    });
    let served: usize = host.text("/served").parse().unwrap();
    assert!(served <= 18, "an instance has served {served} requests, 16 of them at once at most");
}

#[test]
fn work_goes_on_after_the_answer() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.text("/query?CREATE%20TABLE%20done%20(id)"), "");
    let asked = Instant::now();
    assert_eq!(host.text("/later?INSERT%20INTO%20done%20VALUES%20(7)"), "later");
    assert!(asked.elapsed() < Duration::from_millis(400), "the answer has waited for the work");
    let end = Instant::now() + Duration::from_secs(5);
    while host.text("/query?SELECT%20id%20FROM%20done") != "7" {
        assert!(Instant::now() < end, "the work was not done");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_answer_on_its_way_ends_before_the_host_does() {
    for signal in ["TERM", "INT"] {
        let mut host = Running::with(MANIFEST, &[]);
        assert_eq!(host.text("/served"), "1");
        std::thread::scope(|scope| {
            let answer = scope.spawn(|| host.text("/slow?700"));
            std::thread::sleep(Duration::from_millis(250));
            host.signal(signal);
            assert_eq!(answer.join().unwrap(), "slept");
        });
        assert!(host.ended().success());
    }
}

#[test]
fn an_answer_that_does_not_end_holds_the_host_for_two_seconds() {
    let mut host = Running::with(MANIFEST, &[]);
    let url = format!("{}/slow?60000", host.url);
    let waiting = std::thread::spawn(move || ureq::get(url).call().is_err());
    std::thread::sleep(Duration::from_millis(300));
    let told = Instant::now();
    host.signal("TERM");
    assert!(host.ended().success());
    assert!(told.elapsed() < Duration::from_secs(4), "{:?}", told.elapsed());
    assert!(waiting.join().unwrap());
}

#[test]
fn instances_that_the_end_of_the_host_cuts_off_have_not_failed() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.text("/served"), "1");
    assert_eq!(host.text("/later?SELECT%201"), "later");
    assert_eq!(host.stopped(), "");
}

#[test]
fn an_instance_that_fails_is_told() {
    let host = Running::with(MANIFEST, &[]);
    assert_eq!(host.get("/abort").0, 500);
    let errors = host.stopped();
    assert!(errors.contains("plain: an instance has failed:") && errors.contains("unreachable"), "{errors}");
}

#[test]
fn data_is_kept_between_runs() {
    let folder = manifest(MANIFEST);
    let mut first = Running::start(&mut host(folder.path()));
    assert_eq!(first.text("/query?CREATE%20TABLE%20kept%20(id)"), "");
    first.signal("TERM");
    first.ended();
    let second = Running::start(&mut host(folder.path()));
    assert_eq!(second.text("/query?SELECT%20count(*)%20FROM%20kept"), "0");
    assert!(folder.path().join(".otestack/sqlite.db").is_file());
}
