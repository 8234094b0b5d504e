//! The cluster list.

use crate::MIRRORED;
use api::{Answer, Approved, Parameters, Query};
use store::Paging;

/// How the list is filtered and cut: everything, unless a `pageSize` says otherwise.
pub(crate) struct Listing {
    label: Option<String>,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let label = parameters.text("clusterLabel").filter(|label| label != "all");
        Self { label, paging: parameters.paging(0) }
    }
}

/// Get Cluster List (Cluster Management 1), by name.
pub(crate) async fn list(by: Approved, Query(listing): Query<Listing>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    Ok(Answer::page(store::cluster::page(by.scope, listing.label.as_deref(), listing.paging).await?))
}
