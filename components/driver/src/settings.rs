//! The variables of this component.

use api::{Broken, Variables};

/// What the component's variables say (docs/design.md, Variables).
pub(crate) struct Settings {
    /// How old a deployment's state may be, in seconds; also the first pause after an answer that is no verdict.
    pub(crate) status_interval_seconds: i64,
    /// After so long a change is judged by what runs.
    pub(crate) timeout_seconds: i64,
    /// After so long without a command taken a change is given up.
    pub(crate) give_up_seconds: i64,
    /// Bearer token of `POST /internal/reconcile`; the path is not there while it is empty.
    pub(crate) reconcile_token: String,
}

impl Settings {
    /// Reads them once; they are the instance's for as long as it lives.
    pub(crate) async fn read() -> Result<&'static Self, Broken> {
        let v = Variables;
        Ok(Box::leak(Box::new(Self {
            status_interval_seconds: v.number("deploy_status_interval_seconds", 1).await?,
            timeout_seconds: v.number("deploy_timeout_seconds", 1).await?,
            give_up_seconds: v.number("deploy_give_up_seconds", 1).await?,
            reconcile_token: v.text("reconcile_token").await?,
        })))
    }
}
