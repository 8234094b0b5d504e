use super::*;
use crate::inventory::{self, Items, Kind, Node};
use crate::{Caller, Database, Standing};
use futures::executor::block_on;

async fn database() -> &'static Database {
    let database = Box::leak(Box::new(Database::open().await.unwrap()));
    for (id, name) in [("c", "name of c"), ("d", "name of d")] {
        database.execute("INSERT INTO cluster VALUES (?1, ?2, 1, 0, 0)", values![id, name]).await.unwrap();
    }
    database
}

/// A general user of a business; of business 0, a system administrator.
async fn caller(database: &'static Database, business: i64) -> (Scope, Tenant) {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        SELECT hex(randomblob(8)), '', hex(randomblob(8)), '', ?1 = 0, 1, ?1, 0 RETURNING id";
    let id: i64 = database.one(sql, values![business]).await.unwrap();
    match Caller::find(database, id, 0, "").await.unwrap() {
        Standing::Known(caller) => (caller.scope(database), caller.tenant(database).unwrap()),
        other => panic!("{other:?}"),
    }
}

/// What the edge `c` reports of a node.
async fn report(database: &Database, node: &str, labels: &[&str]) {
    let node = Node {
        cluster_id: "c".to_owned(),
        name: node.to_owned(),
        ready: true,
        operating_system: String::new(),
        kernel_version: String::new(),
        ip: String::new(),
        cpu: 0,
        memory: 0,
        disk: 0,
        gpu: 0,
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
    };
    inventory::put(database, &Items::Nodes(vec![node]), None).await.unwrap();
}

/// What the edge `c` has confirmed of the label `x` of node `n`, business 7's.
async fn confirm(database: &Database, present: bool) {
    let sql = "INSERT OR REPLACE INTO node_label_confirmed (cluster_id, node_name, key, present)
        VALUES ('c', 'n', 'ns7.otestack.io/x', ?1)";
    database.execute(sql, values![i64::from(present)]).await.unwrap();
}

async fn labels(scope: Scope, cluster: Option<&str>) -> Vec<String> {
    let page = page(scope, cluster).await.unwrap();
    let rows: Vec<String> = serde_json::from_str(page.rows.get()).unwrap();
    assert_eq!(page.total, rows.len() as u64);
    rows
}

const X: &str = "ns7.otestack.io/x";

#[test]
fn labels_are_listed_by_name_own_and_platform_wide_ones_each_once() {
    block_on(async {
        let database = database().await;
        report(database, "n", &["ns7.otestack.io/own", "otestack.io/wide", "ns7.otestack.io/both", "otestack.io/both"])
            .await;
        report(database, "m", &["ns7.otestack.io/own", "ns77.otestack.io/foreign", "ns8.otestack.io/other"]).await;
        let (seven, eight) = (caller(database, 7).await.0, caller(database, 8).await.0);
        assert_eq!(labels(seven, None).await, ["both", "own", "wide"]);
        assert_eq!(labels(eight, None).await, ["both", "other", "wide"]);
        assert_eq!(labels(caller(database, 0).await.0, None).await, ["both", "wide"]);
        assert_eq!(labels(seven, Some("c")).await, labels(seven, Some("name of c")).await);
        assert_eq!(labels(seven, Some("d")).await, [""; 0]);
        assert_eq!(labels(seven, Some("nowhere")).await, [""; 0]);
    });
}

#[test]
fn a_confirmed_label_survives_reports_until_one_has_caught_up() {
    block_on(async {
        let database = database().await;
        let scope = caller(database, 7).await.0;
        report(database, "n", &[]).await;
        confirm(database, true).await;
        assert_eq!(labels(scope, None).await, ["x"]);
        report(database, "n", &["otestack.io/z"]).await;
        assert_eq!(labels(scope, None).await, ["x", "z"], "an older report");
        report(database, "n", &[X]).await;
        assert_eq!(labels(scope, None).await, ["x"]);
        report(database, "n", &[]).await;
        assert_eq!(labels(scope, None).await, [""; 0], "somebody else has taken it off since");
    });
}

