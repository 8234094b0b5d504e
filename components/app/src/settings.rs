//! The variables of this component.

use crate::host_paths::HostPaths;
use api::{Broken, Variables};
use harbor::Registry;
use std::sync::Arc;

/// What the component's variables say (docs/design.md, Variables).
pub(crate) struct Settings {
    /// Where applications may mount from the node.
    pub(crate) host_paths: HostPaths,
    /// Our Harbor, as images name it.
    pub(crate) registry: Registry,
}

impl Settings {
    pub(crate) async fn read() -> Result<Arc<Self>, Broken> {
        let v = Variables;
        Ok(Arc::new(Self {
            host_paths: HostPaths::new(&v.text("host_paths").await?)?,
            registry: Registry::new(&v.text("repository_domain").await?, &v.text("harbor_url").await?)?,
        }))
    }
}
