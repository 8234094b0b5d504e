//! Clusters, as listed, and their labels. Labels are scoped: a business's are private to it, the platform's are everybody's, and
//! a caller's own label hides a platform-wide one of the same name everywhere (docs/semantics.md, Roles).

use crate::{Error, Page, Paging, Scope, Tenant, values};
use serde::Deserialize;

/// What a name stands for.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// As asked.
    pub name: String,
    /// The ids of the clusters that it stands for: an exact id wins over names.
    pub ids: Vec<String>,
}

/// Labels `l` that a business, parameter `?1`, may see.
pub(crate) const VISIBLE: &str = "l.deleted_at IS NULL AND (l.business_id = ?1 OR (l.business_id = 0 AND NOT EXISTS
    (SELECT 1 FROM cluster_label own WHERE own.business_id = ?1 AND own.label = l.label AND own.deleted_at IS NULL)))";

/// Clusters by name (API document, Cluster Management 1), those with a label only if one is given.
pub async fn page(scope: Scope, label: Option<&str>, paging: Paging) -> Result<Page, Error> {
    let filter =
        format!("(?2 IS NULL OR c.id IN (SELECT l.cluster_id FROM cluster_label l WHERE l.label = ?2 AND {VISIBLE}))");
    let sql = format!(
        "SELECT json_object(
            'total', (SELECT count(*) FROM known_cluster c WHERE {filter}),
            'rows', (SELECT json_group_array(json_object('clusterId', c.id, 'clusterName', c.name,
                    'nodeCount', (SELECT count(*) FROM node n WHERE n.cluster_id = c.id), 'isReady', json(iif(c.ready, 'true', 'false'))))
                FROM (SELECT * FROM known_cluster c WHERE {filter} ORDER BY c.name, c.id LIMIT ?3 OFFSET ?4) c))"
    );
    scope.database.one(&sql, values![scope.labels_of(), label, paging.limit(), paging.offset()]).await
}

/// What names (or ids) of clusters stand for, in the order in which they were asked. Clusters belong to nobody.
pub async fn named(scope: Scope, names: &[String]) -> Result<Vec<Named>, Error> {
    let sql = "SELECT coalesce(json_group_array(json_object('name', j.value, 'ids', json(coalesce(
            (SELECT json_array(c.id) FROM cluster c WHERE c.id = j.value),
            (SELECT json_group_array(c.id) FROM (SELECT id FROM cluster c WHERE c.name = j.value ORDER BY c.id) c))))), '[]')
        FROM json_each(?1) j";
    let names = serde_json::json!(names).to_string();
    scope.database.one(sql, values![names]).await
}

/// Puts a label of the tenant's scope on clusters, by id; those that have it keep it.
pub async fn label(tenant: Tenant, label: &str, clusters: &[String]) -> Result<(), Error> {
    let sql = "INSERT INTO cluster_label (business_id, cluster_id, label, changed_by)
        SELECT ?1, value, ?2, ?3 FROM json_each(?4) WHERE true ON CONFLICT DO NOTHING";
    let clusters = serde_json::json!(clusters).to_string();
    tenant.database.execute(sql, values![tenant.business(), label, tenant.actor, clusters]).await
}

/// Takes a label of the tenant's scope off clusters, by id; those without it are passed over.
pub async fn unlabel(tenant: Tenant, label: &str, clusters: &[String]) -> Result<(), Error> {
    let sql = "UPDATE cluster_label SET deleted_at = unixepoch(), changed_by = ?3
        WHERE business_id = ?1 AND label = ?2 AND deleted_at IS NULL AND cluster_id IN (SELECT value FROM json_each(?4))";
    let clusters = serde_json::json!(clusters).to_string();
    tenant.database.execute(sql, values![tenant.business(), label, tenant.actor, clusters]).await
}

/// All labels that the caller may see, by name.
pub async fn labels(scope: Scope) -> Result<Page, Error> {
    let sql = format!(
        "SELECT json_object('total', count(*), 'rows', json_group_array(label))
        FROM (SELECT DISTINCT l.label FROM cluster_label l WHERE {VISIBLE} ORDER BY l.label)"
    );
    scope.database.one(&sql, values![scope.labels_of()]).await
}

/// The labels of one cluster, by id (API document, Cluster Management 5), that the caller may see: by time, then name.
pub async fn labels_of(scope: Scope, cluster: &str, paging: Paging) -> Result<Page, Error> {
    let sql = format!(
        "SELECT json_object(
            'total', (SELECT count(*) FROM cluster_label l WHERE l.cluster_id = ?2 AND {VISIBLE}),
            'rows', (SELECT json_group_array(json_object('clusterLabel', l.label, 'createTime', l.created_at)) FROM
                (SELECT * FROM cluster_label l WHERE l.cluster_id = ?2 AND {VISIBLE} ORDER BY l.created_at, l.label LIMIT ?3 OFFSET ?4) l))"
    );
    scope.database.one(&sql, values![scope.labels_of(), cluster, paging.limit(), paging.offset()]).await
}
