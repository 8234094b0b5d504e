//! The audit of changes that wait (docs/semantics.md, Deployments): their list, and the decisions.

use crate::{driver, targets};
use api::{Administrator, Answer, Error, Faults, Fields, Json, Parameters, Query, Rule};
use store::deployment::audit::{self, Audit};
use store::inventory::Kind;
use store::{Order, Paging, TextFilter};

/// How the list is filtered, sorted and cut.
pub(crate) struct Listing {
    business_name: TextFilter,
    order: Order,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        parameters.choice("orderBy", &["id"]);
        let business_name = parameters.text("businessName").map_or(TextFilter::Any, TextFilter::Partial);
        Self { business_name, order: parameters.order(Order::Descending), paging: parameters.paging(10) }
    }
}

/// List Audit List of Deployment (Deployment Management 9): each change that waited, with its decision; the own business's, a system
/// administrator's all.
pub(crate) async fn list(by: Administrator, Query(listing): Query<Listing>) -> api::Result {
    Ok(Answer::page(audit::page(by.scope, listing.business_name, listing.order, listing.paging).await?))
}

/// A decision.
pub(crate) struct Decision {
    id: i64,
    approves: bool,
    comment: String,
}

impl api::FromFields for Decision {
    fn from_fields(fields: &mut Fields) -> Self {
        let (id, status) = (fields.id("id"), fields.number("status", 1..=2));
        Self { id, approves: status == 1, comment: fields.text("comment", &Rule::FREE) }
    }
}

/// Audit Deployment (Deployment Management 8): once for each change. Any administrator of the business may, the author too. An approved
/// change starts at once; a disapproved one leaves what runs untouched.
pub(crate) async fn decide(by: Administrator, Json(decision): Json<Decision>) -> api::Result {
    let audit = audit::find(by.scope, decision.id).await?.ok_or_else(|| Error::not_found("audit"))?;
    if audit.waits == 0 {
        return Err(decided());
    }
    if !decision.approves {
        let is_first = audit::disapprove(by.scope, &audit, &decision.comment).await?;
        return if is_first { Ok(Answer::success()) } else { Err(decided()) };
    }
    if audit.is_deletion == 0 {
        check_targets(&by, &audit).await?;
    }
    if !audit::approve(by.scope, &audit, &decision.comment).await? {
        return Err(decided());
    }
    driver::wake();
    Ok(Answer::success())
}

/// If what the change names is gone, it stays as it is and can be approved later, or disapproved.
async fn check_targets(by: &Administrator, audit: &Audit) -> Result<(), Error> {
    edge::fresh(&[Kind::Clusters, Kind::Nodes]).await?;
    let meaning = audit.meaning(by.scope).await?;
    targets::check_name(&meaning, &audit.place.cluster)?;
    let mut faults = Faults::default();
    targets::check(&meaning, &mut faults);
    faults.check().map_err(|error| Error::conflict(format!("it cannot start now, and waits on: {}", error.message())))
}

fn decided() -> Error {
    Error::conflict("it has been decided already, or was changed just now")
}
