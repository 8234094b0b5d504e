//! The driver's side: what is due, commands on their way, and their outcomes (docs/design.md, Remote work). It is the platform's
//! own: no caller's scope holds here, because no caller gets here. Requests that wait for a cluster have theirs in [`crate::task`].

use crate::task::Task;
use crate::{Database, Error, values};
use serde::{Deserialize, Serialize};

/// Takes or keeps the right to be the driver for some seconds. `holder` is any text of its own.
pub async fn drive(database: &Database, holder: &str, seconds: f64) -> Result<bool, Error> {
    let sql = "UPDATE driver SET holder = ?1, lease_until = unixepoch('subsec') + ?2
        WHERE id = 1 AND (holder = ?1 OR lease_until < unixepoch('subsec')) RETURNING 1";
    Ok(database.first::<i64>(sql, values![holder, seconds]).await?.is_some())
}

/// Gives the right to be the driver back.
pub async fn rest(database: &Database, holder: &str) -> Result<(), Error> {
    database.execute("UPDATE driver SET lease_until = 0 WHERE id = 1 AND holder = ?1", values![holder]).await
}

/// What keeps the driver busy.
#[derive(Debug, Default, Deserialize)]
pub struct Due {
    /// Commands on their way, or to be forgotten.
    pub commands: u64,
    /// Targets that are pending at clusters that are online.
    pub targets: u64,
    /// Targets that are pending at clusters that are offline, as far as known.
    pub waiting: u64,
    /// Deployments in status 3 or 4.
    pub moving: u64,
    /// Deployments whose state is older than the interval.
    pub old: u64,
}

impl Due {
    /// There is something to do now.
    pub fn is_busy(&self) -> bool {
        self.commands > 0 || self.targets > 0 || self.moving > 0
    }
}

/// What there is to do. `interval`: how old a deployment's state may be, in seconds.
pub async fn due(database: &Database, interval: i64) -> Result<Due, Error> {
    let sql = format!(
        "SELECT json_object(
        'commands', (SELECT count(*) FROM command m WHERE {UNATTENDED}),
        'targets', (SELECT count(*) FROM deployment_target t JOIN known_cluster c ON c.id = t.cluster_id WHERE t.state = 0 AND c.ready),
        'waiting', (SELECT count(*) FROM deployment_target t JOIN known_cluster c ON c.id = t.cluster_id WHERE t.state = 0 AND NOT c.ready),
        'moving', (SELECT count(*) FROM deployment WHERE status IN (3, 4)),
        'old', (SELECT count(*) FROM deployment WHERE deleted_at IS NULL AND running_version <> '' AND counted_at < unixepoch() - ?1))"
    );
    database.one(&sql, values![interval]).await
}

/// Targets that are to be sent the same thing.
#[derive(Debug, Deserialize)]
pub struct Group {
    /// The deployment.
    pub deployment_id: i64,
    /// Its change.
    pub change: i64,
    /// 1 to run it, 0 to be clear of it.
    pub wanted: i64,
    /// Where the shim goes on.
    pub position: String,
    /// Kinds of objects that may be there, as in Kubernetes' paths.
    pub resources: Vec<String>,
    /// What is deployed.
    pub job: Job,
}

/// What a change deploys, and where.
#[derive(Debug, Deserialize)]
pub struct Job {
    /// The deployment's name.
    pub name: String,
    /// Its business.
    pub business_id: i64,
    /// The node label as Kubernetes has it; "" for every node.
    pub node_label_key: String,
    /// The application version.
    pub definition: workload::Application,
}

/// A [`Job`] of deployment `d` and its change `v`.
const JOB: &str = "json_object('name', d.name, 'business_id', d.business_id, 'node_label_key', d.node_label_key,
    'definition', (SELECT json(a.definition) FROM application a WHERE a.id = v.application_id))";

/// Clusters that can be sent something: online, owing no answer, and with no request waiting for them, which goes first.
const FREE: &str = "t.state = 0 AND t.next_at <= unixepoch() AND c.ready
    AND NOT EXISTS (SELECT 1 FROM command_cluster o WHERE o.cluster_id = t.cluster_id AND o.open = 1)
    AND NOT EXISTS (SELECT 1 FROM waiting_request w WHERE w.cluster_id = t.cluster_id AND w.until > unixepoch('subsec'))";

/// Commands `m` that no request waits for: it reads its own.
const UNATTENDED: &str =
    "NOT EXISTS (SELECT 1 FROM waiting_request w WHERE w.id = m.request AND w.until > unixepoch('subsec'))";

