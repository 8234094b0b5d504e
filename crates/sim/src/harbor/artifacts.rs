//! Artifacts of a repository, and their tags.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::Shared;
use super::caller::Caller;
use super::paging::Query;
use super::projects::{Access, find};
use super::records::{Artifact, Repository, Tag};
use super::refusal::Refusal;
use super::repositories::{full_name, repository_of};

pub(super) fn routes() -> Router<Arc<Shared>> {
    let repository = "/projects/{project}/repositories/{repository}/artifacts";
    Router::new()
        .route(repository, get(list))
        .route(&format!("{repository}/{{reference}}/tags/{{tag}}"), delete(delete_tag))
}

/// Newest first. A repository that is not there has none: that is no 404.
async fn list(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path((project, repository)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let query = Query::parse(uri.query());
    let records = shared.records();
    let project = find(&records, &caller, &headers, &project, Access::Read)?;
    let rows: Vec<Value> = match repository_of(&records, project, &repository) {
        Ok(found) => {
            let name = full_name(project, found);
            found.artifacts.iter().rev().map(|artifact| shown(found, &name, artifact)).collect()
        }
        Err(_) => Vec::new(),
    };
    query.page(uri.path(), &rows)
}

/// Deletes a tag and leaves its artifact. A 412 for an immutable one.
async fn delete_tag(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path((project, repository, reference, tag)): Path<(String, String, String, String)>,
) -> Result<Response, Refusal> {
    let mut records = shared.records();
    let project = find(&records, &caller, &headers, &project, Access::Write)?.clone();
    let id = repository_of(&records, &project, &repository)?.id;
    let missing = || Refusal::not_found(format!("{tag} not found"));
    let repository = records.repositories.iter_mut().find(|it| it.id == id).ok_or_else(missing)?;
    let is_it = |it: &&mut Artifact| it.digest == reference || it.tags.iter().any(|tag| tag.name == reference);
    let artifact = repository.artifacts.iter_mut().find(is_it).ok_or_else(missing)?;
    let position = artifact.tags.iter().position(|it| it.name == tag).ok_or_else(missing)?;
    if artifact.tags[position].immutable {
        return Err(Refusal::precondition("the tag is immutable"));
    }
    artifact.tags.remove(position);
    records.touch();
    Ok(StatusCode::OK.into_response())
}

fn shown(repository: &Repository, name: &str, artifact: &Artifact) -> Value {
    let tags: Vec<Value> = artifact.tags.iter().map(|tag| shown_tag(repository, artifact, tag)).collect();
    json!({
        "id": artifact.id, "type": "IMAGE", "project_id": repository.project, "repository_id": repository.id,
        "repository_name": name, "digest": artifact.digest, "size": 1024,
        "media_type": "application/vnd.oci.image.config.v1+json",
        "manifest_media_type": "application/vnd.oci.image.manifest.v1+json",
        "push_time": artifact.pushed, "pull_time": "0001-01-01T00:00:00.000Z",
        "tags": if tags.is_empty() { Value::Null } else { tags.into() },
    })
}

fn shown_tag(repository: &Repository, artifact: &Artifact, tag: &Tag) -> Value {
    json!({
        "id": tag.id, "repository_id": repository.id, "artifact_id": artifact.id, "name": tag.name,
        "push_time": tag.pushed, "pull_time": "0001-01-01T00:00:00.000Z", "immutable": tag.immutable,
    })
}
