//! Which hosts a component may call: `allowed_outbound_hosts`, with Spin's grammar (docs/contracts/spin-host.md).

use std::net::IpAddr;
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use http::Uri;
use ipnet::IpNet;

use crate::variables::Variables;

/// The hosts that a component may call.
#[derive(Debug)]
pub(crate) enum AllowedHosts {
    Patterns(Vec<HostPattern>),
    /// An entry cannot be read, so that, as in Spin, every call is denied. Why, for the log.
    Broken(String),
}

/// `scheme://host:port`, each of which may be a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HostPattern {
    /// None is any.
    scheme: Option<String>,
    host: Host,
    port: Port,
}

#[derive(Debug, PartialEq, Eq)]
enum Host {
    Any,
    /// With its leading dot.
    Below(String),
    Named(String),
    /// URLs with an address, never names that resolve to one.
    Network(IpNet),
    /// Spin's `self`: URLs without a host, which cannot be called here.
    Itself,
}

#[derive(Debug, PartialEq, Eq)]
enum Port {
    Any,
    /// As in Spin, without the end.
    Among(Range<u16>),
    One(u16),
}

impl AllowedHosts {
    /// Fills a component's entries. One that is empty then is skipped; one that cannot be read denies every call.
    pub(crate) fn read(entries: &[String], variables: &Variables) -> Self {
        let mut patterns = Vec::new();
        for entry in entries {
            let pattern = variables.fill(entry).and_then(|filled| {
                let skipped = filled.trim().is_empty() && entry.contains("{{");
                (!skipped).then(|| HostPattern::parse(&filled)).transpose()
            });
            match pattern {
                Ok(pattern) => patterns.extend(pattern),
                // The entry as it stands in the manifest: the filled one may hold a secret.
                Err(error) => return Self::Broken(format!("allowed_outbound_hosts: \"{entry}\": {error:#}")),
            }
        }
        Self::Patterns(patterns)
    }

    /// Whether a URL may be called.
    pub(crate) fn allow(&self, uri: &Uri) -> bool {
        match self {
            Self::Patterns(patterns) => patterns.iter().any(|pattern| pattern.allows(uri)),
            Self::Broken(_) => false,
        }
    }
}

impl HostPattern {
    fn parse(text: &str) -> Result<Self> {
        let (scheme, rest) = text.trim().split_once("://").context("no scheme, as in `https://` or `*://`")?;
        ensure!(scheme == "*" || scheme.chars().all(char::is_alphabetic), "a scheme is letters or `*`");
        let (host, port) = split_port(rest);
        let port = match port.split_once('/') {
            Some((port, "")) => port,
            Some(_) => bail!("a host pattern has no path"),
            None => port,
        };
        let port = Port::parse(port, scheme)?;
        Ok(Self { scheme: (scheme != "*").then(|| scheme.to_owned()), host: Host::parse(host)?, port })
    }

    fn allows(&self, uri: &Uri) -> bool {
        let scheme = uri.scheme_str().unwrap_or("https");
        let Some(host) = uri.host() else { return false };
        self.scheme.as_deref().is_none_or(|allowed| allowed == scheme)
            && self.host.allows(&host.to_ascii_lowercase())
            && self.port.allows(uri.port_u16().or_else(|| known_port(scheme)))
    }
}

/// The part before the last `:` that is not inside an IPv6 address, and the one behind.
fn split_port(rest: &str) -> (&str, &str) {
    match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (rest, ""),
    }
}

impl Host {
    fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let bare = text.trim_start_matches('[').replacen(']', "", 1);
        if text == "*" {
            return Ok(Self::Any);
        }
        if text == "self" || text == "self.alt" {
            return Ok(Self::Itself);
        }
        if let Ok(network) = bare.parse::<IpNet>() {
            return Ok(Self::Network(network.trunc()));
        }
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        let name = text.trim_end_matches('/');
        ensure!(!name.contains('/'), "a host pattern has no path");
        ensure!(!name.is_empty(), "no host");
        ensure!(!name.starts_with('{'), "lists of hosts are not supported");
        let (below, domain) = name.strip_prefix('*').map_or((false, name), |domain| (true, domain));
        ensure!(
            !domain.contains('*') && (!below || domain.starts_with('.')),
            "`*` is a whole host or begins one, as in `*.`"
        );
        Ok(if below { Self::Below(domain.to_owned()) } else { Self::Named(name.to_owned()) })
    }

    fn allows(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(domain) => host.ends_with(domain),
            Self::Named(name) => host == name,
            Self::Network(network) => {
                let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
                address.is_ok_and(|address| network.contains(&address))
            }
            Self::Itself => false,
        }
    }
}

impl Port {
    fn parse(text: &str, scheme: &str) -> Result<Self> {
        if text.is_empty() {
            let port = known_port(scheme).with_context(|| format!("no port, and `{scheme}` has no known one"))?;
            return Ok(Self::One(port));
        }
        if text == "*" {
            return Ok(Self::Any);
        }
        let number = |text: &str| text.parse().with_context(|| format!("`{text}` is not a port"));
        match text.split_once("..") {
            Some((first, end)) => Ok(Self::Among(number(first)?..number(end)?)),
            None => Ok(Self::One(number(text)?)),
        }
    }

    fn allows(&self, port: Option<u16>) -> bool {
        match self {
            Self::Any => true,
            Self::Among(range) => port.is_some_and(|port| range.contains(&port)),
            Self::One(allowed) => port == Some(*allowed),
        }
    }
}

fn known_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "redis" => Some(6379),
        "mysql" => Some(3306),
        "postgres" => Some(5432),
        "mqtt" => Some(1883),
        _ => None,
    }
}

/// The component that a URL `http://<component>.spin.internal` means.
pub(crate) fn chained_component(uri: &Uri) -> Option<&str> {
    uri.host()?.strip_suffix(".spin.internal").filter(|component| !component.contains('.'))
}

#[cfg(test)]
mod tests;
