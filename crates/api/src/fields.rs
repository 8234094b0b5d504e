//! JSON bodies, read field by field so that every fault is reported, and all together.

use crate::{Error, Faults, Rule};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// The greatest JSON body, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// The greatest number of elements of an array.
const ARRAY_LIMIT: usize = 1000;

/// What a body is read into.
pub trait FromFields {
    /// Reads all fields. What is missing or wrong becomes a fault, and any value: it is never seen.
    fn from_fields(fields: &mut Fields) -> Self;
}

/// A JSON body, with every rule of its fields checked. Answers 413, 415 or 422.
pub struct Json<T>(pub T);

impl<S: Sync, T: FromFields> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let mut fields = Fields::from_request(request, state).await?;
        let value = T::from_fields(&mut fields);
        fields.check()?;
        Ok(Self(value))
    }
}

/// A JSON body whose rules need more than the body: the handler reads the fields and calls [`Fields::check`] itself.
impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        check_media_type(&parts.headers)?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self::new(object)),
            Ok(_) => Err(Error::invalid_field("body", "must be a JSON object")),
            Err(error) => Err(Error::invalid_field("body", format!("is not JSON: {error}"))),
        }
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Error> {
    let too_large = || Error::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {BODY_LIMIT} bytes"));
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(too_large());
    }
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Error::invalid_field("body", "did not arrive whole")),
    }
}

/// JSON, with any parameters; none at all is read as JSON.
fn check_media_type(headers: &HeaderMap) -> Result<(), Error> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the Content-Type must be application/json"))
}

/// The fields of a JSON object. `null` is absence; fields that nobody reads are ignored.
pub struct Fields {
    object: Map<String, Value>,
    prefix: String,
    faults: Faults,
}

impl Fields {
    /// The fields of an object.
    pub fn new(object: Map<String, Value>) -> Self {
        Self { object, prefix: String::new(), faults: Faults::default() }
    }

    /// A 422 with all faults, if there are any.
    pub fn check(self) -> Result<(), Error> {
        self.faults.check()
    }

