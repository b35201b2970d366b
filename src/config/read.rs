//! From the text of a `callcheck.toml` to a [`Config`].

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use ignore::gitignore::GitignoreBuilder;
use serde::Deserialize;
use toml::Spanned;

use super::{Config, Override, Patterns, Said};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::finding::ConfigError;
use crate::hubspot::{AccountConfig, names};
use crate::rules::levels::{Profile, Selector};
use crate::span::Span;
use crate::text::{list, shorten};

/// What a configuration file is called.
pub const NAME: &str = "callcheck.toml";

/// Its JSON Schema, for editors.
pub const SCHEMA: &str = include_str!("../../schema/config.schema.json");

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Option<Spanned<String>>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    dispositions: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    owners: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    overrides: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    paths: Vec<Spanned<String>>,
    profile: Option<Spanned<String>>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// Names that a file may have, for slips.
const NAMES: [&str; 8] = ["profile", "rules", "exclude", "properties", "dispositions", "owners", "overrides", "paths"];

/// Reads a configuration. `path` is absolute: patterns start from its folder.
///
/// # Errors
/// When the text is no TOML, or says something that has no meaning: all of that at once.
pub fn read(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let mut reader = Reader { problems: Vec::new(), folder: path.parent().unwrap_or(Path::new("")) };
    let config = match toml::from_str::<File>(text) {
        Ok(file) => reader.config(path, file),
        Err(error) => {
            reader.problems.push(not_read(&error, text));
            None
        }
    };
    match config.filter(|_| reader.problems.is_empty()) {
        Some(config) => Ok(config),
        None => {
            reader.problems.sort_by_key(|problem| problem.label.span.start);
            let (path, text) = (path.to_owned(), text.to_owned());
            Err(ConfigError { path, text, problems: reader.problems, unreadable: None })
        }
    }
}

/// What the TOML reader has to say.
fn not_read(error: &toml::de::Error, text: &str) -> Diagnostic {
    const MEANINGS: &[(&str, &str)] = &[
        ("unknown field", "unknown key"),
        ("missing field", "missing key"),
        ("invalid type", "wrong type"),
        ("duplicate field", "duplicate key"),
    ];
    let span = error.span().unwrap_or(0..text.len().min(1));
    let problem = error.message().lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
    if let Some(finding) = wrong_type(error, &problem, text, &span) {
        return finding;
    }
    let meaning = MEANINGS.iter().find(|(words, _)| problem.starts_with(*words));
    let rule = if meaning.is_some() { &crate::rules::config::VALUE } else { &crate::rules::config::SYNTAX };
    let label = match (meaning, problem.split_once(", expected ")) {
        (Some((_, label)), _) => (*label).to_owned(),
        (None, Some((_, wanted))) if wanted != "nothing" => {
            format!("expected {}", list(&wanted.split(", ").collect::<Vec<_>>(), "or"))
        }
        (None, _) => "syntax error".to_owned(),
    };
    let label = Label::new(Span::new(span.start, span.end), label);
    let quoted = problem.split('`').nth(1).map(str::to_owned);
    if let Some(unknown) = quoted.filter(|_| problem.starts_with("unknown field")) {
        let near = NAMES.iter().map(|name| (strsim::damerau_levenshtein(&unknown, name), *name)).min();
        let finding = Diagnostic::new(rule, format!("unknown key `{}`", shorten(&unknown, 40)), label);
        return match near.filter(|(distance, _)| *distance <= 3) {
            Some((0, "paths")) => finding.help("move `paths` into an [[overrides]] table"),
            Some((0, name)) => {
                finding.help(format!("move `{name}` out of this table, before the first table of the file"))
            }
            Some((_, name)) => finding.help(format!("did you mean `{name}`?")),
            None => finding.help("use profile, rules, exclude, properties, dispositions, owners or overrides"),
        };
    }
    // The reader's words are those of its own types.
    let problem = problem.replace("a sequence", "an array").replace("sequence", "an array").replace("map", "a table");
    let problem = match meaning {
        Some(_) => problem.replacen("field `", "key `", 1),
        None => format!("invalid TOML: {problem}"),
    };
    Diagnostic::new(rule, problem, label)
}

