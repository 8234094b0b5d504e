//! Projects at Harbor: `/v1/repository/project`.

use std::sync::Arc;

use api::{Answer, Fields, Json, Member, Parameters, Query, Rule};
use axum::extract::State;
use harbor::{Deletion, Project, Span};
use serde_json::{Value, json};
use store::Paging;

use crate::deletion;
use crate::settings::{Settings, seconds};

/// What is listed, and how it is cut.
pub(crate) struct Listing {
    name: String,
    public: Option<bool>,
    span: Span,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let public = match parameters.choice("public", &["", "true", "false"]) {
            "" => None,
            word => Some(word == "true"),
        };
        let name = parameters.text("projectName").unwrap_or_default();
        Self { name, public, span: span(parameters.paging(10)) }
    }
}

/// A page of ours, as the rows that it stands for.
pub(crate) fn span(paging: Paging) -> Span {
    let [page, size] = [paging.page, paging.page_size].map(|number| u64::try_from(number).unwrap_or_default());
    if size == 0 { Span::ALL } else { Span { offset: page.saturating_sub(1) * size, length: Some(size) } }
}

/// Get Projects of Repository (Repository Management 7), by name: all that the account may see.
pub(crate) async fn list(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Query(listing): Query<Listing>,
) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    let projects = session.projects(&listing.name, listing.public, listing.span).await?;
    let rows: Vec<Value> = projects.rows.iter().map(row).collect();
    Ok(Answer::data(rows).with("total", projects.total))
}

fn row(project: &Project) -> Value {
    let created = seconds(&project.created);
    json!({
        "projectId": project.id, "projectName": project.name, "public": project.is_public(),
        "imageCount": project.images, "createTime": created, "updateTime": seconds(&project.updated).max(created),
    })
}

/// A project to be made.
pub(crate) struct Creation {
    name: String,
    public: bool,
}

impl api::FromFields for Creation {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { name: fields.text("projectName", &Rule::TEXT), public: fields.flag("public") }
    }
}

/// Create Project (Repository Management 8): the account's own. Whether the name will do is Harbor's to say.
pub(crate) async fn create(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Json(project): Json<Creation>,
) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    Ok(Answer::created(session.create_project(&project.name, project.public).await?))
}

/// Which projects are to be deleted.
pub(crate) struct Ids(Vec<i64>);

impl api::FromFields for Ids {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(fields.ids("projectId"))
    }
}

/// Delete Project (Repository Management 9): each is tried. One that is gone is Harbor's 403, like a foreign one.
pub(crate) async fn delete(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Json(Ids(ids)): Json<Ids>,
) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    let deletions = ids.into_iter().map(|id| (id.to_string(), Deletion::project(id)));
    deletion::all(&session, deletions.collect()).await
}
