//! A chart, as the k3s helm-controller takes it (docs/contracts/ote-center.md, "What bites": charts go by reference).

use serde::Serialize;

use crate::metadata::Metadata;
use crate::object::Typed;
use crate::{Application, Placement, Resource};

#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    chart: String,
    version: String,
    target_namespace: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    docker_registry_secret: Option<SecretName>,
}

#[derive(Debug, Serialize)]
struct SecretName {
    name: String,
}

pub(crate) fn of(application: &Application, placement: &Placement<'_>) -> Typed<Chart> {
    // The version is a field of its own: a reference with a tag is none that Helm takes.
    let tag = format!(":{}", application.version);
    let chart = application.image.strip_suffix(&tag).unwrap_or(&application.image).to_owned();
    let spec = Spec {
        chart,
        version: application.version.clone(),
        target_namespace: placement.namespace.to_owned(),
        docker_registry_secret: placement.pull.as_ref().map(|_| SecretName { name: placement.object_name() }),
    };
    Typed::new(Resource::HelmChart, Chart { metadata: Metadata::of(application, placement), spec })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::examples::{application, placement, placement_with_pull};
    use crate::{DeployType, render};

    fn spec(image: &str, placement: &Placement<'_>) -> Value {
        let application = Application { deploy_type: DeployType::Chart, image: image.to_owned(), ..application() };
        let objects = render(&application, placement);
        let body: Value = serde_json::from_str(&objects[objects.len() - 1].body).unwrap();
        body["spec"].clone()
    }

    #[test]
    fn a_chart_is_installed_by_reference_and_version_into_the_namespace() {
        let want = json!({"chart": "oci://harbor.example.com/ns7/nginx", "version": "1.2.3", "targetNamespace": "ns7"});
        assert_eq!(spec("oci://harbor.example.com/ns7/nginx", &placement()), want);
        assert_eq!(spec("oci://harbor.example.com/ns7/nginx:1.2.3", &placement()), want);
    }

    #[test]
    fn a_chart_is_pulled_with_the_deployments_secret() {
        let spec = spec("oci://h/ns7/nginx", &placement_with_pull());
        assert_eq!(spec["dockerRegistrySecret"], json!({"name": "web-12"}));
    }
}
