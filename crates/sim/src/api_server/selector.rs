//! Label and field selectors.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// How a requirement holds a key against its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Operator {
    /// The key has one of the values.
    In,
    /// The key is missing, or has none of the values.
    NotIn,
    /// The key is there.
    Exists,
    /// The key is not there.
    DoesNotExist,
}

/// One condition on an object's labels; also a `matchExpressions` entry of an object.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Requirement {
    pub(crate) key: String,
    pub(crate) operator: Operator,
    #[serde(default)]
    pub(crate) values: Vec<String>,
}

impl Requirement {
    /// Whether labels (an object's map, or none) meet it.
    pub(crate) fn holds(&self, labels: Option<&Map<String, Value>>) -> bool {
        let value = labels.and_then(|labels| labels.get(&self.key)).and_then(Value::as_str);
        let listed = value.is_some_and(|value| self.values.iter().any(|known| known == value));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    /// One requirement of a selector's text.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let of = |key: &str, operator, values: Vec<String>| {
            let key = key.trim().to_owned();
            let sound = !key.is_empty() && !key.contains(|c: char| c.is_whitespace() || "()!=,".contains(c));
            sound.then_some(Self { key, operator, values })
        };
        let one = |value: &str| vec![value.trim().to_owned()];
        if let Some((key, value)) = text.split_once("!=") {
            return of(key, Operator::NotIn, one(value));
        }
        if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
            return of(key, Operator::In, one(value));
        }
        if let Some(key) = text.strip_prefix('!') {
            return of(key, Operator::DoesNotExist, Vec::new());
        }
        let Some((head, set)) = text.split_once('(') else { return of(text, Operator::Exists, Vec::new()) };
        let values = set.trim_end().strip_suffix(')')?.split(',').map(|value| value.trim().to_owned()).collect();
        match head.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, "in"] => of(key, Operator::In, values),
            [key, "notin"] => of(key, Operator::NotIn, values),
            _ => None,
        }
    }
}

/// What a list, a watch or a deletion of a collection is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<(Field, String, bool)>,
}

/// A field that can be selected by.
#[derive(Debug, Clone, Copy)]
enum Field {
    Name,
    Namespace,
    NodeName,
    Phase,
}

impl Selector {
    /// Reads `labelSelector` and `fieldSelector`; a 400 where one cannot be understood.
    pub(crate) fn parse(labels: Option<&str>, fields: Option<&str>) -> Result<Self, Refusal> {
        let mut selector = Self::default();
        for part in split_outside_parentheses(labels.unwrap_or_default()) {
            let requirement = Requirement::parse(part)
                .ok_or_else(|| Refusal::bad_request(format!("unable to parse requirement: {part:?}")))?;
            selector.labels.push(requirement);
        }
        for part in fields.unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
            let (name, value, equal) = match part.split_once("!=") {
                Some((name, value)) => (name, value, false),
                None => match part.split_once("==").or_else(|| part.split_once('=')) {
                    Some((name, value)) => (name, value, true),
                    None => return Err(Refusal::bad_request(format!("invalid selector: {part:?}"))),
                },
            };
            let field = match name {
                "metadata.name" => Field::Name,
                "metadata.namespace" => Field::Namespace,
                "spec.nodeName" => Field::NodeName,
                "status.phase" => Field::Phase,
                _ => return Err(Refusal::bad_request(format!("field label not supported: {name}"))),
            };
            selector.fields.push((field, value.to_owned(), equal));
        }
        Ok(selector)
    }

    /// Whether an object is meant.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        let labels = object["metadata"]["labels"].as_object();
        self.labels.iter().all(|requirement| requirement.holds(labels))
            && self.fields.iter().all(|(field, wanted, equal)| {
                let value = match field {
                    Field::Name => &object["metadata"]["name"],
                    Field::Namespace => &object["metadata"]["namespace"],
                    Field::NodeName => &object["spec"]["nodeName"],
                    Field::Phase => &object["status"]["phase"],
                };
                (value.as_str().unwrap_or_default() == wanted) == *equal
            })
    }
}

/// Splits at commas, those of a value set excepted.
fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Selector;

    fn selects(labels: &str) -> bool {
        let object = json!({"metadata": {"labels": {"app": "a", "tier": "front"}}});
        Selector::parse(Some(labels), None).unwrap().matches(&object)
    }

    #[test]
    fn every_form_of_a_label_requirement_is_understood() {
        for matching in [
            "",
            "app",
            "app=a",
            "app==a",
            "app = a",
            "app!=b",
            "!other",
            "other!=x",
            "app in (a, b),tier",
            "tier notin (back)",
        ] {
            assert!(selects(matching), "{matching}");
        }
        for other in ["other", "app=b", "app!=a", "!app", "app in (b,c)", "app notin (a)", "app=a,tier=back"] {
            assert!(!selects(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for text in ["app in a", "app in (a", "a b", "=x", "app within (a)"] {
            assert!(Selector::parse(Some(text), None).is_err(), "{text}");
        }
        assert!(Selector::parse(None, Some("spec.unknown=1")).is_err());
    }
}
