use super::*;

fn allowed(patterns: &[&str], url: &str) -> bool {
    let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
    AllowedHosts::read(&patterns, &Variables::default()).allow(&url.parse().unwrap())
}

#[test]
fn patterns_allow_what_they_name_and_nothing_else() {
    for (pattern, url, expected) in [
        ("http://center", "http://center/apis?x=1", true),
        ("http://center/", "http://center/", true),
        ("http://center", "http://CENTER/", true),
        ("http://center", "https://center/", false),
        ("http://center", "http://center:8080/", false),
        ("http://center", "http://centers/", false),
        ("http://center", "http://user@center/", true),
        ("http://center", "http://center@elsewhere/", false),
        ("http://center:8080", "http://center:8080/", true),
        ("https://center", "https://center:443/", true),
        ("http://center:8000..8010", "http://center:8009/", true),
        ("http://center:8000..8010", "http://center:8010/", false),
        ("http://center:*", "http://center:1/", true),
        ("*://center:80", "http://center/", true),
        ("*://center:80", "https://center/", false),
        ("*://*:*", "https://anything:1234/", true),
        ("https://*", "https://anything/", true),
        ("https://*.edge.example:6443", "https://a.edge.example:6443/", true),
        ("https://*.edge.example:6443", "https://a.b.edge.example:6443/", true),
        ("https://*.edge.example:6443", "https://edge.example:6443/", false),
        ("https://*.edge.example:6443", "https://badedge.example:6443/", false),
        ("https://10.20.0.0/16:6443", "https://10.20.30.40:6443/", true),
        ("https://10.20.0.0/16:6443", "https://10.21.0.1:6443/", false),
        ("https://10.20.0.0/16:6443", "https://name:6443/", false),
        ("http://127.0.0.1:3001", "http://127.0.0.1:3001/", true),
        ("http://[::1]:3001", "http://[::1]:3001/", true),
        ("http://[::1]:3001", "http://[::2]:3001/", false),
        ("http://self", "http://self/", false),
        ("http://user.spin.internal", "http://user.spin.internal/x", true),
        ("http://*.spin.internal", "http://user.spin.internal/x", true),
    ] {
        assert_eq!(allowed(&[pattern], url), expected, "{pattern} {url}");
    }
}

#[test]
fn patterns_that_cannot_be_read_say_why() {
    for (pattern, why) in [
        ("center", "no scheme"),
        ("*", "no scheme"),
        ("http2://center", "letters"),
        ("{http,https}://center", "letters"),
        ("http://center/path", "no path"),
        ("http://center:80/path", "no path"),
        ("http://*.*.center", "begins one"),
        ("http://a*", "begins one"),
        ("http://*a", "begins one"),
        ("http://center:port", "not a port"),
        ("http://center:70000", "not a port"),
        ("ldap://center", "no known one"),
        ("*://center", "no known one"),
        ("http://", "no host"),
    ] {
        let refused = HostPattern::parse(pattern).expect_err(pattern).to_string();
        assert!(refused.contains(why), "{pattern}: {refused}");
    }
}

#[test]
fn one_entry_that_cannot_be_read_denies_all() {
    assert!(allowed(&["http://center"], "http://center/"));
    assert!(!allowed(&["http://center", "http://harbor/path"], "http://center/"));
    assert!(!allowed(&["http://center", ""], "http://center/"));
}

#[test]
fn templated_entries_that_are_empty_are_skipped() {
    let declared = toml::from_str("harbor_url = { default = '' }").unwrap();
    let variables = Variables::find(&declared, &[].into(), &[].into());
    let entries = ["{{ harbor_url }}".to_owned(), "http://center".to_owned()];
    let allowed = AllowedHosts::read(&entries, &variables);
    assert!(allowed.allow(&"http://center/".parse().unwrap()));
}

#[test]
fn chained_calls_name_a_component() {
    for (url, component) in [
        ("http://user.spin.internal/x", Some("user")),
        ("http://edge-ote.spin.internal:80/", Some("edge-ote")),
        ("http://a.user.spin.internal/", None),
        ("http://spin.internal/", None),
        ("http://user.spin.internal.example/", None),
    ] {
        assert_eq!(chained_component(&url.parse().unwrap()), component, "{url}");
    }
}
