//! `/v1/user`: User Management 3, 4.

use harness::{PASSWORD, Person, anonymous, platform, unique};
use serde_json::{Value, json};

fn register(person: &Person) -> harness::Answer {
    anonymous().post("/v1/user", person.body())
}

/// The faults of a registration in which one field has another value.
fn faults(field: &str, value: impl Into<Value>) -> Vec<String> {
    let refused = register(&Person::administrator().with(field, value)).expect(422);
    refused.faults().into_iter().map(str::to_owned).collect()
}

#[test]
fn whoever_registers_waits_for_approval() {
    let person = Person::administrator();
    let id = register(&person).expect(200).id();
    let client = platform().log_in(person.name());
    let told = client.get("/v1/authorization").expect(200);
    assert_eq!(told.data()["role"], 0);
    assert_eq!(told.data()["displayName"], person.name());
    assert!(id > 1, "the first id is the first system administrator's");
}

#[test]
fn ids_are_never_reused_and_grow() {
    let first = register(&Person::general()).expect(200).id();
    assert!(register(&Person::general()).expect(200).id() > first);
}

#[test]
fn all_faults_of_a_registration_are_reported_together() {
    let refused = anonymous().post("/v1/user", json!({})).expect(422);
    assert_eq!(refused.faults(), ["user", "password", "phone", "realName", "isAdmin"]);
    let body = json!({"user": "x", "password": "short", "phone": "no", "realName": " ", "isAdmin": "yes"});
    let refused = anonymous().post("/v1/user", body).expect(422);
    assert_eq!(refused.faults(), ["user", "password", "phone", "realName", "isAdmin"]);
}

#[test]
fn user_names_are_2_to_50_ascii_letters_digits_and_marks() {
    for name in ["x", &"x".repeat(51), "two words", "ümlaut", "a/b", "a\0b", "  ", ""] {
        assert_eq!(faults("user", name), ["user"], "{name:?}");
    }
    let marks = unique("A.b_c");
    register(&Person::general().with("user", marks)).expect(200);
    let long = format!("{:x<50}", unique("long"));
    register(&Person::general().with("user", long)).expect(200);
}

#[test]
fn passwords_have_8_to_20_characters_of_three_kinds() {
    for password in ["Short-1", "lower-case-1", "UPPER-CASE-1", "No-digit-here", "Far-too-long-for-20-c"] {
        assert_eq!(faults("password", password), ["password"], "{password}");
    }
    let longest = "Aa1-----------------";
    register(&Person::general().with("password", longest)).expect(200);
}

#[test]
fn a_refused_password_is_not_repeated() {
    let refused = register(&Person::general().with("password", "my-old-cat")).expect(422);
    assert!(!refused.body().to_string().contains("my-old-cat"), "{refused}");
}

#[test]
fn phones_are_5_to_15_digits_after_an_optional_plus() {
    for phone in ["1234", "1234567890123456", "+1234", "++12345", "12 345", "", "１２３４５"] {
        assert_eq!(faults("phone", phone), ["phone"], "{phone:?}");
    }
}

#[test]
fn real_names_have_1_to_50_characters_of_any_script() {
    for name in ["", " \t", &"x".repeat(51)] {
        assert_eq!(faults("realName", name), ["realName"], "{name:?}");
    }
    register(&Person::general().with("realName", "字".repeat(50))).expect(200);
}

#[test]
fn wrong_types_are_faults_and_null_is_absence() {
    for (field, value) in
        [("user", json!(7)), ("isAdmin", json!(1)), ("phone", json!(12345)), ("realName", json!(["x"]))]
    {
        assert_eq!(faults(field, value), [field]);
        assert_eq!(faults(field, Value::Null), [field]);
    }
}

#[test]
fn unknown_fields_are_ignored() {
    register(&Person::general().with("status", 1).with("businessId", 1)).expect(200);
}

#[test]
fn a_taken_name_or_phone_is_a_conflict_that_says_which() {
    let person = Person::general();
    register(&person).expect(200);
    let body = person.body();
    let same_name = Person::general().with("user", body["user"].clone());
    assert!(register(&same_name).expect(409).message().contains("user"));
    let same_phone = Person::general().with("phone", body["phone"].clone());
    assert!(register(&same_phone).expect(409).message().contains("phone"));
    let other_case = person.name().to_uppercase();
    register(&Person::general().with("user", other_case)).expect(200);
}

#[test]
fn of_two_registrations_at_once_for_one_name_one_wins() {
    let name = unique("twin");
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let try_it = || register(&Person::general().with("user", name.as_str())).status();
        let tries = [scope.spawn(try_it), scope.spawn(try_it)];
        tries.map(|it| it.join().unwrap()).into()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}

#[test]
fn registration_ignores_the_token_that_comes_with_it() {
    anonymous().with_token("expired").post("/v1/user", Person::general().body()).expect(200);
}

#[test]
fn a_password_is_needed_as_registered() {
    let user = platform().pending_user();
    for password in [PASSWORD.to_lowercase(), format!("{PASSWORD} ")] {
        anonymous().post("/v1/authorization", json!({"user": user.name, "password": password})).expect(401);
    }
}

/// Another password that keeps the rule.
const OTHER: &str = "An0ther-secret";

fn change(client: &harness::Client, old: &str, new: &str) -> harness::Answer {
    client.put("/v1/user", json!({"oldPassword": old, "password": new}))
}

fn log_in(user: &str, password: &str) -> harness::Answer {
    anonymous().post("/v1/authorization", json!({"user": user, "password": password}))
}

#[test]
fn another_password_ends_all_tokens_but_the_one_that_is_answered() {
    let user = platform().pending_user();
    let elsewhere = platform().log_in(&user.name);
    let changed = change(&user, PASSWORD, OTHER).expect(200);
    let fresh = anonymous().with_token(changed.body()["token"].as_str().unwrap());
    fresh.get("/v1/authorization").expect(200);
    fresh.request("PUT", "/v1/authorization").send().expect(200);
    for old in [&*user, &elsewhere] {
        old.get("/v1/authorization").expect(401);
    }
    log_in(&user.name, PASSWORD).expect(401);
    log_in(&user.name, OTHER).expect(200);
}

#[test]
fn a_wrong_old_password_changes_nothing() {
    let user = platform().pending_user();
    change(&user, OTHER, OTHER).expect(403);
    user.get("/v1/authorization").expect(200);
    log_in(&user.name, PASSWORD).expect(200);
}

#[test]
fn the_new_password_may_equal_the_old_and_ends_the_tokens_all_the_same() {
    let user = platform().pending_user();
    change(&user, PASSWORD, PASSWORD).expect(200);
    user.get("/v1/authorization").expect(401);
}

#[test]
fn a_change_of_the_password_names_all_its_faults() {
    let user = platform().pending_user();
    assert_eq!(user.put("/v1/user", json!({})).expect(422).faults(), ["oldPassword", "password"]);
    assert_eq!(change(&user, " ", "short").expect(422).faults(), ["oldPassword", "password"]);
    anonymous().put("/v1/user", json!({})).expect(401);
}

#[test]
fn of_two_changes_at_once_one_wins() {
    let user = platform().pending_user();
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let changes = [OTHER, "Th1rd-secret"].map(|new| (new, user.clone()));
        let tries = changes.map(|(new, user)| scope.spawn(move || change(&user, PASSWORD, new).status()));
        tries.map(|it| it.join().unwrap()).into()
    });
    answers.sort_unstable();
    assert_eq!(answers[0], 200);
    assert!([401, 403].contains(&answers[1]), "{answers:?}");
}
