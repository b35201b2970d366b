//! `callcheck config`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::ConfigArgs;
use crate::cli::settings::Environment;
use crate::config::{Config, RuleLevels, SchemaChoice};
use crate::diagnostic::Severity;
use crate::finding::summary::Outcome;
use crate::format::{FormatSettings, Indent};
use crate::input::Input;
use crate::reporters::Style;
use crate::rules::levels::{Levels, Profile, Selector};
use crate::text::visible;

/// Prints the configuration of each path as TOML, with comments that name the source of each value.
pub fn print_config(
    args: &ConfigArgs,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut configs = environment.configs(&args.global, Levels::default());
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    let style = Style::new(environment.line_width());
    let (mut text, mut outcome) = (String::new(), Outcome::Clean);
    for (index, path) in paths.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        // For a directory, the settings of the files in it.
        let is_directory = path.is_dir();
        if !path.exists() {
            super::error(err, &format!("{}: no such file or directory", path.to_string_lossy()));
            outcome = Outcome::Failed;
            continue;
        }
        let file = if is_directory { path.join("*") } else { path.clone() };
        let absolute = configs.absolute(&Input::File(file));
        match configs.config(&absolute) {
            Ok(config) => {
                text.push_str(&effective(path, &absolute, is_directory, config.as_deref(), &environment.directory));
            }
            Err(problem) => {
                let _ = err.write_all(super::config_error(&problem, style).as_bytes());
                outcome = Outcome::Failed;
            }
        }
    }
    super::print(text.as_bytes(), out).map(|()| outcome)
}

/// The effective configuration of a path.
fn effective(path: &Path, absolute: &Path, is_directory: bool, config: Option<&Config>, current_dir: &Path) -> String {
    let name = visible(&path.to_string_lossy()).into_owned();
    let Some(config) = config else {
        return format!("# {name}: no callcheck.toml found; using defaults\nprofile = \"default\"\n");
    };
    let file = relative(&config.path, current_dir);
    let mut out = format!("# {name}: settings from {}\n", visible(&file));
    if !is_directory && config.excludes(absolute) {
        out.push_str("# excluded: skipped in directories, checked if named on the command line\n");
    }
    let chosen = if is_directory { Vec::new() } else { config.overrides_of(absolute) };
    if !is_directory {
        out.push_str(&schema_lines(config, &chosen, current_dir));
        out.push_str(&expect_line(config, &chosen));
    }
    // A later source replaces the values of earlier ones.
    let mut profile: Option<(Profile, String)> = None;
    let mut levels: Vec<(Selector, Option<Severity>, String)> = Vec::new();
    let mut add = |table: &RuleLevels, from: String| {
        if let Some(own) = table.profile {
            profile = Some((own, from.clone()));
        }
        for (rules, severity) in &table.levels {
            levels.retain(|(known, ..)| !rules.covers(known));
            levels.push((rules.clone(), *severity, from.clone()));
        }
    };
    add(&config.rules, String::new());
    for index in chosen {
        let part = &config.overrides[index];
        add(&part.rules, format!("  # override {}: {}", index + 1, part.paths.written.join(" ")));
    }
    match profile {
        Some((profile, from)) => out.push_str(&format!("profile = \"{}\"{}\n", profile.name(), visible(&from))),
        None => out.push_str("profile = \"default\"\n"),
    }
    let list = |name: &str, items: &mut dyn Iterator<Item = String>| {
        let items: Vec<String> = items.map(|item| quoted(&item)).collect();
        if items.is_empty() { String::new() } else { format!("{name} = [{}]\n", items.join(", ")) }
    };
    out.push_str(&list("exclude", &mut config.exclude.written.iter().cloned()));
    out.push_str(&list("properties", &mut config.account.properties.iter().cloned()));
    out.push_str(&list("objects", &mut config.account.objects.iter().map(|kind| kind.spelled())));
    if !levels.is_empty() {
        out.push_str("\n[rules]  # a rule takes precedence over its group, a group over `all`\n");
    }
    for (rules, severity, from) in levels {
        let level = severity.map_or("off", Severity::as_str);
        out.push_str(&format!("{} = \"{level}\"{}\n", quoted(&rules.to_string()), visible(&from)));
    }
    for (name, map) in [("dispositions", &config.account.dispositions), ("owners", &config.account.owners)] {
        if !map.is_empty() {
            out.push_str(&format!("\n[{name}]\n"));
        }
        for (key, value) in map {
            out.push_str(&format!("{} = {}\n", quoted(key), quoted(value)));
        }
    }
    out.push_str(&format_lines(config.format));
    if is_directory && !config.overrides.is_empty() {
        out.push_str("\n# Overrides for some files (run `callcheck config FILE` to see the settings of a file):\n");
        for (index, part) in config.overrides.iter().enumerate() {
            let schema =
                part.schema.as_ref().map(|schema| format!("; schema: {}", described(&schema.value, current_dir)));
            let expect = part.expect.as_ref().map(|expect| format!("; expect: {}", expect.value.join(", ")));
            let patterns = part.paths.written.join(" ");
            let (schema, expect) = (schema.unwrap_or_default(), expect.unwrap_or_default());
            let text = format!("override {}: {patterns}{schema}{expect}", index + 1);
            out.push_str(&format!("# {}\n", visible(&text)));
        }
    }
    out
}

