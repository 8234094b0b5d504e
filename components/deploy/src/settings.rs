//! The variables of this component.

use api::{Broken, Variables};
use store::Role;

/// What the component's variables say (docs/design.md, Variables).
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    /// An administrator's changes do not wait for audit.
    pub(crate) enable_admin_auto_deploy: bool,
}

impl Settings {
    pub(crate) async fn read() -> Result<Self, Broken> {
        Ok(Self { enable_admin_auto_deploy: Variables.flag("enable_admin_auto_deploy").await? })
    }

    /// Whether a change that a caller of this role asks for waits for audit: a general user's does always.
    pub(crate) fn waits(self, role: Role) -> bool {
        role < Role::BusinessAdministrator || !self.enable_admin_auto_deploy
    }
}
