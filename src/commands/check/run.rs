//! Runs a plan of `callcheck check`.

use std::io::{self, Write};
use std::sync::Arc;

use super::super::inputs::{Inputs, NextInput};
use super::super::schema::ChosenSchemas;
use super::plan::{CheckPlan, InputPlan, ReportingPlan};
use super::run_report::RunReport;
use crate::check::{CheckOptions, RecordingOptions, ThreadState, Validator, check_input};
use crate::config::EffectiveConfig;
use crate::finding::Event;
use crate::finding::summary::Outcome;
use crate::input::{Input, InputError};
use crate::parallel::{Cancelled, Pool, Sink};
use crate::progress::Progress;
use crate::schema::Schema;

pub(super) fn run(plan: CheckPlan<'_>, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Outcome> {
    let CheckPlan { inputs, validation, reporting, fail_on } = plan;
    let InputPlan { paths, stdin_name, search, configs, changed, list_only } = inputs;
    let mut inputs = Inputs::new(&paths, stdin_name, &search, configs).only(changed);
    if list_only {
        return inputs.list(out, err, reporting.message_style);
    }
    let progress = reporting.shows_progress.then(|| Progress::start(inputs.is_single()));
    let shown_progress = progress.as_deref();
    let out = ProgressSafeStdout { out, progress: shown_progress.filter(|_| reporting.stdout_is_terminal) };
    let message_style = reporting.message_style;
    let mut report = RunReport::new(reporting, out, err);
    let options = CheckOptions { already_drawn: report.drawn(), watch: progress.clone(), ..validation.options() };
    let mut written = Ok(());
    let mut consume = |event| {
        // After a failed write, later events are dropped: the first error is the one to report.
        if written.is_ok() {
            written = report.event(event);
        }
        if written.is_ok() { Ok(()) } else { Err(Cancelled) }
    };
    // The command line takes precedence.
    let validator = &options.validator;
    let schemas = (validator.is_domain() && validator.request.is_none()).then(|| ChosenSchemas::new(message_style));
    check_all(&mut inputs, &options, schemas, &mut consume);
    if let Some(progress) = shown_progress {
        progress.end();
    }
    let is_unchanged = report.nothing_checked(&inputs);
    match written.and_then(|()| report.finish(is_unchanged)) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(report.summary.outcome(fail_on)),
        other => other?,
    }
    report.close(is_unchanged);
    Ok(match report.has_failed_files() {
        true => Outcome::Failed,
        false if is_unchanged => Outcome::Clean,
        false => report.summary.outcome(fail_on),
    })
}

/// Writes the reports of a run that cannot begin. The problem was already reported on `err`.
pub(super) fn report_unusable(
    reporting: ReportingPlan<'_>,
    problem: InputError,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut report = RunReport::new(reporting, out, err);
    report.unreadable(problem);
    match report.finish(false) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => report.report_failed_files(),
    }
    Ok(Outcome::Failed)
}

/// An input with the schema that its configuration chooses, or an event that needs no check.
enum CheckJob {
    Input {
        input: Input,
        config: Arc<EffectiveConfig>,
        /// `None`: the schema of the run.
        schema: Option<&'static Schema>,
        is_named: bool,
    },
    Event(Event),
}

