//! Repositories: `/projects/{project}/repositories`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::Shared;
use super::caller::Caller;
use super::filter::Filter;
use super::paging::{self, Query};
use super::projects::{Access, find};
use super::records::{Project, Records, Repository};
use super::refusal::Refusal;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/projects/{project}/repositories", get(list))
        .route("/projects/{project}/repositories/{repository}", get(show).delete(delete))
}

/// Newest first; `sort` by `repository_id` or `name`.
async fn list(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path(project): Path<String>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let query = Query::parse(uri.query());
    let filter = Filter::parse(query.get("q"), &["name"])?;
    let records = shared.records();
    let project = find(&records, &caller, &headers, &project, Access::Read)?;
    let of_project = |it: &&Repository| it.project == project.id && filter.allows("name", &full_name(project, it));
    let mut found: Vec<&Repository> = records.repositories.iter().filter(of_project).collect();
    match query.get("sort") {
        Some("repository_id") => found.sort_by_key(|it| it.id),
        Some("name") => found.sort_by(|one, other| one.name.cmp(&other.name)),
        Some("-name") => found.sort_by(|one, other| other.name.cmp(&one.name)),
        _ => found.sort_by_key(|it| std::cmp::Reverse(it.id)),
    }
    let rows: Vec<Value> = found.into_iter().map(|it| shown(project, it)).collect();
    query.page(uri.path(), &rows)
}

async fn show(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path((project, repository)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let records = shared.records();
    let project = find(&records, &caller, &headers, &project, Access::Read)?;
    let found = repository_of(&records, project, &repository)?;
    Ok(paging::json(shown(project, found)))
}

/// A 412 for one that has an immutable tag.
async fn delete(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path((project, repository)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let mut records = shared.records();
    let project = find(&records, &caller, &headers, &project, Access::Write)?.clone();
    let found = repository_of(&records, &project, &repository)?;
    if found.artifacts.iter().any(super::records::Artifact::is_immutable) {
        return Err(Refusal::precondition("a tag of it is immutable"));
    }
    let id = found.id;
    records.repositories.retain(|it| it.id != id);
    records.touch();
    Ok(StatusCode::OK.into_response())
}

/// The repository of a path, whose name is encoded twice there: once is decoded by now.
pub(super) fn repository_of<'a>(
    records: &'a Records,
    project: &Project,
    path: &str,
) -> Result<&'a Repository, Refusal> {
    let name = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let found = records.repositories.iter().find(|it| it.project == project.id && it.name == name);
    found.ok_or_else(|| Refusal::not_found(format!("repository {}/{name} not found", project.name)))
}

pub(super) fn full_name(project: &Project, repository: &Repository) -> String {
    format!("{}/{}", project.name, repository.name)
}

fn shown(project: &Project, repository: &Repository) -> Value {
    json!({
        "id": repository.id, "project_id": project.id, "name": full_name(project, repository),
        "artifact_count": repository.artifacts.len(), "pull_count": 0,
        "creation_time": repository.created, "update_time": repository.created,
    })
}