/// The `[format]` table.
fn format_lines(format: FormatSettings) -> String {
    let FormatSettings { style, width, indent, line_ending } = format;
    let indent = indent.map(|indent| match indent {
        Indent::Spaces(spaces) => spaces.to_string(),
        Indent::Tab => "\"tab\"".to_owned(),
    });
    let lines: String = [
        ("style", style.map(|style| quoted(style.name()))),
        ("width", width.map(|width| width.to_string())),
        ("indent", indent),
        ("line-ending", line_ending.map(|ending| quoted(ending.name()))),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(format!("{key} = {}\n", value?)))
    .collect();
    if lines.is_empty() { lines } else { format!("\n[format]\n{lines}") }
}

/// The schema of a file and the override that chooses it, as comments: they have no key at the top of a configuration.
fn schema_lines(config: &Config, overrides: &[usize], current_dir: &Path) -> String {
    let from = |index: usize, line: u64| origin(config, index, line);
    let Some((index, schema)) = config.schema(overrides) else {
        return format!("# schema: {}\n", described(&SchemaChoice::BuiltIn, current_dir));
    };
    let mut lines = vec![format!("schema: {}  # {}", described(&schema.value, current_dir), from(index, schema.line))];
    let directories = config.schema_dirs(overrides).filter(|_| matches!(schema.value, SchemaChoice::File(_)));
    if let Some((index, directories)) = directories {
        let from = from(index, directories.line);
        lines.extend(directories.value.iter().map(|directory| {
            let uri = directory.uri().map(|uri| format!("{uri}=")).unwrap_or_default();
            format!("schema-dir: {uri}{}  # {from}", relative(&directory.path, current_dir))
        }));
    }
    lines.iter().map(|line| format!("# {}\n", visible(line))).collect()
}

/// The expected kinds of a file and the override that sets them, as a comment.
fn expect_line(config: &Config, overrides: &[usize]) -> String {
    let Some((index, expect)) = config.expect(overrides) else { return String::new() };
    let line = format!("expect: {}  # {}", expect.value.join(", "), origin(config, index, expect.line));
    format!("# {}\n", visible(&line))
}

/// An override and the line of one of its values.
fn origin(config: &Config, index: usize, line: u64) -> String {
    let patterns = config.overrides[index].paths.written.join(" ");
    format!("override {}, line {line}: {patterns}", index + 1)
}

fn described(choice: &SchemaChoice, current_dir: &Path) -> String {
    match choice {
        SchemaChoice::BuiltIn => "built-in, HubSpot responses".to_owned(),
        SchemaChoice::SyntaxOnly => "none, syntax only".to_owned(),
        SchemaChoice::File(path) => relative(path, current_dir),
    }
}

fn relative(path: &Path, current_dir: &Path) -> String {
    path.strip_prefix(current_dir).unwrap_or(path).to_string_lossy().into_owned()
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    let text = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
