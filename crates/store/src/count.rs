//! Counting pods, and what it says of a deployment's status.

use crate::{Database, Error, values};
use serde::{Deserialize, Serialize};

/// A deployment's state as counted just now.
#[derive(Debug, Clone, Deserialize)]
pub struct Count {
    /// The deployment.
    pub id: i64,
    /// Its latest change.
    pub change: i64,
    /// 1 new, 2 upgrade, 3 rollback, 4 deletion.
    pub deploy_type: i64,
    /// Its status before.
    pub status: i64,
    /// Targets, those included that are to be cleared.
    pub targets: i64,
    /// Targets that are to run it and do not have it: pending or refused.
    pub unfinished: i64,
    /// Targets that are pending at clusters that are online.
    pub pending_online: i64,
    /// Targets at clusters that are online.
    pub online: i64,
    /// Pods that run.
    pub running: i64,
    /// Pods that cannot.
    pub error: i64,
    /// Pods that are wanted.
    pub total: i64,
    /// A command of the change was taken.
    pub taken: u8,
    /// Seconds since the change started.
    pub since_start: i64,
    /// Seconds since the first command was taken, or since the start without.
    pub since_taken: i64,
}

/// What a count leads to.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// The deployment.
    pub id: i64,
    /// The change that was counted.
    pub change: i64,
    /// The status that was seen.
    pub seen: i64,
    /// The status from now on.
    pub status: i64,
    /// Pods that run.
    pub running: i64,
    /// Pods that cannot.
    pub error: i64,
    /// Pods that are wanted.
    pub total: i64,
}

/// Deployments at a time.
pub const BATCH: usize = 500;

/// Deployments on their way, and those whose state is older than `seconds`: a batch of them by id, those after `after`.
pub async fn stale(database: &Database, seconds: i64, after: i64) -> Result<Vec<i64>, Error> {
    let sql = "SELECT json_group_array(id) FROM (
        SELECT id FROM deployment WHERE status IN (3, 4) AND id > ?2
        UNION SELECT id FROM deployment
            WHERE deleted_at IS NULL AND running_version <> '' AND counted_at < unixepoch() - ?1 AND id > ?2
        ORDER BY id LIMIT ?3)";
    database.one(sql, values![seconds, after, i64::try_from(BATCH).unwrap_or(i64::MAX)]).await
}

/// A target whose cluster has its workload, for a target `t`: charts have none that would be reported.
const REPORTED: &str = "EXISTS (SELECT 1 FROM deployment d
        JOIN deployment_change v ON v.deployment_id = d.id AND v.number = t.change
        JOIN application a ON a.id = v.application_id
        JOIN workload w ON w.cluster_id = t.cluster_id AND w.namespace = iif(d.business_id = 0, 'default', 'ns' || d.business_id)
            AND w.name = d.name || '-' || d.id AND w.resource = (a.definition ->> 'deployType') || 's'
    WHERE d.id = t.deployment_id)";

/// Has workloads put back that were deleted at an edge: the mirror has shown them since their targets were done, or had ten minutes
/// to, and does not any more. Of charts nothing is reported that could be missed.
pub async fn restore(database: &Database, deployments: &[i64]) -> Result<(), Error> {
    let deployments = serde_json::json!(deployments).to_string();
    let of_these = "t.deployment_id IN (SELECT value FROM json_each(?1)) AND t.wanted = 1 AND t.state = 1";
    let sql = format!("UPDATE deployment_target AS t SET seen = 1 WHERE {of_these} AND t.seen = 0 AND {REPORTED}");
    database.execute(&sql, values![&*deployments]).await?;
    let sql = format!(
        "UPDATE deployment_target AS t SET state = 0, seen = 0, position = '', attempts = 0, next_at = 0, since = unixepoch(),
            code = 0, message = 'it was gone at the cluster, and is put back'
        WHERE {of_these} AND (t.seen = 1 OR t.since < unixepoch() - 600)
            AND EXISTS (SELECT 1 FROM known_cluster c WHERE c.id = t.cluster_id AND c.ready)
            AND (SELECT a.definition ->> 'deployType' FROM deployment_change v JOIN application a ON a.id = v.application_id
                WHERE v.deployment_id = t.deployment_id AND v.number = t.change) <> 'chart'
            AND NOT {REPORTED}"
    );
    database.execute(&sql, values![&*deployments]).await
}

