//! Keeping the mirror fresh: filled once by lists, then by what has changed (docs/design.md, Inventory).

use crate::{items, shim};
use futures::future::join_all;
use spin_sdk::time::sleep;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Database;
use store::inventory::{self, Kind};

/// A mirror older than this is refreshed when somebody asks.
const STALE_SECONDS: u64 = 5;

/// How long a request waits for a refresh before it answers what is known.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a request waits when nothing is known at all.
const COLD_PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at whether a refresh is done.
const LOOK: Duration = Duration::from_millis(5);

/// How long a refresh may be silent before somebody else may begin one.
const LEASE_SECONDS: f64 = 15.0;

/// A list is made anew after so long, whatever its changes said.
const RELIST_SECONDS: i64 = 3600;

/// Items of one page of a list.
const PAGE: u32 = 500;

/// Why a refresh came to nothing.
#[derive(Debug)]
pub enum Error {
    /// The shim said so.
    Shim(shim::Error),
    /// The database did.
    Store(store::Error),
}

impl From<shim::Error> for Error {
    fn from(error: shim::Error) -> Self {
        Self::Shim(error)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for api::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Shim(error) => crate::to_api(error),
            Error::Store(error) => error.into(),
        }
    }
}

/// Makes sure that a request sees a mirror of these kinds that is fresh, or as fresh as can be had in a second. Fails only if
/// nothing was ever known and nothing can be learnt.
pub async fn fresh(kinds: &'static [Kind]) -> Result<(), api::Error> {
    let database = api::database().await?;
    let known = known_since(database, kinds).await?;
    if api::now().saturating_sub(known) <= STALE_SECONDS {
        return Ok(());
    }
    let outcome = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&outcome);
    spin_sdk::wit_bindgen::spawn(async move {
        let result = refresh(database, kinds).await;
        if let Ok(mut slot) = slot.lock() {
            *slot = Some(result);
        }
    });
    let begin = Instant::now();
    loop {
        sleep(LOOK).await;
        let result = outcome.lock().ok().and_then(|mut slot| slot.take());
        let over = begin.elapsed() > if known > 0 { PATIENCE } else { COLD_PATIENCE };
        match result {
            Some(Err(error)) if known == 0 => return Err(error.into()),
            Some(Err(_)) => return Ok(()),
            // Somebody else is at it when nothing is known even now.
            Some(Ok(())) if known == 0 && known_since(database, kinds).await? == 0 => {
                return wait_for_another(database, kinds, begin).await;
            }
            Some(Ok(())) => return Ok(()),
            None if over => return Ok(()),
            None => {}
        }
    }
}

async fn wait_for_another(database: &Database, kinds: &'static [Kind], begin: Instant) -> Result<(), api::Error> {
    while known_since(database, kinds).await? == 0 {
        if begin.elapsed() > COLD_PATIENCE {
            return Err(api::Error::gateway_timeout(
                "the edge control plane did not answer in time",
                "nobody could fill the mirror",
            ));
        }
        if inventory::is_idle(database, kinds).await? {
            refresh(database, kinds).await?;
        }
        sleep(LOOK * 10).await;
    }
    Ok(())
}

/// When the mirror of these kinds was last refreshed, as far as this instance has seen; asks the database when that is long ago.
async fn known_since(database: &Database, kinds: &[Kind]) -> Result<u64, store::Error> {
    static SEEN: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
    let seen = kinds.iter().map(|kind| SEEN[*kind as usize].load(Ordering::Relaxed)).min().unwrap_or(0);
    if api::now().saturating_sub(seen) <= STALE_SECONDS {
        return Ok(seen);
    }
    let known = inventory::refreshed_at(database, kinds).await?;
    for kind in kinds {
        SEEN[*kind as usize].fetch_max(known, Ordering::Relaxed);
    }
    Ok(known)
}

/// Brings the mirror of these kinds up to date, those at least that nobody else is refreshing.
pub async fn refresh(database: &Database, kinds: &[Kind]) -> Result<(), Error> {
    join_all(kinds.iter().map(|kind| refresh_kind(database, *kind))).await.into_iter().collect()
}

async fn refresh_kind(database: &Database, kind: Kind) -> Result<(), Error> {
    let Some(lease) = inventory::lease(database, kind, LEASE_SECONDS, RELIST_SECONDS).await? else { return Ok(()) };
    let result = match lease.revision.as_str() {
        "" => list(database, kind, lease.round).await,
        revision => match follow(database, kind, revision).await {
            Err(Error::Shim(shim::Error::Expired)) => list(database, kind, lease.round).await,
            other => other,
        },
    };
    if result.is_err() {
        inventory::release(database, kind).await?;
    }
    result
}

/// Reads what has changed.
async fn follow(database: &Database, kind: Kind, revision: &str) -> Result<(), Error> {
    let news = shim::changes(items::kind_of(kind), shim::Scope::Fleet, revision.to_owned()).await?;
    if !news.changed.is_empty() {
        inventory::put(database, &items::rows(kind, news.changed), None).await?;
    }
    inventory::remove(database, kind, &items::gone(news.gone)).await?;
    Ok(inventory::finish_changes(database, kind, &news.revision).await?)
}

/// Reads the whole list, page by page; what an earlier list had and this one has not is gone at its end.
async fn list(database: &Database, kind: Kind, round: i64) -> Result<(), Error> {
    let mut from = None;
    loop {
        let page = shim::list(items::kind_of(kind), shim::Scope::Fleet, from, PAGE).await?;
        inventory::put(database, &items::rows(kind, page.items), Some(round)).await?;
        if page.next.is_none() {
            return Ok(inventory::finish_list(database, kind, round, &page.revision).await?);
        }
        from = page.next;
        inventory::renew(database, kind, LEASE_SECONDS).await?;
    }
}
