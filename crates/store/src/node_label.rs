//! Node labels: what stands on nodes, as last reported and as edges have confirmed since. They are scoped as cluster labels are
//! ([`crate::cluster`]), by the domain of their keys (docs/semantics.md, Clusters and nodes).

use crate::{Error, PLATFORM, Page, Scope, Tenant, values};
use serde::Deserialize;
use workload::node_label_key;

/// All labels that the caller may see, by name: of one cluster's nodes, by name or id, or of all.
pub async fn page(scope: Scope, cluster: Option<&str>) -> Result<Page, Error> {
    // The caller's own label hides a platform-wide one of the same name everywhere; either way the name is listed once.
    let sql = "SELECT json_object('total', count(*), 'rows', json_group_array(label)) FROM (
            SELECT DISTINCT substr(l.key, length(?2) + 1) AS label FROM node_label l
            WHERE substr(l.key, 1, length(?2)) = ?2 AND (?1 IS NULL OR l.cluster_id IN (SELECT id FROM cluster WHERE ?1 IN (id, name)))
            UNION
            SELECT substr(l.key, length(?3) + 1) FROM node_label l
            WHERE substr(l.key, 1, length(?3)) = ?3 AND (?1 IS NULL OR l.cluster_id IN (SELECT id FROM cluster WHERE ?1 IN (id, name)))
                AND NOT EXISTS (SELECT 1 FROM node_label own WHERE own.key = ?2 || substr(l.key, length(?3) + 1))
            ORDER BY label)";
    let (own, platform) = (node_label_key(scope.labels_of(), ""), node_label_key(PLATFORM, ""));
    scope.database.one(sql, values![cluster, own, platform]).await
}

/// What is known of the nodes of a cluster that are to have a label, or to lose it.
#[derive(Debug, Deserialize)]
pub struct Survey {
    /// The cluster's name.
    pub name: String,
    /// It is online.
    pub ready: u8,
    /// Names that are no node's.
    pub unknown: Vec<String>,
    /// Nodes that carry the label.
    pub carrying: Vec<String>,
    /// Nodes whose edge has said lately that it is as asked.
    pub confirmed: Vec<String>,
    /// Deployments that hold the label there.
    pub holders: Vec<Holder>,
}

/// A deployment that targets the cluster, selects nodes by the label, and runs something or has a change on its way.
#[derive(Debug, Deserialize)]
pub struct Holder {
    /// Its name.
    pub name: String,
    /// Its business.
    pub business_id: i64,
    /// `<name>-<id>`, by which its pods are known.
    pub instance: String,
    /// Those of the nodes that its pods are on, as last reported.
    pub nodes: Vec<String>,
}

/// Looks at nodes of a cluster, by id, before a label of the tenant's scope is put on them (`present`) or taken off. `None` if the
/// cluster has just gone.
pub async fn survey(
    tenant: Tenant,
    cluster: &str,
    nodes: &[String],
    label: &str,
    present: bool,
) -> Result<Option<Survey>, Error> {
    let sql = "WITH
        asked AS MATERIALIZED (SELECT value AS name FROM json_each(?2)),
        holder AS (SELECT d.name, d.business_id, d.id, d.name || '-' || d.id AS instance,
                iif(d.business_id = 0, 'default', 'ns' || d.business_id) AS namespace
            FROM deployment_target t JOIN deployment d ON d.id = t.deployment_id
            WHERE t.cluster_id = ?1 AND t.wanted = 1 AND d.node_label_key = ?3 AND d.deleted_at IS NULL
                AND (d.running_version <> '' OR d.status IN (3, 4)))
        SELECT json_object('name', c.name, 'ready', c.ready,
            'unknown', (SELECT json_group_array(name) FROM asked WHERE name NOT IN (SELECT name FROM node WHERE cluster_id = ?1)),
            'carrying', (SELECT json_group_array(name) FROM asked
                WHERE name IN (SELECT node_name FROM node_label WHERE key = ?3 AND cluster_id = ?1)),
            'confirmed', (SELECT json_group_array(name) FROM asked JOIN node_label_confirmed f
                ON f.cluster_id = ?1 AND f.node_name = name AND f.key = ?3 AND f.present = ?4 AND f.at >= unixepoch() - 600),
            'holders', (SELECT json_group_array(json_object('name', name, 'business_id', business_id, 'instance', instance,
                    'nodes', (SELECT json_group_array(DISTINCT p.node) FROM pod p WHERE p.cluster_id = ?1
                        AND p.namespace = h.namespace AND p.instance = h.instance AND p.state <> 'ended'
                        AND p.node IN (SELECT name FROM asked))))
                FROM (SELECT * FROM holder ORDER BY id) h))
        FROM known_cluster c WHERE c.id = ?1";
    let (nodes, key) = (serde_json::json!(nodes).to_string(), node_label_key(tenant.business(), label));
    tenant.database.first(sql, values![cluster, nodes, key, i64::from(present)]).await
}

#[cfg(test)]
mod tests;
