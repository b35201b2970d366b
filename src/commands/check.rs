//! `callcheck check`.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::baseline::{self, Baseline};
use super::changed::Changed;
use super::inputs::{Inputs, Next};
use crate::check::{CheckOptions, ThreadState, Validator, check_input};
use crate::finding::Event;
use clap::ValueEnum as _;

use crate::cli::settings::Environment;
use crate::cli::{CheckArgs, MinSeverity, ReportFormat, Reported};
use crate::diagnostic::{Counts, Severity};
use crate::finding::ConfigError;
use crate::finding::summary::{Outcome, Statistics, Summary};
use crate::hubspot::{AccountConfig, Request};
use crate::input::{self, Input, InputError, Limits};
use crate::parallel::{self, Cancelled, Sink};
use crate::progress::Progress;
use crate::report::Findings;
use crate::reporters::{self, Format, Masking, RunEnd, Style};
use crate::rules::Rules;
use crate::schema::Schema;
use crate::stats::Figures;
use crate::text::{count, list, thousands, visible};

/// `callcheck check`: every input in its turn. What cannot be read is reported on `err`, the others go on.
///
/// # Errors
/// When `out` cannot be written. A reader that has gone away is no error: the outcome is that of what was checked.
pub fn check_inputs(
    args: &CheckArgs,
    terminal: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let Some(path) = args.output_file.as_deref() else { return check(args, terminal, out, err) };
    super::report::to_file(path, terminal, err, |terminal, out, err| check(args, terminal, out, err))
}

/// What is read; nothing is written over it.
fn sources(args: &CheckArgs) -> Vec<PathBuf> {
    let others = [&args.baseline, &args.request, &args.global.config, &args.schema.schema];
    args.paths.iter().chain(others.into_iter().flatten()).cloned().collect()
}

