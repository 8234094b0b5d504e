use serde_json::{Value, json};

use crate::examples::{application, body, placement, placement_with_pull};
use crate::{Application, Dependence, Placement, Port, Variable, Volume};

fn pod(change: impl FnOnce(&mut Application), placement: &Placement<'_>) -> Value {
    let mut application = application();
    change(&mut application);
    body(&application, placement)["spec"]["template"]["spec"].clone()
}

fn container(change: impl FnOnce(&mut Application)) -> Value {
    pod(change, &placement())["containers"][0].clone()
}

fn variable(name: &str, value: &str) -> Variable {
    Variable { name: name.to_owned(), value: value.to_owned() }
}

fn dependence(name: &str) -> Dependence {
    Dependence { name: name.to_owned(), service: "redis-svc".to_owned(), port: 6379 }
}

#[test]
fn a_container_runs_the_image_and_is_named_after_the_application() {
    assert_eq!(container(|_| {}), json!({"name": "nginx", "image": "nginx:latest"}));
}

#[test]
fn a_command_runs_in_a_shell() {
    assert_eq!(
        container(|a| a.command = "serve --fast".to_owned())["command"],
        json!(["/bin/sh", "-c", "serve --fast"])
    );
}

#[test]
fn kubernetes_replaces_nothing_in_commands_and_values() {
    let container = container(|a| {
        a.command = "echo $(NAME) $HOME $$".to_owned();
        a.env = vec![variable("NAME", "$(OTHER)")];
    });
    assert_eq!(container["command"][2], "echo $$(NAME) $HOME $$$");
    assert_eq!(container["env"], json!([{"name": "NAME", "value": "$$(OTHER)"}]));
}

#[test]
fn ports_are_tcp_and_on_the_node_only_when_asked_for() {
    let ports = vec![Port { port: 8080, host_port: Some(9090) }, Port { port: 81, host_port: None }];
    let want = json!([{"containerPort": 8080, "hostPort": 9090, "protocol": "TCP"},
                      {"containerPort": 81, "protocol": "TCP"}]);
    assert_eq!(container(|a| a.ports = ports)["ports"], want);
}

#[test]
fn volumes_are_paths_of_the_node() {
    let volume = |path: &str, host_path: &str, read_only| Volume {
        path: path.to_owned(),
        host_path: host_path.to_owned(),
        read_only,
    };
    let pod =
        pod(|a| a.volumes = vec![volume("/in", "/srv/in", true), volume("/out", "/srv/out", false)], &placement());
    assert_eq!(
        pod["volumes"],
        json!([{"name": "volume-0", "hostPath": {"path": "/srv/in"}},
               {"name": "volume-1", "hostPath": {"path": "/srv/out"}}])
    );
    assert_eq!(
        pod["containers"][0]["volumeMounts"],
        json!([{"name": "volume-0", "mountPath": "/in", "readOnly": true},
               {"name": "volume-1", "mountPath": "/out", "readOnly": false}])
    );
}

#[test]
fn a_dependence_is_two_variables() {
    let want = json!([{"name": "MY_REDIS_HOST", "value": "redis-svc"}, {"name": "MY_REDIS_PORT", "value": "6379"}]);
    assert_eq!(container(|a| a.dependence = vec![dependence("my-redis")])["env"], want);
}

#[test]
fn the_environment_wins_over_dependences_and_no_variable_stands_twice() {
    let env = container(|a| {
        a.dependence = vec![dependence("redis"), dependence("Redis")];
        a.env = vec![variable("MODE", "edge"), variable("REDIS_HOST", "mine")];
    })["env"]
        .clone();
    let want = json!([{"name": "REDIS_PORT", "value": "6379"}, {"name": "MODE", "value": "edge"},
                      {"name": "REDIS_HOST", "value": "mine"}]);
    assert_eq!(env, want);
}

fn resources(cpu: (u32, u32), memory: (u32, u32), gpu: u32) -> Value {
    container(|a| {
        (a.min_cpu, a.max_cpu) = cpu;
        (a.min_memory, a.max_memory) = memory;
        a.gpu = gpu;
    })["resources"]
        .clone()
}

#[test]
fn cpu_is_percent_of_a_core_and_memory_mebibytes() {
    let want = json!({"requests": {"cpu": "100m", "memory": "100Mi"}, "limits": {"cpu": "2000m", "memory": "200Mi"}});
    assert_eq!(resources((10, 200), (100, 200), 0), want);
    let largest = json!({"requests": {"cpu": "42949672950m", "memory": "4294967295Mi"}});
    assert_eq!(resources((u32::MAX, 0), (u32::MAX, 0), 0), largest);
}

#[test]
fn nothing_asked_for_is_nothing_rendered() {
    assert_eq!(resources((0, 0), (0, 0), 0), Value::Null);
}

#[test]
fn a_minimum_without_a_maximum_is_a_request_without_a_limit() {
    assert_eq!(resources((10, 0), (0, 0), 0), json!({"requests": {"cpu": "100m"}}));
}

#[test]
fn no_minimum_beside_a_maximum_is_a_request_of_nothing() {
    let want = json!({"requests": {"cpu": "0", "memory": "0"}, "limits": {"cpu": "500m", "memory": "64Mi"}});
    assert_eq!(resources((0, 50), (0, 64), 0), want);
}

#[test]
fn gpus_are_a_limit() {
    assert_eq!(resources((0, 0), (0, 0), 2), json!({"limits": {"nvidia.com/gpu": "2"}}));
}

#[test]
fn nodes_are_selected_by_a_label() {
    let mut here = placement();
    assert_eq!(pod(|_| {}, &here).get("nodeSelector"), None);
    here.node_selector = Some((crate::node_label_key(7, "cam"), "true".to_owned()));
    assert_eq!(pod(|_| {}, &here)["nodeSelector"], json!({"ns7.otestack.io/cam": "true"}));
}

#[test]
fn images_are_pulled_with_the_deployments_secret() {
    assert_eq!(pod(|_| {}, &placement()).get("imagePullSecrets"), None);
    assert_eq!(pod(|_| {}, &placement_with_pull())["imagePullSecrets"], json!([{"name": "web-12"}]));
}

/// Whatever a text holds, it stays in its place: the object has the same shape as with a harmless one.
#[test]
fn no_text_breaks_out_of_its_field() {
    let attacks = [
        r#"","privileged":true,"x":""#,
        "}]}}}}",
        "a: b\n- c: {hostNetwork: true}",
        "'\"`;$(reboot)\\",
        "{{ .Values.x }}",
        "\u{0}\u{1f}\u{7f}\u{2028}ä𝄞",
    ];
    for attack in attacks {
        let filled = |text: &str| {
            let text = text.to_owned();
            Application {
                name: text.clone(),
                version: text.clone(),
                image: text.clone(),
                command: format!("{text}x"),
                ports: vec![Port { port: 1, host_port: None }],
                volumes: vec![Volume { path: text.clone(), host_path: text.clone(), read_only: true }],
                env: vec![variable("A", &text), variable(&format!("{text}_"), "b")],
                dependence: vec![Dependence { name: "D".to_owned(), service: text.clone(), port: 1 }],
                ..application()
            }
        };
        let (harmless, attacked) = (body(&filled("x"), &placement()), body(&filled(attack), &placement()));
        assert_eq!(shape(&attacked), shape(&harmless), "{attack}");
        let pod = &attacked["spec"]["template"]["spec"];
        assert_eq!(pod["containers"][0]["image"], attack);
        assert_eq!(pod["volumes"][0]["hostPath"]["path"], attack);
    }
}

fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => json!("text"),
        other => other.clone(),
    }
}
