//! Images of a project: `/v1/repository/image`.

use std::sync::Arc;

use api::{Answer, Fields, Json, Member, Parameters, Query, Rule};
use axum::extract::State;
use harbor::{Deletion, Span};
use serde_json::{Value, json};
use store::Order;

use crate::deletion;
use crate::project::span;
use crate::settings::{Settings, seconds};

/// An image's name.
pub(crate) const IMAGE: Rule = Rule::TEXT.matching(is_image, "`project/repository[/more]`");

fn is_image(text: &str) -> bool {
    text.contains('/') && text.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

/// Takes an image's name apart: its project, and the rest.
pub(crate) fn parts(image: &str) -> (&str, &str) {
    image.split_once('/').unwrap_or((image, ""))
}

/// What is listed, and how it is cut.
pub(crate) struct Listing {
    project: String,
    part: String,
    order: Order,
    span: Span,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        parameters.choice("orderBy", &["id"]);
        let project = parameters.text("projectName").unwrap_or_default();
        if project.is_empty() {
            parameters.fault("projectName", "is missing");
        } else if project.contains('/') || project == "." || project == ".." {
            parameters.fault("projectName", "is no name of a project");
        }
        let part = parameters.text("imageName").unwrap_or_default();
        Self { project, part, order: parameters.order(Order::Descending), span: span(parameters.paging(10)) }
    }
}

/// Get Images (Repository Management 1): of one project, by id.
pub(crate) async fn list(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Query(listing): Query<Listing>,
) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    let project = session.project(&listing.project).await?;
    let ascending = listing.order == Order::Ascending;
    let images = session.images(&listing.project, &listing.part, ascending, listing.span).await?;
    let row = |image: &harbor::Image| {
        let created = seconds(&image.created);
        json!({
            "projectName": listing.project, "public": project.is_public(), "imageName": image.name,
            "imageAddress": settings.harbor.registry.address_of(&image.name),
            "createTime": created, "updateTime": seconds(&image.updated).max(created),
        })
    };
    let rows: Vec<Value> = images.rows.iter().map(row).collect();
    Ok(Answer::data(rows).with("total", images.total))
}

/// Which images are to be deleted.
pub(crate) struct Images(Vec<String>);

impl api::FromFields for Images {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(fields.texts("imageName", &IMAGE))
    }
}

/// Delete Image (Repository Management 3): each is tried.
pub(crate) async fn delete(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Json(Images(images)): Json<Images>,
) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    let deletion = |image: String| {
        let (project, repository) = parts(&image);
        let deletion = Deletion::image(project, repository);
        (image, deletion)
    };
    deletion::all(&session, images.into_iter().map(deletion).collect()).await
}
