//! What is below `/v1/admin`.

mod user;
