//! `/v1/admin/deploy`: Deployment Management 8 and 9.

use harness::fleet::{AWAY, SHENZHEN, SHENZHEN_ID};
use harness::{Answer, Client, Tenant, admin, platform, small_application};
use serde_json::{Value, json};

use crate::v1::deploy::until_status;

const PATH: &str = "/v1/admin/deploy";

/// A deployment of a tenant's general user that waits; its id and its audit's.
fn waiting(tenant: &Tenant, cluster: &str) -> (u64, u64) {
    let version = tenant.general_user.create_application(small_application("web"));
    let id = tenant.general_user.deploy("web", &version, cluster);
    (id, newest(tenant)["id"].as_u64().unwrap())
}

/// A tenant's newest audit.
fn newest(tenant: &Tenant) -> Value {
    tenant.business_admin.get(PATH).expect(200).rows()[0].clone()
}

fn decide(by: &Client, audit: u64, status: u64) -> Answer {
    by.put(PATH, json!({"id": audit, "status": status, "comment": "decided"}))
}

#[test]
fn an_approved_change_starts_with_the_audits_comment() {
    let tenant = Tenant::new();
    let (id, audit) = waiting(&tenant, SHENZHEN);
    let expected = json!({
        "id": audit, "businessName": tenant.name, "appName": "web", "version": "1.0.1", "cluster": SHENZHEN, "nodeLabel": "all",
        "deployId": id, "deployName": "web", "deployType": 1, "status": 0, "comment": "",
        "createTime": newest(&tenant)["createTime"], "updateTime": newest(&tenant)["updateTime"],
    });
    assert_eq!(newest(&tenant), expected);
    assert_eq!(platform().names_at(SHENZHEN_ID, "deployments", &tenant.namespace()), [""; 0]);
    decide(&tenant.business_admin, audit, 1).expect(200);
    let row = until_status(&tenant.general_user, id, &[5]);
    assert_eq!((&row["auditComment"], &row["runningVersion"]), (&json!("decided"), &json!("1.0.1")));
    assert_eq!((&newest(&tenant)["status"], &newest(&tenant)["comment"]), (&json!(1), &json!("decided")));
    for status in [1, 2] {
        decide(&tenant.business_admin, audit, status).expect(409);
    }
}

