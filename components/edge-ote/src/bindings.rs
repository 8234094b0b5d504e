//! The types and the interface of `wit/edge.wit`.

#![allow(missing_docs, unreachable_pub, clippy::pedantic, reason = "generated; wit/edge.wit has the documentation")]

spin_sdk::wit_bindgen::generate!({
    path: "../../wit",
    world: "edge",
    runtime_path: "spin_sdk::wit_bindgen::rt",
    additional_derives: [PartialEq, Eq],
});

pub(crate) use exports::otestack::edge::shim;
