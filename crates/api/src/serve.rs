//! From Spin's request to the router and back.

use crate::error::Failure;
use crate::{Broken, Error, database, random_text};
use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use std::convert::Infallible;
use std::sync::OnceLock;
use tower_service::Service;

/// The instance's router.
static ROUTER: OnceLock<Router> = OnceLock::new();

/// Serves a component's request. `start` makes its router when the instance starts; it may read variables.
///
/// Everything leaves as an envelope: what nobody owns, methods that are not there, and errors.
pub async fn serve<R>(request: spin_sdk::http::Request, start: impl FnOnce() -> R) -> Result<Response, Infallible>
where
    R: Future<Output = Result<Router, Broken>>,
{
    let request = request.map(axum::body::Body::new);
    let request_id = random_text().unwrap_or_default();
    let line = format!("{} {}", request.method(), request.uri().path());
    let mut response = match instance_router(start).await {
        Ok(mut router) => router.call(request).await?,
        Err(Broken(cause)) => Error::internal(cause).into_response(),
    };
    if let Some(Failure(error)) = response.extensions_mut().remove::<Failure>() {
        if let Some(cause) = error.cause() {
            eprintln!("{} {line} requestId={request_id}: {}", error.status().as_u16(), one_line(cause));
        }
        let allow = response.headers_mut().remove(header::ALLOW); // of a 405, which axum adds after the handler
        response = error.respond(&request_id);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    Ok(response)
}

/// The router, made by the first request.
async fn instance_router<R>(start: impl FnOnce() -> R) -> Result<Router, Broken>
where
    R: Future<Output = Result<Router, Broken>>,
{
    if let Some(router) = ROUTER.get() {
        return Ok(router.clone());
    }
    database().await?;
    let router = start()
        .await?
        .fallback(async || Error::new(StatusCode::NOT_FOUND, "there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Error::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "this path does not know this method: Allow lists those it knows",
            )
        });
    Ok(ROUTER.get_or_init(|| router).clone())
}

/// A log line stays one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
