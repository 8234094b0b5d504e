//! Images: Harbor's repositories, and the tags of their artifacts.

use serde::Deserialize;

use crate::call::{Call, encode, repository_path};
use crate::page::can_be_in_name;
use crate::{Error, Listed, Session, Span};

/// An image: all versions under one name.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Image {
    /// Its name, `project/repository[/more]`.
    pub name: String,
    /// When it was made: RFC 3339.
    #[serde(rename = "creation_time", default)]
    pub created: String,
    /// When it was changed: RFC 3339. It may lie before the creation by a fraction of a second, and pulls move it.
    #[serde(rename = "update_time", default)]
    pub updated: String,
}

/// A tag of an image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// Its id: later ones are greater.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// When it was pushed: RFC 3339.
    #[serde(rename = "push_time", default)]
    pub pushed: String,
}

#[derive(Deserialize)]
struct Artifact {
    /// `null` without any.
    tags: Option<Vec<Tag>>,
}

impl Session<'_> {
    /// The images of a project with a part of their name, by id.
    pub async fn images(&self, project: &str, part: &str, ascending: bool, span: Span) -> Result<Listed<Image>, Error> {
        if !can_be_in_name(part) {
            return Ok(Listed::none());
        }
        let sort = if ascending { "repository_id" } else { "-repository_id" };
        // `q` is decoded twice.
        let filter =
            if part.is_empty() { String::new() } else { format!("&q={}", encode(&format!("name=~{}", encode(part)))) };
        let target = format!("/projects/{}/repositories?sort={sort}{filter}", encode(project));
        self.list(span, &|page| Call::get(format!("{target}&{page}"), "list the images").by_name()).await
    }

    /// All tags of an image, newest first.
    pub async fn tags(&self, project: &str, repository: &str) -> Result<Vec<Tag>, Error> {
        let path = repository_path(project, repository);
        let target = format!("{path}/artifacts?with_tag=true");
        let artifacts: Listed<Artifact> =
            self.list(Span::ALL, &|page| Call::get(format!("{target}&{page}"), "list the tags").by_name()).await?;
        if artifacts.rows.is_empty() {
            // An image that is not there has an empty list, too.
            self.call(&Call::get(path, "show the image").by_name()).await?;
        }
        let mut tags: Vec<Tag> = artifacts.rows.into_iter().filter_map(|artifact| artifact.tags).flatten().collect();
        tags.sort_by(|one, other| (&other.pushed, other.id).cmp(&(&one.pushed, one.id)));
        Ok(tags)
    }
}
