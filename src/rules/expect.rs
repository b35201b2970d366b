//! The kinds of documents that callcheck.toml expects (`expect` in an override).

use super::document;
use crate::diagnostic::{Diagnostic, Label};
use crate::hubspot::classify::{DocumentKind, rules::UNEXPECTED_KIND};
use crate::json::Document;
use crate::span::Span;
use crate::text::list;

/// The kinds that no rule `document/*` reports, and their descriptions.
const RESPONSES: [(&str, &str); 2] =
    [("batch-response", "a batch response"), ("no-content", "the empty response to batch/archive (HTTP 204)")];

/// Rules `document/*` that do not name a kind.
const OTHER_RULES: [&str; 4] = ["client-output", "compressed", "redirect", "unexpected-kind"];

/// The names of the kinds that can be expected: responses without a finding, and what the rules `document/*` identify.
/// Invalid JSON is not one of them: what was expected of it is unknown.
pub fn expectable_kinds() -> impl Iterator<Item = &'static str> {
    let identified = document::RULES.iter().filter_map(|rule| rule.info.id.strip_prefix("document/"));
    RESPONSES.iter().map(|(name, _)| *name).chain(identified.filter(|name| !OTHER_RULES.contains(name)))
}

/// The kinds that some files are expected to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Items of [`expectable_kinds`].
    kinds: Vec<&'static str>,
    /// The file and the line of the setting.
    origin: String,
}

impl Expectation {
    pub fn new(kinds: Vec<&'static str>, origin: String) -> Self {
        Expectation { kinds, origin }
    }

    pub fn includes(&self, kind: DocumentKind) -> bool {
        // The response to batch/archive is an empty document as well.
        let is_empty = kind == DocumentKind::NoContent && self.kinds.contains(&DocumentKind::Empty.as_str());
        is_empty || self.kinds.contains(&kind.as_str())
    }

    /// False if a document of this kind is a finding. Text that is not JSON has its own findings.
    pub fn allows(&self, kind: DocumentKind) -> bool {
        matches!(kind, DocumentKind::BrokenJson | DocumentKind::Json) || self.includes(kind)
    }

    /// Replaces the finding that identifies a document. `scanned` has the values that were read.
    pub fn apply(&self, kind: DocumentKind, finding: Option<Diagnostic>, scanned: Document<'_>) -> Option<Diagnostic> {
        if self.includes(kind) {
            return None;
        }
        if self.allows(kind) {
            return finding;
        }
        let start = match &finding {
            Some(finding) if scanned.is_empty() => finding.label.span,
            None if scanned.is_empty() => Span::new(0, 0),
            _ => scanned.root().span().first_byte(),
        };
        let expected: Vec<&str> = self.kinds.iter().map(|name| described(name)).collect();
        let message = format!("expected {}, found {}", list(&expected, "or"), described(kind.as_str()));
        let label = Label::new(start, "unexpected kind of document");
        let unexpected = Diagnostic::new(&UNEXPECTED_KIND, message, label);
        let unexpected = finding.into_iter().fold(unexpected, |unexpected, found| unexpected.note(found.message));
        Some(unexpected.help(format!(
            "replace the file, or change `expect` in {} (this kind is \"{}\")",
            self.origin,
            kind.as_str()
        )))
    }
}

/// A kind in words: the summary of its rule.
fn described(name: &'static str) -> &'static str {
    let of_rule = document::RULES.iter().map(|rule| (rule.info.id.trim_start_matches("document/"), rule.info.summary));
    RESPONSES.into_iter().chain(of_rule).find(|(known, _)| *known == name).map_or(name, |(_, words)| words)
}
