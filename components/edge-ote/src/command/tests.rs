use serde_json::{Value, json};

use super::examples::{delete_pods, label_nodes, object, objects};
use super::*;

fn ask(work: &Work, step: Step) -> Request {
    request(work, step).unwrap()
}

fn of(object: Object, step: Step) -> Request {
    ask(&Work::Objects(Objects { apply: vec![object], remove: vec![] }), step)
}

fn patch(request: &Request) -> Value {
    assert_eq!(request.method, "PATCH");
    serde_json::from_str(&request.body).unwrap()
}

#[test]
fn a_command_is_named_by_its_ticket_and_labelled_as_ours() {
    let request = Request { method: "POST", url: "/x".to_owned(), body: "{\"a\":\"\\\"\"}".to_owned() };
    let command: Value = serde_json::from_str(&encode("t-1", "^c1$", &request)).unwrap();
    let want = json!({
        "apiVersion": "ote.baidu.com/v1", "kind": "ClusterController",
        "metadata": {"name": "t-1", "namespace": "kube-system",
                     "labels": {"app.kubernetes.io/managed-by": "otestack"}},
        "spec": {"destination": "api", "clusterSelector": "^c1$", "method": "POST", "url": "/x",
                 "body": "{\"a\":\"\\\"\"}"}});
    assert_eq!(command, want);
}

#[test]
fn a_ticket_is_a_name_that_kubernetes_takes() {
    for ticket in ["a", "1", "d1-2.c3", &"x".repeat(100)] {
        assert!(is_ticket(ticket), "{ticket}");
    }
    for ticket in ["", "-a", "a-", ".a", "a.", "a..b", "a.-b", "A", "a b", "a/b", "ä", &"x".repeat(101)] {
        assert!(!is_ticket(ticket), "{ticket}");
    }
}

#[test]
fn an_object_is_first_posted() {
    let request = ask(&objects(1, 0), Step::Create(0));
    assert_eq!((request.method, request.url.as_str()), ("POST", "/apis/apps/v1/namespaces/ns1/deployments"));
    assert_eq!(request.body, object("deployments").body);
    assert_eq!(of(object("secrets"), Step::Create(0)).url, "/api/v1/namespaces/ns1/secrets");
}

#[test]
fn a_built_in_object_that_is_there_is_put() {
    for resource in ["deployments", "daemonsets", "secrets", "horizontalpodautoscalers"] {
        let request = of(object(resource), Step::Replace(0));
        assert_eq!(request.method, "PUT");
        assert!(request.url.ends_with(&format!("/namespaces/ns1/{resource}/web-1")), "{}", request.url);
        assert_eq!(request.body, object(resource).body);
    }
}

#[test]
fn an_autoscaled_object_is_patched_around_its_replicas() {
    let mut scaled = object("deployments");
    scaled.keep_replicas = true;
    scaled.body = json!({"metadata": {"labels": {"v": "2"}},
        "spec": {"replicas": 1, "template": {"spec": {}}, "strategy": {}, "minReadySeconds": 0, "a/b~c": 1}})
    .to_string();
    let request = of(scaled, Step::Replace(0));
    assert_eq!(request.url, "/apis/apps/v1/namespaces/ns1/deployments/web-1");
    let mut operations = patch(&request).as_array().unwrap().clone();
    operations.sort_by_key(|operation| operation["path"].to_string());
    assert_eq!(
        operations,
        [
            json!({"op": "add", "path": "/metadata/labels", "value": {"v": "2"}}),
            json!({"op": "add", "path": "/spec/a~1b~0c", "value": 1}),
            json!({"op": "add", "path": "/spec/minReadySeconds", "value": 0}),
            json!({"op": "add", "path": "/spec/strategy", "value": {}}),
            json!({"op": "add", "path": "/spec/template", "value": {"spec": {}}}),
        ]
    );
}

#[test]
fn a_custom_resource_that_is_there_is_patched() {
    let mut chart = object("helmcharts");
    chart.body = json!({"metadata": {"labels": {"v": "2"}}, "spec": {"chart": "oci://h/c"}}).to_string();
    let request = of(chart, Step::Replace(0));
    assert_eq!(request.url, "/apis/helm.cattle.io/v1/namespaces/ns1/helmcharts/web-1");
    assert_eq!(
        patch(&request),
        json!([{"op": "add", "path": "/metadata/labels", "value": {"v": "2"}},
               {"op": "add", "path": "/spec", "value": {"chart": "oci://h/c"}}])
    );
}

#[test]
fn an_object_that_cannot_be_patched_is_invalid() {
    for body in ["", "[]", "{}", r#"{"metadata": {}}"#] {
        for resource in ["helmcharts", "deployments"] {
            let mut odd = object(resource);
            (odd.body, odd.keep_replicas) = (body.to_owned(), true);
            let work = Work::Objects(Objects { apply: vec![odd], remove: vec![] });
            assert!(matches!(request(&work, Step::Replace(0)), Err(Error::Invalid(_))), "{resource} {body}");
        }
    }
}

