//! What the host does not know, or cannot do, it refuses before it serves, by name.

use std::net::TcpListener;

use crate::fixture::{host, host_on, manifest, refusal};

const COMPONENT: &str = r#"
[component.plain]
source = "GUESTS/plain.wasm"
"#;

#[test]
fn keys_and_features_that_are_not_known_are_refused_by_name() {
    for (text, name) in [
        ("surprise = 1", "`surprise`"),
        ("[trigger.redis]", "`redis`"),
        ("[component.x]\nsource = 'x.wasm'\nfiles = ['static/*']", "`files`"),
        ("[component.x]\nsource = 'x.wasm'\nai_models = ['llama2-chat']", "`ai_models`"),
        ("[component.x]\nsource = { url = 'https://x', digest = 'sha256:0' }", "expected path string"),
        ("[component.x]\nsource = 'x.wasm'\nsqlite_databases = ['other']", "`other`"),
        ("[component.x]\nsource = 'x.wasm'\nkey_value_stores = ['other']", "`other`"),
        (
            "[component.x]\nsource = 'x.wasm'\n[component.x.profile.y]\nsqlite_databases = ['default']",
            "`sqlite_databases`",
        ),
        ("[component.x]\nsource = 'x.wasm'\n[component.x.dependencies]\n'a:b/c' = { component = 'y' }", "`y`"),
        ("[component.x]\nsource = 'x.wasm'\n[component.x.dependencies]\n'a:b/c' = { version = '1' }", "`version`"),
        (
            "[component.x]\nsource = 'x.wasm'\n[component.x.dependencies]\n'a:b/c' = { path = 'y', inherit_configuration = ['hosts'] }",
            "inherit_configuration is",
        ),
        ("[[trigger.http]]\nroute = '/x'\ncomponent = 'y'", "`y`"),
        ("[[trigger.http]]\nroute = '/x'\ncomponent = 'y'\nexecutor = { type = 'wagi' }", "`executor`"),
        ("[[trigger.http]]\nroute = '/x'", "either `component` or `static_response`"),
        ("[variables]\nx = { default = '', provider = 'vault' }", "`provider`"),
    ] {
        let refusal = refusal(text, &[]);
        assert!(refusal.contains(name), "{text}: {refusal}");
    }
}

#[test]
fn another_version_of_manifests_is_refused() {
    let folder = manifest("");
    let path = folder.path().join("spin.toml");
    let text = std::fs::read_to_string(&path).unwrap().replace("version = 2", "version = 1");
    std::fs::write(&path, text).unwrap();
    let output = host(folder.path()).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("spin_manifest_version 2"));
}

#[test]
fn an_unknown_profile_is_refused_with_the_known_ones() {
    let text = format!("{COMPONENT}[component.plain.profile.kubernetes]\nenvironment = {{ A = '1' }}");
    let refusal = refusal(&text, &["--profile", "kubernets"]);
    assert!(refusal.contains("no profile `kubernets`") && refusal.contains("kubernetes\n"), "{refusal}");
}

#[test]
fn required_variables_without_a_value_are_refused_with_all_their_names() {
    let refusal =
        refusal("[variables]\none = { required = true }\ntwo = { required = true }\nthree = { default = '' }", &[]);
    assert!(refusal.contains("SPIN_VARIABLE_ONE, SPIN_VARIABLE_TWO"), "{refusal}");
    assert!(!refusal.contains("THREE"), "{refusal}");
}

#[test]
fn rights_on_a_dependencys_entry_are_refused_by_name() {
    let importer = "[component.importer]\nsource = 'GUESTS/importer.wasm'\n[component.importer.dependencies]\n\
                    'test:fetching/fetcher@1.0.0' = { component = 'fetcher' }\n[component.fetcher]\nsource = 'GUESTS/fetcher.wasm'\n";
    for (key, value) in [
        ("allowed_outbound_hosts", "['http://x']"),
        ("sqlite_databases", "['default']"),
        ("key_value_stores", "['default']"),
        ("variables", "{ a = '1' }"),
        ("environment", "{ A = '1' }"),
    ] {
        let refusal = refusal(&format!("{importer}{key} = {value}"), &[]);
        assert!(refusal.contains("`fetcher`") && refusal.contains(&format!("`{key}`")), "{refusal}");
    }
}

#[test]
fn a_dependency_that_satisfies_nothing_is_refused() {
    let route = "[[trigger.http]]\nroute = '/...'\ncomponent = 'plain'\n";
    let text =
        format!("{route}{COMPONENT}[component.plain.dependencies]\n'a:b/c@1.0.0' = {{ path = 'GUESTS/fetcher.wasm' }}");
    let refusal = refusal(&text, &[]);
    assert!(refusal.contains("\"a:b/c@1.0.0\""), "{refusal}");
}

#[test]
fn an_import_that_nothing_satisfies_is_refused_by_name() {
    let text = "[[trigger.http]]\nroute = '/...'\ncomponent = 'x'\n[component.x]\nsource = 'GUESTS/importer.wasm'";
    let refusal = refusal(text, &[]);
    assert!(refusal.contains("component `x`") && refusal.contains("test:fetching/fetcher@1.0.0"), "{refusal}");
}

#[test]
fn a_template_with_an_unknown_variable_is_refused_by_name() {
    let route = "[[trigger.http]]\nroute = '/...'\ncomponent = 'plain'\n";
    let refusal = refusal(&format!("{route}{COMPONENT}variables = {{ a = '{{{{ absent }}}}' }}"), &[]);
    assert!(refusal.contains("`absent`"), "{refusal}");
}

#[test]
fn code_that_is_not_there_is_refused_used_or_not() {
    let refusal = refusal("[component.x]\nsource = 'absent.wasm'", &[]);
    assert!(refusal.contains("absent.wasm"), "{refusal}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = host_on(manifest("").path(), &address).output().unwrap();
    let refusal = String::from_utf8(output.stderr).unwrap();
    assert!(refusal.contains(&address) && refusal.contains("--listen"), "{refusal}");
}

#[test]
fn runtime_configuration_is_refused() {
    assert!(refusal("", &["--runtime-config-file", "x.toml"]).contains("no runtime configuration"));
}
