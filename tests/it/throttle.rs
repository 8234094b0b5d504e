//! Wrong passwords are throttled, per user name and address (docs/semantics.md, Users).

use std::sync::OnceLock;

use harness::{Answer, Client, PASSWORD, Person, Platform, Setup, User, anonymous, platform, unique};
use serde_json::json;

const WRONG: &str = "Wr0ng-passw0rd";

/// A platform behind one proxy, so that a test can come from anywhere.
fn behind_a_proxy() -> &'static Platform {
    static PLATFORM: OnceLock<Platform> = OnceLock::new();
    PLATFORM.get_or_init(|| Setup::new("throttle").variable("trusted_proxies", "1").start())
}

/// A login through the proxy, which adds the address that it comes from.
fn log_in(address: &str, name: &str, password: &str) -> Answer {
    let login = json!({"user": name, "password": password});
    let client = behind_a_proxy().anonymous();
    let forwarded = format!("{}, {address}", unique("forged"));
    client.request("POST", "/v1/authorization").header("x-forwarded-for", &forwarded).json(&login).send_once()
}

fn change(by: &Client, address: &str, old: &str) -> Answer {
    let change = json!({"oldPassword": old, "password": PASSWORD});
    by.request("PUT", "/v1/user").header("x-forwarded-for", address).json(&change).send_once()
}

fn somebody() -> User {
    behind_a_proxy().pending_user()
}

fn wrong_times(times: usize, address: &str, name: &str) {
    for _ in 0..times {
        log_in(address, name, WRONG).expect(401);
    }
}

#[test]
fn after_ten_wrong_passwords_the_right_one_has_to_wait_too() {
    let (user, other) = (somebody(), somebody());
    wrong_times(10, "10.1.0.1", &user.name);
    for password in [PASSWORD, WRONG] {
        let refused = log_in("10.1.0.1", &user.name, password).expect(429);
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{refused}: {seconds}");
    }
    log_in("10.1.0.1", &other.name, PASSWORD).expect(200);
    log_in("10.1.0.2", &user.name, PASSWORD).expect(200);
    user.get("/v1/authorization").expect(200);
}

#[test]
fn a_name_that_nobody_has_is_throttled_alike() {
    let nobody = unique("nobody");
    wrong_times(10, "10.2.0.1", &nobody);
    log_in("10.2.0.1", &nobody, WRONG).expect(429);
}

#[test]
fn a_right_password_before_that_clears_the_names_count() {
    let user = somebody();
    for _ in 0..2 {
        wrong_times(9, "10.3.0.1", &user.name);
        log_in("10.3.0.1", &user.name, PASSWORD).expect(200);
    }
}

#[test]
fn a_wrong_old_password_counts_as_a_wrong_login() {
    let user = somebody();
    wrong_times(5, "10.4.0.1", &user.name);
    for _ in 0..5 {
        change(&user, "10.4.0.1", WRONG).expect(403);
    }
    change(&user, "10.4.0.1", PASSWORD).expect(429);
    log_in("10.4.0.1", &user.name, PASSWORD).expect(429);
    change(&user, "10.4.0.2", PASSWORD).expect(200);
}

#[test]
fn of_many_attempts_at_once_ten_are_checked() {
    let user = somebody();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let attempts: Vec<_> =
            (0..20).map(|_| scope.spawn(|| log_in("10.5.0.1", &user.name, WRONG).status())).collect();
        attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(401), count(429)), (10, 10), "{statuses:?}");
}

#[test]
fn many_right_logins_at_once_are_not_throttled() {
    let user = somebody();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let logins: Vec<_> =
            (0..12).map(|_| scope.spawn(|| log_in("10.6.0.1", &user.name, PASSWORD).status())).collect();
        logins.into_iter().map(|login| login.join().unwrap()).collect()
    });
    assert_eq!(statuses, [200; 12]);
}

#[test]
fn without_proxies_no_header_makes_another_address() {
    let person = Person::general();
    anonymous().post("/v1/user", person.body()).expect(200);
    let log_in = |number: usize, password: &str| {
        let address = format!("10.7.0.{number}");
        let login = json!({"user": person.name(), "password": password});
        let client = anonymous();
        let request = client.request("POST", "/v1/authorization").header("x-forwarded-for", &address);
        request.header("spin-client-addr", &format!("{address}:1")).json(&login).send_once()
    };
    for number in 0..10 {
        log_in(number, WRONG).expect(401);
    }
    log_in(10, PASSWORD).expect(429);
    platform().admin().get("/v1/authorization").expect(200);
}
