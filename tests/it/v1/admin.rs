//! What is below `/v1/admin`.

mod deploy;
mod user;
