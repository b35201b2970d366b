//! JSON Schema over the tape: the crate `jsonschema` checks, every violation becomes a [`Diagnostic`] in our own words.

mod captures;
mod ecma;
mod effort;
mod exact;
mod explain;
mod fast_path;
mod json;
mod load;
mod plan;
pub(crate) mod rules;
mod words;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Draft, PatternOptions, Retrieve, ValidationError, ValidationOptions, Validator, ValidatorMap};
use serde_json::Value as Serde;

use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Span, Value};
use crate::rfc3339;
pub(crate) use captures::SLOTS;
pub(crate) use captures::{CaptureSpec, Captures, Holder};
use effort::Exhausted;
pub use fast_path::FastValidator;
pub(crate) use fast_path::Rejected;
use json::TapeBackend;
pub(crate) use load::Broken;
pub use load::Origin;
pub(crate) use load::encoded;
use plan::Plan;
pub(crate) use plan::StreamableArray;

/// The JSON Schema of a batch answer (`BatchCallsResponse`, draft 2020-12), as it is embedded.
pub const EMBEDDED: &str = include_str!("../../schema/batch-calls-response.schema.json");

/// A schema, compiled as far as it was needed.
pub struct Schema {
    source: Serde,
    /// What holds for a schema that somebody brings; none for the embedded one.
    custom_schema: Option<Custom>,
    plan: OnceLock<Plan>,
    root: OnceLock<Validator<TapeBackend>>,
    /// Of the embedded one every schema inside of it by its place, for the parts.
    inner: OnceLock<ValidatorMap<TapeBackend>>,
}

/// A schema of which nothing is known beforehand: checking by it has limits, and it may reference others.
struct Custom {
    draft: Draft,
    /// Its URI.
    base: String,
    /// The files that references lead to, and itself.
    files: load::Shared,
    /// The schema as it is compiled, where that is not as it is written: its patterns are translated.
    translated: Option<Serde>,
    /// What was compiled of it for the parts, by its place.
    inner: Mutex<HashMap<String, Arc<Validator<TapeBackend>>>>,
    asserts_formats: bool,
    /// Whether it has patterns whose matching may be given up (look-around, back references).
    is_fancy: bool,
}

/// A schema that cannot be compiled.
#[derive(Debug)]
pub struct SchemaError(String);

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SchemaError {}

type Options = ValidationOptions<'static, Arc<dyn Retrieve>, TapeBackend>;

/// Steps that matching a pattern with look-around or back references may take.
const BACKTRACKS: usize = 1_000_000;
/// How large a compiled pattern may become, in bytes.
const PATTERN: usize = 10 << 20;

impl Schema {
    /// Compiles a schema; formats are asserted, nothing is fetched.
    ///
    /// # Errors
    /// When it is no valid JSON Schema, or names another that is not inside it.
    pub fn compile(source: Serde) -> Result<Self, SchemaError> {
        let draft = Draft::default().detect(&source);
        Schema::custom(source, draft, None, true).compiled().map_err(|failed| {
            let error = failed.0;
            match error.instance_path().as_str() {
                "" => SchemaError(error.to_string()),
                pointer => SchemaError(format!("{error} (at {pointer} in the schema)")),
            }
        })
    }

    /// Reads and compiles the schema in a file.
    ///
    /// # Errors
    /// When it, or what it references, cannot be read or used: all that is wrong with it.
    pub fn load(origin: Origin<'_>) -> Result<Self, Broken> {
        load::load(origin)
    }

    fn custom(source: Serde, draft: Draft, files: Option<(String, load::Shared)>, asserts_formats: bool) -> Self {
        let is_fancy = has_fancy_pattern(&source) || files.is_some() && has_outside_reference(&source);
        let (base, files) = files.unwrap_or_else(|| (load::NO_FILE.to_owned(), load::Shared::default()));
        let mut translated = source.clone();
        ecma::translate(&mut translated);
        let files = files.with(&base, &translated);
        let translated = (translated != source).then_some(translated);
        let custom_schema =
            Custom { draft, base, files, translated, inner: Mutex::default(), asserts_formats, is_fancy };
        Schema::uncompiled(source, Some(custom_schema))
    }

