//! Variables of the application: where their values come from, and the templates that use them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::manifest::Declaration;

/// What the names of variables begin with in the environment and in `.env`, as in Spin.
pub(crate) const PREFIX: &str = "SPIN_VARIABLE_";

/// Where a value came from, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command line, or a stand-in that was started because none was given.
    Given,
    Environment,
    /// `.env` beside the manifest.
    File,
    Default,
}

/// The values of all variables.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    values: BTreeMap<String, (String, Origin)>,
}

impl Variables {
    /// Finds each declared variable's value: what was given, then the environment, then `.env`, then the default.
    /// Required ones without a value stay absent until `require_all` asks for them.
    pub(crate) fn find(
        declared: &BTreeMap<String, Declaration>,
        given: &BTreeMap<String, String>,
        file: &BTreeMap<String, String>,
    ) -> Self {
        let value = |name: &String, declaration: &Declaration| {
            let key = environment_name(name);
            let given = given.get(name).map(|value| (value.clone(), Origin::Given));
            given
                .or_else(|| std::env::var(&key).ok().map(|value| (value, Origin::Environment)))
                .or_else(|| file.get(&key).map(|value| (value.clone(), Origin::File)))
                .or_else(|| declaration.default.clone().map(|value| (value, Origin::Default)))
        };
        let values = declared.iter().filter_map(|(name, declaration)| Some((name.clone(), value(name, declaration)?)));
        Self { values: values.collect() }
    }

    /// Fails, with all their names, when variables have no value.
    pub(crate) fn require_all(&self, declared: &BTreeMap<String, Declaration>) -> Result<()> {
        if let Some((name, _)) = declared.iter().find(|(_, it)| it.required == it.default.is_some()) {
            bail!("variable `{name}` is either required or has a default");
        }
        let missing: Vec<String> =
            declared.keys().filter(|name| self.get(name).is_none()).map(|name| environment_name(name)).collect();
        if !missing.is_empty() {
            bail!("required variables have no value; set {}", missing.join(", "));
        }
        Ok(())
    }

    /// A variable's value, or none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(value, _)| value.as_str())
    }

    /// Where a variable's value came from.
    pub(crate) fn origin(&self, name: &str) -> Option<Origin> {
        self.values.get(name).map(|(_, origin)| *origin)
    }

    /// A variable's value, if it has one that is not empty.
    pub(crate) fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Puts a text's variables in place of `{{ name }}`.
    ///
    /// # Errors
    ///
    /// When braces are not closed, or there is no such variable.
    pub(crate) fn fill(&self, template: &str) -> Result<String> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((text, expression)) = rest.split_once("{{") {
            let (name, after) =
                expression.split_once("}}").with_context(|| format!("`{{{{` is not closed in \"{template}\""))?;
            let name = name.trim();
            filled.push_str(text);
            filled.push_str(self.get(name).with_context(|| format!("there is no variable `{name}`"))?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// A variable's name in the environment.
pub(crate) fn environment_name(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}

/// The lines `NAME=value` of a `.env` file; one that is not there is empty.
///
/// # Errors
///
/// When the file cannot be read, or a line is neither empty, nor a comment, nor an assignment.
pub(crate) fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with('#'));
    let assignment = |(number, line): (usize, &str)| {
        let line = line.trim().trim_start_matches("export ");
        // The line itself may be a secret: only its number is told.
        let (name, value) =
            line.split_once('=').with_context(|| format!("{}:{}: no `=`", path.display(), number + 1))?;
        Ok((name.trim().to_owned(), unquoted(value.trim()).to_owned()))
    };
    lines.map(assignment).collect()
}

fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(values: &[(&str, &str)]) -> Variables {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), ((*value).to_owned(), Origin::Given)));
        Variables { values: values.collect() }
    }

    #[test]
    fn templates_are_filled() {
        let variables = variables(&[("host", "edge.example"), ("port", "8080"), ("empty", "")]);
        for (template, filled) in [
            ("", ""),
            ("plain", "plain"),
            ("{{ host }}", "edge.example"),
            ("{{host}}", "edge.example"),
            ("https://{{ host }}:{{ port }}", "https://edge.example:8080"),
            ("{{ host }}{{ port }}", "edge.example8080"),
            ("{{ empty }}", ""),
            ("}} { {", "}} { {"),
        ] {
            assert_eq!(variables.fill(template).unwrap(), filled, "{template}");
        }
    }

    #[test]
    fn templates_with_unknown_variables_and_open_braces_are_refused_by_name() {
        let variables = variables(&[("host", "edge.example")]);
        assert!(variables.fill("{{ hots }}").unwrap_err().to_string().contains("`hots`"));
        assert!(variables.fill("{{ host").unwrap_err().to_string().contains("not closed"));
    }

    #[test]
    fn values_of_variables_are_not_templates() {
        let variables = variables(&[("text", "{{ text }}")]);
        assert_eq!(variables.fill("a {{ text }}").unwrap(), "a {{ text }}");
    }

    #[test]
    fn what_is_given_wins_over_the_file_and_the_file_over_the_default() {
        let declared: BTreeMap<String, Declaration> = toml::from_str(
            "a = { default = '0' }\nb = { default = '0' }\nc = { default = '0' }\nd = { required = true }",
        )
        .unwrap();
        let given = BTreeMap::from([("a".to_owned(), "given".to_owned())]);
        let file = BTreeMap::from(["A", "B"].map(|name| (format!("{PREFIX}{name}"), "file".to_owned())));
        let found = Variables::find(&declared, &given, &file);
        assert_eq!([found.get("a"), found.get("b"), found.get("c")], [Some("given"), Some("file"), Some("0")]);
        assert!(found.require_all(&declared).unwrap_err().to_string().ends_with("set SPIN_VARIABLE_D"));
    }

    #[test]
    fn env_files_have_comments_and_quotes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "# a comment\n\nA=1\nexport B=\"two words\"\nC='x=y'\nD=\n").unwrap();
        let read = read_env_file(&path).unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("A", "1"), ("B", "two words"), ("C", "x=y"), ("D", "")]);
        std::fs::write(&path, "A=1\nsecret\n").unwrap();
        let refused = read_env_file(&path).unwrap_err().to_string();
        assert!(refused.ends_with(":2: no `=`"), "{refused}");
    }
}
