//! The resource group Application (API document, Application Management): versions of what is deployed.

mod application;
mod definition;
mod host_paths;
mod settings;

use axum::Router;
use axum::routing::get;
use settings::Settings;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    let applications = get(application::list).post(application::create).delete(application::delete);
    Ok(Router::new()
        .route("/v1/app", applications)
        .route("/v1/app/{id}", get(application::show))
        .route("/v1/app/id/{id}", get(application::show))
        .with_state(Settings::read().await?))
}
