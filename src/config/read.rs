//! Reads a `callcheck.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use ignore::gitignore::GitignoreBuilder;
use serde::Deserialize;
use toml::Spanned;

use super::{Config, ConfiguredValue, Override, Patterns, RuleLevels, SchemaChoice};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::finding::ConfigError;
use crate::format::{FormatSettings, FormatStyle, Indent, LayoutStyle, LineEnding};
use crate::hubspot::{AccountConfig, ObjectType, names};
use crate::rules::expectable_kinds;
use crate::rules::levels::{Profile, Selector};
use crate::schema::{SchemaDirectory, url_scheme};
use crate::span::Span;
use crate::text::{list, shorten};

/// The file name of a configuration.
pub(crate) const NAME: &str = "callcheck.toml";

/// JSON Schema of a configuration, for editors.
pub const SCHEMA: &str = include_str!("../../schema/config.schema.json");

/// The file with its spans, before validation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    profile: Option<Spanned<String>>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    objects: Vec<Spanned<String>>,
    #[serde(default)]
    dispositions: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    owners: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    format: FormatTable,
    #[serde(default)]
    overrides: Vec<OverrideTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FormatTable {
    style: Option<Spanned<toml::Value>>,
    width: Option<Spanned<toml::Value>>,
    indent: Option<Spanned<toml::Value>>,
    line_ending: Option<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideTable {
    paths: Vec<Spanned<String>>,
    profile: Option<Spanned<String>>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Spanned<String>>,
    schema: Option<Spanned<SchemaValue>>,
    #[serde(rename = "schema-dir")]
    schema_dir: Option<Spanned<Vec<Spanned<String>>>>,
    expect: Option<Spanned<Vec<Spanned<String>>>>,
}

enum SchemaValue {
    Path(String),
    IsBuiltIn(bool),
}

impl<'de> Deserialize<'de> for SchemaValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SchemaValueVisitor)
    }
}

struct SchemaValueVisitor;

/// The expected value, as [`wrong_type`] reads it.
const SCHEMA_VALUE: &str = "a path or a boolean";

impl serde::de::Visitor<'_> for SchemaValueVisitor {
    type Value = SchemaValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SCHEMA_VALUE)
    }

    fn visit_bool<E: serde::de::Error>(self, is_built_in: bool) -> Result<SchemaValue, E> {
        Ok(SchemaValue::IsBuiltIn(is_built_in))
    }

    fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<SchemaValue, E> {
        Ok(SchemaValue::Path(path.to_owned()))
    }
}

const MAX_WIDTH: usize = LayoutStyle::MAX_WIDTH;

/// The keys of a configuration, for suggestions.
const KEYS: [&str; 17] = [
    "profile",
    "rules",
    "exclude",
    "properties",
    "objects",
    "dispositions",
    "owners",
    "overrides",
    "paths",
    "schema",
    "schema-dir",
    "format",
    "style",
    "width",
    "indent",
    "line-ending",
    "expect",
];

