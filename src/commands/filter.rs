//! `callcheck filter`: a verdict for each line, on its own line, in the same order, whatever the line is. It is made to stand in somebody else's pipe: it
//! reads to the end always, says nothing but verdicts, and bad data is no failure.

use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::sync::Arc;

use crate::check::{CheckOptions, ThreadState, Validator, is_blank};
use crate::cli::settings::Environment;
use crate::cli::{FilterArgs, GlobalArgs, Pass};
use crate::diagnostic::Counts;
use crate::finding::Verdict;
use crate::finding::summary::Outcome;
use crate::hubspot::AccountConfig;
use crate::input::{self, Input, LINE, Limits, Location};
use crate::json::{Document, Kind, PADDING, Tape};
use crate::reporters::{Object, push_string};
use crate::rules::Rules;
use crate::rules::levels::Levels;
use crate::schema::Schema;
use crate::text::thousands;

/// So much is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// `callcheck filter`.
///
/// # Errors
/// When `out` cannot be written, but not when its reader has gone away: then the rest is read and nothing is written.
pub fn filter(
    args: &FilterArgs,
    terminal: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let style = crate::reporters::Style::new(terminal.line_width());
    let Some(own) = super::schema::custom_schema(&args.schema, style, err) else { return Ok(Outcome::Failed) };
    let Some((levels, portal)) = explicit(args, terminal, err) else { return Ok(Outcome::Failed) };
    let rules = Rules::of(&levels, portal);
    let validator = Validator {
        schema: own.unwrap_or_else(|| Schema::embedded()),
        rules: own.is_none().then_some(&rules),
        request: None,
        counts: false,
        rows: false,
        verbose: false,
    };
    let levels = (!levels.is_default()).then(|| Arc::new(levels));
    let task = CheckOptions { lines: true, levels, ..CheckOptions::new(validator) };
    let input = match args.path.as_deref() {
        None => Input::Stdin("<stdin>".into()),
        Some(path) if path.as_os_str() == "-" => Input::Stdin("<stdin>".into()),
        Some(path) => Input::File(path.to_owned()),
    };
    let mut reader = match input::open(&input) {
        // What comes in a pipe is lines, whatever they begin with.
        Ok(opened) if input::is_compressed(&input.name()) => input::decompressed(opened.reader, Limits::DEFAULT),
        Ok(opened) => opened.reader,
        Err(problem) => {
            super::error(err, &super::unreadable(&problem));
            return Ok(Outcome::Failed);
        }
    };
    let mut filter = Filter {
        args,
        worker: ThreadState::new(&task),
        task: &task,
        tape: Tape::default(),
        line: 0,
        text: String::new(),
        out: Drain { out: BufWriter::with_capacity(64 * 1024, out), is_gone: false },
    };
    match filter.all(&mut *reader) {
        Ok(()) => filter.out.flush().map(|()| Outcome::Clean),
        Err(Failure::Read(error)) => {
            filter.out.flush()?;
            let reason = input::reason(&error);
            super::error(err, &format!("{}: {reason}; the following lines have no verdict", input.name()));
            Ok(Outcome::Failed)
        }
        Err(Failure::Write(error)) => Err(error),
    }
}

/// Severities and account of the command line and of a configuration that it names: none is searched for, so that a line has the same verdict in every
/// directory.
fn explicit(args: &FilterArgs, terminal: &Environment, err: &mut dyn Write) -> Option<(Levels, AccountConfig)> {
    let global = GlobalArgs {
        no_config: args.global.no_config || args.global.config.is_none() && terminal.config.is_none(),
        ..args.global.clone()
    };
    let mut configs = terminal.configs(&global, args.levels.clone());
    let path = terminal.directory.join("*");
    match configs.config(&path) {
        Ok(config) => {
            let config = configs.effective(config.as_ref(), &path);
            let levels = config.levels.as_deref().cloned().unwrap_or_default();
            Some((levels, config.account.clone()))
        }
        Err(problem) => {
            let style = crate::reporters::Style::new(terminal.line_width());
            let _ = err.write_all(super::config_error(&problem, style).as_bytes());
            None
        }
    }
}

