//! The group Business.

use harness::{admin, platform, unique};
use serde_json::json;

use super::Kind::{Free, Number, Text};
use super::{Endpoint, Field, INJECTIONS, ORDER, PAGE, PAGE_SIZE, check_id, check_query, encoded};

#[test]
fn an_application() {
    // The second application is a conflict, which is looked at after the fields.
    let user = platform().approved_user();
    let body = || json!({"name": unique("business"), "introduce": "i", "objective": "o", "scale": "s"});
    let fields: &[Field] = &[
        ("name", Text(64), &[], &INJECTIONS),
        ("introduce", Free(1000), &[], &INJECTIONS),
        ("objective", Free(1000), &[], &INJECTIONS),
        ("scale", Free(1000), &[], &INJECTIONS),
    ];
    user.post("/v1/business", body()).expect(200);
    let path = "/v1/business".to_owned();
    Endpoint { client: &user, method: "POST", path, body: &body, accepted: &[409], fields }.check();
}

#[test]
fn texts_are_kept_as_they_came() {
    for text in INJECTIONS {
        let user = platform().approved_user();
        let name = format!("{text}{}", unique(" "));
        let body = json!({"name": name, "introduce": text, "objective": text, "scale": text});
        let id = user.post("/v1/business", body).expect(200).id();
        let path = format!("/v1/business/id/{id}");
        admin().put(&path, json!({"status": 2, "comment": text})).expect(200);
        let shown = user.get(&path).expect(200);
        for field in ["introduce", "objective", "scale", "comment"] {
            assert_eq!(shown.data()[field], text);
        }
        let found = user.get(&format!("/v1/business?name={}", encoded(&name))).expect(200);
        assert_eq!((found.total(), &found.rows()[0]["name"]), (1, &json!(name)));
    }
}

#[test]
fn an_audit() {
    let user = platform().approved_user();
    let application = json!({"name": unique("business"), "introduce": "", "objective": "", "scale": ""});
    let id = user.post("/v1/business", application).expect(200).id();
    let path = format!("/v1/business/id/{id}");
    admin().put(&path, json!({"status": 1, "comment": ""})).expect(200);
    let body = || json!({"status": 2, "comment": "no"});
    let fields: &[Field] = &[("status", Number(1, 2), &[], &[]), ("comment", Free(1000), &[], &INJECTIONS)];
    Endpoint { client: admin(), method: "PUT", path, body: &body, accepted: &[409], fields }.check();
    check_id(admin(), "PUT", "/v1/business/id/{id}", &body());
    check_id(admin(), "GET", "/v1/business/id/{id}", &json!({}));
}

#[test]
fn the_list() {
    let order_by = ("orderBy", &["name", "ID", "id desc", "id; --"][..], &["id", ""][..]);
    let name = ("name", &["a\0b"][..], &INJECTIONS[..]);
    check_query(admin(), "/v1/business", &[order_by, ORDER, PAGE, PAGE_SIZE, name]);
    let too_long = "x".repeat(1001);
    assert_eq!(admin().get(&format!("/v1/business?name={too_long}")).expect(422).faults(), ["name"]);
}
