//! The resource groups' side of the edge shim (wit/edge.wit): its bindings, what its errors mean to a caller, the mirror of the
//! fleet that it feeds, and the way of commands to it.

mod bindings;
mod command;
mod driver;
mod error;
mod items;
mod mirror;
mod names;

pub use bindings::otestack::edge::shim;
pub use command::{carry, work_of};
pub use driver::wake_driver;
pub use error::to_api;
pub use mirror::{Error, fresh, refresh};
pub use names::{cluster_named, clusters_named};

/// A cluster, as the shim wants to be told of it.
pub fn target(cluster: String) -> shim::Target {
    shim::Target { cluster, endpoint: None }
}
