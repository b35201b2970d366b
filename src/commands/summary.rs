//! `callcheck summary`: what answers say, added up.

use std::io::{self, Write};
use std::path::PathBuf;

use super::check::check_all;
use super::inputs::Inputs;
use crate::check::{CheckOptions, Validator};
use crate::cli::settings::Environment;
use crate::cli::{ReportFormat, Reported, SummaryArgs, SummaryFormat};
use crate::diagnostic::Diagnostic;
use crate::finding::Event;
use crate::finding::summary::Outcome;
use crate::hubspot::classify::DocumentKind;
use crate::input::{self, Input, Limits};
use crate::parallel::Cancelled;
use crate::report::{self, By, Page};
use crate::reporters::{Format, Style};
use crate::rules::levels::Levels;
use crate::schema::Schema;
use crate::stats::{self, Figures};
use crate::text::{count, is_hostile, thousands, visible};

/// `callcheck summary`.
///
/// # Errors
/// When `out` cannot be written.
pub fn summarize(
    args: &SummaryArgs,
    terminal: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let Some(path) = args.output_file.as_deref() else { return print(args, terminal, out, err) };
    super::report::to_file(path, terminal, err, |terminal, out, err| print(args, terminal, out, err))
}

fn print(args: &SummaryArgs, terminal: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Outcome> {
    let style = terminal.plain_style(&args.global);
    if args.by.is_some() && args.output_format != SummaryFormat::Csv {
        super::error(err, "--by needs --output-format csv");
        return Ok(Outcome::Failed);
    }
    let stdin = [PathBuf::from("-")];
    let paths = if args.paths.is_empty() { &stdin[..] } else { &args.paths };
    let others = [&args.global.config, &args.schema.schema];
    let sources: Vec<PathBuf> = paths.iter().chain(others.into_iter().flatten()).cloned().collect();
    let output = args.output_file.as_ref().map(|path| {
        let format = match args.output_format {
            SummaryFormat::Html => ReportFormat::Html,
            SummaryFormat::Markdown => ReportFormat::Markdown,
            // Data may have the name of a response.
            _ => ReportFormat::Findings(Format::Json),
        };
        Reported { format, path: path.clone() }
    });
    let files: Vec<Reported> = args.report.iter().chain(&output).cloned().collect();
    if !super::report::is_possible(&files, &sources, err) {
        return Ok(Outcome::Failed);
    }
    let Some(search) = super::inputs::search(&args.discovery, &terminal.directory, err) else {
        return Ok(Outcome::Failed);
    };
    let new_configs = || terminal.configs(&args.global, Levels::default());
    if !super::inputs::is_configured(&mut new_configs(), style, err) {
        return Ok(Outcome::Failed);
    }
    if args.discovery.files {
        let inputs = Inputs::new(paths, &args.input.stdin_filename, &search, new_configs());
        return inputs.list(out, err, style);
    }
    let is_rows = args.output_format == SummaryFormat::Csv && args.by.is_none() && !args.merge;
    if is_rows {
        out.write_all(stats::COLUMNS.as_bytes())?;
    }
    let added = if args.merge {
        merged(paths, err).map(|figures| (figures, true))
    } else {
        let inputs = Inputs::new(paths, &args.input.stdin_filename, &search, new_configs());
        read(args, inputs, terminal, style, is_rows.then_some(&mut *out), err)?
    };
    let Some((figures, is_decided)) = added else { return Ok(Outcome::Failed) };
    // Names are those of the folder that this is asked in.
    let mut configs = new_configs();
    let portal = configs.account(&terminal.directory);
    let page = || Page::of(&figures, &portal);
    let text = match args.output_format {
        SummaryFormat::Text => report::terminal(&page(), style),
        SummaryFormat::Json => {
            let text = serde_json::to_string_pretty(&figures.to_json()).map_err(io::Error::other)?;
            harmless(&text) + "\n"
        }
        SummaryFormat::Csv if is_rows => String::new(),
        SummaryFormat::Csv => report::csv(&figures, args.by.unwrap_or(By::Day), &portal),
        SummaryFormat::Markdown => report::markdown(&page()),
        SummaryFormat::Html => report::html(&page(), &figures, None),
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    let is_written = super::report::write(&args.report, &figures, None, &portal, terminal.step_summary.as_deref(), err);
    Ok(if !is_written || !is_decided || figures.unreadable > 0 || figures.documents() == 0 {
        Outcome::Failed
    } else if args.strict && figures.bad() > 0 {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Reads answers.
fn read(
    args: &SummaryArgs,
    mut inputs: Inputs<'_>,
    terminal: &Environment,
    style: Style,
    mut rows: Option<&mut dyn Write>,
    err: &mut dyn Write,
) -> io::Result<Option<(Figures, bool)>> {
    let threads = args.threads.count(terminal.cores);
    let Some(own) = super::schema::custom_schema(&args.schema, style, err) else { return Ok(None) };
    let validator = Validator {
        schema: own.unwrap_or_else(|| Schema::embedded()),
        counts: true,
        rows: rows.is_some(),
        // With a custom schema, any document counts.
        verbose: own.is_some(),
        ..Validator::embedded()
    };
    // What HubSpot's answers must be besides is then not asked.
    let is_said =
        |finding: &Diagnostic| own.is_none() || finding.rule.group() == "json" || finding.rule.group() == "schema";
    let task = CheckOptions {
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        threads,
        ..CheckOptions::new(validator)
    };
    let (mut undecided, mut others) = (0u64, 0u64);
    let (mut figures, mut is_told, mut written) = (Figures::default(), true, Ok(()));
    let mut consume = |event| {
        match event {
            Event::Finding(_, found) if found.finding.rule.is_undecided => {
                undecided += 1;
                figures.finding(&found.finding);
            }
            // What is missing was not read.
            Event::Finding(subject, found) if found.finding.rule.id == "json/compression" => {
                figures.unreadable += 1;
                figures.finding(&found.finding);
                let (name, what) = (visible(&subject.name), visible(&found.finding.message));
                is_told &= writeln!(err, "error: {name}: {what}; only the data before that is counted").is_ok();
            }
            Event::Finding(_, found) if is_said(&found.finding) => figures.finding(&found.finding),
            Event::Finding(..) => {}
            Event::DocumentEnd(_, ending) => {
                others += u64::from(ending.kind != DocumentKind::BatchResponse);
                figures.document(ending.kind, ending.counts.errors);
            }
            Event::Figures(mut part) => {
                if let Some(out) = &mut rows
                    && written.is_ok()
                {
                    written = out.write_all(std::mem::take(&mut part.calls.rows).as_bytes());
                }
                figures.merge(&part);
            }
            Event::FileEnd => {}
            Event::InputError(problem) => {
                figures.unreadable += 1;
                super::error(err, &super::unreadable(&problem));
            }
            Event::ConfigError(problem) => {
                figures.unreadable += 1;
                is_told &= err.write_all(super::config_error(&problem, style).as_bytes()).is_ok();
            }
            Event::Message(severity, what) => super::message(err, severity, &what),
        }
        if written.is_ok() { Ok(()) } else { Err(Cancelled) }
    };
    check_all(&mut inputs, &task, threads, &mut consume);
    if rows.is_some() && others > 0 {
        let others = match others {
            1 => "1 document is not a batch response".to_owned(),
            _ => format!("{} documents are not batch responses", thousands(others)),
        };
        let rows = "CSV has no lines for them, except for the complete results of a truncated response";
        super::warning(err, &format!("{others}; {rows}"));
    }
    let _ = is_told;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => {
            if undecided > 0 {
                super::error(err, &format!("{} could not be evaluated", count(undecided, "value")));
            }
            Ok(Some((figures, undecided == 0)))
        }
    }
}

/// Adds up JSON summaries.
fn merged(paths: &[PathBuf], err: &mut dyn Write) -> Option<Figures> {
    let mut figures = Figures::default();
    for path in paths {
        let input = if path.as_os_str() == "-" { Input::Stdin("<stdin>".into()) } else { Input::File(path.clone()) };
        let read = input::read_decompressed(&input).map_err(|unreadable| unreadable.reason);
        match read.and_then(|bytes| stats::read(bytes.strip_prefix(input::MARK).unwrap_or(&bytes))) {
            Ok(part) => figures.merge(&part),
            Err(reason) => {
                super::error(err, &format!("{}: {reason}", input.name()));
                return None;
            }
        }
    }
    Some(figures)
}

/// JSON in which no character is left that a terminal would obey.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for sign in json.chars() {
        if is_hostile(sign) && sign != '\n' {
            sign.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(sign);
        }
    }
    out
}