/// The finding for a value whose type is not that of its key, if that is the problem.
fn wrong_type(error: &toml::de::Error, problem: &str, text: &str, span: &Range<usize>) -> Option<Diagnostic> {
    let (found, wanted) = problem.strip_prefix("invalid type: ")?.rsplit_once(", expected ")?;
    let found = match found.split(' ').next()? {
        "string" => "a string",
        "integer" => "an integer",
        "floating" => "a number",
        "boolean" => "a boolean",
        "sequence" => "an array",
        "map" => "a table",
        _ => return None,
    };
    let (one, many) = match wanted {
        "a string" => ("a string", "strings"),
        "a sequence" => ("an array", "arrays"),
        wanted if wanted == "a map" || wanted.starts_with("struct ") => ("a table", "tables"),
        _ => return None,
    };
    // Without the text, an error names the keys that lead to the value.
    let mut plain = error.clone();
    plain.set_input(None);
    let plain = plain.to_string();
    let key = plain.trim_end().rsplit_once("\nin `")?.1.strip_suffix('`')?;
    let is_list = matches!(key, "exclude" | "properties" | "overrides" | "overrides.paths");
    let shown = shorten(key, 60);
    let message = if is_list && one != "an array" {
        format!("items of `{shown}` must be {many}, found {found}")
    } else {
        format!("`{shown}` must be {one}, found {found}")
    };
    let label = Label::new(Span::new(span.start, span.end), format!("expected {one}"));
    let finding = Diagnostic::new(&crate::rules::config::VALUE, message, label);
    let literal = text.get(span.clone()).filter(|literal| literal.len() <= 60 && !literal.contains('\n'));
    Some(match (literal, one, found) {
        (_, "a table" | "an array", _) if key == "overrides" => finding.help("use [[overrides]] tables"),
        (Some(literal), "an array", "a string") => finding.help(format!("use [{literal}]")),
        _ => finding,
    })
}

/// What is wrong with a pattern in the library's words, and what to do.
fn pattern_problem(reason: &str) -> (&str, Option<&'static str>) {
    const PROBLEMS: &[(&str, &str, &str)] = &[
        ("unclosed alternate group", "missing `}`", "write `[{]` for a literal `{`"),
        ("unopened alternate group", "missing `{`", "write `[}]` for a literal `}`"),
        ("unclosed character class", "missing `]`", "write `[[]` for a literal `[`"),
        ("invalid range", "invalid character range", "write the lower character first, for example `[a-z]`"),
        ("dangling", "nothing follows the last backslash", "remove the backslash"),
    ];
    match PROBLEMS.iter().find(|(words, ..)| reason.starts_with(*words)) {
        Some((_, problem, help)) => (*problem, Some(*help)),
        // The library's advice is a question.
        None => (reason.split(" (maybe").next().unwrap_or_default(), None),
    }
}

struct Reader<'p> {
    problems: Vec<Diagnostic>,
    folder: &'p Path,
}

