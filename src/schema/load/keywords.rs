//! The keywords of each draft: those that contain schemas, and all of them.

use jsonschema::Draft;
use serde_json::Value as Serde;

use crate::json::{Kind, Value};

/// The schemas in the value of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Children {
    /// The value is a schema.
    One,
    /// Each item.
    Items,
    /// The value of each property.
    Members,
    /// The value of each property that is not an array.
    Dependencies,
}

fn children(draft: Draft, keyword: &str, is_array: bool) -> Option<Children> {
    let since = |first: Draft, children: Children| (draft >= first).then_some(children);
    match keyword {
        "items" if is_array => (draft < Draft::Draft202012).then_some(Children::Items),
        "not" | "items" | "additionalProperties" => Some(Children::One),
        "additionalItems" => (draft < Draft::Draft202012).then_some(Children::One),
        "contains" | "propertyNames" => since(Draft::Draft6, Children::One),
        "if" | "then" | "else" => since(Draft::Draft7, Children::One),
        "contentSchema" | "unevaluatedItems" | "unevaluatedProperties" => since(Draft::Draft201909, Children::One),
        "allOf" | "anyOf" | "oneOf" => Some(Children::Items),
        "prefixItems" => since(Draft::Draft202012, Children::Items),
        "properties" | "patternProperties" | "definitions" => Some(Children::Members),
        "$defs" | "dependentSchemas" => since(Draft::Draft201909, Children::Members),
        "dependencies" => Some(Children::Dependencies),
        _ => None,
    }
}

/// The schemas directly in a schema.
pub(super) fn subschemas<'a>(draft: Draft, schema: Value<'a>) -> Vec<Value<'a>> {
    let mut found = Vec::new();
    if schema.kind() != Kind::Object {
        return found;
    }
    for (name, value) in schema.last_members() {
        let kind = value.kind();
        match (children(draft, &name.string(), kind == Kind::Array), kind) {
            (Some(Children::One), _) => found.push(value),
            (Some(Children::Items), Kind::Array) => found.extend(value.elements()),
            (Some(Children::Members), Kind::Object) => found.extend(value.last_members().map(|(_, value)| value)),
            (Some(Children::Dependencies), Kind::Object) => {
                found.extend(value.last_members().map(|(_, value)| value).filter(|value| value.kind() != Kind::Array));
            }
            _ => {}
        }
    }
    found
}

/// The keywords of all drafts that do not restrict a value. `id` is one because other files have it, too.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "id",
    "readOnly",
    "title",
    "writeOnly",
];

/// The other keywords that do not contain schemas.
const OTHERS: &[&str] = &[
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$ref",
    "$schema",
    "$vocabulary",
    "const",
    "dependentRequired",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "type",
    "uniqueItems",
];

/// True for a keyword of any draft.
pub(super) fn is_keyword(name: &str) -> bool {
    ANNOTATIONS.contains(&name) || is_schema_keyword(name)
}

/// True for a keyword of any draft that is not an annotation.
pub(super) fn is_schema_keyword(name: &str) -> bool {
    let contains_schemas = |draft| children(draft, name, false).is_some() && !ANNOTATIONS.contains(&name);
    OTHERS.contains(&name) || contains_schemas(Draft::Draft4) || contains_schemas(Draft::Draft202012)
}

/// Removes the annotations whose type is wrong. `jsonschema` refuses a schema that contains one.
pub(super) fn remove_malformed_annotations(schema: &mut Serde) {
    let Serde::Object(keywords) = schema else { return };
    keywords.retain(|keyword, value| match keyword.as_str() {
        "title" | "description" | "$comment" => value.is_string(),
        "examples" => value.is_array(),
        "readOnly" | "writeOnly" | "deprecated" => value.is_boolean(),
        _ => true,
    });
    for (keyword, value) in keywords.iter_mut() {
        let is_array = value.is_array();
        let of_draft = |draft| children(draft, keyword, is_array);
        match (of_draft(Draft::Draft202012).or(of_draft(Draft::Draft201909)), value) {
            (Some(Children::One), value) => remove_malformed_annotations(value),
            (Some(Children::Items), Serde::Array(schemas)) => {
                schemas.iter_mut().for_each(remove_malformed_annotations);
            }
            (Some(Children::Members | Children::Dependencies), Serde::Object(schemas)) => {
                schemas.values_mut().for_each(remove_malformed_annotations);
            }
            _ => {}
        }
    }
}

/// True if a value at this JSON Pointer can be a schema or an array of schemas.
pub(super) fn can_be_schema(draft: Draft, pointer: &str) -> bool {
    let mut tokens = pointer.rsplit('/');
    let (last, parent) = (tokens.next().unwrap_or_default(), tokens.next());
    let is_member =
        |keyword| matches!(children(draft, keyword, false), Some(Children::Members | Children::Dependencies));
    [false, true].iter().any(|is_array| children(draft, last, *is_array).is_some()) || parent.is_some_and(is_member)
}
