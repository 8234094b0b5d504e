//! Changes that waited for audit, and the decisions about them (API document, Deployment Management 8 and 9). An audit's id is its
//! change's.

use super::place::{CLEAR, Meaning, Place, meaning};
use crate::{Error, Order, Page, Paging, Scope, TextFilter, values};
use serde::Deserialize;

/// The name of a business in audit lists: `default` is no row of the business list.
const BUSINESS_NAME: &str =
    "iif(v.business_id = 0, 'default', (SELECT b.name FROM business b WHERE b.id = v.business_id))";

/// Audits of the scope, by id. Without a filter the total is one that triggers keep, not a count.
pub async fn page(scope: Scope, business_name: TextFilter, order: Order, paging: Paging) -> Result<Page, Error> {
    let own = scope.condition("v.business_id");
    let name = business_name.condition(BUSINESS_NAME, 2);
    let matching = format!("v.audit_status IS NOT NULL AND {own} AND {name}");
    let total = if business_name == TextFilter::Any {
        format!("SELECT coalesce(sum(v.rows), 0) FROM row_count v WHERE v.subject = 'deployment_audit' AND {own}")
    } else {
        format!("SELECT count(*) FROM deployment_change v WHERE {matching}")
    };
    let sql = format!(
        "SELECT json_object('total', ({total}), 'rows', (SELECT json_group_array(json_object(
                'id', v.id, 'businessName', {BUSINESS_NAME}, 'appName', d.app_name, 'version', v.version, 'cluster', d.cluster,
                'nodeLabel', d.node_label, 'deployId', d.id, 'deployName', d.name, 'deployType', v.deploy_type, 'status', v.audit_status,
                'comment', v.audit_comment, 'createTime', v.created_at, 'updateTime', coalesce(v.audited_at, v.created_at)))
            FROM (SELECT * FROM deployment_change v WHERE {matching} ORDER BY v.id {order} LIMIT ?3 OFFSET ?4) v
            JOIN deployment d ON d.id = v.deployment_id))",
        order = order.sql(),
    );
    scope.database.one(&sql, values![scope.value(), business_name.value(), paging.limit(), paging.offset()]).await
}

/// A change that waits, or waited.
#[derive(Debug, Deserialize)]
pub struct Audit {
    /// The deployment.
    pub deployment_id: i64,
    /// The change's number.
    pub change: i64,
    /// It waits still.
    pub waits: u8,
    /// It is a deletion: its targets are those that run it.
    pub is_deletion: u8,
    /// Where the deployment is to run.
    pub place: Place,
}

/// An audit of the scope.
pub async fn find(scope: Scope, id: i64) -> Result<Option<Audit>, Error> {
    let own = scope.condition("v.business_id");
    let sql = format!(
        "SELECT json_object('deployment_id', d.id, 'change', v.number, 'waits', v.audit_status = 0, 'is_deletion', v.deploy_type = 4,
            'place', json_object('business_id', d.business_id, 'cluster', d.cluster, 'node_label', d.node_label))
        FROM deployment_change v JOIN deployment d ON d.id = v.deployment_id
        WHERE v.id = ?2 AND v.audit_status IS NOT NULL AND {own}"
    );
    scope.database.first(&sql, values![scope.value(), id]).await
}

impl Audit {
    /// What the deployment's labels stand for now, in the scope of its own business, whoever decides.
    pub async fn meaning(&self, scope: Scope) -> Result<Meaning, Error> {
        self.place.resolve(scope.database).await
    }
}

/// Approves: the change starts, with its work, in one statement. False if it waits no more, or if what it names has gone.
pub async fn approve(scope: Scope, audit: &Audit, comment: &str) -> Result<bool, Error> {
    let sql = format!(
        "WITH {meaning} UPDATE deployment AS d SET
            status = 3, audit_comment = ?6, updated_at = unixepoch(), changed_by = ?7, started_at = unixepoch(), taken_at = NULL,
            targets = iif(d.deploy_type = 4, '[]', meaning.targets),
            node_label_key = iif(d.deploy_type = 4, d.node_label_key, meaning.node_label_key),
            running_version = iif(d.deploy_type = 4, d.running_version, d.version)
        FROM meaning
        WHERE d.id = ?8 AND d.change = ?9 AND d.status = 0 AND d.business_id = ?1 AND (d.deploy_type = 4 OR {CLEAR}
            AND EXISTS (SELECT 1 FROM application a WHERE a.id = d.application_id AND a.deleted_at IS NULL))
        RETURNING id",
        meaning = meaning(),
    );
    let mut parameters = audit.place.parameters().to_vec();
    parameters.extend_from_slice(values![comment, scope.actor, audit.deployment_id, audit.change]);
    Ok(scope.database.first::<i64>(&sql, &parameters).await?.is_some())
}

/// Disapproves: what runs goes on. False if it waits no more.
pub async fn disapprove(scope: Scope, audit: &Audit, comment: &str) -> Result<bool, Error> {
    let sql = "UPDATE deployment SET status = 2, audit_comment = ?1, updated_at = unixepoch(), changed_by = ?2
        WHERE id = ?3 AND change = ?4 AND status = 0 RETURNING id";
    let parameters = values![comment, scope.actor, audit.deployment_id, audit.change];
    Ok(scope.database.first::<i64>(sql, parameters).await?.is_some())
}
