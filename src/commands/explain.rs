//! `callcheck explain`.

use std::io::{self, Write};

use crate::check::{CheckOptions, NamedReader, ThreadState, Validator, check_reader};
use crate::cli::ExplainArgs;
use crate::cli::settings::Environment;
use crate::finding::Event;
use crate::finding::summary::Outcome;
use crate::hubspot::{AccountConfig, Request};
use crate::json::{Document, Kind, Tape};
use crate::reporters::{self, Handler, Paint, Style};
use crate::rules::levels::{Levels, Profile, Selector};
use crate::rules::{self, Example, ExampleFile, RULES, Rule, Rules};
use crate::schema::Schema;
use crate::text::{count, shorten, visible, width};

/// Lines of an example that are shown before and after the line of the finding.
const CONTEXT_LINES: usize = 2;

/// Prints a table of all rules or of a group, or describes one rule.
pub fn explain(args: &ExplainArgs, environment: &Environment, out: &mut dyn Write) -> io::Result<Outcome> {
    let style = environment.plain_style(&args.global);
    let text = match &args.rule {
        Some(Selector::Rule(id)) => rules::find(id).map(|rule| description(rule, style)).unwrap_or_default(),
        chosen => {
            let groups = RULES.iter().filter(|group| match chosen {
                Some(Selector::Group(name)) => group[0].info.group() == name,
                _ => true,
            });
            let groups: Vec<&[Rule]> = groups.copied().collect();
            table(&groups, style)
        }
    };
    super::print(text.as_bytes(), out).map(|()| Outcome::Clean)
}

/// The severity with a profile, or `off`.
pub(super) fn level(rule: &Rule, profile: Profile) -> &'static str {
    Levels::with(profile).of(rule.info).map_or("off", crate::diagnostic::Severity::as_str)
}

/// One line per rule: severity, id, summary.
fn table(groups: &[&[Rule]], style: Style) -> String {
    let paint = Paint::new(style.color);
    let handler = Handler::new(style);
    let widest = groups.iter().flat_map(|group| group.iter()).map(|rule| rule.info.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        for rule in group.iter() {
            let level = level(rule, Profile::Default);
            let head = format!("{level:<8} {:<widest$}  ", rule.info.id);
            // If the width is too small for both, the summary goes below the id.
            let (first, rest) = if style.width >= head.len() + 24 {
                (head.clone(), " ".repeat(head.len()))
            } else {
                handler.wrap(&mut out, "", "  ", head.trim_end());
                (" ".repeat(9), " ".repeat(9))
            };
            let mut lines = String::new();
            handler.wrap(&mut lines, &first, &rest, rule.info.summary);
            let severity = (level != "off").then_some(rule.info.severity);
            match (severity, lines.strip_prefix(level)) {
                (Some(severity), Some(rest)) => {
                    out.push_str(&paint.severity(severity, level));
                    out.push_str(rest);
                }
                _ => out.push_str(&lines),
            }
        }
    }
    out.push('\n');
    handler.wrap(
        &mut out,
        "",
        "",
        "`callcheck explain RULE` describes a rule. To change severities, use --deny, --warn, --allow, --profile or a callcheck.toml.",
    );
    out
}

fn description(rule: &Rule, style: Style) -> String {
    let paint = Paint::new(style.color);
    let handler = Handler::new(style);
    let mut out = String::new();
    let mut head = String::new();
    handler.wrap(&mut head, "", "  ", &format!("{}: {}", rule.info.id, rule.info.summary));
    out.push_str(&paint.strong(head.trim_end()));
    out.push_str("\n\n");
    let severities = [Profile::Default, Profile::Lenient, Profile::Strict].map(|profile| level(rule, profile));
    let [default, lenient, strict] = severities;
    handler.wrap(
        &mut out,
        "",
        "  ",
        &format!("Severity: {default} (--profile lenient: {lenient}, --profile strict: {strict})"),
    );
    let id = rule.info.id;
    // Reading or evaluation ends at these findings, so there is no result without them.
    let is_fixed = rule.info.group() == "config"
        || [
            "schema/undecided",
            "schema/duplicate-id",
            "schema/ref",
            "schema/limit",
            "json/canonical",
            "json/line-length",
        ]
        .contains(&id);
    let disable = if default == "off" { "Enable it" } else { "Disable it" };
    let (option, value) = if default == "off" { ("--warn", "warn") } else { ("--allow", "allow") };
    let how = match is_fixed {
        true => "It cannot be disabled.".to_owned(),
        false => format!("{disable}: {option} {id}, or \"{id}\" = \"{value}\" in the [rules] table of callcheck.toml"),
    };
    handler.wrap(&mut out, "", "  ", &how);
    out.push('\n');
    handler.wrap(&mut out, "", "", rule.info.explanation);
    if !rule.info.fix.is_empty() {
        out.push('\n');
        handler.wrap(&mut out, "What to do: ", "  ", rule.info.fix);
    }
    if let Some(example) = &rule.example {
        push_example(rule, example, style, &mut out);
    }
    out
}

fn push_heading(text: &str, style: Style, out: &mut String) {
    let mut lines = String::new();
    Handler::new(style).wrap(&mut lines, "", "  ", text);
    out.push_str(&format!("\n{}\n\n", Paint::new(style.color).strong(lines.trim_end())));
}

