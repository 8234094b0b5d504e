//! Names and labels of objects.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Application, Placement};

/// Label of everything that the platform made; its value is [`MANAGED_BY`].
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// The platform, as a label says it.
pub const MANAGED_BY: &str = "otestack";
/// Label with the application's name.
pub const NAME_LABEL: &str = "app.kubernetes.io/name";
/// Label with the objects' name, `<deployName>-<id>`: whose pods they are. It never changes, so workloads select by it
/// alone.
pub const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";
/// Label with the deployment's id.
pub const DEPLOYMENT_LABEL: &str = "otestack.io/deployment";
/// Label with the full version: it tells the pods of the current change.
pub const VERSION_LABEL: &str = "otestack.io/version";

/// Labels, in the order of their keys.
pub(crate) type Labels = BTreeMap<&'static str, String>;

#[derive(Debug, Serialize)]
pub(crate) struct Metadata {
    name: String,
    namespace: String,
    labels: Labels,
}

impl Metadata {
    pub(crate) fn of(application: &Application, placement: &Placement<'_>) -> Self {
        Self {
            name: placement.object_name(),
            namespace: placement.namespace.to_owned(),
            labels: labels(application, placement),
        }
    }
}

/// The labels of a deployment's objects and pods.
pub(crate) fn labels(application: &Application, placement: &Placement<'_>) -> Labels {
    Labels::from([
        (MANAGED_BY_LABEL, MANAGED_BY.to_owned()),
        (NAME_LABEL, application.name.clone()),
        (INSTANCE_LABEL, placement.object_name()),
        (DEPLOYMENT_LABEL, placement.deployment_id.to_string()),
        (VERSION_LABEL, application.version.clone()),
    ])
}

/// What selects a deployment's pods.
pub(crate) fn selector(placement: &Placement<'_>) -> Labels {
    Labels::from([(INSTANCE_LABEL, placement.object_name())])
}
