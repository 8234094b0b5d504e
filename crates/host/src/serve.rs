//! Serving HTTP until it is time to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use wasmtime_wasi_http::handler::{ErrorCode, Request};
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode as HttpError;

use crate::app::App;

/// So long answers may go on once the host is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Takes an address to listen on.
///
/// # Errors
///
/// When it is taken, or not one of this machine.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| match address.port() {
        0 => format!("cannot listen on {address}"),
        port => format!("cannot listen on {address}: if another program has port {port}, end it or give another address with --listen"),
    })
}

/// Answers requests until the future `stop` ends; then lets answers that are on their way end, for two seconds at most.
pub(crate) async fn serve(listener: TcpListener, app: Arc<App>, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, client)) => converse(&graceful, stream, client, app.clone()),
                Err(error) => {
                    // Out of file descriptors, most likely: it passes when connections end.
                    eprintln!("a connection was not accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        eprintln!("some answers were not finished");
    }
}

fn converse(graceful: &GracefulShutdown, stream: TcpStream, client: SocketAddr, app: Arc<App>) {
    // Without it small answers can wait for the client's acknowledgement; that it fails harms nothing.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let app = app.clone();
        async move { Ok::<_, std::convert::Infallible>(app.answer(received(request), client).await) }
    });
    let connection = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    // A connection that breaks is its client's affair.
    tokio::spawn(async move { drop(connection.await) });
}

fn received(request: hyper::Request<Incoming>) -> Request {
    let broken = |error: hyper::Error| ErrorCode::P3(HttpError::InternalError(Some(error.to_string())));
    request.map(|body| body.map_err(broken).boxed_unsync())
}

/// Ends when the process is told to stop: Ctrl-C, or SIGTERM.
///
/// # Errors
///
/// When the signals cannot be watched.
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
