//! Deployments, as their people see them: creation, deletion, lists; [`change`] and [`audit`] have the rest. What follows from a
//! change is made by triggers (`migrations/0003_deployments.sql`) and carried out by the driver ([`crate::work`]).

pub mod audit;
pub mod change;
mod place;

pub use place::{Meaning, Place};

use crate::{Error, Page, Paging, Rows, Scope, Tenant, TextFilter, Value, values};
use place::CLEAR;
use serde::Deserialize;

/// A deployment that is asked for.
#[derive(Debug)]
pub struct NewDeployment {
    /// Its name, unique in the business until its deletion is complete.
    pub name: String,
    /// The application's name.
    pub app_name: String,
    /// The full version.
    pub version: String,
    /// A cluster label, a cluster's name or id, or `all`.
    pub cluster: String,
    /// A node label, or `all`.
    pub node_label: String,
    /// Why.
    pub comment: String,
}

/// What a deployment that is asked for would mean.
#[derive(Debug)]
pub struct Plan {
    /// What there is of the things that it names.
    pub named: Named,
    /// What its labels stand for.
    pub meaning: Meaning,
}

/// What there is of the things that a deployment names.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// The application version, if it is there.
    pub application_id: Option<i64>,
    /// Its image is pulled with the credentials of an external repository.
    pub external: u8,
    /// There is an application of that name, whatever its versions.
    pub app_exists: u8,
    /// A deployment of the business has the name.
    pub name_taken: u8,
}

impl NewDeployment {
    fn place(&self, tenant: Tenant) -> Place {
        Place { business_id: tenant.business(), cluster: self.cluster.clone(), node_label: self.node_label.clone() }
    }
}

/// Resolves what a deployment names.
pub async fn plan(tenant: Tenant, new: &NewDeployment) -> Result<Plan, Error> {
    let sql = "SELECT json_object(
        'application_id', (SELECT a.id FROM application a
            WHERE a.business_id = ?1 AND a.name = ?2 AND a.version = ?3 AND a.deleted_at IS NULL),
        'external', EXISTS (SELECT 1 FROM application a
            WHERE a.business_id = ?1 AND a.name = ?2 AND a.version = ?3 AND a.deleted_at IS NULL AND a.repository_id <> ''),
        'app_exists', EXISTS (SELECT 1 FROM application a WHERE a.business_id = ?1 AND a.name = ?2 AND a.deleted_at IS NULL),
        'name_taken', EXISTS (SELECT 1 FROM deployment d WHERE d.business_id = ?1 AND d.name = ?4 AND d.deleted_at IS NULL))";
    let parameters = values![tenant.business(), &*new.app_name, &*new.version, &*new.name];
    let named = tenant.database.one(sql, parameters).await?;
    Ok(Plan { named, meaning: new.place(tenant).resolve(tenant.database).await? })
}

/// Records a deployment and, unless it waits for audit, its work, in one statement. The id; `None` if its application version, or
/// what its labels stand for, has gone since [`plan`]. [`Error::Taken`]: `deployment.business_id, deployment.name`.
pub async fn create(tenant: Tenant, new: &NewDeployment, plan: &Plan, waits: bool) -> Result<Option<i64>, Error> {
    let sql = format!(
        "WITH {meaning} INSERT INTO deployment (business_id, name, app_name, cluster, node_label, node_label_key, application_id,
            version, status, comment, running_version, targets, started_at, changed_by)
        SELECT ?1, ?6, a.name, ?2, ?3, meaning.node_label_key, a.id,
            a.version, iif(?7, 0, 3), ?8, iif(?7, '', a.version), iif(?7, '[]', meaning.targets), iif(?7, NULL, unixepoch()), ?9
        FROM application a, meaning WHERE a.id = ?10 AND a.business_id = ?1 AND a.deleted_at IS NULL AND {CLEAR}
        RETURNING id",
        meaning = place::meaning(),
    );
    let mut parameters = new.place(tenant).parameters().to_vec();
    parameters.extend_from_slice(values![
        &*new.name,
        i64::from(waits),
        &*new.comment,
        tenant.actor,
        plan.named.application_id,
    ]);
    tenant.database.first(&sql, &parameters).await
}

/// A change is on its way, or waits, or the deployment is deleted.
const EDITABLE: &str = "status NOT IN (0, 3, 4, 9)";

/// A deployment, as listed (API document, Deployment Management 4), with `runningVersion`: "" before the first start, and after
/// deletion. `errorMessage` is a JSON text, `{"running":n,"error":n,"total":n}`: pods.
fn row() -> String {
    format!(
        "json_object('id', id, 'deployName', name, 'appName', app_name, 'version', version, 'cluster', cluster, 'nodeLabel', node_label,
        'comment', comment, 'deployType', deploy_type, 'status', status, 'createTime', created_at, 'updateTime', updated_at,
        'editable', json(iif({EDITABLE}, 'true', 'false')),
        'errorMessage', '' || json_object('running', running, 'error', error, 'total', total),
        'auditComment', audit_comment, 'runningVersion', running_version)"
    )
}

/// Which deployments are listed.
#[derive(Debug)]
pub struct Filter {
    /// By the application's name.
    pub app_name: TextFilter,
    /// Only those that can be changed now, or only those that cannot.
    pub editable: Option<bool>,
    /// Only those that run something.
    pub running: bool,
}

