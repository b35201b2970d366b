//! Known findings: a file of them that a check compares with, so that only new ones fail.
//!
//! A JSON text a line (jsonlines.org), the findings sorted: git merges such a file line by line, and what two branches have added stands side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};

use super::report::{is_free, is_same, taken};
use crate::cli::CheckArgs;
use crate::finding::Finding;
use crate::format::put;
use crate::input::{Input, read_decompressed};
use crate::text::{count, thousands, visible};

/// So many findings that are gone are named.
const GONE: usize = 20;

/// The first line of such a file.
const HEAD: &str = r#"{"callcheck":"baseline","version":1}"#;

/// Known findings.
pub(super) struct Baseline {
    path: PathBuf,
    /// The folder that it is in, and the one that names of inputs begin in: absolute, without `.` and `..`.
    folder: PathBuf,
    current: PathBuf,
    /// Every finding becomes known.
    is_written: bool,
    /// By their lines, without the number of times.
    known: BTreeMap<String, Times>,
    /// The names of the inputs that were read to their end.
    read: BTreeSet<String>,
    /// The last name of an input, and what it is called in the file.
    last: (String, String),
}

/// How often a finding may be there, and was.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    known: u64,
    seen: u64,
}

impl Baseline {
    /// Reads a file of known findings. `current`: the folder that names of inputs begin in. `is_written`: all that is found becomes known; then there need
    /// be no file yet.
    ///
    /// # Errors
    /// What is wrong with the file, in words.
    fn read(path: &Path, current: &Path, is_written: bool) -> Result<Baseline, String> {
        let own = placed(&current.join(path));
        let own = own.canonicalize().unwrap_or(own);
        let folder = own.parent().unwrap_or(Path::new("/")).to_owned();
        let mut baseline = Baseline {
            path: own.clone(),
            folder,
            current: current.to_owned(),
            is_written,
            known: BTreeMap::new(),
            read: BTreeSet::new(),
            last: Default::default(),
        };
        if is_written && !own.exists() {
            return Ok(baseline);
        }
        let bytes = read_decompressed(&Input::File(own)).map_err(|problem| problem.reason)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| "not a baseline file: invalid UTF-8".to_owned())?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().map(str::trim_end).zip(1u64..).filter(|(line, _)| !line.is_empty());
        let first = lines.next().map_or("", |(first, _)| first);
        let head: Value = serde_json::from_str(first).unwrap_or_default();
        match head.get("version").filter(|_| head.get("callcheck").is_some_and(|kind| kind == "baseline")) {
            Some(version) if *version == 1 => {}
            Some(version) => {
                return Err(format!("unsupported baseline version {version}; this callcheck supports version 1"));
            }
            None => {
                return Err(format!(
                    "not a baseline file: expected {HEAD} in line 1; to create one, use --write-baseline with a new path"
                ));
            }
        }
        for (line, number) in lines {
            let Some((key, times)) = entry(line) else {
                let why = if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
                    "unresolved merge conflict: keep the lines of both sides"
                } else {
                    "expected [path, rule, pointer, digest] or [path, rule, pointer, digest, count]"
                };
                return Err(format!("line {number}: {why}"));
            };
            // The same line twice comes of merging, too.
            let known = &mut baseline.known.entry(key).or_default().known;
            *known = times.max(*known);
        }
        Ok(baseline)
    }

    /// Whether this finding of the input with this name is known. What could not be checked never is.
    pub(super) fn knows(&mut self, name: &str, found: &Finding) -> bool {
        let finding = &found.finding;
        if finding.rule.is_undecided {
            return false;
        }
        if self.last.0 != name {
            self.last = (name.to_owned(), self.name(name));
        }
        let name = &self.last.1;
        let digest = (0..128).step_by(24).fold(0, |folded, from| folded ^ found.digest >> from) & 0x00FF_FFFF;
        let digest = format!("{digest:06x}");
        let key = json!([name, finding.rule.id, finding.instance_location, digest]).to_string();
        match self.known.get_mut(&key) {
            Some(times) => {
                times.seen += 1;
                self.is_written || times.seen <= times.known
            }
            None => {
                if self.is_written {
                    self.known.insert(key, Times { known: 0, seen: 1 });
                }
                self.is_written
            }
        }
    }

    /// Whether the input with this name was read to its end.
    pub(super) fn was_read(&mut self, name: &str, is_read: bool) {
        if !is_read {
            self.read.remove(name);
        } else if !self.read.contains(name) {
            self.read.insert(name.to_owned());
        }
    }

    /// What an input is called in the file: its path from the file's folder, with `/`.
    fn name(&self, name: &str) -> String {
        if name.starts_with('<') {
            return name.to_owned();
        }
        let path = placed(&self.current.join(name));
        let (own, other): (Vec<_>, Vec<_>) = (self.folder.components().collect(), path.components().collect());
        let common = own.iter().zip(&other).take_while(|(one, two)| one == two).count();
        let up = std::iter::repeat_n("..".to_owned(), own.len() - common);
        let down = other[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
        up.chain(down).collect::<Vec<_>>().join("/")
    }

    /// Whether entries can be checked after this run: their input was read, or is no more.
    fn is_over(&self) -> impl Fn(&str) -> bool {
        let read: BTreeSet<String> = self.read.iter().map(|name| self.name(name)).collect();
        move |key| {
            let name = part(key, 0);
            read.contains(&name) || !name.starts_with('<') && !self.folder.join(&name).exists()
        }
    }

    /// Writes the file where that was asked for, otherwise tells which of its findings are gone. Whether all went well.
    pub(super) fn finish(&self, args: &CheckArgs, err: &mut dyn Write) -> bool {
        let name = |path: &Path| visible(&path.to_string_lossy()).into_owned();
        if let Some(path) = &args.write_baseline {
            let written = self.write();
            let _ = match &written {
                Ok(_) if args.global.quiet => Ok(()),
                Ok(number) => {
                    writeln!(err, "Wrote {} to the baseline {}", count(*number, "finding"), name(path))
                }
                Err(reason) => writeln!(err, "error: {}: {}", name(path), visible(reason)),
            };
            return written.is_ok();
        }
        let is_over = self.is_over();
        let gone: Vec<_> = self.known.iter().filter(|(key, times)| times.seen < times.known && is_over(key)).collect();
        let number = gone.iter().map(|(_, times)| times.known - times.seen).sum();
        if let (Some(path), 1..) = (&args.baseline, number) {
            let (entries, occur) = if number == 1 { ("entry", "occurs") } else { ("entries", "occur") };
            let number = thousands(number);
            let _ = writeln!(err, "warning: {}: {number} baseline {entries} no longer {occur}:", name(path));
            for (key, _) in gone.iter().take(GONE) {
                let pointer = Some(part(key, 2)).filter(|pointer| !pointer.is_empty());
                let pointer = pointer.map_or(String::new(), |pointer| format!(" ({pointer})"));
                let _ = writeln!(err, "  {}", visible(&format!("{}: {}{pointer}", part(key, 0), part(key, 1))));
            }
            if gone.len() > GONE {
                let _ = writeln!(err, "  ... and {} more", thousands((gone.len() - GONE) as u64));
            }
            let _ = writeln!(err, "  To remove stale entries, run with --write-baseline {}", name(path));
        }
        true
    }

    /// Writes the file; how many findings are in it. Those of inputs that were not read, and are there, stay.
    fn write(&self) -> Result<u64, String> {
        let is_over = self.is_over();
        let (mut text, mut number) = (format!("{HEAD}\n"), 0);
        for (key, times) in &self.known {
            let times = if is_over(key) || times.seen > times.known { times.seen } else { times.known };
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

/// The baseline that was asked for, if one was. None where it cannot be used; that is said. `sources`: what is read besides.
pub(super) fn asked(
    args: &CheckArgs,
    current: &Path,
    sources: &[PathBuf],
    err: &mut dyn Write,
) -> Option<Option<Baseline>> {
    let Some(path) = args.write_baseline.as_ref().or(args.baseline.as_ref()) else { return Some(None) };
    let is_written = args.write_baseline.is_some();
    if is_written && !is_free(path, true, sources, err) {
        return None;
    }
    if is_written && args.report.iter().any(|report| is_same(&report.path, path)) {
        taken(path, err);
        return None;
    }
    match Baseline::read(path, current, is_written) {
        Ok(baseline) => Some(Some(baseline)),
        Err(reason) => {
            super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
            None
        }
    }
}

/// A part of a line: the path, the rule, the JSON Pointer.
fn part(key: &str, place: usize) -> String {
    let entry: Value = serde_json::from_str(key).unwrap_or_default();
    entry.get(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The key of a line, and the number of times.
fn entry(line: &str) -> Option<(String, u64)> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let parts = entry.as_array()?;
    let times = match parts.len() {
        4 => 1,
        5 => parts[4].as_u64().filter(|times| *times > 0)?,
        _ => return None,
    };
    let is_text = parts[..4].iter().all(Value::is_string);
    is_text.then(|| (Value::from(&parts[..4]).to_string(), times))
}

/// Where a path leads: links on the way are followed, its own name is the one that people use.
fn placed(path: &Path) -> PathBuf {
    let path = plain(path);
    match (path.parent().and_then(|folder| folder.canonicalize().ok()), path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut parts: Vec<OsString> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            other => parts.push(other.as_os_str().to_owned()),
        }
    }
    parts.iter().collect()
}
