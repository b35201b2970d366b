//! `callcheck explain`: the rules, for people.

use std::io::{self, Write};

use crate::check::{Event, Judge, Task, Worker, check_reader};
use crate::cli::ExplainArgs;
use crate::document::{Document, Tape};
use crate::domain::{Portal, Request};
use crate::emit::{self, Handler, Paint, Style};
use crate::levels::{Levels, Profile, Selector};
use crate::rules::{self, Example, RULES, Rule, Rules, Shown};
use crate::schema::Schema;
use crate::settings::Terminal;
use crate::summary::Outcome;
use crate::text::{shorten, visible, width};

/// So many lines of an example are shown.
const LINES: usize = 40;

/// `callcheck explain`: the table of all rules, of a group, or all that is known of one.
///
/// # Errors
/// When `out` cannot be written.
pub fn explain(args: &ExplainArgs, terminal: &Terminal, out: &mut dyn Write) -> io::Result<Outcome> {
    let style = Style {
        width: terminal.line_width(),
        color: terminal.colors(args.color, terminal.stdout_is_terminal),
        plain: false,
        quiet: false,
        limit: None,
    };
    let text = match &args.rule {
        Some(Selector::Rule(id)) => rules::find(id).map(|rule| one(rule, style)).unwrap_or_default(),
        chosen => {
            let groups = RULES.iter().filter(|group| match chosen {
                Some(Selector::Group(name)) => group[0].group() == name,
                _ => true,
            });
            let groups: Vec<&[Rule]> = groups.copied().collect();
            table(&groups, style)
        }
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(Outcome::Clean),
    }
}

/// The level of a rule in one word.
pub(super) fn level(rule: &Rule, profile: Profile) -> &'static str {
    Levels::with(profile).of(rule).map_or("off", crate::diagnostic::Severity::as_str)
}

/// A line a rule: level, id, what is wrong.
fn table(groups: &[&[Rule]], style: Style) -> String {
    let paint = Paint::new(style.color);
    let handler = Handler::new(style);
    let widest = groups.iter().flat_map(|group| group.iter()).map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (place, group) in groups.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        for rule in group.iter() {
            let level = level(rule, Profile::Default);
            let head = format!("{level:<8} {:<widest$}  ", rule.id);
            // Where a line is too narrow for both, the words go under the id.
            let (first, rest) = if style.width >= head.len() + 24 {
                (head.clone(), " ".repeat(head.len()))
            } else {
                handler.wrap(&mut out, "", "  ", head.trim_end());
                (" ".repeat(9), " ".repeat(9))
            };
            let mut lines = String::new();
            handler.wrap(&mut lines, &first, &rest, rule.summary);
            let severity = (level != "off").then_some(rule.severity);
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
        "`callcheck explain RULE` tells more of one. --deny, --warn and --allow, --profile and a callcheck.toml change levels.",
    );
    out
}

/// All that is known of a rule.
fn one(rule: &Rule, style: Style) -> String {
    let paint = Paint::new(style.color);
    let handler = Handler::new(style);
    let mut out = String::new();
    let mut head = String::new();
    handler.wrap(&mut head, "", "  ", &format!("{}: {}", rule.id, rule.summary));
    out.push_str(&paint.strong(head.trim_end()));
    out.push_str("\n\n");
    let levels = [Profile::Default, Profile::Lenient, Profile::Strict].map(|profile| level(rule, profile));
    let [usual, lenient, strict] = levels;
    handler.wrap(&mut out, "", "", &format!("Level: {usual}; with --profile lenient: {lenient}, strict: {strict}"));
    out.push('\n');
    handler.wrap(&mut out, "", "", rule.explanation);
    if !rule.fix.is_empty() {
        out.push('\n');
        handler.wrap(&mut out, "What to do: ", "  ", rule.fix);
    }
    if let Some(example) = &rule.example {
        shown(rule, example, style, &mut out);
    }
    heading("To silence it:", style, &mut out);
    handler.wrap(&mut out, "  ", "    ", &format!("callcheck --allow {} ...", rule.id));
    out.push_str("\n  # or in callcheck.toml\n  [levels]\n");
    handler.wrap(&mut out, "  ", "    ", &format!("\"{}\" = \"off\"", rule.id));
    out
}

