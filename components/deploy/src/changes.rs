//! Upgrades and rollbacks: another version of the same application.

use crate::settings::Settings;
use crate::{driver, targets};
use api::{Answer, Error, Faults, Fields, Id, Member, Rule};
use axum::extract::State;
use store::deployment::change::{self, Kind, Survey};
use store::inventory;

/// The version that is asked for, and why.
struct Asked {
    version: String,
    comment: String,
}

/// Upgrade Deployment (Deployment Management 3): to a stored version of the same application. Labels are resolved anew: a cluster that
/// has left the label loses the workload, a new one gets it.
pub(crate) async fn upgrade(
    State(settings): State<Settings>,
    by: Member,
    Id(id): Id,
    mut fields: Fields,
) -> api::Result {
    let version = fields.text("version", &Rule::TEXT);
    let asked = Asked { version, comment: fields.optional_text("comment", &Rule::FREE).unwrap_or_default() };
    fields.check()?;
    change(settings, &by, id, Kind::Upgrade, &asked).await
}

/// Rollback Deployment (Deployment Management 5): likewise, to a version that was deployed before.
pub(crate) async fn roll_back(
    State(settings): State<Settings>,
    by: Member,
    Id(id): Id,
    mut fields: Fields,
) -> api::Result {
    let asked = Asked { version: fields.text("version", &Rule::TEXT), comment: fields.text("comment", &Rule::FREE) };
    fields.check()?;
    change(settings, &by, id, Kind::Rollback, &asked).await
}

async fn change(settings: Settings, by: &Member, id: i64, kind: Kind, asked: &Asked) -> api::Result {
    let tenant = by.tenant()?;
    let survey = change::survey(by.scope, id, &asked.version).await?.ok_or_else(|| Error::not_found("deployment"))?;
    if survey.place.business_id != tenant.business() {
        return Err(Error::forbidden("another business's deployment is its own to change: you may read it and end it"));
    }
    if survey.editable == 0 {
        return Err(Error::conflict("a change waits or is on its way, or the deployment is deleted"));
    }
    edge::fresh(&[inventory::Kind::Clusters, inventory::Kind::Nodes]).await?;
    let meaning = survey.meaning(tenant).await?;
    let mut faults = Faults::default();
    check_version(&survey, kind, &mut faults);
    targets::check(&meaning, &mut faults);
    faults.check()?;
    targets::check_name(&meaning, &survey.place.cluster)?;
    targets::check_pull(survey.external)?;
    if !change::record(tenant, &survey, kind, &asked.comment, settings.waits(by.caller.role)).await? {
        return Err(Error::conflict("the deployment, or what it names, was changed just now: try again"));
    }
    driver::wake();
    Ok(Answer::success())
}

fn check_version(survey: &Survey, kind: Kind, faults: &mut Faults) {
    if survey.application_id.is_none() {
        faults.add("version", "names no stored version of this deployment's application: a full one, 1.2.3, is wanted");
    } else if kind == Kind::Rollback && survey.in_history == 0 {
        faults.add("version", "was never deployed here: a rollback goes to a version of the history");
    } else if survey.runs_already == 1 {
        faults.add("version", "is the running version");
    }
}
