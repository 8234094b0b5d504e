//! The center with its clusters: what it holds, and what happens in it as time goes on.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::api_server::kinds::{self, CLUSTERS, COMMANDS, NAMESPACES, REPORTED};
use crate::api_server::{ApiServer, Change, Saved};
use crate::edge::Edge;
use crate::edge::report::unix_seconds;

use super::agenda::{Agenda, Task};
use super::commands::History;
use super::options::ClusterOptions;
use super::queue::AnswerQueue;

/// So many tasks are done before others may look at the world.
const TASKS_AT_ONCE: usize = 64;

/// The center with its clusters.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) api: ApiServer,
    pub(super) edges: BTreeMap<String, Edge>,
    pub(super) agenda: Agenda,
    pub(super) history: History,
    pub(super) queue: AnswerQueue,
    /// The center's version that its controllers have acted upon.
    noticed: u64,
    /// Something has changed that is worth saving; heartbeats alone are not.
    changed: bool,
}

/// What is kept of a center between runs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SavedWorld {
    center: Saved,
    edges: Vec<SavedEdge>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedEdge {
    options: ClusterOptions,
    objects: Saved,
}

impl World {
    /// A new center.
    pub(super) fn new(clusters: Vec<ClusterOptions>, now: Instant) -> Self {
        let mut world = Self::with(ApiServer::new(kinds::CENTER));
        for options in clusters {
            world.add_cluster(options, now);
        }
        world
    }

    fn with(api: ApiServer) -> Self {
        Self {
            noticed: api.revision(),
            api,
            edges: BTreeMap::new(),
            agenda: Agenda::default(),
            history: History::default(),
            queue: AnswerQueue::default(),
            changed: true,
        }
    }

    /// The center of an earlier run.
    pub(super) fn restore(saved: SavedWorld, now: Instant) -> Self {
        let mut world = Self::with(ApiServer::restore(kinds::CENTER, saved.center));
        for edge in saved.edges {
            let id = edge.options.id.clone();
            let api = ApiServer::restore(kinds::EDGE, edge.objects);
            world.edges.insert(id.clone(), Edge::with(edge.options, api));
            world.agenda.add(now, Task::Beat(id.clone()));
            world.edge_changed(&id, now);
        }
        world.remember_commands(now);
        world
    }

