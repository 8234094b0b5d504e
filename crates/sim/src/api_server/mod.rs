//! A small Kubernetes API server in memory: the center is one, and each edge has one.
//!
//! Its one source of truth is the log of changes: an object's version is its change's number, a watch reads the log
//! onward, and a page of an older list is made by reading it backward (docs/contracts/kubernetes.md).

pub(crate) mod kinds;
pub(crate) mod quantity;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod selector;
pub(crate) mod shape;
pub(crate) mod watch;

mod list;
mod log;
mod patch;
mod validate;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch as channel;

use kinds::{Kind, NAMESPACES};
pub(crate) use log::Change;
use log::Log;

/// The store behind a server refuses larger objects, bytes.
pub(crate) const OBJECT_LIMIT: usize = 1_572_864;
/// A server sends no larger objects to its store, bytes.
const MESSAGE_LIMIT: usize = 2_097_152;
/// A server refuses larger bodies, bytes.
pub(crate) const BODY_LIMIT: usize = 3_145_728;

/// An object in one version.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) value: Value,
    /// The same as JSON, made once for all lists and watches.
    pub(crate) text: String,
}

impl Object {
    fn new(value: Value) -> Arc<Self> {
        let text = value.to_string();
        Arc::new(Self { value, text })
    }

    /// A member of `metadata`, "" where it is missing.
    pub(crate) fn meta(&self, member: &str) -> &str {
        self.value["metadata"][member].as_str().unwrap_or_default()
    }
}

/// Where an object stands within its kind: namespace ("" without one) and name.
pub(crate) type Key = (String, String);

/// The server: objects, and the log of their changes.
#[derive(Debug)]
pub(crate) struct ApiServer {
    known: &'static [&'static Kind],
    objects: BTreeMap<&'static Kind, BTreeMap<Key, Arc<Object>>>,
    logs: BTreeMap<&'static Kind, Log>,
    revision: u64,
    /// Versions before this one are too old to read from, whatever the kind.
    forgotten: u64,
    /// Answers a watch at a version too old with an HTTP status instead of an event.
    pub(crate) expire_watches_by_status: bool,
    news: channel::Sender<u64>,
}

/// What is kept of a server between runs: its log is not, so older versions are then too old, as after a compaction.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    revision: u64,
    objects: Vec<Value>,
}