enum Failure {
    Read(io::Error),
    Write(io::Error),
}

/// Output whose reader may go away: what is written then is nobody's loss, but what writes to us must not be stopped by it.
struct Drain<'o> {
    out: BufWriter<&'o mut dyn Write>,
    is_gone: bool,
}

impl Drain<'_> {
    fn unless_gone(&mut self, done: io::Result<()>) -> io::Result<()> {
        match done {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(())
            }
            done => done,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_gone {
            return Ok(());
        }
        let done = self.out.write_all(bytes);
        self.unless_gone(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_gone {
            return Ok(());
        }
        let done = self.out.flush();
        self.unless_gone(done)
    }
}

struct Filter<'f, 's> {
    args: &'f FilterArgs,
    task: &'f CheckOptions<'s>,
    worker: ThreadState,
    tape: Tape,
    /// The number of the line at hand, from 1.
    line: u64,
    /// What is to be written of it.
    text: String,
    out: Drain<'f>,
}

impl Filter<'_, '_> {
    fn all(&mut self, reader: &mut dyn Read) -> Result<(), Failure> {
        let most = self.args.max_line_size;
        // Text, and NUL behind it for who reads 32 bytes at a time.
        let (mut buffer, mut length) = (vec![0; CHUNK + PADDING], 0);
        // The system copies twice as fast to a boundary of a cache line: what is left over stands just before one.
        let mut start = 0;
        // A line that is too long is not held: how much of it has gone.
        let mut skipped = 0u64;
        loop {
            if buffer.len() < length + CHUNK + PADDING {
                buffer.resize((length + CHUNK + PADDING).max(2 * length), 0);
            }
            let room = buffer.len() - PADDING;
            let read = match reader.read(&mut buffer[length..room]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.map_err(Failure::Read)?,
            };
            let searched = length;
            length += read;
            buffer[length..length + PADDING].fill(0);
            let mut begin = start;
            for end in memchr::memchr_iter(b'\n', &buffer[searched..length]).map(|at| searched + at) {
                let bytes = skipped + (end - begin) as u64;
                if bytes > most {
                    self.too_long(bytes, &buffer[begin..end])
                } else {
                    self.one(&buffer[begin..end], &buffer[begin..])
                }
                .map_err(Failure::Write)?;
                (skipped, begin) = (0, end + 1);
            }
            let rest = length - begin;
            if read == 0 {
                // A last line need not end with a line feed.
                let bytes = skipped + rest as u64;
                return match bytes {
                    0 => Ok(()),
                    _ if bytes > most => self.too_long(bytes, &buffer[begin..length]),
                    _ => self.one(&buffer[begin..length], &buffer[begin..]),
                }
                .map_err(Failure::Write);
            }
            let rest = if rest as u64 > most && self.args.pass.is_none() {
                skipped += rest as u64;
                0
            } else {
                rest
            };
            start = (LINE - (buffer.as_ptr().addr() + rest) % LINE) % LINE;
            if buffer.len() < start + length {
                buffer.resize(start + length, 0);
            }
            buffer.copy_within(begin..begin + rest, start);
            length = start + rest;
        }
    }

