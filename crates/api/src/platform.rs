//! What an instance keeps for all its requests.

use crate::{Broken, Tokens, Variables};
use std::sync::OnceLock;
use store::Database;

/// The database and the tokens' key. Nothing in it is of one caller: instances are reused (docs/contracts/spin-host.md).
pub struct Platform {
    /// The records.
    pub database: Database,
    /// Reads and, in `user`, makes tokens.
    pub tokens: Tokens,
}

impl Platform {
    async fn start() -> Result<Self, Broken> {
        let tokens = Tokens::new(&Variables.text("jwt_signing_key").await?)?;
        Ok(Self { database: Database::open().await?, tokens })
    }
}

static PLATFORM: OnceLock<Platform> = OnceLock::new();

/// The instance's platform, made by the first request. Requests that come meanwhile make one too and the first to be ready
/// stays, because they must not wait for each other in memory.
pub async fn platform() -> Result<&'static Platform, Broken> {
    if let Some(platform) = PLATFORM.get() {
        return Ok(platform);
    }
    let platform = Platform::start().await?;
    Ok(PLATFORM.get_or_init(|| platform))
}
