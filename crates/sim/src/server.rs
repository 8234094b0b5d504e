//! The HTTP server under both stand-ins: it can do what a good one never does.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::body::Body;
use futures::stream;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};
use tower_service::Service;

use crate::faults::{Effect, Traffic};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) traffic: Arc<Traffic>,
    task: JoinHandle<()>,
}

/// A connection that ends without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("the connection is dropped to order")
    }
}

impl std::error::Error for Dropped {}

impl Server {
    /// Listens and serves.
    pub(crate) async fn start(listen: SocketAddr, router: Router) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr()?;
        let traffic = Arc::new(Traffic::new());
        let task = tokio::spawn(accept(listener, address, router, traffic.clone()));
        Ok(Self { address, traffic, task })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts connections, with breaks to order. Its end is the end of all connections.
async fn accept(listener: TcpListener, address: SocketAddr, router: Router, traffic: Arc<Traffic>) {
    let mut refused = traffic.refused_until();
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    loop {
        let until = *refused.borrow_and_update();
        if until > Instant::now() {
            listener = None;
            connections.abort_all();
            sleep_until(until).await;
            continue;
        }
        let Some(open) = &listener else {
            listener = TcpListener::bind(address).await.ok();
            sleep(Duration::from_millis(if listener.is_some() { 0 } else { 20 })).await;
            continue;
        };
        tokio::select! {
            accepted = open.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(serve(stream, router.clone(), traffic.clone()));
            },
            changed = refused.changed() => if changed.is_err() {
                return;
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, router: Router, traffic: Arc<Traffic>) {
    let service = service_fn(move |request| answer(request, router.clone(), traffic.clone()));
    // A connection that breaks is the client's affair, or was ordered.
    let _ = stream.set_nodelay(true);
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Answers a request, with what is ordered to go wrong.
async fn answer(request: Request<Incoming>, router: Router, traffic: Arc<Traffic>) -> Result<Response<Body>, Dropped> {
    let method = request.method().to_string();
    let target = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    let effect = traffic.effect(&method, &target);
    let response = match &effect {
        Some(Effect::DropBefore) => Err(Dropped),
        Some(Effect::Status(status, body)) => Ok(status_answer(*status, body.clone())),
        Some(Effect::Delay(delay)) => {
            sleep(*delay).await;
            Ok(ask(router, request).await)
        }
        _ => Ok(ask(router, request).await),
    };
    let response = match (effect, response) {
        (Some(Effect::DropAfter), _) => Err(Dropped),
        (Some(Effect::Garbage), Ok(_)) => Ok(status_answer(200, "{\"kind\": <garbage>".into())),
        (Some(Effect::HalfBody), Ok(response)) => Ok(half(response).await),
        (_, response) => response,
    };
    let status = response.as_ref().map_or(0, |response| response.status().as_u16());
    let bytes = traffic.log(&method, &target, status);
    let counted = move |frame: http_body::Frame<bytes::Bytes>| {
        let length = frame.data_ref().map_or(0, bytes::Bytes::len);
        bytes.fetch_add(u64::try_from(length).unwrap_or(u64::MAX), Ordering::Relaxed);
        frame
    };
    response.map(|response| response.map(|body| Body::new(body.map_frame(counted))))
}

/// The body is read first, whoever answers: a server that answers amid a request's body may break the connection.
async fn ask(mut router: Router, request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    match router.call(Request::from_parts(head, Body::from(body))).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn status_answer(status: u16, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

/// The same answer, whose body breaks off in its middle.
async fn half(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    head.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let pieces = [Ok(whole.slice(..whole.len() / 2)), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    Response::from_parts(head, Body::from_stream(stream::iter(pieces)))
}
