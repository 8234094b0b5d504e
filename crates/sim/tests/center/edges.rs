//! How workloads fare on their clusters.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim::center::{Breakage, NodeOptions};

use crate::support::{DEPLOYMENTS, TestCenter, deployment, is_ready, quick, waiting_reason};

const DAEMON_SETS: &str = "/apis/apps/v1/namespaces/ns1/daemonsets";

fn nodes_of(pods: &[Value]) -> BTreeSet<&str> {
    pods.iter().filter_map(|pod| pod["spec"]["nodeName"].as_str()).collect()
}

fn deploy(center: &TestCenter, object: &Value) {
    let answer = center.at_edge("c1", "POST", DEPLOYMENTS, object);
    assert_eq!(answer.code, 201, "{}", answer.body);
}

fn daemon_set(name: &str) -> Value {
    let mut object = deployment(name, 1);
    object["kind"] = json!("DaemonSet");
    object["spec"].as_object_mut().unwrap().remove("replicas");
    object
}

#[test]
fn pods_come_up_after_a_while_and_go_with_their_workload() {
    let center = TestCenter::start();
    deploy(&center, &deployment("web", 3));
    center.until("pods are made", || center.pods("c1").len() == 3);
    assert_eq!(center.ready_pods("c1"), 0);
    center.until("pods are ready", || center.ready_pods("c1") == 3);
    let pods = center.pods("c1");
    assert_eq!(nodes_of(&pods).len(), 2, "they are spread over the nodes");
    assert_eq!(pods[0]["metadata"]["ownerReferences"][0]["kind"], "ReplicaSet");
    center.at_edge("c1", "DELETE", &format!("{DEPLOYMENTS}/web"), &Value::Null);
    center.until("pods are gone", || center.pods("c1").is_empty());
}

#[test]
fn pods_that_are_deleted_come_again() {
    let center = TestCenter::start();
    deploy(&center, &deployment("web", 2));
    center.until("pods are ready", || center.ready_pods("c1") == 2);
    let before: BTreeSet<String> = center.names_at("c1", "pods").into_iter().collect();
    let url = "/api/v1/namespaces/ns1/pods?labelSelector=app%3Dweb";
    assert_eq!(center.at_edge("c1", "DELETE", url, &Value::Null).code, 200);
    center.until("others are ready", || center.ready_pods("c1") == 2);
    assert!(center.names_at("c1", "pods").iter().all(|name| !before.contains(name)));
}

#[test]
fn what_no_node_takes_stays_pending_and_says_so() {
    let center = TestCenter::with(
        vec![quick("c1").with_nodes(vec![
            NodeOptions::new("a", "10.0.0.1").with_size(2, "4Gi").with_gpus(1, 8192),
            NodeOptions::new("b", "10.0.0.2").with_size(2, "4Gi"),
        ])],
        None,
    );
    center.create_namespace("ns1");
    center.until("the namespace is there", || center.names_at("c1", "namespaces").contains(&"ns1".to_owned()));
    let with = |name: &str, pointer: &str, value: Value| {
        let mut object = deployment(name, 3);
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        object.pointer_mut(parent).unwrap()[member] = value;
        object
    };
    let container = "/spec/template/spec/containers/0";
    let table = [
        (with("cpu", &format!("{container}/resources"), json!({"requests": {"cpu": "1100m"}})), 2),
        (with("memory", &format!("{container}/resources"), json!({"limits": {"memory": "5Gi"}})), 0),
        (with("gpu", &format!("{container}/resources"), json!({"limits": {"nvidia.com/gpu": 1}})), 1),
        (with("port", &format!("{container}/ports"), json!([{"containerPort": 80, "hostPort": 8080}])), 2),
        (with("label", "/spec/template/spec/nodeSelector", json!({"none": "has-it"})), 0),
    ];
    for (object, placed) in table {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        deploy(&center, &object);
        center.until(&name, || center.pods("c1").len() == 3 && center.ready_pods("c1") == placed);
        for pod in center.pods("c1").iter().filter(|pod| !is_ready(pod)) {
            let condition = &pod["status"]["conditions"][0];
            assert_eq!((&pod["status"]["phase"], &condition["reason"]), (&json!("Pending"), &json!("Unschedulable")));
            assert_eq!((&condition["type"], &condition["status"]), (&json!("PodScheduled"), &json!("False")));
        }
        center.at_edge("c1", "DELETE", &format!("{DEPLOYMENTS}/{name}"), &Value::Null);
        center.until("pods are gone", || center.pods("c1").is_empty());
    }
}

#[test]
fn a_label_that_comes_later_lets_waiting_pods_start() {
    let center = TestCenter::start();
    let mut object = deployment("web", 1);
    object["spec"]["template"]["spec"]["nodeSelector"] = json!({"otestack.io/camera": "true"});
    deploy(&center, &object);
    center.until("it waits", || center.pods("c1").len() == 1);
    let patch = json!([{"op": "add", "path": "/metadata/labels/otestack.io~1camera", "value": "true"}]);
    center.at_edge("c1", "PATCH", "/api/v1/nodes/name-of-c1-2", &patch);
    center.until("it runs", || center.ready_pods("c1") == 1);
    assert_eq!(nodes_of(&center.pods("c1")), BTreeSet::from(["name-of-c1-2"]));
}

