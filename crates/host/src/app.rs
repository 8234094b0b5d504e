//! The application: its components, and which of them answers a request.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use wasmtime_wasi_http::handler::{ProxyHandler, Request, Response};

use crate::chaining::{Chain, Outbound};
use crate::compose::composed;
use crate::connections::Connections;
use crate::instance::{Blueprint, Linked};
use crate::key_value::Store;
use crate::manifest::Manifest;
use crate::outbound::{AllowedHosts, chained_component};
use crate::rights::Rights;
use crate::routes::{Endpoint, Matched, Routes};
use crate::sqlite::Connection;
use crate::variables::Variables;

/// An application that is ready to answer.
pub(crate) struct App {
    pub(crate) routes: Routes,
    components: BTreeMap<String, ProxyHandler<Blueprint>>,
}

impl App {
    /// Composes, compiles and links all components that a route reaches. Records are kept in the folder `state`; the
    /// statements on them may be logged.
    ///
    /// # Errors
    ///
    /// When a file is missing or the manifest asks for what cannot be had.
    pub(crate) fn load(manifest: &Manifest, variables: &Variables, state: &Path, log_sql: bool) -> Result<Arc<Self>> {
        let routes = Routes::of(manifest)?;
        require_sources(manifest)?;
        let database = Connection::to(&state.join("sqlite.db"), log_sql)?;
        let store = Store::to(&state.join("key_value.db"))?;
        let linked = Linked::new(&compiled_folder(manifest, state)).map_err(anyhow::Error::from)?;
        let (chain, connections) = (Chain::default(), Connections::new());
        let mut components = BTreeMap::new();
        for id in manifest.served() {
            let entry = manifest.components.get(id).with_context(|| format!("there is no component `{id}`"))?;
            let rights = Arc::new(Rights::granted(id, entry, variables, &database, &store)?);
            if let AllowedHosts::Broken(why) = &rights.hosts {
                eprintln!("{id}: every outbound call will be denied: {why}");
            }
            let outbound = Outbound::of(rights, chain.clone(), connections.clone());
            let blueprint = linked.blueprint(&composed(manifest, id)?, outbound);
            let blueprint = blueprint.map_err(anyhow::Error::from).with_context(|| format!("component `{id}`"))?;
            components.insert(id.to_owned(), ProxyHandler::new(blueprint));
        }
        let app = Arc::new(Self { routes, components });
        // The first and only time, so that it cannot be set already.
        let _ = chain.set(Arc::downgrade(&app));
        Ok(app)
    }

    /// Answers a request from outside.
    pub(crate) async fn answer(&self, mut request: Request, client: SocketAddr) -> Response {
        let Ok(authority) = address(&mut request) else { return empty(StatusCode::INTERNAL_SERVER_ERROR) };
        let path = request.uri().path().to_owned();
        if path.starts_with("/.well-known/spin/") {
            return well_known(&path);
        }
        match self.routes.find(&path) {
            None => empty(StatusCode::NOT_FOUND),
            Some(Matched { endpoint: Endpoint::Static(answer), .. }) => answer.clone().map(full),
            Some(ref found @ Matched { endpoint: Endpoint::Component(component), .. }) => {
                describe(&mut request, found, &authority, client);
                self.run(component, request).await.unwrap_or_else(|| empty(StatusCode::NOT_FOUND))
            }
        }
    }

    /// Answers a request from another component; none when there is no component of that name.
    pub(crate) async fn chained(&self, component: &str, mut request: Request) -> Option<Response> {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        request.headers_mut().remove(header::HOST);
        // What Spin says of a call without a route.
        let rest = request.uri().path().to_owned();
        let endpoint = Endpoint::Component(component.to_owned());
        let found = Matched { route: "/...", endpoint: &endpoint, rest, captured: Vec::new() };
        describe(&mut request, &found, &authority, (Ipv4Addr::UNSPECIFIED, 0).into());
        self.run(component, request).await
    }

    async fn run(&self, component: &str, request: Request) -> Option<Response> {
        let handler = self.components.get(component)?;
        Some(handler.handle((), request).await.unwrap_or_else(|error| {
            eprintln!("{component}: no answer: {error:?}");
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        }))
    }
}

/// Fails when code is missing, used or not, as Spin does.
fn require_sources(manifest: &Manifest) -> Result<()> {
    for (id, component) in &manifest.components {
        let source = manifest.folder.join(&component.source);
        ensure!(source.is_file(), "component `{id}`: there is no {}; has it been built?", source.display());
    }
    Ok(())
}

/// Where compiled code is kept: beside the components', else with the records.
fn compiled_folder(manifest: &Manifest, state: &Path) -> PathBuf {
    let first = manifest.components.values().next().and_then(|component| component.source.parent());
    first.map_or_else(|| state.to_owned(), |folder| manifest.folder.join(folder)).join("compiled")
}

/// Puts the address that was called into the request's URI, where components look for it.
fn address(request: &mut Request) -> Result<String> {
    let host = request.headers().get(header::HOST).map(HeaderValue::to_str).transpose()?;
    let called = request.uri().authority().map(Authority::as_str);
    ensure!(host.is_none() || called.is_none() || host == called, "the address and the header Host differ");
    let authority = called.or(host).unwrap_or("localhost").to_owned();
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority.parse()?);
    *request.uri_mut() = http::Uri::from_parts(parts)?;
    if chained_component(request.uri()).is_some() {
        request.headers_mut().remove(header::HOST);
    }
    Ok(authority)
}

/// Appends Spin's headers. A caller's own of the same names stay in front of them.
fn describe(request: &mut Request, found: &Matched<'_>, authority: &str, client: SocketAddr) {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut told = vec![
        ("spin-path-info".to_owned(), found.rest.clone()),
        ("spin-full-url".to_owned(), format!("http://{authority}{path}")),
        ("spin-matched-route".to_owned(), found.route.to_owned()),
        ("spin-base-path".to_owned(), "/".to_owned()),
        ("spin-raw-component-route".to_owned(), found.route.to_owned()),
        ("spin-component-route".to_owned(), found.route.strip_suffix("/...").unwrap_or(found.route).to_owned()),
        ("spin-client-addr".to_owned(), client.to_string()),
    ];
    told.extend(found.captured.iter().map(|(name, value)| (format!("spin-path-match-{name}"), value.clone())));
    for (name, value) in told {
        // Paths hold what a header may, except for bytes beyond ASCII, which no URI has.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            request.headers_mut().append(name, value);
        }
    }
}

/// `/.well-known/spin/` belongs to the host.
fn well_known(path: &str) -> Response {
    match path {
        "/.well-known/spin/health" => Response::new(full(Bytes::from_static(b"OK"))),
        _ => empty(StatusCode::NOT_FOUND),
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(full(Bytes::new()));
    *response.status_mut() = status;
    response
}

fn full(bytes: Bytes) -> http_body_util::combinators::UnsyncBoxBody<Bytes, wasmtime::Error> {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}
