//! The variables of `spin.toml`, read once per instance and checked.

use std::fmt::Display;
use std::str::FromStr;

/// A variable that breaks its rule, or cannot be read: every request to the component is a 500 whose log line names it.
#[derive(Debug)]
pub struct Broken(pub String);

impl Broken {
    /// A variable and what is wrong with it.
    pub fn new(name: &str, fault: impl Display) -> Self {
        Self(format!("variable {name}: {fault}"))
    }
}

impl From<store::Error> for Broken {
    fn from(error: store::Error) -> Self {
        Self(error.to_string())
    }
}

/// Reads variables. Each read is a host call, and a dear one: only at the start of an instance.
#[derive(Debug, Clone, Copy)]
pub struct Variables;

impl Variables {
    /// A text, which may be empty.
    pub async fn text(self, name: &str) -> Result<String, Broken> {
        spin_sdk::variables::get(name).await.map_err(|error| Broken::new(name, error))
    }

    /// `true` or `false`.
    pub async fn flag(self, name: &str) -> Result<bool, Broken> {
        match self.text(name).await?.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(Broken::new(name, format!("is {other:?}, not true or false"))),
        }
    }

    /// A whole number of at least `least`.
    pub async fn number<T: FromStr + PartialOrd + Display>(self, name: &str, least: T) -> Result<T, Broken> {
        let text = self.text(name).await?;
        match text.parse::<T>() {
            Ok(number) if number >= least => Ok(number),
            _ => Err(Broken::new(name, format!("is {text:?}, not a whole number of at least {least}"))),
        }
    }
}
