//! Lists: consistent snapshots, in pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::kinds::Kind;
use super::refusal::Refusal;
use super::request::{Answer, Query, Route};
use super::{ApiServer, Key, Object};

/// Where a list goes on: in which version, after which object.
#[derive(Debug, Serialize, Deserialize)]
struct Continue {
    revision: u64,
    after: Key,
}

impl Continue {
    fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(json!(self).to_string())
    }

    fn parse(token: &str) -> Result<Self, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Refusal::bad_request("continue key is not valid"))
    }
}

impl ApiServer {
    /// A page of a collection. All pages of one list show the version of the first one, and carry its number.
    pub(super) fn list(&self, route: &Route, query: &Query) -> Result<Answer, Refusal> {
        let asked = query.number("resourceVersion")?;
        let from = query.get("continue").map(Continue::parse).transpose()?;
        if from.is_some() && asked.is_some() {
            return Err(Refusal::bad_request("specifying resource version is not allowed when using continue"));
        }
        if let Some(asked) = asked.filter(|asked| *asked > self.revision) {
            return Err(Refusal::too_large_version(asked, self.revision));
        }
        let exact = asked.filter(|_| query.get("resourceVersionMatch") == Some("Exact"));
        let limit = if asked == Some(0) { None } else { query.number("limit")?.filter(|limit| *limit > 0) };
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);

        let revision = from.as_ref().map(|from| from.revision).or(exact).unwrap_or(self.revision);
        let Some(objects) = self.snapshot(route.kind, revision) else {
            return Err(self.list_expired(from));
        };
        let selector = query.selector()?;
        let after = from.map(|from| from.after);
        let mut matching = objects.into_iter().filter(|(key, object)| {
            after.as_ref().is_none_or(|after| *key > after)
                && (route.namespace.is_empty() || key.0 == route.namespace)
                && selector.matches(&object.value)
        });
        let page: Vec<(&Key, &Arc<Object>)> = matching.by_ref().take(limit).collect();
        let left = matching.count();
        let next =
            page.last().filter(|_| left > 0).map(|(key, _)| Continue { revision, after: (*key).clone() }.token());

        let mut meta = json!({"resourceVersion": revision.to_string()});
        if let Some(next) = next {
            meta["continue"] = json!(next);
            meta["remainingItemCount"] = json!(left);
        } else if route.kind.custom {
            meta["continue"] = json!("");
        }
        let texts: Vec<&str> = page.iter().map(|(_, object)| object.text.as_str()).collect();
        let head = format!("\"kind\":\"{}List\",\"apiVersion\":\"{}\"", route.kind.name, route.kind.api_version());
        Ok(Answer::ok(format!("{{{head},\"metadata\":{meta},\"items\":[{}]}}", texts.join(","))))
    }

    /// A kind's objects as they were in a version, found by undoing what came after; none where it is too old.
    fn snapshot<'a>(&'a self, kind: &Kind, revision: u64) -> Option<BTreeMap<&'a Key, &'a Arc<Object>>> {
        let mut objects: BTreeMap<&Key, &Arc<Object>> = self.objects.get(kind).into_iter().flatten().collect();
        if revision == self.revision {
            return Some(objects);
        }
        for change in self.changes_since(kind, revision)?.rev() {
            match &change.before {
                Some(before) => objects.insert(&change.key, before),
                None => objects.remove(&change.key),
            };
        }
        Some(objects)
    }

    /// The answer to a page that is too old: with a token that goes on from the version of now.
    fn list_expired(&self, from: Option<Continue>) -> Refusal {
        match from {
            Some(from) => Refusal::expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
                Some(Continue { revision: self.revision, after: from.after }.token()),
            ),
            None => Refusal::expired("The resourceVersion for the provided list is too old.", None),
        }
    }
}
