//! Users: registration, login, audit, lists.

use crate::{Database, Error, Order, Page, Paging, Scope, Tenant, values};
use serde::Deserialize;

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

/// What a login needs to know.
#[derive(Debug, Deserialize)]
pub struct Credentials {
    /// The user's id.
    pub id: i64,
    /// Argon2id, as text.
    pub password_hash: String,
    /// 0 pending, 1 approved, 2 not approved, 3 forbidden.
    pub status: i64,
    /// Tokens of another generation are void.
    pub token_generation: i64,
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

/// What to check a login by; `None` if nobody has that name.
pub async fn credentials(database: &Database, name: &str) -> Result<Option<Credentials>, Error> {
    let sql = "SELECT json_object('id', id, 'password_hash', password_hash, 'status', status, 'token_generation', token_generation)
        FROM user WHERE name = ?1 AND deleted_at IS NULL";
    database.first(sql, values![name]).await
}

/// Registers somebody who waits for approval. The id. [`Error::Taken`]: `user.name` or `user.phone`.
pub async fn register(database: &Database, user: NewUser) -> Result<i64, Error> {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, changed_by) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)
        RETURNING id";
    let parameters = values![user.name, user.password_hash, user.phone, user.real_name, i64::from(user.is_admin)];
    database.one(sql, parameters).await
}

/// Makes a user of the creator's business, approved at once. The id. [`Error::Taken`] as in [`register`].
pub async fn create(tenant: Tenant, user: NewUser) -> Result<i64, Error> {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7) RETURNING id";
    let parameters = values![
        user.name,
        user.password_hash,
        user.phone,
        user.real_name,
        i64::from(user.is_admin),
        tenant.business(),
        tenant.actor
    ];
    tenant.database.one(sql, parameters).await
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

/// Sets a user's status; the right of its caller is a system administrator's. False if there is no such user.
pub async fn audit(scope: Scope, id: i64, status: i64) -> Result<bool, Error> {
    let condition = scope.condition("business_id");
    let sql = format!(
        "UPDATE user SET status = ?2, updated_at = unixepoch(), changed_by = ?3 WHERE id = ?4 AND deleted_at IS NULL AND {condition} RETURNING id"
    );
    let parameters = values![scope.value(), status, scope.actor, id];
    Ok(scope.database.first::<i64>(&sql, parameters).await?.is_some())
}

/// Makes a token void at once. It is remembered until `expires_at` (seconds since the Unix epoch), when it would have ended.
pub async fn revoke_token(scope: Scope, token: &str, expires_at: i64) -> Result<(), Error> {
    scope.database.execute("DELETE FROM revoked_token WHERE expires_at < unixepoch()", &[]).await?;
    scope.database.execute("INSERT OR IGNORE INTO revoked_token VALUES (?1, ?2)", values![token, expires_at]).await
}
