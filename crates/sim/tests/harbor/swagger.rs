//! Every answer is what Harbor's own description says (docs/contracts/harbor-v2.0-swagger.yaml).

use serde_json::{Value, json};

/// The description, made fit for a validator of JSON Schema.
pub(crate) struct Swagger(Value);

impl Swagger {
    pub(crate) fn read() -> Self {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/contracts/harbor-v2.0-swagger.yaml");
        let mut document: Value = serde_norway::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        // What the description does not say and Harbor does (docs/contracts/harbor.md).
        document["definitions"]["Artifact"]["properties"]["tags"]["x-nullable"] = json!(true);
        allow_null(&mut document["definitions"]);
        Self(document)
    }

    /// Holds an answer against the description: its path, method and status must be there, and its body keep the schema. The
    /// description leaves many refusals out: all of them are lists of errors, or have no body.
    #[track_caller]
    pub(crate) fn check(&self, method: &str, path: &str, status: u16, body: &Value) {
        let path = path.split('?').next().unwrap_or_default();
        let name = format!("{method} {path}: {status}");
        let errors = json!({"$ref": "#/definitions/Errors"});
        let schema = if status >= 400 {
            Some(&errors).filter(|_| body != "")
        } else {
            let response = self.resolve(&self.operation(path)[method.to_lowercase()]["responses"][status.to_string()]);
            assert!(!response.is_null(), "{name}: the description knows no such answer");
            response.get("schema")
        };
        let Some(schema) = schema else {
            assert_eq!(body, "", "{name}: a body where there is none");
            return;
        };
        let schema = json!({"allOf": [schema], "definitions": self.0["definitions"]});
        let validator = jsonschema::draft4::options().should_validate_formats(true).build(&schema).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(body).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:?} in {body}");
    }

    /// The entry of the path that has the fewest parameters of those that match.
    fn operation(&self, path: &str) -> &Value {
        let paths = self.0["paths"].as_object().unwrap();
        let matching = paths.iter().filter(|(template, _)| matches(template, path));
        let found = matching.min_by_key(|(template, _)| template.matches('{').count());
        found.unwrap_or_else(|| panic!("{path}: the description knows no such path")).1
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template.zip(path).all(|(part, segment)| part.starts_with('{') || part == segment)
}

/// `x-nullable` is Swagger's; JSON Schema says it with a second type.
fn allow_null(schema: &mut Value) {
    if schema["x-nullable"] == true && schema["type"].is_string() {
        schema["type"] = json!([schema["type"], "null"]);
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(allow_null),
        Value::Array(values) => values.iter_mut().for_each(allow_null),
        _ => {}
    }
}

#[test]
fn a_wrong_answer_is_found() {
    let swagger = Swagger::read();
    let check = |body: Value| std::panic::catch_unwind(|| swagger.check("GET", "/projects/1", 200, &body)).is_ok();
    assert!(check(json!({"project_id": 1, "name": "library", "metadata": {"public": "true"}})));
    assert!(!check(json!({"project_id": "1"})));
    assert!(!check(json!({"metadata": {"public": true}})));
    assert!(!check(json!({"creation_time": "yesterday"})));
}
