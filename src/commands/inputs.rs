//! The inputs of a run, each with its configuration.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::changed::Changed;
use crate::cli::DiscoveryArgs;
use crate::config::{Configs, EffectiveConfig};
use crate::finding::ConfigError;
use crate::finding::summary::Outcome;
use crate::input::{self, Input, InputError, Search};
use crate::reporters::Style;
use crate::text::visible;

pub(super) enum NextInput {
    Input {
        input: Input,
        config: Arc<EffectiveConfig>,
        /// Its path was given; it was not found in a directory. False with `--force-exclude`, because hooks name every
        /// file.
        is_named: bool,
    },
    InputError(InputError),
    /// Reported for the first input of a configuration that cannot be used; all its inputs are skipped.
    ConfigError(Arc<ConfigError>),
}

impl NextInput {
    /// In bytes, as far as known.
    pub(super) fn size(&self) -> u64 {
        match self {
            NextInput::Input { input, .. } => input.size(),
            _ => 0,
        }
    }
}

/// Iterates over the files of the given paths.
pub(super) struct Inputs<'p> {
    found: Box<dyn Iterator<Item = Result<Input, InputError>> + Send + 'p>,
    /// The given paths. Paths are absolute, so that `a` and `./a` are the same.
    named: HashSet<PathBuf>,
    /// The inputs so far, if there are several paths that can contain the same one.
    seen: Option<HashSet<PathBuf>>,
    search: &'p Search,
    configs: Configs,
    /// Invalid configurations that were reported.
    reported: HashSet<PathBuf>,
    excluded: u64,
    /// The files of `--changed-since`.
    changed: Option<Changed>,
    unchanged: u64,
    /// Items that were taken to count them.
    ahead: VecDeque<NextInput>,
}

/// Returns false if the configuration of `--config` or CALLCHECK_CONFIG cannot be used, and reports it on `err`.
pub(super) fn is_configured(configs: &mut Configs, style: Style, err: &mut dyn Write) -> bool {
    let read = configs.read_named();
    if let Err(problem) = &read {
        let _ = err.write_all(super::config_error(problem, style).as_bytes());
    }
    read.is_ok()
}

/// Returns `None` if a pattern of `--exclude` is invalid, and reports it on `err`.
pub(super) fn search(args: &DiscoveryArgs, current_dir: &Path, err: &mut dyn Write) -> Option<Search> {
    match Search::new(args.hidden, args.no_ignore, &args.exclude, current_dir) {
        Ok(search) => Some(search.forced(args.force_exclude)),
        Err(reason) => {
            super::error(err, &format!("--exclude: {reason}"));
            None
        }
    }
}

impl<'p> Inputs<'p> {
    pub(super) fn new(paths: &'p [PathBuf], stdin_name: &'p str, search: &'p Search, configs: Configs) -> Self {
        let named = paths.iter().map(|path| configs.joined(path)).collect();
        let found = Box::new(input::walk(paths, stdin_name, search));
        Inputs {
            found,
            named,
            seen: (paths.len() > 1).then(HashSet::new),
            search,
            configs,
            reported: HashSet::new(),
            excluded: 0,
            changed: None,
            unchanged: 0,
            ahead: VecDeque::new(),
        }
    }

    /// Skips files that are not in `changed`.
    pub(super) fn only(self, changed: Option<Changed>) -> Self {
        Inputs { changed, ..self }
    }
}

impl Inputs<'_> {
    /// `--files`: prints the names of the inputs instead of reading them.
    pub(super) fn list(self, out: &mut dyn Write, err: &mut dyn Write, style: Style) -> io::Result<Outcome> {
        let mut outcome = Outcome::Clean;
        for next in self {
            match next {
                NextInput::Input { input: Input::File(path), .. } if !path.exists() => {
                    super::error(err, &format!("{}: no such file or directory", path.to_string_lossy()));
                    outcome = Outcome::Failed;
                }
                NextInput::Input { input, .. } => match writeln!(out, "{}", visible(&input.name())) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(outcome),
                    written => written?,
                },
                NextInput::InputError(problem) => {
                    super::error(err, &super::unreadable(&problem));
                    outcome = Outcome::Failed;
                }
                NextInput::ConfigError(problem) => {
                    let _ = err.write_all(super::config_error(&problem, style).as_bytes());
                    outcome = Outcome::Failed;
                }
            }
        }
        out.flush()?;
        Ok(outcome)
    }

    /// True if an earlier path contains this one, or is the same. Symlinks to one file are different inputs. A file
    /// with the name `-` is given as `./-`, so it differs from standard input.
    fn is_repeated(&mut self, path: &Path) -> bool {
        let Some(seen) = &mut self.seen else { return false };
        let path = if path.as_os_str() == "-" { path.to_owned() } else { self.configs.joined(path) };
        !seen.insert(path)
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek(1) == 0
    }

    /// True if exactly one input is left.
    pub(super) fn is_single(&mut self) -> bool {
        self.peek(2) == 1
    }

    /// The number of inputs that are left, at most `max`.
    fn peek(&mut self, max: usize) -> usize {
        let mut ahead = std::mem::take(&mut self.ahead);
        while ahead.len() < max
            && let Some(next) = self.next()
        {
            ahead.push_back(next);
        }
        self.ahead = ahead;
        self.ahead.len()
    }

    /// Number of files that were skipped because they did not change.
    pub(super) fn unchanged(&self) -> u64 {
        self.unchanged
    }

    /// Number of files that were skipped because a configuration, or a pattern of `--force-exclude`, excludes them.
    pub(super) fn excluded(&self) -> u64 {
        self.excluded
    }
}

impl Iterator for Inputs<'_> {
    type Item = NextInput;

    fn next(&mut self) -> Option<NextInput> {
        if let Some(next) = self.ahead.pop_front() {
            return Some(next);
        }
        loop {
            let input = match self.found.next()? {
                Ok(input) => input,
                Err(problem) if self.is_repeated(Path::new(&problem.name)) => continue,
                Err(problem) => return Some(NextInput::InputError(problem)),
            };
            let is_unchanged = matches!(
                (&input, &self.changed), (Input::File(path), Some(changed)) if !changed.has(path)
            );
            let path = self.configs.absolute(&input);
            let config = match self.configs.config(&path) {
                Ok(config) => config,
                // The configuration of files that are not checked does not matter.
                Err(_) if is_unchanged => {
                    self.unchanged += 1;
                    continue;
                }
                Err(problem) if self.reported.insert(problem.path.clone()) => {
                    return Some(NextInput::ConfigError(problem));
                }
                Err(_) => continue,
            };
            let is_named = match &input {
                Input::Stdin(_) => true,
                Input::File(path) => self.named.contains(&self.configs.joined(path)),
            };
            let is_kept = match &input {
                // Editors name the file whose text they pass. Without a name, no pattern is about standard input.
                Input::Stdin(name) => !self.search.force_exclude || name == "<stdin>",
                Input::File(_) => !self.search.force_exclude && is_named,
            };
            let is_excluded = config.as_ref().is_some_and(|config| config.excludes(&path))
                || self.search.force_exclude && self.search.excludes(&path);
            if !is_kept && is_excluded {
                self.excluded += 1;
                continue;
            }
            let given = match &input {
                Input::Stdin(_) => Path::new("-"),
                Input::File(path) => path,
            };
            if self.is_repeated(given) {
                continue;
            }
            if is_unchanged {
                self.unchanged += 1;
                continue;
            }
            let config = self.configs.effective(config.as_ref(), &path);
            let is_named = is_named && !self.search.force_exclude;
            return Some(NextInput::Input { input, config, is_named });
        }
    }
}