/// Reads a configuration. `path` is absolute; patterns are relative to its directory.
///
/// # Errors
/// If the text is not TOML, that error; otherwise all invalid keys and values at once.
pub fn read(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let mut reader = ConfigReader { problems: Vec::new(), directory: path.parent().unwrap_or(Path::new("")), text };
    let config = match toml::from_str::<ConfigFile>(text) {
        Ok(file) => reader.config(path, file),
        Err(error) => {
            reader.problems.push(toml_problem(&error, text));
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

/// Rewords an error of the TOML parser.
fn toml_problem(error: &toml::de::Error, text: &str) -> Diagnostic {
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
        let near = KEYS.iter().map(|name| (strsim::damerau_levenshtein(&unknown, name), *name)).min();
        let finding = Diagnostic::new(rule, format!("unknown key `{}`", shorten(&unknown, 40)), label);
        return match near.filter(|(distance, _)| *distance <= 3) {
            Some((0, name @ ("paths" | "schema" | "schema-dir" | "expect"))) => {
                finding.help(format!("move `{name}` into an [[overrides]] table"))
            }
            Some((0, name @ ("style" | "width" | "indent" | "line-ending"))) => {
                finding.help(format!("move `{name}` into the [format] table"))
            }
            Some((0, name)) => {
                finding.help(format!("move `{name}` out of this table, before the first table of the file"))
            }
            Some((_, name)) => finding.help(format!("did you mean `{name}`?")),
            None => finding
                .help("use profile, rules, exclude, properties, objects, dispositions, owners, format or overrides"),
        };
    }
    // The parser uses the names of serde's types.
    let problem = problem.replace("a sequence", "an array").replace("sequence", "an array").replace("map", "a table");
    let problem = match meaning {
        Some(_) => problem.replacen("field `", "key `", 1),
        None => format!("invalid TOML: {problem}"),
    };
    Diagnostic::new(rule, problem, label)
}

/// The finding for a value of the wrong type, if that is the problem.
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
        SCHEMA_VALUE => ("a path, true or false", ""),
        wanted if wanted == "a map" || wanted.starts_with("struct ") => ("a table", "tables"),
        _ => return None,
    };
    // Without the input text, the error message ends with the path of keys.
    let mut plain = error.clone();
    plain.set_input(None);
    let plain = plain.to_string();
    let key = plain.trim_end().rsplit_once("\nin `")?.1.strip_suffix('`')?;
    const LISTS: [&str; 7] = [
        "exclude",
        "properties",
        "objects",
        "overrides",
        "overrides.paths",
        "overrides.schema-dir",
        "overrides.expect",
    ];
    let is_list = LISTS.contains(&key);
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

/// Rewords an error of the glob parser, with a help if there is one.
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
        // Drops the parser's own suggestion, which is a question.
        None => (reason.split(" (maybe").next().unwrap_or_default(), None),
    }
}

struct ConfigReader<'p> {
    problems: Vec<Diagnostic>,
    directory: &'p Path,
    text: &'p str,
}

