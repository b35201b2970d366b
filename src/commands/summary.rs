//! `callcheck summary`: statistics on responses.

use std::io::{self, Write};
use std::path::PathBuf;

use super::check::check_all;
use super::inputs::Inputs;
use crate::check::{CheckOptions, Validator};
use crate::cli::settings::Environment;
use crate::cli::{ReportFormat, ReportRequest, SummaryArgs, SummaryFormat};
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

pub fn summarize(
    args: &SummaryArgs,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let Some(path) = args.output_file.as_deref() else { return print(args, environment, out, err) };
    super::report::to_file(path, environment, err, |environment, out, err| print(args, environment, out, err))
}

fn print(
    args: &SummaryArgs,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let style = environment.plain_style(&args.global);
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
            // Like JSON reports, this file may have the name of a data file.
            _ => ReportFormat::Findings(Format::Json),
        };
        ReportRequest { format, path: path.clone() }
    });
    let files: Vec<ReportRequest> = args.report.iter().chain(&output).cloned().collect();
    if !super::report::is_possible(&files, &sources, err) {
        return Ok(Outcome::Failed);
    }
    let Some(search) = super::inputs::search(&args.discovery, &environment.directory, err) else {
        return Ok(Outcome::Failed);
    };
    let new_configs = || environment.configs(&args.global, Levels::default());
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
    let collected = if args.merge {
        read_summaries(paths, err).map(|figures| (figures, true))
    } else {
        let inputs = Inputs::new(paths, &args.input.stdin_filename, &search, new_configs());
        read_documents(args, inputs, environment, is_rows.then_some(&mut *out), err)?
    };
    let Some((figures, is_decided)) = collected else { return Ok(Outcome::Failed) };
    // The names in the report come from the configuration of the current directory.
    let mut configs = new_configs();
    let account = configs.account(&environment.directory);
    let page = || Page::of(&figures, &account);
    let text = match args.output_format {
        SummaryFormat::Text => report::terminal(&page(), style),
        SummaryFormat::Json => {
            let text = serde_json::to_string_pretty(&figures.to_json()).map_err(io::Error::other)?;
            escape_for_terminal(&text) + "\n"
        }
        SummaryFormat::Csv if is_rows => String::new(),
        SummaryFormat::Csv => report::csv(&figures, args.by.unwrap_or(By::Day), &account),
        SummaryFormat::Markdown => report::markdown(&page()),
        SummaryFormat::Html => report::html(&page(), &figures, None),
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    let step_summary = environment.step_summary.as_deref();
    let contents = super::report::PageContents { figures: &figures, findings: None, account: &account, step_summary };
    let is_written = contents.write(&args.report, err);
    Ok(if !is_written || !is_decided || figures.unreadable > 0 || figures.documents() == 0 {
        Outcome::Failed
    } else if args.strict && figures.bad() > 0 {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Validates documents and collects their figures. Returns `None` if the schema is invalid.
fn read_documents(
    args: &SummaryArgs,
    mut inputs: Inputs<'_>,
    environment: &Environment,
    rows: Option<&mut dyn Write>,
    err: &mut dyn Write,
) -> io::Result<Option<Collected>> {
    let style = environment.plain_style(&args.global);
    let threads = args.threads.count(environment.cores);
    let Some(schema) = super::schema::custom_schema(&args.schema, &args.paths, style, err) else { return Ok(None) };
    let validator = Validator {
        schema: schema.unwrap_or_else(|| Schema::embedded()),
        counts: true,
        rows: rows.is_some(),
        // With a custom schema, any document counts.
        verbose: schema.is_some(),
        ..Validator::embedded()
    };
    let options = CheckOptions {
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        threads,
        ..CheckOptions::new(validator)
    };
    let mut collector = Collector {
        figures: Figures::default(),
        is_custom: schema.is_some(),
        style,
        rows,
        written: Ok(()),
        err,
        undecided: 0,
        others: 0,
    };
    // Statistics are about responses, so schemas of configurations do not apply.
    check_all(&mut inputs, &options, None, &mut |event| collector.add(event));
    collector.finish().map(Some)
}

/// Figures, and true if all values could be evaluated.
type Collected = (Figures, bool);

/// Collects figures from events, and writes rows and errors as they occur.
struct Collector<'r, 'e> {
    figures: Figures,
    /// True if a custom schema is used: the HubSpot rules are disabled then.
    is_custom: bool,
    style: Style,
    /// Destination of CSV rows, if they were requested.
    rows: Option<&'r mut dyn Write>,
    /// The first error of `rows`.
    written: io::Result<()>,
    err: &'e mut dyn Write,
    undecided: u64,
    /// Documents that are not batch responses.
    others: u64,
}

impl Collector<'_, '_> {
    fn add(&mut self, event: Event) -> Result<(), Cancelled> {
        match event {
            Event::Finding(document, found) => {
                let finding = &found.finding;
                if finding.rule.is_undecided {
                    self.undecided += 1;
                } else if finding.rule.id == "json/compression" {
                    self.figures.unreadable += 1;
                    let (name, message) = (visible(&document.name), visible(&finding.message));
                    super::error(self.err, &format!("{name}: {message}; only the data before that is counted"));
                } else if self.is_custom && !matches!(finding.rule.group(), "json" | "schema") {
                    return Ok(());
                }
                self.figures.finding(finding);
            }
            Event::DocumentEnd(_, summary) => {
                self.others += u64::from(summary.kind != DocumentKind::BatchResponse);
                self.figures.document(summary.kind, summary.counts.errors);
            }
            Event::Figures(mut part) => {
                if let (Some(out), Ok(())) = (&mut self.rows, &self.written) {
                    self.written = out.write_all(std::mem::take(&mut part.calls.rows).as_bytes());
                }
                self.figures.merge(&part);
            }
            Event::FileEnd | Event::SchemaLoaded(_) | Event::SchemaError(_) => {}
            Event::InputError(error) => {
                self.figures.unreadable += 1;
                super::error(self.err, &super::unreadable(&error));
            }
            Event::ConfigError(error) => {
                self.figures.unreadable += 1;
                // There is no other stream to report a failure of stderr.
                let _ = self.err.write_all(super::config_error(&error, self.style).as_bytes());
            }
            Event::Message(severity, text) => super::message(self.err, severity, &text),
        }
        if self.written.is_ok() { Ok(()) } else { Err(Cancelled) }
    }

    fn finish(self) -> io::Result<Collected> {
        if self.rows.is_some() && self.others > 0 {
            let others = match self.others {
                1 => "1 document is not a batch response".to_owned(),
                others => format!("{} documents are not batch responses", thousands(others)),
            };
            let rows = "CSV has no lines for them, except for the complete results of a truncated response";
            super::warning(self.err, &format!("{others}; {rows}"));
        }
        self.written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })?;
        if self.undecided > 0 {
            super::error(self.err, &format!("{} could not be evaluated", count(self.undecided, "value")));
        }
        Ok((self.figures, self.undecided == 0))
    }
}

/// Merges JSON summaries.
fn read_summaries(paths: &[PathBuf], err: &mut dyn Write) -> Option<Figures> {
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

/// Escapes characters in JSON that a terminal would interpret.
fn escape_for_terminal(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hostile(character) && character != '\n' {
            character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(character);
        }
    }
    out
}
