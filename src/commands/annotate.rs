//! `callcheck format --annotate`: checks an input, then formats it with the findings.

use std::io::{self, Read};

use super::format::{FormatRun, format};
use crate::check::{self, NamedReader, ThreadState, Validator, check_reader};
use crate::finding::Event;
use crate::finding::summary::Summary;
use crate::format::{FormatOptions, Indent, LayoutStyle};
use crate::hubspot::classify::DocumentKind;
use crate::input::{self, Input};
use crate::text::count;

/// Maximum number of findings that are shown below lines.
const MAX_FINDINGS_SHOWN: usize = 10_000;

pub(super) fn annotate(run: &mut FormatRun<'_>, input: &Input) -> io::Result<()> {
    // Only a file can be read twice.
    let buffered = match input.is_file() {
        true => None,
        false => match input::read_to_end(input) {
            Ok(bytes) => Some(bytes),
            Err(unreadable) => {
                run.messages.event(Event::InputError(unreadable));
                return Ok(());
            }
        },
    };
    let before = run.messages.summary;
    let (mut findings, mut more, mut summary, mut is_json) = (Vec::new(), 0u64, before, true);
    let mut sink = |event| {
        match event {
            // Formatting reports these itself.
            Event::Finding(_, found) if found.finding.rule.stops_reading => {}
            Event::Finding(..) if findings.len() == MAX_FINDINGS_SHOWN => more += 1,
            Event::Finding(_, found) => findings.push(*found),
            Event::DocumentEnd(document, ending) => {
                is_json &= !matches!(
                    ending.kind,
                    DocumentKind::Html
                        | DocumentKind::Text
                        | DocumentKind::Binary
                        | DocumentKind::Empty
                        | DocumentKind::NoContent
                        | DocumentKind::Masked
                );
                summary.add(&document, &ending);
            }
            _ => {}
        }
        Ok(())
    };
    let Some(mut reader) = read(run, input, buffered.as_deref()) else { return Ok(()) };
    let FormatOptions { lines, limits, .. } = run.options;
    let path = run.configs.absolute(input);
    let setting = match run.configs.config(&path) {
        Ok(config) => run.configs.effective(config.as_ref(), &path),
        Err(problem) => {
            run.messages.event(Event::ConfigError(problem));
            return Ok(());
        }
    };
    let mut events = Vec::new();
    let chosen = run.schemas.get(&setting, &mut |event| events.push(event));
    events.into_iter().for_each(|event| run.messages.event(event));
    let Some(schema) = chosen else { return Ok(()) };
    let validator = match schema {
        None => Validator { rules: Some(&setting.rules), expected: setting.expected.as_ref(), ..Validator::embedded() },
        Some(schema) => Validator { schema, rules: None, ..Validator::embedded() },
    };
    let levels = setting.levels.clone();
    // A few excerpts, for findings that are not below a line.
    let options = check::CheckOptions {
        lines,
        limits,
        levels,
        threads: run.threads,
        drawn: 8,
        ..check::CheckOptions::new(validator)
    };
    let may_be_lines = matches!(input, Input::Stdin(_));
    let named = NamedReader { name: &input.name(), reader: &mut *reader, size: None, may_be_lines };
    let _ = check_reader(&options, &mut ThreadState::new(&options), named, &mut sink);
    findings.sort_by_key(|found| found.finding.label.span.start);

    let Some(mut reader) = read(run, input, buffered.as_deref()) else { return Ok(()) };
    // Marks are aligned with cells, and the width of a tab depends on the terminal.
    let LayoutStyle { indent, width } = run.options.style;
    let indent = indent.map(|indent| if indent == Indent::Tab { Indent::Spaces(2) } else { indent });
    let shown = Some((&findings[..], run.finding_style));
    let options = FormatOptions { findings: shown, style: LayoutStyle { indent, width }, ..run.options.clone() };
    let FormatRun { messages, out, .. } = run;
    format(&options, input, &mut *reader, *out, &mut |event| messages.event(event))?;
    if !is_json && summary.documents == before.documents + 1 {
        let document = crate::finding::DocumentId {
            name: input.name().into(),
            record: None,
            http_status: None,
            exchange: None,
            compression: None,
            has_custom_schema: schema.is_some(),
        };
        findings.into_iter().for_each(|found| messages.event(Event::Finding(document.clone(), Box::new(found))));
    }
    if more > 0 {
        messages.line(&format!("{}: {} not shown", input.name(), count(more, "more finding")));
    }
    if summary.documents == before.documents && messages.summary.unreadable == before.unreadable {
        run.unreadable(input, "no JSON document found".into());
    }
    // The summary counts the documents of the check, not of the formatter.
    run.messages.summary = Summary { unreadable: run.messages.summary.unreadable, ..summary };
    Ok(())
}

fn read<'h>(run: &mut FormatRun<'_>, input: &Input, buffered: Option<&'h [u8]>) -> Option<Box<dyn Read + Send + 'h>> {
    match buffered {
        Some(bytes) => Some(Box::new(bytes)),
        None => run.open(input).map(|reader| -> Box<dyn Read + Send + 'h> { reader }),
    }
}
