//! What a Harbor holds.

use serde::{Deserialize, Serialize};

use crate::api_server::timestamp;

/// Users and projects.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Records {
    pub(super) users: Vec<User>,
    pub(super) projects: Vec<Project>,
    /// Ids are never used again.
    last_user: u32,
    last_project: u32,
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

impl Records {
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
