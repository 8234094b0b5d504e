//! The mirror of a large fleet: a cold one is filled by pages, and after that only changes travel (docs/design.md, Inventory).

use std::time::{Duration, Instant};

use harness::{Platform, Setup, eventually};
use sim::center::{ClusterOptions, NodeOptions};
use sim::faults::LoggedRequest;

const CLUSTERS: usize = 500;
const NODES: usize = 20;

fn fleet() -> Vec<ClusterOptions> {
    let node = |cluster: usize, at: usize| NodeOptions::new(format!("n{cluster:03}-{at:02}"), "10.0.0.1");
    (0..CLUSTERS)
        .map(|cluster| {
            ClusterOptions::new(format!("c{cluster:03}"), format!("Cluster{cluster:03}"))
                .with_nodes((0..NODES).map(|at| node(cluster, at)).collect())
                .with_heartbeat(Duration::from_hours(1))
        })
        .collect()
}

/// The requests to the center since the last look.
fn requests(platform: &Platform) -> Vec<LoggedRequest> {
    let requests = platform.center.traffic().requests();
    platform.center.traffic().clear_requests();
    requests
}

/// A request of somebody who has not asked for so long that the mirror is refreshed.
fn look(platform: &Platform, path: &str) -> (u64, Duration) {
    std::thread::sleep(Duration::from_millis(6_500));
    let begin = Instant::now();
    let answer = platform.admin().get(path).expect(200);
    (answer.total(), begin.elapsed())
}

#[test]
fn ten_thousand_nodes_are_listed_by_pages_once_and_then_only_changes_travel() {
    let platform = Setup::new("large-fleet").clusters(fleet()).start();
    platform.admin();
    requests(&platform);
    let all = platform.admin().get("/v1/node").expect(200);
    assert_eq!((all.total(), &all.body()["meta"]["readyNodeCount"]), (10_000, &serde_json::json!(10_000)));
    let cold = requests(&platform);
    let pages: Vec<_> = cold.iter().filter(|request| request.target.contains("/nodes?")).collect();
    assert_eq!(pages.len(), 20, "500 nodes a page: {pages:?}");
    assert!(pages.iter().all(|request| request.target.contains("limit=500")), "{pages:?}");
    let largest = pages.iter().map(|request| request.bytes).max().unwrap();

    // Another group's mirror is the same one: nothing is listed again.
    platform.admin().get("/v1/cluster").expect(200);
    let (total, waited) = look(&platform, "/v1/node?pageSize=10");
    assert_eq!(total, 10_000);
    assert!(waited < Duration::from_secs(1), "an idle fleet keeps nobody waiting: {waited:?}");
    let idle = requests(&platform);
    assert!(idle.iter().all(|request| request.target.contains("watch=true")), "{idle:?}");
    assert!(idle.len() <= 4, "clusters and nodes, however many there are: {idle:?}");
    let bytes: u64 = idle.iter().map(|request| request.bytes).sum();
    assert!(bytes * 10 < largest, "{bytes} bytes for an idle fleet");

    platform.center.set_node_ready("c250", "n250-07", false).unwrap();
    eventually("the change is seen", Duration::from_secs(30), || {
        let list = platform.admin().get("/v1/node?clusterName=Cluster250&pageSize=0").expect(200);
        (list.body()["meta"]["readyNodeCount"] == 19).then_some(())
    });
    let changed = requests(&platform);
    assert!(changed.iter().all(|request| request.target.contains("watch=true")), "{changed:?}");
    let bytes: u64 = changed.iter().map(|request| request.bytes).sum();
    assert!(bytes * 10 < largest, "{bytes} bytes for one node");
}
