//! Building the components, as `spin build` does: each one's command in its folder.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::manifest::Manifest;

/// What the components are compiled for.
const TARGET: &str = "wasm32-wasip2";

/// Builds all components of a manifest; what several have in common once.
///
/// # Errors
///
/// When a command fails; it has said why on the terminal.
pub(crate) fn build(manifest: &Manifest) -> Result<()> {
    let mut built = BTreeSet::new();
    let builds = manifest.components.iter().filter_map(|(id, component)| Some((id, component.build.as_ref()?)));
    for (id, build) in builds {
        let folder = manifest.folder.join(&build.workdir);
        for command in build.command.as_slice() {
            if !built.insert((command, &build.workdir)) {
                continue;
            }
            if command.contains(TARGET) {
                install_target()?;
            }
            eprintln!("Building {id}: {command} (in {})", build.workdir.display());
            run(command, &folder).with_context(|| format!("component `{id}` was not built"))?;
        }
    }
    Ok(())
}

fn run(command: &str, folder: &Path) -> Result<()> {
    let mut shell = Command::new("sh");
    let status = shell.arg("-c").arg(command).current_dir(folder).stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot run `{command}` in {}", folder.display()))?;
    ensure!(status.success(), "`{command}` in {} failed ({status}); its output is above", folder.display());
    Ok(())
}

/// Makes sure that Rust can compile for the components' target.
fn install_target() -> Result<()> {
    if target_is_there() {
        return Ok(());
    }
    eprintln!("Installing Rust's target {TARGET}");
    match Command::new("rustup").args(["target", "add", TARGET]).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`rustup target add {TARGET}` failed ({status}); its output is above"),
        Err(_) => bail!(
            "Rust's target {TARGET} is not installed, and neither is rustup, which could install it: https://rustup.rs"
        ),
    }
}

fn target_is_there() -> bool {
    let asked = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder =
        asked.ok().filter(|answer| answer.status.success()).and_then(|answer| String::from_utf8(answer.stdout).ok());
    folder.is_some_and(|folder| Path::new(folder.trim()).is_dir())
}
