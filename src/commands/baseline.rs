//! Baselines: files of known findings, so that a check reports only new ones.
//!
//! JSON Lines (<https://jsonlines.org>), sorted: git merges such a file line by line, and additions of two branches do
//! not conflict unless they are next to each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};

use super::report::{is_free, is_same, report_conflict};
use crate::cli::CheckArgs;
use crate::finding::{DocumentId, Finding};
use crate::format::put;
use crate::input::{Input, InputError, read_decompressed};
use crate::text::{count, thousands, visible};

/// Stale entries that are listed.
const MAX_STALE_LISTED: usize = 20;

const FIRST_LINE: &str = r#"{"callcheck":"baseline","version":1}"#;

pub(super) struct Baseline {
    path: PathBuf,
    /// Entries name inputs relative to this directory, the one of the file. Absolute, without `.` and `..`.
    directory: PathBuf,
    current_directory: PathBuf,
    /// With `--write-baseline`, every finding is suppressed and becomes an entry.
    is_written: bool,
    /// Entries by their lines, without the count.
    entries: BTreeMap<String, EntryCount>,
    /// Names of the inputs that were read to their end.
    read: BTreeSet<String>,
    /// The last name of an input and its name in the file. Most findings come from the same input as the one before.
    last: (String, String),
    /// The exchanges of the current recording that were read: their number by what they are called in the file.
    exchanges: HashMap<String, u64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct EntryCount {
    known: u64,
    seen: u64,
}

impl Baseline {
    /// Errors are texts for people. With `is_written`, the file need not exist.
    fn read(path: &Path, current_directory: &Path, is_written: bool) -> Result<Baseline, String> {
        let path = resolved(&current_directory.join(path));
        let path = path.canonicalize().unwrap_or(path);
        let mut baseline = Baseline {
            directory: path.parent().unwrap_or(Path::new("/")).to_owned(),
            path,
            current_directory: current_directory.to_owned(),
            is_written,
            entries: BTreeMap::new(),
            read: BTreeSet::new(),
            last: Default::default(),
            exchanges: HashMap::new(),
        };
        if is_written && !baseline.path.exists() {
            return Ok(baseline);
        }
        let bytes = read_decompressed(&Input::File(baseline.path.clone())).map_err(|problem| problem.reason)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| "not a baseline file: invalid UTF-8".to_owned())?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().map(str::trim_end).zip(1u64..).filter(|(line, _)| !line.is_empty());
        check_first_line(lines.next().map_or("", |(line, _)| line))?;
        for (line, number) in lines {
            let Some((key, times)) = entry(line) else {
                let why = if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
                    "unresolved merge conflict: keep the lines of both sides"
                } else {
                    "expected [path, rule, pointer, digest], which an exchange and a count may follow"
                };
                return Err(format!("line {number}: {why}"));
            };
            // A merge may repeat an entry.
            let known = &mut baseline.entries.entry(key).or_default().known;
            *known = times.max(*known);
        }
        Ok(baseline)
    }

    /// True if this finding of the document is suppressed. Values that could not be evaluated never are.
    pub(super) fn knows(&mut self, document: &DocumentId, found: &Finding) -> bool {
        let (name, finding) = (&*document.name, &found.finding);
        if finding.rule.is_undecided {
            return false;
        }
        if self.last.0 != name {
            self.last = (name.to_owned(), self.name(name));
        }
        let name = &self.last.1;
        // 24 bits keep the lines short: only findings with the same path, rule and pointer need different digests.
        let digest = (0..128).step_by(24).fold(0, |folded, from| folded ^ found.digest >> from) & 0x00FF_FFFF;
        let digest = format!("{digest:06x}");
        let key = match self.exchange(document) {
            None => json!([name, finding.rule.id, finding.instance_location, digest]),
            Some(exchange) => json!([name, finding.rule.id, finding.instance_location, digest, exchange]),
        };
        let key = key.to_string();
        match self.entries.get_mut(&key) {
            Some(times) => {
                times.seen += 1;
                self.is_written || times.seen <= times.known
            }
            None => {
                if self.is_written {
                    self.entries.insert(key, EntryCount { known: 0, seen: 1 });
                }
                self.is_written
            }
        }
    }

    /// The exchange in the file, for example `POST /crm/v3/objects/calls/batch/read, 207 #2` for the second one like
    /// that in the recording. Not its number, which changes if another exchange is inserted before it.
    fn exchange(&self, document: &DocumentId) -> Option<String> {
        let words = document.exchange.as_ref()?.in_words();
        match self.exchanges.get(&words) {
            None => Some(words),
            Some(before) => Some(format!("{words} #{}", before + 1)),
        }
    }

    /// Records that the input was read up to the end of the document.
    pub(super) fn document_end(&mut self, document: &DocumentId) {
        if !self.read.contains(&*document.name) {
            self.read.insert(document.name.to_string());
        }
        if let Some(exchange) = &document.exchange {
            *self.exchanges.entry(exchange.in_words()).or_default() += 1;
        }
    }

    /// Records that the input was not read to its end.
    pub(super) fn input_error(&mut self, name: &str) {
        self.read.remove(name);
        self.exchanges.clear();
    }

    pub(super) fn file_end(&mut self) {
        self.exchanges.clear();
    }

    /// The name of an input in the file: its path relative to the file's directory, with `/`.
    fn name(&self, name: &str) -> String {
        // Standard input.
        if name.starts_with('<') {
            return name.to_owned();
        }
        let path = resolved(&self.current_directory.join(name));
        let (from, to): (Vec<_>, Vec<_>) = (self.directory.components().collect(), path.components().collect());
        let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
        let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
        let down = to[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
        up.chain(down).collect::<Vec<_>>().join("/")
    }

    /// A test for entries of which this run has seen all occurrences: their input was read, or no longer exists.
    fn is_complete(&self) -> impl Fn(&str) -> bool {
        let read: BTreeSet<String> = self.read.iter().map(|name| self.name(name)).collect();
        move |key| {
            let name = field(key, 0);
            read.contains(&name) || !name.starts_with('<') && !self.directory.join(&name).exists()
        }
    }

    /// Writes the file, or warns about stale entries. Messages are written to `err`, except the error.
    pub(super) fn finish(&self, args: &CheckArgs, err: &mut dyn Write) -> Result<(), String> {
        let name = |path: &Path| visible(&path.to_string_lossy()).into_owned();
        if let Some(path) = &args.write_baseline {
            let number = self.write().map_err(|reason| format!("{}: {reason}", path.to_string_lossy()))?;
            if !args.global.quiet {
                let _ = writeln!(err, "Wrote {} to the baseline {}", count(number, "finding"), name(path));
            }
        } else if let Some(path) = &args.baseline {
            self.warn_about_stale(&name(path), err);
        }
        Ok(())
    }

    fn warn_about_stale(&self, name: &str, err: &mut dyn Write) {
        let is_complete = self.is_complete();
        let is_stale = |(key, times): &(&String, &EntryCount)| times.seen < times.known && is_complete(key);
        let stale: Vec<_> = self.entries.iter().filter(is_stale).collect();
        let number: u64 = stale.iter().map(|(_, times)| times.known - times.seen).sum();
        if number == 0 {
            return;
        }
        let (entries, occur) = if number == 1 { ("entry", "occurs") } else { ("entries", "occur") };
        let number = thousands(number);
        let _ = writeln!(err, "warning: {name}: {number} baseline {entries} no longer {occur}:");
        for (key, _) in stale.iter().take(MAX_STALE_LISTED) {
            let [pointer, exchange] = [2, 4].map(|index| match field(key, index) {
                text if text.is_empty() => text,
                text => format!(" ({text})"),
            });
            let text = format!("{}: {}{pointer}{exchange}", field(key, 0), field(key, 1));
            let _ = writeln!(err, "  {}", visible(&text));
        }
        if stale.len() > MAX_STALE_LISTED {
            let _ = writeln!(err, "  ... and {} more", thousands((stale.len() - MAX_STALE_LISTED) as u64));
        }
        let _ = writeln!(err, "  To remove stale entries, run with --write-baseline {name}");
    }

    /// Returns the number of findings in the file. Entries stay if their input exists and was not read.
    fn write(&self) -> Result<u64, String> {
        let is_complete = self.is_complete();
        let (mut text, mut number) = (format!("{FIRST_LINE}\n"), 0);
        for (key, times) in &self.entries {
            let times = if is_complete(key) || times.seen > times.known { times.seen } else { times.known };
            number += times;
            match times {
                0 => continue,
                1 => text.push_str(key),
                many => text.push_str(&format!("{},{many}]", &key[..key.len() - 1])),
            }
            text.push('\n');
        }
        put(&self.path, text.as_bytes()).map(|()| number)
    }
}

