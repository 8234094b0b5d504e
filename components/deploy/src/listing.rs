//! Deployments, as stored: reading makes work due, and never waits for it.

use crate::driver;
use api::{Answer, Error, Id, Member, Parameters, Query, select};
use std::collections::BTreeMap;
use store::deployment::{self, Filter};
use store::{Paging, Rows};

/// Everything that a row of the list can have.
const FIELDS: &[&str] = &[
    "id",
    "deployName",
    "appName",
    "version",
    "cluster",
    "nodeLabel",
    "comment",
    "deployType",
    "status",
    "createTime",
    "updateTime",
    "editable",
    "errorMessage",
    "auditComment",
    "runningVersion",
];

/// How the list is filtered and cut, and which fields its rows have.
pub(crate) struct Listing {
    fields: Option<Vec<String>>,
    filter: Filter,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let editable = match parameters.choice("editable", &["all", "true", "false"]) {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let running = parameters.choice("running", &["all", "true"]) == "true";
        let filter = Filter { app_name: parameters.text_filter("appName"), editable, running };
        Self { fields: parameters.fields(FIELDS), filter, paging: parameters.paging(10) }
    }
}

/// List Deployment (Deployment Management 4): those of the caller's business, a system administrator's all; deleted ones excepted.
pub(crate) async fn list(by: Member, Query(listing): Query<Listing>) -> api::Result {
    let page = deployment::page(by.scope, listing.filter, listing.paging).await?;
    driver::look();
    Ok(Answer::data(select(page.rows, listing.fields.as_deref())?).with("total", page.total))
}

/// Which fields of one deployment are asked for.
pub(crate) struct Selection(Option<Vec<String>>);

impl api::FromParameters for Selection {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let known: Vec<&str> = FIELDS.iter().copied().chain(["historyVersion", "clusters"]).collect();
        Self(parameters.fields(&known))
    }
}

/// Get Deployment (Deployment Management 6); deleted ones too. `field=historyVersion` and `field=clusters` add what is not shown
/// without.
pub(crate) async fn show(by: Member, Id(id): Id, Query(Selection(fields)): Query<Selection>) -> api::Result {
    let found = deployment::find(by.scope, id).await?.ok_or_else(|| Error::not_found("deployment"))?;
    driver::look();
    let asked = |name: &str| fields.as_ref().is_some_and(|fields| fields.iter().any(|field| field == name));
    let mut row = only(&select(found, fields.as_deref())?)?;
    if asked("historyVersion") {
        row.insert("historyVersion".to_owned(), deployment::history(by.scope, id).await?);
    }
    if asked("clusters") {
        row.insert("clusters".to_owned(), deployment::targets(by.scope, id).await?);
    }
    Ok(Answer::data(row))
}

/// The members of the only row.
fn only(rows: &serde_json::value::RawValue) -> Result<BTreeMap<String, Rows>, Error> {
    let mut rows: Vec<BTreeMap<String, Rows>> = serde_json::from_str(rows.get()).map_err(Error::internal)?;
    Ok(rows.pop().unwrap_or_default())
}
