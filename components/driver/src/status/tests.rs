use super::*;

const STATES: [State; 11] =
    [Waiting, Disapproved, Processing, Deploying, Success, Partial, Failed, GivenUp, ToClear, Clearing, Deleted];
const WORK: [Work; 5] = [Work::Untaken, Work::Abandoned, Work::Underway, Work::Settled, Work::TimedOut];
const PODS: [Pods; 3] = [Pods::All, Pods::Some, Pods::None];

/// Every pair of a state (0 to 9, with `c` and `d` for 3 and 4 of a deletion) and an event: all, some or no pods in each column.
const TABLE: &str = "
    state  untaken abandoned underway settled timed-out
    0      000     000       000      000     000
    2      222     222       222      222     222
    3      333     888       333      444     567
    4      544     544       544      544     567
    5      567     567       567      567     567
    6      567     567       567      567     567
    7      567     567       567      567     567
    8      888     888       888      888     888
    c      ccc     ccc       ccc      ddd     999
    d      ddd     ddd       ddd      999     999
    9      999     999       999      999     999
";

fn letter(state: State) -> char {
    match state {
        ToClear => 'c',
        Clearing => 'd',
        other => char::from_digit(u32::try_from(status(other)).unwrap(), 10).unwrap(),
    }
}

#[test]
fn every_event_leads_every_state_where_the_table_says() {
    let rows: Vec<&str> = TABLE.trim().lines().skip(1).collect();
    assert_eq!(rows.len(), STATES.len());
    for (state, row) in STATES.into_iter().zip(rows) {
        let mut columns = row.split_whitespace();
        assert_eq!(columns.next(), Some(&*letter(state).to_string()));
        for (work, expected) in WORK.into_iter().zip(columns) {
            let seen: String = PODS.into_iter().map(|pods| letter(next(state, work, pods))).collect();
            assert_eq!(seen, expected, "{state:?}, {work:?}");
        }
    }
}

#[test]
fn every_status_is_read_as_the_state_that_shows_it() {
    for state in STATES {
        let deploy_type = if matches!(state, ToClear | Clearing) { 4 } else { 1 };
        let count = Count { deploy_type, ..count(status(state)) };
        assert_eq!(super::state(&count), state);
    }
}

/// A change that was just sent to two clusters, one pod each.
fn count(status: i64) -> Count {
    Count {
        id: 1,
        change: 1,
        deploy_type: 1,
        status,
        targets: 2,
        unfinished: 2,
        pending_online: 2,
        online: 2,
        running: 0,
        error: 0,
        total: 2,
        taken: 1,
        since_start: 1,
        since_taken: 1,
    }
}

fn settings() -> Settings {
    Settings {
        status_interval_seconds: 30,
        timeout_seconds: 600,
        give_up_seconds: 86400,
        reconcile_token: String::new(),
    }
}

fn work(count: &Count) -> Work {
    super::work(count, &settings())
}

#[test]
fn work_is_settled_once_every_online_target_has_accepted_or_refused() {
    assert_eq!(work(&count(3)), Work::Underway);
    assert_eq!(work(&Count { pending_online: 0, ..count(3) }), Work::Settled);
}

#[test]
fn the_clock_stands_while_no_command_has_been_taken_and_after_a_day_it_is_abandoned() {
    let untaken = Count { taken: 0, since_start: 5000, since_taken: 5000, ..count(3) };
    assert_eq!(work(&untaken), Work::Untaken);
    assert_eq!(work(&Count { since_start: 86400, ..untaken }), Work::Abandoned);
}

#[test]
fn offline_targets_let_the_clock_run_and_abandon_nothing() {
    let offline = Count { pending_online: 0, online: 0, taken: 0, ..count(3) };
    assert_eq!(work(&offline), Work::Underway);
    assert_eq!(work(&Count { since_start: 90000, since_taken: 90000, ..offline }), Work::TimedOut);
}

#[test]
fn a_deletions_clock_runs_from_its_start_and_it_is_never_abandoned() {
    let deletion = Count { deploy_type: 4, taken: 0, ..count(3) };
    assert_eq!(work(&deletion), Work::Underway);
    assert_eq!(work(&Count { pending_online: 0, online: 0, ..deletion.clone() }), Work::Settled);
    assert_eq!(work(&Count { since_start: 600, ..deletion.clone() }), Work::TimedOut);
    assert_eq!(work(&Count { since_start: 90000, ..deletion }), Work::TimedOut);
}

#[test]
fn all_pods_run_when_every_target_is_done_and_none_of_none_is_all() {
    let done = Count { unfinished: 0, ..count(4) };
    assert_eq!(pods(&done), Pods::None);
    assert_eq!(pods(&Count { running: 1, ..done.clone() }), Pods::Some);
    assert_eq!(pods(&Count { running: 2, ..done.clone() }), Pods::All);
    assert_eq!(pods(&Count { total: 0, ..done }), Pods::All);
    assert_eq!(pods(&Count { running: 2, unfinished: 1, ..count(4) }), Pods::Some, "one has not got the change");
}

#[test]
fn what_does_not_run_is_in_error_once_the_time_is_over_also_while_the_next_change_waits() {
    let late = Count { running: 1, since_taken: 600, pending_online: 0, ..count(4) };
    for status in [4, 6, 0, 2] {
        let verdict = judge(&Count { status, ..late.clone() }, &settings());
        assert_eq!((verdict.running, verdict.error, verdict.total), (1, 1, 2), "{status}");
        let early = judge(&Count { status, since_taken: 1, ..late.clone() }, &settings());
        assert_eq!(early.error, i64::from(status == 6), "{status}");
    }
}

#[test]
fn while_the_edges_cannot_be_seen_only_deletions_and_what_nobody_took_move_by_time() {
    let unseen = |count: &Count| judge_unseen(count, &settings()).map(|verdict| verdict.status);
    for status in [0, 2, 3, 4, 5, 6, 7, 8, 9] {
        assert_eq!(unseen(&Count { since_start: 90000, since_taken: 90000, ..count(status) }), None, "{status}");
    }
    assert_eq!(unseen(&Count { taken: 0, since_start: 86400, ..count(3) }), Some(8));
    let deletion = Count { deploy_type: 4, ..count(3) };
    assert_eq!(unseen(&deletion), None);
    assert_eq!(unseen(&Count { since_start: 600, ..deletion.clone() }), Some(9));
    assert_eq!(unseen(&Count { targets: 0, pending_online: 0, ..deletion }), Some(4));
}
