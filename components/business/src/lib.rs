//! The resource group Business (API document, Business Management): applications for a business, and their audit.

mod application;
mod audit;

use axum::Router;
use axum::routing::get;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    Ok(Router::new()
        .route("/v1/business", get(application::list).post(application::apply))
        .route("/v1/business/id/{id}", get(application::show).put(audit::audit)))
}
