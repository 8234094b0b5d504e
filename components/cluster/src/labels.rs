//! Cluster labels, of the caller's own scope.

use crate::MIRRORED;
use api::{Answer, Approved, Fields, Json, LabelWriter, Name, Parameters, Query, Rule};
use store::Paging;

/// A label and the clusters that it is about.
pub(crate) struct Labelling {
    label: String,
    clusters: Vec<String>,
}

/// A label to be put on clusters.
pub(crate) struct Adding(Labelling);

impl api::FromFields for Adding {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(Labelling {
            label: fields.text("clusterLabel", &Rule::LABEL),
            clusters: fields.texts("clusterName", &Rule::TEXT),
        })
    }
}

/// A label to be taken off clusters, whatever it looks like.
pub(crate) struct Removing(Labelling);

impl api::FromFields for Removing {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(Labelling {
            label: fields.text("clusterLabel", &Rule::TEXT),
            clusters: fields.texts("clusterName", &Rule::TEXT),
        })
    }
}

/// Add Label to Cluster (Cluster Management 2). A label that is there already is no error.
pub(crate) async fn add(by: LabelWriter, Json(Adding(labelling)): Json<Adding>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    let clusters = edge::clusters_named(by.scope, &labelling.clusters).await?;
    store::cluster::label(by.tenant, &labelling.label, &clusters).await?;
    Ok(Answer::success())
}

/// Delete Label (Cluster Management 3). A label that is not there is no error.
pub(crate) async fn remove(by: LabelWriter, Json(Removing(labelling)): Json<Removing>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    let clusters = edge::clusters_named(by.scope, &labelling.clusters).await?;
    store::cluster::unlabel(by.tenant, &labelling.label, &clusters).await?;
    Ok(Answer::success())
}

/// Get Label List (Cluster Management 4): all that the caller may see, by name.
pub(crate) async fn list(by: Approved) -> api::Result {
    Ok(Answer::page(store::cluster::labels(by.scope).await?))
}

/// How a cluster's labels are cut.
pub(crate) struct Cut(Paging);

impl api::FromParameters for Cut {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        Self(parameters.paging(10))
    }
}

/// Get Label (Cluster Management 5): one cluster's labels that the caller may see, by time, then name.
pub(crate) async fn of_cluster(by: Approved, Name(name): Name, Query(Cut(paging)): Query<Cut>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    let id = edge::cluster_named(by.scope, name).await?;
    Ok(Answer::page(store::cluster::labels_of(by.scope, &id, paging).await?))
}
