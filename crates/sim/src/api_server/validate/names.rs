//! What names may look like.

/// Begins and ends with a letter or digit, and has only letters, digits and `inner` in between.
fn is_word(text: &str, letter: fn(&char) -> bool, inner: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| letter(&c) || c.is_ascii_digit());
    edge(text.chars().next())
        && edge(text.chars().next_back())
        && text.chars().all(|c| letter(&c) || c.is_ascii_digit() || inner.contains(c))
}

/// A lower-case DNS label of at most 63 characters (RFC 1123).
pub(super) fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_word(text, char::is_ascii_lowercase, "-")
}

/// Lower-case DNS labels joined by dots, at most 253 characters.
pub(super) fn is_dns_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(|label| is_word(label, char::is_ascii_lowercase, "-"))
}

/// The name part of a label's key; a label's value, which may also be empty.
pub(super) fn is_label_name(text: &str) -> bool {
    text.len() <= 63 && is_word(text, char::is_ascii_alphabetic, "-_.")
}

/// A label's key: a name, or a DNS name, a slash and a name.
pub(super) fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_name(prefix) && is_label_name(name),
        None => is_label_name(text),
    }
}
