//! A command's way to the control plane, whoever recorded it.

use crate::mirror::Error;
use crate::{shim, target};
use store::Database;
use store::task::{Ask, Task};
use store::work::{self, Outcome, Sending};

/// Sends a command, or asks what has become of it, and notes what it hears. The outcomes that were unknown before.
pub async fn carry(database: &Database, sending: &Sending, work: shim::Work) -> Result<Vec<Outcome>, Error> {
    let (ticket, position) = (sending.ticket.clone(), sending.position.clone());
    let clusters = sending.clusters.iter().cloned().map(target).collect();
    let reports = if sending.sent == 0 {
        shim::send(ticket, work, position, clusters).await?
    } else {
        shim::ask(ticket, work, position, clusters).await?
    };
    let outcomes: Vec<Outcome> = reports.into_iter().filter_map(outcome).collect();
    work::note(database, sending.id, &outcomes).await?;
    Ok(outcomes)
}

/// A report as it is stored; `None` while it is pending.
fn outcome(report: shim::Report) -> Option<Outcome> {
    let none = || shim::Refusal { code: 0, message: String::new() };
    let (outcome, refusal, position) = match report.outcome {
        shim::Outcome::Pending => return None,
        shim::Outcome::Done => ("done", none(), String::new()),
        shim::Outcome::Failed(refusal) => ("failed", refusal, String::new()),
        shim::Outcome::Again(refusal) => ("again", refusal, String::new()),
        shim::Outcome::Proceed(position) => ("proceed", none(), position),
    };
    Some(Outcome { cluster: report.cluster, outcome, code: refusal.code, message: refusal.message, position })
}

/// What a node is asked, for the shim.
pub fn work_of(task: &Task) -> shim::Work {
    let nodes = vec![task.node.clone()];
    match &task.ask {
        Ask::Label { key, present } => shim::Work::LabelNodes(shim::NodeLabel {
            nodes,
            key: key.clone(),
            value: present.then(|| "true".to_owned()),
        }),
        Ask::Pods { instance } => shim::Work::DeletePods(shim::PodSelection {
            namespace: workload::namespace_of(task.business_id),
            labels: vec![(crate::items::INSTANCE.to_owned(), instance.clone())],
            nodes,
        }),
    }
}