/// Appends the lines around the location of the finding, the finding, and the same location in a document without the
/// problem.
fn push_example(rule: &Rule, example: &Example, style: Style, out: &mut String) {
    let reported = report(rule, example, style);
    let line = reported.location.as_ref().map_or(1, |(line, _)| *line);
    push_heading(&format!("Example (fixtures/{}):", example.wrong.name), style, out);
    out.push_str(&lines(example.wrong.bytes, line, style));
    push_heading("Output:", style, out);
    for line in reported.text.trim_end().lines() {
        out.push_str(format!("  {line}").trim_end());
        out.push('\n');
    }
    let shown_wrong = lines(example.wrong.bytes, line, style);
    let right = example.right.as_ref().zip(reported.location.as_ref());
    let right = right.and_then(|(right, (_, pointer))| Some((right, line_of(right.bytes, pointer)?)));
    // The difference may be at another location: then these lines would be repeated.
    if let Some((right, line)) = right
        && lines(right.bytes, line, style) != shown_wrong
    {
        push_heading(&format!("Without the problem (fixtures/{}):", right.name), style, out);
        out.push_str(&lines(right.bytes, line, style));
    }
}

/// The numbered lines around a line.
fn lines(bytes: &[u8], line: usize, style: Style) -> String {
    let text = String::from_utf8_lossy(bytes);
    if text.contains(['\0', '\u{1}', '\u{4}', '\u{8}']) {
        return format!("  ({} of binary data)\n", count(bytes.len() as u64, "byte"));
    }
    let first = line.saturating_sub(CONTEXT_LINES).max(1);
    let shown: Vec<(usize, &str)> =
        (1..).zip(text.lines()).skip(first - 1).take(line + CONTEXT_LINES + 1 - first).collect();
    let gutter = shown.last().map_or(1, |(number, _)| number.to_string().len());
    let mut out = String::new();
    for (number, text) in shown {
        let text = visible(text);
        let room = style.width.saturating_sub(gutter + 5).max(10);
        let text = if width(&text) > room { shorten(&text, room) } else { text };
        out.push_str(format!("  {number:>gutter$} | {text}").trim_end());
        out.push('\n');
    }
    if out.is_empty() { "  (empty)\n".to_owned() } else { out }
}

/// The line, from 1, of the value at a JSON Pointer.
fn line_of(bytes: &[u8], pointer: &str) -> Option<usize> {
    let mut tape = Tape::default();
    let document = Document::parse(bytes, 0, &mut tape).ok()?;
    let value = pointer.split('/').skip(1).try_fold(document.root(), |value, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match token.parse() {
            Ok(index) if value.kind() == Kind::Array => value.elements().nth(index),
            _ => value.get(&token),
        }
    })?;
    Some(1 + bytes[..value.span().start.0].iter().filter(|byte| **byte == b'\n').count())
}

/// The output of `check` for the example of a rule.
struct ExampleReport {
    text: String,
    /// The line and the JSON Pointer of the rule's first finding.
    location: Option<(usize, String)>,
}

fn report(rule: &Rule, example: &Example, style: Style) -> ExampleReport {
    let (shown, style) = (&example.wrong, Style { width: style.width - 2, ..style });
    if let Some(text) = keyword(shown, style) {
        return ExampleReport { text, location: None };
    }
    if let Some(report) = schema(shown, style) {
        return report;
    }
    let mut levels = Levels::default();
    levels.set(Selector::Rule(rule.info.id), Some(rule.info.severity));
    let rules = Rules::of(&levels, AccountConfig { objects: example.objects.to_vec(), ..AccountConfig::default() });
    let request = example.request.as_ref().and_then(|request| Request::read(request.bytes).ok());
    let validator = Validator { rules: Some(&rules), request: request.as_ref(), ..Validator::embedded() };
    let options = CheckOptions { drawn: reporters::Format::Full.max_excerpts(style), ..CheckOptions::new(validator) };
    let mut reporter = reporters::reporter(reporters::Format::Full, style);
    let (mut out, mut location) = (Vec::new(), None);
    let mut sink = |event| {
        let _ = match event {
            Event::Finding(document, found) if found.finding.rule == rule.info => {
                let (line, pointer) = (found.location.0.line as usize, &found.finding.instance_location);
                location.get_or_insert_with(|| (line, pointer.clone()));
                reporter.finding(&document, *found, &mut out)
            }
            Event::DocumentEnd(document, ending) => reporter.document(&document, &ending, &mut out),
            _ => Ok(()),
        };
        Ok(())
    };
    let name = shown.name.rsplit('/').next().unwrap_or(shown.name);
    let input = NamedReader { name, reader: &mut &*shown.bytes, size: None, may_be_lines: false };
    let _ = check_reader(&options, &mut ThreadState::new(&options), input, &mut sink);
    ExampleReport { text: String::from_utf8_lossy(&out).into_owned(), location }
}

/// The report for an example of a keyword that the embedded schema does not use: it has a schema and an instance.
fn keyword(shown: &ExampleFile, style: Style) -> Option<String> {
    shown.name.strip_prefix("keywords/")?;
    let both: serde_json::Value = serde_json::from_slice(shown.bytes).ok()?;
    let schema = Schema::compile(both.get("schema")?.clone()).ok()?;
    let text = serde_json::to_string(both.get("instance")?).ok()?;
    let mut tape = Tape::default();
    let document = Document::parse(text.as_bytes(), 0, &mut tape).ok()?;
    Some(reporters::in_text("instance", &text, &schema.check(document), style))
}

/// The report for an example that is a schema with a problem.
fn schema(shown: &ExampleFile, style: Style) -> Option<ExampleReport> {
    let name = shown.name.strip_prefix("schemas/")?;
    let findings = Schema::problems(name, shown.bytes);
    let mut tape = Tape::default();
    let document = Document::parse(shown.bytes, 0, &mut tape).ok()?;
    let first = findings.first()?;
    let start = first.label.span.start.0;
    let line = 1 + document.source()[..start].iter().filter(|byte| **byte == b'\n').count();
    let text = reporters::in_json(name, shown.bytes, &findings, style);
    Some(ExampleReport { text, location: Some((line, first.instance_location.clone())) })
}
