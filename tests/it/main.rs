//! The suite: the API over HTTP. Modules mirror the paths; the others are about what several of them share.

mod conventions;
mod edges;
mod first_start;
mod grants;
mod reconcile;
mod remote_failures;
mod restart;
mod roles;
mod v1;
mod variables;
mod walk;
