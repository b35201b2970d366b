//! The configuration of a file: `callcheck.toml` in its directory, or in the nearest directory above.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Config, NAME, SchemaChoice, SchemaSelection, read};
use crate::finding::ConfigError;
use crate::format::FormatSettings;
use crate::hubspot::{AccountConfig, ObjectType};
use crate::input::{self, Input};
use crate::rules::levels::Levels;
use crate::rules::{Expectation, Rules};

/// The settings for a file: its configuration, the matching overrides and the command line combined.
#[derive(Debug)]
pub struct EffectiveConfig {
    /// `None`: the default severities.
    pub levels: Option<Arc<Levels>>,
    pub rules: Rules,
    pub account: AccountConfig,
    pub format: FormatSettings,
    /// Paths below the current directory are relative to it.
    pub schema: SchemaSelection,
    /// None if a file must be a batch response.
    pub expected: Option<Expectation>,
}

#[derive(Debug, Clone)]
enum SettingOrigin {
    Disabled,
    /// One file for all inputs.
    File(PathBuf),
    /// The directory of each input, and those above.
    Directories,
}

type LoadedConfig = Result<Arc<Config>, Arc<ConfigError>>;

/// Finds configurations and reads each file once.
#[derive(Debug)]
pub struct Configs {
    origin: SettingOrigin,
    /// The base of relative paths.
    current_dir: PathBuf,
    /// The severities of the command line, which take precedence.
    typed: Levels,
    /// The objects of the command line, which take precedence.
    typed_objects: Vec<ObjectType>,
    directories: HashMap<PathBuf, Option<LoadedConfig>>,
    files: HashMap<PathBuf, LoadedConfig>,
    /// By configuration file and the indexes of the matching overrides.
    effective: HashMap<(PathBuf, Vec<usize>), Arc<EffectiveConfig>>,
}

impl Configs {
    /// `file` is for all inputs; without it, directories are searched if `is_enabled`. Relative paths start from
    /// `current_dir`.
    pub fn new(file: Option<&Path>, is_enabled: bool, current_dir: &Path, typed: Levels) -> Self {
        let origin = match file {
            Some(file) => SettingOrigin::File(current_dir.join(file)),
            None if is_enabled => SettingOrigin::Directories,
            None => SettingOrigin::Disabled,
        };
        Configs {
            origin,
            current_dir: current_dir.to_owned(),
            typed,
            typed_objects: Vec::new(),
            directories: HashMap::new(),
            files: HashMap::new(),
            effective: HashMap::new(),
        }
    }

    /// Expects these objects in all files; if there are none, those of the configurations.
    pub fn expecting(self, objects: &[ObjectType]) -> Self {
        Configs { typed_objects: objects.to_vec(), ..self }
    }

