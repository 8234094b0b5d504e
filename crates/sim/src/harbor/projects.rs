//! Projects: `/projects`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::caller::Caller;
use super::paging::{self, Query};
use super::records::{Project, Records};
use super::refusal::Refusal;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/projects", get(list).post(create)).route("/projects/{project}", get(show).delete(delete))
}

/// `GET /projects`: the public ones, and those in which the caller has a role. Newest first; `sort` by `name` or
/// `creation_time`, other keys are ignored.
async fn list(State(shared): State<Arc<Shared>>, caller: Caller, uri: Uri) -> Result<Response, Refusal> {
    let query = Query::parse(uri.query());
    if query.get("q").is_some() {
        return Err(Refusal::not_implemented("q"));
    }
    let records = shared.records();
    let name = query.get("name").map(str::to_lowercase);
    let owner_name = |project: &Project| owner(&records, project);
    let mut seen: Vec<&Project> = records
        .projects
        .iter()
        .rev()
        .filter(|project| project.public || caller.role_in(project.owner).is_some())
        .filter(|project| name.as_ref().is_none_or(|name| project.name.contains(name)))
        .filter(|project| query.get("public").is_none_or(|public| (public == "true") == project.public))
        .filter(|project| query.get("owner").is_none_or(|owner| owner_name(project) == owner))
        .collect();
    match query.get("sort") {
        Some("name") => seen.sort_by(|one, other| one.name.cmp(&other.name)),
        Some("-name") => seen.sort_by(|one, other| other.name.cmp(&one.name)),
        Some("creation_time") => seen.reverse(),
        _ => {}
    }
    let rows: Vec<Value> = seen.into_iter().map(|project| shown(&records, project, &caller)).collect();
    query.page("/api/v2.0/projects", &rows)
}

/// What somebody wants of a project.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// The project of a path: its name, if the header says so, else its id, and its name where that is no number. What is not
/// there is a 404 for administrators alone; for others it is a 403 like a foreign one, and a 401 for nobody.
pub(super) fn find<'a>(
    records: &'a Records,
    caller: &Caller,
    headers: &HeaderMap,
    path: &str,
    access: Access,
) -> Result<&'a Project, Refusal> {
    let by_name = headers.get("x-is-resource-name").is_some_and(|value| value == "true");
    let id = if by_name { None } else { path.parse::<u32>().ok() };
    let is_it = |project: &&Project| id.map_or(project.name == path, |id| project.id == id);
    let found = records.projects.iter().find(is_it);
    let allowed =
        |project: &&Project| caller.role_in(project.owner).is_some() || project.public && access == Access::Read;
    match (found.filter(allowed), &caller.0) {
        (Some(project), _) => Ok(project),
        (None, None) => Err(Refusal::unauthorized()),
        (None, Some(user)) if user.administrator => Err(Refusal::not_found(format!("project {path} not found"))),
        (None, Some(_)) => Err(Refusal::forbidden("forbidden")),
    }
}

async fn show(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path(project): Path<String>,
) -> Result<Response, Refusal> {
    let records = shared.records();
    let project = find(&records, &caller, &headers, &project, Access::Read)?;
    Ok(paging::json(shown(&records, project, &caller)))
}

/// A 412 for one that is not empty, also if only an emptied repository is left. Its robots go with it.
async fn delete(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Path(project): Path<String>,
) -> Result<Response, Refusal> {
    let mut records = shared.records();
    let id = find(&records, &caller, &headers, &project, Access::Write)?.id;
    if records.repositories.iter().any(|it| it.project == id) {
        return Err(Refusal::precondition("the project contains repositories, can not be deleted"));
    }
    records.projects.retain(|it| it.id != id);
    records.robots.retain(|it| it.project != id);
    records.touch();
    Ok(StatusCode::OK.into_response())
}

fn owner<'a>(records: &'a Records, project: &Project) -> &'a str {
    records.users.iter().find(|user| user.id == project.owner).map_or("", |user| user.name.as_str())
}

fn shown(records: &Records, project: &Project, caller: &Caller) -> Value {
    let mut shown = json!({
        "project_id": project.id, "name": project.name, "owner_id": project.owner,
        "owner_name": owner(records, project), "creation_time": project.created, "update_time": project.created,
        "repo_count": records.repositories.iter().filter(|it| it.project == project.id).count(), "metadata": {"public": if project.public { "true" } else { "false" }},
        "cve_allowlist": {"id": project.id, "project_id": project.id, "items": []},
    });
    if let Some(role) = caller.role_in(project.owner) {
        shown["current_user_role_id"] = json!(role);
        shown["current_user_role_ids"] = json!([role]);
    }
    shown
}

/// A project to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    project_name: String,
    public: Option<bool>,
    metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    /// The text `true` or `false`.
    public: Option<String>,
}

/// `POST /projects`: anybody who is somebody may.
async fn create(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    let user = caller.somebody()?;
    let wanted: Wanted = paging::body(&headers, &bytes)?;
    let name = wanted.project_name;
    paging::check_length("project_name", &name)?;
    if !is_name(&name) {
        return Err(Refusal::bad_request(format!(
            "project name {name} is not in lower case or contains illegal characters"
        )));
    }
    let mut records = shared.records();
    if records.projects.iter().any(|project| project.name == name) {
        return Err(Refusal::conflict(format!("The project named {name} already exists")));
    }
    let public = wanted.metadata.public.map_or(wanted.public.unwrap_or(false), |public| public == "true");
    let id = records.add_project(&name, user.id, public);
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v2.0/projects/{id}"))]).into_response())
}

/// `[a-z0-9]+([._-][a-z0-9]+)*`
fn is_name(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.split(['.', '_', '-']).all(word)
}
