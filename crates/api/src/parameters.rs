//! Query parameters, read one by one so that every fault is reported, and all together.

use crate::{Error, Faults, Rule};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::collections::HashMap;
use store::{Order, Paging, TextFilter};

/// What a query is read into.
pub trait FromParameters {
    /// Reads all parameters. What is wrong becomes a fault, and any value: it is never seen.
    fn from_parameters(parameters: &mut Parameters) -> Self;
}

/// A query, with every rule of its parameters checked. Answers 422.
pub struct Query<T>(pub T);

impl<S: Sync, T: FromParameters> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let mut parameters = Parameters::new(parts.uri.query().unwrap_or_default());
        let value = T::from_parameters(&mut parameters);
        parameters.faults.check()?;
        Ok(Self(value))
    }
}

/// The parameters of a query. An empty value is absence, of a repeated one the last counts, unknown ones are ignored.
pub struct Parameters {
    values: HashMap<String, String>,
    faults: Faults,
}

impl Parameters {
    fn new(query: &str) -> Self {
        let values = form_urlencoded::parse(query.as_bytes()).into_owned().collect::<HashMap<_, _>>();
        Self { values: values.into_iter().filter(|(_, value)| !value.is_empty()).collect(), faults: Faults::default() }
    }

    /// Notes a fault of a parameter, for rules over several.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.add(name, message);
    }

    /// A text that may be absent; a literal, 1,000 characters at most.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let text = self.values.remove(name)?;
        if let Some(fault) = Rule::FREE.fault(&text) {
            self.fault(name, fault);
        }
        Some(text)
    }

    /// A filter and its mode, `<name>Mode`: `partial` when absent, and checked even without the filter.
    pub fn text_filter(&mut self, name: &str) -> TextFilter {
        let mode = self.choice(&format!("{name}Mode"), &["partial", "prefix", "strict"]);
        match (self.text(name), mode) {
            (None, _) => TextFilter::Any,
            (Some(text), "prefix") => TextFilter::Prefix(text),
            (Some(text), "strict") => TextFilter::Strict(text),
            (Some(text), _) => TextFilter::Partial(text),
        }
    }

    /// One of several words; the first when absent.
    pub fn choice(&mut self, name: &str, words: &[&'static str]) -> &'static str {
        let first = words.first().copied().unwrap_or_default();
        let Some(text) = self.values.remove(name) else { return first };
        words.iter().copied().find(|word| *word == text).unwrap_or_else(|| {
            self.fault(name, format!("is {:?}: it must be one of {}", shorten(&text), words.join(", ")));
            first
        })
    }

    /// A direction of sorting, `order`.
    pub fn order(&mut self, absent: Order) -> Order {
        let words = if absent == Order::Ascending { ["asc", "desc"] } else { ["desc", "asc"] };
        if self.choice("order", &words) == "asc" { Order::Ascending } else { Order::Descending }
    }

    /// `page` and `pageSize`, with the size that holds when it is absent.
    pub fn paging(&mut self, page_size: i64) -> Paging {
        Paging { page: self.number("page", 1, 1_000_000, 1), page_size: self.number("pageSize", 0, 1000, page_size) }
    }

    fn number(&mut self, name: &str, least: i64, most: i64, absent: i64) -> i64 {
        let Some(text) = self.values.remove(name) else { return absent };
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let number = if digits.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None };
        match number {
            Some(number) if (least..=most).contains(&number) => number,
            _ => {
                self.fault(name, format!("is {:?}: it must be an integer from {least} to {most}", shorten(&text)));
                absent
            }
        }
    }

    /// `field`: names of what rows are to hold, out of those that they can have. `None` when absent: everything.
    pub fn fields(&mut self, known: &[&str]) -> Option<Vec<String>> {
        let text = self.values.remove("field")?;
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        for name in &names {
            if !known.contains(&name.as_str()) {
                self.fault("field", format!("names {:?}: known are {}", shorten(name), known.join(", ")));
            }
        }
        Some(names)
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() > 60 { text.chars().take(60).chain(['…']).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(query: &str, read: impl Fn(&mut Parameters)) -> Vec<String> {
        let mut parameters = Parameters::new(query);
        read(&mut parameters);
        parameters.faults.fields()
    }

    #[test]
    fn an_empty_value_is_absence_and_the_last_of_several_counts() {
        let mut parameters = Parameters::new("page=&name=a&name=b%20c&pageSize=0&x=1");
        assert_eq!(parameters.paging(10).page, 1);
        assert_eq!(parameters.text("name").as_deref(), Some("b c"));
    }

    #[test]
    fn pages_have_bounds() {
        for bad in ["page=0", "page=1000001", "page=x", "page=1.5", "page=%2B1"] {
            assert_eq!(faults(bad, |p| _ = p.paging(10)), ["page"], "{bad}");
        }
        for bad in ["pageSize=-1", "pageSize=1001", "pageSize=1e2", "pageSize=99999999999999999999"] {
            assert_eq!(faults(bad, |p| _ = p.paging(10)), ["pageSize"], "{bad}");
        }
        for good in ["page=1000000&pageSize=1000", "pageSize=0", ""] {
            assert_eq!(faults(good, |p| _ = p.paging(10)), [""; 0], "{good}");
        }
    }

    #[test]
    fn a_filter_has_a_mode_that_is_checked_even_without_it() {
        let filter = |query| Parameters::new(query).text_filter("appName");
        assert_eq!(filter("appNameMode=strict"), TextFilter::Any);
        assert_eq!(filter("appName=a%25"), TextFilter::Partial("a%".to_owned()));
        assert_eq!(filter("appName=a&appNameMode=prefix"), TextFilter::Prefix("a".to_owned()));
        assert_eq!(filter("appName=a&appNameMode=strict"), TextFilter::Strict("a".to_owned()));
        assert_eq!(faults("appNameMode=exact", |p| _ = p.text_filter("appName")), ["appNameMode"]);
    }

    #[test]
    fn unknown_words_are_faults() {
        assert_eq!(
            faults("order=up&orderBy=name", |p| _ = (p.order(Order::Ascending), p.choice("orderBy", &["id"]))),
            ["order", "orderBy"]
        );
        assert_eq!(faults("field=id,nam", |p| drop(p.fields(&["id", "name"]))), ["field"]);
    }
}
