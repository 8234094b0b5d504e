//! The resource group Node (API document, Node Management): nodes of the fleet.

mod nodes;

use axum::Router;
use axum::routing::get;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    Ok(Router::new().route("/v1/node", get(nodes::list)))
}
