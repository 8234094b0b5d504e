//! New deployments.

use crate::settings::Settings;
use crate::{driver, targets};
use api::{Answer, Error, Faults, Fields, Json, Member, Rule, is_object_name};
use axum::extract::State;
use store::deployment::{self, NewDeployment, Plan};
use store::inventory::Kind;

/// What is asked for; empty or absent labels are `all`.
pub(crate) struct Asked(NewDeployment);

impl api::FromFields for Asked {
    fn from_fields(fields: &mut Fields) -> Self {
        const NAME: Rule = Rule::TEXT.matching(
            is_object_name,
            "at most 40 lower-case letters, digits and `-`, with a letter or digit at its start and end",
        );
        let all = |label: Option<String>| label.filter(|label| !label.is_empty()).unwrap_or_else(|| "all".to_owned());
        Self(NewDeployment {
            name: fields.text("deployName", &NAME),
            app_name: fields.text("appName", &Rule::TEXT),
            version: fields.text("version", &Rule::TEXT),
            cluster: all(fields.optional_text("cluster", &Rule::FREE)),
            node_label: all(fields.optional_text("nodeLabel", &Rule::FREE)),
            comment: fields.text("comment", &Rule::FREE),
        })
    }
}

/// Create Deployment (Deployment Management 1): deploys an application version to the clusters of a label. A general user's waits
/// for audit, an administrator's runs at once while `enable_admin_auto_deploy` is true. The answer comes before anything is sent.
pub(crate) async fn create(State(settings): State<Settings>, by: Member, Json(Asked(new)): Json<Asked>) -> api::Result {
    let tenant = by.tenant()?;
    edge::fresh(&[Kind::Clusters, Kind::Nodes]).await?;
    let plan = deployment::plan(tenant, &new).await?;
    check(&plan, &new)?;
    match deployment::create(tenant, &new, &plan, settings.waits(by.caller.role)).await {
        Ok(Some(id)) => {
            driver::wake();
            Ok(Answer::created(id))
        }
        Ok(None) => Err(Error::conflict("what it names was changed just now: try again")),
        Err(error) if error.is_taken("deployment.business_id, deployment.name") => Err(taken()),
        Err(error) => Err(error.into()),
    }
}

/// What is named must be there (422, together), and unambiguous and free (409).
fn check(plan: &Plan, new: &NewDeployment) -> Result<(), Error> {
    let mut faults = Faults::default();
    if plan.named.app_exists == 0 {
        faults.add("appName", "names no application");
    } else if plan.named.application_id.is_none() {
        faults.add("version", "names no version of this application: a full one, 1.2.3, is wanted");
    }
    targets::check(&plan.meaning, &mut faults);
    faults.check()?;
    targets::check_name(&plan.meaning, &new.cluster)?;
    targets::check_pull(plan.named.external)?;
    if plan.named.name_taken == 1 { Err(taken()) } else { Ok(()) }
}

fn taken() -> Error {
    Error::conflict("deployName: a deployment of this name exists, or its deletion is not complete")
}
