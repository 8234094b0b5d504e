//! Being the driver.

use crate::settings::Settings;
use crate::{commands, observation};
use futures::future::select;
use spin_sdk::time::sleep;
use std::pin::pin;
use std::time::{Duration, Instant};
use store::{Database, work};

/// How long the lease outlives a driver that was killed, in seconds.
const LEASE_SECONDS: f64 = 10.0;

/// How often a driver renews its lease, whatever it is waiting for.
const BEAT: Duration = Duration::from_secs(3);

/// Between two rounds: at first, and when nothing has moved for a while.
const ROUND: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];

/// Drives if something is due and nobody else does. What goes wrong is logged: the next one does what is left.
pub(crate) async fn drive_if_due(settings: &'static Settings) {
    report(look_and_drive(settings).await);
}

/// Drives, with a look at what only the control plane knows.
pub(crate) async fn drive_thoroughly(settings: &'static Settings) {
    report(drive(settings, true).await);
}

async fn look_and_drive(settings: &'static Settings) -> Result<(), Failure> {
    let due = work::due(api::database().await?, settings.status_interval_seconds).await?;
    if due.is_busy() || due.old + due.waiting > 0 { drive(settings, false).await } else { Ok(()) }
}

/// Why the driver stopped: a text for the log.
pub(crate) struct Failure(String);

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
    let database = api::database().await?;
    let holder = api::random_text().map_err(|error| Failure(format!("{error:?}")))?;
    while work::drive(database, &holder, LEASE_SECONDS).await? {
        let result = while_leased(database, &holder, rounds(database, settings, thorough)).await;
        work::rest(database, &holder).await?;
        result?;
        // What was recorded between the last look and the rest found a driver alive: it is looked for once more.
        if !work::due(database, settings.status_interval_seconds).await?.is_busy() {
            break;
        }
    }
    Ok(())
}

/// Does the rounds for as long as the lease is kept. One that is lost (the host stood still) ends them: what they were at is
/// recorded, and the new driver's.
async fn while_leased(
    database: &Database,
    holder: &str,
    rounds: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let beat = async {
        loop {
            sleep(BEAT).await;
            if !work::drive(database, holder, LEASE_SECONDS).await? {
                return Ok(());
            }
        }
    };
    select(pin!(rounds), pin!(beat)).await.factor_first().0
}

async fn rounds(database: &Database, settings: &Settings, thorough: bool) -> Result<(), Failure> {
    let mut pace = Pace::new(settings);
    if thorough {
        commands::close_unknown(database).await?;
        observation::observe(database, settings, 0).await?;
    }
    loop {
        let moved = commands::round(database, settings).await?;
        if pace.is_time_to_observe(moved) {
            observation::observe(database, settings, settings.status_interval_seconds).await?;
        }
        if !work::due(database, settings.status_interval_seconds).await?.is_busy() {
            return Ok(());
        }
        sleep(pace.pause()).await;
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
        Self {
            moved_at: Instant::now(),
            observed_at: None,
            slowest: Duration::from_secs(settings.status_interval_seconds.unsigned_abs()),
        }
    }

    /// Until the next round.
    fn pause(&self) -> Duration {
        (self.moved_at.elapsed() / 10).clamp(ROUND[0], ROUND[1])
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
