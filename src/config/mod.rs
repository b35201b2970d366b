//! `callcheck.toml`: the configuration of a directory and the directories below it.

mod find;
mod read;

pub(crate) use find::{Configs, EffectiveConfig};
pub(crate) use read::NAME;
pub use read::{SCHEMA, read};

use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::diagnostic::Severity;
use crate::format::FormatSettings;
use crate::hubspot::AccountConfig;
use crate::rules::levels::{Levels, Profile, Selector};
use crate::schema::SchemaDirectory;

#[derive(Debug)]
pub struct Config {
    pub path: PathBuf,
    /// Patterns are relative to this directory.
    pub directory: PathBuf,
    pub rules: RuleLevels,
    /// Files that are skipped when a directory is searched.
    pub exclude: Patterns,
    /// The last override that matches a file wins.
    pub overrides: Vec<Override>,
    pub account: AccountConfig,
    pub format: FormatSettings,
}

/// The rule severities of the file, or of one override.
#[derive(Debug, Clone, Default)]
pub struct RuleLevels {
    /// For the rules that `levels` does not name.
    pub profile: Option<Profile>,
    /// Rules and their severities (`None`: off): `all` first, then groups, then single rules.
    pub levels: Vec<(Selector, Option<Severity>)>,
}

#[derive(Debug)]
pub struct Override {
    pub paths: Patterns,
    pub rules: RuleLevels,
    pub schema: Option<ConfiguredValue<SchemaChoice>>,
    pub schema_dirs: Option<ConfiguredValue<Vec<SchemaDirectory>>>,
    /// Names of the kinds of documents that these files have.
    pub expect: Option<ConfiguredValue<Vec<&'static str>>>,
}

/// A value and its location in the configuration.
#[derive(Debug, Clone)]
pub struct ConfiguredValue<T> {
    pub value: T,
    /// From 1.
    pub line: u64,
}

/// The schema for some files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum SchemaChoice {
    /// The embedded schema, with the HubSpot rules.
    #[default]
    BuiltIn,
    SyntaxOnly,
    /// The path is absolute.
    File(PathBuf),
}

/// A schema and the directories that its references can refer to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SchemaSelection {
    pub choice: SchemaChoice,
    pub directories: Vec<SchemaDirectory>,
}

/// The patterns of a list, with the syntax of `.gitignore`.
#[derive(Debug)]
pub struct Patterns {
    matcher: Gitignore,
    /// The patterns as they are in the file.
    pub written: Vec<String>,
}

impl Patterns {
    /// `path` is absolute.
    fn matches(&self, directory: &Path, path: &Path) -> bool {
        let relative = path.strip_prefix(directory);
        relative.is_ok_and(|relative| self.matcher.matched_path_or_any_parents(relative, false).is_ignore())
    }
}

impl Config {
    /// True if a file is skipped when a directory is searched. `path` is absolute.
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.matches(&self.directory, path)
    }

    /// Indexes of the overrides that match a file. `path` is absolute.
    pub(crate) fn overrides_of(&self, path: &Path) -> Vec<usize> {
        let all = self.overrides.iter().enumerate();
        all.filter(|(_, one)| one.paths.matches(&self.directory, path)).map(|(index, _)| index).collect()
    }

    /// The override that chooses the schema for a file that these overrides match.
    pub(crate) fn schema<'c>(&'c self, overrides: &[usize]) -> Option<(usize, &'c ConfiguredValue<SchemaChoice>)> {
        overrides.iter().rev().find_map(|&index| Some((index, self.overrides[index].schema.as_ref()?)))
    }

    /// The override that sets the schema directories for a file that these overrides match.
    pub(crate) fn schema_dirs<'c>(
        &'c self,
        overrides: &[usize],
    ) -> Option<(usize, &'c ConfiguredValue<Vec<SchemaDirectory>>)> {
        overrides.iter().rev().find_map(|&index| Some((index, self.overrides[index].schema_dirs.as_ref()?)))
    }

    /// The override that sets the expected kinds of a file that these overrides match.
    pub(crate) fn expect<'c>(&'c self, overrides: &[usize]) -> Option<(usize, &'c ConfiguredValue<Vec<&'static str>>)> {
        overrides.iter().rev().find_map(|&index| Some((index, self.overrides[index].expect.as_ref()?)))
    }

    /// The severities for a file that these overrides match.
    fn levels(&self, overrides: &[usize]) -> Levels {
        let mut levels = Levels::default();
        let all = std::iter::once(&self.rules).chain(overrides.iter().map(|index| &self.overrides[*index].rules));
        for rules in all {
            if let Some(profile) = rules.profile {
                levels.profile = profile;
            }
            for (selector, severity) in &rules.levels {
                levels.set(selector.clone(), *severity);
            }
        }
        levels
    }
}
