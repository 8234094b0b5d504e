//! Users: registration, login, audit, lists.

use crate::{Database, Error, Order, Page, Paging, Scope, Tenant, values};

/// The id of the first system administrator, made from variables. Nobody deletes, audits or resets it.
pub const FIRST_ADMINISTRATOR: i64 = 1;

/// A user to be made. `password_hash` is argon2id's own text form.
#[derive(Debug)]
pub struct NewUser {
    /// Its name, unique.
    pub name: String,
    /// Argon2id, as text.
    pub password_hash: String,
    /// Unique as written.
    pub phone: String,
    /// The person's name.
    pub real_name: String,
    /// Whether it is to administer, once it belongs somewhere.
    pub is_admin: bool,
}

/// A user, as listed (API document, User Management 7), with `isAdmin` and `businessId` (0 for the platform's `default`, null
/// for none).
const ROW: &str = "json_object('id', id, 'user', name, 'status', status, 'realName', real_name, 'phone', phone,
    'isAdmin', json(iif(is_admin, 'true', 'false')), 'businessId', business_id, 'createTime', created_at, 'updateTime', updated_at)";

/// By what users are sorted.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// By id.
    Id,
    /// By name, ties by id.
    Name,
}

/// Makes the first system administrator, unless there is one already. True if it was made.
pub async fn found(database: &Database, name: &str, password_hash: &str) -> Result<bool, Error> {
    let sql = "INSERT INTO user (id, name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        VALUES (?1, ?2, ?3, '', ?2, 1, 1, 0, 0) ON CONFLICT DO NOTHING RETURNING id";
    Ok(database.first::<i64>(sql, values![FIRST_ADMINISTRATOR, name, password_hash]).await?.is_some())
}

/// Whether the first system administrator is there.
pub async fn is_founded(database: &Database) -> Result<bool, Error> {
    Ok(database.first::<i64>("SELECT 1 FROM user WHERE id = ?1", values![FIRST_ADMINISTRATOR]).await?.is_some())
}

/// Registers somebody who waits for approval. The id. [`Error::Taken`]: `user.name` or `user.phone`.
pub async fn register(database: &Database, user: NewUser) -> Result<i64, Error> {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, changed_by) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)
        RETURNING id";
    let parameters = values![user.name, user.password_hash, user.phone, user.real_name, i64::from(user.is_admin)];
    database.one(sql, parameters).await
}

/// Makes a user of the creator's business, or of another one, approved at once. The id; `None` if the other business is not
/// there or not approved. [`Error::Taken`] as in [`register`].
pub async fn create(tenant: Tenant, business: Option<i64>, user: NewUser) -> Result<Option<i64>, Error> {
    let sql = format!(
        "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        SELECT ?1, ?2, ?3, ?4, ?5, 1, coalesce(?6, ?7), ?8 WHERE ?6 IS NULL OR {} RETURNING id",
        approved_business(6)
    );
    let parameters = values![
        user.name,
        user.password_hash,
        user.phone,
        user.real_name,
        i64::from(user.is_admin),
        business,
        tenant.business(),
        tenant.actor
    ];
    tenant.database.first(&sql, parameters).await
}

/// The condition that the parameter of that number is the id of an approved business.
fn approved_business(parameter: u8) -> String {
    format!("EXISTS (SELECT 1 FROM business b WHERE b.id = ?{parameter} AND b.status = 1 AND b.deleted_at IS NULL)")
}

/// Users of the scope.
pub async fn page(scope: Scope, key: Key, order: Order, paging: Paging) -> Result<Page, Error> {
    let (condition, direction) = (scope.condition("business_id"), order.sql());
    let order = match key {
        Key::Id => format!("id {direction}"),
        Key::Name => format!("name {direction}, id"),
    };
    let sql = format!(
        "SELECT json_object(
            'total', (SELECT count(*) FROM user WHERE deleted_at IS NULL AND {condition}),
            'rows', (SELECT json_group_array({ROW}) FROM
                (SELECT * FROM user WHERE deleted_at IS NULL AND {condition} ORDER BY {order} LIMIT ?2 OFFSET ?3)))"
    );
    scope.database.one(&sql, values![scope.value(), paging.limit(), paging.offset()]).await
}