#[test]
fn nodes_that_are_cordoned_or_away_get_no_pods_and_the_latter_lose_theirs_readiness() {
    let center = TestCenter::start();
    center.set_node_unschedulable("c1", "name-of-c1-1", true).unwrap();
    deploy(&center, &deployment("web", 2));
    center.until("they run", || center.ready_pods("c1") == 2);
    assert_eq!(nodes_of(&center.pods("c1")), BTreeSet::from(["name-of-c1-2"]));
    center.set_node_ready("c1", "name-of-c1-2", false).unwrap();
    center.until("they are lost", || center.ready_pods("c1") == 0);
    center.set_node_ready("c1", "name-of-c1-2", true).unwrap();
    center.until("they are back", || center.ready_pods("c1") == 2);
}

#[test]
fn images_that_do_not_exist_and_pods_that_are_broken_do_not_run() {
    let center = TestCenter::start();
    let mut object = deployment("web", 1);
    object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry/missing:1");
    deploy(&center, &object);
    center.until("no image", || center.pods("c1").iter().any(|pod| waiting_reason(pod) == "ImagePullBackOff"));
    center.break_pods("c1", "crashing", Breakage::Crash).unwrap();
    deploy(&center, &deployment("crashing", 1));
    center.until("it crashes", || center.pods("c1").iter().any(|pod| waiting_reason(pod) == "CrashLoopBackOff"));
    center.mend_pods("c1", "crashing").unwrap();
    center.until("it is mended", || center.ready_pods("c1") == 1);
}

#[test]
fn a_rolling_update_keeps_to_its_bounds() {
    let center = TestCenter::start();
    let mut object = deployment("web", 4);
    object["spec"]["strategy"] =
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}});
    deploy(&center, &object);
    center.until("the first run", || center.ready_pods("c1") == 4);
    object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry/image:2");
    assert_eq!(center.at_edge("c1", "PUT", &format!("{DEPLOYMENTS}/web"), &object).code, 200);
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let pods = center.pods("c1");
        let ready = pods.iter().filter(|pod| is_ready(pod)).count();
        assert!((3..=5).contains(&pods.len()) && ready >= 3, "{} pods, {ready} ready", pods.len());
        let new = pods.iter().filter(|pod| pod["spec"]["containers"][0]["image"] == "registry/image:2").count();
        if (pods.len(), new, ready) == (4, 4, 4) {
            break;
        }
        assert!(Instant::now() < end, "{new} are new");
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_broken_update_leaves_the_old_pods_running() {
    let center = TestCenter::start();
    deploy(&center, &deployment("web", 4));
    center.until("the first run", || center.ready_pods("c1") == 4);
    let mut object = deployment("web", 4);
    object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry/missing:2");
    center.at_edge("c1", "PUT", &format!("{DEPLOYMENTS}/web"), &object);
    center.until("it is stuck", || center.pods("c1").iter().any(|pod| waiting_reason(pod) == "ImagePullBackOff"));
    sleep(Duration::from_millis(300));
    assert_eq!(center.ready_pods("c1"), 3);
}

#[test]
fn an_autoscaler_scales_until_the_deployment_is_put_again() {
    let center = TestCenter::start();
    deploy(&center, &deployment("web", 1));
    center.scale("c1", "ns1", "web", 3).unwrap();
    center.until("it is scaled", || center.ready_pods("c1") == 3);
    center.at_edge("c1", "PUT", &format!("{DEPLOYMENTS}/web"), &deployment("web", 1));
    center.until("it is reset", || center.pods("c1").len() == 1);
}

#[test]
fn a_daemon_set_has_a_pod_on_every_node_that_it_selects() {
    let center = TestCenter::start();
    let object = daemon_set("agent");
    assert_eq!(center.at_edge("c1", "POST", DAEMON_SETS, &object).code, 201);
    center.until("a pod on each", || center.ready_pods("c1") == 2 && nodes_of(&center.pods("c1")).len() == 2);
    let mut updated = object.clone();
    updated["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry/image:2");
    center.at_edge("c1", "PUT", &format!("{DAEMON_SETS}/agent"), &updated);
    let new = |pod: &Value| is_ready(pod) && pod["spec"]["containers"][0]["image"] == "registry/image:2";
    center.until("it is updated", || center.pods("c1").iter().filter(|pod| new(pod)).count() == 2);
    updated["spec"]["template"]["spec"]["nodeSelector"] = json!({"kubernetes.io/hostname": "name-of-c1-2"});
    center.at_edge("c1", "PUT", &format!("{DAEMON_SETS}/agent"), &updated);
    center.until("one is left", || {
        let pods = center.pods("c1");
        pods.len() == 1 && is_ready(&pods[0]) && nodes_of(&pods) == BTreeSet::from(["name-of-c1-2"])
    });
}

#[test]
fn a_chart_becomes_a_release_in_its_target_namespace() {
    let center = TestCenter::start();
    let charts = "/apis/helm.cattle.io/v1/namespaces/kube-system/helmcharts";
    let chart = json!({
        "apiVersion": "helm.cattle.io/v1", "kind": "HelmChart", "metadata": {"name": "shop"},
        "spec": {"chart": "oci://registry/shop", "targetNamespace": "ns1"},
    });
    center.at_edge("c1", "POST", charts, &chart);
    center.until("it runs", || center.ready_pods("c1") == 1);
    let labels = center.pods("c1")[0]["metadata"]["labels"].clone();
    assert_eq!(labels["app.kubernetes.io/instance"], "shop");
    assert_eq!(labels["app.kubernetes.io/managed-by"], "Helm");
    center.at_edge("c1", "DELETE", &format!("{charts}/shop"), &Value::Null);
    center.until("it is gone", || center.pods("c1").is_empty());
}
