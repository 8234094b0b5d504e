//! What is below `/v1`.

mod admin;
mod app;
mod authorization;
mod business;
mod cluster;
mod deploy;
mod node;
mod repository;
mod user;
