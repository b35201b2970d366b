//! JSON Schema for the tape: `jsonschema` validates, and every violation becomes a [`Diagnostic`] with our own message.

mod budget;
mod captures;
mod contains;
mod ecma;
mod exact;
mod explain;
mod fast_path;
mod formats;
mod json;
mod load;
mod plan;
pub(crate) mod rules;
mod walk;
mod words;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Draft, PatternOptions, Retrieve, ValidationError, ValidationOptions, Validator, ValidatorMap};
use serde_json::Value as Serde;

use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Span, Value};
use crate::rfc3339;
use budget::Exhausted;
pub(crate) use captures::SLOTS;
pub(crate) use captures::{CaptureSpec, Captures, Holder};
pub use fast_path::FastValidator;
pub(crate) use fast_path::{Rejected, TableNode};
use json::TapeBackend;
pub use load::{LoadedSchema, SchemaDirectory, SchemaSource};
pub(crate) use load::{SchemaFailure, SchemaWarnings, encoded, url_scheme};
use plan::Plan;
pub(crate) use plan::StreamableArray;
use walk::any_keyword;
pub(crate) use words::is_similar;

/// The embedded JSON Schema of a batch response (`BatchCallsResponse`, draft 2020-12).
pub const EMBEDDED: &str = include_str!("../../schema/batch-calls-response.schema.json");

/// A schema. Its parts are compiled when they are first used.
pub struct Schema {
    /// Empty for the embedded schema until it is needed: the fast path has a compiled table of it.
    source: OnceLock<Serde>,
    /// `None` for the embedded schema.
    custom_schema: Option<Custom>,
    plan: OnceLock<Plan>,
    root: OnceLock<Validator<TapeBackend>>,
    /// For the embedded schema, all its subschemas by location.
    inner: OnceLock<ValidatorMap<TapeBackend>>,
}

/// The properties of a user-supplied schema: it can reference other files, and validation has limits.
struct Custom {
    draft: Draft,
    /// URI of the schema.
    base: String,
    /// The schema and the files that it references.
    files: load::SharedStore,
    /// The schema with translated patterns, formats and `contains`, if they differ from the source.
    translated: Option<Serde>,
    /// The subschemas that were compiled, by location.
    inner: Mutex<HashMap<String, Arc<Validator<TapeBackend>>>>,
    asserts_formats: bool,
    /// True if matching a pattern may have to be aborted (look-around, back references).
    needs_backtracking: bool,
    /// Warnings about the schema and the files that it references.
    warnings: Vec<SchemaWarnings>,
}

/// A schema that cannot be compiled.
#[derive(Debug)]
pub struct CompileError(String);

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CompileError {}

type Options = ValidationOptions<'static, Arc<dyn Retrieve>, TapeBackend>;

/// Maximum number of steps of matching a pattern with look-around or back references.
const MAX_BACKTRACKS: usize = 1_000_000;
/// Maximum size of a compiled pattern, in bytes.
const MAX_PATTERN_SIZE: usize = 10 << 20;

impl Schema {
    /// Compiles a schema. Formats are asserted, and nothing is fetched.
    ///
    /// # Errors
    /// If it is not a valid JSON Schema, or references a schema outside itself.
    pub fn compile(source: Serde) -> Result<Self, CompileError> {
        let draft = Draft::default().detect(&source);
        Schema::custom(source, draft, None, true).compiled().map_err(|failed| {
            let error = failed.0;
            match error.instance_path().as_str() {
                "" => CompileError(error.to_string()),
                pointer => CompileError(format!("{error} (at {pointer} in the schema)")),
            }
        })
    }

    /// Reads and compiles the schema in a file.
    ///
    /// # Errors
    /// If the file or one that it references cannot be read or used. The error contains all problems of that file.
    pub fn load(origin: SchemaSource<'_>) -> Result<Self, SchemaFailure> {
        load::load(origin)
    }

    /// The problems of a schema that does not come from a file: the errors or, if there are none, the warnings.
    pub fn problems(name: &str, text: &[u8]) -> Vec<Diagnostic> {
        load::problems_of_text(name, text)
    }

    fn custom(source: Serde, draft: Draft, files: Option<(String, load::SharedStore)>, asserts_formats: bool) -> Self {
        let needs_backtracking = has_fancy_pattern(&source) || files.is_some() && has_outside_reference(&source);
        let (base, files) = files.unwrap_or_else(|| (load::NO_FILE.to_owned(), load::SharedStore::default()));
        let mut translated = source.clone();
        translate(&mut translated, draft, has_outside_reference(&source));
        let files = files.with_root(&base, &translated);
        let translated = (translated != source).then_some(translated);
        let (inner, warnings) = (Mutex::default(), Vec::new());
        let custom_schema =
            Custom { draft, base, files, translated, inner, asserts_formats, needs_backtracking, warnings };
        Schema::uncompiled(OnceLock::from(source), Some(custom_schema))
    }

