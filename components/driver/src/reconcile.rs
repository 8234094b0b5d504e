//! `POST /internal/reconcile`: what a cron calls, so that nothing waits for a visitor.

use crate::drive;
use crate::settings::Settings;
use api::{Answer, Error, bearer};
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use spin_sdk::time::sleep;
use spin_sdk::wit_bindgen::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a call waits for what it has begun.
const PATIENCE: Duration = Duration::from_secs(8);

/// Does what is due, also what only a look at the edges shows, and answers within 10 s; what takes longer goes on. With the bearer
/// token of the variable `reconcile_token`; without that variable the path is not there.
pub(crate) async fn reconcile(State(settings): State<&'static Settings>, headers: HeaderMap) -> api::Result {
    if settings.reconcile_token.is_empty() {
        return Err(Error::new(StatusCode::NOT_FOUND, "there is nothing at this path while reconcile_token is empty"));
    }
    let token = bearer(&headers).unwrap_or_default();
    if !equal(token.as_bytes(), settings.reconcile_token.as_bytes()) {
        return Err(Error::unauthorized("the header Authorization must hold the reconcile token"));
    }
    begin(settings).await;
    Ok(Answer::success())
}

/// Drives until everything is settled, or for a while: then it goes on alone.
async fn begin(settings: &'static Settings) {
    let done = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&done);
    spawn(async move {
        drive::drive_thoroughly(settings).await;
        flag.store(true, Ordering::Relaxed);
    });
    let begin = Instant::now();
    while !done.load(Ordering::Relaxed) && begin.elapsed() < PATIENCE {
        sleep(Duration::from_millis(10)).await;
    }
}

/// Compares in a time that does not tell how much is right.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
