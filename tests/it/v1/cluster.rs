//! `/v1/cluster`: Cluster Management 1–5.

use harness::fleet::{AWAY, AWAY_ID, BEIJING, BEIJING_ID, GUANGZHOU, SHENZHEN, TWIN_IDS, TWINS};
use harness::{Answer, Client, Person, Tenant, admin, platform, unique};
use serde_json::{Value, json};

fn label(by: &Client, label: &str, clusters: &[&str]) -> Answer {
    by.post("/v1/cluster/label", json!({"clusterLabel": label, "clusterName": clusters}))
}

fn unlabel(by: &Client, label: &str, clusters: &[&str]) -> Answer {
    by.delete_with("/v1/cluster/label", json!({"clusterLabel": label, "clusterName": clusters}))
}

/// The names of the clusters that carry a label, as somebody sees it.
fn carrying(by: &Client, label: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/cluster?clusterLabel={label}")).expect(200);
    assert_eq!(list.total(), list.rows().len() as u64);
    list.rows().iter().map(|row| row["clusterName"].as_str().unwrap().to_owned()).collect()
}

/// All labels that somebody sees.
fn labels(by: &Client) -> Vec<Value> {
    by.get("/v1/cluster/label").expect(200).rows().to_vec()
}

#[test]
fn all_clusters_are_listed_by_name_unless_a_page_is_asked_for() {
    let tenant = Tenant::new();
    let all = tenant.general_user.get("/v1/cluster").expect(200);
    let names: Vec<&str> = all.rows().iter().map(|row| row["clusterName"].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(names.len() > 7 && all.total() == names.len() as u64, "{names:?}");
    let second = tenant.general_user.get("/v1/cluster?clusterLabel=all&page=2&pageSize=1").expect(200);
    assert_eq!(second.rows(), &all.rows()[1..2]);
    assert_eq!(second.total(), all.total());
}

#[test]
fn a_row_has_the_nodes_and_whether_the_cluster_is_alive() {
    let all = admin().get("/v1/cluster").expect(200);
    let row = |name: &str| all.rows().iter().find(|row| row["clusterName"] == name).unwrap();
    let expected = json!({"clusterName": BEIJING, "clusterId": BEIJING_ID, "nodeCount": 2, "isReady": true});
    assert_eq!(row(BEIJING), &expected);
    assert_eq!(row(GUANGZHOU)["nodeCount"], 4);
    assert_eq!((&row(AWAY)["clusterId"], &row(AWAY)["isReady"]), (&json!(AWAY_ID), &json!(false)));
}

#[test]
fn a_label_is_on_the_clusters_that_were_named_until_it_is_taken_off() {
    let tenant = Tenant::new();
    let name = unique("label");
    label(&tenant.general_user, &name, &[SHENZHEN, BEIJING]).expect(200);
    label(&tenant.general_user, &name, &[BEIJING, BEIJING]).expect(200);
    assert_eq!(carrying(&tenant.business_admin, &name), [BEIJING, SHENZHEN]);
    unlabel(&tenant.business_admin, &name, &[BEIJING]).expect(200);
    unlabel(&tenant.business_admin, &name, &[BEIJING]).expect(200);
    assert_eq!(carrying(&tenant.business_admin, &name), [SHENZHEN]);
    unlabel(&tenant.business_admin, &name, &[SHENZHEN]).expect(200);
    assert!(!labels(&tenant.business_admin).contains(&json!(name)), "a label exists while a cluster carries it");
    assert!(carrying(&tenant.business_admin, &name).is_empty());
}

#[test]
fn a_clusters_labels_are_listed_by_time_then_name_in_pages() {
    let tenant = Tenant::new();
    let mine = [unique("b"), unique("a")];
    for name in &mine {
        label(&tenant.business_admin, name, &[AWAY]).expect(200);
    }
    let of_cluster = |query: &str| tenant.business_admin.get(&format!("/v1/cluster/label/{AWAY}?{query}")).expect(200);
    let all = of_cluster("pageSize=0");
    let key = |row: &Value| (row["createTime"].as_u64().unwrap(), row["clusterLabel"].as_str().unwrap().to_owned());
    assert!(all.rows().iter().map(key).is_sorted());
    for name in &mine {
        assert!(all.rows().iter().any(|row| row["clusterLabel"] == name.as_str()), "{all}");
    }
    assert_eq!(of_cluster("pageSize=1").rows().len(), 1);
    assert_eq!(of_cluster("pageSize=1").total(), all.total());
    let by_id = tenant.business_admin.get(&format!("/v1/cluster/label/{AWAY_ID}?pageSize=0")).expect(200);
    assert_eq!(by_id.rows(), all.rows());
}

#[test]
fn a_tenants_labels_are_its_own() {
    let (tenant, other, name) = (Tenant::new(), Tenant::new(), unique("label"));
    label(&tenant.business_admin, &name, &[BEIJING]).expect(200);
    for stranger in [&*other.business_admin, admin()] {
        assert!(!labels(stranger).contains(&json!(name)));
        assert!(carrying(stranger, &name).is_empty());
    }
    unlabel(&other.business_admin, &name, &[BEIJING]).expect(200);
    assert_eq!(carrying(&tenant.general_user, &name), [BEIJING], "no tenant takes another's label off");
}

#[test]
fn a_platform_wide_label_is_everybodys_until_an_own_one_hides_it() {
    let (tenant, other, name) = (Tenant::new(), Tenant::new(), unique("label"));
    label(admin(), &name, &[BEIJING, SHENZHEN]).expect(200);
    assert_eq!(carrying(&tenant.general_user, &name), [BEIJING, SHENZHEN]);
    label(&tenant.general_user, &name, &[GUANGZHOU]).expect(200);
    assert_eq!(carrying(&tenant.general_user, &name), [GUANGZHOU]);
    assert_eq!(carrying(&other.general_user, &name), [BEIJING, SHENZHEN]);
    assert_eq!(labels(&tenant.general_user).iter().filter(|it| **it == json!(name)).count(), 1);
    unlabel(&tenant.general_user, &name, &[GUANGZHOU]).expect(200);
    assert_eq!(carrying(&tenant.general_user, &name), [BEIJING, SHENZHEN]);
    unlabel(admin(), &name, &[BEIJING, SHENZHEN]).expect(200);
}

#[test]
fn general_users_of_the_platform_itself_write_no_labels() {
    let user = platform().sub_user(admin(), &Person::general());
    label(&user, &unique("label"), &[BEIJING]).expect(403);
    unlabel(&user, "any", &[BEIJING]).expect(403);
    user.get("/v1/cluster/label").expect(200);
}

#[test]
fn unknown_clusters_are_named_and_nothing_is_labelled() {
    let (tenant, name) = (Tenant::new(), unique("label"));
    let refused = label(&tenant.business_admin, &name, &[BEIJING, "Atlantis", "El Dorado"]).expect(404);
    assert!(refused.message().contains("Atlantis") && refused.message().contains("El Dorado"), "{refused}");
    assert!(carrying(&tenant.business_admin, &name).is_empty());
    unlabel(&tenant.business_admin, &name, &["Atlantis"]).expect(404);
    tenant.business_admin.get("/v1/cluster/label/Atlantis").expect(404);
    let decoded = tenant.business_admin.get("/v1/cluster/label/At%2Flantis%20%25").expect(404);
    assert!(decoded.message().contains("At/lantis %"), "a segment is decoded once: {decoded}");
}

#[test]
fn a_name_of_two_clusters_is_a_conflict_that_shows_their_ids() {
    let (tenant, name) = (Tenant::new(), unique("label"));
    for refused in [
        label(&tenant.business_admin, &name, &[TWINS]),
        unlabel(&tenant.business_admin, &name, &[TWINS]),
        tenant.business_admin.get(&format!("/v1/cluster/label/{TWINS}")),
    ] {
        let refused = refused.expect(409);
        assert!(TWIN_IDS.iter().all(|id| refused.message().contains(id)), "{refused}");
    }
    label(&tenant.business_admin, &name, &TWIN_IDS[..1]).expect(200);
    let list = tenant.business_admin.get(&format!("/v1/cluster?clusterLabel={name}")).expect(200);
    assert_eq!(list.rows()[0]["clusterId"], TWIN_IDS[0]);
    assert_eq!(list.total(), 1, "and not the other one, whose id only begins alike");
}

#[test]
fn a_label_becomes_a_kubernetes_label() {
    let tenant = Tenant::new();
    for bad in ["", " ", "all", "a_b", "a.b", "-a", "a-", "a b", "ä", &"x".repeat(64)] {
        assert_eq!(label(&tenant.business_admin, bad, &[BEIJING]).expect(422).faults(), ["clusterLabel"], "{bad:?}");
    }
    label(&tenant.business_admin, &"x".repeat(63), &[BEIJING]).expect(200);
    let refused = tenant.business_admin.post("/v1/cluster/label", json!({"clusterName": []})).expect(422);
    assert_eq!(refused.faults(), ["clusterLabel", "clusterName"]);
    let refused = label(&tenant.business_admin, "fine", &[BEIJING, ""]).expect(422);
    assert_eq!(refused.faults(), ["clusterName[1]"]);
}

#[test]
fn a_filter_that_finds_nothing_gives_an_empty_list() {
    assert!(carrying(admin(), "no-cluster-carries-this").is_empty());
    admin().get("/v1/cluster?page=0").expect(422);
    admin().get("/v1/cluster?pageSize=1001").expect(422);
}

#[test]
fn every_fault_of_a_body_is_named() {
    let by = &Tenant::new().business_admin;
    let many: Vec<String> = (0..1001).map(|at| format!("cluster-{at}")).collect();
    let table: &[(&str, Value)] = &[
        ("clusterLabel", json!(null)),
        ("clusterLabel", json!(7)),
        ("clusterLabel", json!(" ")),
        ("clusterLabel", json!("x".repeat(1001))),
        ("clusterLabel", json!("a\u{0}b")),
        ("clusterName", json!(null)),
        ("clusterName", json!(BEIJING)),
        ("clusterName", json!([])),
        ("clusterName", json!(many)),
        ("clusterName[1]", json!([BEIJING, " "])),
        ("clusterName[0]", json!([{}])),
    ];
    for (fault, value) in table {
        let mut body = json!({"clusterLabel": "fine", "clusterName": [BEIJING]});
        body[fault.split('[').next().unwrap()] = value.clone();
        for method in ["POST", "DELETE"] {
            let refused = by.request(method, "/v1/cluster/label").json(&body).send().expect(422);
            assert_eq!(refused.faults(), [*fault], "{method} {fault}");
        }
    }
}
