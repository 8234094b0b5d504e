//! Connections to other servers: HTTP/1.1, kept open and used again by whoever calls the same address, as in Spin.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};
use tower_service::Service;
use wasmtime_wasi_http::p3::RequestOptions;
use wasmtime_wasi_http::p3::bindings::http::types::{DnsErrorPayload, ErrorCode};

use crate::chaining::Body;

/// So long each step of a call may take whose component has not said otherwise, as in Spin.
const PATIENCE: Duration = Duration::from_mins(10);

tokio::task_local! {
    /// How long the call that is being made waits for a new connection.
    static CONNECT_TIMEOUT: Duration;
}

/// All connections of the application.
///
/// A request is sent again, on another connection, only if its own was closed before any of it was written; so no server
/// gets one twice.
#[derive(Clone)]
pub(crate) struct Connections(Client<Connector, Body>);

impl Connections {
    /// None yet.
    pub(crate) fn new() -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1();
        let connector = Connector(connector.wrap_connector(tcp));
        Self(Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector))
    }

    /// Sends a request; the head of the answer, its body to come.
    ///
    /// # Errors
    ///
    /// When the server is not reached, breaks off, or is silent for longer than the options say.
    pub(crate) async fn send(
        &self,
        request: http::Request<Body>,
        options: Option<RequestOptions>,
    ) -> Result<http::Response<Body>, ErrorCode> {
        let option = |choose: fn(RequestOptions) -> Option<Duration>| options.and_then(choose).unwrap_or(PATIENCE);
        let answer = CONNECT_TIMEOUT.scope(option(|it| it.connect_timeout), self.0.request(request));
        let answer = timeout(option(|it| it.first_byte_timeout), answer).await;
        let answer = answer.map_err(|_| ErrorCode::ConnectionReadTimeout)?.map_err(|error| code(&error))?;
        let patience = option(|it| it.between_bytes_timeout);
        Ok(answer.map(|body| Arriving { body, patience, silence: Box::pin(sleep(patience)) }.boxed_unsync()))
    }
}

/// Opens connections, with TLS where the URL wants it.
#[derive(Clone)]
struct Connector(HttpsConnector<HttpConnector>);

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = ErrorCode;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ErrorCode>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ErrorCode>> {
        self.0.poll_ready(context).map_err(|error| unreached(&*error))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let patience = CONNECT_TIMEOUT.try_with(|patience| *patience).unwrap_or(PATIENCE);
        let connection = timeout(patience, self.0.call(uri));
        Box::pin(async move {
            connection.await.map_err(|_| ErrorCode::ConnectionTimeout)?.map_err(|error| unreached(&*error))
        })
    }
}

/// Why a connection was not opened: what the connector says of it leads to an error of the system, or is one of TLS.
fn unreached(error: &(dyn Error + Send + Sync + 'static)) -> ErrorCode {
    if error.is::<std::io::Error>() {
        ErrorCode::TlsProtocolError
    } else if error.to_string().starts_with("dns error") {
        ErrorCode::DnsError(DnsErrorPayload { rcode: Some("address not available".to_owned()), info_code: Some(0) })
    } else {
        ErrorCode::ConnectionRefused
    }
}

/// The code that an error was made of, if any.
fn code(error: &(dyn Error + 'static)) -> ErrorCode {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    let code = causes.find_map(|cause| cause.downcast_ref::<ErrorCode>());
    code.cloned().unwrap_or(ErrorCode::HttpProtocolError)
}

/// The body of an answer, which must not be silent for too long.
struct Arriving {
    body: Incoming,
    patience: Duration,
    silence: Pin<Box<Sleep>>,
}

impl hyper::body::Body for Arriving {
    type Data = Bytes;
    type Error = ErrorCode;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ErrorCode>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let end = tokio::time::Instant::now() + self.patience;
            self.silence.as_mut().reset(end);
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| code(&error))));
        }
        ready!(self.silence.as_mut().poll(context));
        Poll::Ready(Some(Err(ErrorCode::ConnectionReadTimeout)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
