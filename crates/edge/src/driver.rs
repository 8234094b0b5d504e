//! Waking the driver, the component that carries changes to the edges.

use spin_sdk::wit_bindgen::spawn;

/// The driver's path for other components, by service chaining.
const DRIVE: &str = "http://driver.spin.internal/drive";

/// Wakes the driver after this request's answer: something was recorded. If that is lost, whoever comes next wakes it.
pub fn wake_driver() {
    spawn(async {
        if let Err(error) = spin_sdk::http::post(DRIVE, "").await {
            eprintln!("the driver cannot be reached: {error:?}");
        }
    });
}
