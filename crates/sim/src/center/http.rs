//! The center over HTTP: a Kubernetes API server with a bearer token.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Uri, header};

use crate::api_server::BODY_LIMIT;
use crate::api_server::refusal::Refusal;
use crate::api_server::request::Request;
use crate::api_server::watch::Watch;

use super::Shared;

/// How long a real server thinks about a version that is yet to come.
const TOO_LARGE_VERSION: Duration = Duration::from_secs(3);

/// Every path goes to the API server, which has its own idea of paths.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(serve).layer(DefaultBodyLimit::max(BODY_LIMIT + 1)).with_state(shared)
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response<Body> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text(header::AUTHORIZATION) != format!("Bearer {}", shared.token) {
        return refuse(&Refusal::unauthorized());
    }
    let Ok(body) = body else { return refuse(&Refusal::body_too_large()) };
    let request = Request {
        method: method.as_str(),
        target: uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str),
        content_type: text(header::CONTENT_TYPE),
        body: &body,
    };
    match answer(&shared, request) {
        Ok(response) => response,
        Err(refusal) => {
            if refusal.code == StatusCode::GATEWAY_TIMEOUT.as_u16() {
                tokio::time::sleep(TOO_LARGE_VERSION).await;
            }
            refuse(&refusal)
        }
    }
}

fn answer(shared: &Arc<Shared>, request: Request) -> Result<Response<Body>, Refusal> {
    let mut world = shared.world();
    if request.method == "GET" {
        let (route, query) = world.api.route(request.target)?;
        if query.flag("watch") {
            let watch = Watch::new(&world.api, route, &query)?;
            let news = world.api.news();
            let shared = shared.clone();
            let lines = watch.stream(news, move |watch| watch.read(&shared.world().api));
            return Ok(json(StatusCode::OK, Body::from_stream(lines)));
        }
    }
    let answer = world.api.handle(request)?;
    if request.method != "GET" {
        world.written(Instant::now());
        shared.rethink.notify_one();
    }
    Ok(json(StatusCode::from_u16(answer.code).unwrap_or(StatusCode::OK), Body::from(answer.body)))
}

fn refuse(refusal: &Refusal) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = refusal.body();
    let is_text = !body.starts_with('{');
    let mut response = json(status, Body::from(body));
    if is_text {
        let plain = header::HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, plain);
    }
    response
}

fn json(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
