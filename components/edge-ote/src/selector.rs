//! The `clusterSelector` of a command: a comma-separated list of regular expressions that the OTE controllers match
//! unanchored against cluster ids (docs/contracts/ote-center.md, "What bites").

/// The selector of exactly these clusters, or None where one must not be written: of no cluster (an empty selector
/// would mean all), or of an id that no cluster can have. Ids are names of Kubernetes objects: letters, digits, `-`,
/// `.` and `_`, of which the dot alone means something in a regular expression.
pub(crate) fn exactly<'a>(ids: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let patterns = ids.into_iter().map(pattern).collect::<Option<Vec<_>>>()?;
    (!patterns.is_empty()).then(|| patterns.join(","))
}

/// Whether a cluster can have such an id.
pub(crate) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

fn pattern(id: &str) -> Option<String> {
    is_id(id).then(|| format!("^{}$", id.replace('.', r"\.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_anchored_so_that_c1_does_not_select_c10() {
        assert_eq!(exactly(["c1", "c10"]).as_deref(), Some("^c1$,^c10$"));
    }

    #[test]
    fn a_dot_matches_only_itself() {
        assert_eq!(exactly(["edge.1"]).as_deref(), Some(r"^edge\.1$"));
    }

    #[test]
    fn no_cluster_is_no_selector() {
        assert_eq!(exactly([]), None);
    }

    #[test]
    fn an_id_that_could_mean_more_than_itself_is_no_selector() {
        for id in
            ["", "a,b", "a|b", ".*,", "a$", "^a", "(a)", "[a]", "a{1}", r"a\", "a+", "a?", "a*", "a b", "ä", "a\n"]
        {
            assert_eq!(exactly(["fine", id]), None, "{id:?}");
        }
    }
}
