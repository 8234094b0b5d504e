//! Secrets that must be read back (docs/design.md, Records): encrypted with XChaCha20-Poly1305 under the variable
//! `secrets_key`, and stored as text.
//!
//! The key can be changed without a break: the variable is a list, separated by commas; its first key encrypts, all of them
//! decrypt. What was encrypted says by which key, so an old one can be dropped once nothing names it any more.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

/// Bytes of a nonce: many enough to be drawn at random.
const NONCE: usize = 24;

/// Encrypts and decrypts.
pub struct Secrets {
    /// The first is the one that encrypts.
    keys: Vec<Key>,
}

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// Why something is not encrypted or decrypted. It says nothing of keys or contents.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// It was encrypted under a key, of this id, that is not in `secrets_key` any more.
    UnknownKey(String),
    /// It is not what was encrypted, or not for this place.
    Altered,
    /// The system gives no random numbers.
    NoRandomness,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey(id) => write!(f, "a secret needs the key {id}, which is not in the variable secrets_key"),
            Self::Altered => f.write_str("a stored secret was altered, or belongs elsewhere"),
            Self::NoRandomness => f.write_str("there are no random numbers"),
        }
    }
}

impl std::error::Error for Error {}

impl Secrets {
    /// With the variable `secrets_key`: base64 of 32 bytes; or several of them, separated by commas. The error says what is
    /// wrong, to be read after the variable's name, and shows nothing of it.
    pub fn new(variable: &str) -> Result<Self, String> {
        let keys: Result<Vec<Key>, String> = variable.split(',').map(|text| Key::new(text.trim())).collect();
        keys.map(|keys| Self { keys })
    }

    /// Encrypts a text. `owner` says whose it is: it can be decrypted for the same owner only, wherever it is moved to.
    pub fn seal(&self, text: &str, owner: &str) -> Result<String, Error> {
        let key = self.keys.first().ok_or(Error::Altered)?;
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| Error::NoRandomness)?;
        let payload = Payload { msg: text.as_bytes(), aad: owner.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Altered)?;
        Ok(format!("{}.{}", key.id, BASE64URL.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Decrypts what [`Self::seal`] gave, for the same owner.
    pub fn open(&self, sealed: &str, owner: &str) -> Result<String, Error> {
        let (id, rest) = sealed.split_once('.').ok_or(Error::Altered)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(|| Error::UnknownKey(id.to_owned()))?;
        let bytes = BASE64URL.decode(rest).map_err(|_| Error::Altered)?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE>().ok_or(Error::Altered)?;
        let payload = Payload { msg: text, aad: owner.as_bytes() };
        let opened = key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| Error::Altered)?;
        String::from_utf8(opened).map_err(|_| Error::Altered)
    }
}

impl Key {
    fn new(text: &str) -> Result<Self, String> {
        let rule = || "is not base64 of 32 bytes, or several of them separated by commas".to_owned();
        let bytes = STANDARD.decode(text).map_err(|_| rule())?;
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| rule())?;
        // The beginning of its hash names a key and tells nothing of it.
        let id = Sha256::digest(&bytes).iter().take(4).fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
        Ok(Self { id, cipher })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "dGhlLXN1aXRlLWVuY3J5cHRzLXdpdGgtdGhpcy1rZXk=";
    const NEW: &str = "YW5vdGhlci1rZXktb2YtdGhpcnR5LXR3by1ieXRlcy4=";

    fn secrets(keys: &[&str]) -> Secrets {
        Secrets::new(&keys.join(",")).unwrap()
    }

    #[test]
    fn a_secret_is_read_back_by_its_owner_alone() {
        let secrets = secrets(&[OLD]);
        let sealed = secrets.seal("Passw0rd-ä", "business 7").unwrap();
        assert!(!sealed.contains("Passw0rd"));
        assert_eq!(secrets.open(&sealed, "business 7").as_deref(), Ok("Passw0rd-ä"));
        assert_eq!(secrets.open(&sealed, "business 8"), Err(Error::Altered));
    }

    #[test]
    fn equal_secrets_do_not_look_alike() {
        let secrets = secrets(&[OLD]);
        assert_ne!(secrets.seal("x", "").unwrap(), secrets.seal("x", "").unwrap());
    }

    #[test]
    fn an_old_key_is_read_while_the_new_one_is_written() {
        let old = secrets(&[OLD]).seal("x", "").unwrap();
        let both = secrets(&[NEW, OLD]);
        assert_eq!(both.open(&old, "").as_deref(), Ok("x"));
        let new = both.seal("x", "").unwrap();
        assert_eq!(secrets(&[NEW]).open(&new, "").as_deref(), Ok("x"), "the first key writes");
        let id = old.split_once('.').unwrap().0.to_owned();
        assert_eq!(secrets(&[NEW]).open(&old, ""), Err(Error::UnknownKey(id)));
    }

    #[test]
    fn what_was_altered_is_refused() {
        let secrets = secrets(&[OLD]);
        let sealed = secrets.seal("secret", "").unwrap();
        let (id, rest) = sealed.split_once('.').unwrap();
        let flipped = if rest.ends_with('A') { "Q" } else { "A" };
        for altered in ["", ".", "x", id, &format!("{id}."), &format!("{id}.{}{flipped}", &rest[..rest.len() - 1])] {
            assert!(secrets.open(altered, "").is_err(), "{altered}");
        }
    }

    #[test]
    fn a_broken_variable_is_refused_without_being_shown() {
        for bad in ["", "short", "c2hvcnQ=", &format!("{OLD},"), &format!("{OLD},c2hvcnQ=")] {
            let fault = Secrets::new(bad).err().unwrap();
            assert!(fault.contains("base64") && (bad.is_empty() || !fault.contains(bad)), "{bad}");
        }
    }
}