    fn uncompiled(source: OnceLock<Serde>, custom_schema: Option<Custom>) -> Self {
        Schema { source, custom_schema, plan: OnceLock::new(), root: OnceLock::new(), inner: OnceLock::new() }
    }

    /// On an error, returns the source as well.
    fn compiled(self) -> Result<Self, Box<(ValidationError<'static>, Serde)>> {
        let translated = self.custom_schema.as_ref().and_then(|custom_schema| custom_schema.translated.as_ref());
        match load::compile(|| self.options().build(translated.unwrap_or(self.source()))) {
            Ok(root) => Ok(Schema { root: OnceLock::from(root), ..self }),
            Err(error) => Err(Box::new((error, self.source.into_inner().unwrap_or_default()))),
        }
    }

    /// The embedded schema. `jsonschema` compiles it for the first document that [`FastValidator`] does not accept.
    ///
    /// The schema is draft 2020-12 but is compiled as draft 7. Its keywords (`type`, `properties`, `required`, `items`,
    /// `enum`, `format`) have the same meaning there, and the meta-schema, which `jsonschema` compiles first, is a
    /// third of the work. `tests/properties.rs` compares with 2020-12.
    pub fn embedded() -> &'static Schema {
        static EMBEDDED_SCHEMA: OnceLock<Schema> = OnceLock::new();
        EMBEDDED_SCHEMA.get_or_init(|| Schema::uncompiled(OnceLock::new(), None))
    }

    fn source(&self) -> &Serde {
        self.source.get_or_init(|| serde_json::from_str(EMBEDDED).expect("the embedded schema is JSON"))
    }

    fn options(&self) -> Options {
        let options = jsonschema::options_for::<TapeBackend>()
            .with_format("date-time", |text: &str| rfc3339::check(text).is_ok())
            .with_format("regex", ecma::is_valid)
            .should_validate_formats(true)
            .offline();
        let Some(custom_schema) = &self.custom_schema else { return options.with_draft(Draft::Draft7) };
        let patterns = PatternOptions::fancy_regex()
            .backtrack_limit(MAX_BACKTRACKS)
            .size_limit(MAX_PATTERN_SIZE)
            .dfa_size_limit(MAX_PATTERN_SIZE);
        formats::with_formats(exact::with_keywords(options, custom_schema.draft))
            .should_validate_formats(custom_schema.asserts_formats)
            .with_pattern_options(patterns)
            .with_base_uri(custom_schema.base.clone())
            .with_retriever(custom_schema.files.clone())
    }

    fn set_warnings(&mut self, warnings: Vec<SchemaWarnings>) {
        if let Some(custom_schema) = &mut self.custom_schema {
            custom_schema.warnings = warnings;
        }
    }

    /// Warnings about the schema by file, each with the default severity of its rule.
    pub(crate) fn warnings(&self) -> &[SchemaWarnings] {
        self.custom_schema.as_ref().map_or(&[], |custom_schema| &custom_schema.warnings)
    }

    /// The referenced URIs, and the files in schema directories that they were resolved to.
    pub(crate) fn references(&self) -> Vec<(String, String)> {
        let served = self.custom_schema.as_ref().map(|custom_schema| custom_schema.files.served()).unwrap_or_default();
        served.into_iter().map(|(uri, file)| (uri, file.to_string_lossy().into_owned())).collect()
    }

    /// A schema that every JSON document matches, for a check of the syntax alone.
    pub(crate) fn syntax_only() -> &'static Schema {
        static SYNTAX_ONLY: OnceLock<Schema> = OnceLock::new();
        SYNTAX_ONLY.get_or_init(|| Schema::compile(Serde::Bool(true)).expect("`true` is a schema"))
    }

    pub fn is_embedded(&self) -> bool {
        self.custom_schema.is_none()
    }

    fn root(&self) -> &Validator<TapeBackend> {
        self.root.get_or_init(|| self.options().build(self.source()).expect("the embedded schema compiles"))
    }

    /// Runs `validate` with a subschema of the elements of a part; `None` if there is no schema for the elements.
    /// `location` is the JSON Pointer of the subschema, from the schema of an element.
    fn with_element_schema<T>(
        &self,
        part: &StreamableArray,
        location: &str,
        validate: impl FnOnce(&Validator<TapeBackend>) -> T,
    ) -> Option<T> {
        let location = [part.location.as_ref()?, location].concat();
        Some(self.with_subschema(location, validate))
    }

    /// Runs `validate` with the subschema at `location`, which is `#` and a JSON Pointer.
    fn with_subschema<T>(&self, location: String, validate: impl FnOnce(&Validator<TapeBackend>) -> T) -> T {
        let Some(custom_schema) = &self.custom_schema else {
            let inner = self.inner.get_or_init(|| {
                self.options().build_map(self.source()).expect("the parts of a schema compile where the whole does")
            });
            return validate(inner.get(&location).expect("every schema is in the map"));
        };
        let known = custom_schema.inner.lock().unwrap_or_else(PoisonError::into_inner).get(&location).cloned();
        let validator = known.unwrap_or_else(|| {
            let translated = custom_schema.translated.as_ref().unwrap_or(self.source());
            let target = contains::translated(translated, &location);
            let reference = load::reference_to(self.source(), &custom_schema.base, &target);
            let built = load::compile(|| self.options().with_base_uri("callcheck:/part").build(&reference));
            let built = Arc::new(built.expect("a part of a schema compiles where the whole does"));
            let mut inner = custom_schema.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.entry(location).or_insert(built).clone()
        });
        validate(&validator)
    }

    /// Counts the items of an array that match the subschema at a JSON Pointer. `None` if there is no such subschema or
    /// the array is too long.
    fn matching(&self, pointer: &str, array: Value<'_>) -> Option<u64> {
        /// Maximum length of an array that is evaluated a second time.
        const MAX_COUNTED_ITEMS: u64 = 10_000;
        self.source().pointer(pointer).filter(|_| array.element_count() <= MAX_COUNTED_ITEMS)?;
        let count =
            |validator: &Validator<TapeBackend>| array.elements().filter(|item| validator.is_valid(*item)).count();
        Some(self.with_subschema(format!("#{pointer}"), count) as u64)
    }

    /// The arrays whose elements can be validated one by one.
    pub fn parts(&self) -> &[StreamableArray] {
        &self.plan().parts
    }

    /// The reason why such a document must be loaded as a whole, as the end of a message; `None` if it need not be.
    pub fn why_whole(&self, is_array: bool) -> Option<&str> {
        if is_array { self.plan().array.as_deref() } else { self.plan().object.as_deref() }
    }

    /// The reason why an array in the root is not a part, as the end of a message.
    pub fn why_no_part(&self, name: &str) -> Option<&str> {
        self.plan().others.iter().find(|(other, _)| other == name).map(|(_, why)| why.as_str())
    }

    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| plan::plan(self.source()))
    }

    /// Compiles the fast path for whole documents or for the items of a part.
    pub fn acceptor(&self, part: Option<&StreamableArray>, captures: Option<&'static CaptureSpec>) -> FastValidator {
        if let (None, Some(captures), true) = (part, captures, self.is_embedded()) {
            return FastValidator::of_table(captures);
        }
        let location = match part {
            None => "",
            Some(StreamableArray { location: Some(location), .. }) => &location[1..],
            Some(_) => return FastValidator::compile(&Serde::Bool(true), ""),
        };
        match captures {
            Some(captures) => FastValidator::compile_with(captures, self.source(), location, self.is_embedded()),
            None => FastValidator::compile(self.source(), location),
        }
    }

    /// True if the document is valid; false also if that cannot be decided.
    pub fn is_valid(&self, document: Document<'_>) -> bool {
        self.satisfies(self.root(), document) == Ok(true)
    }

    /// Like [`Schema::is_valid`], for a value in an element of a part. `location` is the JSON Pointer of its subschema,
    /// from the schema of an element.
    pub fn is_valid_value(&self, part: &StreamableArray, location: &str, value: Document<'_>) -> bool {
        self.with_element_schema(part, location, |validator| self.satisfies(validator, value) == Ok(true))
            .unwrap_or(true)
    }

    /// Returns all violations in the order of their positions.
    pub fn check(&self, document: Document<'_>) -> Vec<Diagnostic> {
        self.violations(
            self.root(),
            document,
            ValidationContext { is_ours: self.custom_schema.is_none(), ..ValidationContext::default() },
        )
    }

    /// Like [`Schema::check`], for a value in an item of a streamable array. `location` is that of its schema, from the
    /// schema of the item.
    pub fn check_value(
        &self,
        part: &StreamableArray,
        location: &str,
        value: Document<'_>,
        ValueLocation { pointer, is_member }: ValueLocation<'_>,
    ) -> Vec<Diagnostic> {
        let keyword = [part.keyword.as_str(), location];
        let is_ours = self.custom_schema.is_none();
        let context = ValidationContext { instance: pointer, keyword, is_member, is_ours, is_referenced: !is_ours };
        self.with_element_schema(part, location, |validator| self.violations(validator, value, context))
            .unwrap_or_default()
    }

    fn satisfies(&self, validator: &Validator<TapeBackend>, document: Document<'_>) -> Result<bool, Exhausted> {
        self.within(document, 0, || validator.is_valid(document.root()))
    }

    /// Runs `validate` within the limits for a custom schema. `levels` is the depth of the document if errors are
    /// created, and 0 otherwise.
    fn within<T: Send>(
        &self,
        document: Document<'_>,
        levels: usize,
        validate: impl Fn() -> T + Send + Sync,
    ) -> Result<T, Exhausted> {
        match &self.custom_schema {
            None => Ok(validate()),
            Some(custom_schema) => budget::within(document.len(), levels, custom_schema.needs_backtracking, validate),
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
            let matching = &|pointer: &str, array: Value<'_>| self.matching(pointer, array);
            let last_name = explain::LastName::default();
            let misspelled = Default::default();
            let root = self.source();
            let explainer = explain::Explainer { root, document, context, last_name, matching, misspelled };
            explainer.diagnostics(errors)
        };
        let levels = if self.custom_schema.is_some() { document.levels() } else { 0 };
        let Ok(mut findings) = self.within(document, levels, list) else {
            return vec![unlisted(document, context)];
        };
        // Other violations make the document invalid, so an undecided pattern does not matter.
        if findings.iter().any(|finding| !finding.rule.is_undecided) {
            findings.retain(|finding| !finding.rule.is_undecided);
        }
        findings.sort_by(|a, b| (a.label.span, &a.keyword_location).cmp(&(b.label.span, &b.keyword_location)));
        findings
    }
}

