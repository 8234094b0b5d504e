//! `/v1/node/label`: what the edges answer, or do not, and deployments that select by a label.

use std::time::{Duration, Instant};

use harness::fleet::{BEIJING, BEIJING_ID};
use harness::{Client, Platform, Setup, Tenant, eventually, small_application, with};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

fn label(by: &Client, nodes: &[&str]) -> harness::Answer {
    by.post("/v1/node/label", json!({"nodeLabel": "cam", "clusterName": BEIJING, "nodeName": nodes}))
}

fn unlabel(by: &Client, nodes: &[&str], delete_deploy: bool) -> harness::Answer {
    let body = json!({"nodeLabel": "cam", "clusterName": BEIJING, "nodeName": nodes, "deleteDeploy": delete_deploy});
    by.delete_with("/v1/node/label", body)
}

fn carrying(by: &Client) -> u64 {
    by.get("/v1/node?nodeLabel=cam").expect(200).total()
}

/// The center keeps no command, once the driver has read what was left.
fn eventually_no_command(platform: &Platform) {
    eventually("the commands are deleted", PATIENCE, || {
        platform.center.objects("clustercontrollers", "").unwrap().is_empty().then_some(())
    });
}

#[test]
fn a_label_counts_though_reports_lag() {
    let platform = Setup::new("lagging-reports").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    by.get("/v1/node").expect(200);
    platform.center.set_options(BEIJING_ID, |cluster| cluster.report_lag = Duration::from_secs(9)).unwrap();
    label(by, &["bj-1"]).expect(200);
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(14) {
        assert_eq!(carrying(by), 1, "after {:?}", begin.elapsed());
        std::thread::sleep(Duration::from_millis(500));
    }
    eventually_no_command(&platform);
}

#[test]
fn a_failing_shim_is_no_answer_and_is_asked_anew() {
    let platform = Setup::new("labels-failing-shim").start();
    let tenant = platform.tenant();
    platform.center.fail_shim(BEIJING_ID, 2).unwrap();
    label(&tenant.business_admin, &["bj-1", "bj-2"]).expect(200);
    assert_eq!(carrying(&tenant.business_admin), 2);
}

#[test]
fn a_silent_edge_is_a_time_out_after_fifteen_seconds_and_its_answer_is_read_when_it_comes() {
    let platform = Setup::new("labels-silent-edge").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    platform.center.delay_next_command(BEIJING_ID, Duration::from_secs(20)).unwrap();
    let begin = Instant::now();
    label(by, &["bj-1", "bj-2"]).expect(504);
    let seconds = begin.elapsed().as_secs();
    assert!((15..20).contains(&seconds), "{seconds} s");
    assert_eq!(carrying(by), 0, "only what an edge has confirmed counts");
    eventually("the late answer is read by the driver", PATIENCE, || (carrying(by) == 1).then_some(()));
    eventually_no_command(&platform);
    label(by, &["bj-1", "bj-2"]).expect(200);
    assert_eq!(carrying(by), 2, "the same call completes");
}

#[test]
fn a_repetition_takes_a_command_over_that_may_still_be_answered() {
    let platform = Setup::new("labels-taken-over").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    platform.center.delay_next_command(BEIJING_ID, Duration::from_secs(20)).unwrap();
    label(by, &["bj-1"]).expect(504);
    label(by, &["bj-1"]).expect(200);
    let patches = platform.center.commands().iter().filter(|command| command.spec["method"] == "PATCH").count();
    assert_eq!(patches, 1, "one command for both calls");
    eventually_no_command(&platform);
}

#[test]
fn a_center_that_is_away_is_a_bad_gateway_and_the_same_call_completes() {
    let platform = Setup::new("labels-center-away").start();
    let tenant = platform.tenant();
    let by = &tenant.business_admin;
    by.get("/v1/node").expect(200);
    platform.center.traffic().refuse_connections(Duration::from_secs(3));
    label(by, &["bj-1"]).expect(502);
    assert_eq!(carrying(by), 0);
    eventually("the same call completes", PATIENCE, || (label(by, &["bj-1"]).status() == 200).then_some(()));
    assert_eq!(carrying(by), 1);
}