fn check(args: &CheckArgs, terminal: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Outcome> {
    let Some(own) = super::schema::custom_schema(&args.schema, terminal.style(args), err) else {
        return Ok(Outcome::Failed);
    };
    let request = match args.request.as_deref().map(|path| read_request(path, args)) {
        Some(Ok(request)) => Some(request),
        Some(Err(problem)) => {
            super::error(err, &super::unreadable(&problem));
            return Ok(Outcome::Failed);
        }
        None => None,
    };
    let Some(output_format) = output_format(args, terminal, err) else { return Ok(Outcome::Failed) };
    let has_pages = args.report.iter().any(|report| !matches!(report.format, ReportFormat::Findings(_)));
    let validator = Validator {
        schema: own.unwrap_or_else(|| Schema::embedded()),
        rules: own.is_none().then(Rules::defaults),
        request: request.as_ref(),
        counts: has_pages,
        rows: false,
        verbose: args.schema_errors,
    };
    let Some(search) = super::inputs::search(&args.discovery, &terminal.folder, err) else {
        return Ok(Outcome::Failed);
    };
    let new_configs = || terminal.configs(&args.global, args.levels.clone());
    let stdin = [PathBuf::from("-")];
    let paths = if args.paths.is_empty() { &stdin[..] } else { &args.paths };
    let sources = sources(args);
    // In files no output may take the place of another one, or of an input.
    let output = args.output_file.as_ref().map(|path| {
        let format = ReportFormat::Findings(output_format);
        Reported { format, path: path.clone() }
    });
    let files: Vec<Reported> = args.report.iter().chain(&output).cloned().collect();
    if !super::report::is_possible(&files, &sources, err) {
        return Ok(Outcome::Failed);
    }
    let Some(baseline) = baseline::asked(args, &terminal.folder, &sources, err) else { return Ok(Outcome::Failed) };
    let style = terminal.style(args);
    if !super::inputs::is_configured(&mut new_configs(), style, err) {
        return Ok(Outcome::Failed);
    }
    let drawn_beside = args.report.iter().map(|report| match report.format {
        ReportFormat::Findings(format) => format.max_excerpts(style),
        _ => 0,
    });
    let drawn_beside = drawn_beside.max().unwrap_or(0);
    let changed = match args.changed_since.as_deref().map(|revision| Changed::since(revision, &terminal.folder)) {
        Some(Err(reason)) => {
            super::error(err, &format!("--changed-since: {reason}"));
            return Ok(Outcome::Failed);
        }
        Some(Ok(changed)) => Some(changed),
        None => None,
    };
    let mut inputs = Inputs::new(paths, &args.input.stdin_filename, &search, new_configs()).only(changed);
    if args.discovery.files {
        return inputs.list(out, err, style);
    }
    let is_single = inputs.is_single();
    let threads = args.threads.count(terminal.cores);
    let watch = terminal.shows_progress(args).then(|| Progress::start(is_single));
    let min_severity = match args.min_severity {
        Some(MinSeverity::Error) => Severity::Error,
        Some(MinSeverity::Warning) => Severity::Warning,
        Some(MinSeverity::Note) | None => Severity::Note,
    };
    let masking = match (args.show_values, args.hide_values) {
        (true, _) => Masking::Nothing,
        (_, true) => Masking::Everything,
        _ => CheckOptions::new(validator).masking,
    };
    let is_drawn = Arc::new(AtomicBool::new(false));
    let task = CheckOptions {
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        fail_fast: args.fail_fast,
        drawn: output_format.max_excerpts(style).max(if has_pages { DRAWN } else { 0 }).max(drawn_beside),
        is_drawn: Some(is_drawn.clone()),
        // One thread writes what it finds without another piece of memory.
        write: output_format.write().filter(|_| threads > 1 && args.report.is_empty() && baseline.is_none()),
        threads,
        explain: args.global.verbose > 0,
        min_severity,
        masking,
        // No larger than what is always read at once.
        verbatim: CheckOptions::new(validator).window,
        digests: baseline.is_some(),
        watch: watch.clone(),
        ..CheckOptions::new(validator)
    };
    // A report of many findings is large: few writes, and the progress out of the way of each.
    let out = ProgressSafeStdout { out, watch: watch.as_deref().filter(|_| terminal.stdout_is_terminal) };
    let mut report = Report {
        reporter: reporters::reporter(output_format, style),
        summary: Summary::default(),
        statistics: args.statistics.then(Statistics::default),
        unreadable: Vec::new(),
        out: BufWriter::with_capacity(64 * 1024, out),
        err,
        style,
        figures: Figures::default(),
        findings: has_pages.then(Findings::default),
        beside: super::report::ReportFiles::begin(&args.report, style),
        baseline,
        known: Counts::default(),
        min_severity,
        hidden: Counts::default(),
        rules: Explained::Nothing,
    };
    let mut written = Ok(());
    let mut consume = |event| {
        // What was lost stays lost.
        if written.is_ok() {
            written = report.tell(event);
        }
        // What comes later in the order of the inputs is not shown, so it need not be drawn.
        if !report.reporter.draws_more() && args.report.is_empty() {
            is_drawn.store(true, Ordering::Relaxed);
        }
        if written.is_ok() { Ok(()) } else { Err(Cancelled) }
    };
    go(&mut inputs, &task, threads, &mut consume);
    if let Some(watch) = &watch {
        watch.end();
    }
    if report.summary.documents == 0 && report.summary.unreadable == 0 && inputs.excluded() > 0 {
        let excluded = count(inputs.excluded(), "file");
        super::error(report.err, &format!("nothing to check: callcheck.toml excludes {excluded}"));
    }
    // Nothing to do is done.
    let is_unchanged = report.summary.documents == 0
        && report.summary.unreadable == 0
        && inputs.unchanged() > 0
        && inputs.excluded() == 0;
    if is_unchanged {
        let unchanged = count(inputs.unchanged(), "file");
        let _ = writeln!(report.err, "Nothing to check: {unchanged} did not change");
    }
    match written.and_then(|()| report.finish()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(report.summary.outcome(args.fails_on())),
        other => other?,
    }
    report.close(args.global.quiet || is_unchanged, terminal.stderr_is_terminal);
    let Report { figures, findings, err, summary, beside, baseline, .. } = report;
    let is_beside = beside.finish(err) & baseline.is_none_or(|baseline| baseline.finish(args, err));
    // Names are those of the folder that this is asked in.
    let mut configs = new_configs();
    let config = configs.config(&terminal.folder.join("*")).ok().flatten();
    let portal = config.map_or_else(AccountConfig::default, |config| config.portal.clone());
    let is_written =
        super::report::write(&args.report, &figures, findings.as_ref(), &portal, terminal.step_summary.as_deref(), err);
    Ok(if is_unchanged && is_written && is_beside {
        Outcome::Clean
    } else if is_written && is_beside {
        summary.outcome(args.fails_on())
    } else {
        Outcome::Failed
    })
}

/// Checks inputs in their order, each with what holds for it. One that is alone gets all threads of the task.
pub(super) fn go(inputs: &mut Inputs<'_>, task: &CheckOptions<'_>, threads: usize, consume: &mut Sink<'_, Event>) {
    let is_single = inputs.is_single();
    let task = CheckOptions { threads: if is_single { threads } else { 1 }, ..task.clone() };
    let work = |worker: &mut ThreadState, inputs: Vec<Next>, say: &mut Sink<'_, Event>| {
        inputs.into_iter().try_for_each(|next| match next {
            Next::Input(input, setting) => {
                let rules = task.validator.rules.map(|_| &setting.rules);
                let validator = Validator { rules, ..task.validator };
                let task = CheckOptions { validator, levels: setting.levels.clone(), ..task.clone() };
                check_input(&task, worker, &input, say)
            }
            Next::InputError(unreadable) => say(Event::InputError(unreadable)),
            Next::ConfigError(problem) => say(Event::ConfigError(problem)),
        })
    };
    let last = |worker: &mut ThreadState, say: &mut Sink<'_, Event>| worker.say_figures(&task, say);
    let first = next_batch(inputs);
    // Whoever stops has a reason that is known: the first error was asked for, or what was written was lost.
    let _stopped = if inputs.is_at_end() {
        // Few and small, or one: that one may be worth threads itself.
        let mut worker = ThreadState::new(&task);
        work(&mut worker, first, consume).and_then(|()| last(&mut worker, consume))
    } else {
        let mut groups = Some(first)
            .into_iter()
            .chain(std::iter::from_fn(|| Some(next_batch(inputs)).filter(|group| !group.is_empty())));
        parallel::in_order(threads, |_| groups.next(), || ThreadState::new(&task), work, last, consume)
    };
}

