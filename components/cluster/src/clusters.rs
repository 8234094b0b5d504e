//! Clusters, and what their names stand for.

use crate::MIRRORED;
use api::{Answer, Approved, Error, Parameters, Query};
use store::cluster::Named;
use store::{Paging, Scope};

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

/// The ids of named clusters. Unknown names are a 404 that names them all, ambiguous ones a 409 that shows their ids.
pub(crate) async fn ids_of(scope: Scope, names: &[String]) -> Result<Vec<String>, Error> {
    edge::fresh(MIRRORED).await?;
    let found = store::cluster::named(scope, names).await?;
    let unknown: Vec<&str> = found.iter().filter(|named| named.ids.is_empty()).map(|named| &*named.name).collect();
    if !unknown.is_empty() {
        return Err(Error::new(
            http::StatusCode::NOT_FOUND,
            format!("there are no such clusters: {}", unknown.join(", ")),
        ));
    }
    if let Some(several) = found.iter().find(|named| named.ids.len() > 1) {
        return Err(ambiguous(several));
    }
    Ok(found.into_iter().flat_map(|named| named.ids).collect())
}

fn ambiguous(named: &Named) -> Error {
    Error::conflict(format!(
        "{} clusters are called {}: name one by its id: {}",
        named.ids.len(),
        named.name,
        named.ids.join(", ")
    ))
}
