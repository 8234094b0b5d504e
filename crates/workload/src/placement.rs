//! Where and under what name a version is deployed.

/// A deployment's place: the same at every cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement<'a> {
    /// The deployment's id.
    pub deployment_id: i64,
    /// The deployment's name: a DNS-1123 label of at most 40 characters.
    pub deployment_name: &'a str,
    /// The namespace of the deployment's business ([`namespace_of`]).
    pub namespace: &'a str,
    /// Key ([`node_label_key`]) and value of the label that a node must carry; none for every node.
    pub node_selector: Option<(String, String)>,
    /// With what the image, or the chart, is pulled; none where nothing is needed.
    pub pull: Option<PullSecret>,
}

/// Credentials of a registry.
#[derive(Clone, PartialEq, Eq)]
pub struct PullSecret {
    /// `host[:port][/path]`.
    pub registry: String,
    /// The account's name.
    pub user: String,
    /// The account's password.
    pub password: String,
}

/// Nothing that is logged shows the password.
impl std::fmt::Debug for PullSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PullSecret").field("registry", &self.registry).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Placement<'_> {
    /// The name of every object of the deployment.
    pub fn object_name(&self) -> String {
        object_name(self.deployment_name, self.deployment_id)
    }
}

/// The name of a deployment's objects at the edges: with its id, so that an old and a new deployment of one name never
/// meet (docs/semantics.md, "Deployments"). At most 60 characters.
pub fn object_name(deployment_name: &str, deployment_id: i64) -> String {
    format!("{deployment_name}-{deployment_id}")
}

/// The namespace of a business, `default` for the platform's own (0).
pub fn namespace_of(business_id: i64) -> String {
    if business_id == 0 { "default".to_owned() } else { format!("ns{business_id}") }
}

/// The key of a node label of a business, or of a platform-wide one (0); its value is `true`
/// (docs/semantics.md, "Clusters and nodes").
pub fn node_label_key(business_id: i64, label: &str) -> String {
    if business_id == 0 { format!("otestack.io/{label}") } else { format!("ns{business_id}.otestack.io/{label}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_has_a_namespace_and_labels_of_its_own() {
        assert_eq!((namespace_of(7).as_str(), namespace_of(0).as_str()), ("ns7", "default"));
        assert_eq!(node_label_key(7, "cam"), "ns7.otestack.io/cam");
        assert_eq!(node_label_key(0, "cam"), "otestack.io/cam");
    }

    #[test]
    fn the_longest_name_is_still_a_label() {
        assert!(object_name(&"x".repeat(40), i64::MAX).len() <= 63);
    }

    #[test]
    fn a_password_is_not_shown() {
        let pull = PullSecret { registry: "r".to_owned(), user: "u".to_owned(), password: "hunter2".to_owned() };
        assert!(!format!("{pull:?}").contains("hunter2"));
    }
}
