//! Runs `spin.toml` where the Spin CLI is not installed: the same routes, the same components, the same rights, on
//! Wasmtime. What Spin does, this host does the same way, or it refuses clearly (docs/contracts/spin-host.md).
//!
//! Reading order: `main` starts everything, `manifest` and `variables` say what is wanted, `app` puts it together
//! (`compose`, `instance`, `rights`) and answers requests (`routes`), `sqlite`, `key_value`, `chaining` and
//! `connections` are what components can do.

mod app;
mod bindings;
mod building;
mod chaining;
mod compose;
mod connections;
mod denied;
mod instance;
mod key_value;
mod manifest;
mod options;
mod outbound;
mod output;
mod reconcile;
mod rights;
mod routes;
mod secrets;
mod serve;
mod sqlite;
mod standins;
mod streams;
mod variables;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser as _;

use crate::app::App;
use crate::manifest::Manifest;
use crate::options::Options;
use crate::standins::StandIns;
use crate::variables::{Origin, Variables};

fn main() -> ExitCode {
    let run = || -> Result<()> {
        let runtime = tokio::runtime::Runtime::new()?;
        let done = runtime.block_on(up(&Options::parse()));
        // A component that computes cannot be told to stop; it ends with the process.
        runtime.shutdown_timeout(Duration::from_millis(100));
        done
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds and serves until told to stop.
async fn up(options: &Options) -> Result<()> {
    let mut given = options.given()?;
    let manifest = Manifest::load(&options.from, options.profile.as_deref())?;
    let env_file = manifest.folder.join(".env");
    let mut file = variables::read_env_file(&env_file)?;
    secrets::complete(&env_file, &manifest.variables, &mut file)?;
    let variables = Variables::find(&manifest.variables, &given, &file);
    variables.require_all(&manifest.variables)?;
    // Now, not after minutes of building; and again after it, for nothing may be served before.
    drop(serve::listen(options.listen).await?);
    if !options.no_build {
        building::build(&manifest)?;
    }
    let state = state_folder(options, &manifest)?;
    let standins = StandIns::start(&variables, &mut given, options.listen, &state).await?;
    let variables = Variables::find(&manifest.variables, &given, &file);
    let served = serve(options, &manifest, &variables, &standins, &state).await;
    standins.stop().await;
    served
}

async fn serve(
    options: &Options,
    manifest: &Manifest,
    variables: &Variables,
    standins: &StandIns,
    state: &Path,
) -> Result<()> {
    let app = App::load(manifest, variables, state, options.log_sql)?;
    let stop = serve::told_to_stop()?;
    let listener = serve::listen(options.listen).await?;
    println!("Serving on http://{}", listener.local_addr()?);
    for (route, component) in app.routes.list() {
        println!("  {route}: {component}");
    }
    for line in login(variables).into_iter().chain(standins.lines(state)) {
        println!("{line}");
    }
    println!("Data: {}", state.display());
    tokio::select! {
        () = serve::serve(listener, app.clone(), stop) => {}
        () = reconcile::keep(app.clone(), variables.non_empty("reconcile_token")) => {}
    }
    Ok(())
}

/// The folder where data is kept; a new one is its owner's alone.
fn state_folder(options: &Options, manifest: &Manifest) -> Result<PathBuf> {
    let folder = options.state_dir.clone().unwrap_or_else(|| manifest.folder.join(".otestack"));
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder).and_then(|()| folder.canonicalize());
    made.with_context(|| format!("cannot keep data in {}", folder.display()))
}

/// How the administrator logs in, where the application has one.
fn login(variables: &Variables) -> Option<String> {
    let name = variables.get("super_admin_name")?;
    let password = match variables.origin("super_admin_password")? {
        Origin::File => format!("{} (from .env)", variables.get("super_admin_password")?),
        _ => "as given by SPIN_VARIABLE_SUPER_ADMIN_PASSWORD".to_owned(),
    };
    Some(format!("Administrator: {name}, password: {password}"))
}
