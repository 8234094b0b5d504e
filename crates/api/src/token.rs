//! Access tokens: JSON Web Tokens (RFC 7519) of one form, signed with HS256.
//!
//! The header is a constant: a token that names another algorithm, or none, is not one of ours before its signature is even
//! looked at. General JWT libraries bring 100 kB of what is not needed here into each component; the cryptography is
//! `RustCrypto`'s.

use crate::{Broken, Error, Variables, random_text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The user's id.
    #[serde(rename = "sub")]
    pub user: i64,
    /// The token's own id, for its revocation.
    #[serde(rename = "jti")]
    pub id: String,
    /// When it ends, seconds since the Unix epoch.
    #[serde(rename = "exp")]
    pub expires_at: u64,
    /// The user's `token_generation`: a password change begins another one.
    pub generation: i64,
    /// When the chain of exchanges began, by a login; seconds since the Unix epoch.
    pub login_at: u64,
}

/// Makes and reads tokens.
pub struct Tokens {
    mac: Hmac<Sha256>,
}

static TOKENS: OnceLock<Tokens> = OnceLock::new();

/// The instance's tokens, made by the first request.
pub async fn tokens() -> Result<&'static Tokens, Broken> {
    if let Some(tokens) = TOKENS.get() {
        return Ok(tokens);
    }
    let tokens = Tokens::new(&Variables.text("jwt_signing_key").await?)?;
    Ok(TOKENS.get_or_init(|| tokens))
}

impl Tokens {
    /// With the variable `jwt_signing_key`, of at least 32 bytes.
    pub fn new(key: &str) -> Result<Self, Broken> {
        if key.len() < 32 {
            return Err(Broken::new("jwt_signing_key", format!("has {} bytes, fewer than 32", key.len())));
        }
        let mac = Hmac::new_from_slice(key.as_bytes()).map_err(|error| Broken::new("jwt_signing_key", error))?;
        Ok(Self { mac })
    }

    /// A token for a user that ends at `expires_at`, in a chain that began at `login_at`; both in seconds since the Unix epoch.
    pub fn issue(&self, user: i64, generation: i64, login_at: u64, expires_at: u64) -> Result<String, Error> {
        let claims = Claims { user, id: random_text()?, expires_at, generation, login_at };
        let claims = serde_json::to_vec(&claims).map_err(Error::internal)?;
        let signed = format!("{HEADER}.{}", BASE64URL.encode(claims));
        let signature = self.mac.clone().chain_update(&signed).finalize().into_bytes();
        Ok(format!("{signed}.{}", BASE64URL.encode(signature)))
    }

    /// Reads a token: `None` if it is malformed, forged or expired.
    pub fn read(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let claims = signed.strip_prefix(HEADER)?.strip_prefix('.')?;
        let signature = BASE64URL.decode(signature).ok()?;
        self.mac.clone().chain_update(signed).verify_slice(&signature).ok()?;
        let claims: Claims = serde_json::from_slice(&BASE64URL.decode(claims).ok()?).ok()?;
        (claims.expires_at > now()).then_some(claims)
    }
}

/// Seconds since the Unix epoch.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn the_header_is_what_it_says() {
        assert_eq!(BASE64URL.decode(HEADER).unwrap(), br#"{"alg":"HS256","typ":"JWT"}"#);
    }

    /// RFC 7515, appendix A.1, has another header; this one was made with an independent implementation.
    #[test]
    fn a_signature_is_hmac_sha256_of_header_and_claims() {
        let tokens = Tokens::new(KEY).unwrap();
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOjcsImp0aSI6IngiLCJleHAiOjk5OTk5OTk5OTk5LCJnZW5lcmF0aW9uIjowLCJsb2dpbl9hdCI6MX0.cSvYNt2d4EPuoy7mHDsEiF-a_5C8sphYxvN-LrAhrq0";
        assert_eq!(tokens.read(token).unwrap().user, 7);
    }

    #[test]
    fn a_token_is_read_back() {
        let tokens = Tokens::new(KEY).unwrap();
        let claims = tokens.read(&tokens.issue(7, 3, now() - 10, now() + 60).unwrap()).unwrap();
        assert_eq!((claims.user, claims.generation), (7, 3));
        assert!(claims.login_at <= now() - 10 && claims.expires_at > now());
    }

    #[test]
    fn expired_altered_and_foreign_tokens_do_not_count() {
        let tokens = Tokens::new(KEY).unwrap();
        assert!(tokens.read(&tokens.issue(7, 0, now(), now()).unwrap()).is_none());
        let token = tokens.issue(7, 0, now(), now() + 60).unwrap();
        let foreign = Tokens::new("another key of thirty-two bytes!").unwrap();
        assert!(foreign.read(&token).is_none());
        let (payload, signature) = token.rsplit_once('.').unwrap();
        assert!(tokens.read(&format!("{payload}x.{signature}")).is_none());
        assert!(tokens.read("").is_none());
        let (header, _) = payload.split_once('.').unwrap();
        let none = token.replace(header, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0");
        assert!(tokens.read(&none).is_none() && tokens.read(&format!("{payload}.")).is_none());
    }

    #[test]
    fn a_short_key_is_refused_by_name() {
        assert!(Tokens::new("short").err().unwrap().0.contains("jwt_signing_key"));
    }
}
