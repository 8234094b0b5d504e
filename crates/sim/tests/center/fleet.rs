use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{CLUSTERS, COMMANDS, DEPLOYMENTS, TestCenter, deployment, quick};

#[test]
fn a_thousand_clusters_work_in_a_test() {
    let begin = Instant::now();
    let clusters =
        (0..1_000).map(|at| quick(&format!("edge-{at:04}")).with_heartbeat(Duration::from_secs(5))).collect();
    let center = TestCenter::with(clusters, None);
    center.create_namespace("ns1");
    assert_eq!(center.list(CLUSTERS).len(), 1_000);
    assert_eq!(center.list("/api/v1/nodes").len(), 2_000);
    let started = begin.elapsed();
    for batch in 0..10 {
        let selector = format!("^edge-0{batch}");
        center.command(&format!("deploy-{batch}"), &selector, "POST", DEPLOYMENTS, &deployment("web", 2));
    }
    let answers = |command: Value| command["status"].as_object().map_or(0, serde_json::Map::len);
    center.until("all answer", || center.list(COMMANDS).into_iter().map(answers).sum::<usize>() == 1_000);
    let answered = begin.elapsed();
    let running = || {
        let pods = center.list("/api/v1/pods?fieldSelector=status.phase%3DRunning");
        pods.len()
    };
    center.until("all pods run", || running() == 2_000);
    println!("started {started:?}, answered {answered:?}, running {:?}", begin.elapsed());
}
