//! The host, seen from outside: its own binary runs manifests over the components of `tests/guests`.

mod composition;
mod fixture;
mod lifetime;
mod refusals;
mod rights;
mod routing;
mod starting;
