//! Cluster labels, of the caller's own scope.

use crate::clusters::ids_of;
use api::{Answer, Approved, Error, Fields, Json, Member, Name, Parameters, Query, Rule, is_label};
use axum::extract::FromRequestParts;
use http::request::Parts;
use store::{PLATFORM, Paging, Role};

/// A label and the clusters that it is about.
pub(crate) struct Labelling {
    label: String,
    clusters: Vec<String>,
}

/// A label to be put on clusters: it becomes a Kubernetes label. `all` is reserved.
pub(crate) struct Adding(Labelling);

impl api::FromFields for Adding {
    fn from_fields(fields: &mut Fields) -> Self {
        const LABEL: Rule = Rule::TEXT.matching(
            is_label,
            "1 to 63 letters, digits and `-`, with a letter or digit at its start and end, and not `all`",
        );
        Self(Labelling {
            label: fields.text("clusterLabel", &LABEL),
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

/// Who may write labels, and in whose name: a business's users their own, a system administrator platform-wide ones. General
/// users of `default` write none.
pub(crate) struct Writer(Member);

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let by = Member::from_request_parts(parts, state).await?;
        if by.tenant()?.business() == PLATFORM && by.caller.role != Role::SystemAdministrator {
            return Err(Error::forbidden("only system administrators write platform-wide labels"));
        }
        Ok(Self(by))
    }
}

/// Add Label to Cluster (Cluster Management 2). A label that is there already is no error.
pub(crate) async fn add(Writer(by): Writer, Json(Adding(labelling)): Json<Adding>) -> api::Result {
    let clusters = ids_of(by.scope, &labelling.clusters).await?;
    store::cluster::label(by.tenant()?, &labelling.label, &clusters).await?;
    Ok(Answer::success())
}

/// Delete Label (Cluster Management 3). A label that is not there is no error.
pub(crate) async fn remove(Writer(by): Writer, Json(Removing(labelling)): Json<Removing>) -> api::Result {
    let clusters = ids_of(by.scope, &labelling.clusters).await?;
    store::cluster::unlabel(by.tenant()?, &labelling.label, &clusters).await?;
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
    let ids = ids_of(by.scope, &[name]).await?;
    let id = ids.first().ok_or_else(|| Error::not_found("cluster"))?;
    Ok(Answer::page(store::cluster::labels_of(by.scope, id, paging).await?))
}
