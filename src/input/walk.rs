//! What the command line names becomes inputs: files as they are, folders by the names in them.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use super::{Input, InputError};

/// Which files of a directory are inputs.
#[derive(Debug, Clone)]
pub struct Search {
    hidden: bool,
    no_ignore: bool,
    exclude: Override,
}

impl Default for Search {
    fn default() -> Self {
        Search { hidden: false, no_ignore: false, exclude: Override::empty() }
    }
}

impl Search {
    /// `hidden` and `no_ignore`: also hidden files, and files that a `.gitignore` or `.ignore` excludes. `exclude`: patterns as in a `.gitignore`,
    /// relative to `here`.
    ///
    /// # Errors
    /// When a pattern is not valid: the message for the user.
    pub fn new(hidden: bool, no_ignore: bool, exclude: &[String], here: &Path) -> Result<Self, String> {
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
        Ok(Search { hidden, no_ignore, exclude })
    }
}

/// The inputs for the named paths, in their order; `-` is standard input. A directory is walked in the order of its names, for files whose name ends in
/// `.json`, `.jsonl` or `.ndjson`, or in one of these and `.gz` or `.zst`; links to directories are not followed. A directory without any is an error:
/// something in it was meant to be checked. A file that is named itself is always read.
pub fn walk<'a>(
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
                let reason =
                    "no *.json, *.jsonl or *.ndjson files found (hidden, ignored and excluded files are skipped)"
                        .to_owned();
                return Box::new(std::iter::once(Err(InputError {
                    name: path.to_string_lossy().into_owned(),
                    reason,
                })));
            }
            Box::new(found)
        } else {
            // Whether it can be read shows when it is read.
            Box::new(std::iter::once(Ok(Input::File(path.clone()))))
        }
    })
}

fn directory(path: &Path, search: &Search) -> impl Iterator<Item = Result<Input, InputError>> + use<> {
    let root = path.to_owned();
    let mut builder = WalkBuilder::new(path);
    builder.standard_filters(!search.no_ignore).hidden(!search.hidden).overrides(search.exclude.clone());
    builder.require_git(false).sort_by_file_name(Ord::cmp).build().filter_map(move |entry| match entry {
        Err(error) => Some(Err(unreadable(&root, &error))),
        Ok(entry) => {
            let path = entry.path();
            let is_json = ends_in(&entry.file_name().to_string_lossy(), &["json", "jsonl", "ndjson"]);
            // A link to a file counts as one; a pipe or a directory of that name does not.
            (is_json
                && fs::metadata(path)
                    .map_or_else(|_| entry.file_type().is_some_and(|kind| kind.is_symlink()), |found| found.is_file()))
            .then(|| Ok(Input::File(entry.into_path())))
        }
    })
}

/// The files in a folder that may be schemas: those whose name ends in `.json`, in the order of their names, hidden and ignored ones as well.
///
/// # Errors
/// When the folder, or one in it, cannot be read.
pub(crate) fn schema_files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let entries = WalkBuilder::new(folder).standard_filters(false).sort_by_file_name(Ord::cmp).build();
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        if ends_in(&entry.file_name().to_string_lossy(), &["json"])
            && fs::metadata(entry.path()).is_ok_and(|found| found.is_file())
        {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// Whether a name says that the file is JSON Lines, packed or not.
pub(crate) fn is_lines(name: &str) -> bool {
    ends_in(name, &["jsonl", "ndjson"])
}

/// Whether a name says that the file is JSON or JSON Lines, and not packed.
pub(crate) fn is_plain_json(name: &str) -> bool {
    !is_compressed(name) && ends_in(name, &["json", "jsonl", "ndjson"])
}

/// What names of packed files end in.
const PACKED: [&str; 2] = [".gz", ".zst"];

/// Whether a name says that the file is packed.
pub(crate) fn is_compressed(name: &str) -> bool {
    PACKED.iter().any(|packed| name.to_ascii_lowercase().ends_with(packed))
}

/// Whether a name ends in one of these, or in one of them and what packed files end in.
fn ends_in(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    let name = PACKED.iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

fn unreadable(path: &Path, error: &ignore::Error) -> InputError {
    let at = match error {
        ignore::Error::WithPath { path, .. } => path,
        _ => path,
    };
    match error.io_error() {
        // What the walker says of it besides is not for people.
        Some(io) => InputError::new(at, &io.kind().into()),
        None => InputError { name: at.to_string_lossy().into_owned(), reason: error.to_string() },
    }
}
