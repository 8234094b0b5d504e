//! Waiting for what happens by itself.

use std::thread;
use std::time::{Duration, Instant};

/// Looks again and again until there is something to see, which it gives back. Fails, with `what`, after `patience`.
#[track_caller]
pub fn eventually<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begin.elapsed() < patience, "not within {patience:?}: {what}");
        thread::sleep(Duration::from_millis(100));
    }
}
