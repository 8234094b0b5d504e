//! The OTE shim at an edge: it sends a command's request to its own API server.

use serde_json::{Value, json};

use crate::api_server::request::Request;

use super::Edge;

/// A real answer repeats the whole object with its managed fields, and so has about this many bytes.
const ANSWER_BYTES: usize = 4_500;

/// What a cluster answers to a command.
#[derive(Debug)]
pub(crate) struct ShimAnswer {
    /// HTTP status of the edge's API server; 0 where the shim could not reach it.
    pub(crate) code: u16,
    pub(crate) body: String,
}

impl ShimAnswer {
    /// The shim itself failed: it says so by a code without a body.
    fn failure(code: u16) -> Self {
        Self { code, body: String::new() }
    }
}

impl Edge {
    /// Carries out a command's `spec`.
    pub(crate) fn carry_out(&mut self, spec: &Value) -> ShimAnswer {
        let text = |member: &str| spec[member].as_str().unwrap_or_default();
        if self.shim_failures > 0 {
            self.shim_failures -= 1;
            return ShimAnswer::failure(0);
        }
        match text("destination") {
            "api" => {}
            // It would go to a Tiller proxy, which nobody runs any more.
            "helm" => return ShimAnswer::failure(500),
            _ => return ShimAnswer::failure(404),
        }
        let content_type = match text("method") {
            "PATCH" => "application/json-patch+json",
            "GET" | "POST" | "PUT" | "DELETE" => "application/json",
            _ => return ShimAnswer::failure(405),
        };
        let request =
            Request { method: text("method"), target: text("url"), content_type, body: text("body").as_bytes() };
        match self.api.handle(request) {
            Ok(answer) => ShimAnswer { code: answer.code, body: with_managed_fields(answer.body) },
            Err(refusal) => ShimAnswer { code: refusal.code, body: refusal.body() },
        }
    }
}

/// Makes an answer with a single object as long as a real one.
fn with_managed_fields(body: String) -> String {
    let Ok(mut object) = serde_json::from_str::<Value>(&body) else { return body };
    let missing = ANSWER_BYTES.saturating_sub(body.len());
    if missing == 0 || object["kind"] == "Status" || object["items"].is_array() || !object["metadata"].is_object() {
        return body;
    }
    object["metadata"]["managedFields"] = json!([{
        "manager": "ote-shim", "operation": "Update", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:labels": {}}, "f:spec": ".".repeat(missing)},
    }]);
    object.to_string()
}
