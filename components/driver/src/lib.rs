//! The driver: carries deployments to the edges (docs/design.md, Remote work). It sends what is due, asks for answers, counts pods,
//! and clears what is finished. There is one at a time in the whole database, by a lease; it works after the answer of whoever
//! called it, and ends when everything is settled. Killed at any instant it loses nothing: all it knows stands in the records.
//!
//! Reading order: [`drive`] is the loop; [`commands`] sends and asks, [`observation`] looks at the edges, [`status`] judges.

mod commands;
mod drive;
mod objects;
mod observation;
mod reconcile;
mod settings;
mod status;

use api::Answer;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use settings::Settings;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::wit_bindgen::spawn;

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    let settings = Settings::read().await?;
    Ok(Router::new()
        .route("/drive", post(start))
        .route("/internal/reconcile", post(reconcile::reconcile))
        .with_state(settings))
}

/// What other components call when they have recorded or read something, by service chaining only: `spin.toml` gives this path no
/// route. Answers at once.
async fn start(State(settings): State<&'static Settings>) -> api::Result {
    spawn(drive::drive_if_due(settings));
    Ok(Answer::success())
}
