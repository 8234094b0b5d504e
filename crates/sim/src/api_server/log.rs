//! The log of a kind's changes: what watches read onward, and older lists backward.

use std::collections::VecDeque;
use std::sync::Arc;

use super::kinds::Kind;
use super::{Key, Object};

/// So many changes of a kind are kept at most.
const LENGTH: usize = 50_000;
/// So many bytes of objects they may hold, roughly: commands grow with each of their answers.
const BYTES: usize = 32 << 20;

/// One change.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The server's version that it made.
    pub(crate) revision: u64,
    pub(crate) kind: &'static Kind,
    pub(crate) key: Key,
    /// None: it was made.
    pub(crate) before: Option<Arc<Object>>,
    /// None: it was deleted.
    pub(crate) after: Option<Arc<Object>>,
}

impl Change {
    fn bytes(&self) -> usize {
        self.after.as_ref().map_or(0, |object| object.text.len())
    }
}

/// The changes of one kind, oldest first. Like a real server's cache, each kind has its own, so that a busy one does not
/// make others forget.
#[derive(Debug, Default)]
pub(super) struct Log {
    changes: VecDeque<Change>,
    bytes: usize,
    /// The version of the latest change that is no longer here.
    dropped: u64,
}

impl Log {
    pub(super) fn add(&mut self, change: Change) {
        self.bytes += change.bytes();
        self.changes.push_back(change);
        while self.changes.len() > LENGTH || self.bytes > BYTES {
            let Some(change) = self.changes.pop_front() else { break };
            self.bytes -= change.bytes();
            self.dropped = change.revision;
        }
    }

    /// The oldest version from which all changes are here.
    pub(super) fn oldest(&self) -> u64 {
        self.dropped
    }

    /// The changes after a version.
    pub(super) fn since(&self, revision: u64) -> impl DoubleEndedIterator<Item = &Change> {
        let from = self.changes.partition_point(|change| change.revision <= revision);
        self.changes.range(from..)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::kinds::COMMANDS;
    use super::{Change, Log, Object};

    #[test]
    fn large_objects_make_a_log_forget_its_oldest_changes() {
        let mut log = Log::default();
        for revision in 1..=40 {
            let after = Some(Object::new(json!({"body": "x".repeat(1 << 20)})));
            log.add(Change { revision, kind: &COMMANDS, key: Default::default(), before: None, after });
        }
        assert_eq!(log.oldest(), 9);
        assert_eq!(log.since(9).next().map(|change| change.revision), Some(10));
        assert_eq!(log.since(40).count(), 0);
    }
}
