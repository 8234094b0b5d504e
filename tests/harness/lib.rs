//! What the suite stands on: the server as a process, the stand-ins beside it, and clients named after roles that check
//! every answer unasked.
//!
//! Reading order: `platform` starts everything, `people` makes users and tenants, `client` asks, `answer` checks.
//!
//! The server is the built-in host, or Spin where the environment variable `SPIN` names its binary. Most tests share one,
//! [`platform`]: each is a tenant of its own. Those that stop or starve a server start their own with [`Setup`].

#![allow(clippy::missing_panics_doc, clippy::expect_used, reason = "a harness that fails fails the test")]
#![allow(clippy::needless_pass_by_value, reason = "a body is written where it is sent")]

mod answer;
mod application;
mod built;
mod client;
pub mod fleet;
mod people;
mod platform;
mod process;
mod setup;
mod wait;

pub use answer::Answer;
pub use application::{documented_application, small_application, with};
pub use built::on_spin;
pub use client::{Client, Request};
pub use people::{PASSWORD, Person, Tenant, User, number, unique};
pub use platform::{Platform, platform};
pub use process::Ending;
pub use setup::Setup;
pub use wait::eventually;

/// The first system administrator of the shared platform.
pub fn admin() -> &'static Client {
    platform().admin()
}

/// Somebody without a token, at the shared platform.
pub fn anonymous() -> Client {
    platform().anonymous()
}
