//! `/v1/deploy`: Deployment Management 1 to 7.

mod changes;
mod outcomes;
mod rows;
mod versions;

use std::time::Duration;

use harness::{Client, eventually};
use serde_json::Value;

/// How long the stand-ins and the driver may take, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until a deployment has one of these statuses; its row.
#[track_caller]
pub(crate) fn until_status(by: &Client, id: u64, statuses: &[u64]) -> Value {
    eventually(&format!("deployment {id} has a status of {statuses:?}"), PATIENCE, || {
        let row = by.deployment(id);
        statuses.iter().any(|status| row["status"] == *status).then_some(row)
    })
}
