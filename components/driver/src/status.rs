//! A deployment's status, by what was counted (docs/semantics.md, Deployments: Status).

use crate::settings::Settings;
use store::count::{Count, Verdict};

const PROCESSING: i64 = 3;
const DEPLOYING: i64 = 4;
const SUCCESS: i64 = 5;
const PARTIAL: i64 = 6;
const FAILED: i64 = 7;
const INTERNAL_ERROR: i64 = 8;
const DELETED: i64 = 9;
const DELETION: i64 = 4;

/// What a count leads to: the status, and the numbers that are shown.
pub(crate) fn judge(count: &Count, settings: &Settings) -> Verdict {
    let status = next(count, settings.timeout_seconds, settings.give_up_seconds);
    let (running, error, total) = match status {
        DELETED => (0, 0, 0),
        // Once the change has timed out, all that do not run are in error.
        PARTIAL | FAILED => (count.running, count.total - count.running, count.total),
        _ => (count.running, count.error, count.total),
    };
    Verdict { id: count.id, change: count.change, seen: count.status, status, running, error, total }
}

/// The next status.
fn next(count: &Count, timeout: i64, give_up: i64) -> i64 {
    let settled = count.pending_online == 0;
    match (count.status, count.deploy_type) {
        (PROCESSING | DEPLOYING, DELETION) => match count.status {
            _ if count.since_start >= timeout => DELETED,
            DEPLOYING if settled => DELETED,
            _ if settled => DEPLOYING,
            status => status,
        },
        (PROCESSING, _) if settled && count.online > 0 => DEPLOYING,
        (PROCESSING, _) if count.online > 0 && count.taken == 0 => {
            if count.since_start >= give_up {
                INTERNAL_ERROR
            } else {
                PROCESSING
            }
        }
        (DEPLOYING, _) if is_success(count) => SUCCESS,
        (PROCESSING | DEPLOYING, _) => {
            if count.since_taken >= timeout {
                outcome(count)
            } else {
                count.status
            }
        }
        (SUCCESS | PARTIAL | FAILED, _) => outcome(count),
        (status, _) => status,
    }
}

fn outcome(count: &Count) -> i64 {
    match count.running {
        _ if is_success(count) => SUCCESS,
        0 => FAILED,
        _ => PARTIAL,
    }
}

/// Every target is done and all pods run; 0 of 0 is all.
fn is_success(count: &Count) -> bool {
    count.failed + count.pending_online + count.pending_offline == 0 && count.running >= count.total
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change that was just sent to two clusters, one pod each.
    fn count(status: i64) -> Count {
        Count {
            id: 1,
            change: 1,
            deploy_type: 1,
            status,
            done: 0,
            failed: 0,
            pending_online: 2,
            pending_offline: 0,
            online: 2,
            running: 0,
            error: 0,
            total: 2,
            taken: 1,
            since_start: 1,
            since_taken: 1,
        }
    }

    fn next(count: &Count) -> i64 {
        super::next(count, 600, 86400)
    }

    #[test]
    fn a_change_is_deploying_once_every_online_target_has_accepted_or_refused() {
        assert_eq!(next(&count(PROCESSING)), PROCESSING);
        assert_eq!(next(&Count { pending_online: 0, done: 1, failed: 1, ..count(PROCESSING) }), DEPLOYING);
    }

    #[test]
    fn it_succeeds_when_every_target_is_done_and_all_pods_run() {
        let done = Count { pending_online: 0, done: 2, ..count(DEPLOYING) };
        assert_eq!(next(&done), DEPLOYING);
        assert_eq!(next(&Count { running: 2, ..done.clone() }), SUCCESS);
        assert_eq!(next(&Count { total: 0, ..done.clone() }), SUCCESS);
        assert_eq!(next(&Count { running: 2, pending_offline: 1, ..done.clone() }), DEPLOYING, "one is offline");
        assert_eq!(next(&Count { running: 2, done: 1, failed: 1, ..done }), DEPLOYING, "one has refused");
    }

    #[test]
    fn after_its_time_out_it_is_judged_by_what_runs() {
        let late = Count { pending_online: 0, done: 2, since_taken: 600, ..count(DEPLOYING) };
        assert_eq!(next(&Count { running: 1, ..late.clone() }), PARTIAL);
        assert_eq!(next(&late), FAILED);
        assert_eq!(next(&Count { running: 2, ..late }), SUCCESS);
    }

    #[test]
    fn the_clock_stands_while_no_command_has_been_taken_and_after_a_day_it_is_given_up() {
        let untaken = Count { taken: 0, since_start: 5000, since_taken: 5000, ..count(PROCESSING) };
        assert_eq!(next(&untaken), PROCESSING);
        assert_eq!(next(&Count { since_start: 86400, ..untaken }), INTERNAL_ERROR);
    }

    #[test]
    fn with_offline_targets_only_it_stays_processing_and_then_fails() {
        let offline = Count { pending_online: 0, pending_offline: 2, online: 0, taken: 0, ..count(PROCESSING) };
        assert_eq!(next(&offline), PROCESSING);
        assert_eq!(next(&Count { since_start: 90000, since_taken: 90000, ..offline }), FAILED);
    }

    #[test]
    fn afterwards_pods_move_it_at_once() {
        let done = Count { pending_online: 0, done: 2, running: 2, ..count(SUCCESS) };
        assert_eq!(next(&done), SUCCESS);
        assert_eq!(next(&Count { running: 1, ..done.clone() }), PARTIAL);
        assert_eq!(next(&Count { running: 0, ..done.clone() }), FAILED);
        assert_eq!(next(&Count { status: FAILED, ..done }), SUCCESS);
    }

    #[test]
    fn a_deletion_ends_when_every_online_target_is_clear_or_its_time_is_over() {
        let deletion = Count { deploy_type: DELETION, total: 0, ..count(PROCESSING) };
        assert_eq!(next(&deletion), PROCESSING);
        assert_eq!(next(&Count { pending_online: 0, pending_offline: 1, ..deletion.clone() }), DEPLOYING);
        assert_eq!(next(&Count { pending_online: 0, status: DEPLOYING, ..deletion.clone() }), DELETED);
        assert_eq!(next(&Count { since_start: 600, taken: 0, ..deletion }), DELETED);
    }

    #[test]
    fn what_waits_or_was_refused_or_is_gone_stays() {
        for status in [0, 2, INTERNAL_ERROR, DELETED] {
            assert_eq!(next(&count(status)), status);
        }
    }
}