/// Counts the pods of each target of these deployments from the mirror, never from a workload's status
/// (docs/contracts/ote-center.md): those of the version that the target is to have, and all of a chart's.
pub async fn count_targets(database: &Database, deployments: &[i64]) -> Result<(), Error> {
    let sql = "UPDATE deployment_target AS t SET
            total = n.total,
            running = iif(n.ready, min(n.running, n.total), 0),
            error = iif(n.ready AND t.state <> 2, min(n.failing, n.total - min(n.running, n.total)), n.total - iif(n.ready, min(n.running, n.total), 0))
        FROM (
            SELECT p.deployment_id, p.cluster_id, p.ready,
                CASE p.kind
                    WHEN 'daemonset' THEN (SELECT count(*) FROM node WHERE node.cluster_id = p.cluster_id AND (p.node_label_key = ''
                        OR EXISTS (SELECT 1 FROM node_label l WHERE l.key = p.node_label_key AND l.cluster_id = node.cluster_id AND l.node_name = node.name)))
                    WHEN 'chart' THEN max(1, (SELECT count(*) FROM pod WHERE pod.namespace = p.namespace AND pod.instance = p.instance
                        AND pod.cluster_id = p.cluster_id AND pod.state <> 'ended'))
                    ELSE coalesce(iif(p.scales, (SELECT w.replicas FROM workload w WHERE w.cluster_id = p.cluster_id
                        AND w.namespace = p.namespace AND w.name = p.instance AND w.resource = 'deployments' AND w.version = p.version), NULL), p.replicas)
                END AS total,
                (SELECT count(*) FROM pod WHERE pod.namespace = p.namespace AND pod.instance = p.instance AND pod.cluster_id = p.cluster_id
                    AND pod.state = 'ready' AND (p.kind = 'chart' OR pod.version = p.version)) AS running,
                (SELECT count(*) FROM pod WHERE pod.namespace = p.namespace AND pod.instance = p.instance AND pod.cluster_id = p.cluster_id
                    AND pod.state = 'failing' AND (p.kind = 'chart' OR pod.version = p.version)) AS failing
            FROM (
                SELECT t.deployment_id, t.cluster_id, d.node_label_key, d.name || '-' || d.id AS instance,
                    iif(d.business_id = 0, 'default', 'ns' || d.business_id) AS namespace, v.version,
                    coalesce((SELECT c.ready FROM known_cluster c WHERE c.id = t.cluster_id), 0) AS ready,
                    a.definition ->> 'deployType' AS kind, a.definition ->> 'isHPA' AS scales, a.definition ->> 'replicas' AS replicas
                FROM deployment_target t
                JOIN deployment d ON d.id = t.deployment_id
                JOIN deployment_change v ON v.deployment_id = t.deployment_id AND v.number = t.change
                JOIN application a ON a.id = v.application_id
                WHERE t.deployment_id IN (SELECT value FROM json_each(?1)) AND t.wanted = 1
            ) p
        ) n
        WHERE t.deployment_id = n.deployment_id AND t.cluster_id = n.cluster_id";
    database.execute(sql, values![serde_json::json!(deployments).to_string()]).await
}

/// Sums the targets of these deployments up.
pub async fn sum(database: &Database, deployments: &[i64]) -> Result<Vec<Count>, Error> {
    let sql = "SELECT json_group_array(json_object('id', id, 'change', change, 'deploy_type', deploy_type, 'status', status,
            'targets', targets, 'unfinished', unfinished, 'pending_online', pending_online, 'online', online,
            'running', running, 'error', error, 'total', total, 'taken', taken, 'since_start', since_start, 'since_taken', since_taken))
        FROM (
            SELECT d.id, d.change, d.deploy_type, d.status, d.taken_at IS NOT NULL AS taken,
                unixepoch() - coalesce(d.started_at, unixepoch()) AS since_start,
                unixepoch() - coalesce(d.taken_at, d.started_at, unixepoch()) AS since_taken,
                count(t.state) AS targets,
                count(t.state) FILTER (WHERE t.wanted = 1 AND t.state <> 1) AS unfinished,
                count(t.state) FILTER (WHERE t.state = 0 AND coalesce(c.ready, 0)) AS pending_online,
                count(t.state) FILTER (WHERE coalesce(c.ready, 0)) AS online,
                coalesce(sum(t.running) FILTER (WHERE t.wanted = 1), 0) AS running,
                coalesce(sum(t.error) FILTER (WHERE t.wanted = 1), 0) AS error,
                coalesce(sum(t.total) FILTER (WHERE t.wanted = 1), 0) AS total
            FROM deployment d LEFT JOIN deployment_target t ON t.deployment_id = d.id LEFT JOIN known_cluster c ON c.id = t.cluster_id
            WHERE d.id IN (SELECT value FROM json_each(?1)) GROUP BY d.id
        )";
    database.one(sql, values![serde_json::json!(deployments).to_string()]).await
}

/// Stores verdicts, each only if its deployment is still as it was seen.
pub async fn conclude(database: &Database, verdicts: &[Verdict]) -> Result<(), Error> {
    let sql = "UPDATE deployment AS d SET
            status = n.status, running = n.running, error = n.error, total = n.total, counted_at = unixepoch(),
            updated_at = iif((d.status, d.running, d.error, d.total) IS (n.status, n.running, n.error, n.total), d.updated_at, unixepoch()),
            running_version = iif(n.status = 9, '', d.running_version),
            deleted_at = iif(n.status = 9, unixepoch(), d.deleted_at)
        FROM (SELECT value ->> 'id' AS id, value ->> 'change' AS change, value ->> 'seen' AS seen, value ->> 'status' AS status,
            value ->> 'running' AS running, value ->> 'error' AS error, value ->> 'total' AS total FROM json_each(?1)) n
        WHERE d.id = n.id AND d.change = n.change AND d.status = n.seen";
    let verdicts = serde_json::to_string(verdicts).map_err(|error| Error::Failed(error.to_string()))?;
    database.execute(sql, values![verdicts]).await
}
