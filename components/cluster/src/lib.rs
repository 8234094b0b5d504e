//! The resource group Cluster (API document, Cluster Management): clusters and their labels.

mod clusters;
mod labels;

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
    Ok(Router::new()
        .route("/v1/cluster", get(clusters::list))
        .route("/v1/cluster/label", labels)
        .route("/v1/cluster/label/{cluster_name}", get(labels::of_cluster)))
}
