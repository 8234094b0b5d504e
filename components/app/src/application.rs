//! `/v1/app`: create, list, get, delete.

use crate::definition::Creation;
use crate::settings::Settings;
use api::{Answer, Error, Fields, Id, Json, Member, Parameters, Query};
use axum::extract::State;
use std::sync::Arc;
use store::Paging;
use store::application::{Filter, NewApplication, Obstacles};

/// Create Application (Application Management 1): the next build of a main version, for the caller's own business.
pub(crate) async fn create(State(settings): State<Arc<Settings>>, by: Member, mut fields: Fields) -> api::Result {
    let tenant = by.tenant()?;
    let creation = Creation::read(&mut fields, &settings);
    let repository = creation.repository_id.as_str();
    if !repository.is_empty() && store::repository::external(tenant, repository).await?.is_none() {
        fields.fault("repositoryId", "names no external repository of your business");
    }
    fields.check()?;
    let application = NewApplication {
        project_name: settings.registry.project_of(&creation.definition.image),
        repository_id: creation.repository_id,
        definition: creation.definition,
    };
    Ok(Answer::created(store::application::create(tenant, application).await?))
}

/// What is listed, and how it is cut.
pub(crate) struct Listing {
    filter: Filter,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let filter = Filter { name: parameters.text_filter("appName"), version: parameters.text("version") };
        Self { filter, paging: parameters.paging(10) }
    }
}

/// List Applications (Application Management 3): the own business's, by id; a system administrator's are all.
pub(crate) async fn list(by: Member, Query(listing): Query<Listing>) -> api::Result {
    let page = store::application::page(by.scope, listing.filter, listing.paging).await?;
    Ok(Answer::success().with("apps", page.rows).with("total", page.total))
}

/// Get Application (Application Management 4).
pub(crate) async fn show(by: Member, Id(id): Id) -> api::Result {
    let application = store::application::find(by.scope, id).await?;
    application.map(Answer::data).ok_or_else(|| Error::not_found("application"))
}

/// Which applications are to be deleted.
pub(crate) struct Deletion {
    ids: Vec<i64>,
}

impl api::FromFields for Deletion {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { ids: fields.ids("appId") }
    }
}

/// Delete Application (Application Management 2): all or none. An unknown one is a 404, one that a deployment runs or is
/// changing to a 409.
pub(crate) async fn delete(by: Member, Json(deletion): Json<Deletion>) -> api::Result {
    match store::application::delete(by.scope, &deletion.ids).await? {
        None => Ok(Answer::success()),
        Some(obstacles) => Err(refusal(&obstacles)),
    }
}

fn refusal(obstacles: &Obstacles) -> Error {
    let named = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    match (obstacles.unknown.as_slice(), obstacles.in_use.as_slice()) {
        ([], []) => Error::conflict("a deployment was letting go of one of them: try again"),
        ([], in_use) => {
            Error::conflict(format!("a deployment runs it or is changing to it: application {}", named(in_use)))
        }
        (unknown, _) => Error::not_found(&format!("application: {}", named(unknown))),
    }
}
