//! The resource group Deployment (API document, Deployment Management): desired state. [`creation`], [`changes`] and
//! [`deletion`] record what is wanted, [`audit`] decides about what waits, [`listing`] answers what is stored; the component `driver`,
//! woken by [`driver`], does the rest.

mod audit;
mod changes;
mod creation;
mod deletion;
mod driver;
mod listing;
mod settings;
mod targets;

use axum::Router;
use axum::routing::{delete, get, post};
use settings::Settings;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    let settings = Settings::read().await?;
    Ok(Router::new()
        .route("/v1/deploy", get(listing::list).post(creation::create))
        .route("/v1/deploy/install", post(creation::create).delete(deletion::by_alias_name))
        .route(
            "/v1/deploy/id/{id}",
            get(listing::show).post(changes::upgrade).put(changes::roll_back).delete(deletion::by_id),
        )
        .route("/v1/admin/deploy", get(audit::list).put(audit::decide).post(audit::decide))
        .route("/v1/deploy/{name}", delete(deletion::by_name))
        .with_state(settings))
}
