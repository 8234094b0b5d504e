//! What the tests render.

use serde_json::Value;

use crate::{Application, DeployType, Placement, PullSecret, render};

/// The plainest application.
pub(crate) fn application() -> Application {
    Application {
        name: "nginx".to_owned(),
        version: "1.2.3".to_owned(),
        deploy_type: DeployType::Deployment,
        image: "nginx:latest".to_owned(),
        command: String::new(),
        ports: vec![],
        volumes: vec![],
        env: vec![],
        dependence: vec![],
        replicas: 1,
        min_replicas: 1,
        max_replicas: 1,
        min_cpu: 0,
        max_cpu: 0,
        min_memory: 0,
        max_memory: 0,
        gpu: 0,
        is_hpa: false,
        target_cpu_utilization: 0,
        target_mem_utilization: 0,
        max_unavailable: 1,
        max_surge: 1,
        min_ready_seconds: 0,
    }
}

/// Deployment 12 of business 7, `web`.
pub(crate) fn placement() -> Placement<'static> {
    Placement { deployment_id: 12, deployment_name: "web", namespace: "ns7", node_selector: None, pull: None }
}

/// Likewise, with credentials.
pub(crate) fn placement_with_pull() -> Placement<'static> {
    let pull = PullSecret { registry: "r".to_owned(), user: "u".to_owned(), password: "p".to_owned() };
    Placement { pull: Some(pull), ..placement() }
}

/// The first object, which is the workload where nothing is pulled with credentials, else the one after the secret.
pub(crate) fn body(application: &Application, placement: &Placement<'_>) -> Value {
    let objects = render(application, placement);
    serde_json::from_str(&objects[usize::from(placement.pull.is_some())].body).unwrap()
}
