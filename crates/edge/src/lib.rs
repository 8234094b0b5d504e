//! The resource groups' side of the edge shim (wit/edge.wit): its bindings, what its errors mean to a caller, and the mirror
//! of the fleet that it feeds.

mod bindings;
mod error;
mod items;
mod mirror;

pub use bindings::otestack::edge::shim;
pub use error::to_api;
pub use mirror::{fresh, refresh};

/// A cluster, as the shim wants to be told of it.
pub fn target(cluster: String) -> shim::Target {
    shim::Target { cluster, endpoint: None }
}