/// What can be sent now, the smallest groups first: a small change does not wait behind a large one.
pub async fn groups(database: &Database) -> Result<Vec<Group>, Error> {
    let sql = format!(
        "SELECT json_group_array(json_object('deployment_id', g.deployment_id, 'change', g.change, 'wanted', g.wanted,
            'position', g.position, 'resources', json(g.resources), 'job', json({JOB})))
        FROM (SELECT t.deployment_id, t.change, t.wanted, t.position, t.resources, count(*) AS targets
            FROM deployment_target t JOIN known_cluster c ON c.id = t.cluster_id WHERE {FREE}
            GROUP BY t.deployment_id, t.change, t.wanted, t.position, t.resources ORDER BY targets, t.deployment_id LIMIT 50) g
        JOIN deployment d ON d.id = g.deployment_id
        JOIN deployment_change v ON v.deployment_id = g.deployment_id AND v.number = g.change"
    );
    database.one(&sql, &[]).await
}

/// How a group is cut into commands (wit/edge.wit, `pace`); 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Clusters of one command.
    pub clusters: u32,
    /// Answers awaited of the whole fleet.
    pub answers: u32,
    /// Answers awaited of one deployment.
    pub answers_of_deployment: u32,
}

/// Records a command for as many of a group's clusters as the cut allows. `present`: kinds of objects that may be there while it is
/// on its way, `left`: those that are there once it is done. False if there was nothing to record. One statement, so that no
/// cluster is ever in two commands.
pub async fn record(
    database: &Database,
    group: &Group,
    present: &[&str],
    left: &[&str],
    cut: Cut,
    retry_seconds: i64,
) -> Result<bool, Error> {
    let sql = format!(
        "INSERT INTO command (ticket, deployment_id, change, wanted, position, resources, leaves, clusters, retry_seconds)
        SELECT 'otestack-' || lower(hex(randomblob(8))), ?1, ?2, ?3, ?4, ?6, ?7, json_group_array(cluster_id), ?8
        FROM (SELECT t.cluster_id FROM deployment_target t JOIN known_cluster c ON c.id = t.cluster_id
            WHERE t.deployment_id = ?1 AND t.change = ?2 AND t.wanted = ?3 AND t.position = ?4 AND t.resources = ?5 AND {FREE}
            ORDER BY t.cluster_id
            LIMIT min(?9,
                iif(?10 = 0, ?9, max(0, ?10 - (SELECT count(*) FROM command_cluster WHERE open = 1)
                    - (SELECT count(*) FROM waiting_request WHERE until > unixepoch('subsec')))),
                iif(?11 = 0, ?9, max(0, ?11 - (SELECT count(*) FROM command_cluster o JOIN command m ON m.id = o.command_id
                    WHERE o.open = 1 AND m.deployment_id = ?1)))))
        HAVING count(*) > 0
        RETURNING id"
    );
    let json = |kinds: &[&str]| serde_json::json!(kinds).to_string();
    let parameters = values![
        group.deployment_id,
        group.change,
        group.wanted,
        &*group.position,
        serde_json::json!(group.resources).to_string(),
        json(present),
        json(left),
        retry_seconds,
        cut.clusters,
        cut.answers,
        cut.answers_of_deployment,
    ];
    Ok(database.first::<i64>(&sql, parameters).await?.is_some())
}

/// A command as the control plane knows it.
#[derive(Debug, Deserialize)]
pub struct Sending {
    /// The command's id.
    pub id: i64,
    /// Its name at the control plane.
    pub ticket: String,
    /// Where the shim goes on.
    pub position: String,
    /// The control plane has taken it.
    pub sent: u8,
    /// The clusters whose outcome is unknown.
    pub clusters: Vec<String>,
}

/// A command that is to be sent or asked: a deployment's objects, or a node's task.
#[derive(Debug, Deserialize)]
pub struct Command {
    /// How it is sent.
    pub sending: Sending,
    /// What a deployment wants.
    pub objects: Option<Objects>,
    /// What a node is asked.
    pub task: Option<Task>,
}

/// What a deployment wants of clusters.
#[derive(Debug, Deserialize)]
pub struct Objects {
    /// The deployment.
    pub deployment_id: i64,
    /// 1 to run it, 0 to be clear of it.
    pub wanted: i64,
    /// Kinds of objects that may be there.
    pub resources: Vec<String>,
    /// What is deployed.
    pub job: Job,
}

/// A [`Sending`] of the row `m`.
pub(crate) const SENDING: &str = "json_object('id', m.id, 'ticket', m.ticket, 'position', m.position, 'sent', m.sent_at IS NOT NULL,
    'clusters', (SELECT json_group_array(o.cluster_id) FROM command_cluster o WHERE o.command_id = m.id AND o.open = 1))";

/// A newer change than that of the command `m` has started.
const REPLACED: &str =
    "EXISTS (SELECT 1 FROM deployment_change n WHERE n.deployment_id = m.deployment_id AND n.number > m.change
    AND n.started_at IS NOT NULL)";

