//! What an edge's API server refuses, and how.

use serde_json::{Value, json};

use crate::support::{Answer, DEPLOYMENTS, TestCenter, deployment};

/// A Deployment with something changed in it.
fn changed(pointer: &str, value: Value) -> Value {
    let mut object = deployment("web", 1);
    set(&mut object, pointer, value);
    object
}

fn set(object: &mut Value, pointer: &str, value: Value) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = object.pointer_mut(parent).unwrap();
    if value.is_null() {
        parent.as_object_mut().unwrap().remove(member);
    } else {
        parent[member] = value;
    }
}

fn refused(center: &TestCenter, url: &str, object: &Value) -> Answer {
    let answer = center.at_edge("c1", "POST", url, object);
    assert_eq!(answer.body["kind"], "Status", "{object}");
    answer
}

#[test]
fn a_deployment_that_breaks_a_rule_is_a_422_that_names_the_place() {
    let center = TestCenter::start();
    let container = "/spec/template/spec/containers/0";
    let port = |ports: Value| (format!("{container}/ports"), ports);
    let resources = |resources: Value| (format!("{container}/resources"), resources);
    let at = |pointer: &str, value: Value| (pointer.to_owned(), value);
    let table = [
        (at("/metadata/name", json!("Web")), "metadata.name"),
        (at("/metadata/name", json!("x".repeat(254))), "metadata.name"),
        (at("/metadata/name", Value::Null), "metadata.name"),
        (at("/metadata/labels", json!({"a": "x".repeat(64)})), "metadata.labels"),
        (at("/spec/selector", Value::Null), "spec.selector"),
        (at("/spec/selector", json!({"matchLabels": {"app": "other"}})), "spec.template.metadata.labels"),
        (at("/spec/replicas", json!(-1)), "spec.replicas"),
        (at("/spec/minReadySeconds", json!(600)), "spec.progressDeadlineSeconds"),
        (
            at("/spec/strategy", json!({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}})),
            "spec.strategy.rollingUpdate.maxUnavailable",
        ),
        (at("/spec/strategy", json!({"rollingUpdate": {"maxSurge": "many"}})), "spec.strategy.rollingUpdate.maxSurge"),
        (at("/spec/template/spec/containers", json!([])), "spec.template.spec.containers"),
        (at("/spec/template/spec/nodeSelector", json!({"a b": ""})), "spec.template.spec.nodeSelector"),
        (at(&format!("{container}/name"), Value::Null), "spec.template.spec.containers[0].name"),
        (at(&format!("{container}/image"), Value::Null), "spec.template.spec.containers[0].image"),
        (
            at(&format!("{container}/volumeMounts"), json!([{"name": "none", "mountPath": "/x"}])),
            "spec.template.spec.containers[0].volumeMounts[0].name",
        ),
        (port(json!([{"containerPort": 0}])), "spec.template.spec.containers[0].ports[0].containerPort"),
        (port(json!([{"containerPort": 1, "hostPort": 65536}])), "spec.template.spec.containers[0].ports[0].hostPort"),
        (
            port(json!([{"containerPort": 1, "hostPort": 80}, {"containerPort": 2, "hostPort": 80}])),
            "spec.template.spec.containers[0].ports[1].hostPort",
        ),
        (
            resources(json!({"limits": {"cpu": "1"}, "requests": {"cpu": "1500m"}})),
            "spec.template.spec.containers[0].resources.requests",
        ),
        (
            resources(json!({"limits": {"nvidia.com/gpu": "500m"}})),
            "spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]",
        ),
    ];
    for ((pointer, value), field) in table {
        let answer = refused(&center, DEPLOYMENTS, &changed(&pointer, value));
        assert_eq!((answer.code, &answer.body["reason"]), (422, &json!("Invalid")), "{pointer}: {}", answer.body);
        let fields: Vec<&str> = answer.body["details"]["causes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cause| cause["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, [field], "{pointer}");
    }
}

