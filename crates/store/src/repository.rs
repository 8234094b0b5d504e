//! Registries: a business's account at Harbor, the robots that pull for its edges, and external repositories.

use crate::{Error, Order, Page, Paging, Rows, Scope, Tenant, Value, values};
use serde::Deserialize;

/// A name and its encrypted password.
#[derive(Debug, Deserialize)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// Its password, as `crates/secrets` made it.
    pub secret: String,
}

/// The Harbor account of the tenant's business; `None` before it is made.
pub async fn account(tenant: Tenant) -> Result<Option<Credentials>, Error> {
    let sql = "SELECT json_object('user', user, 'secret', secret) FROM repository_account WHERE business_id = ?1";
    tenant.database.first(sql, values![tenant.business()]).await
}

/// Records the account of the tenant's business. False if it has one already.
pub async fn create_account(tenant: Tenant, account: &Credentials) -> Result<bool, Error> {
    let sql = "INSERT INTO repository_account (business_id, user, secret, changed_by) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING RETURNING business_id";
    let parameters = values![tenant.business(), account.user.as_str(), account.secret.as_str(), tenant.actor];
    Ok(tenant.database.first::<i64>(sql, parameters).await?.is_some())
}

/// Records another password of the account.
pub async fn change_account(tenant: Tenant, secret: &str) -> Result<(), Error> {
    let sql =
        "UPDATE repository_account SET secret = ?2, updated_at = unixepoch(), changed_by = ?3 WHERE business_id = ?1";
    tenant.database.execute(sql, values![tenant.business(), secret, tenant.actor]).await
}

/// An external repository to be made.
#[derive(Debug)]
pub struct NewExternal {
    /// `repositoryId`, unique in the business.
    pub name: String,
    /// host[:port][/path].
    pub address: String,
    /// The user and its encrypted password.
    pub credentials: Credentials,
}

/// An external repository, as answered (API document, Repository Management 12): never with its password.
const ROW: &str =
    "json_object('id', id, 'repositoryId', name, 'address', address, 'user', user, 'createTime', created_at,
    'updateTime', updated_at)";

/// Makes an external repository. The id. [`Error::Taken`]: `external_repository.business_id, external_repository.name`.
pub async fn create_external(tenant: Tenant, new: NewExternal) -> Result<i64, Error> {
    let sql = "INSERT INTO external_repository (business_id, name, address, user, secret, changed_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
    let Credentials { user, secret } = new.credentials;
    tenant.database.one(sql, values![tenant.business(), new.name, new.address, user, secret, tenant.actor]).await
}

/// External repositories of the scope, by id.
pub async fn externals(scope: Scope, order: Order, paging: Paging) -> Result<Page, Error> {
    let own = format!("deleted_at IS NULL AND {}", scope.condition("business_id"));
    let sql = format!(
        "SELECT json_object(
            'total', (SELECT count(*) FROM external_repository WHERE {own}),
            'rows', (SELECT json_group_array({ROW}) FROM
                (SELECT * FROM external_repository WHERE {own} ORDER BY id {} LIMIT ?2 OFFSET ?3)))",
        order.sql()
    );
    scope.database.one(&sql, values![scope.value(), paging.limit(), paging.offset()]).await
}

/// The external repository of this name. Names are unique in a business only, so it is the tenant's own.
pub async fn external(tenant: Tenant, name: &str) -> Result<Option<Rows>, Error> {
    let sql =
        format!("SELECT {ROW} FROM external_repository WHERE business_id = ?1 AND name = ?2 AND deleted_at IS NULL");
    tenant.database.first(&sql, values![tenant.business(), name]).await
}

/// Deletes the tenant's external repositories of these names, all or none: then it answers those that are not there. Their
/// passwords are forgotten; deployments have taken theirs along.
pub async fn delete_externals(by: Tenant, names: &[String]) -> Result<Vec<String>, Error> {
    let wanted = Value::Text(serde_json::json!(names).to_string());
    let parameters = &[Value::from(by.business()), wanted, Value::from(by.actor)];
    let unknown = "SELECT value FROM json_each(?2) named WHERE NOT EXISTS (SELECT 1 FROM external_repository r
        WHERE r.business_id = ?1 AND r.name = named.value AND r.deleted_at IS NULL)";
    let sql = format!(
        "UPDATE external_repository SET deleted_at = unixepoch(), updated_at = unixepoch(), changed_by = ?3, secret = ''
        WHERE business_id = ?1 AND deleted_at IS NULL AND name IN (SELECT value FROM json_each(?2)) AND NOT EXISTS ({unknown})
        RETURNING id"
    );
    if !by.database.all::<i64>(&sql, parameters).await?.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT coalesce(json_group_array(value), '[]') FROM ({unknown})");
    by.database.one(&sql, &parameters[..2]).await
}

#[cfg(test)]
mod tests;
