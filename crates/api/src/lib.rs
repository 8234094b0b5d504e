//! The HTTP conventions that all resource groups share (docs/semantics.md, Conventions).
//!
//! A handler is a plain axum function. Its arguments say everything that must hold before it runs, in the order in which
//! the checks answer: the caller with the role that is needed ([`Caller`]'s extractors), then path, query and body, whose
//! faults are collected. It answers an [`Answer`] or an [`Error`].
//!
//! ```ignore
//! async fn audit(by: SystemAdministrator, Id(user): Id, Json(audit): Json<Audit>) -> api::Result {
//!     if store::user::audit(by.scope, user, audit.status).await? { Ok(Answer::success()) } else { Err(Error::not_found("user")) }
//! }
//! ```

mod answer;
mod caller;
mod database;
mod error;
mod fault;
mod fields;
mod parameters;
mod path;
mod random;
mod rule;
mod serve;
mod token;
mod variables;

pub use answer::{Answer, select};
pub use caller::{Administrator, AnyRole, Approved, Authorized, LabelWriter, Member, SystemAdministrator, bearer};
pub use database::database;
pub use error::{Error, Result};
pub use fault::{Fault, Faults};
pub use fields::{Fields, FromFields, Json};
pub use parameters::{FromParameters, Parameters, Query};
pub use path::{Id, Name};
pub use random::random_text;
pub use rule::{Rule, is_label, is_object_name};
pub use serve::serve;
pub use token::{Claims, Tokens, now, tokens};
pub use variables::{Broken, Variables};