#[test]
fn a_label_that_was_confirmed_to_be_gone_stays_gone_whatever_older_reports_say() {
    block_on(async {
        let database = database().await;
        let scope = caller(database, 7).await.0;
        report(database, "n", &[]).await;
        confirm(database, true).await;
        confirm(database, false).await;
        report(database, "n", &[X]).await;
        assert_eq!(labels(scope, None).await, [""; 0]);
        report(database, "n", &[]).await;
        report(database, "n", &[X]).await;
        assert_eq!(labels(scope, None).await, ["x"], "once a report has caught up the next one counts");
    });
}

#[test]
fn a_confirmation_that_no_report_catches_up_with_is_over_after_ten_minutes() {
    block_on(async {
        let database = database().await;
        let scope = caller(database, 7).await.0;
        report(database, "n", &[]).await;
        confirm(database, true).await;
        report(database, "n", &[]).await;
        assert_eq!(labels(scope, None).await, ["x"]);
        database.execute("UPDATE node_label_confirmed SET at = unixepoch() - 601", &[]).await.unwrap();
        report(database, "n", &[]).await;
        assert_eq!(labels(scope, None).await, [""; 0]);
    });
}

#[test]
fn a_mirror_that_is_filled_anew_still_has_what_was_confirmed() {
    block_on(async {
        let database = database().await;
        let scope = caller(database, 7).await.0;
        report(database, "n", &[]).await;
        confirm(database, true).await;
        inventory::finish_list(database, Kind::Nodes, 9, "r").await.unwrap();
        assert_eq!(labels(scope, None).await, [""; 0], "a label exists while a node carries it");
        report(database, "n", &[]).await;
        assert_eq!(labels(scope, None).await, ["x"]);
    });
}

#[test]
fn a_survey_says_which_nodes_are_there_carry_the_label_and_need_not_be_asked_again() {
    block_on(async {
        let database = database().await;
        let tenant = caller(database, 7).await.1;
        report(database, "n", &[]).await;
        report(database, "m", &[X]).await;
        let names = ["n", "m", "o"].map(str::to_owned);
        let look = async |present| survey(tenant, "c", &names, "x", present).await.unwrap().unwrap();
        let before = look(true).await;
        assert_eq!((&*before.name, before.ready), ("name of c", 1));
        assert_eq!((before.unknown, before.carrying), (vec!["o".to_owned()], vec!["m".to_owned()]));
        assert!(before.confirmed.is_empty(), "a report alone is not the edge's word: it may be old");
        confirm(database, true).await;
        let after = look(true).await;
        assert_eq!((after.carrying.len(), after.confirmed), (2, vec!["n".to_owned()]));
        assert!(look(false).await.confirmed.is_empty());
        assert!(survey(tenant, "nowhere", &names, "x", true).await.unwrap().is_none());
    });
}

#[test]
fn deployments_hold_the_label_they_select_by_while_they_run_or_change() {
    block_on(async {
        let database = database().await;
        let tenant = caller(database, 7).await.1;
        report(database, "n", &[X]).await;
        let deploy = async |name: &str, status: i64, running: &str, targets: &str, key: &str| {
            let sql = "INSERT INTO deployment (business_id, name, app_name, cluster, node_label, node_label_key, application_id,
                    version, status, comment, running_version, targets, changed_by)
                VALUES (7, ?1, 'web', 'all', 'x', ?5, 1, '1.0.1', ?2, '', ?3, ?4, 1) RETURNING id";
            database.one::<i64>(sql, values![name, status, running, targets, key]).await.unwrap()
        };
        let id = deploy("running", 3, "1.0.1", r#"["c"]"#, X).await;
        deploy("waiting", 0, "", "[]", X).await;
        deploy("elsewhere", 3, "1.0.1", r#"["d"]"#, X).await;
        deploy("foreign", 3, "1.0.1", r#"["c"]"#, "otestack.io/x").await;
        let pod = "INSERT INTO pod VALUES ('c', 'ns7', 'p', 'running-' || ?1, '1.0.1', 'n', 'ready', '', 0)";
        database.execute(pod, values![id]).await.unwrap();
        let survey = survey(tenant, "c", &["n".to_owned()], "x", false).await.unwrap().unwrap();
        let [holder] = survey.holders.as_slice() else { panic!("{survey:?}") };
        assert_eq!((&*holder.name, &*holder.instance, holder.business_id), ("running", &*format!("running-{id}"), 7));
        assert_eq!(holder.nodes, ["n"]);
    });
}
