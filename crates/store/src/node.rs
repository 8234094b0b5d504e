//! Nodes, as listed.

use crate::{Error, Paging, Rows, Scope, values};
use serde::Deserialize;

/// Nodes under a filter.
#[derive(Debug, Deserialize)]
pub struct Nodes {
    /// The rows of the page.
    pub rows: Rows,
    /// How many there are under the filter.
    pub total: u64,
    /// How many of them are ready.
    pub ready: u64,
}

/// Which nodes are asked for; what is absent filters nothing.
#[derive(Debug)]
pub struct Filter {
    /// A node label that the caller may see.
    pub label: Option<String>,
    /// A cluster's name or id, exactly.
    pub cluster: Option<String>,
    /// A part of the node's name.
    pub name: Option<String>,
}

/// Nodes by the names of their cluster and their own (API document, Node Management 1; sizes in bytes, `cpu` in whole cores). One
/// statement. A node is ready when its cluster is, too.
pub async fn page(scope: Scope, filter: &Filter, paging: Paging) -> Result<Nodes, Error> {
    // The caller's own label hides a platform-wide one of the same name.
    let sql = "WITH filtered AS MATERIALIZED (
            SELECT n.*, c.name AS cluster_name, c.ready AND n.ready AS is_ready
            FROM node n JOIN known_cluster c ON c.id = n.cluster_id
            WHERE (?2 IS NULL OR c.name = ?2 OR c.id = ?2)
                AND (?3 IS NULL OR instr(n.name, ?3))
                AND (?4 IS NULL OR (n.cluster_id, n.name) IN (SELECT l.cluster_id, l.node_name FROM node_label l
                    WHERE l.key = iif(EXISTS (SELECT 1 FROM node_label own WHERE own.key = ?1), ?1, ?4)))
        )
        SELECT json_object('total', count(*), 'ready', coalesce(sum(is_ready), 0), 'rows',
            (SELECT json_group_array(json_object('nodeName', name, 'clusterName', cluster_name, 'clusterId', cluster_id,
                    'operatingSystem', operating_system, 'kernelVersion', kernel_version, 'ip', ip, 'memory', memory, 'cpu', cpu,
                    'isReady', json(iif(is_ready, 'true', 'false')), 'gpu', gpu, 'disk', disk))
                FROM (SELECT * FROM filtered ORDER BY cluster_name, cluster_id, name LIMIT ?5 OFFSET ?6)))
        FROM filtered";
    let own = filter.label.as_deref().map(|label| workload::node_label_key(scope.labels_of(), label));
    let platform = filter.label.as_deref().map(|label| workload::node_label_key(crate::PLATFORM, label));
    let parameters =
        values![own, filter.cluster.clone(), filter.name.clone(), platform, paging.limit(), paging.offset()];
    scope.database.one(sql, parameters).await
}