#[test]
fn what_has_the_wrong_type_is_a_400() {
    let center = TestCenter::start();
    let quantities = json!({"limits": {"cpu": "much"}});
    let table = [
        ("/spec/replicas", json!("2")),
        ("/spec/replicas", json!(2_147_483_648_u32)),
        ("/metadata/labels", json!({"a": 1})),
        ("/metadata/labels", json!("a")),
        ("/spec", json!([])),
        ("/kind", json!("DaemonSet")),
        ("/metadata/namespace", json!("other")),
        ("/metadata/resourceVersion", json!("1")),
        ("/spec/template/spec/containers/0/resources", quantities),
    ];
    for (pointer, value) in table {
        assert_eq!(refused(&center, DEPLOYMENTS, &changed(pointer, value)).code, 400, "{pointer}");
    }
    assert_eq!(refused(&center, DEPLOYMENTS, &json!([1])).code, 400);
}

#[test]
fn numbers_reach_as_far_as_kubernetes_lets_them() {
    let center = TestCenter::start();
    let mut object = changed("/spec/minReadySeconds", json!(2_147_483_047));
    object["spec"]["progressDeadlineSeconds"] = json!(2_147_483_647);
    object["spec"]["replicas"] = json!(0);
    assert_eq!(center.at_edge("c1", "POST", DEPLOYMENTS, &object).code, 201);
}

#[test]
fn a_selector_is_immutable_and_a_status_not_for_clients() {
    let center = TestCenter::start();
    center.at_edge("c1", "POST", DEPLOYMENTS, &deployment("web", 0));
    let mut other = deployment("web", 0);
    other["spec"]["selector"]["matchLabels"] = json!({"app.kubernetes.io/instance": "web"});
    other["status"] = json!({"replicas": 99});
    let url = format!("{DEPLOYMENTS}/web");
    assert_eq!(center.at_edge("c1", "PUT", &url, &other).code, 422);
    other["spec"]["selector"]["matchLabels"] = json!({"app": "web"});
    assert_eq!(center.at_edge("c1", "PUT", &url, &other).body["status"]["replicas"], json!(0));
}

#[test]
fn a_stale_version_is_a_conflict_and_none_replaces_unconditionally() {
    let center = TestCenter::start();
    let made = center.at_edge("c1", "POST", DEPLOYMENTS, &deployment("web", 0)).body;
    let url = format!("{DEPLOYMENTS}/web");
    let replaced = center.at_edge("c1", "PUT", &url, &deployment("web", 0)).body;
    assert_eq!(replaced["metadata"]["uid"], made["metadata"]["uid"]);
    let mut stale = deployment("web", 1);
    stale["metadata"]["resourceVersion"] = json!("1");
    let answer = center.at_edge("c1", "PUT", &url, &stale);
    assert_eq!((answer.code, &answer.body["reason"]), (409, &json!("Conflict")));
}

#[test]
fn a_chart_is_changed_by_json_patch_only() {
    let center = TestCenter::start();
    let charts = "/apis/helm.cattle.io/v1/namespaces/ns1/helmcharts";
    let chart = json!({
        "apiVersion": "helm.cattle.io/v1", "kind": "HelmChart", "metadata": {"name": "shop", "namespace": "ns1"},
        "spec": {"chart": "oci://registry/shop", "version": "1", "targetNamespace": "ns1"},
    });
    assert_eq!(center.at_edge("c1", "POST", charts, &chart).code, 201);
    let url = format!("{charts}/shop");
    let answer = center.at_edge("c1", "PUT", &url, &chart);
    assert_eq!(answer.code, 422);
    assert!(answer.body["message"].as_str().unwrap().contains("must be specified for an update"));
    let patch = json!([{"op": "add", "path": "/spec", "value": {"chart": "oci://registry/shop", "version": "2"}}]);
    assert_eq!(center.at_edge("c1", "PATCH", &url, &patch).body["spec"]["version"], "2");
}

