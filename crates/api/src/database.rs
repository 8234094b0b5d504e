//! The database, which an instance keeps for all its requests.

use crate::Broken;
use std::sync::OnceLock;
use store::Database;

static DATABASE: OnceLock<Database> = OnceLock::new();

/// The instance's database, opened by the first request. Requests that come meanwhile open one too, and the first to be ready
/// stays, because they must not wait for each other in memory (docs/contracts/spin-host.md).
pub async fn database() -> Result<&'static Database, Broken> {
    if let Some(database) = DATABASE.get() {
        return Ok(database);
    }
    let database = Database::open().await?;
    Ok(DATABASE.get_or_init(|| database))
}
