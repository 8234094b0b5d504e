//! Our Harbor, as images name it.

use api::Broken;

/// The variable `repository_domain`, or else host and port of `harbor_url`; "" without either.
pub struct Registry(String);

impl Registry {
    /// From the two variables. `harbor_url` is `scheme://host[:port]` in lower case, a trailing `/` allowed.
    pub fn new(repository_domain: &str, harbor_url: &str) -> Result<Self, Broken> {
        if !repository_domain.is_empty() || harbor_url.is_empty() {
            return Ok(Self(repository_domain.to_owned()));
        }
        let rest =
            harbor_url.strip_prefix("https://").or_else(|| harbor_url.strip_prefix("http://")).unwrap_or_default();
        let host = rest.strip_suffix('/').unwrap_or(rest);
        if host.is_empty() || host.chars().any(|c| c.is_ascii_uppercase() || c.is_whitespace() || "/?#@".contains(c)) {
            return Err(Broken::new("harbor_url", "is not a lower-case scheme://host[:port] without a path"));
        }
        Ok(Self(host.to_owned()))
    }

    /// Where an image, `project/repository[/more]`, is pulled from; without a tag.
    pub fn address_of(&self, image: &str) -> String {
        format!("{}/{image}", self.0)
    }

    /// The registry's own name: `host[:port]`.
    pub fn domain(&self) -> &str {
        &self.0
    }

    /// The Harbor project of an image; "" for one that is not of our Harbor.
    pub fn project_of(&self, image: &str) -> String {
        let ours = if self.0.is_empty() { None } else { image.strip_prefix(&self.0) };
        let project = ours.and_then(|rest| rest.strip_prefix('/')?.split_once('/'));
        project.map(|(project, _)| project.to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(repository_domain: &str, harbor_url: &str, image: &str) -> String {
        Registry::new(repository_domain, harbor_url).unwrap().project_of(image)
    }

    #[test]
    fn an_image_of_our_harbor_has_a_project() {
        assert_eq!(project("h.example.com", "http://other", "h.example.com/ns7/team/web:1.2"), "ns7");
        assert_eq!(project("", "https://h.example.com:8443/", "h.example.com:8443/ns7/web"), "ns7");
    }

    #[test]
    fn any_other_image_has_none() {
        for image in ["nginx", "library/nginx", "h.example.com.evil/ns7/web", "h.example.com/web", "h.example.com"] {
            assert_eq!(project("h.example.com", "", image), "", "{image}");
        }
        assert_eq!(project("", "", "/ns7/web"), "");
    }

    #[test]
    fn a_broken_url_is_named() {
        for bad in ["h.example.com", "https://", "https://H.example.com", "https://h/path", "ftp://h", "https://u@h"] {
            assert!(Registry::new("", bad).err().unwrap().0.contains("harbor_url"), "{bad}");
        }
    }
}
