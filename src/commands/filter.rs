//! `callcheck filter`: one verdict per line, in the same order, for any line. It is intended for pipelines: it reads
//! all input, prints only verdicts, and does not fail because of invalid data.

use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::sync::Arc;

use crate::check::{CheckOptions, LineText, ThreadState, Validator, is_blank_line};
use crate::cli::settings::Environment;
use crate::cli::{FilterArgs, GlobalArgs, PassedLines};
use crate::diagnostic::Counts;
use crate::finding::Verdict;
use crate::finding::summary::Outcome;
use crate::hubspot::AccountConfig;
use crate::input::{self, Input, LINE, Limits, Location, Map};
use crate::json::{Document, Kind, PADDING, Tape};
use crate::reporters::{Object, push_string};
use crate::rules::Rules;
use crate::rules::levels::Levels;
use crate::schema::Schema;
use crate::text::thousands;

/// Minimum number of bytes that a read can return, if they are available.
const READ_SIZE: usize = 256 * 1024;

/// Runs `callcheck filter`.
///
/// # Errors
/// If `out` cannot be written. A broken pipe is not an error: the rest of the input is read, and nothing is written.
pub fn filter(
    args: &FilterArgs,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let style = crate::reporters::Style::new(environment.line_width());
    let Some(custom) = super::schema::custom_schema(&args.schema, style, err) else { return Ok(Outcome::Failed) };
    let Some((levels, account)) = explicit(args, environment, err) else { return Ok(Outcome::Failed) };
    let rules = Rules::of(&levels, account);
    let validator = Validator {
        schema: custom.unwrap_or_else(|| Schema::embedded()),
        rules: custom.is_none().then_some(&rules),
        request: None,
        counts: false,
        rows: false,
        verbose: false,
    };
    let levels = (!levels.is_default()).then(|| Arc::new(levels));
    let options = CheckOptions { lines: true, levels, ..CheckOptions::new(validator) };
    let input = match args.path.as_deref() {
        None => Input::Stdin("<stdin>".into()),
        Some(path) if path.as_os_str() == "-" => Input::Stdin("<stdin>".into()),
        Some(path) => Input::File(path.to_owned()),
    };
    let mut reader = match input::open(&input) {
        // Standard input consists of lines, even if it begins like compressed data.
        Ok(opened) if input::is_compressed(&input.name()) => input::decompressed(opened.reader, Limits::DEFAULT),
        Ok(opened) => opened.reader,
        Err(problem) => {
            super::error(err, &super::unreadable(&problem));
            return Ok(Outcome::Failed);
        }
    };
    let mut filter = Filter {
        args,
        state: ThreadState::new(&options),
        options: &options,
        tape: Tape::default(),
        line: 0,
        text: String::new(),
        out: ClosableOutput { out: BufWriter::with_capacity(64 * 1024, out), is_closed: false },
    };
    match filter.run(&mut *reader) {
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

/// Severities and account of the command line and of the configuration that it names. No configuration is searched for,
/// so that a line has the same verdict in every directory.
fn explicit(args: &FilterArgs, environment: &Environment, err: &mut dyn Write) -> Option<(Levels, AccountConfig)> {
    let global = GlobalArgs {
        no_config: args.global.no_config || args.global.config.is_none() && environment.config.is_none(),
        ..args.global.clone()
    };
    let mut configs = environment.configs(&global, args.levels.clone());
    let path = environment.directory.join("*");
    match configs.config(&path) {
        Ok(config) => {
            let config = configs.effective(config.as_ref(), &path);
            let levels = config.levels.as_deref().cloned().unwrap_or_default();
            Some((levels, config.account.clone()))
        }
        Err(problem) => {
            let style = crate::reporters::Style::new(environment.line_width());
            let _ = err.write_all(super::config_error(&problem, style).as_bytes());
            None
        }
    }
}

enum Failure {
    Read(io::Error),
    Write(io::Error),
}

/// Output that is discarded after a broken pipe, so that the process that writes our input can continue.
struct ClosableOutput<'o> {
    out: BufWriter<&'o mut dyn Write>,
    is_closed: bool,
}

impl ClosableOutput<'_> {
    fn ignore_broken_pipe(&mut self, done: io::Result<()>) -> io::Result<()> {
        match done {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            done => done,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let done = self.out.write_all(bytes);
        self.ignore_broken_pipe(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let done = self.out.flush();
        self.ignore_broken_pipe(done)
    }
}

struct Filter<'f, 's> {
    args: &'f FilterArgs,
    options: &'f CheckOptions<'s>,
    state: ThreadState,
    tape: Tape,
    /// The number of the current line, from 1.
    line: u64,
    /// The verdict on the current line, as JSON.
    text: String,
    out: ClosableOutput<'f>,
}

impl Filter<'_, '_> {
    fn run(&mut self, reader: &mut dyn Read) -> Result<(), Failure> {
        let most = self.args.max_line_size;
        // The text, followed by NUL bytes, because the scanner reads 32 bytes at a time.
        let (mut buffer, mut length) = (vec![0; READ_SIZE + PADDING], 0);
        // The system copies twice as fast to the start of a cache line, so the incomplete last line is moved to a
        // position that lets the next read begin at one.
        let mut start = 0;
        // Bytes of the current line that were discarded, because it is too long.
        let mut skipped = 0u64;
        loop {
            if buffer.len() < length + READ_SIZE + PADDING {
                buffer.resize((length + READ_SIZE + PADDING).max(2 * length), 0);
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
                    self.reject_long_line(bytes, &buffer[begin..end])
                } else {
                    self.check_line(&buffer[begin..end], &buffer[begin..])
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
                    _ if bytes > most => self.reject_long_line(bytes, &buffer[begin..length]),
                    _ => self.check_line(&buffer[begin..length], &buffer[begin..]),
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

    /// Checks a line. `padded`: the text from the start of the line, with [`PADDING`].
    fn check_line(&mut self, line: &[u8], padded: &[u8]) -> io::Result<()> {
        self.line += 1;
        let is_blank = is_blank_line(line);
        let (verdict, findings) = if is_blank {
            ("error", Vec::new())
        } else {
            // Every line begins at offset 0, so its verdict does not depend on the lines before it.
            let text = LineText { line, padded, offset: 0 };
            let (kind, findings) = self.state.check_line(self.options, text, Map::new(0, Location::START));
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
            Some(PassedLines::All) => return self.pass_through(line),
            Some(PassedLines::Valid) if verdict == "valid" => return self.pass_through(line),
            Some(PassedLines::Invalid) if verdict != "valid" && !is_blank => return self.pass_through(line),
            Some(PassedLines::Valid | PassedLines::Invalid) => return Ok(()),
        }
        let shown = findings.len().min(self.args.max_findings);
        let more = (findings.len() - shown) as u64;
        self.begin(line, verdict);
        self.text.push_str(",\"findings\":[");
        if is_blank {
            self.push_finding("json/blank-line", "note", "blank line", "", 1, true);
        }
        for (index, found) in findings.iter().take(shown).enumerate() {
            let finding = &found.finding;
            let (severity, column) = (finding.severity.as_str(), found.location.0.column);
            self.push_finding(
                finding.rule.id,
                severity,
                &finding.message,
                &finding.instance_location,
                column,
                index == 0,
            );
        }
        self.end(more)
    }

    /// Rejects a line without checking it. `line` is complete if lines are passed through.
    fn reject_long_line(&mut self, bytes: u64, line: &[u8]) -> io::Result<()> {
        self.line += 1;
        match self.args.pass {
            None => {}
            Some(PassedLines::Valid) => return Ok(()),
            Some(PassedLines::Invalid | PassedLines::All) => return self.pass_through(line),
        }
        self.begin(b"", "error");
        self.text.push_str(",\"findings\":[");
        let most = thousands(self.args.max_line_size);
        let message = format!("line has {} bytes, the limit is {most} (--max-line-size)", thousands(bytes));
        self.push_finding("json/line-length", "error", &message, "", 1, true);
        self.end(0)
    }

    fn pass_through(&mut self, line: &[u8]) -> io::Result<()> {
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

    /// The value of `--key`, or null for an array or an object.
    fn push_key(&mut self, line: &[u8]) {
        let found = self.args.key.as_deref().and_then(|pointer| {
            let document = Document::parse(line.strip_suffix(b"\r").unwrap_or(line), 0, &mut self.tape).ok()?;
            let value = pointer.split('/').skip(1).try_fold(document.root(), |value, token| {
                let token = token.replace("~1", "/").replace("~0", "~");
                match value.kind() {
                    // An array index has no leading zeros (RFC 6901, section 4).
                    Kind::Array => {
                        let index: usize = token.parse().ok().filter(|index: &usize| index.to_string() == token)?;
                        value.elements().nth(index)
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

    /// Writes the end of a verdict. `more`: the number of findings that are not in it.
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
