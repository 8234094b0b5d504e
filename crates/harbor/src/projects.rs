//! Projects.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::call::{Call, encode};
use crate::page::can_be_in_name;
use crate::{Error, Listed, Session, Span};

/// A project.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// Its id.
    #[serde(rename = "project_id")]
    pub id: i64,
    /// Its name.
    pub name: String,
    /// When it was made: RFC 3339.
    #[serde(rename = "creation_time", default)]
    pub created: String,
    /// When it was changed: RFC 3339. It may lie before the creation by a fraction of a second.
    #[serde(rename = "update_time", default)]
    pub updated: String,
    /// How many images it has.
    #[serde(rename = "repo_count", default)]
    pub images: u64,
    #[serde(default)]
    metadata: Metadata,
    /// The caller's role; none for who has none, and for nobody.
    #[serde(rename = "current_user_role_id", default)]
    role: Option<i64>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
struct Metadata {
    /// The text `true` or `false`.
    #[serde(default)]
    public: String,
}

impl Project {
    /// Whether anybody may pull from it.
    pub fn is_public(&self) -> bool {
        self.metadata.public == "true"
    }

    fn shows_somebody(&self) -> bool {
        self.role.is_some_and(|role| role > 0)
    }
}

impl Session<'_> {
    /// Projects by name: those of the account and public ones, with a part of the name and of that publicity.
    ///
    /// Wrong credentials are nobody's, to whom Harbor lists what is public. So a list that shows no role of ours is believed
    /// only after Harbor knew us, and is then fetched again.
    pub async fn projects(&self, name: &str, public: Option<bool>, span: Span) -> Result<Listed<Project>, Error> {
        if !can_be_in_name(name) {
            return Ok(Listed::none());
        }
        let mut filter = format!("with_detail=true&sort=name&name={}", encode(name));
        if let Some(public) = public {
            filter.push_str(if public { "&public=true" } else { "&public=false" });
        }
        let call = |page: &str| Call::get(format!("/projects?{filter}&{page}"), "list the projects");
        let listed = self.list(span, &call).await?;
        if listed.rows.iter().any(Project::shows_somebody) && !listed.torn {
            return Ok(listed);
        }
        self.current_user().await?;
        self.list(span, &call).await
    }

    /// A project by name. [`Error::Stale`] also where Harbor showed a public one as to nobody.
    pub async fn project(&self, name: &str) -> Result<Project, Error> {
        let project: Project = self.call(&by_name(name)).await?.json()?;
        if self.login.is_some() && !project.shows_somebody() {
            self.current_user().await?;
        }
        Ok(project)
    }

    /// Makes a project. Its id.
    pub async fn create_project(&self, name: &str, public: bool) -> Result<i64, Error> {
        // `public` is a text there: a bool is a 422.
        let body = json!({"project_name": name, "metadata": {"public": if public { "true" } else { "false" }}});
        let call = Call::new(Method::POST, "/projects", "make the project").with_body(body);
        match self.call(&call).await?.created {
            Some(id) => Ok(id),
            None => self.call(&by_name(name)).await?.json::<Project>().map(|project| project.id),
        }
    }
}

fn by_name(name: &str) -> Call {
    Call::get(format!("/projects/{}", encode(name)), "show the project").by_name()
}
