use super::*;
use crate::{Caller, Standing};
use futures::executor::block_on;

/// A database of its own, with the first system administrator.
async fn database() -> &'static Database {
    let database = Box::leak(Box::new(Database::open().await.unwrap()));
    found(database, "admin", "").await.unwrap();
    database
}

async fn caller(database: &Database, id: i64) -> Caller {
    match Caller::find(database, id, 0, "").await.unwrap() {
        Standing::Known(caller) => caller,
        other => panic!("{other:?}"),
    }
}

async fn scope(database: &'static Database, id: i64) -> Scope {
    caller(database, id).await.scope(database)
}

fn person(name: &str) -> NewUser {
    NewUser {
        name: name.to_owned(),
        password_hash: "old".to_owned(),
        phone: name.to_owned(),
        real_name: String::new(),
        is_admin: true,
    }
}

/// A business with this status; its applicant is the first system administrator.
async fn business(database: &Database, status: i64) -> i64 {
    let sql = "INSERT INTO business (name, user_id, introduce, objective, scale, status, changed_by)
        SELECT hex(randomblob(8)), max(id), '', '', '', ?1, 0 FROM user RETURNING id";
    database.one(sql, values![status]).await.unwrap()
}

/// Somebody of a business.
async fn member(database: &'static Database, name: &str, business: i64) -> i64 {
    let tenant = caller(database, FIRST_ADMINISTRATOR).await.tenant(database).unwrap();
    create(tenant, Some(business), person(name)).await.unwrap().unwrap()
}

async fn generation(database: &Database, id: i64) -> i64 {
    database.one("SELECT token_generation FROM user WHERE id = ?1", values![id]).await.unwrap()
}

#[test]
fn a_user_is_put_into_an_approved_business_only() {
    block_on(async {
        let database = database().await;
        let (approved, pending) = (business(database, 1).await, {
            register(database, person("applicant")).await.unwrap();
            business(database, 0).await
        });
        let tenant = caller(database, FIRST_ADMINISTRATOR).await.tenant(database).unwrap();
        assert_eq!(create(tenant, Some(pending), person("a")).await.unwrap(), None);
        assert_eq!(create(tenant, Some(99), person("a")).await.unwrap(), None);
        assert!(create(tenant, Some(approved), person("a")).await.unwrap().is_some());
        let taken = create(tenant, None, person("a")).await.unwrap_err();
        assert!(matches!(taken, Error::Taken(_)), "{taken}");
    });
}

#[test]
fn an_audit_says_what_is_in_its_way() {
    block_on(async {
        let database = database().await;
        let (by, business) = (scope(database, FIRST_ADMINISTRATOR).await, business(database, 1).await);
        let id = register(database, person("a")).await.unwrap();
        assert_eq!(audit(by, 99, 1, None).await.unwrap(), Audited::Unknown);
        assert_eq!(audit(by, 99, 1, Some(business)).await.unwrap(), Audited::Unknown);
        assert_eq!(audit(by, id, 1, Some(business + 1)).await.unwrap(), Audited::NoBusiness);
        assert_eq!(audit(by, id, 1, Some(business)).await.unwrap(), Audited::Done);
        assert_eq!(audit(by, id, 1, Some(business)).await.unwrap(), Audited::HasBusiness);
        assert_eq!(audit(by, id, 3, None).await.unwrap(), Audited::Done, "its business stays");
        let kept: i64 = database.one("SELECT business_id FROM user WHERE id = ?1", values![id]).await.unwrap();
        assert_eq!(kept, business);
    });
}

#[test]
fn a_deleted_user_is_nobody_and_its_name_is_free() {
    block_on(async {
        let database = database().await;
        let by = scope(database, FIRST_ADMINISTRATOR).await;
        let id = register(database, person("a")).await.unwrap();
        assert!(delete(by, id).await.unwrap());
        assert!(!delete(by, id).await.unwrap());
        assert!(!reset_password(by, id, "new").await.unwrap());
        assert_eq!(audit(by, id, 1, None).await.unwrap(), Audited::Unknown);
        assert!(matches!(Caller::find(database, id, 0, "").await.unwrap(), Standing::Unknown));
        assert!(register(database, person("a")).await.unwrap() > id, "ids are never reused");
    });
}

#[test]
fn an_administrator_reaches_nobody_outside_its_business() {
    block_on(async {
        let database = database().await;
        let business = business(database, 1).await;
        let by = member(database, "a", business).await;
        let by = scope(database, by).await;
        for stranger in [FIRST_ADMINISTRATOR, register(database, person("b")).await.unwrap()] {
            assert!(!delete(by, stranger).await.unwrap());
            assert!(!reset_password(by, stranger, "new").await.unwrap());
            assert_eq!(generation(database, stranger).await, 0);
        }
        let colleague = member(database, "c", business).await;
        assert!(reset_password(by, colleague, "new").await.unwrap());
        assert!(delete(by, colleague).await.unwrap());
    });
}

#[test]
fn another_password_begins_another_generation_of_tokens() {
    block_on(async {
        let database = database().await;
        let id = register(database, person("a")).await.unwrap();
        let by = scope(database, id).await;
        assert_eq!(change_password(by, 0, "new").await.unwrap(), Some(1));
        assert_eq!(change_password(by, 0, "newer").await.unwrap(), None, "somebody was quicker");
        assert!(reset_password(scope(database, FIRST_ADMINISTRATOR).await, id, "newest").await.unwrap());
        assert_eq!(generation(database, id).await, 2);
        let logged: i64 = database.one("SELECT count(*) FROM audit_log WHERE action = 'password'", &[]).await.unwrap();
        assert_eq!(logged, 2);
    });
}

#[test]
fn what_was_logged_out_is_forgotten_once_it_has_ended() {
    block_on(async {
        let database = database().await;
        let by = scope(database, FIRST_ADMINISTRATOR).await;
        revoke_token(by, "ended", 1).await.unwrap();
        revoke_token(by, "lives", i64::from(u32::MAX)).await.unwrap();
        revoke_token(by, "lives", i64::from(u32::MAX)).await.unwrap();
        let kept: Vec<String> = database.one("SELECT json_group_array(id) FROM revoked_token", &[]).await.unwrap();
        assert_eq!(kept, ["lives"]);
        assert!(matches!(Caller::find(database, 1, 0, "lives").await.unwrap(), Standing::Unknown));
    });
}