    /// What is to be saved, if anything has changed since the last call.
    pub(super) fn save_changes(&mut self) -> Option<SavedWorld> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let edges = self.edges.values();
        let edges = edges.map(|edge| SavedEdge { options: edge.options.clone(), objects: edge.api.save() }).collect();
        Some(SavedWorld { center: self.api.save(), edges })
    }

    /// Does what is due, not too much at once; says when to come again.
    pub(super) fn run(&mut self, now: Instant) -> Option<Instant> {
        for _ in 0..TASKS_AT_ONCE {
            let Some(task) = self.agenda.take_due(now) else { break };
            self.changed |= !matches!(task, Task::Beat(_));
            self.run_task(task, now);
        }
        self.notice(now);
        self.agenda.next()
    }

    fn run_task(&mut self, task: Task, now: Instant) {
        match task {
            Task::Settle(id) => self.settle(&id, now),
            Task::Report(id) => self.report(id, now),
            Task::Beat(id) => self.beat(id, now),
            Task::Spread(namespace) => self.spread(&namespace, now),
            Task::Dispatch(number) => self.dispatch(number, now),
            Task::Deliver(number, id) => self.deliver(number, &id, now),
            Task::Merge(number, id, answer) => self.merge(number, &id, &answer),
        }
    }

    /// Lets the center's controllers act on what others have written there.
    pub(super) fn notice(&mut self, now: Instant) {
        let revision = self.api.revision();
        if revision == self.noticed {
            return;
        }
        let changes: Vec<Change> = [&NAMESPACES, &COMMANDS]
            .into_iter()
            .filter_map(|kind| self.api.changes_since(kind, self.noticed))
            .flatten()
            .cloned()
            .collect();
        self.noticed = revision;
        self.changed |= !changes.is_empty();
        for change in changes {
            match (&change.before, &change.after) {
                (None, Some(object)) if *change.kind == COMMANDS => self.post(object, now),
                (Some(object), None) if *change.kind == COMMANDS => self.history.deleted(object.meta("uid")),
                (None, Some(object)) if *change.kind == NAMESPACES => {
                    self.agenda.add(now, Task::Spread(object.meta("name").to_owned()));
                }
                (Some(before), Some(after)) if *change.kind == COMMANDS => self.command_changed(before, after),
                _ => {}
            }
        }
    }

    /// Somebody has written something: the controllers act on it, and it is worth saving.
    pub(super) fn written(&mut self, now: Instant) {
        self.changed = true;
        self.notice(now);
    }

    /// A new cluster joins: it gets all namespaces, and is known without its capacity at first.
    pub(super) fn add_cluster(&mut self, options: ClusterOptions, now: Instant) {
        let id = options.id.clone();
        let mut edge = Edge::new(options);
        let namespaces: Vec<String> = self.api.all(&NAMESPACES).map(|it| it.meta("name").to_owned()).collect();
        for namespace in namespaces {
            edge.api.put_namespace(&namespace);
        }
        edge.beat(&mut self.api, unix_seconds());
        edge.report(&mut self.api);
        self.agenda.add(now + edge.options.heartbeat, Task::Beat(id.clone()));
        self.edges.insert(id, edge);
        self.changed = true;
    }

    /// A cluster is gone, and so is all that the center knew of it.
    pub(super) fn remove_cluster(&mut self, id: &str) {
        self.edges.remove(id);
        self.api.remove(&CLUSTERS, "kube-system", id);
        for kind in REPORTED {
            let mine = self.api.all(kind).filter(|copy| copy.value["metadata"]["labels"]["ote-cluster"] == id);
            let copies: Vec<_> = mine.cloned().collect();
            for copy in copies {
                self.api.remove(kind, copy.meta("namespace"), copy.meta("name"));
            }
        }
        self.changed = true;
    }

    /// Something has changed at a cluster: its controllers look at it, and it will be reported.
    pub(super) fn edge_changed(&mut self, id: &str, now: Instant) {
        let Some(edge) = self.edges.get_mut(id) else { return };
        if edge.wake.is_none_or(|wake| wake > now) {
            edge.wake = Some(now);
            self.agenda.add(now, Task::Settle(id.to_owned()));
        }
        if !edge.report_due && edge.has_news() && edge.options.online {
            edge.report_due = true;
            self.agenda.add(now + edge.options.report_lag, Task::Report(id.to_owned()));
        }
        self.changed = true;
    }

    fn settle(&mut self, id: &str, now: Instant) {
        let Some(edge) = self.edges.get_mut(id) else { return };
        if edge.wake.is_none_or(|wake| wake > now) {
            return;
        }
        let before = edge.api.revision();
        edge.wake = edge.settle(now);
        let (wake, changed) = (edge.wake, edge.api.revision() != before);
        if let Some(wake) = wake {
            self.agenda.add(wake, Task::Settle(id.to_owned()));
        }
        if changed {
            self.edge_changed(id, now);
        }
    }

    fn report(&mut self, id: String, now: Instant) {
        let Some(edge) = self.edges.get_mut(&id) else { return };
        if let Some(free) = self.queue.blocked_until(now) {
            self.agenda.add(free, Task::Report(id));
            return;
        }
        edge.report_due = false;
        if edge.options.online && !edge.stale {
            edge.report(&mut self.api);
        }
    }

    fn beat(&mut self, id: String, now: Instant) {
        let Some(edge) = self.edges.get(&id) else { return };
        if let Some(free) = self.queue.blocked_until(now) {
            self.agenda.add(free, Task::Beat(id));
            return;
        }
        if edge.options.online && !edge.stale {
            edge.beat(&mut self.api, unix_seconds());
        }
        self.agenda.add(now + edge.options.heartbeat, Task::Beat(id));
    }

    /// A new namespace goes to the clusters that are connected now. Those that are not never get it.
    fn spread(&mut self, namespace: &str, now: Instant) {
        let connected: Vec<String> =
            self.edges.values().filter(|edge| edge.connected()).map(|edge| edge.id().to_owned()).collect();
        for id in connected {
            if let Some(edge) = self.edges.get_mut(&id) {
                edge.api.put_namespace(namespace);
            }
            self.edge_changed(&id, now);
        }
    }
}