/// The location of a value in a document that it is not parsed with.
#[derive(Debug, Clone, Copy)]
pub struct ValueLocation<'v> {
    /// JSON Pointer, in parts.
    pub pointer: [&'v str; 3],
    /// True for the value of a property.
    pub is_member: bool,
}

/// The span of a finding for the whole document: its first byte.
fn at_its_start(document: Document<'_>) -> Span {
    let span = document.root().span();
    Span::new(span.start.0, span.end.0.min(span.start.0 + 1))
}

/// The finding if the validation was aborted.
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

/// The finding if the document is invalid, but listing its violations was aborted.
fn unlisted(document: Document<'_>, context: ValidationContext<'_>) -> Diagnostic {
    let label = Label::new(at_its_start(document), "does not match the schema");
    let message = "too many schema violations to list";
    Diagnostic::new(&rules::LIMIT, message, label).at(context.instance.concat())
}

/// True if a pattern cannot be matched in linear time. Its matching has a limit and may be aborted.
fn has_fancy_pattern(schema: &Serde) -> bool {
    any_keyword(schema, &|name, value| {
        ecma::needs_backtracking(name)
            || value.as_str().is_some_and(|text| name == "pattern" && ecma::needs_backtracking(text))
    })
}

/// True if there are references to other files, whose patterns are not known yet.
fn has_outside_reference(schema: &Serde) -> bool {
    any_keyword(schema, &|name, value| value.as_str().is_some_and(|text| name == "$ref" && !text.starts_with('#')))
}

/// Rewrites a schema for `jsonschema`. `has_unevaluated`: another file can use `unevaluatedItems`.
fn translate(schema: &mut Serde, draft: Draft, has_unevaluated: bool) {
    ecma::translate(schema);
    formats::translate(schema, draft);
    contains::translate(schema, draft, has_unevaluated);
}

/// The location at which a validation begins. The default is the root.
#[derive(Debug, Clone, Copy, Default)]
struct ValidationContext<'a> {
    /// JSON Pointer of the value, in pieces.
    instance: [&'a str; 3],
    /// Path of its schema, in pieces.
    keyword: [&'a str; 2],
    /// True for the value of a member.
    is_member: bool,
    /// True for the embedded schema. Messages then explain HubSpot's behavior.
    is_ours: bool,
    /// True if the validation began with a reference that is not part of the schema.
    is_referenced: bool,
}
