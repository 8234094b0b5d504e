//! Who is asking, and what that lets them reach.

use crate::{Database, Error, Value, values};
use serde::Deserialize;

/// A caller's role: derived on every request, never stored (docs/semantics.md, Roles).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// Registered, waiting for approval.
    Pending = 0,
    /// Approved, but of no business.
    Approved = 1,
    /// General user of a business.
    GeneralUser = 2,
    /// Administrator of a business.
    BusinessAdministrator = 3,
    /// System administrator.
    SystemAdministrator = 4,
}

/// A user's `status` once approved.
pub(crate) const APPROVED: i64 = 1;

/// The business id of the platform itself, whose namespace is `default`.
pub const PLATFORM: i64 = 0;

/// A logged-in user, as it is now, whatever its token says.
#[derive(Debug)]
pub struct Caller {
    /// The user's id.
    pub id: i64,
    /// The user's name.
    pub name: String,
    /// `isAdmin` of its registration.
    pub is_admin: bool,
    /// Its role, by the columns above.
    pub role: Role,
    /// Its business has a Harbor account.
    pub has_repository_account: bool,
    business: Option<i64>,
}

#[derive(Deserialize)]
struct Row {
    id: i64,
    name: String,
    status: i64,
    is_admin: u8,
    business_id: Option<i64>,
    has_repository_account: u8,
}

impl Caller {
    /// The user of a token, unless the user is deleted or the token is void: logged out, or of an earlier generation.
    /// Users whose status forbids everything are [`Standing::Forbidden`]. One statement.
    pub async fn find(database: &Database, user: i64, generation: i64, token: &str) -> Result<Standing, Error> {
        let sql = "SELECT json_object('id', u.id, 'name', u.name, 'status', u.status, 'is_admin', u.is_admin, 'business_id', u.business_id,
                'has_repository_account', EXISTS (SELECT 1 FROM repository_account a WHERE a.business_id = u.business_id))
            FROM user u WHERE u.id = ?1 AND u.deleted_at IS NULL AND u.token_generation = ?2
                AND NOT EXISTS (SELECT 1 FROM revoked_token r WHERE r.id = ?3)";
        Ok(match database.first::<Row>(sql, values![user, generation, token]).await? {
            None => Standing::Unknown,
            Some(row) if row.status > APPROVED => Standing::Forbidden,
            Some(row) => Standing::Known(Self::from_row(row)),
        })
    }

    fn from_row(row: Row) -> Self {
        let is_admin = row.is_admin == 1;
        let role = match (row.status, row.business_id) {
            (APPROVED, None) => Role::Approved,
            (APPROVED, Some(PLATFORM)) if is_admin => Role::SystemAdministrator,
            (APPROVED, Some(_)) if is_admin => Role::BusinessAdministrator,
            (APPROVED, Some(_)) => Role::GeneralUser,
            _ => Role::Pending,
        };
        Self {
            id: row.id,
            name: row.name,
            is_admin,
            role,
            has_repository_account: row.has_repository_account == 1,
            business: row.business_id,
        }
    }

    /// What the caller may read and end: everything as a system administrator, else what is its business's.
    pub fn scope(&self, database: &'static Database) -> Scope {
        let business =
            if self.role == Role::SystemAdministrator { None } else { Some(self.business.unwrap_or(NOBODY)) };
        Scope { database, actor: self.id, business }
    }

    /// The business in whose name the caller creates and changes; the platform's own for a system administrator. `None` for who
    /// belongs to no business.
    pub fn tenant(&self, database: &'static Database) -> Option<Tenant> {
        self.business.map(|business| Tenant { database, actor: self.id, business })
    }
}

/// What a token's user may do at all.
#[derive(Debug)]
pub enum Standing {
    /// No such user any more, or the token is void: a 401.
    Unknown,
    /// Not approved or forbidden: a 403 on every request.
    Forbidden,
    /// Anybody else.
    Known(Caller),
}

/// No business has this id: who belongs to none reaches nothing.
const NOBODY: i64 = -1;

/// The rows that a caller may reach, with the way to them. Only a [`Caller`] has one.
#[derive(Clone, Copy)]
pub struct Scope {
    pub(crate) database: &'static Database,
    pub(crate) actor: i64,
    business: Option<i64>,
}

impl Scope {
    /// The condition on a column of business ids, over the statement's parameter `?1`, which is [`Self::value`].
    pub(crate) fn condition(self, column: &str) -> String {
        if self.business.is_some() { format!("{column} = ?1") } else { "?1 IS NULL".to_owned() }
    }

    /// The business whose private labels the caller sees, beside the platform-wide ones.
    pub(crate) fn labels_of(self) -> i64 {
        self.business.unwrap_or(PLATFORM)
    }

    /// The parameter `?1` of a statement with [`Self::condition`].
    pub(crate) fn value(self) -> Value {
        Value::from(self.business)
    }
}

/// The business in whose name a caller acts. Only a [`Caller`] has one.
#[derive(Clone, Copy)]
pub struct Tenant {
    pub(crate) database: &'static Database,
    pub(crate) actor: i64,
    business: i64,
}

impl Tenant {
    /// The business's id; 0 for the platform itself.
    pub fn business(self) -> i64 {
        self.business
    }
}
