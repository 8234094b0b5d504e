//! Deleting several things.

use crate::call::{Call, encode, repository_path};
use crate::{Error, Session};

/// Something to be deleted.
pub struct Deletion(Call);

impl Deletion {
    /// A project, by its id: without the header that would make it a name.
    pub fn project(id: i64) -> Self {
        let call = Call::delete(format!("/projects/{id}"), "delete the project");
        Self(call.unless("it is not empty: delete its images first, those without a tag too"))
    }

    /// An image with all its tags.
    pub fn image(project: &str, repository: &str) -> Self {
        let call = Call::delete(repository_path(project, repository), "delete the image").by_name();
        Self(call.unless("one of its tags is immutable, or an index refers to it"))
    }

    /// A tag; its artifact stays, with its other tags.
    pub fn tag(project: &str, repository: &str, tag: &str) -> Self {
        let (path, tag) = (repository_path(project, repository), encode(tag));
        let call = Call::delete(format!("{path}/artifacts/{tag}/tags/{tag}"), "delete the tag").by_name();
        Self(call.unless("it is immutable"))
    }
}

impl Session<'_> {
    /// Deletes each. The results are in their order, and fewer where the rest was not tried any more, because Harbor is away
    /// or does not know the login.
    pub async fn delete(&self, deletions: Vec<Deletion>) -> Vec<Result<(), Error>> {
        let results = self.each(deletions.into_iter().map(|deletion| deletion.0).collect()).await;
        results.into_iter().map(|result| result.map(drop)).collect()
    }
}
