use super::*;
use crate::{Caller, Database, Standing};
use futures::executor::block_on;

async fn tenant(database: &'static Database, business: i64) -> (Tenant, Scope) {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        SELECT hex(randomblob(8)), '', hex(randomblob(8)), '', ?1 = 0, 1, ?1, 0 RETURNING id";
    let id = database.first::<i64>(sql, values![business]).await.unwrap().unwrap();
    match Caller::find(database, id, 0, "").await.unwrap() {
        Standing::Known(caller) => (caller.tenant(database).unwrap(), caller.scope(database)),
        other => panic!("{other:?}"),
    }
}

async fn database() -> &'static Database {
    Box::leak(Box::new(Database::open().await.unwrap()))
}

fn credentials(secret: &str) -> Credentials {
    Credentials { user: "puller".to_owned(), secret: secret.to_owned() }
}

fn new(name: &str) -> NewExternal {
    let address = "registry.example.com/team".to_owned();
    NewExternal { name: name.to_owned(), address, credentials: credentials("sealed") }
}

async fn names(scope: Scope) -> Vec<String> {
    let page = externals(scope, Order::Ascending, Paging::ALL).await.unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(page.rows.get()).unwrap();
    rows.iter().map(|row| row["repositoryId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_business_has_one_account() {
    block_on(async {
        let database = database().await;
        let ((one, _), (other, _)) = (tenant(database, 1).await, tenant(database, 2).await);
        assert!(account(one).await.unwrap().is_none());
        assert!(create_account(one, &credentials("first")).await.unwrap());
        assert!(!create_account(one, &credentials("second")).await.unwrap());
        assert!(create_account(other, &credentials("other")).await.unwrap());
        change_account(one, "changed").await.unwrap();
        assert_eq!(account(one).await.unwrap().unwrap().secret, "changed");
        assert_eq!(account(other).await.unwrap().unwrap().secret, "other");
    });
}

#[test]
fn external_repositories_are_the_businesss_own() {
    block_on(async {
        let database = database().await;
        let ((one, scope), (other, _), (_, all)) =
            (tenant(database, 1).await, tenant(database, 2).await, tenant(database, 0).await);
        create_external(one, new("a")).await.unwrap();
        create_external(other, new("a")).await.unwrap();
        let taken = create_external(one, new("a")).await.unwrap_err();
        assert!(taken.is_taken("external_repository.business_id, external_repository.name"), "{taken}");
        assert_eq!(names(scope).await, ["a"]);
        assert_eq!(names(all).await, ["a", "a"]);
        let shown = external(one, "a").await.unwrap().unwrap();
        assert!(!shown.get().contains("sealed") && !shown.get().contains("secret"));
        assert!(external(one, "b").await.unwrap().is_none());
    });
}

#[test]
fn external_repositories_are_deleted_all_or_none_and_their_passwords_forgotten() {
    block_on(async {
        let database = database().await;
        let (one, scope) = tenant(database, 1).await;
        for name in ["a", "b", "c"] {
            create_external(one, new(name)).await.unwrap();
        }
        let some = ["a", "x", "y"].map(str::to_owned);
        assert_eq!(delete_externals(one, &some).await.unwrap(), ["x", "y"]);
        assert_eq!(names(scope).await, ["a", "b", "c"]);
        assert_eq!(delete_externals(one, &["a", "b"].map(str::to_owned)).await.unwrap(), [""; 0]);
        assert_eq!(names(scope).await, ["c"]);
        create_external(one, new("a")).await.unwrap();
        let kept = "SELECT count(*) FROM external_repository WHERE deleted_at IS NOT NULL AND secret <> ''";
        assert_eq!(database.one::<i64>(kept, &[]).await.unwrap(), 0);
    });
}

#[test]
fn what_happens_is_logged_without_secrets() {
    block_on(async {
        let database = database().await;
        let (one, _) = tenant(database, 1).await;
        create_account(one, &credentials("sealed")).await.unwrap();
        change_account(one, "sealed anew").await.unwrap();
        create_external(one, new("a")).await.unwrap();
        delete_externals(one, &["a".to_owned()]).await.unwrap();
        let sql =
            "SELECT json_group_array(subject || ' ' || action || ' ' || detail) FROM audit_log WHERE subject <> 'user'";
        let log: Vec<String> = database.one(sql, &[]).await.unwrap();
        assert_eq!(log.len(), 4, "{log:?}");
        assert!(log.iter().all(|line| !line.contains("sealed")), "{log:?}");
    });
}
