//! `POST /internal/reconcile`: what a cron calls, so that nothing waits for a visitor.

use crate::driver;
use crate::settings::Settings;
use api::{Answer, Error, bearer};
use axum::extract::State;
use http::{HeaderMap, StatusCode};

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
    driver::reconcile(settings).await;
    Ok(Answer::success())
}

/// Compares in a time that does not tell how much is right.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
