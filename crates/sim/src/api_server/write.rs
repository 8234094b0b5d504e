//! The verbs that change objects, with a real server's order of refusals.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::kinds::{Kind, NAMESPACES, NODES, PODS, SECRETS};
use super::refusal::{Cause, Refusal};
use super::request::{Answer, Query, Request, Route, media_type, parse_body};
use super::{ApiServer, MESSAGE_LIMIT, OBJECT_LIMIT, Object, patch, timestamp, validate};

impl ApiServer {
    /// POST: a new object. Refused, in this order, for what cannot be read, a missing namespace, a broken rule, a name
    /// that is taken, and its size.
    pub(super) fn create(&mut self, route: &Route, request: Request) -> Result<Answer, Refusal> {
        let kind = route.kind;
        let mut object = read(route, request)?;
        if !object["metadata"]["resourceVersion"].is_null() {
            return Err(Refusal::bad_request("resourceVersion should not be set on objects to be created"));
        }
        if kind.namespaced && !self.has_namespace(&route.namespace) {
            return Err(Refusal::not_found(&NAMESPACES, &route.namespace));
        }
        if let Some(meta) = object["metadata"].as_object_mut() {
            for owned in ["uid", "creationTimestamp", "generation", "managedFields", "deletionTimestamp", "selfLink"] {
                meta.remove(owned);
            }
        }
        if !kind.custom {
            object["status"] = json!({});
        }
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        fill_in(kind, &mut object)?;
        validate::check(kind, &name, &object, None)?;
        if self.get(kind, &route.namespace, &name).is_some() {
            return Err(Refusal::already_exists(kind, &name));
        }
        fits(&object)?;
        Ok(Answer { code: 201, body: self.put(kind, object).text.clone() })
    }

    /// PUT: an object in place of the one that is there.
    pub(super) fn replace(&mut self, route: &Route, name: &str, request: Request) -> Result<Answer, Refusal> {
        let object = read(route, request)?;
        if object["metadata"]["name"] != json!(name) {
            return Err(Refusal::bad_request(format!(
                "the name of the object ({}) does not match the name on the URL ({name})",
                object["metadata"]["name"].as_str().unwrap_or_default()
            )));
        }
        self.update(route, name, object)
    }

    /// PATCH: JSON Patch is the one form that commands have.
    pub(super) fn patch(&mut self, route: &Route, name: &str, request: Request) -> Result<Answer, Refusal> {
        if media_type(request) != "application/json-patch+json" {
            return Err(Refusal::unsupported_media_type());
        }
        let object = self.existing(route, name)?;
        let patched = patch::apply(object.value.clone(), request.body)?;
        well_formed(&patched)?;
        if ["name", "namespace"].iter().any(|member| patched["metadata"][member] != object.value["metadata"][member]) {
            return Err(Refusal::bad_request("the name and the namespace of an object cannot be patched"));
        }
        self.update(route, name, patched)
    }

    fn existing(&self, route: &Route, name: &str) -> Result<Arc<Object>, Refusal> {
        self.get(route.kind, &route.namespace, name).cloned().ok_or_else(|| Refusal::not_found(route.kind, name))
    }

    fn update(&mut self, route: &Route, name: &str, mut object: Value) -> Result<Answer, Refusal> {
        let kind = route.kind;
        let before = self.existing(route, name)?;
        let version = object["metadata"]["resourceVersion"].as_str().unwrap_or_default();
        if version.is_empty() && kind.custom {
            let cause = Cause {
                field: "metadata.resourceVersion".into(),
                reason: "FieldValueInvalid",
                message: "Invalid value: 0: must be specified for an update".into(),
            };
            return Err(Refusal::invalid(kind, name, &[cause]));
        }
        if !version.is_empty() && version != before.meta("resourceVersion") {
            let why = "the object has been modified; please apply your changes to the latest version and try again";
            return Err(Refusal::conflict(kind, name, why));
        }
        for owned in ["uid", "creationTimestamp", "generation", "resourceVersion"] {
            object["metadata"][owned] = before.value["metadata"][owned].clone();
        }
        if !kind.custom {
            object["status"] = before.value["status"].clone();
        }
        fill_in(kind, &mut object)?;
        drop_nulls(&mut object["metadata"]);
        validate::check(kind, name, &object, Some(&before.value))?;
        fits(&object)?;
        if object == before.value {
            return Ok(Answer::ok(before.text.clone()));
        }
        Ok(Answer::ok(self.put(kind, object).text.clone()))
    }

