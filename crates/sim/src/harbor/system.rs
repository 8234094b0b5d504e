//! What anybody may ask about the system.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::caller::Caller;
use super::{Shared, paging};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/ping", get(ping)).route("/systeminfo", get(info))
}

/// `GET /ping`: it is there.
async fn ping() -> &'static str {
    "Pong"
}

/// `GET /systeminfo`: the version only for somebody.
async fn info(caller: Caller) -> Response {
    let mut info = json!({"auth_mode": "db_auth", "primary_auth_mode": false, "self_registration": false});
    if caller.0.is_some() {
        info["harbor_version"] = json!("v2.16.0");
        info["project_creation_restriction"] = json!("everyone");
        info["read_only"] = json!(false);
    }
    paging::json(info)
}
