//! Wrong passwords, counted per user name and address (docs/semantics.md, Users: throttle).

use crate::{Database, Error, values};
use serde::Deserialize;

/// How long a wrong password counts, in seconds.
const SECONDS: i64 = 60;

/// So many wrong ones for one user name from one address are too many.
const OF_A_NAME: i64 = 10;

/// So many wrong ones from one address, whatever the names.
const OF_AN_ADDRESS: i64 = 200;

/// What to check a password by.
#[derive(Debug, Deserialize)]
pub struct Credentials {
    /// The user's id.
    pub id: i64,
    /// Argon2id, as text.
    pub password_hash: String,
    /// 0 pending, 1 approved, 2 not approved, 3 forbidden.
    pub status: i64,
    /// Tokens of another generation are void.
    pub token_generation: i64,
}

/// What is known before a password is checked.
#[derive(Debug, Deserialize)]
pub struct Known {
    /// `None` if nobody has that name.
    pub user: Option<Credentials>,
    /// Wrong passwords that count against this name from this address.
    pub wrong: u64,
    /// Seconds until a password may be checked again; 0: now.
    pub wait: u64,
}

/// What is known of a user name, and of what came from an address.
pub async fn look(database: &Database, name: &str, address: &str) -> Result<Known, Error> {
    // The wait is over when the oldest wrong password of those that are too many does not count any more.
    let sql = "SELECT json_object(
        'user', (SELECT json_object('id', id, 'password_hash', password_hash, 'status', status, 'token_generation', token_generation)
            FROM user WHERE name = ?1 AND deleted_at IS NULL),
        'wrong', (SELECT count(*) FROM wrong_password WHERE address = ?2 AND user_name = ?1 AND at > unixepoch() - ?3),
        'wait', max(0,
            coalesce((SELECT at FROM wrong_password WHERE address = ?2 AND user_name = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?4 - 1), 0)
                + ?3 - unixepoch(),
            coalesce((SELECT at FROM wrong_password WHERE address = ?2 ORDER BY at DESC LIMIT 1 OFFSET ?5 - 1), 0)
                + ?3 - unixepoch()))";
    database.one(sql, values![name, address, SECONDS, OF_A_NAME, OF_AN_ADDRESS]).await
}

/// Counts a wrong password, whether there is such a user or not.
pub async fn wrong(database: &Database, name: &str, address: &str) -> Result<(), Error> {
    database.execute("INSERT INTO wrong_password (address, user_name) VALUES (?1, ?2)", values![address, name]).await
}

/// After a right password: the wrong ones before it count against the address only.
pub async fn right(database: &Database, name: &str, address: &str) -> Result<(), Error> {
    let sql = "UPDATE wrong_password SET user_name = NULL WHERE address = ?1 AND user_name = ?2";
    database.execute(sql, values![address, name]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    async fn wrong_times(database: &Database, times: i64, name: &str, address: &str) {
        for _ in 0..times {
            wrong(database, name, address).await.unwrap();
        }
    }

    async fn wait(database: &Database, name: &str, address: &str) -> u64 {
        look(database, name, address).await.unwrap().wait
    }

    #[test]
    fn ten_wrong_passwords_for_a_name_from_an_address_stop_that_name_from_there() {
        block_on(async {
            let database = Database::open().await.unwrap();
            wrong_times(&database, OF_A_NAME - 1, "a", "1.1.1.1").await;
            assert_eq!(wait(&database, "a", "1.1.1.1").await, 0);
            wrong(&database, "a", "1.1.1.1").await.unwrap();
            assert!((58..=60).contains(&wait(&database, "a", "1.1.1.1").await));
            assert_eq!(wait(&database, "A", "1.1.1.1").await, 0, "another name");
            assert_eq!(wait(&database, "a", "2.2.2.2").await, 0, "another address");
        });
    }

    #[test]
    fn two_hundred_wrong_passwords_from_an_address_stop_all_from_there() {
        block_on(async {
            let database = Database::open().await.unwrap();
            for number in 0..OF_AN_ADDRESS {
                assert_eq!(wait(&database, "a", "1.1.1.1").await, 0);
                wrong(&database, &format!("user-{number}"), "1.1.1.1").await.unwrap();
            }
            assert!(wait(&database, "a", "1.1.1.1").await > 0);
            assert_eq!(wait(&database, "a", "2.2.2.2").await, 0);
        });
    }

    #[test]
    fn a_right_password_clears_the_names_count_and_not_the_addresss() {
        block_on(async {
            let database = Database::open().await.unwrap();
            for round in 0..20 {
                wrong_times(&database, OF_A_NAME - 1, "a", "1.1.1.1").await;
                wrong(&database, &format!("user-{round}"), "1.1.1.1").await.unwrap();
                right(&database, "a", "1.1.1.1").await.unwrap();
                assert_eq!(look(&database, "a", "1.1.1.1").await.unwrap().wrong, 0);
            }
            assert!(wait(&database, "a", "1.1.1.1").await > 0, "200 in all");
        });
    }

    #[test]
    fn a_wrong_password_counts_for_a_minute() {
        block_on(async {
            let database = Database::open().await.unwrap();
            wrong_times(&database, OF_A_NAME, "a", "1.1.1.1").await;
            let older = "UPDATE wrong_password SET at = at - ?1";
            database.execute(older, values![50]).await.unwrap();
            assert!((8..=10).contains(&wait(&database, "a", "1.1.1.1").await), "until that minute is over");
            database.execute(older, values![11]).await.unwrap();
            let known = look(&database, "a", "1.1.1.1").await.unwrap();
            assert_eq!((known.wrong, known.wait), (0, 0));
            wrong(&database, "b", "2.2.2.2").await.unwrap();
            let kept: i64 = database.one("SELECT count(*) FROM wrong_password", &[]).await.unwrap();
            assert_eq!(kept, 1, "what does not count any more is not kept");
        });
    }

    #[test]
    fn nobody_is_known_by_a_name_that_nobody_has() {
        block_on(async {
            let database = Database::open().await.unwrap();
            crate::user::found(&database, "admin", "hash").await.unwrap();
            assert_eq!(look(&database, "admin", "1.1.1.1").await.unwrap().user.unwrap().password_hash, "hash");
            assert!(look(&database, "Admin", "1.1.1.1").await.unwrap().user.is_none());
        });
    }
}
