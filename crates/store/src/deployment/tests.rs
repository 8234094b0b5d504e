use super::change::Kind;
use super::*;
use crate::count::{self, Verdict};
use crate::work::{self, Cut, Outcome};
use crate::{Caller, Database, Role, Standing};
use futures::executor::block_on;
use serde_json::json;

const BUSINESS: i64 = 7;

/// Clusters `a` and `b`, both with the business's label `edges`, and the versions 1.0.1 and 1.0.2 of its application `web`.
async fn database() -> &'static Database {
    let database = Box::leak(Box::new(Database::open().await.unwrap()));
    for sql in [
        "INSERT INTO cluster VALUES ('a', 'A', 1, 0, 0), ('b', 'B', 1, 0, 0)",
        "INSERT INTO cluster_label (business_id, cluster_id, label, changed_by) VALUES (7, 'a', 'edges', 0), (7, 'b', 'edges', 0)",
        r#"INSERT INTO application (business_id, name, main_version, build, definition, changed_by)
            SELECT 7, 'web', '1.0', value, '{"appName":"web","version":"1.0.1","deployType":"deployment","image":"nginx","replicas":1}', 0
            FROM json_each('[1, 2]')"#,
    ] {
        database.execute(sql, &[]).await.unwrap();
    }
    database
}

async fn caller(database: &'static Database, role: Role) -> Caller {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        VALUES (hex(randomblob(8)), '', hex(randomblob(8)), '', ?1, 1, ?2, 0) RETURNING id";
    let business = if role == Role::SystemAdministrator { 0 } else { BUSINESS };
    let parameters = values![i64::from(role >= Role::BusinessAdministrator), business];
    let id = database.one::<i64>(sql, parameters).await.unwrap();
    match Caller::find(database, id, 0, "").await.unwrap() {
        Standing::Known(caller) => caller,
        other => panic!("{other:?}"),
    }
}

/// A business's administrator, and its deployment of 1.0.1 to the label `edges`.
async fn deployed(waits: bool) -> (&'static Database, Tenant, Scope, i64) {
    let database = database().await;
    let caller = caller(database, Role::BusinessAdministrator).await;
    let (tenant, scope) = (caller.tenant(database).unwrap(), caller.scope(database));
    let all = |text: &str| text.to_owned();
    let new = NewDeployment {
        name: all("web"),
        app_name: all("web"),
        version: all("1.0.1"),
        cluster: all("edges"),
        node_label: all("all"),
        comment: String::new(),
    };
    let plan = plan(tenant, &new).await.unwrap();
    let id = create(tenant, &new, &plan, waits).await.unwrap().unwrap();
    (database, tenant, scope, id)
}

async fn status(database: &Database, status: i64) {
    let change: i64 = database.one("SELECT change FROM deployment", &[]).await.unwrap();
    let seen: i64 = database.one("SELECT status FROM deployment", &[]).await.unwrap();
    let verdict = Verdict { id: 1, change, seen, status, running: 0, error: 0, total: 0 };
    count::conclude(database, &[verdict]).await.unwrap();
}

/// Each target as `cluster wanted state`.
async fn targets(database: &Database) -> Vec<String> {
    let sql = "SELECT json_group_array(cluster_id || ' ' || wanted || ' ' || state) FROM deployment_target";
    database.one(sql, &[]).await.unwrap()
}

async fn unlabel(database: &Database, cluster: &str) {
    let sql = "UPDATE cluster_label SET deleted_at = 1 WHERE cluster_id = ?1";
    database.execute(sql, values![cluster]).await.unwrap();
}

/// Records the command for what is due.
async fn record(database: &Database) {
    let cut = Cut { clusters: 50, answers: 0, answers_of_deployment: 0 };
    for group in work::groups(database).await.unwrap() {
        while work::record(database, &group, &["deployments"], &["deployments"], cut, 30).await.unwrap() {}
    }
}

/// Every cluster's answer to everything on its way.
async fn answer(database: &Database, outcome: &'static str) {
    for command in work::commands(database).await.unwrap() {
        let of = |cluster: &String| {
            let (message, position) = (String::new(), String::new());
            Outcome { cluster: cluster.clone(), outcome, code: 200, message, position }
        };
        let outcomes: Vec<Outcome> = command.sending.clusters.iter().map(of).collect();
        work::note(database, command.sending.id, &outcomes).await.unwrap();
    }
}

async fn upgrade(tenant: Tenant, scope: Scope, version: &str, waits: bool) -> bool {
    let survey = change::survey(scope, 1, version).await.unwrap().unwrap();
    change::record(tenant, &survey, Kind::Upgrade, "why", waits).await.unwrap()
}

#[test]
fn an_upgrade_takes_the_workload_from_clusters_that_have_left_the_label() {
    block_on(async {
        let (database, tenant, scope, _) = deployed(false).await;
        record(database).await;
        answer(database, "done").await;
        assert_eq!(targets(database).await, ["a 1 1", "b 1 1"]);
        assert!(!upgrade(tenant, scope, "1.0.2", false).await, "while it is being deployed nothing is recorded");
        status(database, 5).await;
        unlabel(database, "a").await;
        assert!(upgrade(tenant, scope, "1.0.2", false).await);
        assert_eq!(targets(database).await, ["a 0 0", "b 1 0"]);
    });
}

