//! Finds the arrays of a schema whose items can be validated one by one, so that documents can be streamed.

use serde_json::Value as Serde;

/// An array, at the root or in the root object, whose items are validated one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamableArray {
    /// Name of the root property that is the array; `None` if the root is the array.
    pub name: Option<String>,
    /// JSON Pointer of an item, without the index.
    pub pointer: String,
    /// Location of the schema of an item, as a URI fragment: `#` and a JSON Pointer (RFC 6901, section 6). `None` if an
    /// item can be any value.
    pub location: Option<String>,
    /// Keyword location of the schema of an item in a validation from the root: the path includes every `$ref`.
    pub keyword: String,
}

impl StreamableArray {
    /// Number of containers that enclose an item.
    pub fn depth(&self) -> usize {
        1 + usize::from(self.name.is_some())
    }
}

/// Keywords that do not restrict a value. Some contain other schemas.
const ANNOTATIONS: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "definitions",
    "$vocabulary",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Keywords that the root can have although its arrays are streamed. They ignore the values of its properties, apply to
/// each property separately, or apply to types that are not objects.
const SHALLOW: &[&str] = &[
    "type",
    "properties",
    "required",
    "dependentRequired",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "additionalProperties",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// The streamable arrays of a schema, and the reasons why others are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub parts: Vec<StreamableArray>,
    /// Reason why an object must be buffered, as the end of a message; `None` if it has streamable arrays.
    pub object: Option<String>,
    /// The same reason for an array.
    pub array: Option<String>,
    /// Names of other root properties that are arrays with `items`, and why they are not streamable.
    pub others: Vec<(String, String)>,
}

pub(super) fn plan(schema: &Serde) -> Plan {
    let no_parts = |why: String| Plan { object: Some(why.clone()), array: Some(why), ..Plan::default() };
    if let Some(keyword) = location_dependent(schema, true) {
        return no_parts(format!("`{keyword}` makes references depend on their location"));
    }
    let (path, keywords) = match follow(schema, SchemaPath { location: String::new(), keyword: String::new() }) {
        Ok((path, Some(keywords))) => (path, keywords),
        Ok((_, None)) => return no_parts("the schema has no keywords".into()),
        Err(why) => return no_parts(why),
    };
    let mut plan = Plan::default();
    match keywords.keys().find(|keyword| !is_any(keyword, &[ANNOTATIONS, SHALLOW, &["items", "$ref"]])) {
        Some(keyword) => plan.object = Some(format!("`{keyword}` at the root applies to the whole object")),
        None => {
            let members = keywords.get("properties").and_then(Serde::as_object);
            for (name, member) in members.into_iter().flatten() {
                match part_of(schema, member, path.join("properties").join(name)) {
                    Ok(Some(part)) => {
                        let pointer = format!("/{}/", name.replace('~', "~0").replace('/', "~1"));
                        plan.parts.push(StreamableArray { name: Some(name.clone()), pointer, ..part });
                    }
                    Ok(None) => {}
                    Err(why) => plan.others.push((name.clone(), format!("{why} (property `{name}`)"))),
                }
            }
            if plan.parts.is_empty() {
                let why = plan.others.first().map(|(_, why)| why.clone());
                plan.object = why.or(Some("no property of the root is an array with `items`".into()));
            }
        }
    }
    match part_by_keywords(schema, keywords, &path) {
        Ok(part) => plan.parts.extend(part),
        Err(why) => plan.array = Some(format!("{why} (root array)")),
    }
    plan
}

fn is_any(keyword: &str, lists: &[&[&str]]) -> bool {
    lists.iter().any(|list| list.contains(&keyword))
}

/// The first keyword that changes the target of references if an item is validated separately.
fn location_dependent(schema: &Serde, is_root: bool) -> Option<&str> {
    const KEYWORDS: [&str; 5] = ["$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor", "id"];
    match schema {
        Serde::Object(keywords) => keywords.iter().find_map(|(keyword, value)| match keyword.as_str() {
            // `id` is a keyword if its value is a string. Otherwise it is the name of a property.
            keyword if KEYWORDS.contains(&keyword) && (value.is_string() || keyword.starts_with('$')) => Some(keyword),
            "$id" if !is_root && value.is_string() => Some("$id"),
            "enum" | "const" | "default" | "example" | "examples" => None,
            _ => location_dependent(value, false),
        }),
        Serde::Array(schemas) => schemas.iter().find_map(|schema| location_dependent(schema, false)),
        _ => None,
    }
}

#[derive(Clone)]
struct SchemaPath {
    /// JSON Pointer of the schema.
    location: String,
    /// The path to it from the root, including every `$ref`.
    keyword: String,
}

impl SchemaPath {
    fn join(&self, token: &str) -> SchemaPath {
        let token = token.replace('~', "~0").replace('/', "~1");
        SchemaPath { location: format!("{}/{token}", self.location), keyword: format!("{}/{token}", self.keyword) }
    }
}

type Keywords = serde_json::Map<String, Serde>;

