//! `callcheck config`: what holds for files, and from where.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::check::misconfigured;
use crate::cli::ConfigArgs;
use crate::cli::settings::Environment;
use crate::config::{Config, Said};
use crate::diagnostic::Severity;
use crate::finding::summary::Outcome;
use crate::input::Input;
use crate::reporters::Style;
use crate::rules::levels::{Levels, Profile, Selector};
use crate::text::visible;

/// `callcheck config`: for each path what its `callcheck.toml` says, as TOML, with comments that say where it says so.
///
/// # Errors
/// When `out` cannot be written.
pub fn print_config(
    args: &ConfigArgs,
    terminal: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut configs = terminal.configs(&args.global, Levels::default());
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    let style = Style::new(terminal.line_width());
    let (mut text, mut outcome) = (String::new(), Outcome::Clean);
    for (place, path) in paths.iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        // A folder is asked for what holds for the files in it.
        let is_folder = path.is_dir();
        if !path.exists() {
            super::error(err, &format!("{}: no such file or directory", path.to_string_lossy()));
            outcome = Outcome::Failed;
            continue;
        }
        let asked = if is_folder { path.join("*") } else { path.clone() };
        let absolute = configs.absolute(&Input::File(asked));
        match configs.config(&absolute) {
            Ok(config) => text.push_str(&held(path, &absolute, is_folder, config.as_deref(), &terminal.folder)),
            Err(problem) => {
                let _ = err.write_all(misconfigured(&problem, style).as_bytes());
                outcome = Outcome::Failed;
            }
        }
    }
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(outcome),
    }
}

/// What holds for a path.
fn held(path: &Path, absolute: &Path, is_folder: bool, config: Option<&Config>, here: &Path) -> String {
    let name = visible(&path.to_string_lossy()).into_owned();
    let Some(config) = config else {
        return format!("# {name}: no callcheck.toml found; using defaults\nprofile = \"default\"\n");
    };
    let file = config.path.strip_prefix(here).unwrap_or(&config.path).to_string_lossy().into_owned();
    let mut out = format!("# {name}: settings from {}\n", visible(&file));
    if !is_folder && config.excludes(absolute) {
        out.push_str("# excluded: skipped in directories, checked if named on the command line\n");
    }
    let chosen = if is_folder { Vec::new() } else { config.overrides_of(absolute) };
    // The last one that says something counts; what it says is told once.
    let mut profile: Option<(Profile, String)> = None;
    let mut levels: Vec<(Selector, Option<Severity>, String)> = Vec::new();
    let mut add = |said: &Said, from: String| {
        if let Some(own) = said.profile {
            profile = Some((own, from.clone()));
        }
        for (rules, severity) in &said.levels {
            levels.retain(|(known, ..)| !rules.covers(known));
            levels.push((rules.clone(), *severity, from.clone()));
        }
    };
    add(&config.rules, String::new());
    for place in chosen {
        let part = &config.overrides[place];
        add(&part.rules, format!("  # override {}: {}", place + 1, part.paths.written.join(" ")));
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
    out.push_str(&list("properties", &mut config.portal.properties.iter().cloned()));
    if !levels.is_empty() {
        out.push_str("\n[rules]  # a rule takes precedence over its group, a group over `all`\n");
    }
    for (rules, severity, from) in levels {
        let level = severity.map_or("off", Severity::as_str);
        out.push_str(&format!("{} = \"{level}\"{}\n", quoted(&rules.to_string()), visible(&from)));
    }
    for (name, map) in [("dispositions", &config.portal.dispositions), ("owners", &config.portal.owners)] {
        if !map.is_empty() {
            out.push_str(&format!("\n[{name}]\n"));
        }
        for (key, value) in map {
            out.push_str(&format!("{} = {}\n", quoted(key), quoted(value)));
        }
    }
    if is_folder && !config.overrides.is_empty() {
        out.push_str("\n# Overrides for some files (run `callcheck config FILE` to see the settings of a file):\n");
        for (place, part) in config.overrides.iter().enumerate() {
            out.push_str(&format!("# override {}: {}\n", place + 1, visible(&part.paths.written.join(" "))));
        }
    }
    out
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    let text = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
