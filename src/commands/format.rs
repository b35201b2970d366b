//! `callcheck format`.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::annotate::annotate;
use super::inputs::{Inputs, NextInput};
use super::schema::ChosenSchemas;
use crate::cli::settings::Environment;
use crate::cli::{FormatArgs, When};
use crate::config::Configs;
use crate::diagnostic::{Counts, Severity};
use crate::finding::summary::{Outcome, Summary};
use crate::finding::{DocumentSummary, Event};
use crate::format::{
    self, Comparison, FormatInput, FormatOptions, FormatSettings, Formatted, LayoutStyle, LineEnding, Order, replace,
};
use crate::hubspot::classify::DocumentKind;
use crate::input::{self, Input, InputError, Limits};
use crate::reporters::{self, Paint};
use crate::rules::levels::Levels;
use crate::text::{count, thousands, visible};

/// Runs `callcheck format`. Inputs that are not JSON or cannot be read are reported on `err`; the others are still
/// formatted.
///
/// # Errors
/// If `out` cannot be written. A broken pipe is not an error: the outcome is that of the inputs formatted so far.
pub fn format_inputs(
    args: &FormatArgs,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let paths = super::or_stdin(&args.paths);
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    if args.write && paths.iter().any(is_stdin) {
        super::error(err, "--write needs files; it cannot rewrite stdin");
        return Ok(Outcome::Failed);
    }
    let in_place = is_in_place(args);
    // Without a terminal, the output is data for another program, so only `--color always` adds colors.
    let color = match (environment.stdout_is_terminal, args.global.color) {
        (false, When::Auto) => false,
        (is_terminal, when) => environment.colors(when, is_terminal),
    };
    let options = FormatOptions {
        // Both depend on the configuration of each input.
        style: LayoutStyle::PRETTIER,
        line_ending: LineEnding::Auto,
        order: args.order(),
        painted: ((environment.stdout_is_terminal || color) && !in_place).then_some(color),
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        window: 128 * 1024,
        drawn: 1,
        findings: None,
        keeps_lines: in_place,
    };
    let style = environment.stderr_style(&args.global);
    let Some(search) = super::inputs::search(&args.discovery, &environment.directory, err) else {
        return Ok(Outcome::Failed);
    };
    let new_configs = || environment.configs(&args.global, Levels::default());
    if !super::inputs::is_configured(&mut new_configs(), style, err) {
        return Ok(Outcome::Failed);
    }
    let mut inputs = Inputs::new(&paths, &args.input.stdin_filename, &search, new_configs());
    if args.discovery.files {
        return inputs.list(out, err, style);
    }
    let mut run = FormatRun {
        args,
        environment,
        options,
        finding_style: reporters::Style { color, ..style },
        threads: environment.cores(),
        color,
        has_several_inputs: paths.len() > 1 || paths.iter().any(|path| path.is_dir()),
        out,
        messages: FormatMessages { err, style, is_in_place: in_place, summary: Summary::default() },
        changed: 0,
        files: 0,
        skipped: 0,
        configs: new_configs(),
        schemas: ChosenSchemas::new(style),
    };
    let done = inputs.by_ref().try_for_each(|next| match next {
        NextInput::Input { input, config, .. } => run.input(&input, config.format),
        NextInput::InputError(unreadable) => {
            run.messages.event(Event::InputError(unreadable));
            Ok(())
        }
        NextInput::ConfigError(problem) => {
            run.messages.event(Event::ConfigError(problem));
            Ok(())
        }
    });
    let is_excluded_stdin = inputs.excluded() > 0 && paths.iter().all(is_stdin);
    let done = if is_excluded_stdin && !in_place { done.and_then(|()| run.copy_stdin()) } else { done };
    match done.and_then(|()| run.out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    Ok(run.outcome(&inputs))
}

impl FormatArgs {
    fn settings(&self) -> FormatSettings {
        let &FormatArgs { style, width, indent, line_ending, .. } = self;
        FormatSettings { style, width, indent, line_ending }
    }

    fn order(&self) -> Order {
        match (self.canonical, self.sort_keys) {
            (true, _) => Order::Canonical,
            (false, true) => Order::Sorted,
            (false, false) => Order::Kept,
        }
    }
}

/// True if the formatted text is compared with the input or replaces it.
fn is_in_place(args: &FormatArgs) -> bool {
    args.write || args.check || args.diff
}

/// Smaller files are formatted on one thread: starting another one takes as long as formatting them.
const MIN_CONCURRENT_BYTES: u64 = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadPlan {
    /// Check the input, then print it with its findings.
    Annotate,
    /// Print while reading. `concurrent`: format on one thread and write on another.
    Stream { concurrent: bool },
    /// Do not read: `--write` could not replace this input.
    Refuse,
    /// Load the whole input into memory.
    Buffered,
    /// Compare the formatted text with the input piece by piece, in constant memory.
    Compared,
}

#[derive(Debug, Clone, Copy)]
struct InputFacts {
    /// A regular file, which can be read more than once.
    is_file: bool,
    /// A path that exists and is not a regular file, such as a named pipe.
    is_special: bool,
    /// As [`Input::size`].
    size: u64,
}

impl InputFacts {
    fn of(input: &Input) -> InputFacts {
        let is_file = input.is_file();
        let is_special = !is_file && matches!(input, Input::File(path) if path.exists());
        InputFacts { is_file, is_special, size: input.size() }
    }
}

/// Decides how an input is read. `can_overlap`: another thread can write to standard output while this one formats.
fn read_plan(args: &FormatArgs, input: InputFacts, can_overlap: bool) -> ReadPlan {
    if args.annotate {
        ReadPlan::Annotate
    } else if !is_in_place(args) {
        // The size `u64::MAX` means unknown.
        let is_large = (MIN_CONCURRENT_BYTES..u64::MAX).contains(&input.size);
        ReadPlan::Stream { concurrent: can_overlap && is_large }
    } else if args.write && input.is_special {
        ReadPlan::Refuse
    } else if args.diff || !input.is_file {
        // A diff needs both texts as a whole, and a pipe can be read only once.
        ReadPlan::Buffered
    } else {
        ReadPlan::Compared
    }
}

/// A run of the command.
pub(super) struct FormatRun<'w> {
    args: &'w FormatArgs,
    environment: &'w Environment,
    pub(super) options: FormatOptions<'static>,
    /// The style of findings on standard output.
    pub(super) finding_style: reporters::Style,
    pub(super) threads: usize,
    color: bool,
    has_several_inputs: bool,
    pub(super) out: &'w mut dyn Write,
    pub(super) messages: FormatMessages<'w>,
    /// Files that changed or would change.
    changed: u64,
    /// Inputs that were read or refused.
    files: u64,
    /// Files in directories that cannot be rewritten in place.
    skipped: u64,
    /// For `--annotate`, which checks inputs.
    pub(super) configs: Configs,
    pub(super) schemas: ChosenSchemas,
}

