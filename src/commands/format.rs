//! `callcheck format`.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::annotate::annotate;
use super::inputs::{Inputs, Next};
use crate::cli::settings::Environment;
use crate::cli::{FormatArgs, When};
use crate::config::Configs;
use crate::diagnostic::Counts;
use crate::finding::summary::{Outcome, Summary};
use crate::finding::{DocumentSummary, Event};
use crate::format::{self, Comparison, FormatInput, FormatOptions, Formatted, LayoutStyle, Order, replace};
use crate::hubspot::classify::DocumentKind;
use crate::input::{self, Input, InputError, Limits};
use crate::reporters::{self, Paint};
use crate::rules::levels::Levels;
use crate::text::{count, thousands, visible};

/// `callcheck format`: every input in its turn. What is no JSON or cannot be read is reported on `err`, the others go on.
///
/// # Errors
/// When `out` cannot be written. A reader that has gone away is no error: the outcome is that of what was written.
pub fn format_inputs(
    args: &FormatArgs,
    terminal: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let paths = super::or_stdin(&args.paths);
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    if args.write && paths.iter().any(is_stdin) {
        super::error(err, "--write needs files; it cannot rewrite stdin");
        return Ok(Outcome::Failed);
    }
    let in_place = args.write || args.check || args.diff;
    // What goes to programs is data: only who types it has it coloured there.
    let color = match (terminal.stdout_is_terminal, args.global.color) {
        (false, When::Auto) => false,
        (is_terminal, when) => terminal.colors(when, is_terminal),
    };
    let task = FormatOptions {
        style: args.style(),
        order: args.order(),
        painted: ((terminal.stdout_is_terminal || color) && !in_place).then_some(color),
        lines: args.input.lines,
        limits: Limits::of(args.input.max_decompressed_size),
        window: 128 * 1024,
        drawn: 1,
        findings: None,
        keeps_lines: in_place,
    };
    let style = terminal.stderr_style(&args.global);
    let Some(search) = super::inputs::search(&args.discovery, &terminal.directory, err) else {
        return Ok(Outcome::Failed);
    };
    let new_configs = || terminal.configs(&args.global, Levels::default());
    if !super::inputs::is_configured(&mut new_configs(), style, err) {
        return Ok(Outcome::Failed);
    }
    let mut inputs = Inputs::new(&paths, &args.input.stdin_filename, &search, new_configs());
    if args.discovery.files {
        return inputs.list(out, err, style);
    }
    let said = Said { err, style, is_in_place: in_place, summary: Summary::default() };
    let is_terminal = terminal.stdout_is_terminal;
    let beside = reporters::Style { color, ..style };
    let threads = terminal.cores.max(1);
    let is_to_file = terminal.stdout_is_file;
    let is_several = paths.len() > 1 || paths.iter().any(|path| path.is_dir());
    let mut work = Work {
        args,
        task,
        beside,
        threads,
        color,
        is_terminal,
        is_to_file,
        is_several,
        out,
        said,
        changed: 0,
        files: 0,
        configs: new_configs(),
    };
    let done = inputs.try_for_each(|next| match next {
        Next::Input(input, _) => work.input(&input),
        Next::InputError(unreadable) => {
            work.said.tell(Event::InputError(unreadable));
            Ok(())
        }
        Next::ConfigError(problem) => {
            work.said.tell(Event::ConfigError(problem));
            Ok(())
        }
    });
    match done.and_then(|()| work.out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    Ok(work.outcome())
}

impl FormatArgs {
    fn style(&self) -> LayoutStyle {
        if self.compact || self.canonical {
            return LayoutStyle::COMPACT;
        }
        let LayoutStyle { indent, width } = LayoutStyle::PRETTY;
        LayoutStyle { indent: self.indent.or(indent), width: self.width.unwrap_or(width) }
    }

    fn order(&self) -> Order {
        match (self.canonical, self.sort_keys) {
            (true, _) => Order::Canonical,
            (false, true) => Order::Sorted,
            (false, false) => Order::Kept,
        }
    }
}

/// A run of the command.
pub(super) struct Work<'w> {
    args: &'w FormatArgs,
    pub(super) task: FormatOptions<'static>,
    /// How findings are shown on standard output.
    pub(super) beside: reporters::Style,
    pub(super) threads: usize,
    color: bool,
    is_terminal: bool,
    is_to_file: bool,
    /// More than one input may come.
    is_several: bool,
    pub(super) out: &'w mut dyn Write,
    pub(super) said: Said<'w>,
    /// Files that change or would, of so many.
    changed: u64,
    files: u64,
    /// What holds for what is checked.
    pub(super) configs: Configs,
}

