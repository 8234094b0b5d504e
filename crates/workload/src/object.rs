//! The objects of a deployment.

use serde::Serialize;
use serde_json::json;

use crate::{Application, DeployType, Placement, autoscaler, chart, pull_secret, workload};

/// A Kubernetes object to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub resource: Resource,
    /// Its name.
    pub name: String,
    /// The whole object as JSON.
    pub body: String,
    /// An autoscaler owns the number of its pods: where it is there already, `spec.replicas` stays.
    pub keep_replicas: bool,
}

/// What a deployment's objects can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The image-pull secret.
    Secret,
    /// The workload of `deployType` `deployment`.
    Deployment,
    /// The workload of `deployType` `daemonset`.
    DaemonSet,
    /// The autoscaler of a Deployment.
    HorizontalPodAutoscaler,
    /// A chart, for the k3s helm-controller.
    HelmChart,
}

impl Resource {
    /// All that may exist of a deployment, under its one name, in the order in which they are removed: what pulls goes
    /// last, as it came first.
    pub const ALL: [Self; 5] =
        [Self::HorizontalPodAutoscaler, Self::Deployment, Self::DaemonSet, Self::HelmChart, Self::Secret];

    /// `apps/v1`; `v1` for the core group.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Secret => "v1",
            Self::Deployment | Self::DaemonSet => "apps/v1",
            Self::HorizontalPodAutoscaler => "autoscaling/v2",
            Self::HelmChart => "helm.cattle.io/v1",
        }
    }

    /// As in a Kubernetes path: `deployments`.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Secret => "secrets",
            Self::Deployment => "deployments",
            Self::DaemonSet => "daemonsets",
            Self::HorizontalPodAutoscaler => "horizontalpodautoscalers",
            Self::HelmChart => "helmcharts",
        }
    }

    /// As in an object's `kind`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Secret => "Secret",
            Self::Deployment => "Deployment",
            Self::DaemonSet => "DaemonSet",
            Self::HorizontalPodAutoscaler => "HorizontalPodAutoscaler",
            Self::HelmChart => "HelmChart",
        }
    }

    fn render(self, application: &Application, placement: &Placement<'_>) -> Option<Object> {
        let (body, keep_replicas) = match self {
            Self::Secret => (json!(pull_secret::of(application, placement)?), false),
            Self::Deployment => (json!(workload::deployment(application, placement)), application.is_hpa),
            Self::DaemonSet => (json!(workload::daemon_set(application, placement)), false),
            Self::HorizontalPodAutoscaler => (json!(autoscaler::of(application, placement)), false),
            Self::HelmChart => (json!(chart::of(application, placement)), false),
        };
        Some(Object { resource: self, name: placement.object_name(), body: body.to_string(), keep_replicas })
    }
}

/// An object's first fields, as Kubernetes wants them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Typed<T> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    rest: T,
}

impl<T> Typed<T> {
    pub(crate) fn new(resource: Resource, rest: T) -> Self {
        Self { api_version: resource.api_version(), kind: resource.kind(), rest }
    }
}

/// The objects of an application version at a place, in the order in which they are applied. What else an earlier
/// version had is to be removed after them: [`resources`] tells.
pub fn render(application: &Application, placement: &Placement<'_>) -> Vec<Object> {
    let pulls = placement.pull.is_some();
    resources(application, pulls).into_iter().filter_map(|resource| resource.render(application, placement)).collect()
}

/// What [`render`] gives objects of, given whether there is a pull secret.
pub fn resources(application: &Application, pulls: bool) -> Vec<Resource> {
    let workload = match application.deploy_type {
        DeployType::Deployment => Resource::Deployment,
        DeployType::DaemonSet => Resource::DaemonSet,
        DeployType::Chart => Resource::HelmChart,
    };
    let scales = application.is_hpa && workload == Resource::Deployment;
    let all = [pulls.then_some(Resource::Secret), Some(workload), scales.then_some(Resource::HorizontalPodAutoscaler)];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{application, placement, placement_with_pull};

    fn rendered(application: &Application, placement: &Placement<'_>) -> Vec<Resource> {
        render(application, placement).into_iter().map(|object| object.resource).collect()
    }

    #[test]
    fn a_deployment_is_one_object() {
        assert_eq!(rendered(&application(), &placement()), [Resource::Deployment]);
    }

    #[test]
    fn the_secret_comes_before_what_pulls_with_it_and_the_autoscaler_after_what_it_scales() {
        let mut scaled = application();
        scaled.is_hpa = true;
        let want = [Resource::Secret, Resource::Deployment, Resource::HorizontalPodAutoscaler];
        assert_eq!(rendered(&scaled, &placement_with_pull()), want);
    }

    #[test]
    fn only_a_deployment_is_autoscaled() {
        for (deploy_type, want) in
            [(DeployType::DaemonSet, Resource::DaemonSet), (DeployType::Chart, Resource::HelmChart)]
        {
            let other = Application { deploy_type, is_hpa: true, ..application() };
            assert_eq!(rendered(&other, &placement()), [want]);
        }
    }

    #[test]
    fn an_autoscaled_deployment_keeps_its_replicas() {
        let keeps = |is_hpa| {
            let application = Application { is_hpa, ..application() };
            render(&application, &placement()).into_iter().map(|o| (o.resource, o.keep_replicas)).collect::<Vec<_>>()
        };
        assert_eq!(keeps(false), [(Resource::Deployment, false)]);
        assert_eq!(keeps(true), [(Resource::Deployment, true), (Resource::HorizontalPodAutoscaler, false)]);
    }

    #[test]
    fn every_object_says_what_and_whose_it_is() {
        for deploy_type in [DeployType::Deployment, DeployType::DaemonSet, DeployType::Chart] {
            let application = Application { deploy_type, is_hpa: true, ..application() };
            for object in render(&application, &placement_with_pull()) {
                let body: serde_json::Value = serde_json::from_str(&object.body).unwrap();
                assert_eq!(body["apiVersion"], object.resource.api_version());
                assert_eq!(body["kind"], object.resource.kind());
                assert_eq!(object.name, "web-12");
                let want = json!({"name": "web-12", "namespace": "ns7", "labels": {
                    "app.kubernetes.io/instance": "web-12", "app.kubernetes.io/managed-by": "otestack",
                    "app.kubernetes.io/name": "nginx", "otestack.io/deployment": "12", "otestack.io/version": "1.2.3"}});
                assert_eq!(body["metadata"], want);
            }
        }
    }

    #[test]
    fn everything_that_is_rendered_can_be_removed() {
        for deploy_type in [DeployType::Deployment, DeployType::DaemonSet, DeployType::Chart] {
            let application = Application { deploy_type, is_hpa: true, ..application() };
            assert!(rendered(&application, &placement_with_pull()).iter().all(|r| Resource::ALL.contains(r)));
        }
    }
}
