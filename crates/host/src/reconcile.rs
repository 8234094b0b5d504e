//! The application's own clock: `POST /internal/reconcile` every 30 seconds, as hosting does by cron (docs/design.md).

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use http_body_util::{BodyExt as _, Empty};
use wasmtime_wasi_http::handler::Request;

use crate::app::App;

const PATH: &str = "/internal/reconcile";
const EVERY: Duration = Duration::from_secs(30);

/// Calls the application again and again, if it has the route and a token for it; never ends.
pub(crate) async fn keep(app: Arc<App>, token: Option<&str>) {
    let authorization = token.and_then(|token| HeaderValue::try_from(format!("Bearer {token}")).ok());
    let has_route = app.routes.list().any(|(route, _)| route == PATH);
    let Some(authorization) = authorization.filter(|_| has_route) else { return std::future::pending().await };
    let mut went_well = true;
    loop {
        tokio::time::sleep(EVERY).await;
        let status = app.answer(call(&authorization), (Ipv4Addr::LOCALHOST, 0).into()).await.status();
        if went_well && !status.is_success() {
            eprintln!("POST {PATH} was answered with {status}; said once until it goes well again");
        }
        went_well = status.is_success();
    }
}

fn call(authorization: &HeaderValue) -> Request {
    let mut request = Request::new(Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = http::Uri::from_static(PATH);
    request.headers_mut().insert(header::AUTHORIZATION, authorization.clone());
    request
}
