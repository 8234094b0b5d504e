//! External repositories: `/v1/repository/third`.

use std::sync::Arc;

use api::{Answer, Error, Fields, Json, Member, Name, Parameters, Query, Rule};
use axum::extract::State;
use store::repository::{self, Credentials, NewExternal};
use store::{Order, Paging};

use crate::settings::Settings;

const ADDRESS: Rule = Rule::TEXT.most(500).matching(is_address, "host[:port][/path]");

/// `host[:port][/path]`; a scheme is not needed.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(ip) => ip.contains(':') && ip.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b)),
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    };
    is_host
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        && !path.bytes().any(|b| !b.is_ascii_graphic() || b"?#@\\".contains(&b))
}

/// A record to be made.
pub(crate) struct Creation {
    name: String,
    address: String,
    user: String,
    password: String,
}

impl api::FromFields for Creation {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            name: fields.text("repositoryId", &Rule::TEXT),
            address: fields.text("address", &ADDRESS),
            user: fields.text("user", &Rule::TEXT),
            password: fields.text("password", &Rule::TEXT.secret()),
        }
    }
}

/// Create External Repository (Repository Management 10): its password is stored encrypted, and never answered.
pub(crate) async fn create(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Json(new): Json<Creation>,
) -> api::Result {
    let tenant = by.tenant()?;
    let secret = settings.seal(tenant, &new.password)?;
    let credentials = Credentials { user: new.user, secret };
    let new = NewExternal { name: new.name, address: new.address, credentials };
    match repository::create_external(tenant, new).await {
        Ok(id) => Ok(Answer::created(id)),
        Err(store::Error::Taken(_)) => {
            Err(Error::conflict("repositoryId: an external repository of your business has this name"))
        }
        Err(error) => Err(error.into()),
    }
}

/// How the list is sorted and cut.
pub(crate) struct Listing {
    order: Order,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        parameters.choice("orderBy", &["id"]);
        Self { order: parameters.order(Order::Ascending), paging: parameters.paging(10) }
    }
}

/// Get External Repository List (Repository Management 12).
pub(crate) async fn list(by: Member, Query(listing): Query<Listing>) -> api::Result {
    Ok(Answer::page(repository::externals(by.scope, listing.order, listing.paging).await?))
}

/// Get External Repository (Repository Management 13), by its name in the caller's own business.
pub(crate) async fn show(by: Member, Name(name): Name) -> api::Result {
    let found = repository::external(by.tenant()?, &name).await?;
    found.map(Answer::data).ok_or_else(|| Error::not_found("external repository"))
}

/// Which records are to be deleted.
pub(crate) struct Names(Vec<String>);

impl api::FromFields for Names {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(fields.texts("repositoryId", &Rule::TEXT))
    }
}

/// Delete External Repository (Repository Management 11): all or none. What runs goes on: it took its credentials along.
pub(crate) async fn delete(by: Member, Json(Names(names)): Json<Names>) -> api::Result {
    let missing = repository::delete_externals(by.tenant()?, &names).await?;
    if missing.is_empty() {
        Ok(Answer::success())
    } else {
        Err(Error::not_found(&format!("external repository: {}", missing.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_or_without_port_and_path() {
        for good in ["127.0.0.1", "xxxsdsdsds", "r.example.com:5000/team/a", "https://r.example.com", "[::1]:5000"] {
            assert_eq!(ADDRESS.fault(good), None, "{good}");
        }
        for bad in ["", "ftp://x", "a b", "u@host", "host:0", "host:port", "host/x?y", "/path", ":5000", "[::1"] {
            assert!(ADDRESS.fault(bad).is_some(), "{bad}");
        }
    }
}
