//! What is wrong with a request's fields, collected.

use crate::Error;

/// One invalid field.
#[derive(Debug)]
pub struct Fault {
    /// Its name, as in the API document; `port[2].hostPort` inside arrays.
    pub field: String,
    /// What is wrong and the rule, to be read after the field's name.
    pub message: String,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The faults of a request: all are reported together (docs/semantics.md, Conventions: errors).
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault::new(field, message));
    }

    /// Whether a field has one already.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|fault| fault.field == field)
    }

    /// The fields that have one, in the order in which they were found.
    #[cfg(test)]
    pub(crate) fn fields(self) -> Vec<String> {
        self.0.into_iter().map(|fault| fault.field).collect()
    }

    /// A 422 with all faults, if there are any.
    pub fn check(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}
