//! What must have been built before: the components, and the host.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::Table;

/// The folder of the manifest.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the suite has a folder of its own")
}

/// The folder of all that is built and made.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The shipped manifest. Fails, with the command that helps, where one of its components is not built.
pub(crate) fn manifest() -> Table {
    let text = std::fs::read_to_string(root().join("spin.toml")).expect("spin.toml is there");
    let manifest: Table = text.parse().expect("spin.toml is TOML");
    let components = manifest["component"].as_table().expect("spin.toml has components");
    let is_missing = |source: &str| !root().join(source).exists();
    let missing: Vec<&str> = components
        .iter()
        .filter(|(_, component)| component["source"].as_str().is_some_and(is_missing))
        .map(|(name, _)| name.as_str())
        .collect();
    let packages = missing.join(" -p ");
    assert!(missing.is_empty(), "not built yet: run `cargo build --release --target wasm32-wasip2 -p {packages}`");
    manifest
}

/// The binary of Spin that is to serve, if any.
fn spin() -> Option<OsString> {
    env::var_os("SPIN").filter(|spin| !spin.is_empty())
}

/// Whether Spin serves, not the built-in host, which can tell more about itself.
pub fn on_spin() -> bool {
    spin().is_some()
}

/// The command that serves a manifest: Spin, or the host. Fails, with the command that helps, where the host is not built.
pub(crate) fn server() -> Vec<PathBuf> {
    if let Some(spin) = spin() {
        return vec![spin.into(), "up".into()];
    }
    let host = target().join("debug/host");
    assert!(host.exists(), "not built yet: run `cargo build -p host`, or set SPIN to the binary of Spin");
    vec![host, "--no-build".into()]
}
