//! Outbound HTTP of components: to hosts that were granted, and to other components of the application.

use std::sync::{Arc, OnceLock, Weak};

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use wasmtime_wasi::TrappableError;
use wasmtime_wasi_http::handler;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{RequestOptions, WasiHttpHooks};

use crate::app::App;
use crate::connections::Connections;
use crate::outbound::{AllowedHosts, chained_component};
use crate::rights::Rights;

/// The way to the application from within its own components; set once the application is there.
pub(crate) type Chain = Arc<OnceLock<Weak<App>>>;

pub(crate) type Body = UnsyncBoxBody<Bytes, ErrorCode>;
type Transfer = Box<dyn Future<Output = Result<(), ErrorCode>> + Send>;
type Answer = Result<(http::Response<Body>, Transfer), TrappableError<ErrorCode>>;

/// A component's outbound HTTP.
#[derive(Clone)]
pub(crate) struct Outbound {
    pub(crate) rights: Arc<Rights>,
    chain: Chain,
    connections: Connections,
}

impl Outbound {
    pub(crate) fn of(rights: Arc<Rights>, chain: Chain, connections: Connections) -> Self {
        Self { rights, chain, connections }
    }

    fn explain(&self, uri: &http::Uri) {
        let component = &self.rights.component;
        match &self.rights.hosts {
            AllowedHosts::Broken(why) => eprintln!("{component}: all calls are denied: {why}"),
            AllowedHosts::Patterns(_) => {
                let (scheme, authority) =
                    (uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |it| it.as_str()));
                eprintln!(
                    "{component}: a call to {scheme}://{authority} is denied: allowed_outbound_hosts does not have it"
                );
            }
        }
    }
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: http::Request<Body>,
        options: Option<RequestOptions>,
        _: Transfer,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        if !self.rights.hosts.allow(request.uri()) {
            self.explain(request.uri());
            return Box::new(async { Err(ErrorCode::HttpRequestDenied.into()) });
        }
        if let Some(component) = chained_component(request.uri()).map(str::to_owned) {
            let app = self.chain.get().and_then(Weak::upgrade);
            return Box::new(async move { chained(app, &component, request).await });
        }
        let connections = self.connections.clone();
        Box::new(async move {
            let response = connections.send(request, options).await?;
            // What goes wrong after the head is told by the body.
            Ok((response, Box::new(async { Ok(()) }) as Transfer))
        })
    }
}

/// Lets another component answer.
async fn chained(app: Option<Arc<App>>, component: &str, request: http::Request<Body>) -> Answer {
    let app = app.ok_or(ErrorCode::DestinationUnavailable)?;
    let request = request.map(|body| body.map_err(handler::ErrorCode::P3).boxed_unsync());
    let response = app.chained(component, request).await.ok_or(ErrorCode::DestinationNotFound)?;
    let internal = |error: wasmtime::Error| ErrorCode::InternalError(Some(error.to_string()));
    Ok((response.map(|body| body.map_err(internal).boxed_unsync()), Box::new(async { Ok(()) })))
}
