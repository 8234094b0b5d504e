//! The suite: the API over HTTP. Modules mirror the paths; the others are about what several of them share.

mod conventions;
mod roles;
mod v1;
