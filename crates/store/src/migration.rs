//! The schema: `migrations/*.sql`, embedded, applied once by whichever component is called first.

use crate::{Database, Error, values};
use std::time::Duration;

/// The files of `migrations/`, in order, as `build.rs` leaves them. Append only.
const MIGRATIONS: &[&str] = &[
    include_str!(concat!(env!("OUT_DIR"), "/0001_records.sql")),
    include_str!(concat!(env!("OUT_DIR"), "/0002_inventory.sql")),
    include_str!(concat!(env!("OUT_DIR"), "/0003_deployments.sql")),
    include_str!(concat!(env!("OUT_DIR"), "/0004_repositories.sql")),
];

/// How long one component may take before another one takes over: it was killed.
const LEASE_SECONDS: i64 = 30;

/// Brings the schema up to date. Of several callers at once one does it, under a lease in the database, and the others look
/// again until it is done: requests must not wait for each other in memory (docs/contracts/spin-host.md).
pub(crate) async fn migrate(database: &Database) -> Result<(), Error> {
    if applied(database).await.is_ok_and(|version| version == MIGRATIONS.len()) {
        return Ok(());
    }
    database
        .execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)", &[])
        .await?;
    database
        .execute("CREATE TABLE IF NOT EXISTS migration_lease (id INTEGER PRIMARY KEY CHECK (id = 1), until INTEGER NOT NULL)", &[])
        .await?;
    loop {
        let version = applied(database).await?;
        if version > MIGRATIONS.len() {
            return Err(Error::Failed(format!(
                "the database has schema {version}, newer than this version knows ({})",
                MIGRATIONS.len()
            )));
        }
        if version == MIGRATIONS.len() {
            return Ok(());
        }
        if take_lease(database).await? {
            apply(database, version).await?;
        } else {
            pause().await;
        }
    }
}

/// How many migrations are applied.
async fn applied(database: &Database) -> Result<usize, Error> {
    Ok(database.first("SELECT count(*) FROM migration", &[]).await?.unwrap_or(0))
}

async fn take_lease(database: &Database) -> Result<bool, Error> {
    let sql = "INSERT INTO migration_lease VALUES (1, unixepoch() + ?1)
        ON CONFLICT DO UPDATE SET until = excluded.until WHERE until < unixepoch() RETURNING 1";
    Ok(database.first::<i64>(sql, values![LEASE_SECONDS]).await?.is_some())
}

/// Applies what is missing after `version`, and gives the lease back.
async fn apply(database: &Database, version: usize) -> Result<(), Error> {
    for (index, file) in MIGRATIONS.iter().enumerate().skip(version) {
        for statement in statements(file) {
            if let Err(error) = database.execute(statement, &[]).await
                && !error.to_string().contains("duplicate column name")
            {
                return Err(Error::Failed(format!("migration {}: {error}", index + 1)));
            }
        }
        let number = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        database.execute("INSERT OR IGNORE INTO migration VALUES (?1, unixepoch())", values![number]).await?;
    }
    database.execute("UPDATE migration_lease SET until = 0", &[]).await
}

/// A file's statements: blank lines separate them (`migrations/README.md`).
fn statements(file: &str) -> impl Iterator<Item = &str> {
    file.split("\n\n").map(str::trim).filter(|statement| !statement.is_empty())
}

#[cfg(target_family = "wasm")]
async fn pause() {
    spin_sdk::time::sleep(Duration::from_millis(10)).await;
}

#[cfg(not(target_family = "wasm"))]
#[expect(clippy::unused_async, reason = "a component waits here")]
async fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    #[test]
    fn every_statement_can_be_run_again() {
        block_on(async {
            let database = Database::open().await.unwrap();
            database.execute("DELETE FROM migration", &[]).await.unwrap();
            migrate(&database).await.unwrap();
            assert_eq!(applied(&database).await.unwrap(), MIGRATIONS.len());
        });
    }

    #[test]
    fn a_crashed_migration_is_taken_over_once_its_lease_is_over() {
        block_on(async {
            let database = Database::open().await.unwrap();
            database.execute("UPDATE migration_lease SET until = unixepoch() + 1000", &[]).await.unwrap();
            assert!(!take_lease(&database).await.unwrap());
            database.execute("UPDATE migration_lease SET until = unixepoch() - 1", &[]).await.unwrap();
            assert!(take_lease(&database).await.unwrap());
        });
    }

    #[test]
    fn a_newer_database_is_refused() {
        block_on(async {
            let database = Database::open().await.unwrap();
            database.execute("INSERT INTO migration VALUES (99, 0)", &[]).await.unwrap();
            assert!(migrate(&database).await.unwrap_err().to_string().contains("newer"));
        });
    }
}
