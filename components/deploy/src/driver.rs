//! Waking the driver, the component that carries changes to the edges.

use spin_sdk::wit_bindgen::spawn;
use std::sync::atomic::{AtomicU64, Ordering};

/// The driver's path for other components, by service chaining.
const DRIVE: &str = "http://driver.spin.internal/drive";

/// Wakes the driver after this request's answer: a change was recorded. If that is lost, whoever comes next wakes it.
pub(crate) fn wake() {
    spawn(async {
        if let Err(error) = spin_sdk::http::post(DRIVE, "").await {
            eprintln!("the driver cannot be reached: {error:?}");
        }
    });
}

/// Wakes the driver after this request's answer if something is due, as it will see; once a second per instance at most.
pub(crate) fn look() {
    static LOOKED_AT: AtomicU64 = AtomicU64::new(0);
    let now = api::now();
    if LOOKED_AT.swap(now, Ordering::Relaxed) != now {
        wake();
    }
}
