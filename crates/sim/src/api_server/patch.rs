//! JSON Patch (RFC 6902) as an API server applies it: more forgiving than the RFC in two ways
//! (docs/contracts/kubernetes.md).

use json_patch::jsonptr::Pointer;
use json_patch::{AddOperation, Patch, PatchOperation};
use serde_json::Value;

use super::refusal::Refusal;

/// Applies a patch's operations in their order; every failure is the same 422.
pub(super) fn apply(mut object: Value, body: &[u8]) -> Result<Value, Refusal> {
    let patch: Patch =
        serde_json::from_slice(body).map_err(|error| Refusal::bad_request(format!("error decoding patch: {error}")))?;
    for operation in patch.0 {
        let operation = match operation {
            PatchOperation::Test(test) if test.value.is_null() && lacks_member(&object, &test.path) => continue,
            PatchOperation::Replace(replace) if lacks_member(&object, &replace.path) => {
                PatchOperation::Add(AddOperation { path: replace.path, value: replace.value })
            }
            operation => operation,
        };
        json_patch::patch(&mut object, &[operation]).map_err(|_| Refusal::patch_failed())?;
    }
    Ok(object)
}

/// Whether a path leads to a member that an existing map does not have: a test for null holds there, and a replacement
/// adds it.
fn lacks_member(object: &Value, path: &Pointer) -> bool {
    let Some((parent, member)) = path.split_back() else { return false };
    matches!(parent.resolve(object), Ok(Value::Object(map)) if !map.contains_key(member.decoded().as_ref()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::apply;

    fn patched(patch: &Value) -> Option<Value> {
        apply(json!({"metadata": {"labels": {"a": "1"}}, "list": [1]}), patch.to_string().as_bytes()).ok()
    }

    #[test]
    fn a_replacement_of_a_missing_member_adds_it() {
        let object = patched(&json!([{"op": "replace", "path": "/metadata/labels/b~1c", "value": "2"}])).unwrap();
        assert_eq!(object["metadata"]["labels"], json!({"a": "1", "b/c": "2"}));
    }

    #[test]
    fn a_missing_map_is_added_behind_a_test_for_null() {
        let guarded =
            |map: &str| json!([{"op": "test", "path": map, "value": null}, {"op": "add", "path": map, "value": {}}]);
        assert!(patched(&guarded("/metadata/annotations")).is_some());
        assert!(patched(&guarded("/metadata/labels")).is_none());
        assert!(patched(&json!([{"op": "add", "path": "/metadata/annotations/x", "value": ""}])).is_none());
    }

    #[test]
    fn what_is_not_there_cannot_be_removed() {
        assert!(patched(&json!([{"op": "remove", "path": "/metadata/labels/b"}])).is_none());
        assert!(patched(&json!([{"op": "replace", "path": "/list/3", "value": 1}])).is_none());
    }
}
