//! Finds the inputs for the paths of the command line.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::recordings::{MAX_DETECTED, detect};
use super::{Input, InputError, Limits};

/// The files of a directory that are inputs.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    hidden: bool,
    no_ignore: bool,
    exclude: Override,
    /// Files with recordings are inputs as well.
    recordings: bool,
    /// Excluded files are skipped even if they are named.
    pub(crate) force_exclude: bool,
}

impl Default for Search {
    fn default() -> Self {
        Search { hidden: false, no_ignore: false, exclude: Override::empty(), recordings: false, force_exclude: false }
    }
}

impl Search {
    /// `hidden` and `no_ignore` include hidden files, and files that a `.gitignore` or `.ignore` excludes. `exclude`:
    /// patterns as in a `.gitignore`, relative to `here`.
    pub(crate) fn new(hidden: bool, no_ignore: bool, exclude: &[String], here: &Path) -> Result<Self, String> {
        let mut builder = OverrideBuilder::new(here);
        // As in a .gitignore, an empty pattern matches nothing.
        for pattern in exclude
            .iter()
            .map(|pattern| pattern.strip_prefix("./").unwrap_or(pattern))
            .filter(|pattern| !pattern.is_empty())
        {
            if pattern.starts_with('!') {
                return Err(format!("invalid pattern `{pattern}`: it must not start with `!`"));
            }
            // In an override a `!` excludes.
            builder.add(&format!("!{pattern}")).map_err(|error| {
                let reason = error.to_string();
                format!("invalid pattern `{pattern}`: {}", reason.rsplit(": ").next().unwrap_or_default())
            })?;
        }
        let exclude = builder.build().map_err(|error| error.to_string())?;
        Ok(Search { hidden, no_ignore, exclude, ..Search::default() })
    }

    pub(crate) fn with_recordings(self, recordings: bool) -> Self {
        Search { recordings, ..self }
    }

    pub(crate) fn forced(self, force_exclude: bool) -> Self {
        Search { force_exclude, ..self }
    }

    /// True if a pattern of `exclude` matches the file or a directory that contains it. `path` is absolute.
    pub(crate) fn excludes(&self, path: &Path) -> bool {
        let mut parts = path.ancestors();
        let is_file = parts.next().is_some_and(|file| self.exclude.matched(file, false).is_ignore());
        is_file
            || parts
                .take_while(|directory| directory.starts_with(self.exclude.path()))
                .any(|directory| self.exclude.matched(directory, true).is_ignore())
    }
}

/// The inputs for `paths`, in their order; `-` is standard input. Directories are searched in sorted order for
/// `*.json`, `*.jsonl` and `*.ndjson`, optionally with `.gz` or `.zst`; with recordings, also for `*.har`, and for
/// `*.yml` and `*.yaml` that are recordings. Links to directories are not followed. A directory without such files is
/// an error. A file that is named itself is always read.
pub(crate) fn walk<'a>(
    paths: &'a [PathBuf],
    stdin_name: &'a str,
    search: &'a Search,
) -> impl Iterator<Item = Result<Input, InputError>> + Send + 'a {
    paths.iter().flat_map(move |path| -> Box<dyn Iterator<Item = Result<Input, InputError>> + Send> {
        if path.as_os_str() == "-" {
            Box::new(std::iter::once(Ok(Input::Stdin(stdin_name.to_owned()))))
        } else if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
            let mut found = directory(path, search).peekable();
            if found.peek().is_none() {
                let names = if search.recordings {
                    "*.json, *.jsonl, *.ndjson or *.har"
                } else {
                    "*.json, *.jsonl or *.ndjson"
                };
                let also = if search.recordings { ", and no recordings in *.yml or *.yaml" } else { "" };
                let reason = format!("no {names} files found{also} (hidden, ignored and excluded files are skipped)");
                return Box::new(std::iter::once(Err(InputError { name: super::name_of(path), reason })));
            }
            Box::new(found)
        } else {
            Box::new(std::iter::once(Ok(Input::File(path.clone()))))
        }
    })
}

