//! A dependency has the rights that it inherits from its importer, and no others.

use crate::fixture::{Running, elsewhere};

const MANIFEST: &str = r#"
[variables]
elsewhere = { default = "" }

[[trigger.http]]
route = "/heir/..."
component = "heir"

[[trigger.http]]
route = "/partly/..."
component = "partly"

[[trigger.http]]
route = "/none/..."
component = "none"

[component.heir]
source = "GUESTS/importer.wasm"
allowed_outbound_hosts = ["{{ elsewhere }}"]
sqlite_databases = ["default"]
key_value_stores = ["default"]
variables = { name = "heir" }
environment = { PLACE = "edge" }

[component.heir.dependencies]
"test:fetching/fetcher@1.0.0" = { component = "fetcher", inherit_configuration = true }

[component.partly]
source = "GUESTS/importer.wasm"
allowed_outbound_hosts = ["{{ elsewhere }}"]
sqlite_databases = ["default"]
key_value_stores = ["default"]
variables = { name = "partly" }
environment = { PLACE = "edge" }

[component.partly.dependencies]
"test:fetching@1.0.0" = { component = "fetcher", inherit_configuration = ["allowed_outbound_hosts", "variables"] }

[component.none]
source = "GUESTS/importer.wasm"
allowed_outbound_hosts = ["{{ elsewhere }}"]
sqlite_databases = ["default"]
key_value_stores = ["default"]
variables = { name = "none" }
environment = { PLACE = "edge" }

[component.none.dependencies]
"test:fetching/fetcher@1.0.0" = { path = "GUESTS/fetcher.wasm" }

[component.fetcher]
source = "GUESTS/fetcher.wasm"
"#;

fn running() -> (Running, String) {
    let elsewhere = elsewhere();
    (Running::with(MANIFEST, &[("ELSEWHERE", &elsewhere)]), elsewhere)
}

#[test]
fn a_dependency_calls_with_its_importers_rights_where_it_inherits_them() {
    let (host, elsewhere) = running();
    for importer in ["heir", "partly"] {
        assert_eq!(host.text(&format!("/{importer}/fetch?{elsewhere}/x")), "200 done");
        assert_eq!(
            host.text(&format!("/{importer}/fetch?http://127.0.0.1:9/")),
            "denied: ErrorCode::HttpRequestDenied"
        );
        assert_eq!(host.text(&format!("/{importer}/variable?name")), importer);
    }
    assert_eq!(host.text("/heir/open?default"), "opened");
    assert_eq!(host.text("/heir/keep?default"), r#"false two ["b"]"#);
    assert_eq!(host.text("/heir/environment?PLACE"), "edge");
}

#[test]
fn a_dependency_is_denied_what_it_does_not_inherit() {
    let (host, elsewhere) = running();
    assert_eq!(host.text(&format!("/none/fetch?{elsewhere}/x")), "denied: ErrorCode::HttpRequestDenied");
    assert!(host.text("/none/variable?name").starts_with("denied: Error::Undefined"));
    for importer in ["none", "partly"] {
        assert_eq!(host.text(&format!("/{importer}/open?default")), "denied: Error::AccessDenied");
        assert_eq!(host.text(&format!("/{importer}/keep?default")), "denied: Error::AccessDenied");
        assert_eq!(host.text(&format!("/{importer}/environment?PLACE")), "denied: unset");
    }
}
