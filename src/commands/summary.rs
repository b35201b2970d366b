//! `callcheck summary`: statistics on responses.

use std::io::{self, Write};
use std::path::PathBuf;

use super::check::check_all;
use super::inputs::Inputs;
use crate::check::{CheckOptions, RecordingOptions, Validator};
use crate::cli::settings::Environment;
use crate::cli::{ReportFormat, ReportRequest, SummaryArgs, SummaryFormat};
use crate::finding::Event;
use crate::finding::summary::Outcome;
use crate::hubspot::AccountConfig;
use crate::hubspot::classify::DocumentKind;
use crate::input::{self, Input, InputError, Limits};
use crate::parallel::Cancelled;
use crate::report::{self, By, Page, PageRun, PageSources};
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
    let has_page = args.output_format == SummaryFormat::Html || !args.report.is_empty();
    let written = match environment.page_date() {
        Err(problem) if has_page => {
            super::error(err, &problem);
            return Ok(Outcome::Failed);
        }
        date => date.unwrap_or_default(),
    };
    let Some(search) = super::inputs::search(&args.discovery, &environment.directory, err) else {
        return Ok(Outcome::Failed);
    };
    let search = search.with_recordings(args.schema.schema.is_none());
    let new_configs = || environment.configs(&args.global, Levels::default());
    let message_style = environment.stderr_style(&args.global);
    if let Err(problem) = new_configs().read_named() {
        let _ = err.write_all(super::config_error(&problem, message_style).as_bytes());
        return unusable(args, &super::unreadable_config(&problem), environment, out, err);
    }
    if args.discovery.files {
        let inputs = Inputs::new(paths, &args.input.stdin_filename, &search, new_configs());
        return inputs.list(out, err, message_style);
    }
    let is_rows = args.output_format == SummaryFormat::Csv && args.by.is_none() && !args.merge;
    if is_rows {
        out.write_all(stats::COLUMNS.as_bytes())?;
    }
    let Collected { figures, run } = if args.merge {
        let Some(figures) = read_summaries(paths, err) else { return Ok(Outcome::Failed) };
        let mut run = CollectedRun::default();
        paths.iter().for_each(|path| run.sources.add(&path.to_string_lossy().into()));
        run.sources.total = paths.len() as u64;
        Collected { figures, run }
    } else {
        let levels = super::schema::levels(&args.schema, &mut new_configs());
        let schema = match super::schema::load(&args.schema, &args.paths, levels.as_deref(), message_style, err) {
            Ok(schema) => schema,
            Err(problem) => return unusable(args, &problem, environment, out, err),
        };
        let inputs = Inputs::new(paths, &args.input.stdin_filename, &search, new_configs());
        let options = options(args, schema, is_rows, environment);
        read_documents(&options, inputs, message_style, is_rows.then_some(&mut *out), err)?
    };
    // The names in the report come from the configuration of the current directory.
    let mut configs = new_configs();
    let account = configs.account(&environment.directory);
    let run = PageRun { written, ..run.page_run(&figures, args.strict) };
    let page = Page { run, ..Page::of(&figures, &account) };
    let mut contents =
        super::report::PageContents { page, findings: None, step_summary: environment.step_summary.as_deref() };
    let failures = contents.write(&args.report);
    let page = &contents.page;
    let text = match args.output_format {
        SummaryFormat::Text => report::terminal(page, style),
        SummaryFormat::Csv if is_rows => String::new(),
        SummaryFormat::Csv => report::csv(&figures, args.by.unwrap_or(By::Day), &account),
        format => document(format, &figures, page)?,
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    failures.iter().for_each(|failure| super::error(err, failure));
    Ok(page.run.outcome)
}

/// A format that is a complete document even if there is nothing to summarize.
fn document(format: SummaryFormat, figures: &Figures, page: &Page) -> io::Result<String> {
    Ok(match format {
        SummaryFormat::Json => {
            let text = serde_json::to_string_pretty(&figures.to_json()).map_err(io::Error::other)?;
            escape_for_terminal(&text) + "\n"
        }
        SummaryFormat::Markdown => report::markdown(page, None, report::MAX_JOB_SUMMARY),
        SummaryFormat::Html => report::html(page, None),
        SummaryFormat::Text | SummaryFormat::Csv => String::new(),
    })
}

/// The reports of a run that cannot begin. The problem was already reported on `err`.
fn unusable(
    args: &SummaryArgs,
    problem: &InputError,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    if !args.discovery.files {
        let figures = Figures { unreadable: 1, ..Figures::default() };
        let run = PageRun {
            outcome: Outcome::Failed,
            problems: vec![super::unreadable(problem)],
            written: environment.page_date().unwrap_or_default(),
            ..PageRun::default()
        };
        let page = Page { run, ..Page::of(&figures, &AccountConfig::default()) };
        out.write_all(document(args.output_format, &figures, &page)?.as_bytes())?;
        let mut contents =
            super::report::PageContents { page, findings: None, step_summary: environment.step_summary.as_deref() };
        contents.write(&args.report).iter().for_each(|failure| super::error(err, failure));
    }
    Ok(Outcome::Failed)
}