/// Messages and findings on standard error.
pub(super) struct FormatMessages<'w> {
    err: &'w mut dyn Write,
    style: reporters::Style,
    is_in_place: bool,
    pub(super) summary: Summary,
}

impl FormatMessages<'_> {
    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::Finding(document, found) => {
                // One reporter per finding, so that findings of different inputs are not grouped.
                let mut reporter = reporters::reporter(reporters::Format::Full, self.style);
                let ending = DocumentSummary::new(DocumentKind::Json, Counts::default());
                let _ = reporter
                    .finding(&document, *found, &mut self.err)
                    .and_then(|()| reporter.document(&document, &ending, &mut self.err));
            }
            Event::DocumentEnd(document, ending) => self.summary.add(&document, &ending),
            Event::FileEnd | Event::SkippedExchanges(_) | Event::Figures(_) => {}
            // Notes such as "skipped the HTTP headers" are about the printed text, and none is printed.
            Event::Message(..) if self.is_in_place => {}
            Event::InputError(problem) => {
                self.summary.unreadable += 1;
                super::error(self.err, &super::unreadable(&problem));
            }
            Event::ConfigError(problem) => {
                self.summary.unreadable += 1;
                let _ = self.err.write_all(super::config_error(&problem, self.style).as_bytes());
            }
            Event::Schema { loaded, messages } => {
                self.summary.unreadable += u64::from(loaded.is_err());
                let _ = self.err.write_all(messages.as_bytes());
            }
            Event::Message(severity, text) => super::message(self.err, severity, &text),
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        let _ = writeln!(self.err, "{}", visible(text));
    }
}

