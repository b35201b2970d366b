//! `callcheck.toml`: what a team has said of its files once and for all.

mod find;
mod read;

pub use find::{Configs, Setting};
pub use read::{NAME, SCHEMA, read};

use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::diagnostic::Severity;
use crate::hubspot::AccountConfig;
use crate::rules::levels::{Levels, Profile, Selector};

/// What a configuration says.
#[derive(Debug)]
pub struct Config {
    /// The file.
    pub path: PathBuf,
    /// The folder that its patterns start from.
    pub folder: PathBuf,
    /// How bad findings are.
    pub rules: Said,
    /// Files that are not checked when they are found in a folder.
    pub exclude: Patterns,
    /// Where something else holds; the last one that fits counts most.
    pub overrides: Vec<Override>,
    /// What is known of the account.
    pub portal: AccountConfig,
}

/// What is said of rules in one place.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// What holds where no rule is named.
    pub profile: Option<Profile>,
    /// Rules and their severities (none: they are not told): `all` first, then groups, then single rules.
    pub levels: Vec<(Selector, Option<Severity>)>,
}

/// What holds for some files.
#[derive(Debug)]
pub struct Override {
    /// Which ones.
    pub paths: Patterns,
    /// What is said of rules there.
    pub rules: Said,
}

/// Patterns as in a `.gitignore`.
#[derive(Debug)]
pub struct Patterns {
    matcher: Gitignore,
    /// As they are written.
    pub written: Vec<String>,
}

impl Patterns {
    /// Whether they fit a file, given by its absolute path.
    fn fit(&self, folder: &Path, path: &Path) -> bool {
        let inside = path.strip_prefix(folder);
        inside.is_ok_and(|inside| self.matcher.matched_path_or_any_parents(inside, false).is_ignore())
    }
}

impl Config {
    /// Whether a file, given by its absolute path, is left out where it is found in a folder.
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.fit(&self.folder, path)
    }

    /// Which of the overrides hold for a file.
    pub(crate) fn overrides_of(&self, path: &Path) -> Vec<usize> {
        let all = self.overrides.iter().enumerate();
        all.filter(|(_, one)| one.paths.fit(&self.folder, path)).map(|(place, _)| place).collect()
    }

    /// How bad findings are where these overrides hold.
    fn levels(&self, overrides: &[usize]) -> Levels {
        let mut levels = Levels::default();
        let all = std::iter::once(&self.rules).chain(overrides.iter().map(|place| &self.overrides[*place].rules));
        for said in all {
            if let Some(profile) = said.profile {
                levels.profile = profile;
            }
            for (rules, severity) in &said.levels {
                levels.set(rules.clone(), *severity);
            }
        }
        levels
    }
}
