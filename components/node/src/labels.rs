//! Node labels, of the caller's own scope: written to the real nodes, because workloads select nodes by them.

use crate::MIRRORED;
use crate::asking::carry_out;
use api::{Answer, Approved, Error, Fields, Json, LabelWriter, Parameters, Query, Rule, is_label};
use http::StatusCode;
use store::inventory::Kind;
use store::node_label::{self, Holder, Survey};
use store::task::{Ask, Task};

/// A label and the nodes that it is about.
pub(crate) struct Labelling {
    label: String,
    cluster: String,
    nodes: Vec<String>,
}

impl Labelling {
    fn read(fields: &mut Fields, label: &Rule) -> Self {
        Self {
            label: fields.text("nodeLabel", label),
            cluster: fields.text("clusterName", &Rule::TEXT),
            nodes: fields.texts("nodeName", &Rule::TEXT),
        }
    }
}

/// A label to be put on nodes.
pub(crate) struct Adding(Labelling);

impl api::FromFields for Adding {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(Labelling::read(fields, &Rule::LABEL))
    }
}

/// A label to be taken off nodes, whatever it looks like.
pub(crate) struct Removing {
    labelling: Labelling,
    delete_deploy: bool,
}

impl api::FromFields for Removing {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            labelling: Labelling::read(fields, &Rule::TEXT),
            delete_deploy: fields.optional_flag("deleteDeploy").unwrap_or_default(),
        }
    }
}

/// Add Label to Node (Node Management 2). A label that is there already is no error. 200 means that the nodes have it; after a
/// 502 or 504 some may, and the same call completes.
pub(crate) async fn add(by: LabelWriter, Json(Adding(labelling)): Json<Adding>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    let (cluster, survey) = survey(&by, &labelling, true).await?;
    let tasks = label_tasks(&by, &labelling, &survey, true);
    carry_out(by.tenant, &cluster, &survey.name, &tasks).await?;
    Ok(Answer::success())
}

/// Delete Label (Node Management 3). A label that is not there is no error. One by which deployments select these nodes is a 409
/// that names them, unless `deleteDeploy` is true: then their pods on these nodes go too, also when a repetition finds the label
/// gone already. 200 means that the nodes have lost it; after a 502 or 504 some may, and the same call completes.
pub(crate) async fn remove(by: LabelWriter, Json(removing): Json<Removing>) -> api::Result {
    let Removing { labelling, delete_deploy } = removing;
    edge::fresh(if delete_deploy { &[Kind::Clusters, Kind::Nodes, Kind::Pods] } else { MIRRORED }).await?;
    let (cluster, survey) = survey(&by, &labelling, false).await?;
    if !survey.carrying.is_empty() && !survey.holders.is_empty() && !delete_deploy {
        return Err(held(&labelling.label, &survey.holders));
    }
    // No node can carry a label that breaks the rule of labels.
    if is_label(&labelling.label) {
        let mut tasks = label_tasks(&by, &labelling, &survey, false);
        tasks.extend(survey.holders.iter().flat_map(|holder| pod_tasks(holder, &labelling, &survey)));
        carry_out(by.tenant, &cluster, &survey.name, &tasks).await?;
    }
    Ok(Answer::success())
}

/// The cluster's id, and what is known of the nodes: all must be there (404) and the cluster online (409).
async fn survey(by: &LabelWriter, labelling: &Labelling, present: bool) -> Result<(String, Survey), Error> {
    let cluster = edge::cluster_named(by.scope, labelling.cluster.clone()).await?;
    let survey = node_label::survey(by.tenant, &cluster, &labelling.nodes, &labelling.label, present).await?;
    let survey = survey.ok_or_else(|| Error::not_found("cluster"))?;
    if !survey.unknown.is_empty() {
        let message = format!("cluster {} has no such nodes: {}", survey.name, survey.unknown.join(", "));
        return Err(Error::new(StatusCode::NOT_FOUND, message));
    }
    if survey.ready == 0 {
        let name = &survey.name;
        return Err(Error::conflict(format!("cluster {name} is offline: its nodes can be labelled when it is back")));
    }
    Ok((cluster, survey))
}

/// One task for each node, except those whose edge has said lately that it is as asked: so a repetition completes.
fn label_tasks(by: &LabelWriter, labelling: &Labelling, survey: &Survey, present: bool) -> Vec<Task> {
    let business_id = by.tenant.business();
    let key = workload::node_label_key(business_id, &labelling.label);
    let ask = Ask::Label { key, present };
    let nodes = labelling.nodes.iter().filter(|node| !survey.confirmed.contains(node));
    nodes.map(|node| Task { business_id, node: node.clone(), ask: ask.clone() }).collect()
}

/// The deletion of a deployment's pods on those of the nodes that carry the label, or still have some of them.
fn pod_tasks(holder: &Holder, labelling: &Labelling, survey: &Survey) -> Vec<Task> {
    let ask = Ask::Pods { instance: holder.instance.clone() };
    let nodes = labelling.nodes.iter().filter(|node| survey.carrying.contains(node) || holder.nodes.contains(node));
    nodes.map(|node| Task { business_id: holder.business_id, node: node.clone(), ask: ask.clone() }).collect()
}

fn held(label: &str, holders: &[Holder]) -> Error {
    let names: Vec<&str> = holders.iter().map(|holder| &*holder.name).collect();
    Error::conflict(format!(
        "deployments select these nodes by {label}: {}; with deleteDeploy their pods on these nodes go too",
        names.join(", ")
    ))
}

/// Whose node labels are listed.
pub(crate) struct Listing(Option<String>);

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        Self(parameters.text("clusterName"))
    }
}

/// Get Label List (Node Management 4): those of one cluster's nodes, or of all, that the caller may see, by name.
pub(crate) async fn list(by: Approved, Query(Listing(cluster)): Query<Listing>) -> api::Result {
    edge::fresh(MIRRORED).await?;
    Ok(Answer::page(node_label::page(by.scope, cluster.as_deref()).await?))
}
