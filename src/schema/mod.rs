//! JSON Schema over the tape: the crate `jsonschema` judges, every violation becomes a [`Diagnostic`] in our own words.

pub mod date_time;
mod explain;
mod json;

use std::fmt;
use std::sync::OnceLock;

use jsonschema::{Draft, Validator};

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use json::OnTape;

/// The JSON Schema of a batch answer (`BatchCallsResponse`, draft 2020-12), as it is embedded.
pub const EMBEDDED: &str = include_str!("../../schema/batch-calls-response.schema.json");

/// A compiled schema.
pub struct Schema {
    source: serde_json::Value,
    validator: Validator<OnTape>,
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
        Self::compile_as(source, None)
    }

    fn compile_as(source: serde_json::Value, draft: Option<Draft>) -> Result<Self, SchemaError> {
        let options = jsonschema::options_for::<OnTape>()
            .with_format("date-time", |text: &str| date_time::check(text).is_ok())
            .should_validate_formats(true)
            .offline();
        let options = match draft {
            Some(draft) => options.with_draft(draft),
            None => options,
        };
        let validator = options
            .build(&source)
            .map_err(|error| SchemaError(format!("{error} (at {} of the schema)", error.instance_path())))?;
        Ok(Schema { source, validator })
    }

    /// The embedded schema, compiled at the first call.
    ///
    /// It is draft 2020-12 and compiled as draft 7: its keywords (`type`, `properties`, `required`, `items`, `enum`, `format`) mean the same
    /// there, and the meta-schema that the crate compiles first is a third of the work. `tests/laws.rs` compares with 2020-12.
    pub fn embedded() -> &'static Schema {
        static COMPILED: OnceLock<Schema> = OnceLock::new();
        COMPILED.get_or_init(|| {
            let source = serde_json::from_str(EMBEDDED).expect("the embedded schema is JSON");
            Schema::compile_as(source, Some(Draft::Draft7)).expect("the embedded schema compiles")
        })
    }

    /// Whether the document satisfies the schema.
    pub fn is_valid(&self, document: Document<'_>) -> bool {
        self.validator.is_valid(document.root())
    }

    /// All violations, in the order of their places.
    pub fn check(&self, document: Document<'_>) -> Vec<Diagnostic> {
        if self.is_valid(document) {
            return Vec::new();
        }
        let mut findings: Vec<Diagnostic> = self
            .validator
            .iter_errors(document.root())
            .map(|error| explain::diagnostic(&self.source, document, &error))
            .collect();
        findings.sort_by(|a, b| (a.label.span, &a.keyword_location).cmp(&(b.label.span, &b.keyword_location)));
        findings
    }
}
