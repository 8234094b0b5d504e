//! An application version as Kubernetes objects (docs/semantics.md, "Applications" and "Deployments").
//!
//! [`render`] is a pure function: an [`Application`] and a [`Placement`] give the [`Object`]s to apply, in order. How
//! they get to a cluster is the edge shim's business.

mod application;
mod autoscaler;
mod chart;
mod container;
mod metadata;
mod object;
mod placement;
mod pull_secret;
mod size;
mod verbatim;
mod workload;

pub use application::{Application, Dependence, DeployType, Port, Variable, Volume};
pub use metadata::{DEPLOYMENT_LABEL, INSTANCE_LABEL, MANAGED_BY, MANAGED_BY_LABEL, NAME_LABEL, VERSION_LABEL};
pub use object::{Object, Resource, render, resources};
pub use placement::{Placement, PullSecret, namespace_of, node_label_key, object_name};
pub use size::{LARGEST, too_large};

#[cfg(test)]
mod examples;
