//! What `spin.toml` says, as Spin reads it (manifest version 2). Whatever this host does not know is refused by name.

mod entries;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use self::entries::File;
pub(crate) use self::entries::{Component, Declaration, Dependency, Inherited, Right, Route, StaticResponse, Trigger};

/// A manifest, and the folder that its paths are relative to.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The absolute folder of the manifest's file.
    pub(crate) folder: PathBuf,
    pub(crate) variables: BTreeMap<String, Declaration>,
    pub(crate) triggers: Vec<Trigger>,
    /// By id, a profile's overrides applied.
    pub(crate) components: BTreeMap<String, Component>,
}

impl Manifest {
    /// Reads a manifest, applies a profile and checks that it can be run.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it has a key, a profile, a component or a right that cannot be had; the message
    /// names it.
    pub(crate) fn load(path: &Path, profile: Option<&str>) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the manifest {shown}"))?;
        let path = path.canonicalize().with_context(|| format!("cannot find the manifest {shown}"))?;
        let file: File =
            toml::from_str(&text).with_context(|| format!("{shown} is not a manifest that this host knows"))?;
        ensure!(file.spin_manifest_version == 2, "{shown}: only spin_manifest_version 2 is known");
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut manifest =
            Self { folder, variables: file.variables, triggers: file.trigger.http, components: file.component };
        manifest.apply(profile)?;
        manifest.check().with_context(|| format!("{shown} cannot be run"))?;
        Ok(manifest)
    }

    /// The ids of all components that are reached by a route.
    pub(crate) fn served(&self) -> BTreeSet<&str> {
        self.triggers.iter().filter_map(|trigger| trigger.component.as_deref()).collect()
    }

    fn apply(&mut self, profile: Option<&str>) -> Result<()> {
        let Some(profile) = profile else { return Ok(()) };
        let known: BTreeSet<&str> =
            self.components.values().flat_map(|component| component.profile.keys().map(String::as_str)).collect();
        if !known.contains(profile) {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            bail!(
                "there is no profile `{profile}`; the manifest has: {}",
                if known.is_empty() { "none" } else { &known }
            );
        }
        for component in self.components.values_mut() {
            let Some(changed) = component.profile.remove(profile) else { continue };
            if let Some(source) = changed.source {
                component.source = source;
            }
            component.environment.extend(changed.environment);
            component.dependencies.extend(changed.dependencies);
            if let Some(build) = changed.build {
                component.build.get_or_insert_default().command = build.command;
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        for trigger in &self.triggers {
            trigger.check(self)?;
        }
        for (id, component) in &self.components {
            component.check(self).with_context(|| format!("component `{id}`"))?;
        }
        Ok(())
    }

    /// Where a dependency's code is.
    pub(crate) fn dependency_source(&self, dependency: &Dependency) -> Result<PathBuf> {
        match (&dependency.component, &dependency.path) {
            (Some(id), None) => {
                let component = self.components.get(id).with_context(|| format!("there is no component `{id}`"))?;
                Ok(self.folder.join(&component.source))
            }
            (None, Some(path)) => Ok(self.folder.join(path)),
            _ => bail!("a dependency has either `component` or `path`"),
        }
    }
}

impl Trigger {
    fn check(&self, manifest: &Manifest) -> Result<()> {
        let shown = match &self.route {
            Route::Path(path) => path.as_str(),
            Route::Private(private) => {
                ensure!(private.private, "a route without a path is `{{ private = true }}`");
                "{ private = true }"
            }
        };
        let Some(id) = &self.component else {
            ensure!(self.static_response.is_some(), "route {shown}: either `component` or `static_response`");
            ensure!(matches!(self.route, Route::Path(_)), "a private route needs a component");
            return Ok(());
        };
        ensure!(self.static_response.is_none(), "route {shown}: either `component` or `static_response`");
        ensure!(manifest.components.contains_key(id), "route {shown}: there is no component `{id}`");
        Ok(())
    }
}

impl Component {
    fn check(&self, manifest: &Manifest) -> Result<()> {
        for (kind, labels) in
            [("sqlite_databases", &self.sqlite_databases), ("key_value_stores", &self.key_value_stores)]
        {
            if let Some(label) = labels.iter().find(|label| *label != "default") {
                bail!("{kind}: there is no `{label}`, only `default`");
            }
        }
        for (name, dependency) in &self.dependencies {
            manifest.dependency_source(dependency).with_context(|| format!("dependency \"{name}\""))?;
            if let Some(id) = &dependency.component
                && let Some(right) = manifest.components.get(id).and_then(Self::first_right)
            {
                bail!(
                    "component `{id}` has `{right}`, but it is a dependency (\"{name}\"), and a dependency has the rights \
                     that it inherits from its importers, none of its own"
                );
            }
        }
        Ok(())
    }

    /// A key of this entry that a dependency's must not have.
    fn first_right(&self) -> Option<&'static str> {
        let rights = [
            ("allowed_outbound_hosts", self.allowed_outbound_hosts.is_empty()),
            ("dependencies", self.dependencies.is_empty()),
            ("environment", self.environment.is_empty()),
            ("key_value_stores", self.key_value_stores.is_empty()),
            ("sqlite_databases", self.sqlite_databases.is_empty()),
            ("variables", self.variables.is_empty()),
        ];
        rights.into_iter().find(|(_, none)| !none).map(|(name, _)| name)
    }
}
