//! Waking the driver, the component that carries changes to the edges.

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use edge::wake_driver as wake;

/// Wakes the driver after this request's answer if something is due, as it will see; once a second per instance at most.
pub(crate) fn look() {
    static LOOKED_AT: AtomicU64 = AtomicU64::new(0);
    let now = api::now();
    if LOOKED_AT.swap(now, Ordering::Relaxed) != now {
        wake();
    }
}