    /// A line that is checked. `padded`: from there on.
    fn one(&mut self, line: &[u8], padded: &[u8]) -> io::Result<()> {
        self.line += 1;
        let is_none = is_blank(line);
        let (verdict, findings) = if is_none {
            ("error", Vec::new())
        } else {
            // What is said of a line is the same wherever it stands.
            let (kind, findings) = self.worker.line(self.task, line, padded, 0, Location::START);
            let verdict = match Verdict::of(kind, Counts::of(findings.iter().map(|found| &found.finding))) {
                Verdict::Valid => "valid",
                Verdict::Undecided => "error",
                Verdict::Invalid | Verdict::Other if !kind.is_json() => "error",
                Verdict::Invalid => "invalid",
                Verdict::Other => "not-a-batch-response",
            };
            (verdict, findings)
        };
        match self.args.pass {
            None => {}
            Some(Pass::All) => return self.through(line),
            Some(Pass::Valid) if verdict == "valid" => return self.through(line),
            Some(Pass::Invalid) if verdict != "valid" && !is_none => return self.through(line),
            Some(Pass::Valid | Pass::Invalid) => return Ok(()),
        }
        let shown = findings.len().min(self.args.max_findings);
        let more = (findings.len() - shown) as u64;
        self.begin(line, verdict);
        self.text.push_str(",\"findings\":[");
        if is_none {
            self.push_finding("json/blank-line", "note", "blank line", "", 1, true);
        }
        for (place, found) in findings.iter().take(shown).enumerate() {
            let finding = &found.finding;
            let (severity, column) = (finding.severity.as_str(), found.location.0.column);
            self.push_finding(
                finding.rule.id,
                severity,
                &finding.message,
                &finding.instance_location,
                column,
                place == 0,
            );
        }
        self.end(more)
    }

    /// A line that is not checked. `line` is all of it where lines are passed through.
    fn too_long(&mut self, bytes: u64, line: &[u8]) -> io::Result<()> {
        self.line += 1;
        match self.args.pass {
            None => {}
            Some(Pass::Valid) => return Ok(()),
            Some(Pass::Invalid | Pass::All) => return self.through(line),
        }
        self.begin(b"", "error");
        self.text.push_str(",\"findings\":[");
        let most = thousands(self.args.max_line_size);
        let message = format!("line has {} bytes, the limit is {most} (--max-line-size)", thousands(bytes));
        self.push_finding("json/line-length", "error", &message, "", 1, true);
        self.end(0)
    }

    fn through(&mut self, line: &[u8]) -> io::Result<()> {
        self.out.write(line)?;
        self.out.write(b"\n")?;
        if self.args.unbuffered { self.out.flush() } else { Ok(()) }
    }

    fn begin(&mut self, line: &[u8], verdict: &str) {
        self.text.clear();
        self.text.push_str("{\"line\":");
        self.text.push_str(&self.line.to_string());
        self.text.push_str(",\"key\":");
        self.push_key(line);
        self.text.push_str(",\"verdict\":\"");
        self.text.push_str(verdict);
        self.text.push('"');
    }

    /// The value that lines are told apart by: one that is neither an array nor an object.
    fn push_key(&mut self, line: &[u8]) {
        let found = self.args.key.as_deref().and_then(|pointer| {
            let document = Document::parse(line.strip_suffix(b"\r").unwrap_or(line), 0, &mut self.tape).ok()?;
            let value = pointer.split('/').skip(1).try_fold(document.root(), |value, token| {
                let token = token.replace("~1", "/").replace("~0", "~");
                match value.kind() {
                    // Section 4: digits without a leading zero.
                    Kind::Array => {
                        let place: usize = token.parse().ok().filter(|place: &usize| place.to_string() == token)?;
                        value.elements().nth(place)
                    }
                    _ => value.get(&token),
                }
            })?;
            Some(value)
        });
        match found {
            Some(value) if value.kind() == Kind::String => push_string(&mut self.text, &value.string()),
            Some(value) if matches!(value.kind(), Kind::Number | Kind::True | Kind::False) => {
                self.text.push_str(&String::from_utf8_lossy(value.text()));
            }
            _ => self.text.push_str("null"),
        }
    }

    fn push_finding(&mut self, rule: &str, severity: &str, message: &str, at: &str, column: u64, is_first: bool) {
        if !is_first {
            self.text.push(',');
        }
        Object::begin(&mut self.text)
            .text("rule", rule)
            .text("severity", severity)
            .text("message", message)
            .text("at", at)
            .number("column", column)
            .end();
    }

    /// The end of a verdict, with how many findings are not in it.
    fn end(&mut self, more: u64) -> io::Result<()> {
        self.text.push(']');
        if more > 0 {
            self.text.push_str(&format!(",\"more\":{more}"));
        }
        self.text.push_str("}\n");
        self.out.write(self.text.as_bytes())?;
        if self.args.unbuffered { self.out.flush() } else { Ok(()) }
    }
}
