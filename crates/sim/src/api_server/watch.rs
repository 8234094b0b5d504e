//! Watches: the changes of a collection as they happen, one JSON object per line.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::stream;
use serde_json::{Value, json};
use tokio::sync::watch as channel;
use tokio::time::{Instant, timeout_at};

use super::refusal::Refusal;
use super::request::{Query, Route};
use super::selector::Selector;
use super::{ApiServer, Change, Object};

/// How long a watch lasts where nobody says it.
const WATCH_SECONDS: u64 = 300;
/// How long it lasts at most.
const LONGEST_WATCH_SECONDS: u64 = 86_400;
/// How often it is told where it stands. A real server takes about a minute.
const BOOKMARKS: Duration = Duration::from_secs(5);

/// Where a watch stands, and what it is about.
#[derive(Debug)]
pub(crate) struct Watch {
    route: Route,
    selector: Selector,
    bookmarks: bool,
    lasts: Duration,
    /// Told up to this version; none before the start of a watch that begins with what is there.
    revision: Option<u64>,
    /// It began at a version that is yet to come: until then it is silent, without bookmarks too.
    ahead: bool,
}

impl Watch {
    /// Understands a request for a watch; a 410 here is one of the two ways to say that its version is too old.
    pub(crate) fn new(api: &ApiServer, route: Route, query: &Query) -> Result<Self, Refusal> {
        if route.name.is_some() {
            return Err(Refusal::method_not_allowed());
        }
        let seconds = query.number("timeoutSeconds")?.unwrap_or(WATCH_SECONDS).min(LONGEST_WATCH_SECONDS);
        let lasts = Duration::from_secs(seconds);
        let revision = query.number("resourceVersion")?.filter(|revision| *revision > 0);
        let (selector, bookmarks) = (query.selector()?, query.flag("allowWatchBookmarks"));
        let watch = Self { route, selector, bookmarks, lasts, revision, ahead: false };
        match revision {
            Some(revision) if api.expire_watches_by_status && revision < api.oldest(watch.route.kind) => {
                Err(watch.expired(api, revision))
            }
            _ => Ok(watch),
        }
    }

    /// The lines that have come since the last call; the error ends the watch.
    pub(crate) fn read(&mut self, api: &ApiServer) -> Result<Vec<String>, Refusal> {
        let Some(revision) = self.revision else {
            self.revision = Some(api.revision);
            let there = api.all(self.route.kind).filter(|object| self.is_about(object));
            return Ok(there.map(|object| line("ADDED", &object.text)).collect());
        };
        self.ahead = revision > api.revision;
        if self.ahead {
            return Ok(Vec::new());
        }
        let changes = api.changes_since(self.route.kind, revision).ok_or_else(|| self.expired(api, revision))?;
        let lines = changes.filter_map(|change| self.event(change));
        let lines = lines.collect();
        self.revision = Some(api.revision);
        Ok(lines)
    }

    fn is_about(&self, object: &Object) -> bool {
        (self.route.namespace.is_empty() || object.meta("namespace") == self.route.namespace)
            && self.selector.matches(&object.value)
    }

    /// What a change means to this watch: an object that no longer matches is gone for it.
    fn event(&self, change: &Change) -> Option<String> {
        let before = change.before.as_deref().filter(|before| self.is_about(before));
        let after = change.after.as_deref().filter(|after| self.is_about(after));
        match (before, after) {
            (None, None) => None,
            (None, Some(after)) => Some(line("ADDED", &after.text)),
            (Some(_), Some(after)) => Some(line("MODIFIED", &after.text)),
            (Some(before), None) => {
                let mut last = before.value.clone();
                last["metadata"]["resourceVersion"] = json!(change.revision.to_string());
                Some(line("DELETED", &last.to_string()))
            }
        }
    }

    fn expired(&self, api: &ApiServer, revision: u64) -> Refusal {
        let oldest = api.oldest(self.route.kind);
        Refusal::expired(format!("too old resource version: {revision} ({oldest})"), None)
    }

    fn bookmark(&self) -> Option<String> {
        let kind = self.route.kind;
        let object = json!({
            "kind": kind.name, "apiVersion": kind.api_version(),
            "metadata": {"resourceVersion": self.revision?.to_string(), "creationTimestamp": Value::Null},
        });
        Some(line("BOOKMARK", &object.to_string()))
    }

    /// The watch as the body of an answer. `read` asks the server for the lines that have come.
    pub(crate) fn stream<Read>(self, news: channel::Receiver<u64>, read: Read) -> impl Stream<Item = Lines> + Send
    where
        Read: Fn(&mut Self) -> Result<Vec<String>, Refusal> + Send + 'static,
    {
        let now = Instant::now();
        let running = Running { end: now + self.lasts, mark: now + BOOKMARKS, watch: self, news, read };
        stream::unfold(Some(running), |running| async move { running?.next().await })
    }
}

/// A piece of an answer's body.
type Lines = Result<Bytes, Infallible>;

/// A watch that somebody reads.
struct Running<Read> {
    watch: Watch,
    news: channel::Receiver<u64>,
    read: Read,
    end: Instant,
    mark: Instant,
}

impl<Read: Fn(&mut Watch) -> Result<Vec<String>, Refusal>> Running<Read> {
    /// The next lines, and the watch as it goes on; none at its end.
    async fn next(mut self) -> Option<(Lines, Option<Self>)> {
        loop {
            self.news.mark_unchanged();
            let mut lines = match (self.read)(&mut self.watch) {
                Ok(lines) => lines,
                Err(refusal) => {
                    let last = line("ERROR", &refusal.status().to_string());
                    return Some((Ok(last.into()), None));
                }
            };
            if self.watch.bookmarks && !self.watch.ahead && Instant::now() >= self.mark {
                self.mark = Instant::now() + BOOKMARKS;
                lines.extend(self.watch.bookmark());
            }
            if !lines.is_empty() {
                return Some((Ok(lines.concat().into()), Some(self)));
            }
            if Instant::now() >= self.end {
                return None;
            }
            // Waiting ends with news, for a bookmark, or at the end; each is looked into above.
            if let Ok(Err(_)) = timeout_at(self.end.min(self.mark), self.news.changed()).await {
                return None;
            }
        }
    }
}

/// One line of a watch.
fn line(event: &str, object: &str) -> String {
    format!("{{\"type\":\"{event}\",\"object\":{object}}}\n")
}
