//! How a platform is started: the manifest, variables and clusters, changed where a test wants it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::OnceLock;

use sim::center::{ClusterOptions, demo_clusters};
use toml::Table;

use crate::built;
use crate::people::PASSWORD;
use crate::process::Launch;

/// Values that no answer may show.
pub(crate) const SECRETS: [(&str, &str); 6] = [
    ("jwt_signing_key", "the-suite-signs-its-tokens-with-this-key"),
    ("secrets_key", "dGhlLXN1aXRlLWVuY3J5cHRzLXdpdGgtdGhpcy1rZXk="),
    ("super_admin_password", PASSWORD),
    ("center_token", "the-token-of-the-center"),
    ("harbor_admin_password", "Harb0r-of-the-suite"),
    ("reconcile_token", "the-token-of-reconcile"),
];

/// What a platform is started with.
#[derive(Debug)]
pub struct Setup {
    folder: PathBuf,
    manifest: Table,
    variables: BTreeMap<String, String>,
    logs_statements: bool,
    pub(crate) clusters: Vec<ClusterOptions>,
}

impl Setup {
    /// The shipped manifest, an empty state folder of this name, and variables that make things happen quickly.
    pub fn new(name: &str) -> Self {
        let quick = [("deploy_status_interval_seconds", "1"), ("deploy_timeout_seconds", "5")];
        let variables = SECRETS.iter().chain(&quick).map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            folder: folder(name),
            manifest: built::manifest(),
            variables: variables.collect(),
            logs_statements: false,
            clusters: demo_clusters(),
        }
    }

    /// With another value of a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// With these clusters instead of the three that the stand-in has to try things with.
    #[must_use]
    pub fn clusters(mut self, clusters: Vec<ClusterOptions>) -> Self {
        self.clusters = clusters;
        self
    }

    /// With a server that tells each SQL statement in its output, for `Platform::statements`; Spin cannot
    /// (`on_spin`).
    #[must_use]
    pub fn logging_statements(mut self) -> Self {
        self.logs_statements = true;
        self
    }

    /// With a manifest that differs from the shipped one.
    #[must_use]
    pub fn manifest(mut self, change: impl FnOnce(&mut Table)) -> Self {
        change(&mut self.manifest);
        self
    }

    /// How its server is started, at an address, with the stand-ins' URLs unless the test has others in mind.
    pub(crate) fn launch(mut self, address: SocketAddr, center: &str, harbor: &str) -> Launch {
        for (name, url) in [("center_url", center), ("harbor_url", harbor)] {
            self.variables.entry(name.to_owned()).or_insert_with(|| url.to_owned());
        }
        let mut command = built::server();
        command.extend(["--from".into(), self.write_manifest(), "--listen".into(), address.to_string().into()]);
        command.extend(["--state-dir".into(), self.folder.join("state")]);
        if self.logs_statements {
            command.push("--log-sql".into());
        }
        let environment = |(name, value): (&String, &String)| (variable_name(name), value.clone());
        let variables = self.variables.iter().map(environment).collect();
        Launch { command, variables, output: self.folder.join("output.log") }
    }

    /// Writes the manifest into a folder of its own, where no `.env` of somebody's own server lies beside it.
    fn write_manifest(&self) -> PathBuf {
        let file = self.folder.join("spin.toml");
        fs::write(&file, self.manifest.to_string()).expect("the manifest can be written");
        symlink(built::root().join("target"), self.folder.join("target")).expect("a link can be made");
        file
    }
}

/// An empty folder of this name, among the things that are built.
fn folder(name: &str) -> PathBuf {
    // Held until the process ends: a second run would empty the folders of the first.
    static ALONE: OnceLock<File> = OnceLock::new();
    let all = built::target().join("suite");
    fs::create_dir_all(&all).expect("the target folder can be written");
    ALONE.get_or_init(|| {
        let lock = File::create(all.join("lock")).expect("the target folder can be written");
        lock.try_lock().expect("no other run of the suite is under way");
        lock
    });
    let folder = all.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old run's folder can be removed");
    }
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

fn variable_name(name: &str) -> String {
    format!("SPIN_VARIABLE_{}", name.to_uppercase())
}

/// An address that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("a listener has an address")
}