/// The next few inputs: handing over a small file to a thread costs as much as checking it.
fn next_batch(inputs: &mut dyn Iterator<Item = Next>) -> Vec<Next> {
    const MOST: usize = 16;
    const ENOUGH: u64 = 512 * 1024;
    let (mut group, mut size) = (Vec::new(), 0u64);
    while let Some(input) = (group.len() < MOST && size < ENOUGH).then(|| inputs.next()).flatten() {
        size = size.saturating_add(input.size());
        group.push(input);
    }
    group
}

/// Standard output, where the terminal may show the progress as well.
struct ProgressSafeStdout<'r> {
    out: &'r mut dyn Write,
    watch: Option<&'r Progress>,
}

impl Write for ProgressSafeStdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.watch {
            Some(watch) => watch.aside(|| self.out.write(bytes)),
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What is made of the events of a run.
struct Report<'r> {
    reporter: Box<dyn reporters::Reporter>,
    summary: Summary,
    /// Where they were asked for.
    statistics: Option<Statistics>,
    unreadable: Vec<InputError>,
    out: BufWriter<ProgressSafeStdout<'r>>,
    err: &'r mut dyn Write,
    style: Style,
    /// What answers say, and what was found, for reports in files.
    figures: Figures,
    findings: Option<Findings>,
    /// Reports in files that are written on the way.
    beside: super::report::ReportFiles,
    baseline: Option<Baseline>,
    /// Findings of the document at hand that it knows.
    known: Counts,
    /// Findings below this severity are counted and not shown.
    min_severity: Severity,
    hidden: Counts,
    /// What `callcheck explain` can add.
    rules: Explained,
}

