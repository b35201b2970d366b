//! `list` and `hierarchical`: the output formats of JSON Schema, one object per document and line. They contain only
//! findings of the schema.
//! <https://json-schema.org/blog/posts/fixing-json-schema-output>

use std::io::{self, Write};

use super::base::RunEnd;
use super::json::push_exchange;
use super::object::{Object, push_string};
use super::{Reporter, Style};
use crate::finding::{DocumentId, DocumentSummary, Finding, Verdict};
use crate::text::visible;

/// Units per document: its object is written at its end.
const MAX_UNITS: usize = 10_000;

pub(super) struct Output {
    is_hierarchical: bool,
    limit: usize,
    units: Vec<Unit>,
    left_out: u64,
}

/// The failure of one keyword for one value.
struct Unit {
    /// Evaluation path of the schema that contains the keyword.
    schema: String,
    keyword: String,
    instance: String,
    error: String,
}

impl Output {
    pub(super) fn new(style: Style, is_hierarchical: bool) -> Self {
        Output {
            is_hierarchical,
            limit: style.limit.unwrap_or(MAX_UNITS).min(MAX_UNITS),
            units: Vec::new(),
            left_out: 0,
        }
    }
}

fn begin<'o>(out: &'o mut String, schema: &str, instance: &str) -> Object<'o> {
    let mut unit = Object::begin(out);
    unit.name("valid").push_str("false");
    // The schema that a reference resolves to is not known here, so the evaluation path is given for its location as
    // well.
    unit.text("evaluationPath", schema)
        .text("schemaLocation", &format!("#{schema}"))
        .text("instanceLocation", instance);
    unit
}

/// Errors of units with the same schema and the same value.
fn push_errors(unit: &mut Object<'_>, same: &[Unit]) {
    let out = unit.name("errors");
    out.push('{');
    for (index, keywords) in same.chunk_by(|one, two| one.keyword == two.keyword).enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(out, &keywords[0].keyword);
        out.push(':');
        let errors: Vec<&str> = keywords.iter().map(|unit| unit.error.as_str()).collect();
        push_string(out, &errors.join("; "));
    }
    out.push('}');
}

/// The ends of the prefixes of an evaluation path that are schemas, itself included.
fn steps(path: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut tokens = path.split('/').skip(1).peekable();
    let mut at = 0;
    while let Some(token) = tokens.next() {
        at += 1 + token.len();
        let takes_a_name = matches!(
            token,
            "properties"
                | "patternProperties"
                | "dependentSchemas"
                | "dependencies"
                | "$defs"
                | "definitions"
                | "allOf"
                | "anyOf"
                | "oneOf"
                | "prefixItems"
        ) || token == "items"
            && tokens.peek().is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
        if takes_a_name && let Some(name) = tokens.next() {
            at += 1 + name.len();
        }
        ends.push(at);
    }
    ends
}

impl Output {
    /// Nests units as their schemas are nested.
    fn nested(units: &[Unit], from: usize, out: &mut String) {
        let mut rest = units;
        let mut is_first = true;
        while let Some(first) = rest.first() {
            let end = steps(&first.schema).into_iter().find(|end| *end > from).unwrap_or(first.schema.len());
            let schema = &first.schema[..end];
            let is_inside = |unit: &Unit| {
                unit.schema.strip_prefix(schema).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    && (unit.schema.len() > end || unit.instance == first.instance)
            };
            let length = rest.iter().take_while(|unit| is_inside(unit)).count().max(1);
            let (inside, after) = rest.split_at(length);
            let own = inside.iter().take_while(|unit| unit.schema.len() == end).count();
            if !std::mem::take(&mut is_first) {
                out.push(',');
            }
            let instance = if own > 0 { first.instance.as_str() } else { common(inside) };
            let mut unit = begin(out, schema, instance);
            if own > 0 {
                push_errors(&mut unit, &inside[..own]);
            }
            if own < length {
                let details = unit.name("details");
                details.push('[');
                Output::nested(&inside[own..], end, details);
                details.push(']');
            }
            unit.end();
            rest = after;
        }
    }
}

/// The JSON Pointer of the innermost value that contains all of these.
fn common(units: &[Unit]) -> &str {
    let first = units[0].instance.as_str();
    let mut length = first.len();
    for unit in units {
        let same = first.bytes().zip(unit.instance.bytes()).take_while(|(one, two)| one == two).count();
        let is_whole = |text: &str| text.len() == same || text.as_bytes()[same] == b'/';
        let same =
            if is_whole(first) && is_whole(&unit.instance) { same } else { first[..same].rfind('/').unwrap_or(0) };
        length = length.min(same);
    }
    &first[..length]
}

impl Reporter for Output {
    fn finding(&mut self, _: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let finding = found.finding;
        let Some(path) = finding.keyword_location else { return Ok(()) };
        if self.units.len() == self.limit {
            self.left_out += 1;
            return Ok(());
        }
        let (schema, keyword) = match finding.rule.id {
            // The location of `false` is a schema, not a keyword.
            "schema/false" => (&*path, ""),
            _ => path.rsplit_once('/').unwrap_or(("", &path)),
        };
        self.units.push(Unit {
            schema: schema.to_owned(),
            keyword: keyword.replace("~1", "/").replace("~0", "~"),
            instance: finding.instance_location,
            error: visible(&finding.message).into_owned(),
        });
        Ok(())
    }

    fn document(&mut self, document: &DocumentId, summary: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        let mut units = std::mem::take(&mut self.units);
        // Other rules may have found errors.
        let is_valid = units.is_empty() && summary.all().errors == 0;
        let key = |unit: &Unit| (unit.schema.clone(), unit.instance.clone(), unit.keyword.clone());
        units.sort_by_cached_key(key);
        let mut text = String::new();
        let mut object = Object::begin(&mut text);
        object.text("path", &document.name).number_or_null("record", document.record);
        push_exchange(&mut object, document);
        if summary.verdict() == Verdict::Undecided {
            let errors: Vec<&str> = units.iter().map(|unit| unit.error.as_str()).collect();
            object.text("undecided", &errors.join("; ")).end();
            self.left_out = 0;
            return writeln!(out, "{text}");
        }
        object.name("valid").push_str(if is_valid { "true" } else { "false" });
        object.text("evaluationPath", "").text("schemaLocation", "#").text("instanceLocation", "");
        if self.is_hierarchical {
            // Errors of the root schema are properties of the object itself.
            let own = units.iter().take_while(|unit| unit.schema.is_empty()).count();
            if own > 0 {
                push_errors(&mut object, &units[..own]);
            }
            if own < units.len() {
                let details = object.name("details");
                details.push('[');
                Output::nested(&units[own..], 0, details);
                details.push(']');
            }
        } else if !units.is_empty() {
            let same = units.chunk_by(|one, two| one.schema == two.schema && one.instance == two.instance);
            object.array("details", same, |out, same| {
                let mut unit = begin(out, &same[0].schema, &same[0].instance);
                push_errors(&mut unit, same);
                unit.end();
            });
        }
        let left_out = std::mem::take(&mut self.left_out);
        if left_out > 0 {
            object.number("left_out", left_out);
        }
        object.end();
        writeln!(out, "{text}")
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        end.unreadable.iter().try_for_each(|input| {
            let mut text = String::new();
            Object::begin(&mut text).text("path", &input.name).text("unreadable", &input.reason).end();
            writeln!(out, "{text}")
        })
    }
}