    /// The absolute path of an input. Standard input is treated as a file with its name in the current directory.
    pub fn absolute(&self, input: &Input) -> PathBuf {
        let path = match input {
            Input::Stdin(name) => self.current_dir.join(name.trim_matches(['<', '>'])),
            Input::File(path) => self.joined(path),
        };
        // `a/../b` is not below `a`. Symlinks are not resolved, because patterns match the names that the user sees.
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

    /// The absolute path with its `..`, which can follow a symlink.
    pub fn joined(&self, path: &Path) -> PathBuf {
        self.current_dir.join(path)
    }

    /// Reads the configuration of `--config` or CALLCHECK_CONFIG, if there is one.
    pub fn read_named(&mut self) -> Result<(), Arc<ConfigError>> {
        match self.origin.clone() {
            SettingOrigin::File(file) => self.file(&file).map(|_| ()),
            SettingOrigin::Disabled | SettingOrigin::Directories => Ok(()),
        }
    }

    /// The configuration for a file. `path` is absolute.
    pub fn config(&mut self, path: &Path) -> Result<Option<Arc<Config>>, Arc<ConfigError>> {
        match self.origin.clone() {
            SettingOrigin::Disabled => Ok(None),
            SettingOrigin::File(file) => self.file(&file).map(Some),
            SettingOrigin::Directories => self.directory(path.parent().unwrap_or(Path::new(""))).transpose(),
        }
    }

    fn directory(&mut self, directory: &Path) -> Option<LoadedConfig> {
        if let Some(known) = self.directories.get(directory) {
            return known.clone();
        }
        let file = directory.join(NAME);
        // A broken symlink is an error, not a missing configuration.
        let found = if file.symlink_metadata().is_ok() {
            Some(self.file(&file))
        } else {
            directory.parent().and_then(|above| self.directory(above))
        };
        self.directories.insert(directory.to_owned(), found.clone());
        found
    }

    fn file(&mut self, path: &Path) -> LoadedConfig {
        let read = || {
            let unreadable = |reason: &str| {
                let (path, text, problems) = (path.to_owned(), String::new(), Vec::new());
                Err(Arc::new(ConfigError { path, text, problems, unreadable: Some(reason.to_owned()) }))
            };
            // Opening a named pipe would block until another process writes to it.
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

    /// The account settings for files in a directory; the defaults if its configuration cannot be used.
    pub fn account(&mut self, directory: &Path) -> AccountConfig {
        let config = self.config(&directory.join("*")).ok().flatten();
        config.map_or_else(AccountConfig::default, |config| config.account.clone())
    }

    /// The settings for a file with this configuration. `path` is absolute.
    pub fn effective(&mut self, config: Option<&Arc<Config>>, path: &Path) -> Arc<EffectiveConfig> {
        let (file, overrides) = match config {
            Some(config) => (config.path.clone(), config.overrides_of(path)),
            None => (PathBuf::new(), Vec::new()),
        };
        let (typed, typed_objects) = (&self.typed, &self.typed_objects);
        let current_dir = self.current_dir.as_path();
        let make = || {
            let mut levels = config.map_or_else(Levels::default, |config| config.levels(&overrides));
            levels.extend(typed);
            let mut account = config.map_or_else(AccountConfig::default, |config| config.account.clone());
            if !typed_objects.is_empty() {
                account.objects.clone_from(typed_objects);
            }
            let rules = Rules::of(&levels, account.clone());
            let levels = (!levels.is_default()).then(|| Arc::new(levels));
            let schema =
                config.map_or_else(SchemaSelection::default, |config| selection(config, &overrides, current_dir));
            let format = config.map(|config| config.format).unwrap_or_default();
            let expected = config.and_then(|config| expectation(config, &overrides, current_dir));
            Arc::new(EffectiveConfig { levels, rules, account, format, schema, expected })
        };
        self.effective.entry((file, overrides.clone())).or_insert_with(make).clone()
    }
}

/// Paths below the current directory are relative to it.
fn relative(path: &Path, current_dir: &Path) -> PathBuf {
    match path.strip_prefix(current_dir) {
        // `-` would be standard input.
        Ok(below) if !matches!(below.to_str(), Some("" | "-")) => below.to_owned(),
        _ => path.to_owned(),
    }
}

/// The kinds of documents that files have which these overrides match.
fn expectation(config: &Config, overrides: &[usize], current_dir: &Path) -> Option<Expectation> {
    let (_, expect) = config.expect(overrides)?;
    let file = relative(&config.path, current_dir);
    Some(Expectation::new(expect.value.clone(), format!("{}:{}", file.display(), expect.line)))
}

/// The schema for files that these overrides match.
fn selection(config: &Config, overrides: &[usize], current_dir: &Path) -> SchemaSelection {
    let short = |path: &Path| relative(path, current_dir);
    let choice = config.schema(overrides).map(|(_, choice)| choice.value.clone()).unwrap_or_default();
    let SchemaChoice::File(path) = choice else { return SchemaSelection { choice, directories: Vec::new() } };
    let directories = config.schema_dirs(overrides).map(|(_, directories)| directories.value.clone());
    let directories = directories.unwrap_or_default().into_iter();
    let directories = directories.map(|directory| directory.with_path(short(&directory.path))).collect();
    SchemaSelection { choice: SchemaChoice::File(short(&path)), directories }
}
