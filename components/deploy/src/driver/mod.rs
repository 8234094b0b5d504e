//! The driver: sends what is due, asks for answers, counts pods, and clears what is finished. One in the whole database at a
//! time, by a lease; it works after the answer of whoever found work due, and ends when that is settled. Killed at any
//! instant it loses nothing: all it knows stands in the records.

mod commands;
mod observation;
mod objects;
mod status;

use crate::settings::Settings;
use spin_sdk::time::sleep;
use spin_sdk::wit_bindgen::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Database, work};

/// How long the lease outlives its driver, in seconds: longer than any one step takes.
const LEASE_SECONDS: f64 = 75.0;

/// Between two rounds.
const ROUND: Duration = Duration::from_millis(100);

/// How long a call of `/internal/reconcile` waits for what it has begun.
const RECONCILE_PATIENCE: Duration = Duration::from_secs(8);

/// Starts the driver after this request's answer: a change was recorded.
pub(crate) fn start(settings: &'static Settings) {
    spawn(async move { report(drive(settings, false).await) });
}

/// Starts the driver after this request's answer if something is due; looks at most once a second per instance.
pub(crate) fn look(settings: &'static Settings) {
    static LOOKED_AT: AtomicU64 = AtomicU64::new(0);
    let now = api::now();
    if LOOKED_AT.swap(now, Ordering::Relaxed) != now {
        spawn(async move { report(look_and_drive(settings).await) });
    }
}

async fn look_and_drive(settings: &'static Settings) -> Result<(), Failure> {
    let due = work::due(&api::platform().await?.database, settings.status_interval_seconds).await?;
    if due.is_busy() || due.old > 0 { drive(settings, false).await } else { Ok(()) }
}

/// Drives, with a look at what only the control plane knows; returns when that is settled, or after a while: then it goes on alone.
pub(crate) async fn reconcile(settings: &'static Settings) {
    let done = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&done);
    spawn(async move {
        report(drive(settings, true).await);
        flag.store(true, Ordering::Relaxed);
    });
    let begin = Instant::now();
    while !done.load(Ordering::Relaxed) && begin.elapsed() < RECONCILE_PATIENCE {
        sleep(Duration::from_millis(10)).await;
    }
}

/// Why the driver stopped: a text for the log. What it was doing is done by the next one.
struct Failure(String);

impl<E: std::fmt::Debug> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(format!("{error:?}"))
    }
}

fn report(result: Result<(), Failure>) {
    if let Err(Failure(cause)) = result {
        eprintln!("driver: {cause}");
    }
}

/// Is the driver until everything is settled, unless somebody else is.
async fn drive(settings: &'static Settings, thorough: bool) -> Result<(), Failure> {
    let database = &api::platform().await?.database;
    let holder = api::random_text().map_err(|error| Failure(format!("{error:?}")))?;
    while work::drive(database, &holder, LEASE_SECONDS).await? {
        let result = rounds(database, settings, &holder, thorough).await;
        work::rest(database, &holder).await?;
        result?;
        // What was recorded between the last look and the rest found a driver alive: it is looked for once more.
        if !work::due(database, settings.status_interval_seconds).await?.is_busy() {
            break;
        }
    }
    Ok(())
}

async fn rounds(database: &Database, settings: &Settings, holder: &str, thorough: bool) -> Result<(), Failure> {
    let mut pace = Pace::new(settings);
    if thorough {
        commands::close_unknown(database).await?;
    }
    loop {
        let moved = commands::round(database, settings).await?;
        if pace.is_time_to_observe(moved) {
            observation::observe(database, settings).await?;
        }
        if !work::due(database, settings.status_interval_seconds).await?.is_busy() {
            return Ok(());
        }
        if !work::drive(database, holder, LEASE_SECONDS).await? {
            return Ok(());
        }
        sleep(ROUND).await;
    }
}

/// When to look at the edges again: often while things move, less and less often the longer nothing does.
struct Pace {
    moved_at: Instant,
    observed_at: Option<Instant>,
    slowest: Duration,
}

impl Pace {
    fn new(settings: &Settings) -> Self {
        Self { moved_at: Instant::now(), observed_at: None, slowest: Duration::from_secs(settings.status_interval_seconds.unsigned_abs()) }
    }

    fn is_time_to_observe(&mut self, moved: bool) -> bool {
        if moved {
            self.moved_at = Instant::now();
        }
        let pause = (Duration::from_millis(400) + self.moved_at.elapsed() / 20).min(self.slowest);
        let is_time = self.observed_at.is_none_or(|at| at.elapsed() >= pause);
        if is_time {
            self.observed_at = Some(Instant::now());
        }
        is_time
    }
}
