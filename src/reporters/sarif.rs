//! `sarif`: SARIF 2.1.0 (OASIS), which GitHub code scanning and many viewers read. The results are first, as they are
//! found, then the rules that occurred, then the invocation.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use super::base::{Quota, RunEnd, advice, once};
use super::fingerprint::Fingerprints;
use super::object::Object;
use super::{Reporter, Style};
use crate::diagnostic::{Label, RuleInfo};
use crate::finding::{DocumentId, Finding};
use crate::input::Location;
use crate::span::{Offset, Span};
use crate::text::{count, visible};

/// Errors, warnings and notes. GitHub's limit is 25,000 per run, and it shows errors first. A notification counts the
/// results that are left out.
const MAX_RESULTS: [usize; 3] = [15_000, 7_000, 3_000];
/// Bytes of results with these severities. GitHub accepts files of up to 10 MB after gzip.
const MAX_BYTES: [usize; 3] = [6_000_000, 3_000_000, 1_000_000];

pub(super) struct Sarif {
    quota: Quota,
    /// Bytes of errors, warnings and notes.
    bytes: [usize; 3],
    is_begun: bool,
    any: bool,
    /// The rules of the results so far, in the order of their first result.
    rules: Vec<&'static RuleInfo>,
    fingerprints: Fingerprints,
}

impl Sarif {
    pub(super) fn new(style: Style) -> Self {
        Sarif {
            quota: Quota::at_most(MAX_RESULTS, style),
            bytes: [0; 3],
            is_begun: false,
            any: false,
            rules: Vec::new(),
            fingerprints: Fingerprints::default(),
        }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        let mut text = String::from(
            "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[",
        );
        let mut run = Object::begin(&mut text);
        run.text("columnKind", "unicodeCodePoints").name("results").push('[');
        out.write_all(text.as_bytes())
    }

    /// The index of a rule in the list of rules, which is written at the end.
    fn rule_index(&mut self, rule: &'static RuleInfo) -> usize {
        self.rules.iter().position(|known| *known == rule).unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        })
    }

    fn push_tool(&self, out: &mut String) {
        let mut tool = Object::begin(out);
        let mut driver = Object::begin(tool.name("driver"));
        driver.text("name", "callcheck").text("semanticVersion", env!("CARGO_PKG_VERSION")).array(
            "rules",
            &self.rules,
            |out, rule| {
                out.push('\n');
                let mut object = Object::begin(out);
                object.text("id", rule.id);
                message(object.name("shortDescription"), rule.summary);
                message(object.name("fullDescription"), rule.explanation);
                message(
                    object.name("help"),
                    &format!("{} Run `callcheck explain {}` for an example.", rule.explanation, rule.id),
                );
                Object::begin(object.name("defaultConfiguration")).text("level", rule.severity.as_str()).end();
                object.end();
            },
        );
        driver.end();
        tool.end();
    }
}

fn message(out: &mut String, text: &str) {
    Object::begin(out).text("text", text).end();
}

/// A path as a URI reference (RFC 3986). A relative path stays relative, so that services find it in the repository.
fn uri(path: &str) -> String {
    let is_absolute = Path::new(path).is_absolute();
    // On Unix, a backslash is a character of a name.
    let path: Cow<'_, str> =
        if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/").into() } else { path.into() };
    let encoded = crate::schema::encoded(&path);
    if is_absolute { format!("file://{encoded}") } else { encoded }
}

fn physical(out: &mut String, path: &str, span: Span<Offset>, (start, end): (Location, Location)) {
    let mut physical = Object::begin(out);
    Object::begin(physical.name("artifactLocation")).text("uri", &uri(path)).end();
    Object::begin(physical.name("region"))
        .number("startLine", start.line)
        .number("startColumn", start.column)
        .number("endLine", end.line)
        .number("endColumn", end.column)
        .number("byteOffset", span.start.0)
        .number("byteLength", span.end.0 - span.start.0)
        .end();
    physical.end();
}

impl Reporter for Sarif {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        let severity = found.finding.severity;
        let kind = severity.pick([0, 1, 2]);
        if self.bytes[kind] > MAX_BYTES[kind] {
            self.quota.exhaust(severity);
        }
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        self.begin(out)?;
        let finding = &found.finding;
        let mut text = String::from(once(&mut self.any, "\n", ",\n"));
        let mut result = Object::begin(&mut text);
        let index = self.rule_index(finding.rule);
        result
            .text("ruleId", finding.rule.id)
            .number("ruleIndex", index as u64)
            .text("level", finding.severity.as_str());
        message(result.name("message"), &format!("{}{}", visible(&finding.message), advice(finding)));
        let (label, range) = (&finding.label, found.location);
        result.array("locations", [()], |out, ()| {
            let mut location = Object::begin(out);
            physical(location.name("physicalLocation"), &document.name, label.span, range);
            let exchange = document.exchange.as_ref().map(ToString::to_string);
            let names =
                [Some((&finding.instance_location, None)), exchange.as_ref().map(|name| (name, Some("resource")))];
            location.array("logicalLocations", names.into_iter().flatten(), |out, (name, kind)| {
                let mut logical = Object::begin(out);
                logical.text("fullyQualifiedName", name);
                if let Some(kind) = kind {
                    logical.text("kind", kind);
                }
                logical.end();
            });
            location.end();
        });
        let related: Vec<(&Label<Offset>, &(Location, Location))> =
            finding.related.iter().zip(&found.related).collect();
        if !related.is_empty() {
            result.array("relatedLocations", related, |out, (label, range)| {
                let mut location = Object::begin(out);
                physical(location.name("physicalLocation"), &document.name, label.span, *range);
                message(location.name("message"), &label.text);
                location.end();
            });
        }
        let fingerprint = self.fingerprints.next(document, finding);
        Object::begin(result.name("partialFingerprints")).text("callcheck/v1", &fingerprint).end();
        result.end();
        self.bytes[kind] += text.len();
        out.write_all(text.as_bytes())
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        let RunEnd { summary, unreadable, failures, .. } = *end;
        self.begin(out)?;
        let mut text = String::from("\n]");
        let mut run = Object::resume(&mut text);
        self.push_tool(run.name("tool"));
        let mut notifications: Vec<(&str, String)> = unreadable
            .iter()
            .map(|input| ("error", format!("{}: {}", visible(&input.name), visible(&input.reason))))
            .collect();
        let undecided = summary.counts.undecided;
        if undecided > 0 {
            notifications.push(("error", format!("{} could not be evaluated", count(undecided, "value"))));
        }
        notifications.extend(failures.iter().map(|reason| ("error", visible(reason).into_owned())));
        let is_done = notifications.is_empty();
        if let Some(note) = self.quota.note() {
            notifications.push(("warning", note));
        }
        run.array("invocations", [()], |out, ()| {
            let mut invocation = Object::begin(out);
            invocation.name("executionSuccessful").push_str(if is_done { "true" } else { "false" });
            invocation.array("toolExecutionNotifications", &notifications, |out, (level, text)| {
                let mut notification = Object::begin(out);
                notification.text("level", level);
                message(notification.name("message"), text);
                notification.end();
            });
            invocation.end();
        });
        Object::begin(run.name("properties"))
            .number("documents", summary.documents)
            .number("errors", summary.counts.errors)
            .number("warnings", summary.counts.warnings)
            .number("notes", summary.counts.notes)
            .end();
        run.end();
        text.push_str("]}\n");
        out.write_all(text.as_bytes())
    }
}
