//! A center to ask, and words for what is asked of it.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim::Background;
use sim::center::{Center, ClusterOptions, Options};

pub(crate) const TOKEN: &str = "center-token";
pub(crate) const COMMANDS: &str = "/apis/ote.baidu.com/v1/namespaces/kube-system/clustercontrollers";
pub(crate) const CLUSTERS: &str = "/apis/ote.baidu.com/v1/namespaces/kube-system/clusters";
pub(crate) const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/ns1/deployments";

/// A center with a client.
pub(crate) struct TestCenter {
    center: Option<Center>,
    agent: ureq::Agent,
    // Dropped last: the center runs on it.
    background: Background,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) body: Value,
}

impl Deref for TestCenter {
    type Target = Center;

    fn deref(&self) -> &Center {
        self.center.as_ref().expect("the center runs")
    }
}

/// A quick cluster: its pods come up within a tenth of a second and are reported at once.
pub(crate) fn quick(id: &str) -> ClusterOptions {
    ClusterOptions::new(id, format!("name-of-{id}"))
        .with_pod_start(Duration::from_millis(80))
        .with_report_lag(Duration::from_millis(10))
        .with_heartbeat(Duration::from_millis(200))
}

impl TestCenter {
    /// With clusters `c1` and `c10` that know the namespace `ns1`.
    pub(crate) fn start() -> Self {
        let center = Self::with(vec![quick("c1"), quick("c10")], None);
        center.post("/api/v1/namespaces", &namespace("ns1"));
        center.until("the namespace is everywhere", || {
            ["c1", "c10"].iter().all(|id| center.names_at(id, "namespaces").contains(&"ns1".to_owned()))
        });
        center
    }

    pub(crate) fn with(clusters: Vec<ClusterOptions>, state: Option<PathBuf>) -> Self {
        let background = Background::start().unwrap();
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let center = background.center(Options { listen, token: TOKEN.into(), state, clusters }).unwrap();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(20)));
        Self { center: Some(center), agent: config.build().into(), background }
    }

    /// Stops the center in good order.
    pub(crate) fn stop(mut self) {
        let center = self.center.take().unwrap();
        self.background.run(center.stop()).unwrap();
    }

    /// Asks; the error is a broken connection.
    pub(crate) fn try_ask(&self, method: &str, target: &str, body: &str) -> Result<Answer, ureq::Error> {
        let content_type = if method == "PATCH" { "application/json-patch+json" } else { "application/json" };
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{target}", self.url()))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", content_type);
        let mut response = if body.is_empty() {
            self.agent.run(request.body(()).unwrap())?
        } else {
            let request = self.agent.configure_request(request.body(body.to_owned()).unwrap());
            self.agent.run(request.allow_non_standard_methods(true).build())?
        };
        let text = response.body_mut().with_config().limit(100_000_000).read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { code: response.status().as_u16(), body })
    }

    pub(crate) fn ask(&self, method: &str, target: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.try_ask(method, target, &body).unwrap()
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &Value::Null)
    }

    pub(crate) fn post(&self, target: &str, body: &Value) -> Answer {
        self.ask("POST", target, body)
    }

    pub(crate) fn delete(&self, target: &str) -> Answer {
        self.ask("DELETE", target, &Value::Null)
    }

    /// The items of a list.
    pub(crate) fn list(&self, target: &str) -> Vec<Value> {
        let answer = self.get(target);
        assert_eq!(answer.code, 200, "{target}: {}", answer.body);
        answer.body["items"].as_array().unwrap().clone()
    }

    /// Posts a command for clusters, by a selector that is written here as it stands.
    pub(crate) fn command(&self, name: &str, selector: &str, method: &str, url: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.post(
            COMMANDS,
            &json!({
                "apiVersion": "ote.baidu.com/v1", "kind": "ClusterController",
                "metadata": {"name": name, "namespace": "kube-system"},
                "spec": {
                    "destination": "api", "clusterSelector": selector, "method": method, "url": url, "body": body,
                },
            }),
        )
    }

    /// What a cluster has answered to a command, if it has.
    pub(crate) fn status_of(&self, command: &str, cluster: &str) -> Option<Value> {
        self.get(&format!("{COMMANDS}/{command}")).body["status"].get(cluster).cloned()
    }

    /// Has one cluster carry out a request: its API server's code and answer.
    pub(crate) fn at_edge(&self, cluster: &str, method: &str, url: &str, body: &Value) -> Answer {
        let name = format!("at-edge-{}", self.commands().len());
        assert_eq!(self.command(&name, &format!("^{cluster}$"), method, url, body).code, 201);
        self.until("the cluster answers", || self.status_of(&name, cluster).is_some());
        let status = self.status_of(&name, cluster).unwrap();
        self.delete(&format!("{COMMANDS}/{name}"));
        let text = status["body"].as_str().unwrap();
        let body = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        Answer { code: u16::try_from(status["code"].as_u64().unwrap()).unwrap(), body }
    }

    pub(crate) fn names_at(&self, cluster: &str, resource: &str) -> Vec<String> {
        let objects = self.edge_objects(cluster, resource, "").unwrap();
        objects.iter().map(|object| object["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }

    /// A cluster's pods in `ns1`.
    pub(crate) fn pods(&self, cluster: &str) -> Vec<Value> {
        self.edge_objects(cluster, "pods", "ns1").unwrap()
    }

    pub(crate) fn ready_pods(&self, cluster: &str) -> usize {
        self.pods(cluster).iter().filter(|pod| is_ready(pod)).count()
    }

    /// Waits for something that comes by itself.
    #[expect(clippy::unused_self, reason = "reads better on a center")]
    pub(crate) fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let end = Instant::now() + Duration::from_secs(15);
        while !holds() {
            assert!(Instant::now() < end, "waited in vain: {what}");
            sleep(Duration::from_millis(10));
        }
    }

    /// Reads the events of a watch until it ends.
    pub(crate) fn watch(&self, target: &str) -> Vec<Value> {
        let request = ureq::http::Request::get(format!("{}{target}", self.url()))
            .header("authorization", format!("Bearer {TOKEN}"))
            .body(())
            .unwrap();
        let response = self.agent.run(request).unwrap();
        let lines = BufReader::new(response.into_body().into_reader()).lines();
        lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
    }
}

pub(crate) fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

/// A Deployment in `ns1`.
pub(crate) fn deployment(name: &str, replicas: u32) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "ns1"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name, "app.kubernetes.io/instance": name}},
                "spec": {"containers": [{"name": "main", "image": "registry/image:1"}]},
            },
        },
    })
}

pub(crate) fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

/// Why a pod's container waits.
pub(crate) fn waiting_reason(pod: &Value) -> &str {
    pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"].as_str().unwrap_or_default()
}
