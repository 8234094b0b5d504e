//! Who asks Harbor, by name and password.

use std::fmt;

use api::Rule;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The rule of an account's password: Harbor's own.
pub const PASSWORD: Rule = Rule::TEXT.most(128).secret().matching(
    |text| {
        text.chars().count() >= 8
            && text.contains(|c: char| c.is_ascii_lowercase())
            && text.contains(|c: char| c.is_ascii_uppercase())
            && text.contains(|c: char| c.is_ascii_digit())
    },
    "8 to 128 characters long, with an upper-case letter, a lower-case letter and a digit",
);

/// A name and its password.
#[derive(Clone)]
pub struct Login {
    /// The user's or the robot's name.
    pub user: String,
    /// Its password or secret.
    pub password: String,
}

impl Login {
    /// The header that says so.
    pub(crate) fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }
}

/// Without the password: what is printed lands in logs.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_harbors() {
        for good in ["Passw0rd", &format!("Aa1{}", "x".repeat(125)), "Aa1 äöüß"] {
            assert_eq!(PASSWORD.fault(good), None, "{good}");
        }
        for bad in ["Passw0r", "passw0rd", "PASSW0RD", "Password", &format!("Aa1{}", "x".repeat(126)), "        "] {
            assert!(!PASSWORD.fault(bad).unwrap().contains(bad), "{bad}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let login = Login { user: "shop".to_owned(), password: "Passw0rd".to_owned() };
        assert!(!format!("{login:?}").contains("Passw0rd"));
        assert_eq!(login.basic(), "Basic c2hvcDpQYXNzdzByZA==");
    }
}
