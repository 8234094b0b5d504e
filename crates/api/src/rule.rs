//! What a text must be like.

/// The rule of a text field. Lengths count Unicode characters (docs/semantics.md, Conventions: texts).
#[derive(Clone, Copy)]
pub struct Rule {
    least: usize,
    most: usize,
    blank: bool,
    secret: bool,
    check: Option<Check>,
}

/// A check, and what it asks for, to be read after "must be".
type Check = (fn(&str) -> bool, &'static str);

impl Rule {
    /// A text of 1,000 characters at most, one of which is not blank.
    pub const TEXT: Self = Self { least: 1, most: 1000, blank: false, secret: false, check: None };

    /// A text of 1,000 characters at most, which may be empty.
    pub const FREE: Self = Self { least: 0, most: 1000, blank: true, secret: false, check: None };

    /// A label of clusters or nodes, to be put on them: it becomes a Kubernetes label. `all` is reserved.
    pub const LABEL: Self = Self::TEXT.matching(
        is_label,
        "1 to 63 letters, digits and `-`, with a letter or digit at its start and end, and not `all`",
    );

    /// With another greatest length.
    #[must_use]
    pub const fn most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// With another least length.
    #[must_use]
    pub const fn least(self, least: usize) -> Self {
        Self { least, ..self }
    }

    /// With a check of its own; `rule` is read after the field's name: "is … ".
    #[must_use]
    pub const fn matching(self, check: fn(&str) -> bool, rule: &'static str) -> Self {
        Self { check: Some((check, rule)), ..self }
    }

    /// For passwords: no message repeats the value.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Whether no message may repeat the value.
    pub(crate) fn is_secret(&self) -> bool {
        self.secret
    }

    /// What is wrong with a text, to be read after the field's name.
    pub fn fault(&self, text: &str) -> Option<String> {
        let length = text.chars().count();
        if text.contains('\0') {
            return Some("contains U+0000, which no text may".to_owned());
        }
        if !self.blank && text.trim().is_empty() {
            return Some("is blank: it must have a character that is not".to_owned());
        }
        if length > self.most || length < self.least {
            return Some(format!("has {length} characters: it must have {}", self.lengths()));
        }
        match self.check {
            Some((check, rule)) if !check(text) && self.secret => Some(format!("must be {rule}")),
            Some((check, rule)) if !check(text) => Some(format!("is {}: it must be {rule}", shown(text))),
            _ => None,
        }
    }

    fn lengths(&self) -> String {
        if self.least > 1 { format!("{} to {}", self.least, self.most) } else { format!("at most {}", self.most) }
    }
}

/// A value for a message: quoted, and cut where it is long.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// Whether a cluster or node can have such a label: what [`Rule::LABEL`] checks.
pub fn is_label(text: &str) -> bool {
    let alphanumeric = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (1..=63).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && alphanumeric(text.chars().next())
        && alphanumeric(text.chars().next_back())
        && text != "all"
}

/// A DNS-1123 label of at most 40 characters: names of applications and deployments, which become names of Kubernetes objects.
pub fn is_object_name(text: &str) -> bool {
    text.len() <= 40
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert_eq!(Rule::TEXT.most(3).fault("äöü"), None);
        assert!(Rule::TEXT.most(3).fault("äöüß").is_some());
        assert_eq!(Rule::TEXT.least(2).most(3).fault("x").as_deref(), Some("has 1 characters: it must have 2 to 3"));
    }

    #[test]
    fn a_required_text_has_a_character_that_is_not_blank() {
        assert!(Rule::TEXT.fault(" \t ").is_some());
        assert!(Rule::TEXT.fault("").is_some());
        assert_eq!(Rule::FREE.fault(""), None);
        assert!(Rule::FREE.fault("a\0b").is_some());
    }

    #[test]
    fn labels_start_and_end_with_a_letter_or_digit() {
        for good in ["a", "A-1", "x".repeat(63).as_str()] {
            assert!(is_label(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a_b", "ä", "all", "x".repeat(64).as_str(), "a.b", "a b"] {
            assert!(!is_label(bad), "{bad}");
        }
    }

    #[test]
    fn object_names_are_short_dns_labels() {
        for good in ["a", "nginx-1", "0a"] {
            assert!(is_object_name(good), "{good}");
        }
        for bad in ["", "Nginx", "-a", "a-", "a.b", "a_b", "x".repeat(41).as_str()] {
            assert!(!is_object_name(bad), "{bad}");
        }
    }
}
