//! The plan of `callcheck check`: arguments and environment combined, with every usage error reported.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use super::super::baseline::{self, Baseline};
use super::super::changed::Changed;
use super::super::{config_error, error, inputs, report, schema, unreadable, unreadable_config};
use crate::check::{CheckOptions, RecordingOptions, Validator};
use crate::cli::settings::Environment;
use crate::cli::{CheckArgs, MinSeverity, ReportFormat, ReportRequest};
use crate::config::Configs;
use crate::diagnostic::Severity;
use crate::finding::summary::FailOn;
use crate::hubspot::{AccountConfig, Request};
use crate::input::{self, Input, InputError, Limits, Search};
use crate::report::MAX_GROUPS_LISTED;
use crate::reporters::{Format, Masking, Style};
use crate::rules::Rules;
use crate::schema::{LoadedSchema, Schema};
use crate::text::list;

pub(super) struct CheckPlan<'a> {
    pub inputs: InputPlan<'a>,
    pub validation: ValidationPlan,
    pub reporting: ReportingPlan<'a>,
    pub fail_on: FailOn,
}

pub(super) struct InputPlan<'a> {
    pub paths: Cow<'a, [PathBuf]>,
    pub stdin_name: &'a str,
    pub search: Search,
    pub configs: Configs,
    pub changed: Option<Changed>,
    /// List the inputs instead of checking them.
    pub list_only: bool,
}

pub(super) struct ValidationPlan {
    request: Option<Request>,
    /// Without the request, which the plan owns.
    options: CheckOptions<'static>,
}

pub(super) struct ReportingPlan<'a> {
    pub args: &'a CheckArgs,
    pub format: Format,
    pub style: Style,
    /// The style of messages on standard error.
    pub message_style: Style,
    /// An HTML or Markdown report is requested.
    pub has_pages: bool,
    pub baseline: Option<Baseline>,
    /// The custom schemas that were loaded.
    pub schemas: Vec<LoadedSchema>,
    pub min_severity: Severity,
    /// Names for the pages: those of the current directory's configuration.
    pub account: AccountConfig,
    pub step_summary: Option<PathBuf>,
    /// The date of pages.
    pub page_date: Option<i64>,
    pub shows_progress: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
}

impl ValidationPlan {
    pub(super) fn options(&self) -> CheckOptions<'_> {
        let validator = Validator { request: self.request.as_ref(), ..self.options.validator };
        CheckOptions { validator, ..self.options.clone() }
    }
}

/// The reason why a run cannot begin. It was reported on standard error.
pub(super) enum PlanError<'a> {
    /// An option cannot be used.
    Usage,
    /// A file, or the output of git, cannot be used. Reports name it.
    Unusable(Box<ReportingPlan<'a>>, InputError),
}

impl<'a> CheckPlan<'a> {
    pub(super) fn new(
        args: &'a CheckArgs,
        environment: &Environment,
        err: &mut dyn Write,
    ) -> Result<Self, PlanError<'a>> {
        let format = output_format(args, environment, err).ok_or(PlanError::Usage)?;
        let search = inputs::search(&args.discovery, &environment.directory, err).ok_or(PlanError::Usage)?;
        let search = search.with_recordings(args.schema.schema.is_none());
        let sources = sources(args);
        if !report::is_possible(&outputs(args, format), &sources, err) || !baseline::is_writable(args, &sources, err) {
            return Err(PlanError::Usage);
        }
        let mut reporting = ReportingPlan::new(args, format, environment);
        if reporting.has_pages {
            let date = environment.page_date().inspect_err(|problem| error(err, problem));
            reporting.page_date = date.map_err(|_| PlanError::Usage)?;
        }
        let sources = match RunSources::read(args, environment, reporting.message_style, err) {
            Ok(sources) => sources,
            Err(_) if args.discovery.files => return Err(PlanError::Usage),
            Err(problem) => return Err(PlanError::Unusable(Box::new(reporting), problem)),
        };
        let RunSources { schema, request, baseline, mut configs, changed } = sources;
        reporting.baseline = baseline;
        reporting.schemas = schema::loaded(&args.schema, schema);
        if reporting.has_pages {
            reporting.account = configs.account(&environment.directory);
        }
        let options = options(&reporting, schema, args.threads.count(|| environment.cores()));
        Ok(CheckPlan {
            inputs: InputPlan {
                paths: super::super::or_stdin(&args.paths),
                stdin_name: &args.input.stdin_filename,
                search,
                configs,
                changed,
                list_only: args.discovery.files,
            },
            validation: ValidationPlan { request, options },
            reporting,
            fail_on: args.fails_on(),
        })
    }
}

impl<'a> ReportingPlan<'a> {
    /// Without a baseline and account settings.
    fn new(args: &'a CheckArgs, format: Format, environment: &Environment) -> Self {
        ReportingPlan {
            args,
            format,
            style: environment.style(args),
            message_style: environment.stderr_style(&args.global),
            has_pages: args.report.iter().any(|report| !matches!(report.format, ReportFormat::Findings(_))),
            baseline: None,
            schemas: Vec::new(),
            min_severity: args.min_severity.map_or(Severity::Note, MinSeverity::severity),
            account: AccountConfig::default(),
            step_summary: environment.step_summary.clone(),
            page_date: None,
            shows_progress: environment.shows_progress(&args.global),
            stdout_is_terminal: environment.stdout_is_terminal,
            stderr_is_terminal: environment.stderr_is_terminal,
        }
    }
}