#[test]
fn a_node_label_needs_its_map_and_every_failed_patch_is_the_same() {
    let center = TestCenter::start();
    let node = "/api/v1/nodes/name-of-c1-1";
    let add = json!([{"op": "add", "path": "/metadata/labels/otestack.io~1camera", "value": "true"}]);
    let labelled = center.at_edge("c1", "PATCH", node, &add);
    assert_eq!(labelled.body["metadata"]["labels"]["otestack.io/camera"], "true");
    for failing in [
        json!([{"op": "remove", "path": "/metadata/labels/missing"}]),
        json!([{"op": "add", "path": "/metadata/annotations/a", "value": "b"}]),
        json!([{"op": "test", "path": "/metadata/labels", "value": null}]),
    ] {
        let answer = center.at_edge("c1", "PATCH", node, &failing);
        assert_eq!(answer.code, 422);
        assert_eq!(answer.body["message"], "the server rejected our request due to an error in our request");
    }
}

#[test]
fn autoscalers_and_secrets_are_checked_and_kept() {
    let center = TestCenter::start();
    let scalers = "/apis/autoscaling/v2/namespaces/ns1/horizontalpodautoscalers";
    let scaler = |least: i32, most: i32| {
        json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
            "spec": {
                "minReplicas": least, "maxReplicas": most,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                "metrics": [{
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
                }],
            },
        })
    };
    assert_eq!(center.at_edge("c1", "POST", scalers, &scaler(3, 2)).code, 422);
    assert_eq!(center.at_edge("c1", "POST", scalers, &scaler(0, 2)).code, 422);
    assert_eq!(center.at_edge("c1", "POST", scalers, &scaler(1, 2)).code, 201);
    let secrets = "/api/v1/namespaces/ns1/secrets";
    let secret = |data: Value| {
        json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "registry"},
            "type": "kubernetes.io/dockerconfigjson", "data": data,
        })
    };
    assert_eq!(center.at_edge("c1", "POST", secrets, &secret(json!({}))).code, 422);
    assert_eq!(center.at_edge("c1", "POST", secrets, &secret(json!({".dockerconfigjson": "bm8="}))).code, 422);
    assert_eq!(center.at_edge("c1", "POST", secrets, &secret(json!({".dockerconfigjson": "e30="}))).code, 201);
}

#[test]
fn odd_objects_do_no_harm() {
    let center = TestCenter::start();
    let daemon_sets = "/apis/apps/v1/namespaces/ns1/daemonsets";
    let container = json!({"name": "a", "image": "b"});
    let template = |spec: Value| json!([{"labels": {"app": "web"}}, spec]);
    let odd = [
        ("/spec/template/spec/affinity", json!([])),
        ("/spec/template/spec", json!([[container]])),
        ("/spec/template", template(json!({"containers": [container]}))),
        ("/spec/template", template(json!([]))),
        ("/spec/template/spec/containers/0/resources", json!({"limits": {"cpu": "9999999999999999999E"}})),
        ("/spec/replicas", json!(2_147_483_647)),
        ("/status", json!("odd")),
        ("/metadata/annotations", json!(1)),
    ];
    for (at, (pointer, value)) in odd.into_iter().enumerate() {
        let mut object = changed(pointer, value);
        object["metadata"]["name"] = json!(format!("odd-{at}"));
        center.at_edge("c1", "POST", DEPLOYMENTS, &object);
        object["kind"] = json!("DaemonSet");
        center.at_edge("c1", "POST", daemon_sets, &object);
    }
    for patch in
        [json!([{"op": "replace", "path": "", "value": 1}]), json!([{"op": "add", "path": "/metadata", "value": []}])]
    {
        assert_eq!(center.at_edge("c1", "PATCH", "/api/v1/nodes/name-of-c1-1", &patch).code, 400);
    }
    assert_eq!(center.get("/api/v1/namespaces?watch=true&resourceVersion=1&timeoutSeconds=x").code, 400);
    center.at_edge("c1", "POST", DEPLOYMENTS, &deployment("sound", 1));
    let made = |pod: &Value| pod["metadata"]["labels"]["app"] == "sound";
    center.until("the controllers still work", || center.pods("c1").iter().any(made));
    assert!(center.pods("c1").len() < 2_000, "billions of pods are not even made");
}
