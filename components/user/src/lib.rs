//! The resource group User (API document, User Management): logins, users, roles.

mod address;
mod administration;
mod authorization;
mod own_password;
mod password;
mod registration;
mod settings;

use axum::Router;
use axum::routing::{get, post, put};
use settings::Settings;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    let settings = Settings::read().await?;
    settings.found_administrator().await?;
    let authorization = get(authorization::show)
        .post(authorization::log_in)
        .put(authorization::exchange)
        .delete(authorization::log_out);
    Ok(Router::new()
        .route("/v1/authorization", authorization)
        .route("/v1/authorizations", axum::routing::delete(authorization::log_out))
        .route("/v1/user", post(registration::register).put(own_password::change))
        .route("/v1/admin/user", get(administration::list).post(administration::create))
        .route("/v1/admin/user/{id}", put(administration::audit).delete(administration::delete))
        .route("/v1/admin/user/{id}/password", put(administration::reset_password))
        .with_state(settings))
}
