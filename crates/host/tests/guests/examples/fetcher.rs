//! A dependency: does outbound HTTP, and reads what it may, on behalf of its importer.

mod bindings {
    #![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated; the interface is documented in its WIT")]

    use super::Fetcher;

    spin_sdk::wit_bindgen::generate!({
        path: "wit",
        world: "fetching",
        runtime_path: "spin_sdk::wit_bindgen::rt",
    });

    export!(Fetcher);
}

struct Fetcher;

impl bindings::exports::test::fetching::fetcher::Guest for Fetcher {
    async fn fetch(url: String) -> Result<String, String> {
        host_guests::fetch(&url).await
    }

    async fn variable(name: String) -> Result<String, String> {
        host_guests::variable(&name).await
    }

    async fn open(database: String) -> Result<String, String> {
        host_guests::open(&database).await
    }

    async fn keep(label: String) -> Result<String, String> {
        host_guests::keep(&label).await
    }

    fn environment(name: String) -> Option<String> {
        std::env::var(name).ok()
    }
}
