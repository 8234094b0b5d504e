//! The mirror of the fleet (docs/design.md, Inventory): clusters, nodes, workloads and pods as last reported. It is the
//! platform's own and a cache: it is written by refreshes only, which `crates/edge` does.

use crate::{Database, Error, values};
use serde::{Deserialize, Serialize};

/// What is mirrored; each kind has a list and a revision of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Clusters.
    Clusters,
    /// Nodes.
    Nodes,
    /// Workloads that the platform made.
    Workloads,
    /// Pods of the platform's workloads and of charts.
    Pods,
}

impl Kind {
    /// As the column `kind` has it.
    fn name(self) -> &'static str {
        match self {
            Self::Clusters => "clusters",
            Self::Nodes => "nodes",
            Self::Workloads => "workloads",
            Self::Pods => "pods",
        }
    }

    /// The table, and its key in the order of [`Gone`]'s fields.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Clusters => ("cluster", "(id) IN (SELECT value ->> 'cluster' FROM json_each(?1))"),
            Self::Nodes => ("node", "(cluster_id, name) IN (SELECT value ->> 'cluster', value ->> 'name' FROM json_each(?1))"),
            Self::Workloads => (
                "workload",
                "(cluster_id, namespace, name, resource) IN
                    (SELECT value ->> 'cluster', value ->> 'namespace', value ->> 'name', value ->> 'resource' FROM json_each(?1))",
            ),
            Self::Pods => (
                "pod",
                "(cluster_id, namespace, name) IN (SELECT value ->> 'cluster', value ->> 'namespace', value ->> 'name' FROM json_each(?1))",
            ),
        }
    }
}

/// A cluster as reported.
#[derive(Debug, Serialize)]
pub struct Cluster {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is connected.
    pub online: bool,
    /// Seconds since the Unix epoch; 0 where reports have no time.
    pub reported_at: u64,
}

/// A node as reported.
#[derive(Debug, Serialize)]
pub struct Node {
    /// Its cluster's id.
    pub cluster_id: String,
    /// Its name.
    pub name: String,
    /// Schedulable and `Ready`.
    pub ready: bool,
    /// As reported, or "".
    pub operating_system: String,
    /// As reported, or "".
    pub kernel_version: String,
    /// As reported, or "".
    pub ip: String,
    /// Whole cores.
    pub cpu: u32,
    /// Bytes.
    pub memory: u64,
    /// Bytes.
    pub disk: u64,
    /// Bytes of GPU memory.
    pub gpu: u64,
    /// Keys of the platform's labels.
    pub labels: Vec<String>,
}

/// A workload as reported.
#[derive(Debug, Serialize)]
pub struct Workload {
    /// Its cluster's id.
    pub cluster_id: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name: the instance's.
    pub name: String,
    /// `deployments` or `daemonsets`.
    pub resource: String,
    /// The application version that it runs.
    pub version: String,
    /// Pods wanted, as scaled; none for a daemonset.
    pub replicas: Option<u32>,
}

/// A pod as reported.
#[derive(Debug, Serialize)]
pub struct Pod {
    /// Its cluster's id.
    pub cluster_id: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `<deployName>-<deployment id>`, or a chart's release.
    pub instance: String,
    /// The application version, "" of a chart's.
    pub version: String,
    /// Where it runs, or "".
    pub node: String,
    /// `starting`, `ready`, `failing` or `ended`.
    pub state: &'static str,
    /// Why it is failing, or "".
    pub reason: String,
}

/// Something that is gone.
#[derive(Debug, Serialize)]
pub struct Gone {
    /// Its cluster's id.
    pub cluster: String,
    /// Its namespace, or "".
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// A workload's, or "".
    pub resource: String,
}

/// Items of one kind.
#[derive(Debug)]
pub enum Items {
    /// Clusters.
    Clusters(Vec<Cluster>),
    /// Nodes.
    Nodes(Vec<Node>),
    /// Workloads.
    Workloads(Vec<Workload>),
    /// Pods.
    Pods(Vec<Pod>),
}

