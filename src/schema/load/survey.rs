//! Problems of a schema that are visible in its text: duplicate identifiers, malformed annotations, references that are
//! not URI references, and violations of the meta-schema of its draft.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use jsonschema::{Draft, Uri};

use super::encoding::{REFERENCES, encoded_reference};
use super::keywords::{can_be_schema, subschemas};
use super::{DIALECTS, advice};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Kind, Span, Tape, Value};
use crate::schema::words::{kind_of, push_typed};
use crate::schema::{Schema, rules};
use crate::text::shorten;

/// The problems of a schema, in no particular order.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) errors: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl Problems {
    pub(super) fn extend(&mut self, more: Problems) {
        self.errors.extend(more.errors);
        self.warnings.extend(more.warnings);
    }
}

/// Sorts findings by position. Several parts can report the same one.
pub(super) fn sort(findings: &mut Vec<Diagnostic>) {
    findings.sort_by_key(|finding| (finding.label.span, finding.rule.id));
    findings.dedup_by(|one, two| one.label.span == two.label.span && one.message == two.message);
}

/// A schema object, and the base URI and the draft that apply to it.
struct SchemaPart<'a> {
    schema: Value<'a>,
    base: Option<Uri<String>>,
    draft: Draft,
}

/// Reads a schema file with the base URI `base`. For a custom dialect, the meta-schema is not applied here.
pub(super) fn of_file(document: Document<'_>, draft: Draft, base: &str) -> Problems {
    let base = referencing::uri::from_str(base).ok();
    let mut survey = Survey::new(document, draft != Draft::Unknown);
    survey.identifiers = Some(HashMap::new());
    survey.read(SchemaPart { schema: document.root(), base, draft });
    survey.problems.warnings.extend(crate::json::duplicate_names(document));
    survey.apply_meta_schema(document.root(), "", draft);
    survey.finish()
}

/// Reads parts of a file that only a reference identifies as schemas. Each has its JSON Pointer and its draft.
pub(super) fn of_parts<'a, 'p>(
    document: Document<'a>,
    parts: impl Iterator<Item = (Value<'a>, &'p str, Draft)>,
) -> Problems {
    let mut survey = Survey::new(document, true);
    for (schema, pointer, draft) in parts {
        survey.read(SchemaPart { schema, base: None, draft });
        survey.apply_meta_schema(schema, pointer, draft);
    }
    survey.finish()
}

