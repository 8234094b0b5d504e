//! Passwords: their rule, and argon2id, one at a time.

use api::{Error, Rule, random_text};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use spin_sdk::time::sleep;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::Database;
use store::login::{self, Credentials};

/// The rule of users' passwords (API document, User Management 3).
pub(crate) const RULE: Rule = Rule::TEXT.least(8).most(20).secret().matching(
    |text| {
        text.chars().any(|c| c.is_ascii_uppercase())
            && text.chars().any(|c| c.is_ascii_lowercase())
            && text.chars().any(|c| c.is_ascii_digit())
    },
    "8 to 20 characters long, with an upper-case letter, a lower-case letter and a digit",
);

/// Who has waited so long for a hash gets a 429.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two looks of somebody who waits for a hash. Of many who wait one comes soon; that all look more often costs the
/// other routes more than it brings.
const LOOK: Duration = Duration::from_millis(8);

/// A hash of nothing that anybody knows: checked where there is no user, so that its answer takes as long.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$VuKEmvOaPmYVWwWVqdBz1v2j2/3zF3c9bJwM1sJr4Xo";

/// Hashes and checks passwords, so many at once in the whole database: a hash keeps one of the host's threads busy, and more of
/// them than that would keep every other request waiting (docs/contracts/spin-host.md).
pub(crate) struct Passwords {
    slots: i64,
    /// Somebody in this instance asks the database for a slot, or computes: an instance asks with one voice.
    busy: AtomicBool,
}

impl Passwords {
    /// With the variable `password_parallelism`.
    pub(crate) fn new(slots: i64) -> Self {
        Self { slots, busy: AtomicBool::new(false) }
    }

    /// A new password's hash, as text.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        self.in_turn(async |_| hash(password)).await
    }

    /// Whether a password is right for a user's name, as somebody at an address says: the user's credentials, or `None` for a
    /// wrong password and for a name that nobody has, which takes as long. Wrong ones are counted, and too many are a 429.
    ///
    /// All that in one turn: of many attempts at once each sees what came of those before it.
    pub(crate) async fn check(&self, name: &str, address: &str, password: &str) -> Result<Option<Credentials>, Error> {
        self.in_turn(async |database| {
            let known = login::look(database, name, address).await?;
            if known.wait > 0 {
                return Err(Error::too_many_requests("too many wrong passwords: try again later", known.wait));
            }
            let hash = known.user.as_ref().map_or(DECOY, |user| &user.password_hash);
            if verify(password, hash)? && known.user.is_some() {
                if known.wrong > 0 {
                    login::right(database, name, address).await?;
                }
                return Ok(known.user);
            }
            login::wrong(database, name, address).await?;
            Ok(None)
        })
        .await
    }

    async fn in_turn<T>(&self, work: impl AsyncFnOnce(&Database) -> Result<T, Error>) -> Result<T, Error> {
        let database = api::database().await?;
        let (holder, begin) = (random_text()?, Instant::now());
        loop {
            if let Some(_turn) = Turn::take(&self.busy)
                && let Some(slot) = store::password_slot::take(database, &holder, self.slots).await?
            {
                let result = work(database).await;
                store::password_slot::give_back(database, &holder, slot).await?;
                return result;
            }
            if begin.elapsed() > PATIENCE {
                return Err(Error::too_many_requests("too many passwords are being checked: try again shortly", 2));
            }
            sleep(LOOK).await;
        }
    }
}

/// The instance's turn, given back when dropped.
struct Turn<'a>(&'a AtomicBool);

impl<'a> Turn<'a> {
    fn take(busy: &'a AtomicBool) -> Option<Self> {
        (!busy.swap(true, Ordering::Acquire)).then_some(Self(busy))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Argon2id with OWASP's parameters: 19 MiB, 2 passes, 1 lane.
fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A password's hash, at once: for the start of a new database.
pub(crate) fn hash(password: &str) -> Result<String, Error> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(Error::internal)?;
    let salt = SaltString::encode_b64(&salt).map_err(Error::internal)?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt).map_err(Error::internal)?.to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash).map_err(Error::internal)?;
    Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_checked_against_its_hash() {
        let stored = hash("Passw0rd").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("Passw0rd", &stored).unwrap());
        assert!(!verify("Passw0rd ", &stored).unwrap());
    }

    #[test]
    fn the_decoy_is_a_hash_of_the_same_cost() {
        assert!(!verify("Passw0rd", DECOY).unwrap());
    }

    #[test]
    fn the_rule_is_the_documents() {
        for good in ["Passw0rd", "xxX@1234", "Aa345678901234567890"] {
            assert_eq!(RULE.fault(good), None, "{good}");
        }
        for bad in ["Passw0r", "passw0rd", "PASSW0RD", "Password", "Aa3456789012345678901"] {
            assert!(!RULE.fault(bad).unwrap().contains(bad), "{bad}");
        }
    }
}
