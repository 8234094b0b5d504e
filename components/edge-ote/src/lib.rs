//! The edge shim for an OTE center: `otestack:edge/shim` spoken as the center's HTTP contract
//! (docs/contracts/ote-center.md).
//!
//! Reading order: [`fleet`] lists and watches what the edges report, decoded by [`inventory`]; [`tickets`] sends
//! commands and reads their answers, which [`work`] cuts into steps, [`command`] writes down and [`outcome`] judges.
//! [`center`] is all that touches the network, and [`answer`] says what comes of it.

mod answer;
mod bindings;
mod center;
mod command;
mod cursor;
mod fleet;
mod inventory;
mod kubernetes;
mod news;
mod outcome;
mod pace;
mod quantity;
mod selector;
mod settings;
mod tickets;
mod work;

use bindings::shim::{Cut, Endpoint, Error, Guest, JoinWay, Kind, News, Page, Probed, Report, Scope, Target, Work};

struct Shim;

impl Guest for Shim {
    fn joining() -> JoinWay {
        JoinWay {
            registered: false,
            text: "a cluster joins by itself: connect its OTE cluster controller to the OTE center".to_owned(),
        }
    }

    async fn probe(_at: Endpoint) -> Result<Probed, Error> {
        Err(Error::Invalid(
            "clusters behind an OTE center join by themselves; there is no endpoint of theirs to ask".to_owned(),
        ))
    }

    async fn list(of: Kind, scope: Scope, from: Option<String>, limit: u32) -> Result<Page, Error> {
        fleet::list(of, &scope, from.as_deref(), limit).await
    }

    async fn changes(of: Kind, scope: Scope, revision: String) -> Result<News, Error> {
        fleet::changes(of, &scope, &revision).await
    }

    async fn ensure_namespace(name: String, _on: Vec<Target>) -> Result<(), Error> {
        fleet::ensure_namespace(&name).await
    }

    fn pace(work: Work) -> Cut {
        pace::of(&work)
    }

    async fn send(ticket: String, work: Work, position: String, on: Vec<Target>) -> Result<Vec<Report>, Error> {
        tickets::send(&ticket, &work, &position, &on).await
    }

    async fn ask(ticket: String, work: Work, position: String, on: Vec<Target>) -> Result<Vec<Report>, Error> {
        tickets::ask(&ticket, &work, &position, &on).await
    }

    async fn close(tickets: Vec<String>) -> Result<(), Error> {
        tickets::close(&tickets).await
    }

    async fn kept() -> Result<Vec<String>, Error> {
        tickets::kept().await
    }
}

#[expect(unsafe_code, reason = "the component ABI, as wit-bindgen writes it")]
mod export {
    use crate::{Shim, bindings};

    bindings::export!(Shim with_types_in bindings);
}
