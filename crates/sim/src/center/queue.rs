//! The one queue through which the controllers write to the center: so many answers a second for the whole fleet, five
//! at once at first, and reports and heartbeats behind them (docs/contracts/ote-center.md).

use std::time::{Duration, Instant};

/// So many answers pass at once after a rest.
const BURST: u32 = 5;

/// The queue; without a pace everything passes at once.
#[derive(Debug, Default)]
pub(super) struct AnswerQueue {
    /// Between two answers.
    interval: Option<Duration>,
    /// When the queue would have been empty, had every answer taken its whole interval.
    full_until: Option<Instant>,
    /// When the last answer that is waiting passes.
    last: Option<Instant>,
}

impl AnswerQueue {
    /// Paces what comes from now on; none or nothing above zero lifts it.
    pub(super) fn set_pace(&mut self, per_second: Option<f64>) {
        let interval = per_second.filter(|pace| *pace > 0.0).map(|pace| 1.0 / pace);
        self.interval = interval.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if self.interval.is_none() {
            (self.full_until, self.last) = (None, None);
        }
    }

    /// When an answer passes that comes at a time.
    pub(super) fn pass(&mut self, comes: Instant) -> Instant {
        let Some(interval) = self.interval else { return comes };
        let full_until = self.full_until.unwrap_or(comes).max(comes);
        self.full_until = Some(full_until + interval);
        let passes = full_until.checked_sub(interval * (BURST - 1)).unwrap_or(comes).max(comes);
        self.last = Some(passes);
        passes
    }

    /// Until when a report that comes now has to wait.
    pub(super) fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.last.filter(|last| *last > now)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::AnswerQueue;

    #[test]
    fn five_answers_pass_at_once_and_the_others_at_their_pace() {
        let (mut queue, now) = (AnswerQueue::default(), Instant::now());
        queue.set_pace(Some(2.0));
        let passes: Vec<Duration> = (0..8).map(|_| queue.pass(now) - now).collect();
        let half_seconds: Vec<u128> = passes.iter().map(|after| after.as_millis() / 500).collect();
        assert_eq!(half_seconds, [0, 0, 0, 0, 0, 1, 2, 3]);
        assert_eq!(queue.blocked_until(now), Some(now + Duration::from_millis(1_500)));
    }

    #[test]
    fn without_a_pace_nothing_waits() {
        let (mut queue, now) = (AnswerQueue::default(), Instant::now());
        assert_eq!(queue.pass(now), now);
        assert_eq!(queue.blocked_until(now), None);
    }
}