/// The rules of the findings that were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Explained {
    Nothing,
    One(&'static str),
    Several,
}

/// For a report in a file so many findings of a document are drawn.
const DRAWN: usize = 50;

impl Report<'_> {
    fn tell(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Finding(subject, found) => {
                if let Some(baseline) = &mut self.baseline
                    && baseline.knows(&subject.name, &found)
                {
                    self.known.add(&found.finding);
                    return Ok(());
                }
                if let Some(statistics) = &mut self.statistics {
                    statistics.add(&found.finding);
                }
                if let Some(findings) = &mut self.findings {
                    super::report::remember(findings, &subject, &found);
                    self.figures.finding(&found.finding);
                }
                if found.finding.severity < self.min_severity {
                    self.hidden.add(&found.finding);
                    return Ok(());
                }
                self.rules = match self.rules {
                    Explained::Nothing => Explained::One(found.finding.rule.id),
                    Explained::One(rule) if rule == found.finding.rule.id => self.rules,
                    _ => Explained::Several,
                };
                if !self.beside.is_empty() {
                    self.beside.each(|reporter, out| reporter.finding(&subject, (*found).clone(), out));
                }
                self.reporter.finding(&subject, *found, &mut self.out)
            }
            Event::DocumentEnd(subject, mut ending) => {
                if let Some(baseline) = &mut self.baseline {
                    baseline.was_read(&subject.name, true);
                    ending.known = std::mem::take(&mut self.known);
                    ending.counts -= ending.known;
                }
                self.summary.add(&ending);
                self.figures.document(ending.kind, ending.all().errors);
                self.figures.known += ending.known.total();
                self.beside.each(|reporter, out| reporter.document(&subject, &ending, out));
                self.reporter.document(&subject, &ending, &mut self.out)?;
                // Whoever reads along sees what is wrong when it is found.
                if ending.counts.total() > 0 { self.out.flush() } else { Ok(()) }
            }
            Event::Figures(part) => {
                self.figures.merge(&part);
                Ok(())
            }
            Event::FileEnd => {
                self.summary.files += 1;
                Ok(())
            }
            Event::InputError(problem) => {
                super::error(self.err, &super::unreadable(&problem));
                self.summary.unreadable += 1;
                if let Some(baseline) = &mut self.baseline {
                    baseline.was_read(&problem.name, false);
                }
                self.unreadable.push(problem);
                Ok(())
            }
            Event::ConfigError(problem) => {
                let _ = self.err.write_all(misconfigured(&problem, self.style).as_bytes());
                self.summary.unreadable += 1;
                let name = problem.path.to_string_lossy().into_owned();
                let reason = match &problem.unreadable {
                    Some(reason) => reason.clone(),
                    None => format!("invalid configuration: {}", count(problem.problems.len() as u64, "error")),
                };
                self.unreadable.push(InputError { name, reason });
                Ok(())
            }
            Event::Message(severity, what) => {
                super::message(self.err, severity, &what);
                Ok(())
            }
        }
    }

    /// The lines after the findings: what could not be read, and how many findings there are.
    fn close(&mut self, is_quiet: bool, is_terminal: bool) {
        /// Listed again at the end.
        const AGAIN: usize = 20;
        // Findings may have scrolled the first message away.
        if !self.unreadable.is_empty() && self.summary.counts.total() > 0 {
            let number = count(self.unreadable.len() as u64, "input");
            super::error(self.err, &format!("{number} could not be read:"));
            for problem in self.unreadable.iter().take(AGAIN) {
                let _ = writeln!(self.err, "  {}", visible(&super::unreadable(problem)));
            }
            if self.unreadable.len() > AGAIN {
                let _ = writeln!(self.err, "  ... and {} more", thousands((self.unreadable.len() - AGAIN) as u64));
            }
        }
        if is_quiet {
            return;
        }
        let hidden = match self.hidden.total() {
            0 => String::new(),
            _ => format!(" (not shown: {})", self.hidden.in_words()),
        };
        let mut text = format!("{}{hidden}\n", self.summary);
        if is_terminal {
            let lines = std::mem::take(&mut text);
            let rule = match self.rules {
                Explained::Nothing => None,
                Explained::One(rule) => Some(rule),
                Explained::Several => Some("RULE"),
            };
            let more = rule.map(|rule| format!("Run `callcheck explain {rule}` for details."));
            let handler = reporters::Handler::new(self.style);
            lines.lines().chain(more.as_deref()).for_each(|line| handler.wrap(&mut text, "", "  ", line));
        }
        let _ = self.err.write_all(text.as_bytes());
    }

    fn finish(&mut self) -> io::Result<()> {
        let (summary, statistics, unreadable) = (&self.summary, self.statistics.as_ref(), &*self.unreadable);
        let end = RunEnd { summary, statistics, unreadable };
        self.beside.each(|reporter, out| reporter.finish(&end, out));
        self.reporter.finish(&end, &mut self.out)?;
        self.out.flush()
    }
}

