//! Randomness.

/// A text of 32 random hexadecimal digits.
pub fn random_text() -> Result<String, crate::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(crate::Error::internal)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |text, byte| text + &format!("{byte:02x}")))
}
