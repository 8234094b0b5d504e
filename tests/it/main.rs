//! The suite: the API over HTTP. Modules mirror the paths; the others are about what several of them share.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conventions;
mod edges;
mod first_start;
mod grants;
mod mirror;
mod outages;
mod reconcile;
mod remote_failures;
mod restart;
mod roles;
mod throttle;
mod v1;
mod validation;
mod variables;
mod walk;
