//! The command line.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Parser;

/// Builds a Spin application and serves it, with stand-ins for the servers that it speaks to.
///
/// Variables are set with `SPIN_VARIABLE_<NAME>`, in the environment or in the file `.env` beside the manifest; a flag
/// wins over the environment, and the environment over the file.
#[derive(Debug, Parser)]
#[command(name = "host", version)]
pub(crate) struct Options {
    /// The manifest.
    #[arg(long, short, default_value = "spin.toml", value_name = "FILE")]
    pub(crate) from: PathBuf,

    /// The address to serve on. The stand-ins take the two ports after it.
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,

    /// A real OTE center instead of the stand-in; its token comes from `SPIN_VARIABLE_CENTER_TOKEN`.
    /// With an empty URL, here or in `SPIN_VARIABLE_CENTER_URL`, there is neither.
    #[arg(long, value_name = "URL")]
    center_url: Option<String>,

    /// A real Harbor instead of the stand-in; its password comes from
    /// `SPIN_VARIABLE_HARBOR_ADMIN_PASSWORD`. With an empty URL, here or in `SPIN_VARIABLE_HARBOR_URL`, there is neither.
    #[arg(long, value_name = "URL")]
    harbor_url: Option<String>,

    /// Where data is kept between runs; `.otestack` beside the manifest if not given.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state_dir: Option<PathBuf>,

    /// Serves what was built before.
    #[arg(long)]
    pub(crate) no_build: bool,

    /// A profile of the manifest.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Tells each SQL statement on standard error, as `<component>: sql: <its beginning>`; for tests.
    #[arg(long, hide = true)]
    pub(crate) log_sql: bool,

    /// Spin's runtime configuration, which this host does not read.
    #[arg(long, hide = true, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
}

impl Options {
    /// The variables that flags set.
    ///
    /// # Errors
    ///
    /// When there is a flag of Spin's that this host knows and cannot follow.
    pub(crate) fn given(&self) -> Result<BTreeMap<String, String>> {
        if self.runtime_config_file.is_some() {
            bail!("this host reads no runtime configuration; `spin up --runtime-config-file` does");
        }
        let flags = [("center_url", &self.center_url), ("harbor_url", &self.harbor_url)];
        Ok(flags.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect())
    }
}
