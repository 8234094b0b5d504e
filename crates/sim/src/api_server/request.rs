//! A request to an API server: where its path leads, and which of the verbs it means.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::kinds::{Kind, NAMESPACES};
use super::refusal::Refusal;
use super::selector::Selector;
use super::{ApiServer, BODY_LIMIT};

/// A request, however it came: over HTTP, or as a command to an edge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Path, and query after a `?`.
    pub(crate) target: &'a str,
    /// Media type of the body, "" where none is named.
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

/// An answer that says yes.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) code: u16,
    /// JSON.
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self { code: 200, body: body.into() }
    }
}

/// Where a path leads: to a kind's collection, everywhere or in a namespace, or to one object.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) kind: &'static Kind,
    /// "" where the kind has none, or all are meant.
    pub(crate) namespace: String,
    /// None: the collection.
    pub(crate) name: Option<String>,
}

impl Route {
    fn parse(known: &[&'static Kind], path: &str) -> Option<Self> {
        let decoded: Vec<String> = path
            .strip_prefix('/')?
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8().map(Into::into))
            .collect::<Result<_, _>>()
            .ok()?;
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        let (group, version, rest) = match segments.as_slice() {
            ["api", version, rest @ ..] => ("", *version, rest),
            ["apis", group, version, rest @ ..] => (*group, *version, rest),
            _ => return None,
        };
        let kind = |resource: &str| {
            known.iter().copied().find(|kind| (kind.group, kind.version, kind.resource) == (group, version, resource))
        };
        let (kind, namespace, name) = match rest {
            ["namespaces", namespace, resource, name @ ..] => {
                (kind(resource).filter(|kind| kind.namespaced)?, *namespace, name)
            }
            [resource, name @ ..] => (kind(resource)?, "", name),
            [] => return None,
        };
        let name = match name {
            [] => None,
            [name] if !name.is_empty() && (!kind.namespaced || !namespace.is_empty()) => Some((*name).to_owned()),
            _ => return None,
        };
        Some(Self { kind, namespace: namespace.to_owned(), name })
    }
}

/// The parameters of a request.
#[derive(Debug, Clone)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// A parameter that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A parameter that is a number; a 400 where it is something else.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let number = text.parse().map_err(|_| Refusal::bad_request(format!("invalid value for {name}: {text:?}")))?;
        Ok(Some(number))
    }

    /// A parameter that says yes.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true"))
    }

    /// `labelSelector` and `fieldSelector`.
    pub(crate) fn selector(&self) -> Result<Selector, Refusal> {
        Selector::parse(self.get("labelSelector"), self.get("fieldSelector"))
    }
}

/// Reads an object out of a body.
pub(crate) fn parse_body(request: Request) -> Result<Value, Refusal> {
    if !(request.content_type.is_empty() || media_type(request) == "application/json") {
        return Err(Refusal::unsupported_media_type());
    }
    serde_json::from_slice(request.body).map_err(|error| {
        Refusal::bad_request(format!("the object provided is unrecognized (must be of type Object): {error}"))
    })
}

/// The media type without its parameters.
pub(crate) fn media_type(request: Request<'_>) -> &str {
    request.content_type.split(';').next().unwrap_or_default().trim()
}

impl ApiServer {
    /// Splits a target and finds out where it leads.
    pub(crate) fn route(&self, target: &str) -> Result<(Route, Query), Refusal> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let route = Route::parse(self.known, path).ok_or_else(Refusal::no_such_path)?;
        Ok((route, Query::parse(query)))
    }

    /// Does what a request asks for. Watches go another way ([`super::watch`]).
    pub(crate) fn handle(&mut self, request: Request) -> Result<Answer, Refusal> {
        if request.body.len() > BODY_LIMIT {
            return Err(Refusal::body_too_large());
        }
        let (route, query) = self.route(request.target)?;
        match (request.method, &route.name) {
            ("GET", None) => self.list(&route, &query),
            ("GET", Some(name)) => match self.get(route.kind, &route.namespace, name) {
                Some(object) => Ok(Answer::ok(object.text.clone())),
                None => Err(Refusal::not_found(route.kind, name)),
            },
            ("POST", None) => self.create(&route, request),
            ("PUT", Some(name)) => self.replace(&route, name, request),
            ("PATCH", Some(name)) => self.patch(&route, name, request),
            ("DELETE", Some(name)) => self.delete(&route, name, &query, request.body),
            ("DELETE", None) if route.kind != &NAMESPACES => self.delete_collection(&route, &query),
            _ => Err(Refusal::method_not_allowed()),
        }
    }
}
