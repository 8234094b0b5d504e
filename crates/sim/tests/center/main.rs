//! The center over HTTP, trap by trap (docs/contracts/ote-center.md, docs/contracts/kubernetes.md).

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