/// Files and other sources that a run needs before its inputs.
struct RunSources {
    schema: Option<&'static Schema>,
    request: Option<Request>,
    baseline: Option<Baseline>,
    configs: Configs,
    changed: Option<Changed>,
}

impl RunSources {
    /// The first one that cannot be used is reported on `err`.
    fn read(
        args: &CheckArgs,
        environment: &Environment,
        style: Style,
        err: &mut dyn Write,
    ) -> Result<Self, InputError> {
        fn reported<T>(read: Result<T, InputError>, err: &mut dyn Write) -> Result<T, InputError> {
            read.inspect_err(|problem| error(err, &unreadable(problem)))
        }
        let directory = environment.directory.as_path();
        let mut configs = environment.configs(&args.global, args.levels.clone()).expecting(&args.objects);
        let levels = schema::levels(&args.schema, &mut configs);
        let schema = schema::load(&args.schema, &args.paths, levels.as_deref(), style, err)?;
        let request = reported(args.request.as_ref().map(|path| read_request(path, args)).transpose(), err)?;
        let baseline = reported(baseline::requested(args, directory), err)?;
        configs.read_named().map_err(|problem| {
            let _ = err.write_all(config_error(&problem, style).as_bytes());
            unreadable_config(&problem)
        })?;
        let changed = args.changed_since.as_ref().map(|revision| Changed::since(revision, directory)).transpose();
        let name = || "--changed-since".to_owned();
        let changed = reported(changed.map_err(|reason| InputError { name: name(), reason }), err)?;
        Ok(RunSources { schema, request, baseline, configs, changed })
    }
}

fn options(reporting: &ReportingPlan<'_>, schema: Option<&'static Schema>, threads: usize) -> CheckOptions<'static> {
    let ReportingPlan { args, format, style, has_pages, .. } = *reporting;
    let defaults = CheckOptions::new(Validator {
        schema: schema.unwrap_or_else(|| Schema::embedded()),
        rules: schema.is_none().then(Rules::defaults),
        request: None,
        recorded: None,
        expected: None,
        counts: has_pages,
        rows: false,
        verbose: args.schema_errors,
    });
    let report_excerpts = args.report.iter().map(|report| match report.format {
        ReportFormat::Findings(format) => format.max_excerpts(style),
        ReportFormat::Html => MAX_GROUPS_LISTED,
        ReportFormat::Markdown => 0,
    });
    let has_baseline = reporting.baseline.is_some();
    CheckOptions {
        recordings: RecordingOptions::of(&args.recordings.at, args.recordings.all_exchanges),
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        fail_fast: args.fail_fast,
        drawn: report_excerpts.chain([format.max_excerpts(style)]).max().unwrap_or(0),
        // On one thread, rendering findings early only costs memory. With reports or a baseline, the findings
        // themselves are needed later.
        write: format.write().filter(|_| threads > 1 && args.report.is_empty() && !has_baseline),
        threads,
        explain: args.global.verbose > 0,
        min_severity: reporting.min_severity,
        masking: match (args.show_values, args.hide_values) {
            (true, _) => Some(Masking::Nothing),
            (_, true) => Some(Masking::Everything),
            _ => None,
        },
        // A document of at most one window is always in memory as a whole.
        verbatim: defaults.window,
        digests: has_baseline,
        ..defaults
    }
}

/// The files that are read. No output may overwrite one of them.
fn sources(args: &CheckArgs) -> Vec<PathBuf> {
    let others = [&args.baseline, &args.request, &args.global.config, &args.schema.schema];
    args.paths.iter().chain(others.into_iter().flatten()).cloned().collect()
}

/// The files that are written, without the baseline.
fn outputs(args: &CheckArgs, format: Format) -> Vec<ReportRequest> {
    let output = args.output_file.clone().map(|path| ReportRequest { format: ReportFormat::Findings(format), path });
    args.report.iter().cloned().chain(output).collect()
}

/// The output format: `--output-format`, then CALLCHECK_OUTPUT_FORMAT.
fn output_format(args: &CheckArgs, environment: &Environment, err: &mut dyn Write) -> Option<Format> {
    if let Some(format) = args.output_format {
        return Some(format);
    }
    let Some(name) = environment.output_format.as_deref().filter(|name| !name.is_empty()) else {
        return Some(Format::default());
    };
    let format = Format::from_str(name, false).ok();
    if format.is_none() {
        let known = Format::value_variants().iter().filter_map(Format::to_possible_value);
        let known: Vec<String> = known.map(|format| format.get_name().to_owned()).collect();
        let expected = list(&known, "or");
        error(err, &format!("CALLCHECK_OUTPUT_FORMAT: unknown format `{name}`; expected {expected}"));
    }
    format
}

fn read_request(path: &Path, args: &CheckArgs) -> Result<Request, InputError> {
    let name = path.to_string_lossy().into_owned();
    if args.paths.len() > 1 || args.paths.first().is_some_and(|path| path.is_dir()) {
        return Err(InputError { name, reason: "--request needs exactly one response file (or stdin)".into() });
    }
    let is_stdin = path.as_os_str() == "-";
    if is_stdin && args.paths.is_empty() {
        return Err(InputError { name, reason: "the request and the response cannot both come from stdin".into() });
    }
    let input = if is_stdin { Input::Stdin(name.clone()) } else { Input::File(path.to_owned()) };
    let bytes = input::read_decompressed(&input)?;
    Request::read(bytes.strip_prefix(input::MARK).unwrap_or(&bytes)).map_err(|reason| InputError { name, reason })
}
