//! Application versions: creation, lists, deletion.

use crate::{Error, Page, Paging, Rows, Scope, Tenant, TextFilter, Value, values};
use serde::Deserialize;

/// An application version to be made.
#[derive(Debug)]
pub struct NewApplication {
    /// What it is; its `version` is the main version, `1.2`, to which the creation adds the build.
    pub definition: workload::Application,
    /// The image's Harbor project, or "".
    pub project_name: String,
    /// The external repository that it is pulled from, or "".
    pub repository_id: String,
}

/// An application version, as answered (API document, Application Management 3 and 4): its definition, with what else is
/// known of it, and with CPU and its target divided by 100 (docs/semantics.md, Applications): 10 is 0.1, and 200 is 2.
fn row() -> String {
    let hundredths = |field: &str| {
        let percent = format!("(definition ->> '{field}')");
        format!("'$.{field}', iif({percent} % 100 = 0, {percent} / 100, {percent} / 100.0)")
    };
    let divided = ["minCPU", "maxCPU", "targetCPUUtilization"].map(hundredths).join(", ");
    format!(
        "json_set(definition, '$.id', id, '$.status', status, '$.projectName', project_name, '$.repositoryId', repository_id,
            '$.createTime', created_at, '$.updateTime', updated_at, {divided})"
    )
}

/// Which application versions are listed.
#[derive(Debug)]
pub struct Filter {
    /// By name.
    pub name: TextFilter,
    /// A full version, or a main version of which all builds are found.
    pub version: Option<String>,
}

impl Filter {
    fn is_none(&self) -> bool {
        self.name == TextFilter::Any && self.version.is_none()
    }
}

/// Records the next build of a main version. The id. One statement finds the number and uses it, so that creations at the same
/// time get different ones; deleted builds count, so that no number is used again.
pub async fn create(tenant: Tenant, application: NewApplication) -> Result<i64, Error> {
    let sql = "INSERT INTO application (business_id, name, main_version, build, project_name, repository_id, definition, changed_by)
        SELECT ?1, ?2, ?3, next.build, ?4, ?5, json_set(?6, '$.version', ?3 || '.' || next.build), ?7 FROM
            (SELECT coalesce(max(build), 0) + 1 AS build FROM application WHERE business_id = ?1 AND name = ?2 AND main_version = ?3) next
        RETURNING id";
    let definition =
        serde_json::to_string(&application.definition).map_err(|error| Error::Failed(error.to_string()))?;
    let parameters = values![
        tenant.business(),
        application.definition.name,
        application.definition.version,
        application.project_name,
        application.repository_id,
        definition,
        tenant.actor,
    ];
    tenant.database.one(sql, parameters).await
}

/// Application versions of the scope, by id. Without a filter the total is one that triggers keep, not a count.
pub async fn page(scope: Scope, filter: Filter, paging: Paging) -> Result<Page, Error> {
    let (row, own) = (row(), scope.condition("business_id"));
    let name = filter.name.condition("name", 2);
    let matching = format!("deleted_at IS NULL AND {own} AND {name} AND (?3 IS NULL OR ?3 IN (version, main_version))");
    let total = if filter.is_none() {
        format!("SELECT coalesce(sum(rows), 0) FROM row_count WHERE subject = 'application' AND {own}")
    } else {
        format!("SELECT count(*) FROM application WHERE {matching}")
    };
    let sql = format!(
        "SELECT json_object('total', ({total}), 'rows', (SELECT json_group_array({row}) FROM
            (SELECT * FROM application WHERE {matching} ORDER BY id LIMIT ?4 OFFSET ?5)))"
    );
    let parameters = values![scope.value(), filter.name.value(), filter.version, paging.limit(), paging.offset()];
    scope.database.one(&sql, parameters).await
}

/// One application version of the scope.
pub async fn find(scope: Scope, id: i64) -> Result<Option<Rows>, Error> {
    let (row, own) = (row(), scope.condition("business_id"));
    let sql = format!("SELECT {row} FROM application WHERE id = ?2 AND deleted_at IS NULL AND {own}");
    scope.database.first(&sql, values![scope.value(), id]).await
}

/// Why application versions are not deleted.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Obstacles {
    /// The ones that are not there for the caller.
    pub unknown: Vec<i64>,
    /// The ones that a deployment runs or is changing to; empty, too, when it has let go of them since.
    pub in_use: Vec<i64>,
}

/// A deployment runs the application version `a`, or waits for the approval of a change to it: a change that started has
/// made its version the running one, and versions only in histories are not in use. 4 is a deletion.
const IN_USE: &str = "EXISTS (SELECT 1 FROM deployment d WHERE d.deleted_at IS NULL AND d.business_id = a.business_id
    AND (d.app_name = a.name AND d.running_version = a.version
        OR d.status = 0 AND d.deploy_type <> 4 AND d.application_id = a.id))";

/// Deletes application versions of the scope, all or none: then it answers why.
pub async fn delete(scope: Scope, ids: &[i64]) -> Result<Option<Obstacles>, Error> {
    let named = Value::Text(serde_json::json!(ids).to_string());
    if delete_all(scope, &named).await? { Ok(None) } else { obstacles(scope, &named).await.map(Some) }
}

async fn delete_all(scope: Scope, named: &Value) -> Result<bool, Error> {
    let own = scope.condition("a.business_id");
    let sql = format!(
        "UPDATE application SET deleted_at = unixepoch(), updated_at = unixepoch(), changed_by = ?3
        WHERE id IN (SELECT value FROM json_each(?2)) AND NOT EXISTS (
            SELECT 1 FROM json_each(?2) named
            LEFT JOIN application a ON a.id = named.value AND a.deleted_at IS NULL AND {own}
            WHERE a.id IS NULL OR {IN_USE})
        RETURNING id"
    );
    let parameters = &[scope.value(), named.clone(), Value::from(scope.actor)];
    Ok(!scope.database.all::<i64>(&sql, parameters).await?.is_empty())
}

async fn obstacles(scope: Scope, named: &Value) -> Result<Obstacles, Error> {
    let own = scope.condition("a.business_id");
    let sql = format!(
        "SELECT json_object(
            'unknown', json_group_array(named.value) FILTER (WHERE a.id IS NULL),
            'in_use', json_group_array(a.id) FILTER (WHERE {IN_USE}))
        FROM json_each(?2) named LEFT JOIN application a ON a.id = named.value AND a.deleted_at IS NULL AND {own}"
    );
    scope.database.one(&sql, &[scope.value(), named.clone()]).await
}

#[cfg(test)]
mod tests;
