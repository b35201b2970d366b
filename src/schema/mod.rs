//! JSON Schema over the tape: the crate `jsonschema` judges, every violation becomes a [`Diagnostic`] in our own words.

mod accept;
pub mod date_time;
mod explain;
mod json;
mod plan;

use std::fmt;
use std::sync::OnceLock;

use jsonschema::{Draft, ValidationOptions, Validator, ValidatorMap};

use crate::diagnostic::Diagnostic;
use crate::document::Document;
pub use accept::{Acceptor, Miss};
use json::OnTape;
pub use plan::Part;
use plan::Plan;

/// The JSON Schema of a batch answer (`BatchCallsResponse`, draft 2020-12), as it is embedded.
pub const EMBEDDED: &str = include_str!("../../schema/batch-calls-response.schema.json");

/// A schema, compiled as far as it was needed.
pub struct Schema {
    source: serde_json::Value,
    draft: Option<Draft>,
    plan: OnceLock<Plan>,
    root: OnceLock<Validator<OnTape>>,
    /// Every schema inside of it by its place, for the parts.
    inner: OnceLock<ValidatorMap<OnTape>>,
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

impl Schema {
    /// Compiles a schema; formats are asserted, nothing is fetched.
    ///
    /// # Errors
    /// When it is no valid JSON Schema, or names another that is not inside it.
    pub fn compile(source: serde_json::Value) -> Result<Self, SchemaError> {
        let schema = Schema::uncompiled(source, None);
        let root =
            options(schema.draft).build(&schema.source).map_err(|error| match error.instance_path().as_str() {
                "" => SchemaError(error.to_string()),
                place => SchemaError(format!("{error} (at {place} of the schema)")),
            })?;
        Ok(Schema { root: OnceLock::from(root), ..schema })
    }

    fn uncompiled(source: serde_json::Value, draft: Option<Draft>) -> Self {
        Schema { source, draft, plan: OnceLock::new(), root: OnceLock::new(), inner: OnceLock::new() }
    }

    /// The embedded schema. It is compiled for `jsonschema` at the first document that [`Acceptor`] does not accept.
    ///
    /// It is draft 2020-12 and compiled as draft 7: its keywords (`type`, `properties`, `required`, `items`, `enum`, `format`) mean the same
    /// there, and the meta-schema that the crate compiles first is a third of the work. `tests/laws.rs` compares with 2020-12.
    pub fn embedded() -> &'static Schema {
        static EMBEDDED_SCHEMA: OnceLock<Schema> = OnceLock::new();
        EMBEDDED_SCHEMA.get_or_init(|| {
            let source = serde_json::from_str(EMBEDDED).expect("the embedded schema is JSON");
            Schema::uncompiled(source, Some(Draft::Draft7))
        })
    }

    fn root(&self) -> &Validator<OnTape> {
        self.root.get_or_init(|| options(self.draft).build(&self.source).expect("the embedded schema compiles"))
    }

    /// What judges a value of an element of a part; none where elements may be anything. `location`: of its schema, from that of an element.
    fn inner(&self, part: &Part, location: &str) -> Option<&Validator<OnTape>> {
        let inner = self.inner.get_or_init(|| {
            options(self.draft).build_map(&self.source).expect("the parts of a schema compile where the whole does")
        });
        let part = part.location.as_ref()?;
        Some(inner.get(&[part, location].concat()).expect("every schema is in the map"))
    }

    /// The arrays whose elements can be judged one by one.
    pub fn parts(&self) -> &[Part] {
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

    /// The fast pass for whole documents, or for the elements of a part. `is_domain`: it knows HubSpot's types besides, and where the members
    /// are that rules look at.
    pub fn acceptor(&self, part: Option<&Part>, is_domain: bool) -> Acceptor {
        let location = match part {
            None => "",
            Some(Part { location: Some(location), .. }) => &location[1..],
            Some(_) => return Acceptor::compile(&serde_json::Value::Bool(true), ""),
        };
        if is_domain {
            Acceptor::compile_for_rules(&self.source, location)
        } else {
            Acceptor::compile(&self.source, location)
        }
    }

    /// Whether the document satisfies the schema.
    pub fn is_valid(&self, document: Document<'_>) -> bool {
        self.root().is_valid(document.root())
    }

    /// Whether a value of an element of a part, as a document of its own, satisfies the schema for it. `location`: where that lies, as a JSON
    /// Pointer from the schema of an element.
    pub fn is_valid_value(&self, part: &Part, location: &str, value: Document<'_>) -> bool {
        self.inner(part, location).is_none_or(|validator| validator.is_valid(value.root()))
    }

    /// All violations, in the order of their places.
    pub fn check(&self, document: Document<'_>) -> Vec<Diagnostic> {
        if self.is_valid(document) {
            return Vec::new();
        }
        self.violations(self.root(), document, Judged::default())
    }

    /// All violations of such a value. `pointer`, in pieces, is where it stands, `is_member`: as a member of an object.
    pub fn check_value(
        &self,
        part: &Part,
        location: &str,
        value: Document<'_>,
        pointer: [&str; 3],
        is_member: bool,
    ) -> Vec<Diagnostic> {
        let Some(validator) = self.inner(part, location) else { return Vec::new() };
        self.violations(validator, value, Judged { instance: pointer, keyword: [&part.keyword, location], is_member })
    }

    fn violations(&self, validator: &Validator<OnTape>, document: Document<'_>, judged: Judged<'_>) -> Vec<Diagnostic> {
        let mut findings: Vec<Diagnostic> = validator
            .iter_errors(document.root())
            .map(|error| explain::diagnostic(&self.source, document, &error, judged))
            .collect();
        findings.sort_by(|a, b| (a.label.span, &a.keyword_location).cmp(&(b.label.span, &b.keyword_location)));
        findings
    }
}

fn options(draft: Option<Draft>) -> ValidationOptions<'static, std::sync::Arc<dyn jsonschema::Retrieve>, OnTape> {
    let options = jsonschema::options_for::<OnTape>()
        .with_format("date-time", |text: &str| date_time::check(text).is_ok())
        .should_validate_formats(true)
        .offline();
    match draft {
        Some(draft) => options.with_draft(draft),
        None => options,
    }
}

/// What a validation begins with: nothing before the root, or the way to a value.
#[derive(Debug, Clone, Copy, Default)]
struct Judged<'a> {
    /// Two JSON Pointers, in pieces.
    instance: [&'a str; 3],
    keyword: [&'a str; 2],
    /// Whether it is the value of a member.
    is_member: bool,
}
