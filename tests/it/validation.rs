//! Every parameter of every endpoint, with values that it takes and values that it does not (docs/semantics.md, Conventions):
//! one table for each group.

mod businesses;
mod users;

use harness::{Answer, Client, with};
use serde_json::{Value, json};

/// Texts that would do harm where they were more than a text.
pub(crate) const INJECTIONS: [&str; 8] = [
    "x'; DROP TABLE user; --",
    "\" OR 1=1 --",
    "%' OR '1'='1",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "{{ secrets_key }} ${jndi:ldap://x}",
    "x\r\nSet-Cookie: a=b",
    "\u{202e}\u{feff}😀e\u{301}",
];

/// What the values of a field are like.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A text with a rule of its own, that no injection keeps.
    Strict,
    /// Any text of so many characters that is not blank.
    Text(usize),
    /// Any text of so many characters, or none.
    Free(usize),
    /// `true` or `false`.
    Flag,
    /// An integer within these bounds.
    Number(i64, i64),
    /// An id, which may be absent.
    OptionalId,
}

impl Kind {
    /// Values that no field of this kind takes.
    fn wrong(self) -> Vec<Value> {
        let not_a_text = [json!(7), json!(true), json!(["x"]), json!({"x": "y"}), json!("a\0b")];
        let too_long = |most: usize| [json!("x".repeat(most + 1)), json!("😀".repeat(most + 1))];
        let blank = [json!(""), json!(" "), json!("\t\n\u{3000}")];
        let no_number =
            [json!("1"), json!(1.0), json!(1.5), json!(1e3), json!(true), json!([1]), json!(-1), json!("x")];
        match self {
            Self::Strict => {
                let injections = INJECTIONS.map(Value::from);
                not_a_text.into_iter().chain(too_long(1000)).chain(blank).chain(injections).collect()
            }
            Self::Text(most) => not_a_text.into_iter().chain(too_long(most)).chain(blank).collect(),
            Self::Free(most) => not_a_text.into_iter().chain(too_long(most)).collect(),
            Self::Flag => vec![json!("true"), json!(1), json!(0), json!([]), json!("")],
            Self::Number(least, most) => {
                no_number.into_iter().chain([json!(least - 1), json!(most + 1), json!(u64::MAX)]).collect()
            }
            Self::OptionalId => no_number.into_iter().chain([json!(0), json!(u64::MAX), json!("")]).collect(),
        }
    }

    /// Values that every field of this kind takes.
    fn right(self) -> Vec<Value> {
        match self {
            Self::Strict | Self::OptionalId => Vec::new(),
            Self::Text(most) => vec![json!("x"), json!("😀".repeat(most))],
            Self::Free(most) => vec![json!(""), json!(" "), json!("😀".repeat(most))],
            Self::Flag => vec![json!(true), json!(false)],
            Self::Number(least, most) => vec![json!(least), json!(most)],
        }
    }
}

