//! Texts that Kubernetes would otherwise read.

/// A command or an environment variable's value so that Kubernetes hands it on as it stands: it replaces `$(NAME)` by
/// that variable and `$$` by `$`, so a `$` before `(` or `$` is doubled. What a shell makes of it is the shell's affair.
pub(crate) fn verbatim(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        out.push(c);
        if c == '$' && matches!(characters.peek(), Some('$' | '(')) {
            out.push('$');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Kubernetes makes of a text when one variable is known (its package `expansion`).
    fn expand(text: &str, known: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some(after) = rest.strip_prefix(known) {
                out.push_str("REPLACED");
                rest = after;
            } else {
                out.push('$');
            }
        }
        out + rest
    }

    #[test]
    fn a_text_without_dollars_is_as_it_was() {
        assert_eq!(verbatim("serve --fast"), "serve --fast");
        assert_eq!(verbatim("echo $HOME ${HOME}"), "echo $HOME ${HOME}");
    }

    #[test]
    fn what_arrives_is_what_was_sent() {
        let parts = ["$", "(", "A", ")", " "];
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            texts = texts.iter().flat_map(|text| parts.iter().map(move |part| format!("{text}{part}"))).collect();
            for text in &texts {
                assert_eq!(&expand(&verbatim(text), "(A)"), text);
            }
        }
    }
}