fn directory(path: &Path, search: &Search) -> impl Iterator<Item = Result<Input, InputError>> + use<> {
    let (root, has_recordings) = (path.to_owned(), search.recordings);
    let mut builder = WalkBuilder::new(path);
    builder.standard_filters(!search.no_ignore).hidden(!search.hidden).overrides(search.exclude.clone());
    // WireMock's mappings refer to these files.
    let is_body_file = move |entry: &DirEntry| {
        has_recordings
            && entry.depth() > 0
            && entry.file_name() == "__files"
            && entry.path().with_file_name("mappings").is_dir()
    };
    builder.filter_entry(move |entry| !is_body_file(entry));
    builder.require_git(false).sort_by_file_name(Ord::cmp).build().filter_map(move |entry| match entry {
        Err(error) => Some(Err(unreadable(&root, &error))),
        Ok(entry) => {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy();
            let is_yaml = has_recordings && is_yaml(&name);
            let is_input = is_yaml
                || has_extension(&name, &["json", "jsonl", "ndjson"])
                || has_recordings && has_extension(&name, &["har"]);
            // A link to a file counts as one; a pipe or a directory of that name does not.
            let is_file = is_input
                && fs::metadata(path)
                    .map_or_else(|_| entry.file_type().is_some_and(|kind| kind.is_symlink()), |found| found.is_file());
            let input = is_file.then(|| Input::File(entry.into_path()))?;
            if is_yaml && matches!(&input, Input::File(path) if !path.exists()) {
                // A broken link; most YAML files are not recordings.
                return None;
            }
            // A file that cannot be read is reported when it is checked.
            let is_recording = !is_yaml || read_beginning(&input).is_none_or(|text| detect(&text).is_some());
            is_recording.then_some(Ok(input))
        }
    })
}

/// The `*.json`, `*.yaml` and `*.yml` files in a directory, sorted, with hidden and ignored ones.
pub(crate) fn schema_files(directory: &Path) -> Result<Vec<PathBuf>, InputError> {
    let entries = WalkBuilder::new(directory).standard_filters(false).sort_by_file_name(Ord::cmp).build();
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(directory, &error))?;
        if has_extension(&entry.file_name().to_string_lossy(), &["json", "yaml", "yml"])
            && fs::metadata(entry.path()).is_ok_and(|found| found.is_file())
        {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// True if the name is that of a YAML file, possibly compressed.
pub(crate) fn is_yaml(name: &str) -> bool {
    has_extension(name, &["yml", "yaml"])
}

/// The bytes that decide whether a file is a recording; None if it cannot be read.
fn read_beginning(input: &Input) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let reader = super::decompressed(super::open(input).ok()?.reader, Limits::DEFAULT);
    reader.take(MAX_DETECTED as u64).read_to_end(&mut text).ok().map(|_| text)
}

/// True if the name is that of a JSON Lines file, possibly compressed.
pub(crate) fn is_lines(name: &str) -> bool {
    has_extension(name, &["jsonl", "ndjson"])
}

/// True if the name is that of a JSON or JSON Lines file that is not compressed.
pub(crate) fn is_plain_json(name: &str) -> bool {
    !is_compressed(name) && has_extension(name, &["json", "jsonl", "ndjson"])
}

const COMPRESSED_SUFFIXES: [&str; 2] = [".gz", ".zst"];

/// True if the name is that of a compressed file.
pub(crate) fn is_compressed(name: &str) -> bool {
    COMPRESSED_SUFFIXES.iter().any(|suffix| name.to_ascii_lowercase().ends_with(suffix))
}

/// True if the name has one of these extensions, possibly before that of a compressed file.
fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    let name = COMPRESSED_SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

fn unreadable(path: &Path, error: &ignore::Error) -> InputError {
    let at = match error {
        ignore::Error::WithPath { path, .. } => path,
        _ => path,
    };
    match error.io_error() {
        // The rest of the message is about the walker.
        Some(io) => InputError::new(at, &io.kind().into()),
        None => InputError { name: super::name_of(at), reason: error.to_string() },
    }
}