/// The text of a schema in which references are URI references.
pub(super) fn text_for_custom_meta_schema(document: Document<'_>) -> Cow<'_, [u8]> {
    let mut survey = Survey::new(document, false);
    survey.read(SchemaPart { schema: document.root(), base: None, draft: Draft::Unknown });
    survey.masked(document.root())
}

struct Survey<'a> {
    document: Document<'a>,
    problems: Problems,
    /// The first use of each identifier; `None` if identifiers are not compared.
    identifiers: Option<HashMap<String, Value<'a>>>,
    /// Reports malformed annotations and parts of other dialects, which a custom meta-schema can define differently.
    is_standard: bool,
    /// Spans that the meta-schema must not see, with their replacement. The rest of the span is filled.
    masks: Vec<(Span, Mask)>,
    /// Parts of other dialects.
    foreign: Vec<(Value<'a>, Draft)>,
    /// Warnings, which get their JSON Pointers at the end: one pointer takes linear time.
    warned: Vec<(u32, Diagnostic)>,
}

#[derive(Debug, Clone, Copy)]
enum Mask {
    /// A string that is a URI reference.
    String,
    /// The name of an unknown keyword.
    Name,
    /// An empty object.
    Object,
}

impl<'a> Survey<'a> {
    fn new(document: Document<'a>, is_standard: bool) -> Self {
        let (problems, masks, foreign, warned) = (Problems::default(), Vec::new(), Vec::new(), Vec::new());
        Survey { document, problems, identifiers: None, is_standard, masks, foreign, warned }
    }

    /// Visits all schemas in a schema, in the order of the text.
    fn read(&mut self, root: SchemaPart<'a>) {
        let mut open = vec![root];
        let mut is_root = true;
        while let Some(mut part) = open.pop() {
            if part.schema.kind() != Kind::Object {
                continue;
            }
            if !is_root && let Some(dialect) = part.schema.get_string("$schema") {
                let draft = Draft::from_schema_uri(&dialect);
                if draft != part.draft && draft != Draft::Unknown {
                    if self.is_standard {
                        self.masks.push((part.schema.span(), Mask::Object));
                        self.foreign.push((part.schema, draft));
                    }
                    part.draft = draft;
                }
            }
            is_root = false;
            part.base = self.identify(&part);
            self.visit(&part);
            let inner = subschemas(part.draft, part.schema);
            let part_of = |schema| SchemaPart { schema, base: part.base.clone(), draft: part.draft };
            open.extend(inner.into_iter().rev().map(part_of));
        }
    }

    /// Registers the identifiers of a schema, and returns its base URI.
    fn identify(&mut self, part: &SchemaPart<'a>) -> Option<Uri<String>> {
        let base = part.base.as_ref()?;
        let is_old = part.draft < Draft::Draft201909;
        // Up to draft 7, `$ref` disables its sibling keywords.
        if is_old && part.schema.get("$ref").is_some() {
            return Some(base.clone());
        }
        let keyword = part.draft.id_keyword();
        let id = part.schema.get(keyword).filter(|id| id.kind() == Kind::String);
        let text = id.map(|id| id.string().into_owned()).unwrap_or_default();
        let mut own = base.clone();
        match (id, text.strip_prefix('#')) {
            // A JSON Pointer or an empty fragment is not a name.
            (Some(id), Some(name)) if is_old && !name.is_empty() && !name.starts_with('/') => {
                self.register(format!("{base}#{name}"), id, keyword, &text);
            }
            (Some(id), None) if !text.trim_end_matches('#').is_empty() => {
                if let Ok(uri) = referencing::uri::resolve_against(&base.borrow(), text.trim_end_matches('#')) {
                    self.register(uri.as_str().to_owned(), id, keyword, uri.as_str());
                    own = uri;
                }
            }
            _ => {}
        }
        if !is_old {
            let mut names = Vec::new();
            for keyword in ["$anchor", "$dynamicAnchor"] {
                let is_known = keyword == "$anchor" || part.draft != Draft::Draft201909;
                let Some(anchor) = part.schema.get(keyword) else { continue };
                let name = anchor.string();
                // Both keywords can give a schema the same name.
                if anchor.kind() == Kind::String && is_known && !names.contains(&name) {
                    self.register(format!("{own}#{name}"), anchor, keyword, &name);
                    names.push(name);
                }
            }
        }
        Some(own)
    }

    fn register(&mut self, uri: String, value: Value<'a>, keyword: &str, shown: &str) {
        let Some(identifiers) = &mut self.identifiers else { return };
        let first = *identifiers.entry(uri).or_insert(value);
        if first.index() != value.index() {
            let message = format!("duplicate `{keyword}` `{}`", shorten(shown, 120));
            self.problems.errors.push(
                Diagnostic::new(&rules::DUPLICATE_ID, message, Label::new(value.span(), "duplicate identifier"))
                    .related(first.span(), "first use")
                    .help("use each identifier only once: references to it are ambiguous")
                    .at(value.pointer()),
            );
        }
    }

    /// Reads the annotations and the references of a schema.
    fn visit(&mut self, part: &SchemaPart<'a>) {
        for (name, value) in part.schema.last_members() {
            let keyword = name.string();
            if REFERENCES.contains(&&*keyword) && value.kind() == Kind::String {
                self.reference(&keyword, value);
            } else if self.is_standard
                && let Some((expected, help)) = malformed(part.draft, &keyword, value)
            {
                self.masks.push((name.span(), Mask::Name));
                let mut message = format!("`{keyword}` must be {expected}, found ");
                push_typed(&mut message, value);
                let label = Label::new(value.span(), format!("expected {expected}, found {}", kind_of(value)));
                self.warned.push((value.index(), Diagnostic::new(&rules::ANNOTATION, message, label).help(help)));
            }
        }
    }

    fn reference(&mut self, keyword: &str, value: Value<'a>) {
        let Some(encoded) = encoded_reference(&value.string()) else { return };
        self.masks.push((value.span(), Mask::String));
        let message = format!("`{keyword}` contains characters that URIs do not allow");
        let label = Label::new(value.span(), "resolved as written");
        let finding = Diagnostic::new(&rules::REF_ENCODING, message, label);
        let help = format!("percent-encode them: `{}`", shorten(&encoded, 200));
        self.warned.push((value.index(), finding.help(help)));
    }

    /// The text of a schema in which everything that is reported separately is replaced. Offsets in it stay the same.
    fn masked(&self, schema: Value<'a>) -> Cow<'a, [u8]> {
        let mut text = Cow::Borrowed(schema.text());
        let start = schema.span().start.0;
        // An object includes its other masks.
        let (objects, others): (Vec<_>, Vec<_>) = self.masks.iter().partition(|(_, mask)| matches!(mask, Mask::Object));
        for (span, mask) in others.into_iter().chain(objects) {
            let bytes = &mut text.to_mut()[span.start.0 - start..span.end.0 - start];
            match mask {
                Mask::Name => bytes[1] = b'_',
                Mask::String | Mask::Object => {
                    let [first, filler, last] = if matches!(mask, Mask::String) { *b"\"_\"" } else { *b"{ }" };
                    let end = bytes.len() - 1;
                    bytes.fill(filler);
                    (bytes[0], bytes[end]) = (first, last);
                }
            }
        }
        text
    }

    /// Validates a schema that was read, and forgets its masks.
    fn apply_meta_schema(&mut self, schema: Value<'a>, pointer: &str, draft: Draft) {
        if !self.is_standard {
            return;
        }
        let start = schema.span().start.0;
        let problems = by_meta_schema(&self.masked(schema), draft).into_iter();
        self.problems.errors.extend(problems.map(|problem| moved(problem, start, pointer)));
        self.masks.clear();
        for (part, draft) in std::mem::take(&mut self.foreign) {
            let pointer = part.pointer();
            // Its warnings were found together with those of the rest.
            self.problems.errors.extend(of_parts(self.document, [(part, &*pointer, draft)].into_iter()).errors);
        }
    }

    fn finish(mut self) -> Problems {
        self.warned.sort_by_key(|(index, _)| *index);
        let indices: Vec<u32> = self.warned.iter().map(|(index, _)| *index).collect();
        let pointers = self.document.pointers(&indices);
        let warned = self.warned.into_iter().zip(pointers).map(|((_, finding), pointer)| finding.at(pointer));
        self.problems.warnings.extend(warned);
        self.problems
    }
}

/// A finding in a part of a text, with the location of the part.
pub(super) fn moved(finding: Diagnostic, start: usize, pointer: &str) -> Diagnostic {
    let shifted = |span: Span| Span::new(span.start.0 + start, span.end.0 + start);
    let mut finding = finding.map_spans(shifted);
    finding.instance_location.insert_str(0, pointer);
    finding
}

/// The expected type of an annotation and a help, if the value has a different type.
fn malformed(draft: Draft, keyword: &str, value: Value<'_>) -> Option<(&'static str, &'static str)> {
    let kind = value.kind();
    let (is_known, is_right, expected, help) = match keyword {
        "title" | "description" => (true, kind == Kind::String, "a string", "write a string"),
        "$comment" => (draft >= Draft::Draft7, kind == Kind::String, "a string", "write a string"),
        "examples" => (draft >= Draft::Draft6, kind == Kind::Array, "an array", "write the examples in an array"),
        "readOnly" | "writeOnly" => {
            (draft >= Draft::Draft7, matches!(kind, Kind::True | Kind::False), "a boolean", "write `true` or `false`")
        }
        "deprecated" => (
            draft >= Draft::Draft201909,
            matches!(kind, Kind::True | Kind::False),
            "a boolean",
            "write `true` or `false`, and an explanation in `$comment`",
        ),
        _ => return None,
    };
    (is_known && !is_right).then_some((expected, help))
}

/// The compiled meta-schema of a draft.
fn meta_schema(draft: Draft) -> &'static Schema {
    static COMPILED: [OnceLock<Schema>; 5] = [const { OnceLock::new() }; 5];
    let index = match draft {
        Draft::Draft4 => 4,
        Draft::Draft6 => 3,
        Draft::Draft7 => 2,
        Draft::Draft201909 => 1,
        _ => 0,
    };
    COMPILED[index].get_or_init(|| {
        let uri = DIALECTS[index];
        let meta = Schema::custom(serde_json::json!({ "$schema": uri, "$ref": uri }), draft, None, true);
        match meta.compiled() {
            Ok(meta) => meta,
            Err(failed) => unreachable!("the meta-schemas are in the crate: {}", failed.0),
        }
    })
}

/// The violations of the meta-schema.
fn by_meta_schema(text: &[u8], draft: Draft) -> Vec<Diagnostic> {
    let mut tape = Tape::default();
    let Ok(document) = Document::parse(text, 0, &mut tape) else { return Vec::new() };
    let problems = problems_by(meta_schema(draft), document);
    let problems = problems.into_iter().flat_map(|problem| inside(document, problem, draft));
    problems.map(|problem| advice::advised(problem, document, draft)).collect()
}

/// Replaces "a schema does not match any alternative" by the problems of that schema.
fn inside(document: Document<'_>, problem: Diagnostic, draft: Draft) -> Vec<Diagnostic> {
    if problem.rule.id != rules::ANY_OF.id || !can_be_schema(draft, &problem.instance_location) {
        return vec![problem];
    }
    let value = super::at(document, &problem.instance_location);
    let schemas = match value.kind() {
        Kind::Object => vec![value],
        Kind::Array => value.elements().filter(|value| value.kind() == Kind::Object).collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for schema in schemas {
        let (start, pointer) = (schema.span().start.0, schema.pointer());
        let problems = by_meta_schema(schema.text(), draft).into_iter();
        found.extend(problems.map(|problem| moved(problem, start, &pointer)));
    }
    if found.is_empty() { vec![problem] } else { found }
}

pub(super) fn problems_by(meta: &Schema, document: Document<'_>) -> Vec<Diagnostic> {
    let mut problems = meta.check(document);
    for problem in &mut problems {
        if let Some(rest) = problem.message.strip_prefix("the document ") {
            problem.message = format!("the schema {rest}");
        }
    }
    // Several vocabularies report the same problem.
    problems.dedup_by(|one, two| one.label.span == two.label.span && one.message == two.message);
    problems
}