impl FormatRun<'_> {
    fn input(&mut self, input: &Input, configured: FormatSettings) -> io::Result<()> {
        self.files += 1;
        let settings = self.args.settings().or(configured);
        let is_compact = self.args.compact || self.args.canonical;
        self.options.style = if is_compact { LayoutStyle::COMPACT } else { settings.layout() };
        self.options.line_ending = settings.line_ending.unwrap_or_default();
        let can_overlap = self.environment.stdout_is_file && self.threads > 1;
        match read_plan(self.args, InputFacts::of(input), can_overlap) {
            ReadPlan::Annotate => {
                self.print_name(input)?;
                annotate(self, input)
            }
            ReadPlan::Stream { concurrent } => self.stream(input, concurrent),
            ReadPlan::Refuse => {
                self.unreadable(input, "not a regular file; cannot rewrite it in place".into());
                Ok(())
            }
            ReadPlan::Buffered => self.buffered(input).and_then(|change| self.apply(input, change)),
            ReadPlan::Compared => self.compared(input).and_then(|change| self.apply(input, change)),
        }
    }

    /// Prints the name of an input before its text if there may be several.
    fn print_name(&mut self, input: &Input) -> io::Result<()> {
        if !self.has_several_inputs {
            return Ok(());
        }
        let separator = if self.files > 1 { "\n" } else { "" };
        writeln!(self.out, "{separator}==> {} <==", visible(&input.name()))
    }

    /// Prints standard input as it is. Editors replace their text with the output, also that of an excluded file.
    fn copy_stdin(&mut self) -> io::Result<()> {
        let input = Input::Stdin(self.args.input.stdin_filename.clone());
        let Some(mut reader) = self.open(&input) else { return Ok(()) };
        io::copy(&mut reader, self.out).map(|_| ())
    }

    fn stream(&mut self, input: &Input, concurrent: bool) -> io::Result<()> {
        let Some(mut reader) = self.open(input) else { return Ok(()) };
        let format = if concurrent { format::format_concurrently } else { format::format };
        let FormatRun { options, messages, out, .. } = self;
        let (name, may_be_lines) = (input.name(), matches!(input, Input::Stdin(_)));
        let input = FormatInput { name: &name, reader: &mut *reader, may_be_lines, is_file: input.is_file() };
        format(options, input, *out, &mut |event| messages.event(event)).map(|_| ())
    }

    /// Reports a change with `--check` and `--diff`, and makes it with `--write`.
    fn apply(&mut self, input: &Input, change: Option<(Change, Formatted)>) -> io::Result<()> {
        let Some((change, formatted)) = change else { return Ok(()) };
        if !formatted.is_whole || change == Change::None {
            return Ok(());
        }
        if let Some(reason) = refusal(formatted).filter(|_| self.args.write || self.args.check) {
            if self.is_named(input) {
                let problem = match self.args.write {
                    true => "cannot rewrite it in place",
                    false => "`format --check` is only for files that `format --write` can rewrite",
                };
                self.unreadable(input, format!("{reason}; {problem}"));
            } else {
                (self.files, self.skipped) = (self.files - 1, self.skipped + 1);
                super::message(self.messages.err, Severity::Note, &format!("{}: skipped: {reason}", input.name()));
            }
            return Ok(());
        }
        let name = input.name();
        if let (Change::To { before, after }, true) = (&change, self.args.diff) {
            self.diff(&name, before, after)?;
        }
        match input {
            Input::File(path) if self.args.write && !self.replace(input, path) => return Ok(()),
            _ => self.changed += 1,
        }
        if (self.args.check || self.args.write) && !self.args.diff {
            writeln!(self.out, "{}", visible(&name))?;
        }
        Ok(())
    }

    /// True if the command line names the input; false if it was found in a directory.
    fn is_named(&self, input: &Input) -> bool {
        match input {
            Input::Stdin(_) => true,
            Input::File(path) => self.args.paths.contains(path),
        }
    }

    pub(super) fn open(&mut self, input: &Input) -> Option<Box<dyn Read + Send>> {
        match input::open(input) {
            Ok(opened) => Some(opened.reader),
            Err(unreadable) => {
                self.messages.event(Event::InputError(unreadable));
                None
            }
        }
    }

    fn buffered(&mut self, input: &Input) -> io::Result<Option<(Change, Formatted)>> {
        let Some(mut reader) = self.open(input) else { return Ok(None) };
        let mut bytes = Vec::new();
        if let Err(error) = reader.read_to_end(&mut bytes) {
            self.unreadable(input, input::reason(&error));
            return Ok(None);
        }
        let mut after = Vec::new();
        let messages = &mut self.messages;
        let formatted = format(&self.options, input, &mut &bytes[..], &mut after, &mut |event| messages.event(event))?;
        let mut before = Vec::new();
        // Formatting has already reported damaged compressed data.
        let _ = input::decompressed(&bytes[..], self.options.limits).read_to_end(&mut before);
        let change = if before == after { Change::None } else { Change::To { before, after } };
        Ok(Some((change, formatted)))
    }

    fn compared(&mut self, input: &Input) -> io::Result<Option<(Change, Formatted)>> {
        let Some(mut reader) = self.open(input) else { return Ok(None) };
        let Some(again) = self.open(input) else { return Ok(None) };
        let mut comparison = Comparison::new(input::decompressed(again, self.options.limits));
        let messages = &mut self.messages;
        let formatted =
            format(&self.options, input, &mut *reader, &mut comparison, &mut |event| messages.event(event))?;
        let change = if comparison.ends_the_same() { Change::None } else { Change::Some };
        Ok(Some((change, formatted)))
    }

    /// Returns false if the file could not be replaced, and reports it.
    fn replace(&mut self, input: &Input, path: &Path) -> bool {
        let Some(mut reader) = self.open(input) else { return false };
        // The comparison has already reported findings and messages.
        let replaced = replace(path, |out| {
            format(&self.options, input, &mut *reader, out, &mut |_| {}).map(|formatted| formatted.is_whole)
        });
        match replaced {
            Ok(None) => {}
            Ok(Some(note)) => super::warning(self.messages.err, &format!("{}: {note}", input.name())),
            Err(reason) => {
                self.unreadable(input, reason);
                return false;
            }
        }
        true
    }

    pub(super) fn unreadable(&mut self, input: &Input, reason: String) {
        self.messages.event(Event::InputError(InputError { name: input.name(), reason }));
    }

    fn diff(&mut self, name: &str, before: &[u8], after: &[u8]) -> io::Result<()> {
        let paint = Paint::new(self.color);
        let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
        let name = visible(name);
        // `patch` ignores the text after the tab.
        let header = [format!("{name}\t(current)"), format!("{name}\t(formatted)")];
        let unified = format::unified(&before, &after, header.each_ref().map(String::as_str));
        for line in unified.split_inclusive('\n') {
            let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
            // Tabs are not escaped, because a change may be about them.
            let escaped = || text.split('\t').map(visible).collect::<Vec<_>>().join("\t");
            let shown = if self.environment.stdout_is_terminal { escaped().into() } else { Cow::Borrowed(text) };
            write!(self.out, "{}{end}", paint.changed(&shown))?;
        }
        Ok(())
    }

    /// Explains why no input was formatted.
    fn nothing_formatted(&mut self, excluded: u64) -> Outcome {
        let (files, skipped) = (count(excluded, "file"), count(self.skipped, "file"));
        if self.args.discovery.force_exclude && excluded > 0 {
            self.messages.line(&format!("Nothing to format: skipped {files} because of --force-exclude"));
            return Outcome::Clean;
        }
        let reason = match (excluded, self.skipped) {
            (_, 0) => format!("callcheck.toml excludes {files}"),
            (0, _) => format!("skipped {skipped}"),
            _ => format!("callcheck.toml excludes {files}, and {skipped} cannot be rewritten in place"),
        };
        super::error(self.messages.err, &format!("nothing to format: {reason}"));
        Outcome::Failed
    }

    fn outcome(&mut self, inputs: &Inputs<'_>) -> Outcome {
        let Summary { counts, unreadable, .. } = self.messages.summary;
        if self.files + unreadable == 0 {
            return self.nothing_formatted(inputs.excluded());
        }
        if (self.args.check || self.args.write) && !self.args.global.quiet {
            let files = count(self.files, "file");
            let verb = match (self.args.write, self.changed) {
                (false, _) => "would be reformatted",
                (true, 1) => "was reformatted",
                (true, _) => "were reformatted",
            };
            self.messages.line(&match self.changed {
                0 if counts.errors > 0 || unreadable > 0 => format!("Checked {files}: some could not be formatted"),
                0 => format!("Checked {files}: all formatted"),
                changed => format!("{} of {files} {verb}", thousands(changed)),
            });
        }
        if unreadable > 0 {
            Outcome::Failed
        } else if counts.errors > 0 || (self.args.check && self.changed > 0) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}

