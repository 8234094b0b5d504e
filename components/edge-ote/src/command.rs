//! A step as a command of the center's: a `ClusterController` object, whose name is the ticket
//! (docs/contracts/ote-center.md, "Commands").

use form_urlencoded::Serializer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::bindings::shim::{Error, NodeLabel, Object, ObjectKey, Objects, PodSelection, Work};
use crate::work::Step;

/// What the label `app.kubernetes.io/managed-by` says of commands that are ours, as a label selector.
pub(crate) const OURS: &str = "app.kubernetes.io/managed-by=otestack";

/// A request that a cluster's shim sends to its API server.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    method: &'static str,
    url: String,
    /// "" where there is none.
    body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterController<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    namespace: &'static str,
    labels: Labels,
}

#[derive(Serialize)]
struct Labels {
    #[serde(rename = "app.kubernetes.io/managed-by")]
    managed_by: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    destination: &'static str,
    cluster_selector: &'a str,
    method: &'static str,
    url: &'a str,
    body: &'a str,
}

/// Whether a ticket can be a command's name: lower-case letters, digits, `-` and `.`, at most 100, each part between
/// dots beginning and ending with a letter or digit (Kubernetes' DNS-1123 subdomain).
pub(crate) fn is_ticket(ticket: &str) -> bool {
    let part = |part: &str| {
        let known = part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        known && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
    };
    ticket.len() <= 100 && ticket.split('.').all(part)
}

/// The command's JSON.
pub(crate) fn encode(ticket: &str, selector: &str, request: &Request) -> String {
    let command = ClusterController {
        api_version: "ote.baidu.com/v1",
        kind: "ClusterController",
        metadata: Metadata { name: ticket, namespace: "kube-system", labels: Labels { managed_by: "otestack" } },
        spec: Spec {
            destination: "api",
            cluster_selector: selector,
            method: request.method,
            url: &request.url,
            body: &request.body,
        },
    };
    json!(command).to_string()
}

/// What a step asks of a cluster; `invalid` where the work breaks the contract.
pub(crate) fn request(work: &Work, step: Step) -> Result<Request, Error> {
    match work {
        Work::Objects(objects) => of_objects(objects, step),
        Work::LabelNodes(label) => of_label(label, step),
        Work::DeletePods(pods) => of_pods(pods, step),
    }
    .map_err(|why| Error::Invalid(why.to_owned()))
}

const NO_SUCH_STEP: &str = "the position is none of this work";
const NO_SPEC: &str = "an object has no spec";

fn of_objects(objects: &Objects, step: Step) -> Result<Request, &'static str> {
    let object = |i: usize| objects.apply.get(i).ok_or(NO_SUCH_STEP);
    match step {
        Step::Create(i) => object(i).and_then(create),
        Step::Replace(i) => object(i).and_then(replace),
        Step::Namespace(i) => object(i).map(namespace),
        Step::Remove(i) => objects.remove.get(i).ok_or(NO_SUCH_STEP).and_then(remove),
        _ => Err(NO_SUCH_STEP),
    }
}

fn create(object: &Object) -> Result<Request, &'static str> {
    let url = collection(&object.api_version, &object.namespace, &object.resource)?;
    Ok(Request { method: "POST", url, body: object.body.clone() })
}

/// `PUT` replaces without a version, except custom resources, and resets what an autoscaler has set: those are patched
/// (docs/contracts/kubernetes.md, "What it does").
fn replace(object: &Object) -> Result<Request, &'static str> {
    let url = named(&object.api_version, &object.namespace, &object.resource, &object.name)?;
    let built_in = !object.api_version.contains('/') || BUILT_IN.contains(&object.api_version.as_str());
    if built_in && !object.keep_replicas {
        return Ok(Request { method: "PUT", url, body: object.body.clone() });
    }
    let body: Value = serde_json::from_str(&object.body).map_err(|_| "an object is no JSON")?;
    let mut patch = vec![add("/metadata/labels", &body["metadata"]["labels"])];
    if built_in {
        let spec = body["spec"].as_object().ok_or(NO_SPEC)?;
        let wanted = spec.iter().filter(|(field, _)| *field != "replicas");
        patch.extend(wanted.map(|(field, value)| add(&format!("/spec/{}", pointer(field)), value)));
    } else {
        patch.push(add("/spec", body.get("spec").filter(|spec| spec.is_object()).ok_or(NO_SPEC)?));
    }
    Ok(Request { method: "PATCH", url, body: Value::from(patch).to_string() })
}