    fn uncompiled(source: Serde, custom_schema: Option<Custom>) -> Self {
        Schema { source, custom_schema, plan: OnceLock::new(), root: OnceLock::new(), inner: OnceLock::new() }
    }

    fn compiled(self) -> Result<Self, Box<(ValidationError<'static>, Schema)>> {
        let translated = self.custom_schema.as_ref().and_then(|custom_schema| custom_schema.translated.as_ref());
        match load::compile(|| self.options().build(translated.unwrap_or(&self.source))) {
            Ok(root) => Ok(Schema { root: OnceLock::from(root), ..self }),
            Err(error) => Err(Box::new((error, self))),
        }
    }

    /// The embedded schema. It is compiled for `jsonschema` at the first document that [`FastValidator`] does not accept.
    ///
    /// It is draft 2020-12 and compiled as draft 7: its keywords (`type`, `properties`, `required`, `items`, `enum`, `format`) mean the same
    /// there, and the meta-schema that the crate compiles first is a third of the work. `tests/properties.rs` compares with 2020-12.
    pub fn embedded() -> &'static Schema {
        static EMBEDDED_SCHEMA: OnceLock<Schema> = OnceLock::new();
        EMBEDDED_SCHEMA.get_or_init(|| {
            let source = serde_json::from_str(EMBEDDED).expect("the embedded schema is JSON");
            Schema::uncompiled(source, None)
        })
    }

    fn options(&self) -> Options {
        let options = jsonschema::options_for::<TapeBackend>()
            .with_format("date-time", |text: &str| rfc3339::check(text).is_ok())
            .should_validate_formats(true)
            .offline();
        let Some(custom_schema) = &self.custom_schema else { return options.with_draft(Draft::Draft7) };
        let patterns =
            PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS).size_limit(PATTERN).dfa_size_limit(PATTERN);
        exact::with_keywords(options, custom_schema.draft)
            .should_validate_formats(custom_schema.asserts_formats)
            .with_pattern_options(patterns)
            .with_base_uri(custom_schema.base.clone())
            .with_retriever(custom_schema.files.clone())
    }

    /// Whether it is the one that callcheck carries.
    pub fn is_embedded(&self) -> bool {
        self.custom_schema.is_none()
    }

    fn root(&self) -> &Validator<TapeBackend> {
        self.root.get_or_init(|| self.options().build(&self.source).expect("the embedded schema compiles"))
    }

    /// Checks a value of an element of a part by the schema for it; none where elements may be anything. `location`: of that, from the schema
    /// of an element.
    fn by_inner<T>(
        &self,
        part: &StreamableArray,
        location: &str,
        validate: impl FnOnce(&Validator<TapeBackend>) -> T,
    ) -> Option<T> {
        let place = [part.location.as_ref()?, location].concat();
        Some(self.by_place(place, validate))
    }

    /// The same for the subschema at `place`: `#` and a JSON Pointer.
    fn by_place<T>(&self, place: String, validate: impl FnOnce(&Validator<TapeBackend>) -> T) -> T {
        let Some(custom_schema) = &self.custom_schema else {
            let inner = self.inner.get_or_init(|| {
                self.options().build_map(&self.source).expect("the parts of a schema compile where the whole does")
            });
            return validate(inner.get(&place).expect("every schema is in the map"));
        };
        let known = custom_schema.inner.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        let validator = known.unwrap_or_else(|| {
            let reference = load::reference_to(&self.source, &custom_schema.base, &place);
            let built = load::compile(|| self.options().with_base_uri("callcheck:/part").build(&reference));
            let built = Arc::new(built.expect("a part of a schema compiles where the whole does"));
            let mut inner = custom_schema.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.entry(place).or_insert(built).clone()
        });
        validate(&validator)
    }

    /// Counts the items of an array that match the subschema at this JSON Pointer; `None` if there is no such subschema.
    fn matching(&self, pointer: &str, array: Value<'_>) -> Option<u64> {
        /// Longer arrays are not evaluated a second time.
        const MOST: u64 = 10_000;
        self.source.pointer(pointer).filter(|_| array.element_count() <= MOST)?;
        let count =
            |validator: &Validator<TapeBackend>| array.elements().filter(|item| validator.is_valid(*item)).count();
        Some(self.by_place(format!("#{pointer}"), count) as u64)
    }

    /// The arrays whose elements can be checked one by one.
    pub fn parts(&self) -> &[StreamableArray] {
        &self.plan().parts
    }

    /// Why documents like this must be held whole all the same, as the end of a sentence; none where they need not.
    pub fn why_whole(&self, is_array: bool) -> Option<&str> {
        if is_array { self.plan().array.as_deref() } else { self.plan().object.as_deref() }
    }

    /// Why a member of the root is no part though it is an array, as the end of a sentence.
    pub fn why_no_part(&self, name: &str) -> Option<&str> {
        self.plan().others.iter().find(|(other, _)| other == name).map(|(_, why)| why.as_str())
    }

    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| plan::plan(&self.source))
    }

    /// The fast path for whole documents, or for the items of a part, and what it captures.
    pub fn acceptor(&self, part: Option<&StreamableArray>, captures: Option<&'static CaptureSpec>) -> FastValidator {
        let location = match part {
            None => "",
            Some(StreamableArray { location: Some(location), .. }) => &location[1..],
            Some(_) => return FastValidator::compile(&Serde::Bool(true), ""),
        };
        match captures {
            Some(captures) => FastValidator::compile_with(captures, &self.source, location),
            None => FastValidator::compile(&self.source, location),
        }
    }

    /// Whether the document satisfies the schema, and that can be told.
    pub fn is_valid(&self, document: Document<'_>) -> bool {
        self.satisfies(self.root(), document) == Ok(true)
    }

    /// Whether a value of an element of a part, as a document of its own, satisfies the schema for it. `location`: where that lies, as a JSON
    /// Pointer from the schema of an element.
    pub fn is_valid_value(&self, part: &StreamableArray, location: &str, value: Document<'_>) -> bool {
        self.by_inner(part, location, |validator| self.satisfies(validator, value) == Ok(true)).unwrap_or(true)
    }

    /// All violations, in the order of their places.
    pub fn check(&self, document: Document<'_>) -> Vec<Diagnostic> {
        self.violations(
            self.root(),
            document,
            ValidationContext { is_ours: self.custom_schema.is_none(), ..ValidationContext::default() },
        )
    }

    /// All violations of such a value. `pointer`, in pieces, is where it stands, `is_member`: as a member of an object.
    pub fn check_value(
        &self,
        part: &StreamableArray,
        location: &str,
        value: Document<'_>,
        pointer: [&str; 3],
        is_member: bool,
    ) -> Vec<Diagnostic> {
        let keyword = [part.keyword.as_str(), location];
        let is_ours = self.custom_schema.is_none();
        let context = ValidationContext { instance: pointer, keyword, is_member, is_ours, is_referenced: !is_ours };
        self.by_inner(part, location, |validator| self.violations(validator, value, context)).unwrap_or_default()
    }

    fn satisfies(&self, validator: &Validator<TapeBackend>, document: Document<'_>) -> Result<bool, Exhausted> {
        self.within(document, 0, || validator.is_valid(document.root()))
    }

    /// Checks, within the limits if there are any. `levels`: of the document, where errors are made.
    fn within<T: Send>(
        &self,
        document: Document<'_>,
        levels: usize,
        validate: impl Fn() -> T + Send + Sync,
    ) -> Result<T, Exhausted> {
        match &self.custom_schema {
            None => Ok(validate()),
            Some(custom_schema) => effort::within(document.len(), levels, custom_schema.is_fancy, validate),
        }
    }

    fn violations(
        &self,
        validator: &Validator<TapeBackend>,
        document: Document<'_>,
        context: ValidationContext<'_>,
    ) -> Vec<Diagnostic> {
        match self.satisfies(validator, document) {
            Ok(true) => return Vec::new(),
            Ok(false) => {}
            Err(spent) => return vec![undecided(document, context, spent)],
        }
        let list = || {
            let errors = validator.iter_errors(document.root());
            let last_name = explain::LastName::default();
            let matching = |pointer: &str, array: Value<'_>| self.matching(pointer, array);
            let explained =
                errors.map(|error| explain::diagnostic(&self.source, document, &error, context, &last_name, &matching));
            explained.collect::<Vec<Diagnostic>>()
        };
        let levels = if self.custom_schema.is_some() { document.levels() } else { 0 };
        let Ok(mut findings) = self.within(document, levels, list) else {
            return vec![unlisted(document, context)];
        };
        // What is wrong whatever a pattern that was given up would say is wrong.
        if findings.iter().any(|finding| !finding.rule.is_undecided) {
            findings.retain(|finding| !finding.rule.is_undecided);
        }
        findings.sort_by(|a, b| (a.label.span, &a.keyword_location).cmp(&(b.label.span, &b.keyword_location)));
        findings
    }
}

