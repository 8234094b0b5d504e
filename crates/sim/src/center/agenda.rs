//! What is to be done, and when.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::edge::shim::ShimAnswer;

/// Something to be done. Clusters are named by their ids, commands by their number.
#[derive(Debug)]
pub(super) enum Task {
    /// A cluster's controllers look at their objects.
    Settle(String),
    /// A cluster tells the center what has changed.
    Report(String),
    /// A cluster says that it is there.
    Beat(String),
    /// A new namespace goes to the clusters that are connected.
    Spread(String),
    /// A command goes to the clusters that it selects.
    Dispatch(u64),
    /// A command reaches a cluster.
    Deliver(u64, String),
    /// A cluster's answer reaches the command.
    Merge(u64, String, ShimAnswer),
}

/// Tasks in the order of their time, and of their coming where that is the same.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    tasks: BTreeMap<(Instant, u64), Task>,
    added: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Instant, task: Task) {
        self.added += 1;
        self.tasks.insert((at, self.added), task);
    }

    /// Takes away all answers to a command that are on their way; says whose they were.
    pub(super) fn take_answers(&mut self, command: u64) -> Vec<String> {
        let is_answer =
            |_: &(Instant, u64), task: &mut Task| matches!(task, Task::Merge(number, ..) if *number == command);
        let cluster = |task| if let Task::Merge(_, cluster, _) = task { Some(cluster) } else { None };
        self.tasks.extract_if(.., is_answer).filter_map(|(_, task)| cluster(task)).collect()
    }

    /// When the next task is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.tasks.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next task, if it is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Task> {
        let first = self.tasks.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}
