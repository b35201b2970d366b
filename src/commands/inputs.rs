//! The inputs of a run, and what holds for each.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::changed::Changed;
use crate::cli::DiscoveryArgs;
use crate::config::{Configs, Setting};
use crate::finding::ConfigError;
use crate::finding::summary::Outcome;
use crate::input::{self, Input, InputError, Search};
use crate::reporters::Style;
use crate::text::visible;

/// What comes next.
pub enum Next {
    /// An input and what holds for it.
    Input(Input, Arc<Setting>),
    /// One that cannot be read.
    InputError(InputError),
    /// The first input for which a configuration would hold that cannot be used.
    ConfigError(Arc<ConfigError>),
}

impl Next {
    /// How much there seems to be to read, in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Next::Input(input, _) => input.size(),
            _ => 0,
        }
    }
}

/// The inputs behind the named paths.
pub struct Inputs<'p> {
    found: Box<dyn Iterator<Item = Result<Input, InputError>> + Send + 'p>,
    named: HashSet<&'p Path>,
    configs: Configs,
    /// Configurations that were told of.
    told: HashSet<PathBuf>,
    excluded: u64,
    /// Where only changed files are asked for, these.
    changed: Option<Changed>,
    unchanged: u64,
    /// The next ones, where somebody has looked.
    ahead: VecDeque<Next>,
}

/// Whether the configuration that is named with `--config` or CALLCHECK_CONFIG can be used, if one is; what is wrong with it is reported on `err`.
pub fn is_configured(configs: &mut Configs, style: Style, err: &mut dyn Write) -> bool {
    let named = configs.named();
    if let Err(problem) = &named {
        let _ = err.write_all(super::check::misconfigured(problem, style).as_bytes());
    }
    named.is_ok()
}

/// Which files of directories are inputs; none where a pattern is not valid, which is reported on `err`.
pub fn search(args: &DiscoveryArgs, here: &Path, err: &mut dyn Write) -> Option<Search> {
    match Search::new(args.hidden, args.no_ignore, &args.exclude, here) {
        Ok(search) => Some(search),
        Err(reason) => {
            super::error(err, &format!("--exclude: {reason}"));
            None
        }
    }
}

impl<'p> Inputs<'p> {
    /// In their order.
    pub fn new(paths: &'p [PathBuf], stdin_name: &'p str, search: &'p Search, configs: Configs) -> Self {
        let named = paths.iter().map(PathBuf::as_path).collect();
        let found = Box::new(input::walk(paths, stdin_name, search));
        Inputs {
            found,
            named,
            configs,
            told: HashSet::new(),
            excluded: 0,
            changed: None,
            unchanged: 0,
            ahead: VecDeque::new(),
        }
    }

    /// Only those of them that have changed.
    pub fn only(self, changed: Option<Changed>) -> Self {
        Inputs { changed, ..self }
    }
}

impl Inputs<'_> {
    /// `--files`: prints the names of the inputs instead of reading them.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn list(self, out: &mut dyn Write, err: &mut dyn Write, style: Style) -> io::Result<Outcome> {
        let mut outcome = Outcome::Clean;
        for next in self {
            match next {
                Next::Input(Input::File(path), _) if !path.exists() => {
                    super::error(err, &format!("{}: no such file or directory", path.to_string_lossy()));
                    outcome = Outcome::Failed;
                }
                Next::Input(input, _) => match writeln!(out, "{}", visible(&input.name())) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(outcome),
                    written => written?,
                },
                Next::InputError(problem) => {
                    super::error(err, &super::unreadable(&problem));
                    outcome = Outcome::Failed;
                }
                Next::ConfigError(problem) => {
                    let _ = err.write_all(super::check::misconfigured(&problem, style).as_bytes());
                    outcome = Outcome::Failed;
                }
            }
        }
        out.flush()?;
        Ok(outcome)
    }

    /// Whether there is no other one.
    pub fn is_at_end(&mut self) -> bool {
        self.look(1) == 0
    }

    /// Whether there is one and no other.
    pub fn is_single(&mut self) -> bool {
        self.look(2) == 1
    }

    /// Looks at the next few; how many there are.
    fn look(&mut self, most: usize) -> usize {
        let mut ahead = std::mem::take(&mut self.ahead);
        while ahead.len() < most
            && let Some(next) = self.next()
        {
            ahead.push_back(next);
        }
        self.ahead = ahead;
        self.ahead.len()
    }

    /// How many files were left out because they have not changed.
    pub fn unchanged(&self) -> u64 {
        self.unchanged
    }

    /// How many files were left out because a configuration says so.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }
}

impl Iterator for Inputs<'_> {
    type Item = Next;

    fn next(&mut self) -> Option<Next> {
        if let Some(next) = self.ahead.pop_front() {
            return Some(next);
        }
        loop {
            let input = match self.found.next()? {
                Ok(input) => input,
                Err(unreadable) => return Some(Next::InputError(unreadable)),
            };
            if let (Input::File(path), Some(changed)) = (&input, &self.changed)
                && !changed.has(path)
            {
                self.unchanged += 1;
                continue;
            }
            let path = self.configs.absolute(&input);
            let config = match self.configs.config(&path) {
                Ok(config) => config,
                Err(problem) if self.told.insert(problem.path.clone()) => return Some(Next::ConfigError(problem)),
                Err(_) => continue,
            };
            let is_named = match &input {
                Input::Stdin(_) => true,
                Input::File(path) => self.named.contains(path.as_path()),
            };
            if !is_named && config.as_ref().is_some_and(|config| config.excludes(&path)) {
                self.excluded += 1;
                continue;
            }
            let setting = self.configs.setting(config.as_ref(), &path);
            return Some(Next::Input(input, setting));
        }
    }
}
