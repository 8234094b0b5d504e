//! Commands at the center: sent, asked, forgotten, counted.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::Value;

use crate::bindings::shim::{Error, Outcome, Refusal, Report, Target, Work};
use crate::center::{Call, Center};
use crate::command;
use crate::kubernetes::{List, Metadata, nullable};
use crate::outcome::{self, Answer};
use crate::selector;
use crate::work;

const COMMANDS: &str = "/apis/ote.baidu.com/v1/namespaces/kube-system/clustercontrollers";
/// So many commands are deleted at once.
const CLOSED_AT_ONCE: usize = 8;
/// So many commands are listed in one page.
const PAGE: &str = "200";

#[derive(Deserialize)]
struct Command {
    #[serde(default, deserialize_with = "nullable")]
    status: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Named {
    metadata: Metadata,
}

/// Posts a step as a command (`send` of `wit/edge.wit`). Nothing is known of a command that was just posted, or that
/// was posted before under this name: all is pending.
pub(crate) async fn send(ticket: &str, work: &Work, position: &str, on: &[Target]) -> Result<Vec<Report>, Error> {
    if on.is_empty() {
        return Ok(vec![]);
    }
    check(ticket)?;
    let Some(step) = work::at(work, position)? else {
        return Ok(reports(on, |_| Outcome::Done));
    };
    let selector = selector::exactly(on.iter().map(|target| target.cluster.as_str()))
        .ok_or_else(|| Error::Invalid("no cluster of an OTE center has such an id".to_owned()))?;
    let body = command::encode(ticket, &selector, &command::request(work, step)?);
    let answer = Center::get().await?.send(&Call::post(COMMANDS, &body)).await?;
    if answer.is_success() || answer.status == 409 && answer.said().reason == "AlreadyExists" {
        Ok(reports(on, |_| Outcome::Pending))
    } else {
        Err(answer.refused("take a command"))
    }
}

/// Reads a command's answers (`ask` of `wit/edge.wit`).
pub(crate) async fn ask(ticket: &str, work: &Work, position: &str, on: &[Target]) -> Result<Vec<Report>, Error> {
    if on.is_empty() {
        return Ok(vec![]);
    }
    check(ticket)?;
    let Some(step) = work::at(work, position)? else {
        return Ok(reports(on, |_| Outcome::Done));
    };
    let answer = Center::get().await?.send(&Call::get(format!("{COMMANDS}/{ticket}"))).await?;
    if answer.status == 404 {
        let message = "the command is gone at the OTE center, and with it the answer".to_owned();
        return Ok(reports(on, |_| Outcome::Again(Refusal { code: 0, message: message.clone() })));
    }
    if !answer.is_success() {
        return Err(answer.refused("show a command"));
    }
    let command: Command = answer.json()?;
    Ok(reports(on, |cluster| {
        let answer = command.status.get(cluster).map(Answer::read);
        answer.map_or(Outcome::Pending, |answer| outcome::judge(work, step, &answer))
    }))
}

fn reports(on: &[Target], outcome: impl Fn(&str) -> Outcome) -> Vec<Report> {
    on.iter().map(|t| Report { cluster: t.cluster.clone(), outcome: outcome(&t.cluster) }).collect()
}

fn check(ticket: &str) -> Result<(), Error> {
    if command::is_ticket(ticket) { Ok(()) } else { Err(Error::Invalid("a ticket breaks its rule".to_owned())) }
}

/// Deletes commands (`close` of `wit/edge.wit`).
pub(crate) async fn close(tickets: &[String]) -> Result<(), Error> {
    if tickets.is_empty() {
        return Ok(());
    }
    let center = &Center::get().await?;
    let deletions = tickets.iter().map(|ticket| async move {
        check(ticket)?;
        let answer = center.send(&Call::delete(format!("{COMMANDS}/{ticket}"))).await?;
        if answer.is_success() || answer.status == 404 { Ok(()) } else { Err(answer.refused("delete a command")) }
    });
    stream::iter(deletions).buffer_unordered(CLOSED_AT_ONCE).try_collect().await
}

/// Names of all commands that are ours (`kept` of `wit/edge.wit`): their metadata alone, for with their answers they
/// are large.
pub(crate) async fn kept() -> Result<Vec<String>, Error> {
    let center = Center::get().await?;
    let mut tickets = Vec::new();
    let mut token = String::new();
    loop {
        let mut query = Serializer::new(String::new());
        query.append_pair("labelSelector", command::OURS).append_pair("limit", PAGE);
        if !token.is_empty() {
            query.append_pair("continue", &token);
        }
        let mut call = Call::get(format!("{COMMANDS}?{}", query.finish()));
        call.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
        let answer = center.send(&call).await?;
        if !answer.is_success() {
            return Err(answer.refused("list commands"));
        }
        let list: List<Named> = answer.json()?;
        tickets.extend(list.items.into_iter().map(|command| command.metadata.name));
        token = list.metadata.continue_from;
        if token.is_empty() {
            return Ok(tickets);
        }
    }
}
