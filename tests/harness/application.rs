//! Applications and deployments to ask for.

use serde_json::{Value, json};

use crate::client::Client;

/// The document's example (API document, Application Management 1) as it can be created: valid JSON, without a repository
/// that would have to be there, and with no more pods than nodes have its host port.
pub fn documented_application(name: &str) -> Value {
    json!({
        "appName": name,
        "deployType": "deployment",
        "image": "nginx:latest",
        "version": "1.2",
        "replicas": 2,
        "port": [{"port": 8080, "hostPort": 9090}],
        "command": "",
        "volume": [
            {"path": "/host/usr/bin", "hostPath": "/usr/bin", "readOnly": true},
            {"path": "/host/usr/sbin", "hostPath": "/usr/sbin", "readOnly": true},
        ],
        "env": [{"name": "NGINX_PATH", "value": "/usr/share/nginx/"}],
        "minReplicas": 1,
        "maxReplicas": 20,
        "minCPU": 10,
        "maxCPU": 200,
        "isHPA": true,
        "targetCPUUtilization": 100,
        "targetMemUtilization": 150,
        "minMemory": 100,
        "maxMemory": 200,
        "maxUnavailable": 1,
        "maxSurge": 1,
        "minReadySeconds": 10,
    })
}

/// An application that fits anywhere, often: one small pod.
pub fn small_application(name: &str) -> Value {
    json!({
        "appName": name, "deployType": "deployment", "image": "nginx:1.27", "version": "1.0", "port": [],
        "minCPU": 1, "maxCPU": 0, "isHPA": false, "targetCPUUtilization": 0, "targetMemUtilization": 0,
        "minMemory": 1, "maxMemory": 0, "maxUnavailable": 1, "maxSurge": 0, "minReadySeconds": 0,
    })
}

/// A body with other values of some fields.
#[must_use]
pub fn with(mut body: Value, fields: Value) -> Value {
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body
}

impl Client {
    /// Creates an application; its full version.
    #[track_caller]
    pub fn create_application(&self, body: Value) -> String {
        let id = self.post("/v1/app", body).expect(200).id();
        let row = self.get(&format!("/v1/app/{id}")).expect(200);
        row.data()["version"].as_str().unwrap_or_default().to_owned()
    }

    /// Deploys the version of an application to a cluster or label, under the application's name; the deployment's id.
    #[track_caller]
    pub fn deploy(&self, name: &str, version: &str, cluster: &str) -> u64 {
        self.deploy_as(name, name, version, cluster)
    }

    /// The same under a name of its own.
    #[track_caller]
    pub fn deploy_as(&self, name: &str, application: &str, version: &str, cluster: &str) -> u64 {
        let body =
            json!({"deployName": name, "appName": application, "version": version, "cluster": cluster, "comment": ""});
        self.post("/v1/deploy", body).expect(200).id()
    }

    /// A deployment's row.
    #[track_caller]
    pub fn deployment(&self, id: u64) -> Value {
        self.get(&format!("/v1/deploy/id/{id}")).expect(200).data().clone()
    }
}
