//! What a stand-in keeps between runs: one JSON file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

use crate::faults::lock;

/// State is saved so often at most.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// Saves what has changed, now and then, until it is dropped.
pub(crate) struct Saver {
    save: Arc<dyn Fn() + Send + Sync>,
    task: JoinHandle<()>,
}

impl Saver {
    /// Saves into a file whatever `changes` gives: the whole state, if it has changed since the last call. A failure
    /// goes to the standard error output, and the next change is a new attempt.
    pub(crate) fn start<T: Serialize>(path: PathBuf, changes: impl Fn() -> Option<T> + Send + Sync + 'static) -> Self {
        let one_at_a_time = Mutex::new(());
        let save: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
            let _turn = lock(&one_at_a_time);
            let Some(state) = changes() else { return };
            if let Err(error) = write(&path, &state) {
                eprintln!("the state of a stand-in is not saved: {error:#}");
            }
        });
        let again = save.clone();
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SAVE_EVERY).await;
                again();
            }
        });
        Self { save, task }
    }

    /// Saves a last time.
    pub(crate) fn finish(&self) {
        self.task.abort();
        (self.save)();
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Saver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.debug_struct("Saver").finish_non_exhaustive()
    }
}

/// Reads a state file; none where there is none yet.
pub(crate) fn load<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Option<T>> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let state = serde_json::from_slice(&text);
    state.map(Some).with_context(|| format!("{} is no state of a stand-in: mend or remove it", path.display()))
}

/// Writes a state file in place of the old one, whole or not at all.
fn write<T: Serialize>(path: &Path, state: &T) -> anyhow::Result<()> {
    let name = path.file_name().with_context(|| format!("{} is no path of a file", path.display()))?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut new_name = name.to_owned();
    new_name.push(".new");
    let new = path.with_file_name(new_name);
    fs::write(&new, serde_json::to_vec(state)?)?;
    fs::rename(&new, path).with_context(|| format!("cannot write {}", path.display()))
}