    /// Notes a fault of a field, for rules over several.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.add(format!("{}{name}", self.prefix), message);
    }

    /// A required text.
    pub fn text(&mut self, name: &str, rule: &Rule) -> String {
        let text = self.optional_text(name, rule);
        self.required(name, text)
    }

    /// A text that may be absent.
    pub fn optional_text(&mut self, name: &str, rule: &Rule) -> Option<String> {
        let value = self.take(name)?;
        let Value::String(text) = value else {
            let shown = if rule.is_secret() { &Value::Null } else { &value };
            return self.wrong(name, shown, "a text");
        };
        match rule.fault(&text) {
            Some(fault) => self.fault(name, fault),
            None => return Some(text),
        }
        Some(String::new())
    }

    /// A required `true` or `false`.
    pub fn flag(&mut self, name: &str) -> bool {
        let flag = self.optional_flag(name);
        self.required(name, flag)
    }

    /// A `true` or `false` that may be absent.
    pub fn optional_flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        value.as_bool().or_else(|| self.wrong(name, &value, "true or false"))
    }

    /// A required integer: a JSON number without fraction or exponent.
    pub fn number(&mut self, name: &str, range: RangeInclusive<u64>) -> u64 {
        let number = self.optional_number(name, range);
        self.required(name, number)
    }

    /// An integer that may be absent.
    pub fn optional_number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.take(name)?;
        let expected = format!("an integer from {} to {}", range.start(), range.end());
        match value.as_u64() {
            Some(number) if range.contains(&number) => Some(number),
            _ => self.wrong(name, &value, &expected),
        }
    }

    /// A required id: a positive integer.
    pub fn id(&mut self, name: &str) -> i64 {
        let id = self.optional_id(name);
        self.required(name, id)
    }

    /// An id that may be absent.
    pub fn optional_id(&mut self, name: &str) -> Option<i64> {
        let id = self.optional_number(name, 1..=i64::MAX.unsigned_abs())?;
        i64::try_from(id).ok()
    }

    /// A required array of texts; doubles count once.
    pub fn texts(&mut self, name: &str, rule: &Rule) -> Vec<String> {
        self.elements(name, |fields, name| fields.text(name, rule))
    }

    /// A required array of ids; doubles count once.
    pub fn ids(&mut self, name: &str) -> Vec<i64> {
        self.elements(name, Self::id)
    }

    fn elements<T: PartialEq>(&mut self, name: &str, read: impl Fn(&mut Self, &str) -> T) -> Vec<T> {
        let values = self.array(name);
        let values = self.required(name, values.map(Some)).unwrap_or_default();
        if values.is_empty() && !self.has_fault(name) {
            self.fault(name, format!("is empty: it must have 1 to {ARRAY_LIMIT} elements"));
        }
        let mut elements = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let element = format!("{name}[{index}]");
            self.object.insert(element.clone(), value);
            let value = read(self, &element);
            if !elements.contains(&value) {
                elements.push(value);
            }
        }
        elements
    }

    /// An array of objects, each read as fields of its own; empty when absent. `None` if it is absent.
    pub fn objects<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> T) -> Option<Vec<T>> {
        let values = self.array(name)?;
        let mut objects = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let element = format!("{name}[{index}]");
            let Value::Object(object) = value else {
                self.wrong::<T>(&element, &value, "an object");
                continue;
            };
            let mut fields =
                Self { object, prefix: format!("{}{element}.", self.prefix), faults: std::mem::take(&mut self.faults) };
            objects.push(read(&mut fields));
            self.faults = fields.faults;
        }
        Some(objects)
    }

    /// A required array of objects, which may be empty.
    pub fn required_objects<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        let objects = self.objects(name, read);
        self.required(name, objects)
    }

    fn array(&mut self, name: &str) -> Option<Vec<Value>> {
        let value = self.take(name)?;
        let Value::Array(values) = value else { return self.wrong(name, &value, "an array") };
        if values.len() > ARRAY_LIMIT {
            self.fault(name, format!("has {} elements: it may have {ARRAY_LIMIT}", values.len()));
            return Some(Vec::new());
        }
        Some(values)
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name).filter(|value| !value.is_null())
    }

    /// The value, or a fault unless the field has one already.
    fn required<T: Default>(&mut self, name: &str, value: Option<T>) -> T {
        if value.is_none() && !self.has_fault(name) {
            self.fault(name, "is missing");
        }
        value.unwrap_or_default()
    }

    /// Whether a field has a fault already: rules over several fields then have nothing to go by.
    pub fn has_fault(&self, name: &str) -> bool {
        self.faults.has(&format!("{}{name}", self.prefix))
    }

    fn wrong<T>(&mut self, name: &str, value: &Value, expected: &str) -> Option<T> {
        let mut shown = value.to_string();
        if shown.chars().count() > 60 {
            shown = shown.chars().take(60).chain(['…']).collect();
        }
        self.fault(name, format!("is {shown}: it must be {expected}"));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(body: Value, read: impl Fn(&mut Fields)) -> Vec<String> {
        let Value::Object(object) = body else { panic!("an object") };
        let mut fields = Fields::new(object);
        read(&mut fields);
        fields.faults.fields()
    }

    #[test]
    fn null_is_absence_and_wrong_types_are_faults() {
        let read =
            |fields: &mut Fields| drop((fields.text("a", &Rule::TEXT), fields.flag("b"), fields.number("c", 0..=9)));
        assert_eq!(faults(json!({"a": null, "c": 1.0}), read), ["a", "b", "c"]);
        assert_eq!(faults(json!({"a": 1, "b": "true", "c": "1"}), read), ["a", "b", "c"]);
        assert_eq!(faults(json!({"a": "x", "b": true, "c": 9, "d": 1}), read), [""; 0]);
        assert_eq!(faults(json!({"a": "x", "b": true, "c": -1}), read), ["c"]);
    }

    #[test]
    fn arrays_have_an_element_and_doubles_count_once() {
        let read = |fields: &mut Fields| drop(fields.texts("a", &Rule::TEXT));
        assert_eq!(faults(json!({}), read), ["a"]);
        assert_eq!(faults(json!({"a": []}), read), ["a"]);
        assert_eq!(faults(json!({"a": "x"}), read), ["a"]);
        assert_eq!(faults(json!({"a": ["x", 1, ""]}), read), ["a[1]", "a[2]"]);
        assert_eq!(faults(json!({"a": vec!["x"; 1001]}), read), ["a"]);
        let Value::Object(object) = json!({"a": ["x", "y", "x"]}) else { panic!("an object") };
        let mut fields = Fields::new(object);
        assert_eq!(fields.texts("a", &Rule::TEXT), ["x", "y"]);
    }

    #[test]
    fn faults_inside_arrays_name_the_place() {
        let read = |fields: &mut Fields| drop(fields.objects("port", |port| port.number("port", 1..=65535)));
        assert_eq!(
            faults(json!({"port": [{"port": 1}, {}, {"port": 0}, 7]}), read),
            ["port[1].port", "port[2].port", "port[3]"]
        );
    }
}
