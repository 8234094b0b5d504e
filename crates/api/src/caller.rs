//! The caller: authorisation is an argument of the handler, which hands it what it may reach.

use crate::{Claims, Error, database, tokens};
use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use store::{Caller, PLATFORM, Role, Scope, Standing, Tenant};

/// A caller whose role is at least `LEAST`. Anything less is a 403, no valid token a 401.
pub struct Authorized<const LEAST: u8> {
    /// Who it is, as of this request.
    pub caller: Caller,
    /// What it may read and end.
    pub scope: Scope,
    /// Its token.
    pub claims: Claims,
    tenant: Option<Tenant>,
}

/// Anybody with a valid token.
pub type AnyRole = Authorized<{ Role::Pending as u8 }>;
/// Approved users, of a business or not.
pub type Approved = Authorized<{ Role::Approved as u8 }>;
/// Users of a business; of the platform itself too.
pub type Member = Authorized<{ Role::GeneralUser as u8 }>;
/// Administrators: of a business, or of the system.
pub type Administrator = Authorized<{ Role::BusinessAdministrator as u8 }>;
/// System administrators.
pub type SystemAdministrator = Authorized<{ Role::SystemAdministrator as u8 }>;

impl<const LEAST: u8> Authorized<LEAST> {
    /// The business in whose name the caller creates and changes.
    pub fn tenant(&self) -> Result<Tenant, Error> {
        self.tenant.ok_or_else(|| Error::forbidden("you belong to no business"))
    }
}

impl<S: Sync, const LEAST: u8> FromRequestParts<S> for Authorized<LEAST> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Authorized { caller, scope, claims, tenant } = authorize(&parts.headers, LEAST).await?;
        Ok(Self { caller, scope, claims, tenant })
    }
}

/// The same for all roles: one copy of it in a component.
async fn authorize(headers: &HeaderMap, least: u8) -> Result<AnyRole, Error> {
    let token =
        bearer(headers).ok_or_else(|| Error::unauthorized("the header Authorization must hold a token: log in"))?;
    let void = || Error::unauthorized("the token is malformed, expired or revoked: log in");
    let claims = tokens().await?.read(token).ok_or_else(void)?;
    let database = database().await?;
    let caller = match Caller::find(database, claims.user, claims.generation, &claims.id).await? {
        Standing::Known(caller) => caller,
        Standing::Forbidden => return Err(Error::forbidden("this user is not approved, or forbidden")),
        Standing::Unknown => return Err(void()),
    };
    if (caller.role as u8) < least {
        return Err(Error::forbidden("your role does not allow this"));
    }
    Ok(Authorized { scope: caller.scope(database), tenant: caller.tenant(database), caller, claims })
}

/// Who may write labels of clusters and nodes (docs/semantics.md, Roles): a business's users its own, system administrators
/// platform-wide ones. General users of the platform itself write none: a 403.
pub struct LabelWriter {
    /// What it may read.
    pub scope: Scope,
    /// Whose labels it writes.
    pub tenant: Tenant,
}

impl<S: Sync> FromRequestParts<S> for LabelWriter {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let by = Member::from_request_parts(parts, state).await?;
        let tenant = by.tenant()?;
        if tenant.business() == PLATFORM && by.caller.role != Role::SystemAdministrator {
            return Err(Error::forbidden("only system administrators write platform-wide labels"));
        }
        Ok(Self { scope: by.scope, tenant })
    }
}

/// The token that a request presents: `Authorization: <token>`, as documented, or `Bearer <token>`, scheme without case, blanks
/// trimmed.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match value.split_once(char::is_whitespace) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => value,
    };
    (!token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presented(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn a_token_comes_bare_or_after_a_scheme() {
        for value in ["abc", " abc ", "Bearer abc", "bearer   abc ", "BEARER abc"] {
            assert_eq!(presented(value).as_deref(), Some("abc"), "{value}");
        }
        assert_eq!(presented(" "), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