impl Reader<'_> {
    fn wrong(&mut self, at: Range<usize>, message: String, label: &str, help: Option<String>) {
        let finding =
            Diagnostic::new(&crate::rules::config::VALUE, message, Label::new(Span::new(at.start, at.end), label));
        self.problems.push(help.into_iter().fold(finding, Diagnostic::help));
    }

    fn config(&mut self, path: &Path, file: File) -> Option<Config> {
        let rules = self.said(file.profile, file.rules);
        let exclude = self.patterns(file.exclude);
        let mut overrides = Vec::new();
        for part in file.overrides {
            let rules = self.said(part.profile, part.rules);
            overrides.push(Override { paths: self.patterns(part.paths)?, rules });
        }
        let portal = AccountConfig {
            dispositions: self.dispositions(file.dispositions),
            owners: self.owners(file.owners),
            properties: file.properties.into_iter().collect(),
        };
        Some(Config {
            path: path.to_owned(),
            folder: self.folder.to_owned(),
            rules,
            exclude: exclude?,
            overrides,
            portal,
        })
    }

    fn said(&mut self, profile: Option<Spanned<String>>, levels: BTreeMap<Spanned<String>, Spanned<String>>) -> Said {
        let profile = profile.and_then(|name| {
            let known = match name.get_ref().as_str() {
                "lenient" => Some(Profile::Lenient),
                "default" => Some(Profile::Default),
                "strict" => Some(Profile::Strict),
                _ => None,
            };
            if known.is_none() {
                let message = format!("unknown profile `{}`", shorten(name.get_ref(), 40));
                let meant = name.get_ref().to_lowercase();
                let help =
                    ["lenient", "default", "strict"].contains(&&*meant).then(|| format!("did you mean \"{meant}\"?"));
                self.wrong(name.span(), message, "expected lenient, default or strict", help);
            }
            known
        });
        let mut said: Vec<(Selector, Option<Severity>)> = Vec::new();
        for (rule, level) in levels {
            let selector = Selector::from_str(rule.get_ref());
            if let Err(problem) = &selector {
                let (message, help) = match problem.split_once("; ") {
                    Some((message, help)) => (format!("{message} `{}`", shorten(rule.get_ref(), 40)), help),
                    None => (problem.clone(), "use the full id of the rule"),
                };
                // In quotes, as it is written here.
                let meant = help.strip_prefix("did you mean ").and_then(|meant| meant.strip_suffix('?'));
                let help = match meant.map(|meant| meant.trim_matches('`')) {
                    Some(meant) => format!("did you mean \"{meant}\"?"),
                    None => help.to_owned(),
                };
                self.wrong(rule.span(), message, "expected a rule, a group or `all`", Some(help));
            }
            let severity = match level.get_ref().as_str() {
                "error" | "deny" => Some(Some(Severity::Error)),
                "warning" | "warn" => Some(Some(Severity::Warning)),
                "note" => Some(Some(Severity::Note)),
                "off" | "allow" => Some(None),
                _ => None,
            };
            if severity.is_none() {
                let meant = match level.get_ref().to_lowercase().as_str() {
                    "deny" | "error" => Some("error"),
                    "warn" | "warning" => Some("warning"),
                    "note" | "info" => Some("note"),
                    "allow" | "ignore" | "none" | "off" => Some("off"),
                    _ => None,
                };
                let help = meant.map(|meant| format!("did you mean \"{meant}\"?"));
                let message = format!("unknown severity `{}`", shorten(level.get_ref(), 40));
                self.wrong(level.span(), message, "expected error, warning, note or off", help);
            }
            if let (Ok(selector), Some(severity)) = (selector, severity) {
                said.push((selector, severity));
            }
        }
        // The more is named, the less it counts.
        said.sort_by_key(|(selector, _)| match selector {
            Selector::All => 0,
            Selector::Group(_) => 1,
            Selector::Rule(_) => 2,
        });
        Said { profile, levels: said }
    }

    fn patterns(&mut self, patterns: Vec<Spanned<String>>) -> Option<Patterns> {
        let mut builder = GitignoreBuilder::new("");
        // As for `--exclude`: to git, such a pattern fits nothing.
        builder.allow_unclosed_class(false);
        let mut written = Vec::new();
        for pattern in patterns {
            if let Err(error) = builder.add_line(None, pattern.get_ref()) {
                let reason = error.to_string();
                let (problem, help) = pattern_problem(reason.rsplit(": ").next().unwrap_or_default());
                let message = format!("invalid pattern: {problem}");
                self.wrong(pattern.span(), message, "expected a .gitignore pattern", help.map(str::to_owned));
            }
            written.push(pattern.into_inner());
        }
        Some(Patterns { matcher: builder.build().ok()?, written })
    }

    fn dispositions(&mut self, given: BTreeMap<Spanned<String>, String>) -> BTreeMap<String, String> {
        let mut known = BTreeMap::new();
        for (guid, label) in given {
            if !names::is_guid(guid.get_ref()) {
                let message =
                    format!("keys in `[dispositions]` must be GUIDs, found `{}`", shorten(guid.get_ref(), 40));
                let help = "use the ids and labels from GET /calling/v1/dispositions".to_owned();
                self.wrong(guid.span(), message, "not a GUID", Some(help));
            }
            if let names::Disposition::Default(own) = names::disposition(guid.get_ref()) {
                let message = format!("the default outcome \"{own}\" of HubSpot cannot be renamed");
                self.wrong(guid.span(), message, "default outcome", Some("remove this entry".to_owned()));
            }
            known.insert(guid.get_ref().to_ascii_lowercase(), label);
        }
        known
    }

    fn owners(&mut self, given: BTreeMap<Spanned<String>, String>) -> BTreeMap<String, String> {
        let mut known = BTreeMap::new();
        for (id, name) in given {
            if id.get_ref().is_empty() || !id.get_ref().bytes().all(|byte| byte.is_ascii_digit()) {
                let message = format!("keys in `[owners]` must be numeric ids, found `{}`", shorten(id.get_ref(), 40));
                let help = "use the value of `hubspot_owner_id` as the key, for example 12345678 = \"Ann\"".to_owned();
                self.wrong(id.span(), message, "not a numeric id", Some(help));
            }
            known.insert(id.into_inner(), name);
        }
        known
    }
}
