//! What a deployment's labels stand for: rules that hold for creation, upgrade, rollback and approval alike.

use api::{Error, Faults};
use store::deployment::Meaning;

/// A label must be carried: an unknown one is never `all`.
pub(crate) fn check(meaning: &Meaning, faults: &mut Faults) {
    if meaning.targets.is_empty() {
        faults.add("cluster", "names no cluster label that a cluster carries, and no cluster");
    } else if meaning.node_label_found == 0 {
        faults.add("nodeLabel", "names no label that a node of these clusters carries");
    }
}

/// Credentials of an external repository do not reach the edges yet: such a version is refused, for its pods could not start.
pub(crate) fn check_pull(external: u8) -> Result<(), Error> {
    if external == 0 {
        return Ok(());
    }
    Err(Error::conflict(
        "version: it is pulled from an external repository, and edges are not given such credentials yet",
    ))
}

/// A name must be one cluster's: else a 409 that shows the ids.
pub(crate) fn check_name(meaning: &Meaning, cluster: &str) -> Result<(), Error> {
    if meaning.ambiguous == 0 {
        return Ok(());
    }
    let (several, ids) = (meaning.targets.len(), meaning.targets.join(", "));
    Err(Error::conflict(format!("cluster: {several} clusters are called {cluster}: name one by its id: {ids}")))
}
