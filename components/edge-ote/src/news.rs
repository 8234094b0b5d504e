//! A watch's lines become news: each thing once, as it is now or as gone.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bindings::shim::{Error, Item, ItemKey, Kind, News};
use crate::cursor;
use crate::inventory;
use crate::kubernetes::nullable;

/// What is read of the watch of one resource.
#[derive(Debug)]
pub(crate) struct Feed {
    of: Kind,
    resource: &'static str,
    revision: String,
    /// The beginning of a line whose end has not come yet.
    rest: Vec<u8>,
    seen: BTreeMap<(String, String, String), Item>,
    gone: BTreeMap<(String, String, String), ItemKey>,
}

/// An event, before it is known what it is about.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    object: Object,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Object {
    #[serde(deserialize_with = "nullable")]
    metadata: Metadata,
    /// Of an error, which is a `Status`.
    code: u16,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    resource_version: String,
}

impl Feed {
    /// A watch of `resource` that goes on from a version.
    pub(crate) fn new(of: Kind, resource: &'static str, revision: &str) -> Self {
        Self {
            of,
            resource,
            revision: revision.to_owned(),
            rest: Vec::new(),
            seen: BTreeMap::new(),
            gone: BTreeMap::new(),
        }
    }

    /// Takes what has come. `expired` where the version is too old; `unreachable` where it cannot be understood.
    pub(crate) fn take(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.rest.extend_from_slice(chunk);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(());
        };
        let rest = self.rest.split_off(end + 1);
        let lines = std::mem::replace(&mut self.rest, rest);
        lines.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).try_for_each(|l| self.line(l))
    }

    /// Whether an event has begun and not ended: more is sure to come.
    pub(crate) fn in_event(&self) -> bool {
        !self.rest.trim_ascii().is_empty()
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        let broken = || Error::Unreachable("the OTE center's watch cannot be understood".to_owned());
        let event: Event = serde_json::from_slice(line).map_err(|_| broken())?;
        match event.kind.as_str() {
            "ADDED" | "MODIFIED" | "DELETED" => {
                if let Some(item) = inventory::event(self.of, self.resource, line).map_err(|_| broken())? {
                    self.note(item, event.kind == "DELETED");
                }
            }
            "BOOKMARK" => {}
            "ERROR" if event.object.code == 410 => return Err(Error::Expired),
            _ => return Err(broken()),
        }
        if event.object.metadata.resource_version.is_empty() {
            return Err(broken());
        }
        self.revision = event.object.metadata.resource_version;
        Ok(())
    }

    fn note(&mut self, item: Item, gone: bool) {
        let key = inventory::key(&item);
        let at = (key.cluster.clone(), key.namespace.clone(), key.name.clone());
        if gone {
            self.seen.remove(&at);
            self.gone.insert(at, key);
        } else {
            self.gone.remove(&at);
            self.seen.insert(at, item);
        }
    }
}

/// The news of a kind, from the feeds of its resources.
pub(crate) fn of(feeds: Vec<Feed>) -> News {
    let revision = cursor::revision(feeds.iter().map(|feed| feed.revision.as_str()));
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    for feed in feeds {
        changed.extend(feed.seen.into_values());
        gone.extend(feed.gone.into_values());
    }
    News { changed, gone, revision }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, name: &str, version: u32) -> String {
        format!(
            r#"{{"type": "{kind}", "object": {{"metadata": {{"name": "{name}-c1", "namespace": "ns1",
                "resourceVersion": "{version}", "labels": {{"ote-cluster": "c1"}}}}}}}}"#
        )
        .replace('\n', "")
            + "\n"
    }

    fn feed(chunks: &[&[u8]]) -> Result<Feed, Error> {
        let mut feed = Feed::new(Kind::Pods, "pods", "1");
        chunks.iter().try_for_each(|chunk| feed.take(chunk)).map(|()| feed)
    }

    fn names(news: &News) -> (Vec<&str>, Vec<&str>) {
        let name = |item: &Item| match item {
            Item::Pod(pod) => pod.name.clone().leak() as &str,
            other => panic!("{other:?}"),
        };
        (news.changed.iter().map(name).collect(), news.gone.iter().map(|key| key.name.as_str()).collect())
    }

    #[test]
    fn each_thing_stands_in_the_news_once_and_the_latest_counts() {
        let lines =
            [("ADDED", "a", 2), ("MODIFIED", "a", 3), ("ADDED", "b", 4), ("DELETED", "a", 5), ("DELETED", "c", 6)]
                .map(|(kind, name, version)| event(kind, name, version))
                .concat();
        let news = of(vec![feed(&[lines.as_bytes()]).unwrap()]);
        assert_eq!(names(&news), (vec!["b"], vec!["a", "c"]));
        assert_eq!(news.revision, "6");
    }

    #[test]
    fn what_is_made_again_is_there() {
        let lines = event("DELETED", "a", 2) + &event("ADDED", "a", 3);
        let news = of(vec![feed(&[lines.as_bytes()]).unwrap()]);
        assert_eq!(names(&news), (vec!["a"], vec![]));
    }

    #[test]
    fn lines_may_come_in_pieces() {
        let line = event("ADDED", "ä", 2);
        for cut in 1..line.len() - 1 {
            let (head, tail) = line.as_bytes().split_at(cut);
            assert!(feed(&[head]).unwrap().in_event());
            let whole = feed(&[head, tail]).unwrap();
            assert!(!whole.in_event());
            assert_eq!(names(&of(vec![whole])).0, ["ä"]);
        }
    }

    #[test]
    fn a_bookmark_only_moves_the_revision() {
        let mark =
            b"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"99\"}}}\n\n";
        let news = of(vec![feed(&[mark]).unwrap()]);
        assert_eq!((names(&news), news.revision.as_str()), ((vec![], vec![]), "99"));
    }

    #[test]
    fn silence_keeps_the_revision() {
        assert_eq!(of(vec![feed(&[]).unwrap(), Feed::new(Kind::Pods, "pods", "8")]).revision, "1 8");
    }

    #[test]
    fn a_version_that_is_too_old_is_expired() {
        let gone = b"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":410,\"metadata\":{}}}\n";
        assert_eq!(feed(&[gone]).unwrap_err(), Error::Expired);
    }

    #[test]
    fn what_cannot_be_understood_is_no_news() {
        for line in [
            "<html>\n",
            "{}\n",
            "{\"type\":\"ERROR\",\"object\":{\"code\":500}}\n",
            "{\"type\":\"RENAMED\",\"object\":{\"metadata\":{\"resourceVersion\":\"2\"}}}\n",
            "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":null}}\n",
            "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":\"2\",\"labels\":7}}}\n",
        ] {
            assert!(matches!(feed(&[line.as_bytes()]), Err(Error::Unreachable(_))), "{line}");
        }
    }
}
