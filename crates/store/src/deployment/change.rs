//! Upgrades and rollbacks: another version of the same application (API document, Deployment Management 3 and 5).

use super::EDITABLE;
use super::place::{CLEAR, Meaning, Place, meaning};
use crate::{Error, Scope, Tenant, Value, values};
use serde::Deserialize;

/// Which change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To any stored version.
    Upgrade = 2,
    /// To a version that was deployed before.
    Rollback = 3,
}

/// What a change of a deployment to a version meets.
#[derive(Debug, Deserialize)]
pub struct Survey {
    /// The deployment.
    pub id: i64,
    /// Its latest change.
    pub change: i64,
    /// Where it is to run.
    pub place: Place,
    /// It can be changed now.
    pub editable: u8,
    /// The application version, if it is stored.
    pub application_id: Option<i64>,
    /// Its image is pulled with the credentials of an external repository.
    pub external: u8,
    /// A change to that version has started before.
    pub in_history: u8,
    /// It is the running version, and nothing has gone wrong that asking for it again could mend: no target has failed, and the last
    /// change that started was not given up.
    pub runs_already: u8,
}

/// Looks at a deployment of the scope, and at a version for it.
pub async fn survey(scope: Scope, id: i64, version: &str) -> Result<Option<Survey>, Error> {
    let own = scope.condition("d.business_id");
    let sql = format!(
        "SELECT json_object('id', d.id, 'change', d.change, 'editable', {EDITABLE},
            'place', json_object('business_id', d.business_id, 'cluster', d.cluster, 'node_label', d.node_label),
            'application_id', (SELECT a.id FROM application a
                WHERE a.business_id = d.business_id AND a.name = d.app_name AND a.version = ?3 AND a.deleted_at IS NULL),
            'external', EXISTS (SELECT 1 FROM application a WHERE a.business_id = d.business_id AND a.name = d.app_name
                AND a.version = ?3 AND a.deleted_at IS NULL AND a.repository_id <> ''),
            'in_history', EXISTS (SELECT 1 FROM deployment_change v
                WHERE v.deployment_id = d.id AND v.version = ?3 AND v.started_at IS NOT NULL AND v.deploy_type <> 4),
            'runs_already', d.running_version = ?3
                AND NOT EXISTS (SELECT 1 FROM deployment_target t WHERE t.deployment_id = d.id AND t.state = 2)
                AND (SELECT v.status FROM deployment_change v WHERE v.deployment_id = d.id AND v.started_at IS NOT NULL
                    ORDER BY v.number DESC LIMIT 1) IS NOT 8)
        FROM deployment d WHERE d.id = ?2 AND {own}"
    );
    scope.database.first(&sql, values![scope.value(), id, version]).await
}

impl Survey {
    /// What its labels stand for now.
    pub async fn meaning(&self, tenant: Tenant) -> Result<Meaning, Error> {
        self.place.resolve(tenant.database).await
    }
}

/// Records a change and, unless it waits for audit, its work, in one statement. False if what was surveyed has changed since.
pub async fn record(tenant: Tenant, survey: &Survey, kind: Kind, comment: &str, waits: bool) -> Result<bool, Error> {
    let sql = format!(
        "WITH {meaning} UPDATE deployment AS d SET
            change = d.change + 1, deploy_type = ?6, application_id = a.id, version = a.version, status = iif(?7, 0, 3), comment = ?8,
            audit_comment = '', updated_at = unixepoch(), changed_by = ?9,
            targets = iif(?7, d.targets, meaning.targets), node_label_key = iif(?7, d.node_label_key, meaning.node_label_key),
            running_version = iif(?7, d.running_version, a.version),
            started_at = iif(?7, d.started_at, unixepoch()), taken_at = iif(?7, d.taken_at, NULL)
        FROM application a, meaning
        WHERE d.id = ?10 AND d.business_id = ?1 AND d.change = ?11 AND d.{EDITABLE} AND {CLEAR}
            AND a.id = ?12 AND a.business_id = ?1 AND a.deleted_at IS NULL
        RETURNING id",
        meaning = meaning(),
    );
    let mut parameters = survey.place.parameters().to_vec();
    parameters[0] = Value::from(tenant.business());
    parameters.extend_from_slice(values![
        kind as i64,
        i64::from(waits),
        comment,
        tenant.actor,
        survey.id,
        survey.change,
        survey.application_id,
    ]);
    Ok(tenant.database.first::<i64>(&sql, &parameters).await?.is_some())
}
