//! What people do to a Harbor without the platform.

use super::Harbor;

impl Harbor {
    /// Pushes an image, `project/repository[/more]`, under these tags, or under none. Fails where there is no such project.
    pub fn push(&self, image: &str, tags: &[&str]) -> anyhow::Result<()> {
        let (project, name) = image.split_once('/').ok_or_else(|| anyhow::anyhow!("{image}: no project/repository"))?;
        let mut records = self.shared.records();
        let project = records.project(project).ok_or_else(|| anyhow::anyhow!("there is no project {project}"))?.id;
        records.push(project, name, tags);
        Ok(())
    }

    /// Makes a tag of an image immutable.
    pub fn make_immutable(&self, image: &str, tag: &str) {
        let mut records = self.shared.records();
        let project = image.split('/').next().and_then(|name| records.project(name)).map(|project| project.id);
        let name = image.split_once('/').map(|(_, name)| name.to_owned());
        let repositories = records.repositories.iter_mut();
        let repositories = repositories.filter(|it| Some(it.project) == project && Some(&it.name) == name.as_ref());
        for found in repositories.flat_map(|it| &mut it.artifacts).flat_map(|it| &mut it.tags) {
            found.immutable |= found.name == tag;
        }
        records.touch();
    }

    /// Gives a user another password.
    pub fn set_password(&self, name: &str, password: &str) {
        let mut records = self.shared.records();
        for user in records.users.iter_mut().filter(|user| user.name == name) {
            password.clone_into(&mut user.password);
        }
        records.touch();
    }

    /// A user's password; none for a name that nobody has.
    pub fn password(&self, name: &str) -> Option<String> {
        self.shared.records().user(name).map(|user| user.password.clone())
    }

    /// Keeps a login out for 1.5 s, as somebody's wrong password does.
    pub fn freeze(&self, name: &str) {
        self.shared.logins.freeze(name);
    }
}
