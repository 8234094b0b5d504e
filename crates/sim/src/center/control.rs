//! What tests and people do to a center and its clusters, from any thread.

use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use crate::api_server::ApiServer;
use crate::api_server::kinds::{CENTER, DEPLOYMENTS, EDGE, Kind, NAMESPACES};
use crate::edge::Edge;
use crate::edge::report::unix_seconds;

use super::Center;
use super::commands::Command;
use super::options::{Breakage, ClusterOptions};
use super::world::World;

/// How a watch says that its version is too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// HTTP status 410.
    Status,
    /// HTTP status 200, and an event `ERROR` with the 410 in it.
    Event,
}

/// Clusters. Everything that names one fails where there is none of this id.
impl Center {
    /// A new cluster joins.
    pub fn add_cluster(&self, options: ClusterOptions) {
        self.change(|world, now| world.add_cluster(options, now));
    }

    /// A cluster goes, with all that the center knew of it.
    pub fn remove_cluster(&self, id: &str) {
        self.change(|world, _| world.remove_cluster(id));
    }

    /// Disconnects a cluster cleanly, which the center says at once, or connects it again. While it is away commands
    /// and namespaces do not reach it; what happened there meanwhile is reported when it is back.
    pub fn set_online(&self, id: &str, online: bool) -> anyhow::Result<()> {
        self.change(|world, _| {
            let edge = world.edges.get_mut(id).with_context(|| unknown(id))?;
            edge.options.online = online;
            edge.beat(&mut world.api, unix_seconds());
            anyhow::Ok(())
        })?;
        self.edge(id, |_| ())
    }

    /// Lets a cluster's connection hang for so long already: it stays `online`, with an old timestamp, and neither
    /// heartbeats nor reports come. None ends that.
    pub fn set_stale(&self, id: &str, since: Option<Duration>) -> anyhow::Result<()> {
        self.change(|world, _| {
            let edge = world.edges.get_mut(id).with_context(|| unknown(id))?;
            edge.stale = since.is_some();
            edge.beat(&mut world.api, unix_seconds().saturating_sub(since.unwrap_or_default().as_secs()));
            anyhow::Ok(())
        })?;
        self.edge(id, |_| ())
    }

    /// Loses all commands to a cluster that stays `online`.
    pub fn set_deaf(&self, id: &str, deaf: bool) -> anyhow::Result<()> {
        self.edge(id, |edge| edge.deaf = deaf)
    }

    /// Makes the next command to a cluster come so much later, so that others overtake it.
    pub fn delay_next_command(&self, id: &str, delay: Duration) -> anyhow::Result<()> {
        self.edge(id, |edge| edge.next_command_late = Some(delay))
    }

    /// Makes a cluster's shim fail at the next commands: code 0 without a body.
    pub fn fail_shim(&self, id: &str, times: u32) -> anyhow::Result<()> {
        self.edge(id, |edge| edge.shim_failures = times)
    }

    /// Changes a cluster's options from now on: report lag, lightweight reports and the like. Its id, name and nodes
    /// and whether it is online stay as they are.
    pub fn set_options(&self, id: &str, change: impl FnOnce(&mut ClusterOptions)) -> anyhow::Result<()> {
        self.edge(id, |edge| {
            let old = edge.options.clone();
            change(&mut edge.options);
            edge.options.online = old.online;
            (edge.options.id, edge.options.name, edge.options.nodes) = (old.id, old.name, old.nodes);
        })
    }

    /// Makes a namespace and all that is in it unknown to a cluster, as where it missed it.
    pub fn forget_namespace(&self, id: &str, namespace: &str) -> anyhow::Result<()> {
        self.edge(id, |edge| drop(edge.api.remove(&NAMESPACES, "", namespace)))
    }

    /// Sets whether a node answers.
    pub fn set_node_ready(&self, id: &str, node: &str, ready: bool) -> anyhow::Result<()> {
        self.edge(id, |edge| edge.set_node_ready(node, ready))?.then_some(()).with_context(|| unknown(node))
    }

