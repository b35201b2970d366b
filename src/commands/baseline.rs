//! Baselines: files of known findings, so that a check reports only new ones.
//!
//! JSON Lines (<https://jsonlines.org>), sorted: git merges such a file line by line, and additions of two branches do
//! not conflict unless they are next to each other.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};

use super::report::{is_free, is_same, report_conflict};
use crate::cli::CheckArgs;
use crate::finding::Finding;
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
                    "expected [path, rule, pointer, digest] or [path, rule, pointer, digest, count]"
                };
                return Err(format!("line {number}: {why}"));
            };
            // A merge may repeat an entry.
            let known = &mut baseline.entries.entry(key).or_default().known;
            *known = times.max(*known);
        }
        Ok(baseline)
    }

    /// True if this finding of the input is suppressed. Values that could not be evaluated never are.
    pub(super) fn knows(&mut self, name: &str, found: &Finding) -> bool {
        let finding = &found.finding;
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
        let key = json!([name, finding.rule.id, finding.instance_location, digest]).to_string();
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

    /// Records that the input was read to its end, or was not.
    pub(super) fn was_read(&mut self, name: &str, is_read: bool) {
        if !is_read {
            self.read.remove(name);
        } else if !self.read.contains(name) {
            self.read.insert(name.to_owned());
        }
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
            let pointer = Some(field(key, 2)).filter(|pointer| !pointer.is_empty());
            let pointer = pointer.map_or(String::new(), |pointer| format!(" ({pointer})"));
            let _ = writeln!(err, "  {}", visible(&format!("{}: {}{pointer}", field(key, 0), field(key, 1))));
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

/// A field of an entry: 0 is the path, 1 the rule, 2 the JSON Pointer.
fn field(key: &str, index: usize) -> String {
    let entry: Value = serde_json::from_str(key).unwrap_or_default();
    entry.get(index).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The line without its count, and the count.
fn entry(line: &str) -> Option<(String, u64)> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let fields = entry.as_array()?;
    let times = match fields.len() {
        4 => 1,
        5 => fields[4].as_u64().filter(|times| *times > 0)?,
        _ => return None,
    };
    let is_text = fields[..4].iter().all(Value::is_string);
    is_text.then(|| (Value::from(&fields[..4]).to_string(), times))
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