/// True if the file of `--write-baseline`, if set, can be written without overwriting an input or a report. Otherwise
/// the conflict is reported on `err`. `sources`: all files and directories that are read.
pub(super) fn is_writable(args: &CheckArgs, sources: &[PathBuf], err: &mut dyn Write) -> bool {
    let Some(path) = &args.write_baseline else { return true };
    if args.report.iter().any(|report| is_same(&report.path, path)) {
        report_conflict(path, err);
        return false;
    }
    is_free(path, true, sources, err)
}

/// The baseline of `--baseline` or `--write-baseline`, if one is set.
pub(super) fn requested(args: &CheckArgs, current_directory: &Path) -> Result<Option<Baseline>, InputError> {
    let Some(path) = args.write_baseline.as_ref().or(args.baseline.as_ref()) else { return Ok(None) };
    let baseline = Baseline::read(path, current_directory, args.write_baseline.is_some());
    baseline.map(Some).map_err(|reason| InputError { name: path.to_string_lossy().into_owned(), reason })
}

fn check_first_line(line: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(line).unwrap_or_default();
    match value.get("version").filter(|_| value.get("callcheck").is_some_and(|kind| kind == "baseline")) {
        Some(version) if *version == 1 => Ok(()),
        Some(version) => Err(format!("unsupported baseline version {version}; this callcheck supports version 1")),
        None => Err(format!(
            "not a baseline file: expected {FIRST_LINE} in line 1; to create one, use --write-baseline with a new path"
        )),
    }
}

