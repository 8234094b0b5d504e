//! Hands every request on to the dependency that it imports.

mod bindings {
    #![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated; the interface is documented in its WIT")]

    spin_sdk::wit_bindgen::generate!({
        path: "wit",
        world: "importing",
        runtime_path: "spin_sdk::wit_bindgen::rt",
    });
}

use bindings::test::fetching::fetcher;
use spin_sdk::http::{IntoResponse, Request};

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let (name, with) = host_guests::asked(&request);
    let done = match name.as_str() {
        "fetch" => fetcher::fetch(with).await,
        "variable" => fetcher::variable(with).await,
        "open" => fetcher::open(with).await,
        "keep" => fetcher::keep(with).await,
        "environment" => fetcher::environment(&with).ok_or_else(|| "unset".to_owned()),
        _ => Err("unknown".to_owned()),
    };
    done.unwrap_or_else(|error| format!("denied: {error}"))
}