    /// DELETE of one object. What it owns goes with it in the background, unless it is told to leave it.
    pub(super) fn delete(&mut self, route: &Route, name: &str, query: &Query, body: &[u8]) -> Result<Answer, Refusal> {
        let kind = route.kind;
        let options: Value = if body.is_empty() { json!({}) } else { serde_json::from_slice(body).unwrap_or_default() };
        let object = self.existing(route, name)?;
        let policy = query.get("propagationPolicy").or(options["propagationPolicy"].as_str()).unwrap_or("Background");
        if !["Background", "Foreground", "Orphan"].contains(&policy) {
            return Err(Refusal::bad_request(format!("invalid propagationPolicy {policy:?}")));
        }
        if let Some(wanted) = options["preconditions"]["uid"].as_str().filter(|uid| *uid != object.meta("uid")) {
            let why = format!("the UID in the precondition ({wanted}) does not match the UID in record");
            return Err(Refusal::conflict(kind, name, &why));
        }
        if policy == "Orphan" {
            self.orphan(&route.namespace, object.meta("uid"));
        }
        self.remove(kind, &route.namespace, name);
        if *kind == PODS {
            let mut last = object.value.clone();
            last["metadata"]["deletionTimestamp"] = json!(timestamp());
            return Ok(Answer::ok(last.to_string()));
        }
        let details = json!({"name": name, "group": kind.group, "kind": kind.resource, "uid": object.meta("uid")});
        let status =
            json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details});
        Ok(Answer::ok(status.to_string()))
    }

    /// DELETE of a collection: all that the selectors mean.
    pub(super) fn delete_collection(&mut self, route: &Route, query: &Query) -> Result<Answer, Refusal> {
        if route.kind.namespaced && route.namespace.is_empty() {
            return Err(Refusal::method_not_allowed());
        }
        let selector = query.selector()?;
        let meant: Vec<String> = self
            .all(route.kind)
            .filter(|object| object.meta("namespace") == route.namespace && selector.matches(&object.value))
            .map(|object| object.meta("name").to_owned())
            .collect();
        let removed: Vec<String> = meant
            .iter()
            .filter_map(|name| self.remove(route.kind, &route.namespace, name))
            .map(|object| object.text.clone())
            .collect();
        let head = format!("\"kind\":\"{}List\",\"apiVersion\":\"{}\"", route.kind.name, route.kind.api_version());
        let meta = json!({"resourceVersion": self.revision().to_string()});
        Ok(Answer::ok(format!("{{{head},\"metadata\":{meta},\"items\":[{}]}}", removed.join(","))))
    }

    /// Takes an owner's name off its pods, which then stay.
    fn orphan(&mut self, namespace: &str, owner: &str) {
        let is_owned = |object: &&Arc<Object>| {
            object.meta("namespace") == namespace && object.value["metadata"]["ownerReferences"][0]["uid"] == owner
        };
        let pods: Vec<Value> = self.all(&PODS).filter(is_owned).map(|object| object.value.clone()).collect();
        for mut pod in pods {
            pod["metadata"]["ownerReferences"] = json!([]);
            self.put(&PODS, pod);
        }
    }
}

/// Reads an object that is meant for a path.
fn read(route: &Route, request: Request) -> Result<Value, Refusal> {
    let kind = route.kind;
    if kind.namespaced && route.namespace.is_empty() {
        return Err(Refusal::method_not_allowed());
    }
    let mut object = parse_body(request)?;
    if object["kind"] != json!(kind.name) || object["apiVersion"] != json!(kind.api_version()) {
        return Err(Refusal::bad_request(format!(
            "the object provided is unrecognized: apiVersion and kind must be {} and {}",
            kind.api_version(),
            kind.name
        )));
    }
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    let meta = &mut object["metadata"];
    if kind.namespaced {
        if meta["namespace"].as_str().is_some_and(|namespace| namespace != route.namespace) {
            return Err(Refusal::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        meta["namespace"] = json!(route.namespace);
    }
    drop_nulls(&mut object["metadata"]);
    if !kind.custom {
        drop_nulls(&mut object);
    }
    well_formed(&object)?;
    Ok(object)
}

/// Refuses an object whose outermost members are not maps, where all others are looked for.
fn well_formed(object: &Value) -> Result<(), Refusal> {
    let map = |value: &Value, what: &str| {
        let message = format!("json: cannot unmarshal {what} into Go value: it must be an object");
        if value.is_null() || value.is_object() { Ok(()) } else { Err(Refusal::bad_request(message)) }
    };
    if !object["metadata"].is_object() {
        return Err(Refusal::bad_request("json: an object needs metadata"));
    }
    for member in ["spec", "status", "data"] {
        map(&object[member], member)?;
    }
    for member in ["labels", "annotations"] {
        map(&object["metadata"][member], member)?;
    }
    Ok(())
}

/// A null is as good as nothing in an object.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, member| !member.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Fills in what a server fills in, as far as somebody here looks at it.
fn fill_in(kind: &Kind, object: &mut Value) -> Result<(), Refusal> {
    if *kind == NAMESPACES {
        object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"].clone();
        object["status"] = json!({"phase": "Active"});
    }
    if kind.resource == "deployments" && object["spec"].is_object() && object["spec"]["replicas"].is_null() {
        object["spec"]["replicas"] = json!(1);
    }
    if *kind == NODES && !object["spec"].is_object() {
        object["spec"] = json!({});
    }
    if *kind == SECRETS {
        if object["type"].is_null() {
            object["type"] = json!("Opaque");
        }
        let texts = object.as_object_mut().and_then(|object| object.remove("stringData"));
        for (key, text) in texts.iter().filter_map(Value::as_object).flatten() {
            let text = text.as_str().ok_or_else(|| Refusal::bad_request("stringData must be a map of texts"))?;
            object["data"][key] = json!(STANDARD.encode(text));
        }
    }
    Ok(())
}

/// The store refuses what is too large.
fn fits(object: &Value) -> Result<(), Refusal> {
    match object.to_string().len() {
        size if size > MESSAGE_LIMIT => Err(Refusal::too_large_message(size)),
        size if size > OBJECT_LIMIT => Err(Refusal::too_large()),
        _ => Ok(()),
    }
}