/// The output format: as typed, or as CALLCHECK_OUTPUT_FORMAT says. None where that is not a format, which is reported on `err`.
fn output_format(args: &CheckArgs, terminal: &Environment, err: &mut dyn Write) -> Option<Format> {
    if let Some(format) = args.output_format {
        return Some(format);
    }
    let Some(name) = terminal.output_format.as_deref().filter(|name| !name.is_empty()) else {
        return Some(Format::default());
    };
    let format = Format::from_str(name, false).ok();
    if format.is_none() {
        let known = Format::value_variants().iter().filter_map(Format::to_possible_value);
        let known: Vec<String> = known.map(|format| format.get_name().to_owned()).collect();
        super::error(
            err,
            &format!("CALLCHECK_OUTPUT_FORMAT: unknown format `{name}`; expected {}", list(&known, "or")),
        );
    }
    format
}

/// Reads the request that an answer is compared with.
fn read_request(path: &Path, args: &CheckArgs) -> Result<Request, InputError> {
    let name = path.to_string_lossy().into_owned();
    if args.paths.len() > 1 || args.paths.first().is_some_and(|path| path.is_dir()) {
        return Err(InputError { name, reason: "--request needs exactly one response file (or stdin)".into() });
    }
    let input = if path.as_os_str() == "-" { Input::Stdin(name.clone()) } else { Input::File(path.to_owned()) };
    if input == Input::Stdin(name.clone()) && args.paths.is_empty() {
        return Err(InputError { name, reason: "the request and the response cannot both come from stdin".into() });
    }
    let bytes = input::read_decompressed(&input)?;
    Request::read(bytes.strip_prefix(input::MARK).unwrap_or(&bytes)).map_err(|reason| InputError { name, reason })
}

/// What is wrong with a configuration, drawn.
pub(super) fn misconfigured(problem: &ConfigError, style: Style) -> String {
    let name = problem.path.to_string_lossy();
    match &problem.unreadable {
        Some(reason) => format!("error: {}: {}\n", visible(&name), visible(reason)),
        None => reporters::in_text(&name, &problem.text, &problem.problems, Style { color: false, ..style }),
    }
}
