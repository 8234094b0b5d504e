//! Tags of an image: `/v1/repository/image/tag`.

use std::sync::Arc;

use api::{Answer, Fields, Json, Member, Parameters, Query, Rule};
use axum::extract::State;
use harbor::Deletion;
use serde_json::{Value, json};
use store::Paging;

use crate::deletion;
use crate::image::{IMAGE, parts};
use crate::settings::{Settings, seconds};

/// A tag. What else it may be is Harbor's to say.
const TAG: Rule = Rule::TEXT.matching(|text| !text.contains('/') && text != "." && text != "..", "a tag");

/// Whose tags are listed, and how the list is cut.
pub(crate) struct Listing {
    image: String,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let image = parameters.text("imageName");
        match &image {
            None => parameters.fault("imageName", "is missing"),
            Some(image) => {
                if let Some(fault) = IMAGE.fault(image) {
                    parameters.fault("imageName", fault);
                }
            }
        }
        Self { image: image.unwrap_or_default(), paging: parameters.paging(10) }
    }
}

/// Get Tag of Image (Repository Management 2), newest first. Artifacts without a tag do not count.
pub(crate) async fn list(
    State(settings): State<Arc<Settings>>,
    by: Member,
    Query(listing): Query<Listing>,
) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    let (project, repository) = parts(&listing.image);
    session.project(project).await?; // a public one would be shown to nobody, too
    let tags = session.tags(project, repository).await?;
    let address = settings.harbor.registry.address_of(&listing.image);
    let row = |tag: &harbor::Tag| {
        let pushed = seconds(&tag.pushed);
        json!({"tag": tag.name, "imageAddress": address, "createTime": pushed, "updateTime": pushed})
    };
    let [page, size] =
        [listing.paging.page, listing.paging.page_size].map(|number| usize::try_from(number).unwrap_or_default());
    let (skip, take) = if size == 0 { (0, usize::MAX) } else { ((page - 1).saturating_mul(size), size) };
    let rows: Vec<Value> = tags.iter().skip(skip).take(take).map(row).collect();
    Ok(Answer::data(rows).with("total", tags.len()))
}

/// Which tags of an image are to be deleted.
pub(crate) struct Tags {
    image: String,
    tags: Vec<String>,
}

impl api::FromFields for Tags {
    fn from_fields(fields: &mut Fields) -> Self {
        Self { tags: fields.texts("tag", &TAG), image: fields.text("imageName", &IMAGE) }
    }
}

/// Delete Tag of Image (Repository Management 4): each is tried; what else an artifact is called stays.
pub(crate) async fn delete(State(settings): State<Arc<Settings>>, by: Member, Json(tags): Json<Tags>) -> api::Result {
    let session = settings.account(by.tenant()?).await?;
    let (project, repository) = parts(&tags.image);
    let deletions = tags.tags.into_iter().map(|tag| {
        let deletion = Deletion::tag(project, repository, &tag);
        (tag, deletion)
    });
    deletion::all(&session, deletions.collect()).await
}
