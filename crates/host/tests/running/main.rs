//! The host, seen from outside: its own binary runs manifests over the components of `tests/guests`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod composition;
mod connections;
mod fixture;
mod lifetime;
mod refusals;
mod rights;
mod routing;
mod starting;