/// What came of an audit.
#[derive(Debug, PartialEq, Eq)]
pub enum Audited {
    /// It is as asked.
    Done,
    /// There is no such user.
    Unknown,
    /// The user belongs to a business already.
    HasBusiness,
    /// The business is not there, or not approved.
    NoBusiness,
}

/// Sets a user's status, and puts who belongs to no business into one if that is asked. The right of its caller is a system
/// administrator's.
pub async fn audit(scope: Scope, id: i64, status: i64, business: Option<i64>) -> Result<Audited, Error> {
    let condition = scope.condition("business_id");
    let sql = format!(
        "UPDATE user SET status = ?3, business_id = coalesce(?4, business_id), updated_at = unixepoch(), changed_by = ?5
        WHERE id = ?2 AND deleted_at IS NULL AND {condition} AND (?4 IS NULL OR (business_id IS NULL AND {})) RETURNING id",
        approved_business(4)
    );
    let parameters = values![scope.value(), id, status, business, scope.actor];
    if scope.database.first::<i64>(&sql, parameters).await?.is_some() {
        return Ok(Audited::Done);
    }
    let sql = format!(
        "SELECT iif(business_id IS NULL, 'false', 'true') FROM user WHERE id = ?2 AND deleted_at IS NULL AND {condition}"
    );
    Ok(match scope.database.first(&sql, values![scope.value(), id]).await? {
        None => Audited::Unknown,
        Some(true) => Audited::HasBusiness,
        Some(false) => Audited::NoBusiness,
    })
}

/// Deletes a user of the scope, whose name and phone become free. False if there is no such user.
pub async fn delete(scope: Scope, id: i64) -> Result<bool, Error> {
    let condition = scope.condition("business_id");
    let sql = format!(
        "UPDATE user SET deleted_at = unixepoch(), updated_at = unixepoch(), changed_by = ?3
        WHERE id = ?2 AND deleted_at IS NULL AND {condition} RETURNING id"
    );
    Ok(scope.database.first::<i64>(&sql, values![scope.value(), id, scope.actor]).await?.is_some())
}

/// Gives a user of the scope another password; all its tokens are void. False if there is no such user.
pub async fn reset_password(scope: Scope, id: i64, hash: &str) -> Result<bool, Error> {
    let condition = scope.condition("business_id");
    let sql = format!(
        "UPDATE user SET password_hash = ?3, token_generation = token_generation + 1, updated_at = unixepoch(), changed_by = ?4
        WHERE id = ?2 AND deleted_at IS NULL AND {condition} RETURNING id"
    );
    Ok(scope.database.first::<i64>(&sql, values![scope.value(), id, hash, scope.actor]).await?.is_some())
}

/// Gives the caller itself another password, unless that has happened since `generation`; all its tokens are void. The new
/// generation.
pub async fn change_password(scope: Scope, generation: i64, hash: &str) -> Result<Option<i64>, Error> {
    let sql = "UPDATE user SET password_hash = ?3, token_generation = token_generation + 1, updated_at = unixepoch(), changed_by = ?1
        WHERE id = ?1 AND deleted_at IS NULL AND token_generation = ?2 RETURNING token_generation";
    scope.database.first(sql, values![scope.actor, generation, hash]).await
}

/// Makes a token void at once. It is remembered until `expires_at` (seconds since the Unix epoch), when it would have ended.
pub async fn revoke_token(scope: Scope, token: &str, expires_at: i64) -> Result<(), Error> {
    scope.database.execute("INSERT OR IGNORE INTO revoked_token VALUES (?1, ?2)", values![token, expires_at]).await
}

#[cfg(test)]
mod tests;