/// A line over what follows, with space around it.
fn heading(text: &str, style: Style, out: &mut String) {
    let mut lines = String::new();
    Handler::new(style).wrap(&mut lines, "", "  ", text);
    out.push_str(&format!("\n{}\n\n", Paint::new(style.color).strong(lines.trim_end())));
}

fn shown(rule: &Rule, example: &Example, style: Style, out: &mut String) {
    if let Some(request) = &example.request {
        heading("The request:", style, out);
        out.push_str(&text(request, style));
    }
    heading(&format!("Wrong (fixtures/{}):", example.wrong.name), style, out);
    out.push_str(&text(&example.wrong, style));
    heading("callcheck says:", style, out);
    indent(&said(rule, example, &example.wrong, style), out);
    if let Some(right) = &example.right {
        heading(&format!("Right (fixtures/{}):", right.name), style, out);
        out.push_str(&text(right, style));
        let said = said(rule, example, right, style);
        if said.is_empty() {
            heading("callcheck has nothing to say.", style, out);
            out.pop();
        } else {
            heading(&format!("callcheck says nothing of {}, but:", rule.id), style, out);
            indent(&said, out);
        }
    }
}

fn indent(text: &str, out: &mut String) {
    for line in text.trim_end().lines() {
        out.push_str("  ");
        out.push_str(line);
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

/// An example, shortened to what can be looked at.
fn text(shown: &Shown, style: Style) -> String {
    let mut out = String::new();
    let is_text = std::str::from_utf8(shown.bytes).is_ok_and(|text| !text.contains('\0'));
    if !is_text && !shown.name.contains("encoding") {
        return format!("  ({} bytes that are no text)\n", shown.bytes.len());
    }
    let text = String::from_utf8_lossy(shown.bytes);
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().take(LINES) {
        let line = visible(line);
        let line = if width(&line) + 2 > style.width { shorten(&line, style.width - 4) } else { line };
        out.push_str(format!("  {line}").trim_end());
        out.push('\n');
    }
    if lines.len() > LINES {
        out.push_str(&format!("  ... ({} more lines)\n", lines.len() - LINES));
    }
    if lines.is_empty() {
        out.push_str("  (nothing)\n");
    }
    out
}

/// What checking says of an example, where the rule is told.
fn said(rule: &Rule, example: &Example, shown: &Shown, style: Style) -> String {
    let style = Style { width: style.width - 2, ..style };
    if let Some(said) = keyword(shown, style) {
        return said;
    }
    let mut levels = Levels::default();
    levels.say(Selector::Rule(rule.id), Some(rule.severity));
    let rules = Rules::of(&levels, Portal::default());
    let request = example.request.as_ref().and_then(|request| Request::read(request.bytes).ok());
    let judge = Judge { rules: Some(&rules), request: request.as_ref(), ..Judge::embedded() };
    let task = Task { drawn: emit::Format::Full.drawn(style), ..Task::new(judge) };
    let mut emitter = emit::emitter(emit::Format::Full, style);
    let mut out = Vec::new();
    let mut say = |event| {
        let _ = match event {
            Event::Found(subject, found) => emitter.finding(&subject, *found, &mut out),
            Event::Ended(subject, ending) => emitter.document(&subject, &ending, &mut out),
            _ => Ok(()),
        };
        Ok(())
    };
    let name = shown.name.rsplit('/').next().unwrap_or(shown.name);
    let _ = check_reader(&task, &mut Worker::new(&task), name, (&mut &*shown.bytes, None), false, &mut say);
    String::from_utf8_lossy(&out).into_owned()
}

/// What is said of an example for a keyword that the embedded schema does not use: it holds a schema and an instance.
fn keyword(shown: &Shown, style: Style) -> Option<String> {
    shown.name.strip_prefix("keywords/")?;
    let both: serde_json::Value = serde_json::from_slice(shown.bytes).ok()?;
    let schema = Schema::compile(both.get("schema")?.clone()).ok()?;
    let text = serde_json::to_string(both.get("instance")?).ok()?;
    let mut tape = Tape::default();
    let document = Document::parse(text.as_bytes(), 0, &mut tape).ok()?;
    Some(emit::in_text("instance", &text, &schema.check(document), style))
}
