//! `/v1/repository`: Repository Management 1–13, against a stand-in of Harbor.

mod failures;
mod image;
mod project;
mod third;
mod user;

use harness::{Tenant, platform, unique};
use serde_json::json;
use sim::Harbor;

/// The password of all accounts here.
const ACCOUNT: &str = "Account-Passw0rd";

/// A business with an account at Harbor, and the account's name.
fn tenant() -> (Tenant, String) {
    let (tenant, name) = (Tenant::new(), unique("account"));
    let account = json!({"user": name, "password": ACCOUNT});
    tenant.business_admin.post("/v1/repository/user", account).expect(200);
    (tenant, name)
}

fn harbor() -> &'static Harbor {
    &platform().harbor
}

/// A project of the tenant's; its name.
fn project(tenant: &Tenant, public: bool) -> String {
    let name = unique("project");
    let project = json!({"projectName": name, "public": public});
    tenant.general_user.post("/v1/repository/project", project).expect(200);
    name
}
