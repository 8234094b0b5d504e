//! The center over HTTP, trap by trap (docs/contracts/ote-center.md, docs/contracts/kubernetes.md).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod commands;
mod edges;
mod faults;
mod fleet;
mod lists;
mod objects;
mod reports;
mod state;
mod support;
mod watches;