/// Deployments of the scope that are not deleted, by id. Without a filter the total is one that triggers keep, not a count.
pub async fn page(scope: Scope, filter: Filter, paging: Paging) -> Result<Page, Error> {
    let (own, row) = (scope.condition("business_id"), row());
    let unfiltered = filter.app_name == TextFilter::Any && filter.editable.is_none() && !filter.running;
    let name = filter.app_name.condition("app_name", 2);
    let editable =
        filter.editable.map_or("true".to_owned(), |editable| format!("({EDITABLE}) = {}", i32::from(editable)));
    let running = if filter.running { "running_version <> ''" } else { "true" };
    let matching = format!("deleted_at IS NULL AND {own} AND {name} AND {editable} AND {running}");
    let total = if unfiltered {
        format!("SELECT coalesce(sum(rows), 0) FROM row_count WHERE subject = 'deployment' AND {own}")
    } else {
        format!("SELECT count(*) FROM deployment WHERE {matching}")
    };
    let sql = format!(
        "SELECT json_object('total', ({total}), 'rows', (SELECT json_group_array({row}) FROM
            (SELECT * FROM deployment WHERE {matching} ORDER BY id LIMIT ?3 OFFSET ?4)))"
    );
    scope.database.one(&sql, values![scope.value(), filter.app_name.value(), paging.limit(), paging.offset()]).await
}

/// One deployment of the scope, deleted ones too, as an array of one row.
pub async fn find(scope: Scope, id: i64) -> Result<Option<Rows>, Error> {
    let (own, row) = (scope.condition("business_id"), row());
    let sql = format!("SELECT json_array({row}) FROM deployment WHERE id = ?2 AND {own}");
    scope.database.first(&sql, values![scope.value(), id]).await
}

/// The clusters of a deployment that has been found in the caller's scope, by name.
pub async fn targets(scope: Scope, deployment: i64) -> Result<Rows, Error> {
    let sql = "SELECT json_group_array(json_object('clusterName', name, 'clusterId', cluster_id,
            'state', CASE state WHEN 1 THEN 'done' WHEN 2 THEN 'failed' ELSE 'pending' END,
            'code', code, 'message', message, 'running', running, 'error', error, 'total', total, 'since', since))
        FROM (SELECT t.*, coalesce(c.name, '') AS name FROM deployment_target t LEFT JOIN cluster c ON c.id = t.cluster_id
            WHERE t.deployment_id = ?1 ORDER BY c.name, t.cluster_id)";
    scope.database.one(sql, values![deployment]).await
}

/// The changes that started of a deployment that has been found in the caller's scope, deletions excepted, newest first.
pub async fn history(scope: Scope, deployment: i64) -> Result<Rows, Error> {
    let sql = "SELECT json_group_array(json_object('version', version, 'deployType', deploy_type, 'status', status, 'comment', comment,
            'createTime', created_at, 'updateTime', updated_at))
        FROM (SELECT * FROM deployment_change WHERE deployment_id = ?1 AND started_at IS NOT NULL AND deploy_type <> 4 ORDER BY number DESC)";
    scope.database.one(sql, values![deployment]).await
}

/// Which deployment is meant.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// By id, in the caller's scope.
    Id(i64),
    /// By name, in the caller's own business.
    Name(Tenant, &'a str),
}

/// What a deletion met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It is recorded, and its work with it.
    Recorded,
    /// There is no such deployment.
    Unknown,
    /// It is deleted, or being deleted, already.
    Underway,
    /// A change waits or is on its way, and only an administrator's deletion may replace it.
    NotEditable,
}

/// Records a deletion. An administrator's comes at any time and replaces what waits or is on its way; a general user's `waits` for
/// audit and needs an editable deployment.
pub async fn delete(scope: Scope, which: Which<'_>, waits: bool) -> Result<Deletion, Error> {
    let (condition, business, which) = match which {
        Which::Id(id) => (format!("id = ?2 AND {}", scope.condition("business_id")), scope.value(), Value::from(id)),
        Which::Name(tenant, name) => (
            "name = ?2 AND business_id = ?1 AND deleted_at IS NULL".to_owned(),
            Value::from(tenant.business()),
            Value::from(name),
        ),
    };
    let allowed = if waits { EDITABLE } else { "status <> 9 AND NOT (deploy_type = 4 AND status IN (3, 4))" };
    let sql = format!(
        "UPDATE deployment SET change = change + 1, deploy_type = 4, status = iif(?3, 0, 3), comment = '', audit_comment = '',
            targets = iif(?3, targets, '[]'), started_at = iif(?3, started_at, unixepoch()), taken_at = iif(?3, taken_at, NULL),
            updated_at = unixepoch(), changed_by = ?4
        WHERE {condition} AND {allowed} RETURNING id"
    );
    let parameters = values![business.clone(), which.clone(), i64::from(waits), scope.actor];
    if scope.database.first::<i64>(&sql, parameters).await?.is_some() {
        return Ok(Deletion::Recorded);
    }
    let sql = format!(
        "SELECT iif(status = 9 OR deploy_type = 4 AND status IN (3, 4), 1, 0) FROM deployment WHERE {condition}"
    );
    Ok(match scope.database.first::<u8>(&sql, values![business, which]).await? {
        None => Deletion::Unknown,
        Some(1) => Deletion::Underway,
        Some(_) => Deletion::NotEditable,
    })
}

#[cfg(test)]
mod tests;