#[test]
fn a_change_that_waits_moves_nothing_and_is_resolved_when_it_is_approved() {
    block_on(async {
        let (database, tenant, scope, _) = deployed(false).await;
        record(database).await;
        answer(database, "done").await;
        status(database, 5).await;
        assert!(upgrade(tenant, scope, "1.0.2", true).await);
        assert_eq!(targets(database).await, ["a 1 1", "b 1 1"]);
        unlabel(database, "b").await;
        let id: i64 = database.one("SELECT id FROM deployment_change WHERE number = 2", &[]).await.unwrap();
        let system = caller(database, Role::SystemAdministrator).await.scope(database);
        let audit = audit::find(system, id).await.unwrap().unwrap();
        assert!(audit::approve(system, &audit, "yes").await.unwrap(), "in the scope of the business, whoever approves");
        assert_eq!(targets(database).await, ["a 1 0", "b 0 0"]);
        assert!(!audit::approve(scope, &audit, "yes").await.unwrap(), "a row is audited once");
        assert!(!audit::disapprove(scope, &audit, "no").await.unwrap());
    });
}

#[test]
fn what_is_approved_when_its_clusters_are_gone_waits_on() {
    block_on(async {
        let (database, _, scope, _) = deployed(true).await;
        for cluster in ["a", "b"] {
            unlabel(database, cluster).await;
        }
        let audit = audit::find(scope, 1).await.unwrap().unwrap();
        assert_eq!(audit.meaning(scope).await.unwrap().targets, [""; 0]);
        assert!(!audit::approve(scope, &audit, "").await.unwrap());
        assert_eq!(audit::find(scope, 1).await.unwrap().unwrap().waits, 1);
    });
}

#[test]
fn the_running_version_may_be_asked_again_only_after_a_refusal_or_when_it_was_given_up() {
    block_on(async {
        let (database, _, scope, _) = deployed(false).await;
        let again = async || change::survey(scope, 1, "1.0.1").await.unwrap().unwrap().runs_already == 0;
        assert!(!again().await);
        record(database).await;
        answer(database, "failed").await;
        assert!(again().await);
    });
    block_on(async {
        let (database, tenant, scope, _) = deployed(false).await;
        record(database).await;
        status(database, 8).await;
        assert_eq!(targets(database).await, ["a 1 2", "b 1 2"], "its work is dropped");
        assert!(work::commands(database).await.unwrap().is_empty());
        assert!(upgrade(tenant, scope, "1.0.1", false).await);
        assert_eq!(targets(database).await, ["a 1 0", "b 1 0"], "and the next change sends everything");
    });
}

#[test]
fn what_a_newer_change_has_replaced_is_not_sent_any_more_but_asked_for() {
    block_on(async {
        let (database, _, scope, id) = deployed(false).await;
        record(database).await;
        assert_eq!(work::commands(database).await.unwrap()[0].sending.sent, 0);
        assert_eq!(delete(scope, Which::Id(id), false).await.unwrap(), Deletion::Recorded);
        assert_eq!(work::commands(database).await.unwrap()[0].sending.sent, 1);
        answer(database, "again").await;
        record(database).await;
        let commands = work::commands(database).await.unwrap();
        assert_eq!(commands.len(), 1);
        assert_eq!(commands[0].objects.as_ref().unwrap().wanted, 0, "now the newest is sent");
    });
}

#[test]
fn a_workload_that_the_mirror_had_and_lost_is_put_back() {
    block_on(async {
        let (database, ..) = deployed(false).await;
        record(database).await;
        answer(database, "done").await;
        count::restore(database, &[1]).await.unwrap();
        assert_eq!(targets(database).await, ["a 1 1", "b 1 1"], "reports lag");
        let workload = "INSERT INTO workload VALUES ('a', 'ns7', 'web-1', 'deployments', '1.0.1', 1, 0)";
        database.execute(workload, &[]).await.unwrap();
        count::restore(database, &[1]).await.unwrap();
        assert_eq!(targets(database).await, ["a 1 1", "b 1 1"]);
        database.execute("DELETE FROM workload", &[]).await.unwrap();
        count::restore(database, &[1]).await.unwrap();
        assert_eq!(targets(database).await, ["a 1 0", "b 1 1"]);
    });
}

#[test]
fn audits_are_listed_by_id_with_the_names_of_their_businesses() {
    block_on(async {
        let (database, _, scope, _) = deployed(true).await;
        let list = async |scope, name: TextFilter| {
            let page = audit::page(scope, name, crate::Order::Descending, Paging::ALL).await.unwrap();
            (page.total, serde_json::from_str::<serde_json::Value>(page.rows.get()).unwrap())
        };
        let (total, rows) = list(scope, TextFilter::Any).await;
        assert_eq!((total, &rows[0]["status"], &rows[0]["deployId"]), (1, &json!(0), &json!(1)));
        let system = caller(database, Role::SystemAdministrator).await.scope(database);
        assert_eq!(list(system, TextFilter::Partial("efaul".to_owned())).await.0, 0);
        assert_eq!(list(system, TextFilter::Any).await.0, 1);
    });
}
