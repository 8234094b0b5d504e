//! Application versions, as they are answered.

use serde::{Serialize, Serializer};
use store::application::Application;
use workload::{Dependence, DeployType, Port, Variable, Volume};

/// An application version (API document, Application Management 3 and 4).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    id: i64,
    app_name: String,
    status: i64,
    deploy_type: DeployType,
    image: String,
    project_name: String,
    repository_id: String,
    version: String,
    replicas: u32,
    port: Vec<Port>,
    command: String,
    volume: Vec<Volume>,
    dependence: Vec<Dependence>,
    env: Vec<Variable>,
    min_replicas: u32,
    max_replicas: u32,
    #[serde(rename = "minCPU")]
    min_cpu: Hundredths,
    #[serde(rename = "maxCPU")]
    max_cpu: Hundredths,
    #[serde(rename = "GPU")]
    gpu: u32,
    #[serde(rename = "isHPA")]
    is_hpa: bool,
    #[serde(rename = "targetCPUUtilization")]
    target_cpu_utilization: Hundredths,
    target_mem_utilization: u32,
    min_memory: u32,
    max_memory: u32,
    max_unavailable: u32,
    max_surge: u32,
    min_ready_seconds: u32,
    create_time: i64,
    update_time: i64,
}

impl From<Application> for Row {
    fn from(application: Application) -> Self {
        let definition = application.definition;
        Self {
            id: application.id,
            app_name: definition.name,
            status: application.status,
            deploy_type: definition.deploy_type,
            image: definition.image,
            project_name: application.project_name,
            repository_id: application.repository_id,
            version: definition.version,
            replicas: definition.replicas,
            port: definition.ports,
            command: definition.command,
            volume: definition.volumes,
            dependence: definition.dependence,
            env: definition.env,
            min_replicas: definition.min_replicas,
            max_replicas: definition.max_replicas,
            min_cpu: Hundredths(definition.min_cpu),
            max_cpu: Hundredths(definition.max_cpu),
            gpu: definition.gpu,
            is_hpa: definition.is_hpa,
            target_cpu_utilization: Hundredths(definition.target_cpu_utilization),
            target_mem_utilization: definition.target_mem_utilization,
            min_memory: definition.min_memory,
            max_memory: definition.max_memory,
            max_unavailable: definition.max_unavailable,
            max_surge: definition.max_surge,
            min_ready_seconds: definition.min_ready_seconds,
            create_time: application.create_time,
            update_time: application.update_time,
        }
    }
}

/// A percentage as a request gives it, answered divided by 100 (docs/semantics.md, Applications): 10 is 0.1, and 200 is 2.
struct Hundredths(u32);

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u32(self.0 / 100)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 100.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The document's example (Application Management 4), as it is stored.
    fn stored() -> Application {
        let definition = json!({
            "appName": "nginx1", "version": "1.2.3", "deployType": "deployment", "image": "nginx", "command": "", "replicas": 10,
            "port": [{"port": 8080, "hostPort": 9090}],
            "volume": [{"path": "/host/usr/bin", "hostPath": "/usr/bin", "readOnly": true}],
            "dependence": [{"name": "nginx", "service": "xxxx", "port": 9090}],
            "env": [{"name": "NGINX_PATH", "value": "/usr/share/nginx/"}],
            "minReplicas": 2, "maxReplicas": 20, "minCPU": 10, "maxCPU": 200, "GPU": 1, "isHPA": true,
            "targetCPUUtilization": 100, "targetMemUtilization": 150, "minMemory": 100, "maxMemory": 200,
            "maxUnavailable": 1, "maxSurge": 1, "minReadySeconds": 10
        });
        Application {
            id: 1,
            status: 1,
            project_name: "proj1".to_owned(),
            repository_id: "repo1".to_owned(),
            definition: serde_json::from_value(definition).unwrap(),
            create_time: 1_551_758_321,
            update_time: 1_551_758_321,
        }
    }

    #[test]
    fn a_row_is_the_documents_example() {
        let want = json!({
            "id": 1, "appName": "nginx1", "status": 1, "deployType": "deployment", "image": "nginx", "projectName": "proj1",
            "repositoryId": "repo1", "version": "1.2.3", "replicas": 10, "port": [{"port": 8080, "hostPort": 9090}], "command": "",
            "volume": [{"path": "/host/usr/bin", "hostPath": "/usr/bin", "readOnly": true}],
            "dependence": [{"name": "nginx", "service": "xxxx", "port": 9090}],
            "env": [{"name": "NGINX_PATH", "value": "/usr/share/nginx/"}],
            "minReplicas": 2, "maxReplicas": 20, "minCPU": 0.1, "maxCPU": 2, "GPU": 1, "isHPA": true, "targetCPUUtilization": 1,
            "targetMemUtilization": 150, "minMemory": 100, "maxMemory": 200, "maxUnavailable": 1, "maxSurge": 1,
            "minReadySeconds": 10, "createTime": 1_551_758_321, "updateTime": 1_551_758_321
        });
        assert_eq!(serde_json::to_value(Row::from(stored())).unwrap(), want);
    }

    #[test]
    fn hundredths_are_exact() {
        for (percent, want) in
            [(0, "0"), (1, "0.01"), (29, "0.29"), (100, "1"), (115, "1.15"), (u32::MAX, "42949672.95")]
        {
            assert_eq!(Value::to_string(&json!(Hundredths(percent))), want);
        }
    }
}
