//! Faults to order, and the log of requests: the same for both stand-ins.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use regex::Regex;
use tokio::sync::watch;
use tokio::time::Instant;

/// So many requests are remembered.
const LOG_LENGTH: usize = 100_000;

/// Something that goes wrong with requests.
#[derive(Debug, Clone)]
pub struct Fault {
    matching: Regex,
    left: Option<u32>,
    effect: Effect,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The answer comes so much later.
    Delay(Duration),
    /// Nothing is done; the answer has this status and body.
    Status(u16, String),
    /// Nothing is done, and the connection ends without an answer.
    DropBefore,
    /// What was asked for is done, and the connection ends without an answer.
    DropAfter,
    /// What was asked for is done; the answer is 200 and no JSON.
    Garbage,
    /// What was asked for is done; the connection ends amid the answer's body.
    HalfBody,
}

impl Fault {
    /// A fault of every request whose `METHOD /path?query` the regular expression finds; of the next one only, unless
    /// [`times`](Self::times) or [`always`](Self::always) says otherwise. An error where it is none.
    pub fn new(matching: &str, effect: Effect) -> anyhow::Result<Self> {
        Ok(Self { matching: Regex::new(matching)?, left: Some(1), effect })
    }

    /// Of so many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct LoggedRequest {
    /// `GET`, …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Status of the answer; 0 where the connection ended without one.
    pub status: u16,
    /// Bytes of the answer's body, as far as it has been sent.
    pub bytes: u64,
}

/// The requests to a stand-in: what goes wrong with them, and which ones came.
#[derive(Debug)]
pub struct Traffic {
    faults: Mutex<Vec<Fault>>,
    log: Mutex<VecDeque<(LoggedRequest, Arc<AtomicU64>)>>,
    refused_until: watch::Sender<Instant>,
}

impl Traffic {
    pub(crate) fn new() -> Self {
        let refused_until = watch::Sender::new(Instant::now());
        Self { faults: Mutex::default(), log: Mutex::default(), refused_until }
    }

    /// Orders a fault. Of several that are about a request the first one ordered comes about.
    pub fn order(&self, fault: Fault) {
        lock(&self.faults).push(fault);
    }

    /// Takes all orders back.
    pub fn clear_orders(&self) {
        lock(&self.faults).clear();
    }

    /// Ends all connections and refuses new ones for a while.
    pub fn refuse_connections(&self, lasts: Duration) {
        self.refused_until.send_replace(Instant::now() + lasts);
    }

    /// The requests that came and were answered, the latest 100,000 of them, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        let sent = |(request, bytes): &(LoggedRequest, Arc<AtomicU64>)| LoggedRequest {
            bytes: bytes.load(Ordering::Relaxed),
            ..request.clone()
        };
        lock(&self.log).iter().map(sent).collect()
    }

    /// Forgets the requests that came.
    pub fn clear_requests(&self) {
        lock(&self.log).clear();
    }

    /// Until when connections are refused, and when that changes.
    pub(crate) fn refused_until(&self) -> watch::Receiver<Instant> {
        self.refused_until.subscribe()
    }

    /// What goes wrong with a request.
    pub(crate) fn effect(&self, method: &str, target: &str) -> Option<Effect> {
        let line = format!("{method} {target}");
        let mut faults = lock(&self.faults);
        let fault = faults.iter_mut().find(|fault| fault.left != Some(0) && fault.matching.is_match(&line))?;
        let effect = fault.effect.clone();
        fault.left = fault.left.map(|left| left - 1);
        faults.retain(|fault| fault.left != Some(0));
        Some(effect)
    }

    /// Remembers a request; what it gives back counts the bytes of its answer.
    pub(crate) fn log(&self, method: &str, target: &str, status: u16) -> Arc<AtomicU64> {
        let bytes = Arc::new(AtomicU64::new(0));
        let request = LoggedRequest { method: method.to_owned(), target: target.to_owned(), status, bytes: 0 };
        let mut log = lock(&self.log);
        log.push_back((request, bytes.clone()));
        if log.len() > LOG_LENGTH {
            log.pop_front();
        }
        bytes
    }
}

/// Takes a lock; what a panic elsewhere left behind is good enough for a stand-in.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
