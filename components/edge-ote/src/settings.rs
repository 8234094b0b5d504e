//! What the importer's variables say (docs/design.md, "Variables").

use std::sync::OnceLock;
use std::time::Duration;

use spin_sdk::variables;

use crate::bindings::shim::Error;

/// Where the center is and how patient we are.
#[derive(Debug, PartialEq)]
pub(crate) struct Settings {
    /// `scheme://host[:port]`, without a trailing slash.
    pub(crate) url: String,
    /// Bearer token; "" sends none.
    pub(crate) token: String,
    /// The longest silence of a call.
    pub(crate) timeout: Duration,
}

/// Reading a variable is dear on Spin (docs/contracts/spin-host.md): once per instance. They are no caller's secret.
static SETTINGS: OnceLock<Settings> = OnceLock::new();

impl Settings {
    /// The settings; `invalid` names the variable that is missing or breaks its rule. Requests that come first at the
    /// same time each read them: none waits for another.
    pub(crate) async fn get() -> Result<&'static Self, Error> {
        if let Some(settings) = SETTINGS.get() {
            return Ok(settings);
        }
        let url = variable("center_url", "").await?;
        let token = variable("center_token", "").await?;
        let timeout = variable("outbound_timeout_ms", "5000").await?;
        let settings = Self::parse(&url, token, &timeout).map_err(Error::Invalid)?;
        Ok(SETTINGS.get_or_init(|| settings))
    }

    fn parse(url: &str, token: String, timeout: &str) -> Result<Self, String> {
        if url.is_empty() {
            return Err("the variable center_url is not set: it names the OTE center".to_owned());
        }
        let url = url.strip_suffix('/').unwrap_or(url);
        let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or_default();
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]_".contains(c);
        if host.is_empty() || !host.chars().all(lower) {
            return Err("the variable center_url must be lower-case scheme://host[:port] without a path".to_owned());
        }
        if !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err("the variable center_token must be one word of ASCII".to_owned());
        }
        let timeout = match timeout.parse() {
            Ok(ms @ 1..=600_000) => Duration::from_millis(ms),
            _ => return Err("the variable outbound_timeout_ms must be a number from 1 to 600000".to_owned()),
        };
        Ok(Self { url: url.to_owned(), token, timeout })
    }
}

async fn variable(name: &str, default: &str) -> Result<String, Error> {
    match variables::get(name).await {
        Ok(value) => Ok(value),
        Err(variables::Error::Undefined(_)) => Ok(default.to_owned()),
        Err(_) => Err(Error::Invalid(format!("the variable {name} cannot be read"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str, token: &str, timeout: &str) -> Result<Settings, String> {
        Settings::parse(url, token.to_owned(), timeout)
    }

    #[test]
    fn a_trailing_slash_of_the_url_is_allowed() {
        let want = Settings {
            url: "http://127.0.0.1:7001".to_owned(),
            token: "t".to_owned(),
            timeout: Duration::from_secs(5),
        };
        assert_eq!(parse("http://127.0.0.1:7001/", "t", "5000"), Ok(want));
    }

    #[test]
    fn a_missing_url_is_named() {
        assert!(parse("", "", "5000").unwrap_err().contains("center_url"));
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        for url in ["center:7001", "ftp://center", "http://", "http://Center", "http://center/api", "http://a b"] {
            assert!(parse(url, "", "5000").unwrap_err().contains("center_url"), "{url}");
        }
        assert!(parse("http://center", "a\r\nX: y", "5000").unwrap_err().contains("center_token"));
        for timeout in ["", "0", "-1", "5s", "600001"] {
            assert!(parse("http://center", "", timeout).unwrap_err().contains("outbound_timeout_ms"), "{timeout}");
        }
    }
}