/// A field of an entry: 0 is the path, 1 the rule, 2 the JSON Pointer, 4 the exchange of a recording.
fn field(key: &str, index: usize) -> String {
    let entry: Value = serde_json::from_str(key).unwrap_or_default();
    entry.get(index).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The line without its count, and the count.
fn entry(line: &str) -> Option<(String, u64)> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let fields = entry.as_array()?;
    let (texts, times) = match fields.split_last()? {
        (Value::Number(times), texts) => (texts, times.as_u64().filter(|times| *times > 0)?),
        _ => (&fields[..], 1),
    };
    let is_entry = (4..=5).contains(&texts.len()) && texts.iter().all(Value::is_string);
    is_entry.then(|| (Value::from(texts).to_string(), times))
}

/// The path with its directory resolved. A symbolic link in the last component is kept: entries use the name of the
/// link, as on the command line.
fn resolved(path: &Path) -> PathBuf {
    let path = without_dots(path);
    match (path.parent().and_then(|parent| parent.canonicalize().ok()), path.file_name()) {
        (Some(directory), Some(name)) => directory.join(name),
        _ => path,
    }
}

/// The path without `.` and `..`.
fn without_dots(path: &Path) -> PathBuf {
    let mut parts: Vec<OsString> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                // The root has no parent.
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            other => parts.push(other.as_os_str().to_owned()),
        }
    }
    parts.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{CheckOptions, NamedReader, ThreadState, Validator, check_reader};
    use crate::finding::{Event, ExchangeId};

    /// Reads a recording with these exchanges (number, action). Each has the same finding. Returns those that the
    /// baseline does not suppress.
    fn new_findings(baseline: &mut Baseline, exchanges: &[(u64, &str)]) -> Vec<u64> {
        let options = CheckOptions::new(Validator::embedded());
        let mut new = Vec::new();
        for (number, action) in exchanges {
            let path = format!("/crm/v3/objects/calls/batch/{action}");
            let exchange = ExchangeId::new(*number, Some("POST".to_owned()), Some(path), Some(207));
            let exchange = std::sync::Arc::new(exchange);
            let mut state = ThreadState::new(&options);
            let input = NamedReader {
                name: "calls.har",
                size: None,
                reader: &mut &b"{\"status\": 1}"[..],
                may_be_lines: false,
            };
            let _ = check_reader(&options, &mut state, input, &mut |event| {
                match event {
                    Event::Finding(document, found) => {
                        let document = DocumentId { exchange: Some(exchange.clone()), ..document };
                        if !baseline.knows(&document, &found) {
                            new.push(*number);
                        }
                    }
                    Event::DocumentEnd(document, _) => {
                        baseline.document_end(&DocumentId { exchange: Some(exchange.clone()), ..document });
                    }
                    _ => {}
                }
                Ok(())
            });
        }
        baseline.file_end();
        new
    }

    /// A new baseline file, empty or with the findings of these exchanges.
    fn written(name: &str, exchanges: &[(u64, &str)]) -> (PathBuf, String) {
        let directory = std::env::temp_dir().join(format!("callcheck-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join("known");
        let mut baseline = Baseline::read(&path, &directory, true).expect("a baseline");
        assert!(new_findings(&mut baseline, exchanges).is_empty());
        baseline.write().expect("a file");
        let text = read_decompressed(&Input::File(path.clone())).expect("a file");
        (path, String::from_utf8(text).expect("UTF-8"))
    }

    #[test]
    fn entries_of_exchanges_do_not_depend_on_exchanges_before_them() {
        let (path, text) = written("exchanges", &[(1, "read"), (2, "create"), (5, "read")]);
        let entries: Vec<Value> = text.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let exchanges: Vec<&str> = entries.iter().map(|entry| entry[4].as_str().expect("an exchange")).collect();
        assert_eq!(
            exchanges,
            [
                "POST /crm/v3/objects/calls/batch/create, 207",
                "POST /crm/v3/objects/calls/batch/read, 207 #2",
                "POST /crm/v3/objects/calls/batch/read, 207",
            ]
        );
        let read = || Baseline::read(&path, path.parent().expect("a directory"), false).expect("a baseline");
        let inserted = [(1, "update"), (2, "read"), (3, "archive"), (4, "create"), (7, "read"), (8, "read")];
        assert_eq!(new_findings(&mut read(), &inserted), [1, 3, 8]);
        // The same recording again: the numbers of the second ones begin anew.
        let mut baseline = read();
        assert!(new_findings(&mut baseline, &[(1, "read"), (2, "read")]).is_empty());
        let mut messages = Vec::new();
        baseline.warn_about_stale("known", &mut messages);
        let messages = String::from_utf8(messages).expect("UTF-8");
        assert!(messages.contains("1 baseline entry no longer occurs:\n  calls.har: "), "{messages}");
        assert!(messages.contains(" (POST /crm/v3/objects/calls/batch/create, 207)\n"), "{messages}");
        let _ = std::fs::remove_dir_all(path.parent().expect("a directory"));
    }

    #[test]
    fn entries_have_four_or_five_texts_and_perhaps_a_count() {
        for (line, times) in [
            (r#"["a.json","r/a","/b","0c"]"#, Some(1)),
            (r#"["a.json","r/a","/b","0c",2]"#, Some(2)),
            (r#"["a.har","r/a","/b","0c","POST /d, 207"]"#, Some(1)),
            (r#"["a.har","r/a","/b","0c","POST /d, 207",3]"#, Some(3)),
            (r#"["a.har","r/a","/b","0c","POST /d, 207",0]"#, None),
            (r#"["a.har","r/a","/b","0c","POST /d, 207","e"]"#, None),
            (r#"["a.json","r/a","/b",1]"#, None),
            (r#"["a.json","r/a","/b","0c",null]"#, None),
            ("[]", None),
        ] {
            assert_eq!(entry(line).map(|(_, times)| times), times, "{line}");
        }
    }
}
