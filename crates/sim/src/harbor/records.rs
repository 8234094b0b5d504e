//! What a Harbor holds.

use serde::{Deserialize, Serialize};

use crate::api_server::timestamp;

/// Users and projects.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Records {
    pub(super) users: Vec<User>,
    pub(super) projects: Vec<Project>,
    pub(super) repositories: Vec<Repository>,
    pub(super) robots: Vec<Robot>,
    /// Ids are never used again.
    last_user: u32,
    last_project: u32,
    last: u32,
    #[serde(skip)]
    changed: bool,
}

/// A user of Harbor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) password: String,
    pub(super) email: String,
    pub(super) realname: String,
    pub(super) comment: String,
    pub(super) administrator: bool,
    pub(super) created: String,
}

/// A project.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Project {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) owner: u32,
    pub(super) public: bool,
    pub(super) created: String,
}

/// A repository: an image with all its versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Repository {
    pub(super) id: u32,
    pub(super) project: u32,
    /// Without the project's name.
    pub(super) name: String,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) created: String,
}

/// What was pushed at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Artifact {
    pub(super) id: u32,
    pub(super) digest: String,
    pub(super) tags: Vec<Tag>,
    pub(super) pushed: String,
}

/// A tag.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tag {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) pushed: String,
    pub(super) immutable: bool,
}

/// A robot of a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Robot {
    pub(super) id: u32,
    pub(super) project: u32,
    /// `robot$project+name`.
    pub(super) name: String,
    pub(super) secret: String,
    pub(super) description: String,
    pub(super) duration: i64,
    pub(super) permissions: serde_json::Value,
    pub(super) creator: u32,
    pub(super) created: String,
}

impl Artifact {
    pub(super) fn is_immutable(&self) -> bool {
        self.tags.iter().any(|tag| tag.immutable)
    }
}

impl Records {
    /// A number that nothing but users and projects has had.
    pub(super) fn next_id(&mut self) -> u32 {
        self.last += 1;
        self.changed = true;
        self.last
    }

    /// What follows has to be saved.
    pub(super) fn touch(&mut self) {
        self.changed = true;
    }

    pub(super) fn project(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.name == name)
    }

    /// Pushes an artifact under its tags, which leave the artifacts that had them.
    pub(super) fn push(&mut self, project: u32, name: &str, tags: &[&str]) {
        let (id, artifact) = (self.next_id(), self.next_id());
        let tags: Vec<Tag> = tags
            .iter()
            .map(|tag| Tag { id: self.next_id(), name: (*tag).to_owned(), pushed: timestamp(), immutable: false })
            .collect();
        let artifact = Artifact { id: artifact, digest: format!("sha256:{artifact:064x}"), tags, pushed: timestamp() };
        let is_it = |it: &&mut Repository| it.project == project && it.name == name;
        if let Some(repository) = self.repositories.iter_mut().find(is_it) {
            for earlier in &mut repository.artifacts {
                earlier.tags.retain(|tag| artifact.tags.iter().all(|new| new.name != tag.name));
            }
            repository.artifacts.push(artifact);
        } else {
            let created = timestamp();
            self.repositories.push(Repository {
                id,
                project,
                name: name.to_owned(),
                artifacts: vec![artifact],
                created,
            });
        }
    }

    /// User 1, and the public project that every Harbor begins with.
    pub(super) fn set_administrator(&mut self, name: &str, password: &str) {
        if self.users.is_empty() {
            self.add_user(User {
                id: 0,
                name: name.to_owned(),
                password: password.to_owned(),
                email: "admin@example.com".into(),
                realname: "system admin".into(),
                comment: "admin user".into(),
                administrator: true,
                created: timestamp(),
            });
            self.add_project("library", 1, true);
        }
        if let Some(administrator) = self.users.iter_mut().find(|user| user.id == 1) {
            name.clone_into(&mut administrator.name);
            password.clone_into(&mut administrator.password);
        }
    }

    /// Adds a user under a new id.
    pub(super) fn add_user(&mut self, user: User) -> u32 {
        self.last_user += 1;
        self.changed = true;
        self.users.push(User { id: self.last_user, ..user });
        self.last_user
    }

    /// Adds a project under a new id.
    pub(super) fn add_project(&mut self, name: &str, owner: u32, public: bool) -> u32 {
        self.last_project += 1;
        self.changed = true;
        let id = self.last_project;
        self.projects.push(Project { id, name: name.to_owned(), owner, public, created: timestamp() });
        id
    }

    pub(super) fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// A copy to save, if anything has changed since the last one.
    pub(super) fn take_changes(&mut self) -> Option<Records> {
        std::mem::take(&mut self.changed).then(|| self.clone())
    }
}