#[test]
fn a_disapproved_change_leaves_what_runs() {
    let tenant = Tenant::new();
    let (id, audit) = waiting(&tenant, SHENZHEN);
    decide(admin(), audit, 1).expect(200);
    until_status(&tenant.general_user, id, &[5]);
    tenant.general_user.create_application(small_application("web"));
    tenant.general_user.post(&format!("/v1/deploy/id/{id}"), json!({"version": "1.0.2"})).expect(200);
    let row = tenant.general_user.deployment(id);
    assert_eq!(
        (&row["status"], &row["version"], &row["runningVersion"]),
        (&json!(0), &json!("1.0.2"), &json!("1.0.1"))
    );
    assert_eq!((&row["auditComment"], &newest(&tenant)["deployType"]), (&json!(""), &json!(2)));
    decide(&tenant.business_admin, newest(&tenant)["id"].as_u64().unwrap(), 2).expect(200);
    let row = tenant.general_user.deployment(id);
    assert_eq!((&row["status"], &row["runningVersion"], &row["editable"]), (&json!(2), &json!("1.0.1"), &json!(true)));
    assert_eq!(row["errorMessage"], r#"{"running":1,"error":0,"total":1}"#, "the counts are of what runs");
    assert_eq!(platform().names_at(SHENZHEN_ID, "deployments", &tenant.namespace()).len(), 1);
}

#[test]
fn a_deletion_that_waits_is_approved_too() {
    let tenant = Tenant::new();
    let (id, audit) = waiting(&tenant, SHENZHEN);
    decide(&tenant.business_admin, audit, 1).expect(200);
    until_status(&tenant.general_user, id, &[5]);
    tenant.general_user.delete("/v1/deploy/web").expect(200);
    let audit = newest(&tenant);
    assert_eq!((&audit["deployType"], &audit["status"]), (&json!(4), &json!(0)));
    tenant.business_admin.post(PATH, json!({"id": audit["id"], "status": 1, "comment": ""})).expect(200);
    until_status(&tenant.general_user, id, &[9]);
}

#[test]
fn an_administrators_deletion_ends_what_waits() {
    let tenant = Tenant::new();
    let (id, audit) = waiting(&tenant, AWAY);
    tenant.business_admin.delete(&format!("/v1/deploy/id/{id}")).expect(200);
    assert_eq!((&newest(&tenant)["status"], &newest(&tenant)["comment"]), (&json!(2), &json!("deleted")));
    decide(&tenant.business_admin, audit, 1).expect(409);
}

#[test]
fn of_two_decisions_at_once_one_wins() {
    let tenant = Tenant::new();
    let (_, audit) = waiting(&tenant, AWAY);
    let by: &Client = &tenant.business_admin;
    let mut statuses = std::thread::scope(|scope| {
        let both = [scope.spawn(|| decide(by, audit, 1).status()), scope.spawn(|| decide(admin(), audit, 2).status())];
        both.map(|it| it.join().unwrap())
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[test]
fn an_approval_whose_clusters_have_left_the_label_is_a_conflict_and_the_row_waits_on() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let label = json!({"clusterLabel": "edges", "clusterName": [SHENZHEN]});
    by.post("/v1/cluster/label", label.clone()).expect(200);
    let (id, audit) = waiting(&tenant, "edges");
    by.delete_with("/v1/cluster/label", label.clone()).expect(200);
    decide(admin(), audit, 1).expect(409);
    assert_eq!((&newest(&tenant)["status"], &by.deployment(id)["status"]), (&json!(0), &json!(0)));
    by.post("/v1/cluster/label", label).expect(200);
    decide(admin(), audit, 1).expect(200);
    until_status(by, id, &[5]);
}

#[test]
fn a_decision_is_1_or_2_about_an_audit_of_ones_own_business() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let (_, audit) = waiting(&tenant, AWAY);
    assert_eq!(admin().put(PATH, json!({})).expect(422).faults(), ["id", "status", "comment"]);
    for status in [0, 3] {
        assert_eq!(decide(admin(), audit, status).expect(422).faults(), ["status"]);
    }
    assert_eq!(decide(admin(), 0, 1).expect(422).faults(), ["id"]);
    decide(&other.business_admin, audit, 1).expect(404);
    decide(admin(), 999_999_999, 1).expect(404);
    decide(&tenant.general_user, audit, 1).expect(403);
}

#[test]
fn the_list_is_the_businesss_own_sorted_filtered_and_cut() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let (_, first) = waiting(&tenant, AWAY);
    tenant.general_user.deploy_as("again", "web", "1.0.1", AWAY);
    let list = |query: &str| tenant.business_admin.get(&format!("{PATH}?{query}")).expect(200);
    assert_eq!((list("").total(), list("order=asc").rows()[0]["id"].as_u64()), (2, Some(first)));
    assert_eq!(list("orderBy=id&order=desc&page=2&pageSize=1").rows()[0]["id"], first);
    assert_eq!(list(&format!("businessName={}", &tenant.name[1..])).total(), 2);
    assert_eq!(list("businessName=nobody").total(), 0);
    assert_eq!(other.business_admin.get(PATH).expect(200).total(), 0);
    assert_eq!(admin().get(&format!("{PATH}?businessName={}&pageSize=0", tenant.name)).expect(200).rows().len(), 2);
    let refused = admin().get(&format!("{PATH}?orderBy=name&order=up&page=0")).expect(422);
    let mut faults = refused.faults();
    faults.sort_unstable();
    assert_eq!(faults, ["order", "orderBy", "page"]);
}
