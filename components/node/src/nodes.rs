//! The node list.

use crate::MIRRORED;
use api::{Answer, Approved, Parameters, Query, select};
use serde_json::json;
use store::Paging;
use store::node::Filter;

/// Everything that a row can have.
const FIELDS: &[&str] = &[
    "nodeName",
    "clusterName",
    "clusterId",
    "operatingSystem",
    "kernelVersion",
    "ip",
    "memory",
    "cpu",
    "isReady",
    "gpu",
    "disk",
];

/// How the list is filtered and cut, and which fields its rows have.
pub(crate) struct Listing {
    fields: Option<Vec<String>>,
    filter: Filter,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let filter = Filter {
            label: parameters.text("nodeLabel").filter(|label| label != "all"),
            cluster: parameters.text("clusterName"),
            name: parameters.text("nodeName"),
        };
        Self { fields: parameters.fields(FIELDS), filter, paging: parameters.paging(10) }
    }
}

/// Get Node List (Node Management 1), by the names of cluster and node. `meta.readyNodeCount` counts before paging.
pub(crate) async fn list(by: Approved, Query(listing): Query<Listing>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    let nodes = store::node::page(by.scope, &listing.filter, listing.paging).await?;
    let rows = select(nodes.rows, listing.fields.as_deref())?;
    Ok(Answer::data(rows).with("total", nodes.total).with("meta", json!({ "readyNodeCount": nodes.ready })))
}