#[test]
fn a_missing_namespace_is_posted_at_the_cluster() {
    let request = ask(&objects(1, 0), Step::Namespace(0));
    assert_eq!((request.method, request.url.as_str()), ("POST", "/api/v1/namespaces"));
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns1"}}));
}

#[test]
fn a_removal_takes_along_what_the_object_owns() {
    let request = ask(&objects(0, 1), Step::Remove(0));
    let url = "/apis/apps/v1/namespaces/ns1/daemonsets/web-1?propagationPolicy=Background";
    assert_eq!(request, Request { method: "DELETE", url: url.to_owned(), body: String::new() });
}

#[test]
fn a_label_is_added_to_a_node() {
    let request = ask(&label_nodes(&["n1", "n2"], Some("true")), Step::Label(1));
    assert_eq!(request.url, "/api/v1/nodes/n2");
    let path = "/metadata/labels/ns7.otestack.io~1cam";
    assert_eq!(patch(&request), json!([{"op": "add", "path": path, "value": "true"}]));
}

#[test]
fn a_nodes_first_label_comes_with_the_map_only_where_there_is_none() {
    let request = ask(&label_nodes(&["n1"], Some("true")), Step::FirstLabel(0));
    assert_eq!(
        patch(&request),
        json!([{"op": "test", "path": "/metadata/labels", "value": null},
               {"op": "add", "path": "/metadata/labels", "value": {"ns7.otestack.io/cam": "true"}}])
    );
}

#[test]
fn a_label_is_taken_away_whether_it_is_there_or_not() {
    let path = "/metadata/labels/ns7.otestack.io~1cam";
    assert_eq!(
        patch(&ask(&label_nodes(&["n1"], None), Step::Label(0))),
        json!([{"op": "add", "path": path, "value": ""}, {"op": "remove", "path": path}])
    );
}

#[test]
fn pods_are_deleted_by_label_and_node() {
    let request = ask(&delete_pods(&["n1"]), Step::DeletePods(0));
    let query = "labelSelector=otestack.io%2Fdeployment%3D1&fieldSelector=spec.nodeName%3Dn1";
    assert_eq!((request.method, request.url), ("DELETE", format!("/api/v1/namespaces/ns1/pods?{query}")));
}

#[test]
fn pods_are_never_deleted_by_less_than_a_label_and_a_node() {
    let selection = |labels: &[(&str, &str)], node: &str| {
        let labels = labels.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        let nodes = vec![node.to_owned()];
        request(&Work::DeletePods(PodSelection { namespace: "ns1".to_owned(), labels, nodes }), Step::DeletePods(0))
    };
    assert!(selection(&[("a", "b")], "n").is_ok());
    for (labels, node) in
        [(&[][..], "n"), (&[("a", "b,c=d")], "n"), (&[("", "b")], "n"), (&[("a", "b")], ""), (&[("a", "b")], "n,x")]
    {
        assert!(matches!(selection(labels, node), Err(Error::Invalid(_))), "{labels:?} {node:?}");
    }
}

#[test]
fn a_name_cannot_lead_to_another_path() {
    let mut odd = object("deployments");
    (odd.namespace, odd.name) = ("../kube-system".to_owned(), "a/../b?c#d%".to_owned());
    let request = of(odd, Step::Replace(0));
    assert_eq!(request.url, "/apis/apps/v1/namespaces/..%2Fkube-system/deployments/a%2F..%2Fb%3Fc%23d%25");
}

#[test]
fn an_object_without_a_name_is_invalid_for_its_path_would_name_them_all() {
    for name in ["", ".", ".."] {
        let Work::Objects(mut objects) = objects(1, 1) else { unreachable!() };
        objects.apply[0].name = name.to_owned();
        objects.remove[0].name = name.to_owned();
        let work = Work::Objects(objects);
        for step in [Step::Replace(0), Step::Remove(0)] {
            assert!(matches!(request(&work, step), Err(Error::Invalid(_))), "{step:?} {name:?}");
        }
        let node = label_nodes(&[name], None);
        assert!(matches!(request(&node, Step::Label(0)), Err(Error::Invalid(_))), "{name:?}");
    }
}

#[test]
fn a_step_of_other_work_is_invalid() {
    for (work, step) in [
        (objects(1, 1), Step::Create(1)),
        (objects(1, 1), Step::Remove(1)),
        (objects(1, 1), Step::Label(0)),
        (label_nodes(&["n"], None), Step::FirstLabel(0)),
        (label_nodes(&["n"], None), Step::Label(1)),
        (delete_pods(&["n"]), Step::Create(0)),
        (delete_pods(&["n"]), Step::DeletePods(1)),
    ] {
        assert!(matches!(request(&work, step), Err(Error::Invalid(_))), "{step:?}");
    }
}
