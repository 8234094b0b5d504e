//! What `wit/host.wit` says, as Rust.
#![allow(missing_docs, clippy::pedantic, reason = "generated; the interfaces are documented in Spin's own WIT")]

wasmtime::component::bindgen!({
    path: "wit",
    world: "host",
    imports: { default: trappable },
    with: {
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
        "spin:key-value/key-value.store": crate::key_value::Store,
    },
    require_store_data_send: true,
});
