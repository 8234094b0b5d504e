//! The records of the platform in SQLite: schema, migrations, and one module for each subject.
//!
//! Three rules hold everywhere here (docs/design.md, Records):
//!
//! - **One change of state is one SQL statement.** All components share one connection, on which statements of concurrent
//!   requests interleave; what follows from a change is made by triggers (`migrations/`).
//! - **No unscoped finder exists.** What belongs to a business is reached through a [`Scope`], which only a [`Caller`] has.
//! - **A statement answers one JSON value per row**, because rows that cross the host's boundary value by value are dear
//!   (docs/contracts/spin-host.md): lists come as one.

mod caller;
mod database;
mod error;
mod filter;
mod migration;
mod page;
mod value;

pub mod application;
pub mod business;
pub mod cluster;
pub mod count;
pub mod deployment;
pub mod inventory;
pub mod login;
pub mod node;
pub mod node_label;
pub mod password_slot;
pub mod repository;
pub mod task;
pub mod user;
pub mod work;

pub use caller::{Caller, PLATFORM, Role, Scope, Standing, Tenant};
pub use database::Database;
pub use error::Error;
pub use filter::TextFilter;
pub use page::{Order, Page, Paging, Rows};
pub use value::Value;