/// API groups that are no custom resources, of those that are used.
const BUILT_IN: [&str; 2] = ["apps/v1", "autoscaling/v2"];

fn namespace(object: &Object) -> Request {
    let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": object.namespace}});
    Request { method: "POST", url: "/api/v1/namespaces".to_owned(), body: body.to_string() }
}

fn remove(key: &ObjectKey) -> Result<Request, &'static str> {
    let url = named(&key.api_version, &key.namespace, &key.resource, &key.name)?;
    Ok(Request { method: "DELETE", url: format!("{url}?propagationPolicy=Background"), body: String::new() })
}

/// A JSON Patch of one node. A label is taken away by adding and removing it, for removing what is not there fails;
/// the first label of all needs the map, made only where none is.
fn of_label(label: &NodeLabel, step: Step) -> Result<Request, &'static str> {
    let label_at = format!("/metadata/labels/{}", pointer(&label.key));
    let (node, patch) = match (step, &label.value) {
        (Step::Label(i), Some(value)) => (i, vec![add(&label_at, &value.as_str().into())]),
        (Step::Label(i), None) => (i, vec![add(&label_at, &"".into()), json!({"op": "remove", "path": label_at})]),
        (Step::FirstLabel(i), Some(value)) => {
            let none = json!({"op": "test", "path": "/metadata/labels", "value": null});
            (i, vec![none, add("/metadata/labels", &json!({label.key.as_str(): value}))])
        }
        _ => return Err(NO_SUCH_STEP),
    };
    let node = label.nodes.get(node).ok_or(NO_SUCH_STEP)?;
    let url = format!("/api/v1/nodes/{}", segment(node)?);
    Ok(Request { method: "PATCH", url, body: Value::from(patch).to_string() })
}

fn of_pods(pods: &PodSelection, step: Step) -> Result<Request, &'static str> {
    let Step::DeletePods(i) = step else { return Err(NO_SUCH_STEP) };
    let node = pods.nodes.get(i).ok_or(NO_SUCH_STEP)?;
    // Without labels every pod of the namespace would go; a comma in one would be a further label.
    let word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let plain = pods.labels.iter().all(|(key, value)| !key.is_empty() && word(key) && word(value));
    if pods.labels.is_empty() || !plain || node.is_empty() || !word(node) {
        return Err("pods are selected by at least one label, and by a node");
    }
    let labels: Vec<_> = pods.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let query = Serializer::new(String::new())
        .append_pair("labelSelector", &labels.join(","))
        .append_pair("fieldSelector", &format!("spec.nodeName={node}"))
        .finish();
    let url = collection("v1", &pods.namespace, "pods")?;
    Ok(Request { method: "DELETE", url: format!("{url}?{query}"), body: String::new() })
}

fn add(path: &str, value: &Value) -> Value {
    json!({"op": "add", "path": path, "value": value})
}

/// A key in a JSON Pointer (RFC 6901).
fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn collection(api_version: &str, namespace: &str, resource: &str) -> Result<String, &'static str> {
    let group = if api_version.contains('/') { "apis" } else { "api" };
    let version = api_version.split('/').map(segment).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("/{group}/{}/namespaces/{}/{}", version.join("/"), segment(namespace)?, segment(resource)?))
}

fn named(api_version: &str, namespace: &str, resource: &str, name: &str) -> Result<String, &'static str> {
    Ok(format!("{}/{}", collection(api_version, namespace, resource)?, segment(name)?))
}

/// One segment of a path: what is not unreserved (RFC 3986) is encoded, so that a name cannot lead elsewhere. An empty
/// one would name all objects of a kind, and dots another place.
fn segment(name: &str) -> Result<String, &'static str> {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    if matches!(name, "" | "." | "..") {
        return Err("an object has no name");
    }
    Ok(utf8_percent_encode(name, RESERVED).to_string())
}

#[cfg(test)]
pub(crate) mod examples;
#[cfg(test)]
mod tests;