/// Where a refresh goes on.
#[derive(Debug, Deserialize)]
pub struct Lease {
    /// "" to list anew.
    pub revision: String,
    /// The round that a new list is to have.
    pub round: i64,
}

/// When the oldest of these kinds was refreshed, in seconds since the Unix epoch; 0 if one never was.
pub async fn refreshed_at(database: &Database, kinds: &[Kind]) -> Result<u64, Error> {
    let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    let sql = "SELECT coalesce(min(coalesce(m.refreshed_at, 0)), 0) FROM json_each(?1) k LEFT JOIN mirror m ON m.scope = 'fleet' AND m.kind = k.value";
    Ok(database.first(sql, values![serde_json::json!(names).to_string()]).await?.unwrap_or(0))
}

/// Takes the right to refresh a kind for some seconds; `None` if somebody has it. A list older than `relist_seconds` is to be
/// made anew: after a restored control plane changes might never come (docs/contracts/kubernetes.md, Watches).
pub async fn lease(database: &Database, kind: Kind, seconds: f64, relist_seconds: i64) -> Result<Option<Lease>, Error> {
    let sql = "INSERT INTO mirror (scope, kind, lease_until) VALUES ('fleet', ?1, unixepoch('subsec') + ?2)
        ON CONFLICT DO UPDATE SET lease_until = excluded.lease_until WHERE lease_until < unixepoch('subsec')
        RETURNING json_object('revision', iif(listed_at < unixepoch() - ?3, '', revision), 'round', round + 1)";
    database.first(sql, values![kind.name(), seconds, relist_seconds]).await
}

/// Whether nobody is refreshing any of these kinds.
pub async fn is_idle(database: &Database, kinds: &[Kind]) -> Result<bool, Error> {
    let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    let sql = "SELECT count(*) FROM json_each(?1) k JOIN mirror m ON m.scope = 'fleet' AND m.kind = k.value WHERE m.lease_until >= unixepoch('subsec')";
    Ok(database.first::<u64>(sql, values![serde_json::json!(names).to_string()]).await? == Some(0))
}

/// Keeps the right to refresh a kind while a long list goes on.
pub async fn renew(database: &Database, kind: Kind, seconds: f64) -> Result<(), Error> {
    let sql = "UPDATE mirror SET lease_until = unixepoch('subsec') + ?2 WHERE scope = 'fleet' AND kind = ?1";
    database.execute(sql, values![kind.name(), seconds]).await
}

/// Gives the right to refresh back without having refreshed.
pub async fn release(database: &Database, kind: Kind) -> Result<(), Error> {
    database
        .execute("UPDATE mirror SET lease_until = 0 WHERE scope = 'fleet' AND kind = ?1", values![kind.name()])
        .await
}

/// Writes what is there. `round`: of the list that it belongs to, `None` for changes.
pub async fn put(database: &Database, items: &Items, round: Option<i64>) -> Result<(), Error> {
    let (rows, sql) = match items {
        Items::Clusters(rows) => (serde_json::to_string(rows), PUT_CLUSTERS),
        Items::Nodes(rows) => (serde_json::to_string(rows), PUT_NODES),
        Items::Workloads(rows) => (serde_json::to_string(rows), PUT_WORKLOADS),
        Items::Pods(rows) => (serde_json::to_string(rows), PUT_PODS),
    };
    let rows = rows.map_err(|error| Error::Failed(error.to_string()))?;
    database.execute(sql, values![rows, round]).await
}

/// Takes away what is gone.
pub async fn remove(database: &Database, kind: Kind, gone: &[Gone]) -> Result<(), Error> {
    if gone.is_empty() {
        return Ok(());
    }
    let (table, key) = kind.table();
    let gone = serde_json::to_string(gone).map_err(|error| Error::Failed(error.to_string()))?;
    database.execute(&format!("DELETE FROM {table} WHERE {key}"), values![gone]).await
}