/// A field of a body: its name, its kind, and values of its own that it does not take and that it takes.
pub(crate) type Field = (&'static str, Kind, &'static [&'static str], &'static [&'static str]);

/// An endpoint with a body.
pub(crate) struct Endpoint<'a> {
    pub(crate) client: &'a Client,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// A body that is right, another one each time where something is made of it.
    pub(crate) body: &'a dyn Fn() -> Value,
    /// What a right body may be answered.
    pub(crate) accepted: &'static [u16],
    pub(crate) fields: &'a [Field],
}

impl Endpoint<'_> {
    fn send(&self, body: &Value) -> Answer {
        self.client.request(self.method, &self.path).json(body).send()
    }

    /// The body with this value of a field; without the field for `None`.
    fn body_with(&self, field: &str, value: Option<Value>) -> Value {
        let mut body = (self.body)();
        match value {
            Some(value) => body = with(body, json!({ field: value })),
            None => drop(body.as_object_mut().unwrap().remove(field)),
        }
        body
    }

    /// Asks with every value of the table.
    pub(crate) fn check(&self) {
        for &(name, kind, wrong, right) in self.fields {
            for value in kind.wrong().into_iter().chain(wrong.iter().map(|text| json!(text))) {
                self.refuses(name, Some(value));
            }
            for value in kind.right().into_iter().chain(right.iter().map(|text| json!(text))) {
                self.accepts(name, Some(value));
            }
            for absence in [None, Some(Value::Null)] {
                if matches!(kind, Kind::OptionalId) {
                    self.accepts(name, absence);
                } else {
                    self.refuses(name, absence);
                }
            }
        }
        self.reports_all_faults_together();
    }

    fn refuses(&self, name: &str, value: Option<Value>) {
        let shown = format!("{} {}: {name} = {value:?}", self.method, self.path);
        let answer = self.send(&self.body_with(name, value));
        assert_eq!(answer.status(), 422, "{shown}: {answer}");
        assert_eq!(answer.faults(), [name], "{shown}");
        assert!(answer.message().contains(name), "{shown}: the message names the field: {answer}");
    }

    fn accepts(&self, name: &str, value: Option<Value>) {
        let shown = format!("{} {}: {name} = {value:?}", self.method, self.path);
        let answer = self.send(&self.body_with(name, value));
        assert!(self.accepted.contains(&answer.status()), "{shown}: {answer}");
    }

    fn reports_all_faults_together(&self) {
        let wrong = |(name, ..): &Field| ((*name).to_owned(), json!({}));
        let answer = self.send(&self.fields.iter().map(wrong).collect());
        let mut faults = answer.expect(422).faults().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let mut names: Vec<_> = self.fields.iter().map(|(name, ..)| (*name).to_owned()).collect();
        faults.sort_unstable();
        names.sort_unstable();
        assert_eq!(faults, names, "{} {}", self.method, self.path);
    }
}

/// A parameter of a query: its name, values that it does not take and values that it takes.
pub(crate) type Parameter = (&'static str, &'static [&'static str], &'static [&'static str]);

/// The parameters of a list's page.
pub(crate) const PAGE: Parameter =
    ("page", &["0", "-1", "1000001", "1.5", "1e3", "x", "+1", " 1", "１", "1;DROP"], &["1", "1000000", "", "01"]);
/// …and of its size.
pub(crate) const PAGE_SIZE: Parameter =
    ("pageSize", &["-1", "1001", "99999999999999999999", "1.0", "x", "null"], &["0", "1", "1000", ""]);
/// …and of its direction.
pub(crate) const ORDER: Parameter = ("order", &["ASC", "up", "asc,desc", "asc; --", "0"], &["asc", "desc", ""]);

/// A text, percent-encoded as a query's value.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

/// Asks a list with every value of its parameters.
pub(crate) fn check_query(client: &Client, path: &str, parameters: &[Parameter]) {
    for (name, wrong, right) in parameters {
        for value in *wrong {
            let answer = client.get(&format!("{path}?{name}={}", encoded(value)));
            assert_eq!(answer.expect(422).faults(), [*name], "{path}: {name} = {value:?}");
        }
        for value in *right {
            client.get(&format!("{path}?{name}={}", encoded(value))).expect(200);
        }
    }
    let all: String =
        parameters.iter().filter_map(|(name, wrong, _)| Some(format!("{name}={}&", encoded(wrong.first()?)))).collect();
    let with_faults = parameters.iter().filter(|(_, wrong, _)| !wrong.is_empty()).count();
    assert_eq!(client.get(&format!("{path}?{all}")).expect(422).faults().len(), with_faults, "{path}?{all}");
}

/// Asks an endpoint with ids that are none; `{id}` stands in the path.
pub(crate) fn check_id(client: &Client, method: &str, path: &str, body: &Value) {
    let ask = |id: &str| {
        let path = path.replace("{id}", id);
        let request = client.request(method, &path);
        if method == "GET" { request.send() } else { request.json(body).send() }
    };
    for id in [
        "0",
        "-1",
        "+1",
        "x",
        "1.5",
        "1e3",
        "99999999999999999999",
        "%00",
        "%D9%A1",
        "1%20OR%201%3D1",
        "1%2F..%2F2",
        "null",
    ] {
        let answer = ask(id);
        assert_eq!(answer.status(), 422, "{id}: {answer}");
    }
    for id in ["999999999", "9223372036854775807"] {
        ask(id).expect(404);
    }
}
