//! Access tokens: JWT, HS256.

use crate::{Broken, Error, random_text};
use jwt_simple::prelude::*;

/// What a token says, beside who it is for.
#[derive(Serialize, Deserialize)]
struct Custom {
    /// The user's `token_generation`: a password change begins another one.
    generation: i64,
    /// When the chain of exchanges began, by a login; seconds since the Unix epoch.
    login_at: u64,
}

/// A valid token.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The user's id.
    pub user: i64,
    /// The token's own id, for its revocation.
    pub id: String,
    /// The user's `token_generation`.
    pub generation: i64,
    /// When the chain of exchanges began, seconds since the Unix epoch.
    pub login_at: u64,
    /// When it ends, seconds since the Unix epoch.
    pub expires_at: u64,
}

/// Makes and reads tokens.
pub struct Tokens {
    key: HS256Key,
}

impl Tokens {
    /// With the variable `jwt_signing_key`, of at least 32 bytes.
    pub fn new(key: &str) -> Result<Self, Broken> {
        if key.len() < 32 {
            return Err(Broken::new("jwt_signing_key", format!("has {} bytes, fewer than 32", key.len())));
        }
        Ok(Self { key: HS256Key::from_bytes(key.as_bytes()) })
    }

    /// A token for a user that ends at `expires_at`, in a chain that began at `login_at`; both in seconds since the Unix epoch.
    pub fn issue(&self, user: i64, generation: i64, login_at: u64, expires_at: u64) -> Result<String, Error> {
        let left = expires_at.saturating_sub(now());
        let claims = jwt_simple::prelude::Claims::with_custom_claims(Custom { generation, login_at }, Duration::from_secs(left))
            .with_subject(user)
            .with_jwt_id(random_text()?);
        self.key.authenticate(claims).map_err(Error::internal)
    }

    /// Reads a token: `None` if it is malformed, forged or expired.
    pub fn read(&self, token: &str) -> Option<Claims> {
        let options = VerificationOptions { time_tolerance: Some(Duration::from_secs(0)), ..VerificationOptions::default() };
        let claims = self.key.verify_token::<Custom>(token, Some(options)).ok()?;
        Some(Claims {
            user: claims.subject?.parse().ok()?,
            id: claims.jwt_id?,
            generation: claims.custom.generation,
            login_at: claims.custom.login_at,
            expires_at: claims.expires_at?.as_secs(),
        })
    }
}

/// Seconds since the Unix epoch.
pub fn now() -> u64 {
    Clock::now_since_epoch().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

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
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.";
        assert!(tokens.read(none).is_none());
    }

    #[test]
    fn a_short_key_is_refused_by_name() {
        assert!(Tokens::new("short").err().unwrap().0.contains("jwt_signing_key"));
    }
}
