//! The k3s helm-controller: a `HelmChart` becomes a release, here one Deployment of one pod.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use crate::api_server::Object;
use crate::api_server::kinds::{DEPLOYMENTS, HELM_CHARTS};

use super::Edge;

/// Which `HelmChart` a release's Deployment belongs to.
const CHART: &str = "helm.cattle.io/chart-uid";

impl Edge {
    /// Installs a chart as soon as its target namespace is there, and removes what a chart that is gone had installed.
    pub(super) fn run_charts(&mut self) {
        let charts: BTreeMap<String, Arc<Object>> =
            self.api.all(&HELM_CHARTS).map(|chart| (chart.meta("uid").to_owned(), chart.clone())).collect();
        let mut releases: BTreeMap<String, Arc<Object>> = BTreeMap::new();
        for deployment in self.api.all(&DEPLOYMENTS) {
            if let Some(uid) = deployment.value["metadata"]["annotations"][CHART].as_str() {
                releases.insert(uid.to_owned(), deployment.clone());
            }
        }
        for (uid, release) in &releases {
            if !charts.contains_key(uid) {
                self.api.remove(&DEPLOYMENTS, release.meta("namespace"), release.meta("name"));
            }
        }
        for (uid, chart) in charts.iter().filter(|(uid, _)| !releases.contains_key(*uid)) {
            self.install(uid, chart);
        }
    }

    fn install(&mut self, uid: &str, chart: &Object) {
        let spec = &chart.value["spec"];
        let namespace = spec["targetNamespace"].as_str().unwrap_or(chart.meta("namespace"));
        if !self.api.has_namespace(namespace) {
            return;
        }
        let release = chart.meta("name");
        let labels = json!({"app.kubernetes.io/instance": release, "app.kubernetes.io/managed-by": "Helm"});
        let image = spec["chart"].as_str().unwrap_or("chart").trim_start_matches("oci://");
        let deployment = json!({
            "metadata": {
                "name": format!("{release}-chart"), "namespace": namespace, "labels": labels,
                "annotations": {
                    "meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace, CHART: uid,
                },
            },
            "spec": {
                "replicas": 1, "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "chart", "image": image}]},
                },
            },
            "status": {},
        });
        self.api.put(&DEPLOYMENTS, deployment);
    }
}
