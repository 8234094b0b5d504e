//! Looking at the edges: pods are counted, and statuses follow.

use crate::drive::Failure;
use crate::settings::Settings;
use crate::status;
use store::Database;
use store::count::{self, Verdict};
use store::inventory::Kind;

/// Brings the mirror up to date and judges what is on its way, or older than the interval. While the control plane cannot be
/// reached, statuses and counts stay as they are.
pub(crate) async fn observe(database: &Database, settings: &Settings) -> Result<(), Failure> {
    if let Err(error) = edge::refresh(database, &[Kind::Clusters, Kind::Nodes, Kind::Workloads, Kind::Pods]).await {
        eprintln!("driver: the edges cannot be seen: {error:?}");
        return Ok(());
    }
    let deployments = count::stale(database, settings.status_interval_seconds).await?;
    if deployments.is_empty() {
        return Ok(());
    }
    count::count_targets(database, &deployments).await?;
    let verdicts: Vec<Verdict> =
        count::sum(database, &deployments).await?.iter().map(|count| status::judge(count, settings)).collect();
    Ok(count::conclude(database, &verdicts).await?)
}
