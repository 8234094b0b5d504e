//! The entries of a manifest, word for word.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) spin_manifest_version: u32,
    #[serde(rename = "application")]
    _application: Application,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Declaration>,
    #[serde(default)]
    pub(super) trigger: Triggers,
    #[serde(default)]
    pub(super) component: BTreeMap<String, Component>,
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

/// All triggers, by kind.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Triggers {
    #[serde(default)]
    pub(super) http: Vec<Trigger>,
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
    pub(super) profile: BTreeMap<String, Override>,
}

/// What satisfies an import.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dependency {
    /// Another component of this manifest,
    pub(super) component: Option<String>,
    /// or a file, relative to the manifest.
    pub(super) path: Option<PathBuf>,
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
#[derive(Debug, Default, Deserialize)]
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
pub(super) struct Override {
    pub(super) source: Option<PathBuf>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) dependencies: BTreeMap<String, Dependency>,
    pub(super) build: Option<BuildOverride>,
}

/// The part of `build` that a profile replaces.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuildOverride {
    pub(super) command: Commands,
}

impl Default for Commands {
    fn default() -> Self {
        Self::Several(Vec::new())
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
