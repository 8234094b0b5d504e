//! Deployments as they are recorded and listed, whatever becomes of them.

use harness::fleet::{AWAY, BEIJING, TWINS};
use harness::{Answer, Client, Tenant, admin, small_application};
use serde_json::{Value, json};

/// Somebody's application `web`, and a body that would deploy it where nothing ever comes of it.
fn body(by: &Client) -> Value {
    let version = by.create_application(small_application("web"));
    json!({"deployName": "web", "appName": "web", "version": version, "cluster": AWAY, "nodeLabel": "all", "comment": "first"})
}

fn with(body: &Value, field: &str, value: impl Into<Value>) -> Value {
    let mut body = body.clone();
    body[field] = value.into();
    body
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.rows().iter().map(|row| row["deployName"].as_str().unwrap()).collect()
}

#[test]
fn a_row_has_all_that_is_documented() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = by.post("/v1/deploy", body(by)).expect(200).id();
    let row = by.deployment(id);
    let expected = json!({
        "id": id, "deployName": "web", "appName": "web", "version": "1.0.1", "cluster": AWAY, "nodeLabel": "all",
        "comment": "first", "deployType": 1, "status": 3, "editable": false, "auditComment": "", "runningVersion": "1.0.1",
        "createTime": row["createTime"], "updateTime": row["updateTime"], "errorMessage": row["errorMessage"],
    });
    assert_eq!(row, expected);
    let counts: Value = serde_json::from_str(row["errorMessage"].as_str().unwrap()).unwrap();
    assert!(["running", "error", "total"].iter().all(|name| counts[name].is_u64()), "{counts}");
    assert!(row["createTime"].as_u64().unwrap() > 1_600_000_000);
}

#[test]
fn all_faults_are_reported_together() {
    let refused = admin().post("/v1/deploy", json!({})).expect(422);
    assert_eq!(refused.faults(), ["deployName", "appName", "version", "comment"]);
    for name in ["Web", "a_b", "-a", "", &"x".repeat(41)] {
        let tenant_body = json!({"deployName": name, "appName": "web", "version": "1.0.1", "comment": ""});
        assert!(admin().post("/v1/deploy", tenant_body).expect(422).faults().contains(&"deployName"), "{name:?}");
    }
}

#[test]
fn what_a_deployment_names_must_be_there_for_its_business() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let by = &tenant.business_admin;
    let body = body(by);
    let faults = |by: &Client, body: Value| -> Vec<String> {
        by.post("/v1/deploy", body).expect(422).faults().into_iter().map(str::to_owned).collect()
    };
    assert_eq!(faults(by, with(&with(&body, "appName", "none"), "cluster", "nowhere")), ["appName", "cluster"]);
    assert_eq!(faults(by, with(&body, "version", "1.0")), ["version"]);
    assert_eq!(faults(by, with(&body, "version", "1.0.2")), ["version"]);
    assert_eq!(faults(by, with(&body, "nodeLabel", "no-node")), ["nodeLabel"]);
    assert_eq!(faults(&other.business_admin, body), ["appName"], "another tenant's application is not there");
}

#[test]
fn a_label_of_another_business_is_not_there() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let label = json!({"clusterLabel": "mine", "clusterName": [AWAY]});
    other.business_admin.post("/v1/cluster/label", label).expect(200);
    let body = with(&body(&tenant.business_admin), "cluster", "mine");
    assert_eq!(tenant.business_admin.post("/v1/deploy", body).expect(422).faults(), ["cluster"]);
}

#[test]
fn a_name_of_two_clusters_is_a_conflict() {
    let tenant = Tenant::new();
    let body = with(&body(&tenant.business_admin), "cluster", TWINS);
    assert!(tenant.business_admin.post("/v1/deploy", body).expect(409).message().contains("twin-10"));
}

#[test]
fn a_name_is_taken_in_its_business_only() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let by = &tenant.business_admin;
    let asked = body(by);
    by.post("/v1/deploy", asked.clone()).expect(200);
    by.post("/v1/deploy", asked.clone()).expect(409);
    tenant.general_user.post("/v1/deploy/install", asked).expect(409);
    other.business_admin.post("/v1/deploy/install", body(&other.business_admin)).expect(200);
}

#[test]
fn of_two_creations_at_once_of_one_name_one_wins() {
    let tenant = Tenant::new();
    let by: &Client = &tenant.business_admin;
    let body = body(by);
    let mut statuses = std::thread::scope(|scope| {
        let create = || by.post("/v1/deploy", body.clone()).status();
        let both = [scope.spawn(create), scope.spawn(create)];
        both.map(|it| it.join().unwrap())
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[test]
fn a_general_users_deployment_waits_for_audit_and_nothing_is_sent() {
    let tenant = Tenant::new();
    let asked = with(&body(&tenant.general_user), "cluster", BEIJING);
    let id = tenant.general_user.post("/v1/deploy", asked).expect(200).id();
    let row = tenant.general_user.deployment(id);
    assert_eq!((&row["status"], &row["editable"], &row["runningVersion"]), (&json!(0), &json!(false), &json!("")));
    assert_eq!(row["errorMessage"], r#"{"running":0,"error":0,"total":0}"#);
    tenant.general_user.delete(&format!("/v1/deploy/id/{id}")).expect(409);
}

#[test]
fn the_list_is_the_businesss_own_and_filtered() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let by = &tenant.business_admin;
    let asked = body(by);
    by.post("/v1/deploy", asked.clone()).expect(200);
    tenant.general_user.post("/v1/deploy", with(&asked, "deployName", "waiting")).expect(200);
    let list = |query: &str| by.get(&format!("/v1/deploy?{query}")).expect(200);
    assert_eq!((names(&list("")), list("").total()), (vec!["web", "waiting"], 2));
    assert_eq!(names(&list("running=true")), ["web"]);
    assert_eq!(names(&list("editable=true")), [""; 0]);
    assert_eq!(names(&list("editable=false&page=2&pageSize=1")), ["waiting"]);
    assert_eq!(list("appName=we&appNameMode=strict").total(), 0);
    assert_eq!(list("appName=we&appNameMode=prefix").total(), 2);
    assert_eq!(list("field=deployName,status&pageSize=1").rows()[0], json!({"deployName": "web", "status": 3}));
    assert_eq!(other.business_admin.get("/v1/deploy").expect(200).total(), 0);
    let refused = by.get("/v1/deploy?editable=yes&running=false&field=colour&appNameMode=x").expect(422);
    let mut faults = refused.faults();
    faults.sort_unstable();
    assert_eq!(faults, ["appNameMode", "editable", "field", "running"]);
}

#[test]
fn another_tenants_deployment_does_not_exist() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let by = &tenant.business_admin;
    let id = by.post("/v1/deploy", body(by)).expect(200).id();
    let path = format!("/v1/deploy/id/{id}");
    let foreign = other.business_admin.get(&path).expect(404);
    let unknown = other.business_admin.get("/v1/deploy/id/999999999").expect(404);
    assert_eq!(foreign.body(), unknown.body(), "the two are indistinguishable");
    other.business_admin.delete(&path).expect(404);
    other.business_admin.delete("/v1/deploy/web").expect(404);
    admin().delete("/v1/deploy/web").expect(404);
    admin().get(&path).expect(200);
    for id in ["0", "x", "-1"] {
        admin().get(&format!("/v1/deploy/id/{id}")).expect(422);
    }
}
