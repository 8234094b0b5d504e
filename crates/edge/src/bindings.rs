//! Generated from wit/edge.wit.
#![allow(missing_docs, clippy::all, clippy::pedantic, unsafe_code, unreachable_pub, unused)]

spin_sdk::wit_bindgen::generate!({
    path: "../../wit",
    world: "platform",
    runtime_path: "::spin_sdk::wit_bindgen::rt",
    generate_all,
});