/// The schema object at this path. Follows each `$ref` without sibling keywords. The object is `None` for `true` and
/// `false`.
fn follow(root: &Serde, mut path: SchemaPath) -> Result<(SchemaPath, Option<&Keywords>), String> {
    // A longer chain is treated as a cycle.
    for _ in 0..32 {
        let schema = root.pointer(&path.location).ok_or("a `$ref` cannot be resolved within the schema")?;
        let Some(keywords) = schema.as_object() else { return Ok((path, None)) };
        let Some(reference) = keywords.get("$ref") else { return Ok((path, Some(keywords))) };
        let target = reference.as_str().and_then(|text| text.strip_prefix('#')).filter(|target| !target.contains('%'));
        match target {
            Some(target) if keywords.keys().all(|keyword| is_any(keyword, &[&["$ref"], ANNOTATIONS])) => {
                path = SchemaPath { location: target.to_owned(), keyword: format!("{}/$ref", path.keyword) };
            }
            _ => return Err("a `$ref` has sibling keywords or refers to another file".into()),
        }
    }
    Err("`$ref`s form a cycle".into())
}

/// The streamable array that this schema describes, if it has `items`.
fn part_of(root: &Serde, schema: &Serde, path: SchemaPath) -> Result<Option<StreamableArray>, String> {
    if !schema.is_object() {
        return Ok(None);
    }
    let (path, keywords) = follow(root, path)?;
    let Some(keywords) = keywords.filter(|keywords| keywords.contains_key("items")) else { return Ok(None) };
    part_by_keywords(root, keywords, &path)
}

/// The streamable array that these keywords describe.
fn part_by_keywords(root: &Serde, keywords: &Keywords, path: &SchemaPath) -> Result<Option<StreamableArray>, String> {
    let is_root = path.location.is_empty() || !keywords.contains_key("items");
    let allowed: &[&[&str]] =
        if is_root { &[ANNOTATIONS, SHALLOW, &["items"]] } else { &[ANNOTATIONS, &["type", "items"]] };
    if let Some(keyword) = keywords.keys().find(|keyword| !is_any(keyword, allowed)) {
        return Err(format!("`{keyword}` applies to all items together"));
    }
    let part = |location, keyword| Ok(Some(StreamableArray { name: None, pointer: "/".into(), location, keyword }));
    match keywords.get("items") {
        None | Some(Serde::Bool(true)) => part(None, path.join("items").keyword),
        Some(Serde::Object(_)) => {
            let (found, _) = follow(root, path.join("items"))?;
            part(Some(format!("#{}", found.location)), found.keyword)
        }
        Some(_) => Err("`items` is not a single schema for all items".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(schema: &Serde) -> Vec<(Option<String>, String)> {
        plan(schema).parts.into_iter().map(|part| (part.name, part.keyword)).collect()
    }

    #[test]
    fn embedded_schema_is_streamable() {
        let schema = serde_json::from_str(super::super::EMBEDDED).expect("JSON");
        assert_eq!(
            names(&schema),
            [
                (Some("errors".into()), "/properties/errors/items".into()),
                (Some("results".into()), "/properties/results/items".into()),
                (None, "/items".into()),
            ]
        );
    }

    #[test]
    fn references_are_followed() {
        let schema = json!({
            "$ref": "#/$defs/answer",
            "$defs": {"answer": {"properties": {"a": {"$ref": "#/$defs/list"}}}, "list": {"items": {"$ref": "#/$defs/one"}}, "one": {"type": "string"}}
        });
        let found = plan(&schema).parts;
        assert_eq!(found[0].keyword, "/$ref/properties/a/$ref/items/$ref");
        assert_eq!(found[0].location.as_deref(), Some("#/$defs/one"));
    }

    #[test]
    fn buffered_schemas_have_a_reason() {
        for (schema, object, array) in [
            (
                json!({"anyOf": [{}]}),
                "`anyOf` at the root applies to the whole object",
                "`anyOf` applies to all items together (root array)",
            ),
            (
                json!({"$ref": "#/$defs/a", "type": "object", "$defs": {"a": {}}}),
                "a `$ref` has sibling keywords or refers to another file",
                "a `$ref` has sibling keywords or refers to another file",
            ),
            (json!({"$ref": "#"}), "`$ref`s form a cycle", "`$ref`s form a cycle"),
            (
                json!({"$dynamicRef": "#x"}),
                "`$dynamicRef` makes references depend on their location",
                "`$dynamicRef` makes references depend on their location",
            ),
            (json!(false), "the schema has no keywords", "the schema has no keywords"),
            (
                json!({"properties": {"a": {"items": {}, "uniqueItems": true}}, "items": [{}]}),
                "`uniqueItems` applies to all items together (property `a`)",
                "`items` is not a single schema for all items (root array)",
            ),
        ] {
            let plan = plan(&schema);
            assert_eq!((plan.object.as_deref(), plan.array.as_deref()), (Some(object), Some(array)), "{schema}");
            assert!(plan.parts.is_empty());
        }
        // One array is streamable, the other is not.
        let schema = json!({"properties": {"a": {"items": {}, "uniqueItems": true}, "b": {"items": {}}}});
        assert_eq!((plan(&schema).parts.len(), plan(&schema).object), (2, None));
    }
}
