//! The resource group Node (API document, Node Management): nodes of the fleet and their labels. [`nodes`] and [`labels`] are the
//! endpoints; [`asking`] waits for a cluster's answers.

mod asking;
mod labels;
mod nodes;

use axum::Router;
use axum::routing::get;
use spin_sdk::http::{IntoResponse, Request};
use store::inventory::Kind;

/// What this group reads of the mirror.
const MIRRORED: &[Kind] = &[Kind::Clusters, Kind::Nodes];

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    let labels = get(labels::list).post(labels::add).delete(labels::remove);
    Ok(Router::new().route("/v1/node", get(nodes::list)).route("/v1/node/label", labels))
}
