//! What `spin.toml` says, as Spin reads it (manifest version 2). Whatever this host does not know is refused by name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

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

/// The file, word for word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    spin_manifest_version: u32,
    #[serde(rename = "application")]
    _application: Application,
    #[serde(default)]
    variables: BTreeMap<String, Declaration>,
    #[serde(default)]
    trigger: Triggers,
    #[serde(default)]
    component: BTreeMap<String, Component>,
}

/// Texts for people.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    #[serde(rename = "name")]
    _name: String,
    #[serde(default, rename = "version")]
    _version: String,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
}

/// A variable of the application. It has a default or is required.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Declaration {
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) default: Option<String>,
    /// Spin hides such values in what it prints; this host prints none at all.
    #[serde(default, rename = "secret")]
    _secret: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    #[serde(default)]
    http: Vec<Trigger>,
}

/// A route, and who answers there: a component, or a constant answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trigger {
    #[serde(default, rename = "id")]
    _id: Option<String>,
    pub(crate) route: Route,
    pub(crate) component: Option<String>,
    pub(crate) static_response: Option<StaticResponse>,
}

/// Where a trigger is reached.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a route is a path or `{ private = true }`")]
pub(crate) enum Route {
    Path(String),
    /// Only by other components, as `http://<component>.spin.internal`.
    Private(Private),
}

/// `{ private = true }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Private {
    pub(crate) private: bool,
}

/// An answer that the manifest itself gives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaticResponse {
    #[serde(default = "ok")]
    pub(crate) status_code: u16,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: String,
}

const fn ok() -> u16 {
    200
}

/// A component: where its code is, and all that it may touch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    #[serde(default, rename = "description")]
    _description: String,
    /// Relative to the manifest.
    pub(crate) source: PathBuf,
    /// Templates.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    /// Templates of host patterns (see `outbound`).
    #[serde(default)]
    pub(crate) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    pub(crate) key_value_stores: Vec<String>,
    #[serde(default)]
    pub(crate) sqlite_databases: Vec<String>,
    /// By the interface, or package, that the dependency satisfies.
    #[serde(default)]
    pub(crate) dependencies: BTreeMap<String, Dependency>,
    pub(crate) build: Option<Build>,
    #[serde(default)]
    profile: BTreeMap<String, Override>,
}

/// What satisfies an import.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dependency {
    /// Another component of this manifest,
    component: Option<String>,
    /// or a file, relative to the manifest.
    path: Option<PathBuf>,
    #[serde(default)]
    pub(crate) inherit_configuration: Inherited,
}

/// Which of its importer's rights a dependency has: all, none, or some.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "inherit_configuration is true, false or a list of rights: allowed_outbound_hosts, \
                               environment, key_value_stores, sqlite_databases, variables"
)]
pub(crate) enum Inherited {
    All(bool),
    Some(BTreeSet<Right>),
}

/// A right that a dependency can inherit. Spin has `ai_models` and `files` too, which this host does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Right {
    AllowedOutboundHosts,
    Environment,
    KeyValueStores,
    SqliteDatabases,
    Variables,
}

/// How a component is built.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Build {
    pub(crate) command: Commands,
    /// Relative to the manifest.
    #[serde(default)]
    pub(crate) workdir: PathBuf,
    /// What `spin watch` looks at.
    #[serde(default, rename = "watch")]
    _watch: Vec<String>,
}

/// One command of a shell, or several, one after the other.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a build command is a text or a list of texts")]
pub(crate) enum Commands {
    One(String),
    Several(Vec<String>),
}

/// What a profile replaces in a component; the rest stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    source: Option<PathBuf>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
    build: Option<BuildOverride>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildOverride {
    command: Commands,
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
            component.source = changed.source.unwrap_or_else(|| std::mem::take(&mut component.source));
            component.environment.extend(changed.environment);
            component.dependencies.extend(changed.dependencies);
            if let Some(build) = changed.build {
                let (workdir, watch) =
                    component.build.take().map_or_else(Default::default, |old| (old.workdir, old._watch));
                component.build = Some(Build { command: build.command, workdir, _watch: watch });
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
        match (&self.component, &self.static_response) {
            (Some(id), None) => {
                ensure!(manifest.components.contains_key(id), "route {shown}: there is no component `{id}`")
            }
            (None, Some(_)) => ensure!(matches!(self.route, Route::Path(_)), "a private route needs a component"),
            _ => bail!("route {shown}: either `component` or `static_response`"),
        }
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

impl Default for Inherited {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Inherited {
    /// Whether a right is among them.
    pub(crate) fn has(&self, right: Right) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Some(rights) => rights.contains(&right),
        }
    }
}

impl Commands {
    /// The commands in their order.
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(command) => std::slice::from_ref(command),
            Self::Several(commands) => commands,
        }
    }
}