/// The place of a finding about all of a document.
fn at_its_start(document: Document<'_>) -> Span {
    let span = document.root().span();
    Span::new(span.start.0, span.end.0.min(span.start.0 + 1))
}

/// Whether the document satisfies the schema is not known.
fn undecided(document: Document<'_>, context: ValidationContext<'_>, spent: Exhausted) -> Diagnostic {
    let why = match spent {
        Exhausted::Steps => "step limit exceeded",
        Exhausted::Depth => "recursion limit exceeded",
    };
    let label = Label::new(at_its_start(document), "not evaluated");
    Diagnostic::new(&rules::UNDECIDED, format!("could not evaluate the schema: {why}"), label)
        .at(context.instance.concat())
        .help("simplify the schema: its `allOf`, `anyOf`, `oneOf` and `$ref` multiply with every level of the document")
}

/// It does not, and too much is wrong with it to say what.
fn unlisted(document: Document<'_>, context: ValidationContext<'_>) -> Diagnostic {
    let label = Label::new(at_its_start(document), "does not match the schema");
    let message = "too many schema violations to list";
    Diagnostic::new(&rules::LIMIT, message, label).at(context.instance.concat())
}

/// Whether a pattern is one that cannot be matched in linear time: then matching has a limit, and may be given up.
fn has_fancy_pattern(schema: &Serde) -> bool {
    match schema {
        Serde::Object(members) => members.iter().any(|(name, value)| {
            ecma::is_fancy(name)
                || value.as_str().is_some_and(|text| name == "pattern" && ecma::is_fancy(text))
                || has_fancy_pattern(value)
        }),
        Serde::Array(elements) => elements.iter().any(has_fancy_pattern),
        _ => false,
    }
}

/// Whether there are references that may lead to other files, with patterns that are not looked at.
fn has_outside_reference(schema: &Serde) -> bool {
    match schema {
        Serde::Object(members) => members.iter().any(|(name, value)| {
            value.as_str().is_some_and(|text| name == "$ref" && !text.starts_with('#')) || has_outside_reference(value)
        }),
        Serde::Array(elements) => elements.iter().any(has_outside_reference),
        _ => false,
    }
}

/// What a validation begins with: nothing before the root, or the way to a value.
#[derive(Debug, Clone, Copy, Default)]
struct ValidationContext<'a> {
    /// Two JSON Pointers, in pieces.
    instance: [&'a str; 3],
    keyword: [&'a str; 2],
    /// Whether it is the value of a member.
    is_member: bool,
    /// Whether the schema is the embedded one: then what HubSpot does can be told.
    is_ours: bool,
    /// Whether it began with a reference that is not part of the schema.
    is_referenced: bool,
}
