//! Where a caller is, for the throttle.

use crate::settings::Settings;
use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The caller's IP address, which it cannot choose itself.
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<Arc<Settings>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, settings: &Arc<Settings>) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.headers, settings.trusted_proxies)))
    }
}

/// The last value of the host's own header: a caller can put others before it (docs/contracts/spin-host.md). Behind so many
/// trusted proxies, the value that the outermost of them has written: as many places from the right in `X-Forwarded-For`. Where
/// there are not so many, somebody came past the proxies.
fn of(headers: &HeaderMap, trusted_proxies: usize) -> String {
    let forwarded = match trusted_proxies.checked_sub(1) {
        Some(others) => values(headers, "x-forwarded-for").rev().nth(others),
        None => None,
    };
    let address = forwarded.or_else(|| values(headers, "spin-client-addr").next_back());
    without_port(address.unwrap_or_default())
}

/// A header's values, of all its lines, in their order.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.into_iter().flat_map(|line| line.split(',')).map(str::trim)
}

fn without_port(text: &str) -> String {
    let address = text.parse().map(|address: SocketAddr| address.ip()).or_else(|_| text.parse::<IpAddr>());
    address.map_or_else(|_| text.to_owned(), |address| address.to_canonical().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let lines = lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        lines.collect()
    }

    #[test]
    fn what_the_caller_says_of_itself_does_not_count() {
        let forged =
            [("spin-client-addr", "6.6.6.6:1"), ("x-forwarded-for", "7.7.7.7"), ("spin-client-addr", "10.0.0.1:50123")];
        assert_eq!(of(&headers(&forged), 0), "10.0.0.1");
        assert_eq!(of(&headers(&[("spin-client-addr", "6.6.6.6:1, 10.0.0.1:50123")]), 0), "10.0.0.1");
    }

    #[test]
    fn behind_proxies_their_header_counts_from_the_right() {
        let lines = [
            ("x-forwarded-for", "6.6.6.6, 10.0.0.1"),
            ("x-forwarded-for", "10.0.0.2"),
            ("spin-client-addr", "10.0.0.3:50123"),
        ];
        for (proxies, address) in [(0, "10.0.0.3"), (1, "10.0.0.2"), (2, "10.0.0.1"), (3, "6.6.6.6"), (4, "10.0.0.3")] {
            assert_eq!(of(&headers(&lines), proxies), address, "{proxies} proxies");
        }
    }

    #[test]
    fn a_port_is_no_part_of_an_address() {
        for (written, address) in [
            ("1.2.3.4:5", "1.2.3.4"),
            ("1.2.3.4", "1.2.3.4"),
            ("[::1]:5", "::1"),
            ("::1", "::1"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
        ] {
            assert_eq!(without_port(written), address);
        }
        assert_eq!(of(&HeaderMap::new(), 0), "");
    }
}
