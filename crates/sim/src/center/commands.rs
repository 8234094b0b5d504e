//! Commands: how they go out, and what becomes of the answers (docs/contracts/ote-center.md).

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use regex::Regex;
use serde_json::{Value, json};

use crate::api_server::kinds::COMMANDS;
use crate::api_server::{OBJECT_LIMIT, Object};
use crate::edge::report::unix_seconds;
use crate::edge::shim::ShimAnswer;

use super::agenda::Task;
use super::world::World;

/// So many commands are remembered.
const REMEMBERED: usize = 20_000;
/// How long a command is on its way, at least; two at once may change places.
const ON_ITS_WAY: Duration = Duration::from_millis(20);
/// A controller that starts sends younger commands again.
const SENT_AGAIN: Duration = Duration::from_hours(1);

/// A command that was posted, and what became of it.
#[derive(Debug, Clone)]
pub struct Command {
    /// Its name; after its deletion another one may have it too.
    pub name: String,
    /// What was asked.
    pub spec: Value,
    /// When it was posted.
    pub posted_at: SystemTime,
    /// The clusters that it has reached, once for each time.
    pub reached: Vec<String>,
    /// The status that each cluster answered, whether or not that came to the center.
    pub answers: BTreeMap<String, u16>,
    /// The clusters whose answers no longer fitted into it, or were lost because somebody changed it.
    pub lost: Vec<String>,
    /// Its size with the answers in it, bytes.
    pub bytes: usize,
    /// It was deleted.
    pub deleted: bool,
    uid: String,
}

impl Command {
    fn new(object: &Object) -> Self {
        Self {
            name: object.meta("name").to_owned(),
            spec: object.value["spec"].clone(),
            posted_at: SystemTime::now(),
            reached: Vec::new(),
            answers: BTreeMap::new(),
            lost: Vec::new(),
            bytes: object.text.len(),
            deleted: false,
            uid: object.meta("uid").to_owned(),
        }
    }
}

/// All commands that were ever posted, by number.
#[derive(Debug, Default)]
pub(super) struct History {
    commands: BTreeMap<u64, Command>,
    posted: u64,
}

impl History {
    pub(super) fn all(&self) -> Vec<Command> {
        self.commands.values().cloned().collect()
    }

    fn add(&mut self, command: Command) -> u64 {
        self.posted += 1;
        self.commands.insert(self.posted, command);
        while self.commands.len() > REMEMBERED {
            self.commands.pop_first();
        }
        self.posted
    }

    pub(super) fn deleted(&mut self, uid: &str) {
        if let Some(command) = self.commands.values_mut().rev().find(|command| command.uid == uid) {
            command.deleted = true;
        }
    }
}

/// The regular expressions of a cluster selector: found anywhere in an id, and an empty one in every id. One that is
/// none finds nothing.
fn patterns(selector: &str) -> Vec<Regex> {
    selector.split(',').filter_map(|pattern| Regex::new(pattern).ok()).collect()
}

impl World {
    /// A command was posted: it goes out.
    pub(super) fn post(&mut self, object: &Object, now: Instant) {
        let number = self.history.add(Command::new(object));
        let jitter = Duration::from_millis(u64::from(uuid::Uuid::new_v4().as_bytes()[0] % 5));
        self.agenda.add(now + ON_ITS_WAY + jitter, Task::Dispatch(number));
    }

    /// Sends a command to the clusters that it selects and that are connected at this moment. There is no second time.
    pub(super) fn dispatch(&mut self, number: u64, now: Instant) {
        let Some(command) = self.history.commands.get(&number) else { return };
        let patterns = patterns(command.spec["clusterSelector"].as_str().unwrap_or_default());
        for edge in self.edges.values_mut() {
            if edge.connected() && patterns.iter().any(|pattern| pattern.is_match(edge.id())) {
                let late = edge.next_command_late.take().unwrap_or_default();
                self.agenda.add(now + late, Task::Deliver(number, edge.id().to_owned()));
            }
        }
    }

    /// A command reaches a cluster, even if it has been deleted meanwhile.
    pub(super) fn deliver(&mut self, number: u64, id: &str, now: Instant) {
        let Some(command) = self.history.commands.get_mut(&number) else { return };
        let Some(edge) = self.edges.get_mut(id).filter(|edge| edge.connected()) else { return };
        let answer = edge.carry_out(&command.spec);
        command.reached.push(id.to_owned());
        command.answers.insert(id.to_owned(), answer.code);
        let passes = self.queue.pass(now + edge.options.answer_delay);
        self.agenda.add(passes, Task::Merge(number, id.to_owned(), answer));
        self.edge_changed(id, now);
    }

    /// Writes an answer into its command: lost where that has been deleted, or where it no longer fits.
    pub(super) fn merge(&mut self, number: u64, id: &str, answer: &ShimAnswer) {
        let Some(command) = self.history.commands.get_mut(&number) else { return };
        let object = self.api.get(&COMMANDS, "kube-system", &command.name);
        let Some(object) = object.filter(|object| object.meta("uid") == command.uid) else { return };
        let answer = json!({"timestamp": unix_seconds(), "code": answer.code, "body": answer.body});
        let grown = object.text.len() + id.len() + answer.to_string().len() + 4;
        if grown > OBJECT_LIMIT {
            command.lost.push(id.to_owned());
            return;
        }
        let mut value = object.value.clone();
        if !value["status"].is_object() {
            value["status"] = json!({});
        }
        value["status"][id] = answer;
        command.bytes = self.api.put(&COMMANDS, value).text.len();
    }

    /// Whoever changes a command loses the answers that are on their way to it: they were to be written into another
    /// version. A command whose answers have changed was changed by its controllers, which is in order.
    pub(super) fn command_changed(&mut self, before: &Object, after: &Object) {
        if before.value["status"] != after.value["status"] {
            return;
        }
        let uid = after.meta("uid");
        let Some((number, command)) = self.history.commands.iter_mut().rev().find(|(_, it)| it.uid == uid) else {
            return;
        };
        command.lost.extend(self.agenda.take_answers(*number));
    }

    /// What controllers do when they start: all commands without any status that are younger than an hour go out
    /// again, here the oldest last, for there is no order to rely on.
    pub(super) fn send_again(&mut self, now: Instant) {
        let unanswered: Vec<String> = self
            .api
            .all(&COMMANDS)
            .filter(|object| object.value["status"].as_object().is_none_or(serde_json::Map::is_empty))
            .map(|object| object.meta("uid").to_owned())
            .collect();
        let young = |command: &Command| command.posted_at.elapsed().is_ok_and(|age| age < SENT_AGAIN);
        let numbers: Vec<u64> = self
            .history
            .commands
            .iter()
            .filter(|(_, command)| young(command) && unanswered.contains(&command.uid))
            .map(|(number, _)| *number)
            .collect();
        for number in numbers.into_iter().rev() {
            self.agenda.add(now, Task::Dispatch(number));
        }
    }

    /// Takes up the commands of an earlier run that nobody has answered.
    pub(super) fn remember_commands(&mut self, now: Instant) {
        let commands: Vec<Command> = self.api.all(&COMMANDS).map(|object| Command::new(object)).collect();
        for command in commands {
            self.history.add(command);
        }
        self.send_again(now);
    }
}
