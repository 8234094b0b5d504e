//! Which trigger answers at a path, as Spin decides it.

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use routefinder::{RouteSpec, Router};

use crate::manifest::{Manifest, Route, StaticResponse};

/// What answers at a route.
#[derive(Debug, Clone)]
pub(crate) enum Endpoint {
    Component(String),
    Static(http::Response<Bytes>),
}

/// All routes of an application.
pub(crate) struct Routes(Router<(String, Endpoint)>);

/// A route that a path has led to.
pub(crate) struct Matched<'a> {
    /// As in the manifest.
    pub(crate) route: &'a str,
    pub(crate) endpoint: &'a Endpoint,
    /// What `...` stands for, with its leading `/`; else empty.
    pub(crate) rest: String,
    /// What each `:name` stands for.
    pub(crate) captured: Vec<(String, String)>,
}

impl Routes {
    /// The routes of a manifest.
    ///
    /// # Errors
    ///
    /// When a route is no path, is there twice, or has wildcards that Spin does not know.
    pub(crate) fn of(manifest: &Manifest) -> Result<Self> {
        let mut router = Router::new();
        for trigger in &manifest.triggers {
            let Route::Path(path) = &trigger.route else { continue };
            let exact = path.strip_suffix("/...").unwrap_or(path);
            ensure!(path.starts_with('/'), "route {path}: a path begins with `/`");
            ensure!(
                !exact.contains('*') && !exact.contains("..."),
                "route {path}: `/...` at its end is the only wildcard"
            );
            let spec = if exact.len() == path.len() { exact.to_owned() } else { format!("{exact}/*") };
            let spec: RouteSpec = spec.parse().map_err(|error| anyhow::anyhow!("route {path}: {error}"))?;
            ensure!(
                router.iter().all(|(other, _): (&RouteSpec, _)| other.to_string() != spec.to_string()),
                "route {path} is there twice"
            );
            let endpoint = match (&trigger.component, &trigger.static_response) {
                (Some(component), _) => Endpoint::Component(component.clone()),
                (None, Some(answer)) => Endpoint::Static(constant(answer).with_context(|| format!("route {path}"))?),
                (None, None) => bail!("route {path}: either `component` or `static_response`"),
            };
            router.add(spec, (path.clone(), endpoint)).map_err(|error| anyhow::anyhow!("route {path}: {error:?}"))?;
        }
        Ok(Self(router))
    }

    /// The best route for a path.
    pub(crate) fn find(&self, path: &str) -> Option<Matched<'_>> {
        let found = self.0.best_match(path)?;
        let wildcards = found.captures();
        let rest = wildcards.wildcard().map_or_else(String::new, |rest| format!("/{}", rest.trim_start_matches('/')));
        let captured = wildcards.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (route, endpoint) = found.handler();
        Some(Matched { route, endpoint, rest, captured })
    }

    /// Every route with the name of what answers there, the most specific first.
    pub(crate) fn list(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(_, (route, endpoint))| match endpoint {
            Endpoint::Component(component) => (route.as_str(), component.as_str()),
            Endpoint::Static(_) => (route.as_str(), "a constant answer"),
        })
    }
}

fn constant(answer: &StaticResponse) -> Result<http::Response<Bytes>> {
    let mut response = http::Response::builder().status(answer.status_code);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Bytes::from(answer.body.clone())).context("the static_response is no HTTP")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(paths: &[&str]) -> Result<Routes> {
        let trigger =
            |path: &&str| format!("[[trigger.http]]\nroute = '{path}'\nstatic_response = {{ status_code = 204 }}\n");
        let text: String = paths.iter().map(trigger).collect();
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("spin.toml");
        std::fs::write(&path, format!("spin_manifest_version = 2\n[application]\nname = 'test'\n{text}"))?;
        Routes::of(&Manifest::load(&path, None)?)
    }

    #[test]
    fn the_most_specific_route_answers() {
        let routes = routes(&["/...", "/v1/user", "/v1/app/...", "/v1/app/:id/versions", "/v1/app/import"]).unwrap();
        for (path, route, rest, captured) in [
            ("/", "/...", "/", None),
            ("/v2", "/...", "/v2", None),
            ("/v1/user", "/v1/user", "", None),
            ("/v1/user/", "/v1/user", "", None),
            ("/v1/user/7", "/...", "/v1/user/7", None),
            ("/v1/app", "/v1/app/...", "/", None),
            ("/v1/app/7/x", "/v1/app/...", "/7/x", None),
            ("/v1/app/7/versions", "/v1/app/:id/versions", "", Some(("id", "7"))),
            ("/v1/app/import", "/v1/app/import", "", None),
        ] {
            let found = routes.find(path).unwrap();
            let names = found.captured.iter().map(|(name, value)| (name.as_str(), value.as_str())).next();
            assert_eq!((found.route, found.rest.as_str(), names), (route, rest, captured), "{path}");
        }
    }

    #[test]
    fn a_path_without_a_route_leads_nowhere() {
        assert!(routes(&["/v1/user"]).unwrap().find("/v1").is_none());
    }

    #[test]
    fn routes_that_cannot_be_had_are_refused() {
        for (paths, why) in [
            (&["v1"][..], "begins with"),
            (&["/v1/*"], "only wildcard"),
            (&["/.../v1"], "only wildcard"),
            (&["/v1", "/v1"], "twice"),
            (&["/:"], "must be named"),
        ] {
            let refused = routes(paths).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(refused.contains(why), "{paths:?}: {refused}");
        }
    }
}
