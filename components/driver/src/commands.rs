//! Commands: recorded, sent, asked, forgotten.

use crate::drive::Failure;
use crate::objects;
use crate::settings::Settings;
use edge::shim;
use futures::StreamExt;
use store::Database;
use store::work::{self, Command, Cut, Group, Objects};

/// Calls to the control plane at once.
const CALLS: usize = 8;

/// How long a command is left alone when the control plane could not be reached, in seconds.
const PAUSE_SECONDS: f64 = 2.0;

/// One round of everything that is due. True if something moved.
pub(crate) async fn round(database: &Database, settings: &Settings) -> Result<bool, Failure> {
    work::give_up(database).await?;
    let mut moved = false;
    for group in work::groups(database).await? {
        moved |= record(database, settings, &group).await?;
    }
    let commands = work::commands(database).await?;
    let mut calls =
        futures::stream::iter(commands.iter().map(|command| call(database, command))).buffer_unordered(CALLS);
    while let Some(answered) = calls.next().await {
        moved |= answered?;
    }
    close(database, work::over(database).await?).await?;
    Ok(moved)
}

/// Records commands for a group's clusters, as many as may be on their way.
async fn record(database: &Database, settings: &Settings, group: &Group) -> Result<bool, Failure> {
    let left = objects::left(&group.job, group.wanted);
    let present = objects::present(&group.resources, &left);
    let kinds: Vec<String> = present.iter().map(|&kind| kind.to_owned()).collect();
    let cut = shim::pace(&objects::work(group.deployment_id, &group.job, group.wanted, &kinds));
    let cut = Cut {
        clusters: cut.clusters_per_ticket,
        answers: cut.answers_outstanding,
        answers_of_deployment: cut.answers_per_deployment,
    };
    let mut moved = false;
    while work::record(database, group, &present, &left, cut, settings.status_interval_seconds).await? {
        moved = true;
    }
    Ok(moved)
}

/// Sends a command, or asks what has become of it. True if a cluster has answered.
async fn call(database: &Database, command: &Command) -> Result<bool, Failure> {
    let objects = |it: &Objects| objects::work(it.deployment_id, &it.job, it.wanted, &it.resources);
    let Some(work) = command.objects.as_ref().map(objects).or_else(|| command.task.as_ref().map(edge::work_of)) else {
        return Ok(false);
    };
    match edge::carry(database, &command.sending, work).await {
        Ok(outcomes) => Ok(!outcomes.is_empty()),
        Err(edge::Error::Store(error)) => Err(error.into()),
        Err(edge::Error::Shim(error)) => {
            eprintln!("driver: {}: {error:?}", command.sending.ticket);
            work::postpone(database, command.sending.id, PAUSE_SECONDS).await?;
            Ok(false)
        }
    }
}

/// Has the control plane forget tickets, and then forgets them: a ticket that is still recorded is closed once more.
async fn close(database: &Database, tickets: Vec<String>) -> Result<(), Failure> {
    if tickets.is_empty() {
        return Ok(());
    }
    match shim::close(tickets.clone()).await {
        Ok(()) => Ok(work::forget(database, &tickets).await?),
        Err(error) => {
            eprintln!("driver: {} tickets stay for now: {error:?}", tickets.len());
            Ok(work::postpone_closing(database, &tickets, PAUSE_SECONDS).await?)
        }
    }
}

/// Closes what the control plane keeps and no record knows: the database was restored from a backup.
pub(crate) async fn close_unknown(database: &Database) -> Result<(), Failure> {
    let Ok(kept) = shim::kept().await else { return Ok(()) };
    let unknown = work::unknown(database, &kept).await?;
    if !unknown.is_empty() {
        let _ = shim::close(unknown).await; // what fails is found again next time
    }
    Ok(())
}
