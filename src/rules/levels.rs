//! The severities of rules: the defaults of the registry, a profile, and overrides by options and callcheck.toml.

use std::fmt;
use std::str::FromStr;

use crate::diagnostic::{Diagnostic, RuleInfo, Severity};
use crate::rules::all;

/// The rules that an option or a setting applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    All,
    /// The part of the id before the slash.
    Group(String),
    /// The id.
    Rule(&'static str),
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Selector::All => "all",
            Selector::Group(name) => name,
            Selector::Rule(id) => id,
        })
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ids = || all().map(|rule| rule.info.id);
        let groups = || ids().filter_map(|id| id.split_once('/')).map(|(group, _)| group);
        if text == "all" {
            return Ok(Selector::All);
        }
        if let Some(id) = ids().find(|id| *id == text) {
            return Ok(Selector::Rule(id));
        }
        let name = text.strip_suffix("/*").or(text.strip_suffix('/')).unwrap_or(text);
        if groups().any(|group| group == name) {
            return Ok(Selector::Group(name.to_owned()));
        }
        let has_name = |id: &&str| id.split_once('/').is_some_and(|(_, name)| name == text);
        let matching: Vec<&'static str> = ids().filter(has_name).collect();
        match matching[..] {
            [id] => return Ok(Selector::Rule(id)),
            [] => {}
            _ => return Err(format!("several rules have this name: {}", crate::text::list(&matching, "and"))),
        }
        let distance = |known: &str| {
            // The group is optional.
            let name = known.rsplit('/').next().unwrap_or(known);
            strsim::damerau_levenshtein(text, known).min(1 + strsim::damerau_levenshtein(text, name))
        };
        let (lower, known) = (text.to_lowercase(), || ids().chain(groups()));
        // In a short name, one different letter can make a different word.
        let near = || known().min_by_key(|id| distance(id)).filter(|id| distance(id) <= 3.min(text.len() / 3));
        let near = known().find(|id| *id == lower).or_else(near);
        Err(match near {
            Some(near) => format!("unknown rule or group; did you mean `{near}`?"),
            None => "unknown rule or group; run `callcheck explain` to list all rules".into(),
        })
    }
}

impl Selector {
    /// True if it selects all rules that `other` selects.
    pub fn covers(&self, other: &Selector) -> bool {
        match other {
            Selector::Rule(id) => self.selects(id),
            other => *self == Selector::All || self == other,
        }
    }

    fn selects(&self, rule: &str) -> bool {
        match self {
            Selector::All => true,
            Selector::Group(name) => rule.split_once('/').is_some_and(|(group, _)| group == name),
            Selector::Rule(id) => *id == rule,
        }
    }
}

/// A preset of severities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Profile {
    /// For live responses: no notes, no `fixture/*` rules
    Lenient,
    /// Severities as listed by `callcheck explain`
    #[default]
    Default,
    /// For test fixtures: everything except informational rules is an error
    Strict,
}

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Profile::Lenient => "lenient",
            Profile::Default => "default",
            Profile::Strict => "strict",
        }
    }

    /// `None` if the rule is disabled.
    fn of(self, rule: &RuleInfo) -> Option<Severity> {
        match self {
            Profile::Lenient if rule.severity == Severity::Note || rule.group() == "fixture" => None,
            Profile::Strict if !rule.is_informational => Some(Severity::Error),
            _ => (!rule.opt_in).then_some(rule.severity),
        }
    }
}

/// A profile and overrides of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    pub profile: Profile,
    /// The profile of the command line, if it has one.
    pub(crate) explicit_profile: Option<Profile>,
    /// The last one that selects a rule wins. `None` disables the rules.
    pub(crate) overrides: Vec<(Selector, Option<Severity>)>,
}

impl Levels {
    pub fn with(profile: Profile) -> Self {
        Levels { profile, ..Levels::default() }
    }

    /// Overrides the severity of rules; `None` disables them.
    pub fn set(&mut self, rules: Selector, severity: Option<Severity>) {
        self.overrides.push((rules, severity));
    }

    /// Adds other levels, which take precedence.
    pub fn extend(&mut self, others: &Levels) {
        self.profile = others.explicit_profile.unwrap_or(self.profile);
        self.overrides.extend(others.overrides.iter().cloned());
    }

    pub fn is_default(&self) -> bool {
        self.overrides.is_empty() && self.profile == Profile::Default
    }

    /// The severity of a rule; `None` if it is disabled.
    pub fn of(&self, rule: &RuleInfo) -> Option<Severity> {
        self.override_of(rule).unwrap_or_else(|| self.profile.of(rule))
    }

    /// `Some(None)` if an override disables the rule.
    fn override_of(&self, rule: &RuleInfo) -> Option<Option<Severity>> {
        let selected = self.overrides.iter().rev().find(|(rules, _)| rules.selects(rule.id));
        selected.map(|(_, severity)| *severity)
    }

    /// Sets the severity of a finding. False if its rule is disabled.
    pub fn apply(&self, finding: &mut Diagnostic) -> bool {
        // A value that was not evaluated must not pass for a valid one.
        if finding.rule.is_undecided {
            return true;
        }
        let is_lowered = finding.severity < finding.rule.severity;
        let severity = match self.override_of(finding.rule) {
            Some(severity) => severity,
            // The context of the finding makes it less severe than its rule.
            None if is_lowered && self.profile == Profile::Lenient && finding.severity == Severity::Note => None,
            None if is_lowered => Some(finding.severity),
            None => self.profile.of(finding.rule),
        };
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Label;
    use crate::span::Span;

    #[test]
    fn the_last_override_wins() {
        let mut levels = Levels::default();
        let select = |text: &str| Selector::from_str(text).expect("a selector");
        levels.set(select("all"), None);
        levels.set(select("json"), Some(Severity::Note));
        levels.set(select("json/duplicate-key"), Some(Severity::Error));
        levels.set(select("schema/*"), Some(Severity::Warning));
        for (rule, expected) in [
            ("json/duplicate-key", Some(Severity::Error)),
            ("json/syntax", Some(Severity::Note)),
            ("schema/type", Some(Severity::Warning)),
            ("document/html", None),
        ] {
            let info = crate::rules::find(rule).expect("a rule").info;
            let mut finding = Diagnostic::new(info, "m", Label::new(Span::new(0, 0), "l"));
            assert_eq!(levels.apply(&mut finding).then_some(finding.severity), expected, "{rule}");
        }
    }

    #[test]
    fn misspelled_rules() {
        for (text, message) in [
            ("schema/typ", "unknown rule or group; did you mean `schema/type`?"),
            ("shema", "unknown rule or group; did you mean `schema`?"),
            ("duplicate-kye", "unknown rule or group; did you mean `json/duplicate-key`?"),
            ("nothing-like-it", "unknown rule or group; run `callcheck explain` to list all rules"),
            ("", "unknown rule or group; run `callcheck explain` to list all rules"),
        ] {
            assert_eq!(Selector::from_str(text), Err(message.to_owned()));
        }
    }
}
