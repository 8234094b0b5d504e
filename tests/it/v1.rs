//! What is below `/v1`.

mod admin;
mod authorization;
mod user;