/// Commands that are to be sent or asked now, except those that a request waits for. What a node was asked is not sent any more once
/// its request is gone, nor what a newer change has replaced, but answers are read: the control plane may have taken it.
pub async fn commands(database: &Database) -> Result<Vec<Command>, Error> {
    let sql = format!(
        "SELECT json_group_array(json_object('sending', json_set({SENDING}, '$.sent', m.sent_at IS NOT NULL OR m.task IS NOT NULL OR {REPLACED}),
            'task', json(m.task), 'objects', json(iif(v.id IS NULL, NULL,
                json_object('deployment_id', d.id, 'wanted', m.wanted, 'resources', json(m.resources), 'job', json({JOB}))))))
        FROM command m LEFT JOIN deployment d ON d.id = m.deployment_id
        LEFT JOIN deployment_change v ON v.deployment_id = m.deployment_id AND v.number = m.change
        WHERE m.act_at <= unixepoch('subsec') AND EXISTS (SELECT 1 FROM command_cluster o WHERE o.command_id = m.id AND o.open = 1)
            AND {UNATTENDED}"
    );
    database.one(&sql, &[]).await
}

/// One cluster's outcome of a command.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// The cluster's id.
    pub cluster: String,
    /// `done`, `failed`, `proceed` or `again`.
    pub outcome: &'static str,
    /// The answer's HTTP status, 0 without one.
    pub code: u16,
    /// For people.
    pub message: String,
    /// Where `proceed` goes on.
    pub position: String,
}

/// Notes that a command was taken, what has become of it so far, and when to ask again: soon at first, then less and less often.
pub async fn note(database: &Database, command: i64, outcomes: &[Outcome]) -> Result<(), Error> {
    if !outcomes.is_empty() {
        let sql = "UPDATE command_cluster SET open = 0, answered_at = unixepoch(), outcome = j.value ->> 'outcome', code = j.value ->> 'code',
                message = j.value ->> 'message', position = j.value ->> 'position'
            FROM json_each(?2) j WHERE command_id = ?1 AND cluster_id = j.value ->> 'cluster' AND open = 1";
        let outcomes = serde_json::to_string(outcomes).map_err(|error| Error::Failed(error.to_string()))?;
        database.execute(sql, values![command, outcomes]).await?;
    }
    let sql = "UPDATE command SET sent_at = coalesce(sent_at, unixepoch()),
            act_at = unixepoch('subsec') + max(0.1, min(3.0, (unixepoch('subsec') - coalesce(sent_at, unixepoch('subsec'))) / 4))
        WHERE id = ?1";
    database.execute(sql, values![command]).await
}

/// Leaves a command alone for some seconds: the control plane could not be reached.
pub async fn postpone(database: &Database, command: i64, seconds: f64) -> Result<(), Error> {
    database
        .execute("UPDATE command SET act_at = unixepoch('subsec') + ?2 WHERE id = ?1", values![command, seconds])
        .await
}

/// Gives up answers that will not come: none for 60 s from this command, and none from any cluster meanwhile; or none for 300 s
/// (docs/semantics.md, Deployments). A node's is given up after 60 s (Clusters and nodes). Their clusters are sent a command of another
/// name.
pub async fn give_up(database: &Database) -> Result<(), Error> {
    let sql = "UPDATE command_cluster SET open = 0, outcome = 'lost', message = 'the cluster has not answered'
        FROM command m, driver WHERE open = 1 AND m.id = command_id AND (m.sent_at <= unixepoch() - 300
            OR m.sent_at <= unixepoch() - 60 AND (m.task IS NOT NULL OR driver.answered_at <= unixepoch() - 60))";
    database.execute(sql, &[]).await
}

/// Tickets of commands that are over.
pub async fn over(database: &Database) -> Result<Vec<String>, Error> {
    let sql = "SELECT json_group_array(ticket) FROM command m
        WHERE m.close_at <= unixepoch('subsec')
            AND NOT EXISTS (SELECT 1 FROM command_cluster o WHERE o.command_id = m.id AND o.open = 1)";
    database.one(sql, &[]).await
}

/// Leaves tickets open for some seconds: the control plane could not be reached.
pub async fn postpone_closing(database: &Database, tickets: &[String], seconds: f64) -> Result<(), Error> {
    let sql =
        "UPDATE command SET close_at = unixepoch('subsec') + ?2 WHERE ticket IN (SELECT value FROM json_each(?1))";
    database.execute(sql, values![serde_json::json!(tickets).to_string(), seconds]).await
}

/// Of tickets that the control plane keeps, those that no record knows.
pub async fn unknown(database: &Database, tickets: &[String]) -> Result<Vec<String>, Error> {
    let sql = "SELECT json_group_array(value) FROM json_each(?1) WHERE value NOT IN (SELECT ticket FROM command)";
    database.one(sql, values![serde_json::json!(tickets).to_string()]).await
}

/// Forgets commands, once the control plane has.
pub async fn forget(database: &Database, tickets: &[String]) -> Result<(), Error> {
    let sql = "DELETE FROM command WHERE ticket IN (SELECT value FROM json_each(?1))";
    database.execute(sql, values![serde_json::json!(tickets).to_string()]).await
}
