//! Path parameters: percent-decoded once.

use crate::Error;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

/// The path's only parameter, an id: a positive integer, else a 422.
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Name(text) = Name::from_request_parts(parts, state).await?;
        let id = if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok().filter(|id| *id > 0) } else { None };
        id.map(Self).ok_or_else(|| Error::invalid_field("id", "in the path must be a positive integer"))
    }
}

/// The path's only parameter, a name. One that is not UTF-8 is nobody's: a 404.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(name)| Self(name)).map_err(|_| Error::not_found("thing"))
    }
}
