//! What there is: lists, changes, namespaces.

use std::time::Duration;

use form_urlencoded::Serializer;
use futures::future::try_join_all;

use crate::answer::not_understood;
use crate::bindings::shim::{Error, Item, Kind, News, Page, Scope};
use crate::center::{Call, Center, Next};
use crate::cursor::{self, Place};
use crate::inventory::{self, Source};
use crate::news::{self, Feed};

/// A watch has nothing more to say when it was silent for so long.
const SILENCE: Duration = Duration::from_millis(50);
/// The center ends a watch after so many seconds: one that never falls silent ends too.
const WATCH_SECONDS: u32 = 5;

/// A page of a list (`list` of `wit/edge.wit`). Where a kind is several resources their pages are read side by side
/// and share the limit.
pub(crate) async fn list(of: Kind, scope: &Scope, from: Option<&str>, limit: u32) -> Result<Page, Error> {
    let sources = inventory::sources(of);
    let places = cursor::places(from, sources.len())?;
    let open = u32::try_from(places.iter().filter(|place| !place.is_end()).count()).unwrap_or(1);
    let share = (limit / open.max(1)).max(1);
    let center = Center::get().await?;
    let reads = sources.iter().zip(places).map(|(source, place)| read(&center, of, source, scope, place, share));
    let (items, places): (Vec<_>, Vec<_>) = try_join_all(reads).await?.into_iter().unzip();
    Ok(Page {
        items: items.into_iter().flatten().collect(),
        next: cursor::next(&places),
        revision: cursor::revision(places.iter().map(Place::revision)),
    })
}

async fn read(
    center: &Center,
    of: Kind,
    source: &Source,
    scope: &Scope,
    place: Place,
    limit: u32,
) -> Result<(Vec<Item>, Place), Error> {
    let mut query = source.query(scope)?;
    query.push(("limit", limit.to_string()));
    match &place {
        Place::Start => {}
        Place::At { token, .. } => query.push(("continue", token.clone())),
        Place::End { .. } => return Ok((vec![], place)),
    }
    let answer = center.send(&Call::get(target(source, &query))).await?;
    if !answer.is_success() {
        let error = answer.refused(&format!("list {}", source.resource));
        return Err(if place != Place::Start && is_foreign(&error) { Error::Expired } else { error });
    }
    let not_understood = || Error::Unreachable("the OTE center's list cannot be understood".to_owned());
    let (items, metadata) = inventory::page(of, source.resource, &answer.body).map_err(|_| not_understood())?;
    let first = place.revision();
    let revision = if first.is_empty() { metadata.resource_version } else { first.to_owned() };
    if revision.is_empty() {
        return Err(not_understood());
    }
    Ok((items, Place::after(revision, metadata.continue_from)))
}

/// What has changed since a revision (`changes` of `wit/edge.wit`).
pub(crate) async fn changes(of: Kind, scope: &Scope, revision: &str) -> Result<News, Error> {
    let sources = inventory::sources(of);
    let revisions = cursor::revisions(revision, sources.len())?;
    let center = Center::get().await?;
    let watches = sources.iter().zip(revisions).map(|(source, revision)| watch(&center, of, source, scope, revision));
    Ok(news::of(try_join_all(watches).await?))
}

async fn watch(center: &Center, of: Kind, source: &Source, scope: &Scope, revision: &str) -> Result<Feed, Error> {
    let mut query = source.query(scope)?;
    query.push(("watch", "true".to_owned()));
    query.push(("resourceVersion", revision.to_owned()));
    query.push(("allowWatchBookmarks", "true".to_owned()));
    query.push(("timeoutSeconds", WATCH_SECONDS.to_string()));
    let begun = center.watch(target(source, &query)).await;
    let mut stream = begun.map_err(|error| if is_foreign(&error) { Error::Expired } else { error })?;
    let mut feed = Feed::new(of, source.resource, revision);
    loop {
        let patience = if feed.in_event() { stream.timeout } else { SILENCE };
        match stream.next(patience).await? {
            Next::Chunk(chunk) => feed.take(&chunk)?,
            Next::Silence | Next::End if feed.in_event() => {
                return Err(Error::Unreachable("the OTE center's watch broke off".to_owned()));
            }
            Next::Silence | Next::End => return Ok(feed),
        }
    }
}

/// A token or version that this center did not give out is a 400 there.
fn is_foreign(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if refusal.code == 400)
}

fn target(source: &Source, query: &[(&str, String)]) -> String {
    format!("{}?{}", source.path, Serializer::new(String::new()).extend_pairs(query).finish())
}

/// Makes a namespace at the center, whose controller manager passes it on to the clusters that are connected
/// (docs/contracts/ote-center.md, "What the edges report"). One that is there is as good.
pub(crate) async fn ensure_namespace(name: &str) -> Result<(), Error> {
    let namespace = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let body = namespace.to_string();
    let answer = Center::get().await?.send(&Call::post("/api/v1/namespaces", &body)).await?;
    if answer.status == 409 {
        return Ok(());
    }
    if !answer.is_success() {
        return Err(answer.refused("make a namespace"));
    }
    // Much depends on it: a success that does not show the namespace is none.
    let made: serde_json::Value = answer.json()?;
    if made["metadata"]["name"] == name { Ok(()) } else { Err(not_understood()) }
}
