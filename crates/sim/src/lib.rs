//! Stand-ins for the platform's two remote sides, to try it and to test it with: an OTE center with its edge clusters
//! behind it (docs/contracts/ote-center.md, docs/contracts/kubernetes.md), and Harbor (docs/contracts/harbor.md).
//!
//! Each is an ordinary HTTP server on a port of this machine, driven by methods: edges go offline, nodes fail, answers
//! are lost, connections break.

mod api_server;
mod background;
pub mod center;
mod edge;
pub mod faults;
pub mod harbor;
mod server;
mod state;

pub use background::Background;
pub use center::Center;
pub use harbor::Harbor;
