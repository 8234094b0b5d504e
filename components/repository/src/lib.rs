//! The resource group Repository (API document, Repository Management): images, tags and projects of the business's account at
//! Harbor, that account, and external repositories.

mod account;
mod deletion;
mod external;
mod image;
mod project;
mod settings;
mod tag;

use axum::Router;
use axum::routing::{get, post};
use settings::Settings;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    api::serve(request, routes).await
}

async fn routes() -> Result<Router, api::Broken> {
    let projects = get(project::list).post(project::create).delete(project::delete);
    let externals = get(external::list).post(external::create).delete(external::delete);
    Ok(Router::new()
        .route("/v1/repository/image", get(image::list).delete(image::delete))
        .route("/v1/repository/image/tag", get(tag::list).delete(tag::delete))
        .route("/v1/repository/user", post(account::create).put(account::change_password))
        .route("/v1/repository/project", projects)
        .route("/v1/repository/third", externals)
        .route("/v1/repository/third/{id}", get(external::show))
        .with_state(Settings::read().await?))
}