fn options(
    args: &SummaryArgs,
    schema: Option<&'static Schema>,
    rows: bool,
    environment: &Environment,
) -> CheckOptions<'static> {
    let validator = Validator {
        schema: schema.unwrap_or_else(|| Schema::embedded()),
        counts: true,
        rows,
        // With a custom schema, any document counts.
        verbose: schema.is_some(),
        ..Validator::embedded()
    };
    CheckOptions {
        recordings: RecordingOptions::of(&args.recordings.at, args.recordings.all_exchanges),
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        threads: args.threads.count(|| environment.cores()),
        ..CheckOptions::new(validator)
    }
}

/// Validates documents and collects their figures.
fn read_documents(
    options: &CheckOptions<'_>,
    mut inputs: Inputs<'_>,
    style: Style,
    rows: Option<&mut dyn Write>,
    err: &mut dyn Write,
) -> io::Result<Collected> {
    let mut collector = Collector {
        figures: Figures::default(),
        is_custom: options.validator.verbose,
        style,
        rows,
        written: Ok(()),
        err,
        run: CollectedRun::default(),
        others: 0,
    };
    // Statistics are about responses, so schemas of configurations do not apply.
    check_all(&mut inputs, options, None, &mut |event| collector.add(event));
    collector.finish()
}

struct Collected {
    figures: Figures,
    run: CollectedRun,
}

/// Facts about the run for pages.
#[derive(Default)]
struct CollectedRun {
    sources: PageSources,
    /// Inputs that could not be read, or not to their ends: at most the number that a page lists.
    problems: Vec<String>,
    /// Values that could not be evaluated.
    undecided: u64,
}

impl CollectedRun {
    fn unreadable(&mut self, problem: String) {
        if self.problems.len() < super::report::MAX_PROBLEMS_LISTED {
            self.problems.push(problem);
        }
    }

    /// The run with its outcome, without a date.
    fn page_run(self, figures: &Figures, strict: bool) -> PageRun {
        let mut problems = super::report::limited(self.problems, figures.unreadable);
        problems.extend((figures.documents() == 0).then(|| "no documents were read".to_owned()));
        problems
            .extend((self.undecided > 0).then(|| format!("{} could not be evaluated", count(self.undecided, "value"))));
        let outcome = match problems.is_empty() {
            false => Outcome::Failed,
            true if strict && figures.bad() > 0 => Outcome::Findings,
            true => Outcome::Clean,
        };
        PageRun { outcome, sources: self.sources, problems, ..PageRun::default() }
    }
}

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
    run: CollectedRun,
    /// Documents that are not batch responses.
    others: u64,
}

impl Collector<'_, '_> {
    fn add(&mut self, event: Event) -> Result<(), Cancelled> {
        match event {
            Event::Finding(document, found) => {
                let finding = &found.finding;
                if finding.rule.is_undecided {
                    self.run.undecided += 1;
                } else if finding.rule.id == "json/compression" {
                    self.figures.unreadable += 1;
                    let (name, message) = (visible(&document.name), visible(&finding.message));
                    let problem = format!("{name}: {message}; only the data before that is counted");
                    super::error(self.err, &problem);
                    self.run.unreadable(problem);
                } else if self.is_custom && !matches!(finding.rule.group(), "json" | "schema") {
                    return Ok(());
                }
                self.figures.finding(finding);
            }
            Event::DocumentEnd(document, summary) => {
                self.run.sources.add(&document.name);
                self.others += u64::from(summary.kind != DocumentKind::BatchResponse);
                self.figures.document(summary.kind, summary.is_expected, summary.counts.errors);
            }
            Event::Figures(mut part) => {
                if let (Some(out), Ok(())) = (&mut self.rows, &self.written) {
                    self.written = out.write_all(std::mem::take(&mut part.calls.rows).as_bytes());
                }
                self.figures.merge(&part);
            }
            Event::FileEnd => self.run.sources.total += 1,
            Event::SkippedExchanges(number) => self.figures.skipped_exchanges += number,
            Event::Schema { .. } => {}
            Event::InputError(error) => {
                self.figures.unreadable += 1;
                super::error(self.err, &super::unreadable(&error));
                self.run.unreadable(super::unreadable(&error));
            }
            Event::ConfigError(error) => {
                self.figures.unreadable += 1;
                self.run.unreadable(super::unreadable(&super::unreadable_config(&error)));
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
        if self.run.undecided > 0 {
            super::error(self.err, &format!("{} could not be evaluated", count(self.run.undecided, "value")));
        }
        Ok(Collected { figures: self.figures, run: self.run })
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
