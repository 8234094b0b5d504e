//! Paths of the node, and which of them applications may mount.

use api::Broken;
use std::collections::BTreeSet;

/// The variable `host_paths`: where applications may mount from the node, because a mount opens the node's files to the
/// tenant (docs/semantics.md, Applications).
pub(crate) struct HostPaths(BTreeSet<String>);

impl HostPaths {
    /// Paths separated by commas; none at all allows no mount.
    pub(crate) fn new(text: &str) -> Result<Self, Broken> {
        let paths: Vec<&str> = text.split(',').map(str::trim).filter(|path| !path.is_empty()).collect();
        match paths.iter().find(|path| !is_path(path)) {
            Some(bad) => Err(Broken::new("host_paths", format!("{bad:?} is not an absolute path without `..`"))),
            None => Ok(Self(paths.into_iter().map(plain).collect())),
        }
    }

    /// Whether a path is one of them or lies under one.
    pub(crate) fn allow(&self, path: &str) -> bool {
        let path = plain(path);
        self.0
            .iter()
            .any(|root| path.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// What a path must be like.
    pub(crate) fn rule(&self) -> String {
        let shown = |root: &String| if root.is_empty() { "/".to_owned() } else { root.clone() };
        let roots: Vec<String> = self.0.iter().map(shown).collect();
        if roots.is_empty() {
            "no path of the node may be mounted".to_owned()
        } else {
            format!("it must lie under {}", roots.join(" or "))
        }
    }
}

/// The rule of paths in containers and on nodes, for [`api::Rule::matching`].
pub(crate) fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.split('/').all(|segment| segment != "..")
}

/// A path without what does not change it: `/a//b/./c/` is `/a/b/c`, and `/` is "".
pub(crate) fn plain(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty() && *segment != ".");
    segments.fold(String::with_capacity(path.len()), |path, segment| path + "/" + segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(variable: &str, path: &str) -> bool {
        HostPaths::new(variable).unwrap().allow(path)
    }

    #[test]
    fn a_path_lies_under_another_by_whole_segments() {
        for path in ["/data", "/data/", "/data/x", "//data/./x"] {
            assert!(allowed("/srv, /data/", path), "{path}");
        }
        for path in ["/database", "/", "/x/data"] {
            assert!(!allowed("/srv,/data", path), "{path}");
        }
    }

    #[test]
    fn the_root_allows_everything_and_nothing_allows_nothing() {
        assert!(allowed("/", "/") && allowed("/", "/etc"));
        assert!(!allowed("", "/") && !allowed(" , ", "/etc"));
    }

    #[test]
    fn a_broken_variable_is_named() {
        for bad in ["data", "/data,srv", "/data/../etc"] {
            assert!(HostPaths::new(bad).err().unwrap().0.contains("host_paths"), "{bad}");
        }
    }

    #[test]
    fn the_rule_names_what_is_allowed() {
        assert_eq!(HostPaths::new("/srv,/data").unwrap().rule(), "it must lie under /data or /srv");
        assert_eq!(HostPaths::new("/").unwrap().rule(), "it must lie under /");
        assert_eq!(HostPaths::new("").unwrap().rule(), "no path of the node may be mounted");
    }
}