impl ApiServer {
    /// An empty server with the namespaces that every cluster has.
    pub(crate) fn new(known: &'static [&'static Kind]) -> Self {
        let mut server = Self {
            known,
            objects: BTreeMap::new(),
            logs: BTreeMap::new(),
            revision: 1,
            forgotten: 1,
            expire_watches_by_status: false,
            news: channel::Sender::new(1),
        };
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            server.put_namespace(name);
        }
        server
    }

    /// A server as it was saved.
    pub(crate) fn restore(known: &'static [&'static Kind], saved: Saved) -> Self {
        let mut server = Self { revision: saved.revision, forgotten: saved.revision, ..Self::new(known) };
        server.logs.clear();
        server.objects.clear();
        for value in saved.objects {
            if let Some(kind) = Kind::of(&value) {
                let object = Object::new(value);
                let key = (object.meta("namespace").to_owned(), object.meta("name").to_owned());
                server.objects.entry(kind).or_default().insert(key, object);
            }
        }
        server
    }

    /// What is to be kept between runs.
    pub(crate) fn save(&self) -> Saved {
        let objects = self.objects.values().flat_map(BTreeMap::values).map(|object| object.value.clone()).collect();
        Saved { revision: self.revision, objects }
    }

    /// The latest version.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Tells of every change's version.
    pub(crate) fn news(&self) -> channel::Receiver<u64> {
        self.news.subscribe()
    }

    /// One object.
    pub(crate) fn get(&self, kind: &Kind, namespace: &str, name: &str) -> Option<&Arc<Object>> {
        self.objects.get(kind)?.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// All objects of a kind, in the order of their namespaces and names.
    pub(crate) fn all(&self, kind: &Kind) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.get(kind).into_iter().flat_map(BTreeMap::values)
    }

    /// Whether a namespace is there.
    pub(crate) fn has_namespace(&self, name: &str) -> bool {
        self.get(&NAMESPACES, "", name).is_some()
    }

    /// The changes of a kind after a version, or none where it is too old.
    pub(crate) fn changes_since(&self, kind: &Kind, revision: u64) -> Option<impl DoubleEndedIterator<Item = &Change>> {
        let changes = self.logs.get(kind).into_iter().flat_map(move |log| log.since(revision));
        (revision >= self.oldest(kind)).then_some(changes)
    }

    /// The oldest version of a kind that can be read from.
    fn oldest(&self, kind: &Kind) -> u64 {
        self.logs.get(kind).map_or(0, Log::oldest).max(self.forgotten)
    }

    /// Makes every version before now too old.
    pub(crate) fn forget(&mut self) {
        self.logs.clear();
        // A change of its own, so that the version of this moment is too old as well.
        self.revision += 1;
        self.forgotten = self.revision;
        self.news.send_replace(self.revision);
    }

    /// Makes a namespace unless it is there, without asking anybody.
    pub(crate) fn put_namespace(&mut self, name: &str) {
        if !self.has_namespace(name) {
            let namespace = json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
                "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
            });
            self.put(&NAMESPACES, namespace);
        }
    }

    /// Stores an object as it is, in place of an older one: what a server's own controllers do. Fills in what the
    /// server owns: uid, creation time, generation, version.
    pub(crate) fn put(&mut self, kind: &'static Kind, mut value: Value) -> Arc<Object> {
        let member = |value: &Value, member: &str| value["metadata"][member].as_str().unwrap_or_default().to_owned();
        let key = (member(&value, "namespace"), member(&value, "name"));
        let before = self.objects.get(kind).and_then(|objects| objects.get(&key)).cloned();
        value["apiVersion"] = json!(kind.api_version());
        value["kind"] = json!(kind.name);
        self.revision += 1;
        let old = before.as_ref().map(|object| &object.value["metadata"]);
        let meta = &mut value["metadata"];
        if let Some(old) = old {
            meta["uid"] = old["uid"].clone();
            meta["creationTimestamp"] = old["creationTimestamp"].clone();
        } else {
            if meta["uid"].is_null() {
                meta["uid"] = json!(uuid::Uuid::new_v4().to_string());
            }
            meta["creationTimestamp"] = json!(timestamp());
        }
        meta["resourceVersion"] = json!(self.revision.to_string());
        if value.get("spec").is_some() {
            let unchanged = before.as_ref().filter(|before| before.value["spec"] == value["spec"]);
            let last = before.as_ref().and_then(|before| before.value["metadata"]["generation"].as_u64()).unwrap_or(0);
            value["metadata"]["generation"] = json!(if unchanged.is_some() { last } else { last + 1 });
        }
        let object = Object::new(value);
        self.objects.entry(kind).or_default().insert(key.clone(), object.clone());
        self.record(Change { revision: self.revision, kind, key, before, after: Some(object.clone()) });
        object
    }

    /// Removes an object; with a namespace all that is in it.
    pub(crate) fn remove(&mut self, kind: &'static Kind, namespace: &str, name: &str) -> Option<Arc<Object>> {
        let key = (namespace.to_owned(), name.to_owned());
        let before = self.objects.get_mut(kind)?.remove(&key)?;
        self.revision += 1;
        self.record(Change { revision: self.revision, kind, key, before: Some(before.clone()), after: None });
        if *kind == NAMESPACES {
            for inner in self.known {
                let inside: Vec<String> = self
                    .all(inner)
                    .filter(|object| object.meta("namespace") == name)
                    .map(|object| object.meta("name").to_owned())
                    .collect();
                for object in inside {
                    self.remove(inner, name, &object);
                }
            }
        }
        Some(before)
    }

    fn record(&mut self, change: Change) {
        let revision = change.revision;
        self.logs.entry(change.kind).or_default().add(change);
        self.news.send_replace(revision);
    }
}

/// The time now, as Kubernetes writes it.
pub(crate) fn timestamp() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
