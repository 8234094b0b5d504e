//! What names of clusters stand for.

use api::Error;
use store::Scope;
use store::cluster::Named;

/// The ids of named clusters. Unknown names are a 404 that names them all, ambiguous ones a 409 that shows their ids.
pub async fn clusters_named(scope: Scope, names: &[String]) -> Result<Vec<String>, Error> {
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

/// The id of one cluster, likewise.
pub async fn cluster_named(scope: Scope, name: String) -> Result<String, Error> {
    let ids = clusters_named(scope, &[name]).await?;
    ids.into_iter().next().ok_or_else(|| Error::not_found("cluster"))
}

fn ambiguous(named: &Named) -> Error {
    Error::conflict(format!(
        "{} clusters are called {}: name one by its id: {}",
        named.ids.len(),
        named.name,
        named.ids.join(", ")
    ))
}
