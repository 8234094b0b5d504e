//! Looking at the edges: pods are counted, and statuses follow.

use crate::drive::Failure;
use crate::settings::Settings;
use crate::status;
use store::Database;
use store::count::{self, BATCH, Verdict};
use store::inventory::Kind;

/// Brings the mirror up to date and judges what is on its way, or has not been looked at for `seconds`.
pub(crate) async fn observe(database: &Database, settings: &Settings, seconds: i64) -> Result<(), Failure> {
    let seen = edge::refresh(database, &[Kind::Clusters, Kind::Nodes, Kind::Workloads, Kind::Pods]).await;
    if let Err(error) = &seen {
        eprintln!("driver: the edges cannot be seen: {error:?}");
    }
    let mut after = 0;
    loop {
        let deployments = count::stale(database, seconds, after).await?;
        let Some(last) = deployments.last() else { return Ok(()) };
        let verdicts = if seen.is_ok() {
            look(database, settings, &deployments).await?
        } else {
            let counts = count::sum(database, &deployments).await?;
            counts.iter().filter_map(|count| status::judge_unseen(count, settings)).collect()
        };
        count::conclude(database, &verdicts).await?;
        if deployments.len() < BATCH {
            return Ok(());
        }
        after = *last;
    }
}

async fn look(database: &Database, settings: &Settings, deployments: &[i64]) -> Result<Vec<Verdict>, Failure> {
    count::restore(database, deployments).await?;
    count::count_targets(database, deployments).await?;
    Ok(count::sum(database, deployments).await?.iter().map(|count| status::judge(count, settings)).collect())
}
