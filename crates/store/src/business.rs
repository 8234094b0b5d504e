//! Businesses: applications for one, their audit, lists.

use crate::{Error, Order, Page, Paging, Rows, Scope, values};
use serde::Deserialize;

/// An application for a business.
#[derive(Debug)]
pub struct NewBusiness {
    /// Unique among pending and approved ones.
    pub name: String,
    /// Introduction.
    pub introduce: String,
    /// What it is for.
    pub objective: String,
    /// The scale of resources expected.
    pub scale: String,
}

/// A business, as listed (API document, Business Management 2).
const ROW: &str = "'id', b.id, 'name', b.name, 'userId', b.user_id, 'comment', b.comment, 'status', b.status,
    'createTime', b.created_at, 'updateTime', b.updated_at";

/// Records an application. The id. `None` if the applicant has one pending or approved, or belongs to a business.
/// [`Error::Taken`]: `business.name`, or `business.user_id` when two come at once.
pub async fn apply(scope: Scope, business: NewBusiness) -> Result<Option<i64>, Error> {
    let sql = "INSERT INTO business (name, user_id, introduce, objective, scale, changed_by)
        SELECT ?1, u.id, ?3, ?4, ?5, u.id FROM user u
        WHERE u.id = ?2 AND u.deleted_at IS NULL AND u.business_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM business b WHERE b.user_id = u.id AND b.status IN (0, 1) AND b.deleted_at IS NULL)
        RETURNING id";
    let parameters = values![business.name, scope.actor, business.introduce, business.objective, business.scale];
    scope.database.first(sql, parameters).await
}

/// "Own" businesses are one's business and every application for one by oneself.
fn own(scope: Scope) -> String {
    let condition = scope.condition("b.id");
    format!("b.deleted_at IS NULL AND ({condition} OR b.user_id = ?2)")
}

/// Businesses that the caller may see, by id, filtered by a part of their name ("" for all).
pub async fn page(scope: Scope, name: &str, order: Order, paging: Paging) -> Result<Page, Error> {
    let (own, direction) = (own(scope), order.sql());
    let sql = format!(
        "SELECT json_object(
            'total', (SELECT count(*) FROM business b WHERE {own} AND instr(b.name, ?3)),
            'rows', (SELECT json_group_array(json_object({ROW})) FROM
                (SELECT * FROM business b WHERE {own} AND instr(b.name, ?3) ORDER BY b.id {direction} LIMIT ?4 OFFSET ?5) b))"
    );
    let parameters = values![scope.value(), scope.actor, name, paging.limit(), paging.offset()];
    scope.database.one(&sql, parameters).await
}

/// One business that the caller may see, with what its applicant said (API document, Business Management 3).
pub async fn find(scope: Scope, id: i64) -> Result<Option<Rows>, Error> {
    let own = own(scope);
    let sql = format!(
        "SELECT json_object({ROW}, 'introduce', b.introduce, 'objective', b.objective, 'scale', b.scale)
        FROM business b WHERE b.id = ?3 AND {own}"
    );
    scope.database.first(&sql, values![scope.value(), scope.actor, id]).await
}

/// What stands in the way of an approval.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Obstacles {
    /// Its status now.
    pub status: i64,
    /// Another pending or approved one has the name.
    pub name_taken: u8,
    /// The applicant was deleted.
    pub applicant_gone: u8,
    /// The applicant belongs to a business, or has another application pending or approved.
    pub applicant_taken: u8,
}

/// What stands in the way of approving a business; `None` if there is none of that id.
pub async fn obstacles(scope: Scope, id: i64) -> Result<Option<Obstacles>, Error> {
    let own = own(scope);
    let sql = format!(
        "SELECT json_object('status', b.status,
            'name_taken', EXISTS (SELECT 1 FROM business o WHERE o.name = b.name AND o.id <> b.id AND o.status IN (0, 1) AND o.deleted_at IS NULL),
            'applicant_gone', NOT EXISTS (SELECT 1 FROM user u WHERE u.id = b.user_id AND u.deleted_at IS NULL),
            'applicant_taken', EXISTS (SELECT 1 FROM user u WHERE u.id = b.user_id AND u.business_id IS NOT NULL)
                OR EXISTS (SELECT 1 FROM business o WHERE o.user_id = b.user_id AND o.id <> b.id AND o.status IN (0, 1) AND o.deleted_at IS NULL))
        FROM business b WHERE b.id = ?3 AND {own}"
    );
    scope.database.first(&sql, values![scope.value(), scope.actor, id]).await
}

/// Approves a business whose namespace is there: its applicant becomes its administrator with the same statement. False if
/// meanwhile something stands in the way ([`obstacles`]); [`Error::Taken`] likewise.
pub async fn approve(scope: Scope, id: i64, comment: &str) -> Result<bool, Error> {
    let own = own(scope);
    let sql = format!(
        "UPDATE business AS b SET status = 1, comment = ?4, updated_at = unixepoch(), changed_by = ?5
        WHERE b.id = ?3 AND {own} AND b.status IN (0, 2)
            AND EXISTS (SELECT 1 FROM user u WHERE u.id = b.user_id AND u.deleted_at IS NULL AND u.business_id IS NULL)
        RETURNING id"
    );
    let parameters = values![scope.value(), scope.actor, id, comment, scope.actor];
    Ok(scope.database.first::<i64>(&sql, parameters).await?.is_some())
}

/// Disapproves a pending business. False if it is not pending.
pub async fn disapprove(scope: Scope, id: i64, comment: &str) -> Result<bool, Error> {
    let own = own(scope);
    let sql = format!(
        "UPDATE business AS b SET status = 2, comment = ?4, updated_at = unixepoch(), changed_by = ?5
        WHERE b.id = ?3 AND {own} AND b.status = 0 RETURNING id"
    );
    let parameters = values![scope.value(), scope.actor, id, comment, scope.actor];
    Ok(scope.database.first::<i64>(&sql, parameters).await?.is_some())
}