    /// Cordons a node, or lifts that.
    pub fn set_node_unschedulable(&self, id: &str, node: &str, unschedulable: bool) -> anyhow::Result<()> {
        let done = self.edge(id, |edge| edge.set_node_unschedulable(node, unschedulable))?;
        done.then_some(()).with_context(|| unknown(node))
    }

    /// Breaks the pods, present and future, that have this part in their name or an image.
    pub fn break_pods(&self, id: &str, part: &str, breakage: Breakage) -> anyhow::Result<()> {
        self.edge(id, |edge| edge.broken.push((part.to_owned(), breakage)))
    }

    /// Takes that back.
    pub fn mend_pods(&self, id: &str, part: &str) -> anyhow::Result<()> {
        self.edge(id, |edge| edge.broken.retain(|(broken, _)| broken != part))
    }

    /// Does what an autoscaler does: sets the number of pods that a Deployment wants.
    pub fn scale(&self, id: &str, namespace: &str, deployment: &str, replicas: u32) -> anyhow::Result<()> {
        let scaled = self.edge(id, |edge| {
            let mut value = edge.api.get(&DEPLOYMENTS, namespace, deployment)?.value.clone();
            value["spec"]["replicas"] = json!(replicas);
            edge.api.put(&DEPLOYMENTS, value);
            Some(())
        })?;
        scaled.with_context(|| unknown(deployment))
    }

    /// A cluster's own objects of a resource (`pods`), in a namespace or ("") all of them.
    pub fn edge_objects(&self, id: &str, resource: &str, namespace: &str) -> anyhow::Result<Vec<Value>> {
        let world = self.shared.world();
        let edge = world.edges.get(id).with_context(|| unknown(id))?;
        objects(&edge.api, EDGE, resource, namespace)
    }

    /// Does something to a cluster, whose controllers then look at it.
    fn edge<T>(&self, id: &str, change: impl FnOnce(&mut Edge) -> T) -> anyhow::Result<T> {
        self.change(|world, now| {
            let edge = world.edges.get_mut(id).with_context(|| unknown(id))?;
            let result = change(edge);
            edge.unsettle();
            world.edge_changed(id, now);
            Ok(result)
        })
    }
}

/// The center itself.
impl Center {
    /// The center's objects of a resource, in a namespace or ("") all of them.
    pub fn objects(&self, resource: &str, namespace: &str) -> anyhow::Result<Vec<Value>> {
        objects(&self.shared.world().api, CENTER, resource, namespace)
    }

    /// Makes a namespace, as a POST does.
    pub fn create_namespace(&self, name: &str) {
        self.change(|world, _| world.api.put_namespace(name));
    }

    /// The commands that were ever posted, the latest 20,000 of them, oldest first.
    pub fn commands(&self) -> Vec<Command> {
        self.shared.world().history.all()
    }

    /// Lets so many answers a second pass for the whole fleet; a real center 2.5, none all of them at once.
    pub fn set_answers_per_second(&self, pace: Option<f64>) {
        self.change(|world, _| world.queue.set_pace(pace));
    }

    /// Makes all versions before now too old, for lists and watches, and says how watches tell it.
    pub fn forget_versions(&self, expiry: Expiry) {
        self.change(|world, _| {
            world.api.forget();
            world.api.expire_watches_by_status = expiry == Expiry::Status;
        });
    }

    /// Restarts the controllers: they send again whatever has no answer and is younger than an hour.
    pub fn restart_controllers(&self) {
        self.change(World::send_again);
    }

    fn change<T>(&self, change: impl FnOnce(&mut World, Instant) -> T) -> T {
        let now = Instant::now();
        let mut world = self.shared.world();
        let result = change(&mut world, now);
        world.written(now);
        self.shared.rethink.notify_one();
        result
    }
}

fn objects(api: &ApiServer, known: &[&Kind], resource: &str, namespace: &str) -> anyhow::Result<Vec<Value>> {
    let kind = known.iter().find(|kind| kind.resource == resource).with_context(|| unknown(resource))?;
    let meant = api.all(kind).filter(|object| namespace.is_empty() || object.meta("namespace") == namespace);
    Ok(meant.map(|object| object.value.clone()).collect())
}

fn unknown(what: &str) -> String {
    format!("there is no {what:?} here")
}
