//! Takes the comments out of `migrations/`, which every component carries.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Asked when it runs: a target folder may be shared by several checkouts.
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&root).join("../../migrations");
    // Relative, and so of this checkout, whichever one filled the target folder before.
    println!("cargo::rerun-if-changed=../../migrations");
    let target = env::var("OUT_DIR").map_err(io::Error::other)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|extension| extension == "sql"))
        else {
            continue;
        };
        fs::write(Path::new(&target).join(name), bare(&fs::read_to_string(&path)?))?;
    }
    Ok(())
}

/// Without comments and indentation; the blank lines between statements stay.
fn bare(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("--"));
    lines.map(|line| line.split(" -- ").next().unwrap_or_default().trim().to_owned() + "\n").collect()
}
