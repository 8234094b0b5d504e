//! Asking a cluster about its nodes while a request waits. The driver lets it go first, and reads what it leaves behind.

use api::Error;
use edge::wake_driver;
use spin_sdk::time::sleep;
use std::time::{Duration, Instant};
use store::task::{self, Open, Task};
use store::work::{self, Outcome};
use store::{Database, Tenant};

/// How long a request waits for the next answer, and for all (docs/semantics.md, Clusters and nodes).
const PATIENCE: Duration = Duration::from_secs(15);
const PATIENCE_IN_ALL: Duration = Duration::from_mins(1);

/// How long others may believe that a request waits which does not say so again, in seconds; it does every [`RENEWAL`].
const LEASE_SECONDS: f64 = 10.0;
const RENEWAL: Duration = Duration::from_secs(2);

/// Between two looks at least and at most: the longer an answer takes, the less often it is asked for.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Has a cluster, by id, do tasks one after the other, and waits for its answers. The first refusal is a 502, patience that has run
/// out a 504: what was done until then stays done. The driver closes the commands, and reads those that nobody waits for any more.
pub(crate) async fn carry_out(tenant: Tenant, cluster: &str, name: &str, tasks: &[Task]) -> Result<(), Error> {
    if tasks.is_empty() {
        return Ok(());
    }
    let now = Instant::now();
    let database = api::database().await?;
    let request = api::random_text()?;
    let mut asking =
        Asking { tenant, database, request, cluster, name, began: now, answered: now, renewed: None, woken: false };
    let result = asking.all(tasks).await;
    task::leave(database, &asking.request).await?;
    wake_driver();
    result
}

struct Asking<'a> {
    tenant: Tenant,
    database: &'static Database,
    /// How the others know it.
    request: String,
    cluster: &'a str,
    name: &'a str,
    began: Instant,
    /// When one of its nodes last answered.
    answered: Instant,
    renewed: Option<Instant>,
    woken: bool,
}

impl Asking<'_> {
    async fn all(&mut self, tasks: &[Task]) -> Result<(), Error> {
        for task in tasks {
            self.one(task).await?;
        }
        Ok(())
    }

    /// Carries this task on as soon as it is its turn, until it is done; before that, what an earlier request has left behind.
    async fn one(&mut self, task: &Task) -> Result<(), Error> {
        let mut position = String::new();
        loop {
            self.go_on_waiting(task).await?;
            work::give_up(self.database).await?;
            let turn = task::turn(self.database, &self.request, self.cluster).await?;
            let Some(open) = turn.open else {
                self.take_turn(turn.busy == 1, task, &position).await?;
                continue;
            };
            let Some(outcome) = self.carry(&open).await? else { continue };
            if open.task != *task {
                continue;
            }
            // The shim's failure is no answer: it is sent anew.
            if outcome.outcome == "again" {
                sleep(LONGEST_PAUSE).await;
                continue;
            }
            self.answered = Instant::now();
            match outcome.outcome {
                "done" => return Ok(()),
                "proceed" => position = outcome.position,
                _ => return Err(self.refused(task, &outcome)),
            }
        }
    }

    /// Records the task if it is its turn; else waits a moment. What the cluster owes the driver is the driver's to read.
    async fn take_turn(&mut self, busy: bool, task: &Task, position: &str) -> Result<(), Error> {
        if busy && !self.woken {
            self.woken = true;
            wake_driver();
        }
        let answers = edge::shim::pace(&edge::work_of(task)).answers_outstanding;
        if busy || !task::record(self.tenant, &self.request, self.cluster, task, position, answers).await? {
            sleep(SHORTEST_PAUSE).await;
        }
        Ok(())
    }

    /// Sends a command, or asks for its answer; waits a moment without one.
    async fn carry(&self, open: &Open) -> Result<Option<Outcome>, Error> {
        let outcome = edge::carry(self.database, &open.sending, edge::work_of(&open.task)).await?.pop();
        if outcome.is_none() {
            sleep((self.answered.elapsed() / 4).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)).await;
        }
        Ok(outcome)
    }

    /// Says that it still waits, unless its patience has run out.
    async fn go_on_waiting(&mut self, task: &Task) -> Result<(), Error> {
        if self.answered.elapsed() > PATIENCE || self.began.elapsed() > PATIENCE_IN_ALL {
            return Err(self.unanswered(task));
        }
        if self.renewed.is_none_or(|at| at.elapsed() > RENEWAL) {
            self.renewed = Some(Instant::now());
            task::wait(self.database, &self.request, self.cluster, LEASE_SECONDS).await?;
        }
        Ok(())
    }

    fn refused(&self, task: &Task, outcome: &Outcome) -> Error {
        let Task { node, .. } = task;
        let message = format!("cluster {} refused to change node {node}: others may be changed already", self.name);
        Error::bad_gateway(message, format!("{node}: {} {}", outcome.code, outcome.message))
    }

    fn unanswered(&self, task: &Task) -> Error {
        let Task { node, .. } = task;
        let (name, seconds) = (self.name, self.began.elapsed().as_secs());
        let message = format!(
            "cluster {name} has not answered in time about node {node}: some nodes may be changed; the same call completes"
        );
        Error::gateway_timeout(message, format!("no answer of cluster {} for {node}, {seconds} s", self.cluster))
    }
}
