//! Which configuration holds for a file: that in its folder, or in the nearest folder above.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Config, NAME, read};
use crate::finding::ConfigError;
use crate::hubspot::AccountConfig;
use crate::input::{self, Input};
use crate::rules::Rules;
use crate::rules::levels::Levels;

/// What holds for some inputs.
#[derive(Debug)]
pub struct Setting {
    /// How bad findings are; none where that is as usual.
    pub levels: Option<Arc<Levels>>,
    /// The rules of the domain that are told.
    pub rules: Rules,
    /// What is known of the account.
    pub portal: AccountConfig,
}

/// Where configurations come from.
#[derive(Debug, Clone)]
enum From {
    /// Nowhere.
    Nothing,
    /// This file, for all inputs.
    File(PathBuf),
    /// The folders of inputs and those above.
    Folders,
}

type Finding = Option<Result<Arc<Config>, Arc<ConfigError>>>;

/// Finds configurations, each file once.
#[derive(Debug)]
pub struct Configs {
    from: From,
    /// Where relative paths start.
    here: PathBuf,
    /// What was said on the command line: it counts most.
    typed: Levels,
    folders: HashMap<PathBuf, Finding>,
    files: HashMap<PathBuf, Result<Arc<Config>, Arc<ConfigError>>>,
    settings: HashMap<(PathBuf, Vec<usize>), Arc<Setting>>,
}

impl Configs {
    /// `file`: the only one; `is_used`: look for others at all. Relative paths start from `here`.
    pub fn new(file: Option<&Path>, is_used: bool, here: &Path, typed: Levels) -> Self {
        let from = match file {
            Some(file) => From::File(here.join(file)),
            None if is_used => From::Folders,
            None => From::Nothing,
        };
        Configs {
            from,
            here: here.to_owned(),
            typed,
            folders: HashMap::new(),
            files: HashMap::new(),
            settings: HashMap::new(),
        }
    }

    /// The absolute path of an input. Standard input counts as a file of its name here.
    pub fn absolute(&self, input: &Input) -> PathBuf {
        let path = match input {
            Input::Stdin(name) => self.here.join(name.trim_matches(['<', '>'])),
            Input::File(path) => self.here.join(path),
        };
        // `a/../b` is no folder of `a`; links are let be, for names are what patterns speak of.
        let mut plain = PathBuf::new();
        for component in path.components() {
            match component {
                std::path::Component::ParentDir => {
                    plain.pop();
                }
                std::path::Component::CurDir => {}
                other => plain.push(other),
            }
        }
        plain
    }

    /// The configuration that was named for all files, if one was.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn named(&mut self) -> Result<(), Arc<ConfigError>> {
        match self.from.clone() {
            From::File(file) => self.file(&file).map(|_| ()),
            From::Nothing | From::Folders => Ok(()),
        }
    }

    /// The configuration for a file, given by its absolute path.
    ///
    /// # Errors
    /// When there is one and it cannot be used.
    pub fn config(&mut self, path: &Path) -> Result<Option<Arc<Config>>, Arc<ConfigError>> {
        match self.from.clone() {
            From::Nothing => Ok(None),
            From::File(file) => self.file(&file).map(Some),
            From::Folders => self.folder(path.parent().unwrap_or(Path::new(""))).transpose(),
        }
    }

    fn folder(&mut self, folder: &Path) -> Finding {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let file = folder.join(NAME);
        // A link that leads nowhere was meant to be one.
        let found = if file.symlink_metadata().is_ok() {
            Some(self.file(&file))
        } else {
            folder.parent().and_then(|above| self.folder(above))
        };
        self.folders.insert(folder.to_owned(), found.clone());
        found
    }

    fn file(&mut self, path: &Path) -> Result<Arc<Config>, Arc<ConfigError>> {
        let read = || {
            let unreadable = |reason: &str| {
                let (path, text, problems) = (path.to_owned(), String::new(), Vec::new());
                Err(Arc::new(ConfigError { path, text, problems, unreadable: Some(reason.to_owned()) }))
            };
            // Whoever opens a pipe waits for somebody who writes.
            if path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir()) {
                return unreadable("not a regular file");
            }
            match input::read_to_end(&Input::File(path.to_owned())) {
                Err(problem) => unreadable(&problem.reason),
                Ok(bytes) => match std::str::from_utf8(bytes.strip_prefix(input::MARK).unwrap_or(&bytes)) {
                    Ok(text) => read(path, text).map(Arc::new).map_err(Arc::new),
                    Err(_) => unreadable("not valid UTF-8"),
                },
            }
        };
        self.files.entry(path.to_owned()).or_insert_with(read).clone()
    }

    /// What holds for a file, given by its absolute path, with this configuration.
    pub fn setting(&mut self, config: Option<&Arc<Config>>, path: &Path) -> Arc<Setting> {
        let (file, overrides) = match config {
            Some(config) => (config.path.clone(), config.overrides_of(path)),
            None => (PathBuf::new(), Vec::new()),
        };
        let typed = &self.typed;
        let make = || {
            let mut levels = config.map_or_else(Levels::default, |config| config.levels(&overrides));
            levels.extend(typed);
            let portal = config.map_or_else(AccountConfig::default, |config| config.portal.clone());
            let rules = Rules::of(&levels, portal.clone());
            let levels = (!levels.is_default()).then(|| Arc::new(levels));
            Arc::new(Setting { levels, rules, portal })
        };
        self.settings.entry((file, overrides.clone())).or_insert_with(make).clone()
    }
}