impl ConfigReader<'_> {
    fn wrong(&mut self, at: Range<usize>, message: String, label: &str, help: Option<String>) {
        let finding =
            Diagnostic::new(&crate::rules::config::VALUE, message, Label::new(Span::new(at.start, at.end), label));
        self.problems.push(help.into_iter().fold(finding, Diagnostic::help));
    }

    fn config(&mut self, path: &Path, file: ConfigFile) -> Option<Config> {
        let rules = self.rule_levels(file.profile, file.rules);
        let exclude = self.patterns(file.exclude);
        let mut overrides = Vec::new();
        for table in file.overrides {
            let rules = self.rule_levels(table.profile, table.rules);
            let schema = table.schema.and_then(|value| self.schema(value));
            let schema_dirs = table.schema_dir.map(|directories| self.schema_dirs(directories));
            let expect = table.expect.map(|kinds| self.expect(kinds));
            overrides.push(Override { paths: self.patterns(table.paths)?, rules, schema, schema_dirs, expect });
        }
        let format = self.format(file.format);
        let account = AccountConfig {
            dispositions: self.dispositions(file.dispositions),
            owners: self.owners(file.owners),
            properties: file.properties.into_iter().collect(),
            objects: self.objects(file.objects),
            has_unknown_object: false,
        };
        Some(Config {
            path: path.to_owned(),
            directory: self.directory.to_owned(),
            rules,
            exclude: exclude?,
            overrides,
            account,
            format,
        })
    }

    fn format(&mut self, table: FormatTable) -> FormatSettings {
        let (indents, widths) = ("an integer from 0 to 16 or \"tab\"", format!("an integer from 0 to {MAX_WIDTH}"));
        let integer = |value: &toml::Value, max: usize| {
            value.as_integer().and_then(|number| usize::try_from(number).ok()).filter(|number| *number <= max)
        };
        FormatSettings {
            style: self.one("style", table.style, "\"prettier\" or \"expanded\"", |value| {
                value.as_str().and_then(FormatStyle::of)
            }),
            width: self.one("width", table.width, &widths, |value| integer(value, MAX_WIDTH)),
            indent: self.one("indent", table.indent, indents, |value| match value.as_str() {
                Some("tab") => Some(Indent::Tab),
                _ => integer(value, 16).and_then(|spaces| u8::try_from(spaces).ok()).map(Indent::Spaces),
            }),
            line_ending: self.one("line-ending", table.line_ending, "\"auto\", \"lf\" or \"crlf\"", |value| {
                value.as_str().and_then(LineEnding::of)
            }),
        }
    }

    /// The value of a key in `[format]`.
    fn one<T>(
        &mut self,
        key: &str,
        value: Option<Spanned<toml::Value>>,
        expected: &str,
        read: impl FnOnce(&toml::Value) -> Option<T>,
    ) -> Option<T> {
        let value = value?;
        let known = read(value.get_ref());
        if known.is_none() {
            let text = self.text.get(value.span()).and_then(|text| text.lines().next()).unwrap_or_default();
            let message = format!("`{key}` must be {expected}, found {}", shorten(text, 40));
            self.wrong(value.span(), message, &format!("expected {expected}"), None);
        }
        known
    }

    fn line(&self, span: &Range<usize>) -> u64 {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count() as u64
    }

    fn schema(&mut self, value: Spanned<SchemaValue>) -> Option<ConfiguredValue<SchemaChoice>> {
        let (span, line) = (value.span(), self.line(&value.span()));
        let choice = match value.into_inner() {
            SchemaValue::IsBuiltIn(true) => SchemaChoice::BuiltIn,
            SchemaValue::IsBuiltIn(false) => SchemaChoice::SyntaxOnly,
            SchemaValue::Path(path) if path.is_empty() => {
                let help = "use `false` to check only the syntax".to_owned();
                self.wrong(span, "`schema` is empty".to_owned(), "expected a path, true or false", Some(help));
                return None;
            }
            SchemaValue::Path(url) if url_scheme(&url).is_some() => {
                let help = "save it first with `curl -fsSL -o schema.json URL`, then use the path".to_owned();
                let message = "`schema` must be a path, found a URL; callcheck does not download schemas".to_owned();
                self.wrong(span, message, "expected a path", Some(help));
                return None;
            }
            SchemaValue::Path(path) => SchemaChoice::File(self.directory.join(path)),
        };
        Some(ConfiguredValue { value: choice, line })
    }

    fn schema_dirs(&mut self, directories: Spanned<Vec<Spanned<String>>>) -> ConfiguredValue<Vec<SchemaDirectory>> {
        let line = self.line(&directories.span());
        let mut known = Vec::new();
        for directory in directories.into_inner() {
            match SchemaDirectory::parse(directory.get_ref()) {
                Ok(parsed) => known.push(parsed.with_path(self.directory.join(&parsed.path))),
                Err(reason) => {
                    let message = format!("invalid `schema-dir`: {reason}");
                    self.wrong(directory.span(), message, "expected DIR or URI=DIR", None);
                }
            }
        }
        ConfiguredValue { value: known, line }
    }

    fn expect(&mut self, kinds: Spanned<Vec<Spanned<String>>>) -> ConfiguredValue<Vec<&'static str>> {
        let (span, line) = (kinds.span(), self.line(&kinds.span()));
        let kinds = kinds.into_inner();
        if kinds.is_empty() {
            let help = "list at least one kind, for example \"error-response\", or remove the key".to_owned();
            self.wrong(span, "`expect` is empty".to_owned(), "expected a kind of document", Some(help));
        }
        let known = kinds.iter().filter_map(|kind| self.kind(kind)).collect();
        ConfiguredValue { value: known, line }
    }

    fn kind(&mut self, name: &Spanned<String>) -> Option<&'static str> {
        let known = expectable_kinds().find(|known| known == name.get_ref());
        if known.is_none() {
            let message = format!("unknown kind of document `{}`", shorten(name.get_ref(), 40));
            let lower = name.get_ref().to_lowercase();
            let plain = lower.strip_prefix("document/").unwrap_or(&lower);
            let near = expectable_kinds().map(|known| (strsim::damerau_levenshtein(plain, known), known)).min();
            let help = match near.filter(|(distance, _)| *distance <= 3.min(plain.len() / 3)) {
                Some((_, near)) => format!("did you mean \"{near}\"?"),
                None => format!("use {}", list(&expectable_kinds().collect::<Vec<_>>(), "or")),
            };
            self.wrong(name.span(), message, "expected a kind of document", Some(help));
        }
        known
    }

    fn rule_levels(
        &mut self,
        profile: Option<Spanned<String>>,
        levels: BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> RuleLevels {
        let profile = profile.and_then(|name| self.profile(&name));
        let mut known: Vec<(Selector, Option<Severity>)> = Vec::new();
        for (rule, level) in levels {
            let (selector, severity) = (self.selector(&rule), self.severity(&level));
            known.extend(selector.zip(severity));
        }
        // Later entries take precedence, so the more specific ones come last.
        known.sort_by_key(|(selector, _)| match selector {
            Selector::All => 0,
            Selector::Group(_) => 1,
            Selector::Rule(_) => 2,
        });
        RuleLevels { profile, levels: known }
    }

    fn profile(&mut self, name: &Spanned<String>) -> Option<Profile> {
        let profile = |name: &str| match name {
            "lenient" => Some(Profile::Lenient),
            "default" => Some(Profile::Default),
            "strict" => Some(Profile::Strict),
            _ => None,
        };
        let known = profile(name.get_ref());
        if known.is_none() {
            let message = format!("unknown profile `{}`", shorten(name.get_ref(), 40));
            let lowercase = name.get_ref().to_lowercase();
            let help = profile(&lowercase).map(|_| format!("did you mean \"{lowercase}\"?"));
            self.wrong(name.span(), message, "expected lenient, default or strict", help);
        }
        known
    }

    fn selector(&mut self, rule: &Spanned<String>) -> Option<Selector> {
        let problem = match Selector::from_str(rule.get_ref()) {
            Ok(selector) => return Some(selector),
            Err(problem) => problem,
        };
        let (message, help) = match problem.split_once("; ") {
            Some((message, help)) => (format!("{message} `{}`", shorten(rule.get_ref(), 40)), help),
            None => (problem.clone(), "use the full id of the rule"),
        };
        // Keys with a slash need quotes in TOML.
        let suggestion = help.strip_prefix("did you mean ").and_then(|name| name.strip_suffix('?'));
        let help = match suggestion.map(|name| name.trim_matches('`')) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => help.to_owned(),
        };
        self.wrong(rule.span(), message, "expected a rule, a group or `all`", Some(help));
        None
    }

    /// The inner `None` is `off`.
    fn severity(&mut self, level: &Spanned<String>) -> Option<Option<Severity>> {
        let severity = match level.get_ref().as_str() {
            "error" | "deny" => Some(Some(Severity::Error)),
            "warning" | "warn" => Some(Some(Severity::Warning)),
            "note" => Some(Some(Severity::Note)),
            "off" | "allow" => Some(None),
            _ => None,
        };
        if severity.is_none() {
            let suggestion = match level.get_ref().to_lowercase().as_str() {
                "deny" | "error" => Some("error"),
                "warn" | "warning" => Some("warning"),
                "note" | "info" => Some("note"),
                "allow" | "ignore" | "none" | "off" => Some("off"),
                _ => None,
            };
            let help = suggestion.map(|name| format!("did you mean \"{name}\"?"));
            let message = format!("unknown severity `{}`", shorten(level.get_ref(), 40));
            self.wrong(level.span(), message, "expected error, warning, note or off", help);
        }
        severity
    }

    fn patterns(&mut self, patterns: Vec<Spanned<String>>) -> Option<Patterns> {
        let mut builder = GitignoreBuilder::new("");
        // As for `--exclude`: git would accept such a pattern and match nothing.
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

    fn objects(&mut self, names: Vec<Spanned<String>>) -> Vec<ObjectType> {
        let mut known = Vec::new();
        for name in names {
            match ObjectType::from_str(name.get_ref()) {
                Ok(kind) => known.push(kind),
                Err(problem) => {
                    let (problem, help) = problem.split_once("; ").unwrap_or((&problem, ""));
                    let message = format!("{problem} `{}`", shorten(name.get_ref(), 40));
                    let label = "expected the name or the type id of an object";
                    self.wrong(name.span(), message, label, Some(help.replace('`', "\"")));
                }
            }
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
