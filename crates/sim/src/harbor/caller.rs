//! Who is asking: Basic authentication with Harbor's own ideas of it (docs/contracts/harbor.md).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, header};

use super::Shared;
use super::records::User;
use super::refusal::Refusal;
use crate::faults::lock;

/// A wrong password freezes its login, and keeps its own answer waiting, for so long.
const FROZEN: Duration = Duration::from_millis(1_500);

/// Until when logins are frozen.
#[derive(Debug, Default)]
pub(super) struct Logins(Mutex<HashMap<String, Instant>>);

impl Logins {
    fn is_frozen(&self, name: &str) -> bool {
        lock(&self.0).get(name).is_some_and(|until| *until > Instant::now())
    }

    pub(super) fn freeze(&self, name: &str) {
        let mut logins = lock(&self.0);
        logins.retain(|_, until| *until > Instant::now());
        logins.insert(name.to_owned(), Instant::now() + FROZEN);
    }
}

/// Whoever is asking. Wrong credentials are nobody's.
#[derive(Debug)]
pub(super) struct Caller(pub(super) Option<User>);

impl Caller {
    /// Somebody; a 401 where it is nobody.
    pub(super) fn somebody(self) -> Result<User, Refusal> {
        self.0.ok_or_else(Refusal::unauthorized)
    }

    /// An administrator; a 403 where it is somebody else.
    pub(super) fn administrator(self) -> Result<User, Refusal> {
        let user = self.somebody()?;
        if user.administrator { Ok(user) } else { Err(Refusal::forbidden(user.name)) }
    }

    /// The role in a project: 1 for its administrators, the owner above all; none for somebody without a role.
    pub(super) fn role_in(&self, owner: u32) -> Option<u32> {
        self.0.as_ref().filter(|user| user.administrator || user.id == owner).map(|_| 1)
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Self::Rejection> {
        let Some((name, password)) = credentials(&parts.headers) else { return Ok(Self(None)) };
        if shared.logins.is_frozen(&name) {
            return Ok(Self(None));
        }
        let user = shared.records().user(&name).filter(|user| user.password == password).cloned();
        if user.is_none() {
            shared.logins.freeze(&name);
            tokio::time::sleep(FROZEN).await;
        }
        Ok(Self(user))
    }
}

/// Name and password of a Basic header. A name with a colon can never log in: the colon ends it.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Every answer sets a session cookie, and a write that carries it is refused: it lacks a CSRF token.
pub(super) async fn cookies(request: Request, next: Next) -> Response {
    let cookie = request.headers().get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let mut response = if cookie.contains("sid=") && !reads {
        Refusal::forbidden("CSRF token not found in request").into_response()
    } else {
        next.run(request).await
    };
    let session = format!("sid={}; Path=/; HttpOnly", uuid::Uuid::new_v4().simple());
    if let Ok(session) = HeaderValue::from_str(&session) {
        response.headers_mut().insert(header::SET_COOKIE, session);
    }
    response
}
