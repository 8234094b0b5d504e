//! A cluster's answer to a command, and what it means for the work (docs/semantics.md, "Deployments": "An edge's answer
//! is final …").

use serde::Deserialize;
use serde_json::Value;

use crate::bindings::shim::{Outcome, Refusal, Work};
use crate::kubernetes::{Status, nullable};
use crate::work::{self, Step};

/// A cluster's entry in a command's status. Other shims than OTE's own may leave fields out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    code: u16,
    /// What the cluster's API server said; "" where it said nothing or the shim failed.
    #[serde(deserialize_with = "nullable")]
    body: String,
}

/// What an answer says, whatever was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It is done.
    Accepted,
    /// It is there already.
    Exists,
    /// The object that the path names is not there.
    Missing,
    /// Its namespace is not there.
    NoNamespace,
    /// Nothing of that kind is known there.
    NoSuchKind,
    /// No, and it will be no again.
    Refused,
    /// The shim failed, or a conflict that may pass: no verdict.
    None,
}

impl Answer {
    /// An entry that cannot be understood is as good as the shim's failure: it must not hide the other clusters' answers.
    pub(crate) fn read(entry: &Value) -> Self {
        Self::deserialize(entry).unwrap_or_default()
    }

    fn verdict(&self, status: &Status) -> Verdict {
        let silent = self.body.trim().is_empty();
        match self.code {
            200..=299 => Verdict::Accepted,
            // Other conflicts, of a quota say, may pass.
            409 if matches!(status.reason.as_str(), "AlreadyExists" | "") => Verdict::Exists,
            404 | 405 if silent => Verdict::None,
            404 if status.details.kind == "namespaces" => Verdict::NoNamespace,
            404 if !status.details.name.is_empty() => Verdict::Missing,
            404 => Verdict::NoSuchKind,
            403 if status.details.causes.iter().any(|cause| cause.reason == "NamespaceTerminating") => Verdict::None,
            400 | 403 | 405 | 413 | 415 | 422 => Verdict::Refused,
            _ => Verdict::None,
        }
    }
}

/// How far a cluster has come with the work, by its answer to a step's command.
pub(crate) fn judge(work: &Work, step: Step, answer: &Answer) -> Outcome {
    let status: Status = serde_json::from_str(&answer.body).unwrap_or_default();
    let refusal = || Refusal { code: answer.code, message: message(work, step, answer, &status) };
    match answer.verdict(&status) {
        Verdict::Accepted => proceed(work::after(work, step)),
        Verdict::None => Outcome::Again(refusal()),
        verdict => match next(work, step, verdict, answer.code) {
            Next::Done => proceed(work::after(work, step)),
            Next::Step(step) => proceed(Some(step)),
            Next::Again => Outcome::Again(refusal()),
            Next::Failed => Outcome::Failed(refusal()),
        },
    }
}

/// What follows from a verdict that is neither yes nor none.
enum Next {
    Done,
    Step(Step),
    Again,
    Failed,
}

fn next(work: &Work, step: Step, verdict: Verdict, code: u16) -> Next {
    use Verdict::{Exists, Missing, NoNamespace, NoSuchKind, Refused};
    let takes_away = matches!(work, Work::LabelNodes(label) if label.value.is_none());
    match (step, verdict) {
        (Step::Create(i), Exists) => Next::Step(Step::Replace(i)),
        (Step::Replace(i), Missing) | (Step::Namespace(i), Exists) => Next::Step(Step::Create(i)),
        (Step::Create(i) | Step::Replace(i), NoNamespace) => Next::Step(Step::Namespace(i)),
        // What is to be gone is gone with its node, its namespace, or when nobody knows its kind.
        (Step::Remove(_) | Step::DeletePods(_), Missing | NoNamespace | NoSuchKind) => Next::Done,
        (Step::Label(_), Missing) if takes_away => Next::Done,
        // Every failure of a JSON Patch is a 422: here that the node has no labels at all.
        (Step::Label(_), Refused) if takes_away && code == 422 => Next::Done,
        (Step::Label(i), Refused) if code == 422 => Next::Step(Step::FirstLabel(i)),
        (Step::Label(_) | Step::FirstLabel(_), Missing) | (_, NoSuchKind | Refused) => Next::Failed,
        (_, Exists | Missing | NoNamespace | Verdict::Accepted | Verdict::None) => Next::Again,
    }
}

fn proceed(next: Option<Step>) -> Outcome {
    next.map_or(Outcome::Done, |step| Outcome::Proceed(step.to_string()))
}

/// The longest message that the contract allows, in characters.
const LONGEST: usize = 1_000;

/// The answer as one line for people. What an API server says of a Secret may hold what was sent: only its code is
/// passed on.
fn message(work: &Work, step: Step, answer: &Answer, status: &Status) -> String {
    let object = match (work, step) {
        (Work::Objects(objects), Step::Create(i) | Step::Replace(i)) => objects.apply.get(i),
        _ => None,
    };
    let secret = object.is_some_and(|object| object.resource == "secrets");
    let said = [&status.message, &status.reason].into_iter().find(|text| !text.is_empty() && !secret);
    let line = match said {
        Some(text) => text.clone(),
        None if secret => format!("the cluster answered {} to the image-pull secret", answer.code),
        None if answer.code == 0 => "the cluster's shim cannot reach its API server".to_owned(),
        None => format!("the cluster answered {}", answer.code),
    };
    let line = line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests;