#[test]
fn requests_for_one_cluster_at_once_all_succeed() {
    let platform = Setup::new("labels-at-once").start();
    let tenant = platform.tenant();
    let by: &Client = &tenant.business_admin;
    std::thread::scope(|scope| {
        let calls: Vec<_> = ["one", "two", "three", "three"]
            .map(|name| {
                let body = json!({"nodeLabel": name, "clusterName": BEIJING, "nodeName": ["bj-1", "bj-2"]});
                scope.spawn(move || by.post("/v1/node/label", body).status())
            })
            .into_iter()
            .collect();
        for call in calls {
            assert_eq!(call.join().unwrap(), 200);
        }
    });
    assert_eq!(by.get("/v1/node/label").expect(200).rows(), ["one", "three", "two"]);
    eventually_no_command(&platform);
}

/// A running deployment `name` of the tenant in Beijing, on the nodes that carry `cam` if it is to select by it.
fn run(tenant: &Tenant, name: &str, selects: bool) -> u64 {
    let by = &tenant.business_admin;
    let version = by.create_application(with(small_application(name), json!({"deployType": "daemonset"})));
    let node_label = if selects { "cam" } else { "all" };
    let body = json!({"deployName": name, "appName": name, "version": version, "cluster": BEIJING,
        "nodeLabel": node_label, "comment": ""});
    let id = by.post("/v1/deploy", body).expect(200).id();
    eventually("it runs", PATIENCE, || (by.deployment(id)["status"] == 5).then_some(()));
    id
}

/// The ids of a deployment's pods, by node.
fn pods(platform: &Platform, tenant: &Tenant, instance: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pods = platform.objects_at(BEIJING_ID, "pods", &tenant.namespace());
    let of_instance = |pod: &&Value| pod["metadata"]["labels"]["app.kubernetes.io/instance"] == instance;
    pods.iter().filter(of_instance).map(|pod| (text(&pod["spec"]["nodeName"]), text(&pod["metadata"]["uid"]))).collect()
}

#[test]
fn a_label_that_running_deployments_select_by_goes_only_with_their_pods_on_these_nodes() {
    let platform = Setup::new("labels-in-use").start();
    let (tenant, other) = (platform.tenant(), platform.tenant());
    let by = &tenant.business_admin;
    for by in [by, &other.business_admin] {
        label(by, &["bj-1", "bj-2"]).expect(200);
    }
    let id = run(&tenant, "selecting", true);
    let other_id = run(&tenant, "everywhere", false);
    let refused = unlabel(by, &["bj-1"], false).expect(409);
    assert!(refused.message().contains("selecting") && !refused.message().contains("everywhere"), "{refused}");
    unlabel(&other.business_admin, &["bj-1"], false).expect(200);
    assert_eq!(carrying(by), 2, "nothing has changed");
    let (selecting, everywhere) = (format!("selecting-{id}"), format!("everywhere-{other_id}"));
    let (before, others) = (pods(&platform, &tenant, &selecting), pods(&platform, &tenant, &everywhere));
    assert_eq!((before.len(), others.len()), (2, 2));
    unlabel(by, &["bj-1"], true).expect(200);
    assert_eq!(carrying(by), 1);
    eventually("its pod on that node is gone", PATIENCE, || {
        pods(&platform, &tenant, &selecting).iter().all(|(node, _)| node == "bj-2").then_some(())
    });
    let kept: Vec<_> = before.into_iter().filter(|(node, _)| node == "bj-2").collect();
    assert_eq!(pods(&platform, &tenant, &selecting), kept, "the other node's pod stays");
    assert_eq!(pods(&platform, &tenant, &everywhere), others, "other deployments' pods stay");
    unlabel(by, &["bj-1"], false).expect(200);
    by.delete("/v1/deploy/selecting").expect(200);
    eventually("it is deleted", PATIENCE, || (by.deployment(id)["status"] == 9).then_some(()));
    unlabel(by, &["bj-2"], false).expect(200);
    eventually_no_command(&platform);
}
