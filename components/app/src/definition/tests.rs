use super::*;
use crate::host_paths::HostPaths;
use harbor::Registry;
use serde_json::{Value, json};
use workload::Port;

/// The document's example (Application Management 1) without `repositoryId`.
fn example() -> Value {
    json!({
        "appName": "nginx1", "deployType": "deployment", "image": "nginx:latest", "version": "1.2", "replicas": 10,
        "port": [{"port": 8080, "hostPort": 9090}], "command": "",
        "volume": [
            {"path": "/host/usr/bin", "hostPath": "/usr/bin", "readOnly": true},
            {"path": "/host/usr/sbin", "hostPath": "/usr/sbin", "readOnly": true}],
        "env": [{"name": "NGINX_PATH", "value": "/usr/share/nginx/"}],
        "minReplicas": 2, "maxReplicas": 20, "minCPU": 10, "maxCPU": 200, "isHPA": true, "targetCPUUtilization": 100,
        "targetMemUtilization": 150, "minMemory": 100, "maxMemory": 200, "maxUnavailable": 1, "maxSurge": 1,
        "minReadySeconds": 10
    })
}

/// The example with other values; null takes a field away.
fn with(changes: &Value) -> Value {
    let mut body = example();
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

fn read(body: &Value) -> (Creation, Fields) {
    let host_paths = HostPaths::new("/usr,/var/data").unwrap();
    let settings = Settings { host_paths, registry: Registry::new("", "").unwrap() };
    let mut fields = Fields::new(body.as_object().unwrap().clone());
    (Creation::read(&mut fields, &settings), fields)
}

fn definition_of(changes: &Value) -> Application {
    let (creation, fields) = read(&with(changes));
    fields.check().unwrap();
    creation.definition
}

fn faults(changes: &Value) -> Vec<String> {
    let (_, fields) = read(&with(changes));
    fields.check().err().map(|error| error.fields().into_iter().map(str::to_owned).collect()).unwrap_or_default()
}

fn assert_good(cases: &[Value]) {
    for case in cases {
        assert_eq!(faults(case), [""; 0], "{case}");
    }
}

fn assert_bad(cases: &[(Value, &[&str])]) {
    for (case, want) in cases {
        assert_eq!(faults(case), *want, "{case}");
    }
}

#[test]
fn the_documents_example_is_an_application() {
    let mut read: Value = serde_json::to_value(definition_of(&json!({}))).unwrap();
    for ours in ["GPU", "dependence"] {
        read.as_object_mut().unwrap().remove(ours);
    }
    assert_eq!(read, example());
}

#[test]
fn what_is_not_required_has_a_default() {
    let absent = json!({"replicas": null, "minReplicas": null, "maxReplicas": null, "command": null, "volume": null,
        "env": null, "GPU": null, "dependence": null});
    let it = definition_of(&absent);
    assert_eq!((it.replicas, it.min_replicas, it.max_replicas, it.gpu), (1, 1, 1, 0));
    assert!(it.command.is_empty() && it.volumes.is_empty() && it.env.is_empty() && it.dependence.is_empty());
    let it = definition_of(&json!({"isHPA": false, "replicas": 0, "minReplicas": null, "maxReplicas": null}));
    assert_eq!((it.min_replicas, it.max_replicas), (0, 0));
    let it = definition_of(&json!({"volume": [{"path": "/a", "hostPath": "/usr"}], "env": [{"name": "A"}]}));
    assert!(!it.volumes[0].read_only && it.env[0].value.is_empty());
}

#[test]
fn everything_else_is_required() {
    let required = [
        "appName",
        "version",
        "deployType",
        "image",
        "port",
        "minCPU",
        "maxCPU",
        "minMemory",
        "maxMemory",
        "isHPA",
        "targetCPUUtilization",
        "targetMemUtilization",
        "maxUnavailable",
        "maxSurge",
        "minReadySeconds",
    ];
    let absent: Value =
        required.iter().map(|name| ((*name).to_owned(), Value::Null)).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(faults(&absent), required, "all together, and nothing else");
    for name in required {
        assert_eq!(faults(&json!({name: null})), [name]);
    }
}

#[test]
fn texts_have_rules() {
    assert_bad(&[
        (json!({"appName": "Nginx"}), &["appName"]),
        (json!({"appName": "x".repeat(41)}), &["appName"]),
        (json!({"deployType": "chart"}), &["deployType"]),
        (json!({"deployType": "DaemonSet"}), &["deployType"]),
        (json!({"image": "a b"}), &["image"]),
        (json!({"image": "x".repeat(501)}), &["image"]),
        (json!({"command": "x".repeat(4001)}), &["command"]),
        (json!({"command": 1}), &["command"]),
    ]);
    for bad in ["1", "1.", ".1", "1.2.3", "01.2", "1.00", "1.02", "100000.1", "1.-2", "1.+2", "a.b", "1.2 ", "1,2"] {
        assert_eq!(faults(&json!({"version": bad})), ["version"], "{bad}");
    }
    assert_good(&[json!({"version": "0.0"}), json!({"version": "99999.99999"}), json!({"command": "x".repeat(4000)})]);
}

#[test]
fn numbers_have_bounds() {
    let int32 = [
        "replicas",
        "minReplicas",
        "maxReplicas",
        "targetCPUUtilization",
        "targetMemUtilization",
        "maxUnavailable",
        "maxSurge",
    ];
    let most = int32.into_iter().map(|name| (name, 2_147_483_647_u64)).chain([("minReadySeconds", 2_147_483_047)]);
    let most = most.chain(["minCPU", "maxCPU", "minMemory", "maxMemory", "GPU"].map(|name| (name, 4_294_967_295)));
    for (name, most) in most {
        for bad in [json!(most + 1), json!(-1), json!(1.0), json!("1")] {
            assert_eq!(faults(&json!({name: bad})), [name]);
        }
    }
    assert_good(&[
        json!({"maxReplicas": 2_147_483_647_u64, "maxSurge": 2_147_483_647_u64, "minReadySeconds": 2_147_483_047_u64}),
        json!({"replicas": i32::MAX, "minReplicas": i32::MAX, "maxReplicas": i32::MAX, "maxUnavailable": i32::MAX}),
        json!({"targetCPUUtilization": i32::MAX, "targetMemUtilization": i32::MAX}),
        json!({"maxCPU": u32::MAX, "maxMemory": u32::MAX, "GPU": u32::MAX}),
    ]);
}

#[test]
fn a_minimum_is_at_most_its_maximum_and_0_is_no_limit() {
    assert_bad(&[
        (json!({"minCPU": 201}), &["minCPU"]),
        (json!({"minMemory": 201}), &["minMemory"]),
        (json!({"minReplicas": 21}), &["minReplicas"]),
        (json!({"replicas": 21}), &["replicas"]),
        (json!({"replicas": 1}), &["replicas"]),
        (json!({"minCPU": 201, "maxCPU": "x"}), &["maxCPU"]),
    ]);
    assert_good(&[
        json!({"maxCPU": 0, "maxMemory": 0}),
        json!({"minCPU": 200}),
        json!({"replicas": 2}),
        json!({"replicas": 20}),
    ]);
}

#[test]
fn an_autoscaler_needs_something_to_scale_by() {
    assert_bad(&[
        (json!({"targetCPUUtilization": 0, "targetMemUtilization": 0}), &["targetCPUUtilization"]),
        (json!({"minCPU": 0}), &["minCPU"]),
        (json!({"minMemory": 0}), &["minMemory"]),
        (json!({"minReplicas": 0}), &["minReplicas"]),
        (json!({"replicas": 0, "minReplicas": 0, "maxReplicas": 0}), &["replicas", "minReplicas", "maxReplicas"]),
    ]);
    assert_good(&[
        json!({"targetCPUUtilization": 0, "minCPU": 0}),
        json!({"targetMemUtilization": 0, "minMemory": 0}),
        json!({"isHPA": false, "targetCPUUtilization": 0, "targetMemUtilization": 0, "minCPU": 0, "minReplicas": 0}),
    ]);
}

#[test]
fn a_daemonset_has_no_replicas_to_check() {
    assert_good(&[
        json!({"deployType": "daemonset", "replicas": 5, "minReplicas": 9, "maxReplicas": 2}),
        json!({"deployType": "daemonset", "isHPA": true, "targetCPUUtilization": 0, "targetMemUtilization": 0, "minReplicas": 0}),
    ]);
}

#[test]
fn an_update_can_go_on() {
    assert_bad(&[
        (json!({"maxUnavailable": 0, "maxSurge": 0}), &["maxUnavailable"]),
        (json!({"maxUnavailable": 0, "maxSurge": "0"}), &["maxSurge"]),
    ]);
    assert_good(&[json!({"maxUnavailable": 0}), json!({"maxSurge": 0})]);
}

#[test]
fn a_host_port_is_there_once_and_doubles_count_once() {
    assert_bad(&[
        (
            json!({"port": [{"port": 0}, {"port": 65536}, {"hostPort": 1}]}),
            &["port[0].port", "port[1].port", "port[2].port"],
        ),
        (
            json!({"port": [{"port": 1, "hostPort": 0}, {"port": 2, "hostPort": 65536}]}),
            &["port[0].hostPort", "port[1].hostPort"],
        ),
        (json!({"port": [{"port": 1, "hostPort": 9}, {"port": 2, "hostPort": 9}]}), &["port"]),
        (json!({"port": 8080}), &["port"]),
    ]);
    assert_eq!(definition_of(&json!({"port": []})).ports, []);
    let ports = definition_of(&json!({"port": [{"port": 1}, {"port": 1}, {"port": 1, "hostPort": null}]})).ports;
    assert_eq!(ports, [Port { port: 1, host_port: None }]);
}

#[test]
fn volumes_lie_where_they_may() {
    let volume = |path, host_path| json!({"volume": [{"path": path, "hostPath": host_path}]});
    assert_bad(&[
        (volume("data", "/usr"), &["volume[0].path"]),
        (volume("/a/../b", "/usr"), &["volume[0].path"]),
        (volume("/a", "usr"), &["volume[0].hostPath"]),
        (volume("/a", "/usr/../etc"), &["volume[0].hostPath"]),
        (volume("/a", "/etc"), &["volume[0].hostPath"]),
        (volume("/a", "/usrs"), &["volume[0].hostPath"]),
        (json!({"volume": [{"path": "/a"}, {"hostPath": "/usr"}]}), &["volume[0].hostPath", "volume[1].path"]),
        (json!({"volume": [{"path": "/a", "hostPath": "/usr"}, {"path": "/a/", "hostPath": "/usr/x"}]}), &["volume"]),
        (json!({"volume": [{"path": "/a", "hostPath": "/usr", "readOnly": "yes"}]}), &["volume[0].readOnly"]),
    ]);
    assert_good(&[
        volume("/a..b", "/var/data/x"),
        json!({"volume": [{"path": "/a", "hostPath": "/usr"}, {"path": "/b", "hostPath": "/usr"}]}),
    ]);
}

#[test]
fn variables_are_c_identifiers_and_each_is_there_once() {
    assert_bad(&[
        (
            json!({"env": [{"name": "1A"}, {"name": "A-B"}, {"name": ""}, {"value": "x"}]}),
            &["env[0].name", "env[1].name", "env[2].name", "env[3].name"],
        ),
        (json!({"env": [{"name": "A"}, {"name": "A", "value": "x"}]}), &["env"]),
        (json!({"env": [{"name": "A", "value": 1}]}), &["env[0].value"]),
        (json!({"env": [{"name": "A", "value": "x".repeat(1001)}]}), &["env[0].value"]),
    ]);
    assert_good(&[json!({"env": [{"name": "_a1"}, {"name": "_A1"}]})]);
}

#[test]
fn dependences_name_a_service_and_its_port() {
    assert_bad(&[
        (json!({"dependence": [{}]}), &["dependence[0].name", "dependence[0].service", "dependence[0].port"]),
        (json!({"dependence": [{"name": "a_b", "service": "s", "port": 1}]}), &["dependence[0].name"]),
        (json!({"dependence": [{"name": "1", "service": "s", "port": 1}]}), &["dependence[0].name"]),
        (
            json!({"dependence": [{"name": "x".repeat(41), "service": " ", "port": 0}]}),
            &["dependence[0].name", "dependence[0].service", "dependence[0].port"],
        ),
    ]);
    let double = json!({"name": "My-Db", "service": "db", "port": 5432});
    assert_eq!(definition_of(&json!({"dependence": [double, double]})).dependence.len(), 1);
}

#[test]
fn the_largest_field_of_too_large_an_application_is_named() {
    let env: Vec<Value> = (0..140).map(|i| json!({"name": format!("A{i}"), "value": "x".repeat(1000)})).collect();
    assert_eq!(faults(&json!({ "env": env })), ["env"]);
    assert_good(&[json!({ "env": env[..100] })]);
}

#[test]
fn an_external_repository_may_be_named() {
    assert_good(&[json!({"repositoryId": "repo1"}), json!({"repositoryId": ""}), json!({"repositoryId": null})]);
    assert_bad(&[(json!({"repositoryId": 1}), &["repositoryId"])]);
}
