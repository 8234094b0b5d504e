//! Secrets that nobody has chosen yet: made up on first use and kept in `.env`, which `spin up` reads too.

use std::collections::BTreeMap;
use std::fs::{OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::manifest::Declaration;
use crate::variables::environment_name;

/// How a secret is made up.
type Rule = fn() -> Result<String>;

/// Makes up the values of those variables that are declared, are secrets that this host knows the rule of, and have a
/// value neither in the environment nor in the file; and adds them to the file.
///
/// # Errors
///
/// When the file cannot be written, or the system has no randomness.
pub(crate) fn complete(
    path: &Path,
    declared: &BTreeMap<String, Declaration>,
    file: &mut BTreeMap<String, String>,
) -> Result<()> {
    let rules: [(&str, Rule); 4] = [
        ("jwt_signing_key", token),
        ("secrets_key", || Ok(STANDARD.encode(random::<32>()?))),
        ("super_admin_password", password),
        ("reconcile_token", token),
    ];
    let mut lines = String::new();
    for (name, make) in rules {
        let key = environment_name(name);
        if declared.contains_key(name) && !file.contains_key(&key) && std::env::var_os(&key).is_none() {
            let value = make()?;
            lines.extend([key.as_str(), "=", &value, "\n"]);
            file.insert(key, value);
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    append(path, &lines).with_context(|| format!("cannot write {}", path.display()))
}

/// A token of 32 random bytes, in letters that need no quoting anywhere.
///
/// # Errors
///
/// When the system has no randomness.
pub(crate) fn token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A password of 16 letters and digits that has each kind which the API's rule wants (8–20 characters; upper case, lower
/// case, digit: docs/otestack-v1.txt).
fn password() -> Result<String> {
    loop {
        let random = STANDARD.encode(random::<48>()?);
        let password: String = random.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        let has = |kind: fn(&char) -> bool| password.chars().any(|letter| kind(&letter));
        if password.len() == 16
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_digit)
        {
            return Ok(password);
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

/// Adds lines to a file that only its owner may read.
fn append(path: &Path, lines: &str) -> Result<()> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    let before = std::fs::read_to_string(path)?;
    let separator = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{separator}{lines}").as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::read_env_file;

    fn declared() -> BTreeMap<String, Declaration> {
        let names = ["jwt_signing_key", "secrets_key", "super_admin_password", "other"];
        toml::from_str(&names.map(|name| format!("{name} = {{ required = true, secret = true }}\n")).concat()).unwrap()
    }

    #[test]
    fn what_is_missing_is_added_and_what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "SPIN_VARIABLE_JWT_SIGNING_KEY=mine").unwrap();
        let mut file = read_env_file(&path).unwrap();
        complete(&path, &declared(), &mut file).unwrap();
        assert_eq!(file, read_env_file(&path).unwrap());
        assert_eq!(file["SPIN_VARIABLE_JWT_SIGNING_KEY"], "mine");
        assert_eq!(STANDARD.decode(&file["SPIN_VARIABLE_SECRETS_KEY"]).unwrap().len(), 32);
        assert_eq!(file["SPIN_VARIABLE_SUPER_ADMIN_PASSWORD"].len(), 16);
        assert_eq!(file.len(), 3, "only what is declared and known is made up");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        complete(&path, &declared(), &mut file).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "a second time changes nothing");
    }

    #[test]
    fn passwords_keep_the_rule() {
        for _ in 0..100 {
            let password = password().unwrap();
            assert!(password.chars().any(|letter| letter.is_ascii_uppercase()));
            assert!(password.chars().any(|letter| letter.is_ascii_lowercase()));
            assert!(password.chars().any(|letter| letter.is_ascii_digit()));
        }
    }
}
