//! Least privilege: what the manifest does not grant, a component does not have.

use harness::{Answer, Setup};
use toml::Table;

/// A component's entry of the manifest.
fn component<'a>(manifest: &'a mut Table, name: &str) -> &'a mut Table {
    manifest["component"][name].as_table_mut().unwrap()
}

#[test]
fn a_component_without_its_database_answers_nothing_but_errors() {
    let platform = Setup::new("grants-database")
        .manifest(|manifest| drop(component(manifest, "app").remove("sqlite_databases")))
        .start();
    let refused: Answer = platform.admin().get("/v1/app").expect(500);
    assert!(!refused.message().to_lowercase().contains("database"), "the cause is for the log alone: {refused}");
    platform.admin().get("/v1/authorization").expect(200);
}

#[test]
fn a_component_without_its_host_does_not_reach_the_center() {
    let platform = Setup::new("grants-host")
        .manifest(|manifest| drop(component(manifest, "cluster").remove("allowed_outbound_hosts")))
        .start();
    platform.admin().get("/v1/cluster").expect(502);
    assert_eq!(platform.center.traffic().requests().len(), 0, "nothing came there");
    platform.admin().get("/v1/node").expect(200);
    platform.admin().get("/v1/cluster").expect(200);
}

#[test]
fn what_a_component_grants_reaches_the_shim_only_if_it_passes_it_on() {
    let platform = Setup::new("grants-dependency")
        .manifest(|manifest| {
            let dependency = &mut component(manifest, "node")["dependencies"]["otestack:edge/shim@1.0.0"];
            dependency["inherit_configuration"] = toml::Value::Array(vec!["variables".into()]);
        })
        .start();
    platform.admin().get("/v1/node").expect(502);
    assert_eq!(platform.center.traffic().requests().len(), 0, "nothing came there");
}

#[test]
fn each_component_has_what_it_needs_and_no_more() {
    let manifest: Table =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../spin.toml")).unwrap().parse().unwrap();
    let components = manifest["component"].as_table().unwrap();
    let having = |right: &str| -> Vec<&str> {
        let has = |component: &&str| components[*component].get(right).is_some();
        components.keys().map(String::as_str).filter(has).collect()
    };
    assert_eq!(
        having("sqlite_databases"),
        ["app", "business", "cluster", "deploy", "driver", "node", "repository", "user"]
    );
    assert_eq!(having("allowed_outbound_hosts"), ["business", "cluster", "deploy", "driver", "node", "repository"]);
    assert_eq!(having("key_value_stores"), [""; 0]);
    assert_eq!(having("files"), [""; 0]);
    assert_eq!(having("build").len(), components.len(), "each can be built");
}