/// The reason why the formatted text cannot replace the input.
fn refusal(formatted: Formatted) -> Option<String> {
    match formatted {
        Formatted { compression: Some(compression), .. } => Some(format!("compressed with {}", compression.as_str())),
        Formatted { had_headers: true, .. } => Some("HTTP headers precede the JSON".to_owned()),
        _ => None,
    }
}

/// The difference between an input and the formatted text.
#[derive(PartialEq, Eq)]
enum Change {
    None,
    Some,
    To { before: Vec<u8>, after: Vec<u8> },
}

pub(super) fn format(
    options: &FormatOptions<'_>,
    input: &Input,
    reader: &mut (dyn Read + Send),
    out: &mut dyn Write,
    sink: &mut dyn FnMut(Event),
) -> io::Result<Formatted> {
    let (name, may_be_lines) = (input.name(), matches!(input, Input::Stdin(_)));
    format::format(options, FormatInput { name: &name, reader, may_be_lines, is_file: input.is_file() }, out, sink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_read_plan_depends_on_options_and_the_kind_of_input() {
        let file = InputFacts { is_file: true, is_special: false, size: 10 };
        let large = InputFacts { size: MIN_CONCURRENT_BYTES, ..file };
        let pipe = InputFacts { is_file: false, is_special: true, size: u64::MAX };
        let stdin = InputFacts { is_special: false, ..pipe };
        let print = FormatArgs::default();
        let annotate = FormatArgs { annotate: true, ..FormatArgs::default() };
        let write = FormatArgs { write: true, ..FormatArgs::default() };
        let check = FormatArgs { check: true, ..FormatArgs::default() };
        let diff = FormatArgs { diff: true, ..FormatArgs::default() };
        let write_diff = FormatArgs { write: true, diff: true, ..FormatArgs::default() };
        for (args, input, can_overlap, expected) in [
            (&annotate, large, true, ReadPlan::Annotate),
            (&print, file, true, ReadPlan::Stream { concurrent: false }),
            (&print, large, true, ReadPlan::Stream { concurrent: true }),
            (&print, large, false, ReadPlan::Stream { concurrent: false }),
            (&print, pipe, true, ReadPlan::Stream { concurrent: false }),
            (&write, large, true, ReadPlan::Compared),
            (&write, pipe, true, ReadPlan::Refuse),
            // A missing file: opening it reports the error.
            (&write, stdin, true, ReadPlan::Buffered),
            (&check, file, true, ReadPlan::Compared),
            (&check, pipe, true, ReadPlan::Buffered),
            (&diff, file, true, ReadPlan::Buffered),
            (&write_diff, file, true, ReadPlan::Buffered),
            (&write_diff, pipe, true, ReadPlan::Refuse),
        ] {
            assert_eq!(read_plan(args, input, can_overlap), expected, "{args:?} {input:?}");
        }
    }
}