/// What is said on standard error.
pub(super) struct Said<'w> {
    err: &'w mut dyn Write,
    style: reporters::Style,
    is_in_place: bool,
    pub(super) summary: Summary,
}

impl Said<'_> {
    pub(super) fn tell(&mut self, event: Event) {
        match event {
            Event::Finding(subject, found) => {
                // The same that checking shows, each on its own.
                let mut reporter = reporters::reporter(reporters::Format::Full, self.style);
                let ending = DocumentSummary::new(DocumentKind::Json, Counts::default());
                let _ = reporter
                    .finding(&subject, *found, &mut self.err)
                    .and_then(|()| reporter.document(&subject, &ending, &mut self.err));
            }
            Event::DocumentEnd(_, ending) => self.summary.add(&ending),
            Event::FileEnd | Event::Figures(_) => {}
            // What is left out concerns nobody where nothing is shown.
            Event::Message(..) if self.is_in_place => {}
            Event::InputError(problem) => {
                self.summary.unreadable += 1;
                super::error(self.err, &super::unreadable(&problem));
            }
            Event::ConfigError(problem) => {
                self.summary.unreadable += 1;
                let _ = self.err.write_all(super::config_error(&problem, self.style).as_bytes());
            }
            Event::Message(severity, what) => super::message(self.err, severity, &what),
        }
    }

    pub(super) fn line(&mut self, what: &str) {
        let _ = writeln!(self.err, "{}", visible(what));
    }
}

