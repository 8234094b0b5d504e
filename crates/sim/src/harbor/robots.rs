//! Robots of projects: `/robots`. They log in with name and secret, and freeze nobody.

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
use super::filter::Filter;
use super::paging::{self, Query};
use super::records::{Records, Robot};
use super::refusal::Refusal;
use crate::api_server::timestamp;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/robots", get(list).post(create)).route("/robots/{id}", get(show).patch(renew))
}

/// A robot to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    name: String,
    description: String,
    level: String,
    duration: i64,
    permissions: Vec<Permission>,
}

#[derive(Debug, Default, Deserialize, serde::Serialize)]
#[serde(default)]
struct Permission {
    kind: String,
    namespace: String,
    access: Vec<Value>,
}

/// `POST /robots`, for administrators of the project. The secret is Harbor's own, and shown this once.
async fn create(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    let user = caller.somebody()?;
    let wanted: Wanted = paging::body(&headers, &bytes)?;
    if wanted.duration != -1 && wanted.duration < 1 {
        return Err(Refusal::bad_request("bad request error duration input"));
    }
    let [permission] = wanted.permissions.as_slice() else {
        return Err(Refusal::bad_request("bad request permission"));
    };
    if wanted.level != "project" || permission.kind != "project" || permission.access.is_empty() {
        return Err(Refusal::not_implemented("robots of the whole system"));
    }
    let mut records = shared.records();
    let project = records.project(&permission.namespace).filter(|it| user.administrator || it.owner == user.id);
    let project = project.ok_or_else(|| Refusal::forbidden("you administer no such project"))?.id;
    let name = format!("robot${}+{}", permission.namespace, wanted.name);
    if records.robots.iter().any(|robot| robot.name == name) {
        return Err(Refusal::conflict(format!("robot account {name} already exists")));
    }
    let robot = Robot {
        id: records.next_id(),
        project,
        name,
        secret: new_secret(),
        description: wanted.description,
        duration: wanted.duration,
        permissions: json!(wanted.permissions),
        creator: user.id,
        created: timestamp(),
    };
    let answer = json!({"id": robot.id, "name": robot.name, "secret": robot.secret, "creation_time": robot.created, "expires_at": -1});
    let location = format!("/api/v2.0/robots/{}", robot.id);
    records.robots.push(robot);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], paging::json(answer)).into_response())
}

/// `GET /robots?q=Level=project,ProjectID=n`.
async fn list(State(shared): State<Arc<Shared>>, caller: Caller, uri: Uri) -> Result<Response, Refusal> {
    let user = caller.somebody()?;
    let query = Query::parse(uri.query());
    let filter = Filter::parse(query.get("q"), &["Level", "ProjectID"])?;
    let (Some("project"), Some(project)) = (filter.exactly("Level"), filter.exactly("ProjectID")) else {
        return Err(Refusal::forbidden("robots of the whole system"));
    };
    let records = shared.records();
    let mine = |id: u32| records.projects.iter().any(|it| it.id == id && (user.administrator || it.owner == user.id));
    let project = project.parse().ok().filter(|id| mine(*id)).ok_or_else(|| Refusal::forbidden("no such project"))?;
    let rows: Vec<Value> = records.robots.iter().filter(|robot| robot.project == project).map(shown).collect();
    query.page(uri.path(), &rows)
}

async fn show(State(shared): State<Arc<Shared>>, caller: Caller, Path(id): Path<u32>) -> Result<Response, Refusal> {
    let records = shared.records();
    let position = own(&records, caller, id)?;
    Ok(paging::json(shown(&records.robots[position])))
}

/// `PATCH /robots/{id}` with `{}`: a new secret.
async fn renew(State(shared): State<Arc<Shared>>, caller: Caller, Path(id): Path<u32>) -> Result<Response, Refusal> {
    let mut records = shared.records();
    let position = own(&records, caller, id)?;
    let secret = new_secret();
    records.robots[position].secret.clone_from(&secret);
    records.touch();
    Ok(paging::json(json!({"secret": secret})))
}

fn own(records: &Records, caller: Caller, id: u32) -> Result<usize, Refusal> {
    let user = caller.somebody()?;
    let position = records.robots.iter().position(|robot| robot.id == id);
    let position = position.ok_or_else(|| Refusal::not_found(format!("robot {id} not found")))?;
    let project = records.robots[position].project;
    let administers = |it: &super::records::Project| it.id == project && (user.administrator || it.owner == user.id);
    if records.projects.iter().any(administers) { Ok(position) } else { Err(Refusal::forbidden("not your project")) }
}

fn new_secret() -> String {
    format!("Aa1{}", uuid::Uuid::new_v4().simple())
}

fn shown(robot: &Robot) -> Value {
    json!({
        "id": robot.id, "name": robot.name, "description": robot.description, "level": "project",
        "duration": robot.duration, "editable": true, "disable": false, "expires_at": -1,
        "permissions": robot.permissions, "creator_type": "local", "creator_ref": robot.creator,
        "creation_time": robot.created, "update_time": robot.created,
    })
}