/// Ends a list: what an older round left is gone.
pub async fn finish_list(database: &Database, kind: Kind, round: i64, revision: &str) -> Result<(), Error> {
    let (table, _) = kind.table();
    database.execute(&format!("DELETE FROM {table} WHERE round < ?1"), values![round]).await?;
    let sql = "UPDATE mirror SET revision = ?2, round = ?3, listed_at = unixepoch(), refreshed_at = unixepoch(), lease_until = 0
        WHERE scope = 'fleet' AND kind = ?1";
    database.execute(sql, values![kind.name(), revision, round]).await
}

/// Ends the reading of changes.
pub async fn finish_changes(database: &Database, kind: Kind, revision: &str) -> Result<(), Error> {
    let sql = "UPDATE mirror SET revision = ?2, refreshed_at = unixepoch(), lease_until = 0 WHERE scope = 'fleet' AND kind = ?1";
    database.execute(sql, values![kind.name(), revision]).await
}

const PUT_CLUSTERS: &str = "INSERT INTO cluster (id, name, online, reported_at, round)
    SELECT value ->> 'id', value ->> 'name', value ->> 'online', value ->> 'reported_at',
        coalesce(?2, (SELECT round FROM mirror WHERE scope = 'fleet' AND kind = 'clusters'), 0)
    FROM json_each(?1) WHERE true
    ON CONFLICT DO UPDATE SET name = excluded.name, online = excluded.online, reported_at = excluded.reported_at, round = excluded.round";

const PUT_NODES: &str = "INSERT INTO node
    (cluster_id, name, ready, operating_system, kernel_version, ip, cpu, memory, disk, gpu, labels, round)
    SELECT value ->> 'cluster_id', value ->> 'name', value ->> 'ready', value ->> 'operating_system', value ->> 'kernel_version',
        value ->> 'ip', value ->> 'cpu', value ->> 'memory', value ->> 'disk', value ->> 'gpu',
        (SELECT json_group_array(value) FROM (SELECT value FROM json_each(r.value -> 'labels') ORDER BY value)),
        coalesce(?2, (SELECT round FROM mirror WHERE scope = 'fleet' AND kind = 'nodes'), 0)
    FROM json_each(?1) r WHERE true
    ON CONFLICT DO UPDATE SET ready = excluded.ready, operating_system = excluded.operating_system,
        kernel_version = excluded.kernel_version, ip = excluded.ip, cpu = excluded.cpu, memory = excluded.memory,
        disk = excluded.disk, gpu = excluded.gpu, labels = excluded.labels, round = excluded.round";

const PUT_WORKLOADS: &str = "INSERT INTO workload (cluster_id, namespace, name, resource, version, replicas, round)
    SELECT value ->> 'cluster_id', value ->> 'namespace', value ->> 'name', value ->> 'resource', value ->> 'version',
        value ->> 'replicas', coalesce(?2, (SELECT round FROM mirror WHERE scope = 'fleet' AND kind = 'workloads'), 0)
    FROM json_each(?1) WHERE true
    ON CONFLICT DO UPDATE SET version = excluded.version, replicas = excluded.replicas, round = excluded.round";

const PUT_PODS: &str = "INSERT INTO pod (cluster_id, namespace, name, instance, version, node, state, reason, round)
    SELECT value ->> 'cluster_id', value ->> 'namespace', value ->> 'name', value ->> 'instance', value ->> 'version',
        value ->> 'node', value ->> 'state', value ->> 'reason',
        coalesce(?2, (SELECT round FROM mirror WHERE scope = 'fleet' AND kind = 'pods'), 0)
    FROM json_each(?1) WHERE true
    ON CONFLICT DO UPDATE SET instance = excluded.instance, version = excluded.version, node = excluded.node,
        state = excluded.state, reason = excluded.reason, round = excluded.round";

#[cfg(test)]
mod tests;
