use super::*;
use crate::work::{self, Outcome};
use crate::{Caller, Standing};
use futures::executor::block_on;

const CLUSTER: &str = "c";

/// A database of its own, for as long as the tests run, with a cluster of one node.
async fn database() -> &'static Database {
    let database = Box::leak(Box::new(Database::open().await.unwrap()));
    database.execute("INSERT INTO cluster VALUES ('c', 'name of c', 1, 0, 0)", &[]).await.unwrap();
    let node = "INSERT INTO node VALUES ('c', 'n1', 1, '', '', '', 0, 0, 0, 0, '[]', 0)";
    database.execute(node, &[]).await.unwrap();
    database
}

/// The first system administrator's.
async fn tenant(database: &'static Database) -> Tenant {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        VALUES ('admin', '', '', '', 1, 1, 0, 0) RETURNING id";
    let id: i64 = database.one(sql, &[]).await.unwrap();
    match Caller::find(database, id, 0, "").await.unwrap() {
        Standing::Known(caller) => caller.tenant(database).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn label(node: &str, present: bool) -> Task {
    Task { business_id: 0, node: node.to_owned(), ask: Ask::Label { key: "otestack.io/x".to_owned(), present } }
}

/// The cluster's answer to what it is asked.
async fn answer(database: &Database, outcome: &'static str) {
    let open = turn(database, "r", CLUSTER).await.unwrap().open.unwrap();
    let (cluster, message, position) = (CLUSTER.to_owned(), String::new(), String::new());
    let outcome = Outcome { cluster, outcome, code: 200, message, position };
    work::note(database, open.sending.id, &[outcome]).await.unwrap();
}

async fn labelled(database: &Database) -> i64 {
    database.one("SELECT count(*) FROM node_label WHERE key = 'otestack.io/x' AND node_name = 'n1'", &[]).await.unwrap()
}

#[test]
fn a_cluster_is_asked_one_thing_at_a_time() {
    block_on(async {
        let database = database().await;
        let tenant = tenant(database).await;
        assert!(record(tenant, "r", CLUSTER, &label("n1", true), "", 0).await.unwrap());
        assert!(!record(tenant, "r", CLUSTER, &label("n2", true), "", 0).await.unwrap());
        let open = turn(database, "r", CLUSTER).await.unwrap().open.unwrap();
        assert_eq!((open.task, open.sending.sent, &*open.sending.position), (label("n1", true), 0, ""));
        answer(database, "done").await;
        assert_eq!(turn(database, "r", CLUSTER).await.unwrap().busy, 0);
        assert!(record(tenant, "r", CLUSTER, &label("n2", true), "", 0).await.unwrap());
    });
}

#[test]
fn no_more_answers_are_awaited_than_the_control_plane_stands() {
    block_on(async {
        let database = database().await;
        let tenant = tenant(database).await;
        assert!(record(tenant, "r", "another", &label("n1", true), "", 1).await.unwrap());
        assert!(!record(tenant, "r", CLUSTER, &label("n1", true), "", 1).await.unwrap());
        assert!(record(tenant, "r", CLUSTER, &label("n1", true), "", 2).await.unwrap());
    });
}

#[test]
fn what_an_edge_has_confirmed_counts_at_once_and_is_logged() {
    block_on(async {
        let database = database().await;
        let tenant = tenant(database).await;
        for present in [true, false] {
            record(tenant, "r", CLUSTER, &label("n1", present), "", 0).await.unwrap();
            assert_eq!(labelled(database).await, i64::from(!present), "nothing is confirmed yet");
            answer(database, "done").await;
            assert_eq!(labelled(database).await, i64::from(present));
        }
        let log: Vec<String> =
            database.one("SELECT json_group_array(action) FROM audit_log WHERE subject = 'node'", &[]).await.unwrap();
        assert_eq!(log, ["labelled", "unlabelled"]);
    });
}

#[test]
fn a_refusal_and_a_failure_confirm_nothing() {
    block_on(async {
        let database = database().await;
        let tenant = tenant(database).await;
        for outcome in ["failed", "again", "proceed"] {
            record(tenant, "r", CLUSTER, &label("n1", true), "", 0).await.unwrap();
            answer(database, outcome).await;
            assert_eq!(labelled(database).await, 0, "{outcome}");
        }
    });
}

#[test]
fn the_driver_leaves_a_command_to_the_request_that_waits_for_it_and_reads_it_afterwards() {
    block_on(async {
        let database = database().await;
        record(tenant(database).await, "r", CLUSTER, &label("n1", true), "", 0).await.unwrap();
        wait(database, "r", CLUSTER, 60.0).await.unwrap();
        assert!(work::commands(database).await.unwrap().is_empty());
        assert!(!work::due(database, 30).await.unwrap().is_busy());
        leave(database, "r").await.unwrap();
        let commands = work::commands(database).await.unwrap();
        assert_eq!(commands[0].task, Some(label("n1", true)));
        assert_eq!(commands[0].sending.sent, 1, "what nobody waits for is read, and not sent");
        assert!(work::due(database, 30).await.unwrap().is_busy());
    });
}

#[test]
fn a_request_that_does_not_say_that_it_waits_any_more_is_gone() {
    block_on(async {
        let database = database().await;
        record(tenant(database).await, "r", CLUSTER, &label("n1", true), "", 0).await.unwrap();
        wait(database, "r", CLUSTER, -1.0).await.unwrap();
        assert_eq!(work::commands(database).await.unwrap().len(), 1);
    });
}

#[test]
fn a_task_whose_request_is_gone_is_taken_over_by_the_next() {
    block_on(async {
        let database = database().await;
        wait(database, "r", CLUSTER, 60.0).await.unwrap();
        record(tenant(database).await, "r", CLUSTER, &label("n1", true), "", 0).await.unwrap();
        wait(database, "s", CLUSTER, 60.0).await.unwrap();
        let waiting = turn(database, "s", CLUSTER).await.unwrap();
        assert_eq!((waiting.busy, waiting.open.is_none()), (1, true), "its own request reads it");
        leave(database, "r").await.unwrap();
        assert_eq!(turn(database, "s", CLUSTER).await.unwrap().open.unwrap().task, label("n1", true));
        assert!(work::commands(database).await.unwrap().is_empty());
    });
}

#[test]
fn requests_for_one_cluster_take_turns() {
    block_on(async {
        let database = database().await;
        let tenant = tenant(database).await;
        for request in ["r", "s"] {
            wait(database, request, CLUSTER, 60.0).await.unwrap();
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        for (later, first) in [("s", "r"), ("r", "s"), ("s", "r")] {
            assert!(!record(tenant, later, CLUSTER, &label("n1", true), "", 0).await.unwrap(), "{first} is first");
            assert!(record(tenant, first, CLUSTER, &label("n1", true), "", 0).await.unwrap());
            database.execute("DELETE FROM command", &[]).await.unwrap();
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    });
}

#[test]
fn an_answer_is_given_up_after_a_minute_whatever_others_answer() {
    block_on(async {
        let database = database().await;
        let tenant = tenant(database).await;
        record(tenant, "r", CLUSTER, &label("n1", true), "", 0).await.unwrap();
        database.execute("UPDATE driver SET answered_at = unixepoch()", &[]).await.unwrap();
        for (seconds, busy) in [(59, 1), (61, 0)] {
            database.execute("UPDATE command SET sent_at = unixepoch() - ?1", values![seconds]).await.unwrap();
            work::give_up(database).await.unwrap();
            assert_eq!(turn(database, "r", CLUSTER).await.unwrap().busy, busy, "after {seconds} s");
        }
        assert_eq!(work::over(database).await.unwrap().len(), 1, "its ticket is closed");
    });
}

#[test]
fn the_driver_lets_a_waiting_request_go_first() {
    block_on(async {
        let database = database().await;
        let statements = [
            "INSERT INTO application (id, business_id, name, main_version, build, definition, changed_by)
                VALUES (1, 0, 'web', '1.0', 1,
                    '{\"appName\":\"web\",\"version\":\"1.0\",\"deployType\":\"deployment\",\"image\":\"nginx\"}', 1)",
            "INSERT INTO deployment (business_id, name, app_name, cluster, node_label, application_id, version, status, comment,
                targets, started_at, changed_by)
                VALUES (0, 'web', 'web', 'all', 'all', 1, '1.0.1', 3, '', '[\"c\"]', unixepoch(), 1)",
        ];
        for statement in statements {
            database.execute(statement, &[]).await.unwrap();
        }
        assert_eq!(work::groups(database).await.unwrap().len(), 1);
        wait(database, "r", CLUSTER, 60.0).await.unwrap();
        assert!(work::groups(database).await.unwrap().is_empty());
        leave(database, "r").await.unwrap();
        let group = work::groups(database).await.unwrap().remove(0);
        // One answer may be awaited: a request that waits for another cluster gets it.
        let cut = work::Cut { clusters: 50, answers: 1, answers_of_deployment: 0 };
        wait(database, "r", "another", 60.0).await.unwrap();
        assert!(!work::record(database, &group, &[], &[], cut, 1).await.unwrap());
        leave(database, "r").await.unwrap();
        assert!(work::record(database, &group, &[], &[], cut, 1).await.unwrap());
        assert!(work::commands(database).await.unwrap()[0].objects.is_some());
        let turn = turn(database, "r", CLUSTER).await.unwrap();
        assert_eq!((turn.busy, turn.open.is_none()), (1, true), "what it owes the driver is the driver's to read");
    });
}
