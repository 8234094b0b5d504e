//! The right to compute a password's hash: so many at once per database (docs/design.md: `password_parallelism`).

use crate::{Database, Error, values};

/// How long a hash may take before its slot is somebody else's, in seconds: its holder was killed.
const SECONDS: f64 = 5.0;

/// Takes one of `slots` slots for `holder`; `None` if none is free.
pub async fn take(database: &Database, holder: &str, slots: i64) -> Result<Option<i64>, Error> {
    let sql = "WITH RECURSIVE slots (slot) AS (VALUES (0) UNION ALL SELECT slot + 1 FROM slots WHERE slot + 1 < ?3)
        INSERT INTO password_slot (slot, holder, until)
        SELECT s.slot, ?1, unixepoch('subsec') + ?2 FROM slots s
        WHERE NOT EXISTS (SELECT 1 FROM password_slot p WHERE p.slot = s.slot AND p.until >= unixepoch('subsec')) LIMIT 1
        ON CONFLICT DO UPDATE SET holder = excluded.holder, until = excluded.until RETURNING slot";
    database.first(sql, values![holder, SECONDS, slots]).await
}

/// Gives a slot back.
pub async fn give_back(database: &Database, holder: &str, slot: i64) -> Result<(), Error> {
    database.execute("DELETE FROM password_slot WHERE slot = ?1 AND holder = ?2", values![slot, holder]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    #[test]
    fn slots_are_held_by_one_until_given_back_or_over() {
        block_on(async {
            let database = Database::open().await.unwrap();
            assert_eq!(take(&database, "a", 1).await.unwrap(), Some(0));
            assert_eq!(take(&database, "b", 1).await.unwrap(), None);
            assert_eq!(take(&database, "b", 2).await.unwrap(), Some(1));
            give_back(&database, "b", 0).await.unwrap();
            assert_eq!(take(&database, "c", 1).await.unwrap(), None, "only the holder gives it back");
            give_back(&database, "a", 0).await.unwrap();
            assert_eq!(take(&database, "c", 1).await.unwrap(), Some(0));
            database.execute("UPDATE password_slot SET until = 0", &[]).await.unwrap();
            assert_eq!(take(&database, "d", 1).await.unwrap(), Some(0));
        });
    }
}