/// Checks the inputs in order, each with its own configuration. A single input gets all threads; several inputs get one
/// thread each. `schemas`: those of the configurations, if they apply.
pub(in super::super) fn check_all(
    inputs: &mut Inputs<'_>,
    options: &CheckOptions<'_>,
    mut schemas: Option<ChosenSchemas>,
    consume: &mut Sink<'_, Event>,
) {
    let is_single = inputs.is_single();
    let threads = options.threads;
    let options = CheckOptions { threads: if is_single { threads } else { 1 }, ..options.clone() };
    let work = |states: &mut ThreadStates, jobs: Vec<CheckJob>, sink: &mut Sink<'_, Event>| {
        jobs.into_iter().try_for_each(|job| match job {
            CheckJob::Input { input, config, schema, is_named } => {
                let rules = options.validator.rules.filter(|_| schema.is_none()).map(|_| &config.rules);
                let schema = schema.unwrap_or(options.validator.schema);
                // Kinds are those of HubSpot's responses.
                let expected = config.expected.as_ref().filter(|_| rules.is_some() && schema.is_embedded());
                let validator = Validator { schema, rules, expected, ..options.validator };
                let recordings = RecordingOptions { is_named, ..options.recordings.clone() };
                let options = CheckOptions { validator, recordings, levels: config.levels.clone(), ..options.clone() };
                check_input(&options, states.of(&options), &input, sink)
            }
            CheckJob::Event(event) => sink(event),
        })
    };
    let last = |states: &mut ThreadStates, sink: &mut Sink<'_, Event>| {
        states.0.iter_mut().try_for_each(|(_, state)| state.emit_figures(&options, sink))
    };
    let mut next = |inputs: &mut Inputs<'_>| next_batch(inputs, schemas.as_mut());
    let first = next(inputs);
    // The reason of a cancellation is known to the consumer: --fail-fast, or a failed write.
    let _cancelled = if inputs.is_at_end() {
        // One batch stays on this thread: its inputs are few and small, or a single input uses all threads.
        let mut states = ThreadStates::default();
        work(&mut states, first, consume).and_then(|()| last(&mut states, consume))
    } else {
        let mut batches =
            Some(first).into_iter().chain(std::iter::from_fn(|| Some(next(inputs)).filter(|batch| !batch.is_empty())));
        let pool = Pool { threads, new_state: ThreadStates::default, run: work, last };
        pool.in_order(|_| batches.next(), consume)
    };
}

/// The state of a thread for each schema.
#[derive(Default)]
struct ThreadStates(Vec<(*const Schema, ThreadState)>);

impl ThreadStates {
    fn of(&mut self, options: &CheckOptions<'_>) -> &mut ThreadState {
        let schema = std::ptr::from_ref(options.validator.schema);
        let known = self.0.iter().position(|(other, _)| *other == schema);
        let index = known.unwrap_or_else(|| {
            self.0.push((schema, ThreadState::new(options)));
            self.0.len() - 1
        });
        &mut self.0[index].1
    }
}

/// Takes the next inputs. They go to a thread together, because passing one small file to a thread costs as much as
/// checking it.
fn next_batch(inputs: &mut Inputs<'_>, mut schemas: Option<&mut ChosenSchemas>) -> Vec<CheckJob> {
    const MAX_INPUTS: usize = 16;
    const MAX_BYTES: u64 = 512 * 1024;
    let (mut batch, mut size) = (Vec::new(), 0u64);
    while batch.len() < MAX_INPUTS
        && size < MAX_BYTES
        && let Some(next) = inputs.next()
    {
        size = size.saturating_add(next.size());
        match next {
            NextInput::Input { input, config, is_named } => {
                let emit = &mut |event| batch.push(CheckJob::Event(event));
                let chosen = schemas.as_mut().map_or(Some(None), |schemas| schemas.get(&config, emit));
                batch.extend(chosen.map(|schema| CheckJob::Input { input, config, schema, is_named }));
            }
            NextInput::InputError(problem) => batch.push(CheckJob::Event(Event::InputError(problem))),
            NextInput::ConfigError(problem) => batch.push(CheckJob::Event(Event::ConfigError(problem))),
        }
    }
    batch
}

/// Standard output that hides the progress line during each write, if both are on the terminal.
pub(super) struct ProgressSafeStdout<'r> {
    out: &'r mut dyn Write,
    progress: Option<&'r Progress>,
}

impl Write for ProgressSafeStdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.progress {
            Some(progress) => progress.suspend(|| self.out.write(bytes)),
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
