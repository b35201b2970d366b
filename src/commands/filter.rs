//! `callcheck filter`: one verdict per line, in the same order, for any line. It is intended for pipelines: it reads
//! all input, prints only verdicts, and does not fail because of invalid data.

use std::io::{self, BufRead as _, BufReader, BufWriter, ErrorKind, Read, Write};
use std::sync::Arc;

use crate::check::{CheckOptions, InputLine, LineText, ThreadState, Validator, for_each_line, is_blank_line};
use crate::cli::settings::Environment;
use crate::cli::{FilterArgs, GlobalArgs, PassedLines};
use crate::config::EffectiveConfig;
use crate::diagnostic::{Counts, Severity};
use crate::finding::summary::Outcome;
use crate::finding::{Finding, Verdict};
use crate::hubspot::classify::DocumentKind;
use crate::input::recordings::{MAX_DETECTED, detect};
use crate::input::{self, Input, Limits, Map};
use crate::json::{Document, Kind, Tape};
use crate::reporters::{Object, push_string};
use crate::schema::Schema;
use crate::text::{thousands, visible};

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
    let style = environment.stderr_style(&args.global);
    let input = match args.path.as_deref() {
        None => Input::Stdin("<stdin>".into()),
        Some(path) if path.as_os_str() == "-" => Input::Stdin("<stdin>".into()),
        Some(path) => Input::File(path.to_owned()),
    };
    let Some(config) = explicit(args, &input, environment, err) else { return Ok(Outcome::Failed) };
    let levels = config.levels.as_deref().cloned().unwrap_or_default();
    let paths = args.path.as_slice();
    let Ok(custom) = super::schema::load(&args.schema, paths, Some(&levels), style, err) else {
        return Ok(Outcome::Failed);
    };
    let validator = Validator {
        schema: custom.unwrap_or_else(|| Schema::embedded()),
        rules: custom.is_none().then_some(&config.rules),
        request: None,
        recorded: None,
        expected: config.expected.as_ref().filter(|_| custom.is_none()),
        counts: false,
        rows: false,
        verbose: false,
    };
    let options = CheckOptions { lines: true, levels: config.levels.clone(), ..CheckOptions::new(validator) };
    let reader = match input::open(&input) {
        // Standard input consists of lines, even if it begins like compressed data.
        Ok(opened) if input::is_compressed(&input.name()) => input::decompressed(opened.reader, Limits::DEFAULT),
        Ok(opened) => opened.reader,
        Err(problem) => {
            super::error(err, &super::unreadable(&problem));
            return Ok(Outcome::Failed);
        }
    };
    let mut reader = BufReader::with_capacity(MAX_DETECTED, reader);
    // A stream may begin with less than a recording needs to be recognized. It is not waited for.
    let peeked = reader.fill_buf().map(|text| custom.is_none() && detect(text).is_some());
    if let Ok(true) = peeked {
        let reason = "this is a recording, and `filter` reads JSON Lines; use `callcheck check`";
        super::error(err, &format!("{}: {reason}", visible(&input.name())));
        return Ok(Outcome::Failed);
    }
    let mut filter = Filter {
        args,
        state: ThreadState::new(&options),
        options: &options,
        tape: Tape::default(),
        line: 0,
        text: String::new(),
        out: ClosableOutput { out: BufWriter::with_capacity(64 * 1024, out), is_closed: false },
    };
    match peeked.map_err(Failure::Read).and_then(|_| filter.run(&mut reader)) {
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

/// The settings of the command line and of the configuration that it names. No configuration is searched for, so that a
/// line has the same verdict in every directory.
fn explicit(
    args: &FilterArgs,
    input: &Input,
    environment: &Environment,
    err: &mut dyn Write,
) -> Option<Arc<EffectiveConfig>> {
    let global = GlobalArgs {
        no_config: args.global.no_config || args.global.config.is_none() && environment.config.is_none(),
        ..args.global.clone()
    };
    let mut configs = environment.configs(&global, args.levels.clone()).expecting(&args.objects);
    let path = configs.absolute(input);
    match configs.config(&path) {
        Ok(config) => Some(configs.effective(config.as_ref(), &path)),
        Err(problem) => {
            let style = environment.stderr_style(&args.global);
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
    fn run(&mut self, reader: &mut (dyn Read + Send)) -> Result<(), Failure> {
        let max = self.args.max_line_size;
        // Lines that are passed through are needed even if they are too long.
        let max_read = if self.args.pass.is_none() { max } else { u64::MAX };
        let read = for_each_line(reader, max_read, |line| match line {
            InputLine::Complete(text) if text.line.len() as u64 <= max => self.check_line(text),
            InputLine::Complete(text) => self.reject_long_line(text.line.len() as u64, text.line),
            InputLine::Skipped(bytes) => self.reject_long_line(bytes, b""),
        });
        read.map_err(Failure::Write)?.map_err(Failure::Read)
    }

    fn check_line(&mut self, text: LineText<'_>) -> io::Result<()> {
        self.line += 1;
        let is_blank = is_blank_line(text.line);
        let (verdict, findings) = if is_blank {
            ("error", Vec::new())
        } else {
            // Every line begins at offset 0, so its verdict does not depend on the lines before it.
            let (kind, findings) = self.state.check_line(self.options, text, Map::default());
            let verdict = match self.verdict(kind, &findings) {
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
            Some(PassedLines::All) => return self.pass_through(text.line),
            Some(PassedLines::Valid) if verdict == "valid" => return self.pass_through(text.line),
            Some(PassedLines::Invalid) if verdict != "valid" && !is_blank => return self.pass_through(text.line),
            Some(PassedLines::Valid | PassedLines::Invalid) => return Ok(()),
        }
        self.begin(text.line, verdict);
        if is_blank {
            self.push_finding("json/blank-line", "note", "blank line").text("at", "").number("column", 1).end();
        }
        for Finding { finding, location, .. } in chosen(&findings, self.args.max_findings) {
            self.push_finding(finding.rule.id, finding.severity.as_str(), &finding.message)
                .text("at", &finding.instance_location)
                .number("column", location.0.column)
                .end();
        }
        self.end(findings.len().saturating_sub(self.args.max_findings) as u64)
    }

    fn verdict(&self, kind: DocumentKind, findings: &[Finding]) -> Verdict {
        let counts = Counts::of(findings.iter().map(|found| &found.finding));
        Verdict::of(kind, self.options.validator.expects(kind), counts)
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
        let max = thousands(self.args.max_line_size);
        let message = format!("line has {} bytes, the limit is {max} (--max-line-size)", thousands(bytes));
        self.push_finding("json/line-length", "error", &message).text("at", "").number("column", 1).end();
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
        self.text.push_str("\",\"findings\":[");
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

    /// Begins a finding. Its location follows.
    fn push_finding(&mut self, rule: &str, severity: &str, message: &str) -> Object<'_> {
        if !self.text.ends_with('[') {
            self.text.push(',');
        }
        let mut object = Object::begin(&mut self.text);
        object.text("rule", rule).text("severity", severity).text("message", message);
        object
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

/// At most `max` findings, in their order. Errors take precedence over warnings, and warnings over notes.
fn chosen(findings: &[Finding], max: usize) -> impl Iterator<Item = &Finding> {
    let counts = Counts::of(findings.iter().map(|found| &found.finding));
    let mut left = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| counts.of_severity(severity));
    let mut room = max as u64;
    for number in &mut left {
        *number = (*number).min(room);
        room -= *number;
    }
    findings.iter().filter(move |found| {
        let left = &mut left[found.finding.severity.pick([0, 1, 2])];
        let is_chosen = *left > 0;
        *left -= u64::from(is_chosen);
        is_chosen
    })
}