impl Work<'_> {
    fn input(&mut self, input: &Input) -> io::Result<()> {
        self.files += 1;
        if self.args.annotate {
            if self.is_several {
                let parting = if self.files > 1 { "\n" } else { "" };
                writeln!(self.out, "{parting}==> {} <==", visible(&input.name()))?;
            }
            return annotate(self, input);
        }
        if !(self.args.write || self.args.check || self.args.diff) {
            return match self.open(input) {
                Some(mut reader) => {
                    // A thread costs as much as formatting a small file.
                    let is_large = (LARGE..u64::MAX).contains(&input.size());
                    let is_aside = self.is_to_file && is_large && self.threads > 1;
                    let format = if is_aside { format::format_concurrently } else { format::format };
                    let Work { task, said, out, .. } = self;
                    let is_stdin = matches!(input, Input::Stdin(_));
                    let mut say = |event| said.tell(event);
                    let name = input.name();
                    let input = FormatInput { name: &name, reader: &mut *reader, may_be_lines: is_stdin };
                    format(task, input, *out, &mut say).map(|_| ())
                }
                None => Ok(()),
            };
        }
        let is_file = input.is_file();
        if self.args.write && !is_file && matches!(input, Input::File(path) if path.exists()) {
            self.unreadable(input, "not a regular file; cannot rewrite it in place".into());
            return Ok(());
        }
        // What is no file can be read once only, and a difference needs both texts whole.
        let is_held = self.args.diff || !is_file;
        let Some((changed, formatted)) = (if is_held { self.held(input)? } else { self.compared(input)? }) else {
            return Ok(());
        };
        if !formatted.is_whole || changed == Change::None {
            return Ok(());
        }
        if let Some(reason) = never_in_place(formatted).filter(|_| self.args.write || self.args.check) {
            self.unreadable(input, reason);
            return Ok(());
        }
        self.changed += 1;
        let name = input.name();
        match changed {
            Change::To { before, after } if self.args.diff => self.diff(&name, &before, &after)?,
            _ if self.args.check => writeln!(self.out, "{}", visible(&name))?,
            _ => {}
        }
        match input {
            Input::File(path) if self.args.write => self.replace(input, path),
            _ => Ok(()),
        }
    }

    pub(super) fn open(&mut self, input: &Input) -> Option<Box<dyn Read + Send>> {
        match input::open(input) {
            Ok(opened) => Some(opened.reader),
            Err(unreadable) => {
                self.said.tell(Event::InputError(unreadable));
                None
            }
        }
    }

    /// Formats an input that is held in memory.
    fn held(&mut self, input: &Input) -> io::Result<Option<(Change, Formatted)>> {
        let Some(mut reader) = self.open(input) else { return Ok(None) };
        let mut packed = Vec::new();
        if let Err(error) = reader.read_to_end(&mut packed) {
            self.unreadable(input, input::reason(&error));
            return Ok(None);
        }
        let mut after = Vec::new();
        let said = &mut self.said;
        let formatted = format(&self.task, input, &mut &packed[..], &mut after, &mut |event| said.tell(event))?;
        let mut before = Vec::new();
        // What is wrong with packed data was told by formatting it.
        let _ = input::decompressed(&packed[..], self.task.limits).read_to_end(&mut before);
        let change = if before == after { Change::None } else { Change::To { before, after } };
        Ok(Some((change, formatted)))
    }

    /// Formats a file and compares the text with what is there, a piece at a time.
    fn compared(&mut self, input: &Input) -> io::Result<Option<(Change, Formatted)>> {
        let Some(mut reader) = self.open(input) else { return Ok(None) };
        let Some(again) = self.open(input) else { return Ok(None) };
        let mut comparison = Comparison::new(input::decompressed(again, self.task.limits));
        let said = &mut self.said;
        let formatted = format(&self.task, input, &mut *reader, &mut comparison, &mut |event| said.tell(event))?;
        let change = if comparison.ends_the_same() { Change::None } else { Change::Some };
        Ok(Some((change, formatted)))
    }

    fn replace(&mut self, input: &Input, path: &Path) -> io::Result<()> {
        let (Some(mut reader), task) = (self.open(input), &self.task) else { return Ok(()) };
        // What is to be said was said before.
        let replaced = replace(path, |out| {
            format(task, input, &mut *reader, out, &mut |_| {}).map(|formatted| formatted.is_whole)
        });
        match replaced {
            Ok(None) => {}
            Ok(Some(note)) => super::warning(self.said.err, &format!("{}: {note}", input.name())),
            Err(reason) => self.unreadable(input, reason),
        }
        Ok(())
    }

    pub(super) fn unreadable(&mut self, input: &Input, reason: String) {
        self.said.tell(Event::InputError(InputError { name: input.name(), reason }));
    }

    fn diff(&mut self, name: &str, before: &[u8], after: &[u8]) -> io::Result<()> {
        let paint = Paint::new(self.color);
        let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
        // A line ends with LF, for patch as well.
        let [old, new] = [&before, &after].map(|text| text.split_inclusive('\n').collect::<Vec<&str>>());
        let difference = similar::TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
        let mut unified = difference.unified_diff();
        let name = visible(name);
        // Behind the tab it is no name.
        unified.header(&format!("{name}\t(current)"), &format!("{name}\t(formatted)"));
        for line in unified.to_string().split_inclusive('\n') {
            let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
            // Tabs are what a difference may be about.
            let seen = || text.split('\t').map(visible).collect::<Vec<_>>().join("\t");
            let shown = if self.is_terminal { seen().into() } else { Cow::Borrowed(text) };
            write!(self.out, "{}{end}", paint.changed(&shown))?;
        }
        Ok(())
    }

    fn outcome(&mut self) -> Outcome {
        let Summary { counts, unreadable, .. } = self.said.summary;
        if self.args.check && !self.args.global.quiet {
            let files = count(self.files, "file");
            self.said.line(&match self.changed {
                0 if counts.errors > 0 || unreadable > 0 => format!("Checked {files}: some could not be formatted"),
                0 => format!("Checked {files}: all formatted"),
                changed => format!("{} of {files} would be reformatted", thousands(changed)),
            });
        }
        if unreadable > 0 || self.files == 0 {
            Outcome::Failed
        } else if counts.errors > 0 || (self.args.check && self.changed > 0) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}

/// In bytes: from this size on a file is formatted while it is written.
const LARGE: u64 = 4 << 20;

/// Why a text cannot go back to where it was read from.
fn never_in_place(formatted: Formatted) -> Option<String> {
    match formatted {
        Formatted { compression: Some(compression), .. } => {
            Some(format!("compressed with {}; cannot rewrite it in place", compression.as_str()))
        }
        Formatted { had_headers: true, .. } => {
            Some("HTTP headers precede the JSON; cannot rewrite it in place".to_owned())
        }
        _ => None,
    }
}

/// What formatting makes of a file.
#[derive(PartialEq, Eq)]
enum Change {
    None,
    Some,
    To { before: Vec<u8>, after: Vec<u8> },
}

pub(super) fn format(
    task: &FormatOptions<'_>,
    input: &Input,
    reader: &mut (dyn Read + Send),
    out: &mut dyn Write,
    say: &mut dyn FnMut(Event),
) -> io::Result<Formatted> {
    let (name, may_be_lines) = (input.name(), matches!(input, Input::Stdin(_)));
    format::format(task, FormatInput { name: &name, reader, may_be_lines }, out, say)
}
