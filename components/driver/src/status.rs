//! A deployment's status, by what was counted (docs/semantics.md, Deployments: Status): a table of states and events.

use crate::settings::Settings;
use State::{
    Clearing, Deleted, Deploying, Disapproved, Failed, GivenUp, Partial, Processing, Success, ToClear, Waiting,
};
use store::count::{Count, Verdict};

/// Where a deployment stands. A deletion has states of its own, though people see 3 and 4 of it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Disapproved,
    Processing,
    Deploying,
    Success,
    Partial,
    Failed,
    GivenUp,
    ToClear,
    Clearing,
    Deleted,
}

/// How far the work of the latest change that started has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// None of its commands has been taken, though clusters are online: the clock stands.
    Untaken,
    /// Nor will any be sent.
    Abandoned,
    /// An online target owes an answer, or none is online.
    Underway,
    /// Every online target has accepted everything or finally refused.
    Settled,
    /// Its time is over.
    TimedOut,
}

/// What runs of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pods {
    /// Every target is done and all pods run; 0 of 0 is all.
    All,
    Some,
    None,
}

/// The table.
const fn next(state: State, work: Work, pods: Pods) -> State {
    match (state, work, pods) {
        (Processing, Work::Abandoned, _) => GivenUp,
        (Processing, Work::Settled, _) => Deploying,
        (Deploying, _, Pods::All) => Success,
        (Processing | Deploying, Work::TimedOut, _) | (Success | Partial | Failed, ..) => match pods {
            Pods::All => Success,
            Pods::Some => Partial,
            Pods::None => Failed,
        },
        (ToClear, Work::Settled, _) => Clearing,
        (ToClear, Work::TimedOut, _) | (Clearing, Work::Settled | Work::TimedOut, _) => Deleted,
        (unmoved, ..) => unmoved,
    }
}

/// What a count leads to: the status, and the numbers that are shown.
pub(crate) fn judge(count: &Count, settings: &Settings) -> Verdict {
    verdict(count, work(count, settings), settings)
}

/// What time alone leads to while the edges cannot be seen: else statuses and counts stay as they are.
pub(crate) fn judge_unseen(count: &Count, settings: &Settings) -> Option<Verdict> {
    let is_deletion = matches!(state(count), ToClear | Clearing);
    let work = match work(count, settings) {
        Work::Abandoned => Work::Abandoned,
        late @ Work::TimedOut if is_deletion => late,
        // There is nothing to be cleared anywhere.
        _ if is_deletion && count.targets == 0 => Work::Settled,
        _ => return None,
    };
    Some(verdict(count, work, settings))
}

fn verdict(count: &Count, work: Work, settings: &Settings) -> Verdict {
    let state = next(state(count), work, pods(count));
    // Once a change has timed out, all pods that do not run are in error, also while the next one waits or was refused.
    let is_late = count.since_taken >= settings.timeout_seconds;
    let (running, error, total) = match state {
        Deleted => (0, 0, 0),
        Partial | Failed => (count.running, count.total - count.running, count.total),
        Waiting | Disapproved if is_late => (count.running, count.total - count.running, count.total),
        _ => (count.running, count.error, count.total),
    };
    Verdict { id: count.id, change: count.change, seen: count.status, status: status(state), running, error, total }
}

fn state(count: &Count) -> State {
    const DELETION: i64 = 4;
    match (count.status, count.deploy_type) {
        (3, DELETION) => ToClear,
        (4, DELETION) => Clearing,
        (0, _) => Waiting,
        (2, _) => Disapproved,
        (3, _) => Processing,
        (4, _) => Deploying,
        (5, _) => Success,
        (6, _) => Partial,
        (7, _) => Failed,
        (8, _) => GivenUp,
        _ => Deleted,
    }
}

/// As people see it (API document, List Deployment).
const fn status(state: State) -> i64 {
    match state {
        Waiting => 0,
        Disapproved => 2,
        Processing | ToClear => 3,
        Deploying | Clearing => 4,
        Success => 5,
        Partial => 6,
        Failed => 7,
        GivenUp => 8,
        Deleted => 9,
    }
}

fn work(count: &Count, settings: &Settings) -> Work {
    let is_settled = count.pending_online == 0;
    if matches!(state(count), ToClear | Clearing) {
        return match () {
            () if count.since_start >= settings.timeout_seconds => Work::TimedOut,
            () if is_settled => Work::Settled,
            () => Work::Underway,
        };
    }
    let is_untaken = count.taken == 0 && !is_settled;
    match () {
        () if is_untaken && count.since_start >= settings.give_up_seconds => Work::Abandoned,
        () if is_untaken => Work::Untaken,
        () if count.since_taken >= settings.timeout_seconds => Work::TimedOut,
        () if is_settled && count.online > 0 => Work::Settled,
        () => Work::Underway,
    }
}

fn pods(count: &Count) -> Pods {
    match count.running {
        running if count.unfinished == 0 && running >= count.total => Pods::All,
        0 => Pods::None,
        _ => Pods::Some,
    }
}

#[cfg(test)]
mod tests;
