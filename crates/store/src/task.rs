//! What nodes are asked while a request waits: labels, and pods to be deleted (docs/semantics.md, Clusters and nodes). A task is a
//! command like the driver's, recorded before it is sent, and under the same rule: a cluster is asked one thing at a time. Its request
//! alone reads the answer; once that is gone, the next request for the cluster or the driver does.

use crate::work::{SENDING, Sending};
use crate::{Database, Error, Tenant, values};
use serde::{Deserialize, Serialize};

/// What a node is asked. The text of its JSON identifies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Whose label it is, or whose pods.
    pub business_id: i64,
    /// The node's name.
    pub node: String,
    /// What it is asked.
    pub ask: Ask,
}

/// What can be asked of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To have a label, or to lose it.
    Label {
        /// As Kubernetes has it: `ns7.otestack.io/x`.
        key: String,
        /// To have it.
        present: bool,
    },
    /// To lose a deployment's pods.
    Pods {
        /// `<deployName>-<deployment id>`.
        instance: String,
    },
}

/// What a cluster is asked at the moment.
#[derive(Debug, Deserialize)]
pub struct Turn {
    /// It owes an answer.
    pub busy: u8,
    /// To this task of the request; none if it owes it to somebody else.
    pub open: Option<Open>,
}

/// A task that is on its way.
#[derive(Debug, Deserialize)]
pub struct Open {
    /// How it is sent.
    pub sending: Sending,
    /// What is asked.
    pub task: Task,
}

/// Waits for a cluster, or goes on waiting, for some seconds: the driver lets the request go first. `request` is any text of its own.
pub async fn wait(database: &Database, request: &str, cluster: &str, seconds: f64) -> Result<(), Error> {
    let sql = "INSERT INTO waiting_request (id, cluster_id, until) VALUES (?1, ?2, unixepoch('subsec') + ?3)
        ON CONFLICT DO UPDATE SET until = excluded.until";
    database.execute(sql, values![request, cluster, seconds]).await
}

/// Waits no more; nor does anybody whose time has run out.
pub async fn leave(database: &Database, request: &str) -> Result<(), Error> {
    let sql = "DELETE FROM waiting_request WHERE id = ?1 OR until < unixepoch('subsec')";
    database.execute(sql, values![request]).await
}

/// What a cluster is asked at the moment, for a request that waits for it. A task whose own request is gone is taken over.
pub async fn turn(database: &Database, request: &str, cluster: &str) -> Result<Turn, Error> {
    let sql = "UPDATE command AS m SET request = ?1 WHERE task IS NOT NULL AND request <> ?1
            AND id = (SELECT command_id FROM command_cluster WHERE cluster_id = ?2 AND open = 1)
            AND NOT EXISTS (SELECT 1 FROM waiting_request w WHERE w.id = m.request AND w.until > unixepoch('subsec'))";
    database.execute(sql, values![request, cluster]).await?;
    let sql = format!(
        "SELECT json_object('busy', EXISTS (SELECT 1 FROM command_cluster WHERE cluster_id = ?2 AND open = 1), 'open', json(
            (SELECT json_object('sending', {SENDING}, 'task', json(m.task))
                FROM command_cluster a JOIN command m ON m.id = a.command_id
                WHERE a.cluster_id = ?2 AND a.open = 1 AND m.request = ?1)))"
    );
    database.one(&sql, values![request, cluster]).await
}

/// Records a request's task for a cluster that owes no answer, unless so many are awaited of the whole fleet (0: no limit) or another
/// request has waited longer for its turn. False: not yet.
pub async fn record(
    tenant: Tenant,
    request: &str,
    cluster: &str,
    task: &Task,
    position: &str,
    answers: u32,
) -> Result<bool, Error> {
    let sql = "INSERT INTO command (ticket, request, task, position, clusters, changed_by)
        SELECT 'otestack-' || lower(hex(randomblob(8))), ?1, ?3, ?4, json_array(?2), ?5
        WHERE NOT EXISTS (SELECT 1 FROM command_cluster WHERE cluster_id = ?2 AND open = 1)
            AND (?6 = 0 OR (SELECT count(*) FROM command_cluster WHERE open = 1) < ?6)
            AND NOT EXISTS (SELECT 1 FROM waiting_request w JOIN waiting_request me ON me.id = ?1 AND w.turn_at < me.turn_at
                WHERE w.cluster_id = ?2 AND w.until > unixepoch('subsec'))
        RETURNING id";
    let task = serde_json::to_string(task).map_err(|error| Error::Failed(error.to_string()))?;
    let parameters = values![request, cluster, task, position, tenant.actor, answers];
    Ok(tenant.database.first::<i64>(sql, parameters).await?.is_some())
}

#[cfg(test)]
mod tests;
