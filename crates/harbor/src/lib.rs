//! A client of Harbor 2.x (docs/contracts/harbor.md): what the platform asks of it, typed, each of Harbor's traps in one place.
//!
//! Reading order: [`Harbor`] is what the variables say; a [`Session`] is somebody who asks it, with methods for [`users`],
//! [`projects`], [`images`] and [`robots`]. [`session`] finds out who Harbor took us for, [`connection`] is all that touches
//! the network, [`page`] walks lists, and [`error`] says what comes of a refusal.
//!
//! [`users`]: Session::create_user
//! [`projects`]: Session::projects
//! [`images`]: Session::images
//! [`robots`]: Session::create_puller

mod call;
mod connection;
mod deletion;
mod error;
mod images;
mod login;
mod page;
mod projects;
mod registry;
mod robots;
mod session;
mod settings;
mod users;

pub use deletion::Deletion;
pub use error::Error;
pub use images::{Image, Tag};
pub use login::{Login, PASSWORD};
pub use page::{Listed, Span};
pub use projects::Project;
pub use registry::Registry;
pub use robots::Puller;
pub use session::Session;
pub use settings::Harbor;
pub use users::{User, email};
