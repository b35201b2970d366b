//! Which arrays of a document can be checked element by element, so that the document need not be held whole.

use serde_json::Value as Serde;

/// An array at the top of a document whose elements are checked one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamableArray {
    /// The root's member that is the array; none where the root itself is.
    pub name: Option<String>,
    /// The beginning of an element's JSON Pointer, up to its number.
    pub pointer: String,
    /// Where the schema of an element lies in the schema, as a fragment of a URI (`#` and a JSON Pointer, RFC 6901, section 6); none where
    /// elements may be anything.
    pub location: Option<String>,
    /// How a validation that begins at the root comes there: the same pointer with every `$ref` on the way.
    pub keyword: String,
}

impl StreamableArray {
    /// How many containers stand around an element.
    pub fn depth(&self) -> usize {
        1 + usize::from(self.name.is_some())
    }
}

/// Keywords that say nothing about a value, or only where other schemas are.
const SILENT: &[&str] = &[
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

/// Keywords of the root that look at its members without looking into them, at no member but those that others leave, or at other types than objects.
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

/// How documents can be checked in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// The arrays that can be checked element by element.
    pub parts: Vec<StreamableArray>,
    /// Why an object must be buffered, as the end of a message; none where it has parts.
    pub object: Option<String>,
    /// The same for an array.
    pub array: Option<String>,
    /// The root's other members that are arrays with `items`, and why they are no parts.
    pub others: Vec<(String, String)>,
}

/// The plan for a schema.
pub(super) fn plan(schema: &Serde) -> Plan {
    let nothing = |why: String| Plan { object: Some(why.clone()), array: Some(why), ..Plan::default() };
    if let Some(keyword) = moving(schema, true) {
        return nothing(format!("`{keyword}` makes references depend on their location"));
    }
    let (place, keywords) = match follow(schema, Place { location: String::new(), keyword: String::new() }) {
        Ok((place, Some(keywords))) => (place, keywords),
        Ok((_, None)) => return nothing("the schema has no keywords".into()),
        Err(why) => return nothing(why),
    };
    let mut plan = Plan::default();
    match keywords.keys().find(|keyword| !is_any(keyword, &[SILENT, SHALLOW, &["items", "$ref"]])) {
        Some(keyword) => plan.object = Some(format!("`{keyword}` at the root applies to the whole object")),
        None => {
            let members = keywords.get("properties").and_then(Serde::as_object);
            for (name, member) in members.into_iter().flatten() {
                match elements(schema, member, place.deeper("properties").deeper(name)) {
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
    match elements_of(schema, keywords, &place) {
        Ok(part) => plan.parts.extend(part),
        Err(why) => plan.array = Some(format!("{why} (root array)")),
    }
    plan
}

fn is_any(keyword: &str, lists: &[&[&str]]) -> bool {
    lists.iter().any(|list| list.contains(&keyword))
}

/// A keyword that lets a reference mean something else when an element is checked alone.
fn moving(schema: &Serde, is_root: bool) -> Option<&str> {
    const MOVING: [&str; 5] = ["$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor", "id"];
    match schema {
        Serde::Object(keywords) => keywords.iter().find_map(|(keyword, value)| match keyword.as_str() {
            // A member that is called `id` has a schema, the keyword a text.
            keyword if MOVING.contains(&keyword) && (value.is_string() || keyword.starts_with('$')) => Some(keyword),
            "$id" if !is_root && value.is_string() => Some("$id"),
            "enum" | "const" | "default" | "example" | "examples" => None,
            _ => moving(value, false),
        }),
        Serde::Array(schemas) => schemas.iter().find_map(|schema| moving(schema, false)),
        _ => None,
    }
}

#[derive(Clone)]
struct Place {
    location: String,
    keyword: String,
}

impl Place {
    fn deeper(&self, token: &str) -> Place {
        let token = token.replace('~', "~0").replace('/', "~1");
        Place { location: format!("{}/{token}", self.location), keyword: format!("{}/{token}", self.keyword) }
    }
}

type Keywords = serde_json::Map<String, Serde>;

/// The schema object at this place, `$ref`s that stand alone followed; none for `true` and `false`.
fn follow(root: &Serde, mut place: Place) -> Result<(Place, Option<&Keywords>), String> {
    // A chain of more is a circle.
    for _ in 0..32 {
        let here = root.pointer(&place.location).ok_or("a `$ref` cannot be resolved within the schema")?;
        let Some(keywords) = here.as_object() else { return Ok((place, None)) };
        let Some(reference) = keywords.get("$ref") else { return Ok((place, Some(keywords))) };
        let target = reference.as_str().and_then(|text| text.strip_prefix('#')).filter(|target| !target.contains('%'));
        match target {
            Some(target) if keywords.keys().all(|keyword| keyword == "$ref" || SILENT.contains(&keyword.as_str())) => {
                place = Place { location: target.to_owned(), keyword: format!("{}/$ref", place.keyword) };
            }
            _ => return Err("a `$ref` has sibling keywords or refers to another file".into()),
        }
    }
    Err("`$ref`s form a cycle".into())
}

/// The part that the member with this schema is, if it is an array that says something of its elements.
fn elements(root: &Serde, schema: &Serde, place: Place) -> Result<Option<StreamableArray>, String> {
    if !schema.is_object() {
        return Ok(None);
    }
    let (place, keywords) = follow(root, place)?;
    let Some(keywords) = keywords.filter(|keywords| keywords.contains_key("items")) else { return Ok(None) };
    elements_of(root, keywords, &place)
}

/// The same for keywords that may describe an array.
fn elements_of(root: &Serde, keywords: &Keywords, place: &Place) -> Result<Option<StreamableArray>, String> {
    let is_root = place.location.is_empty() || !keywords.contains_key("items");
    let allowed: &[&[&str]] = if is_root { &[SILENT, SHALLOW, &["items"]] } else { &[SILENT, &["type", "items"]] };
    if let Some(keyword) = keywords.keys().find(|keyword| !is_any(keyword, allowed)) {
        return Err(format!("`{keyword}` applies to all items together"));
    }
    let part = |location, keyword| Ok(Some(StreamableArray { name: None, pointer: "/".into(), location, keyword }));
    match keywords.get("items") {
        None | Some(Serde::Bool(true)) => part(None, place.deeper("items").keyword),
        Some(Serde::Object(_)) => {
            let (found, _) = follow(root, place.deeper("items"))?;
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
    fn the_embedded_schema_streams() {
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
    fn says_why_not() {
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
        // One array cannot be cut, the other can.
        let schema = json!({"properties": {"a": {"items": {}, "uniqueItems": true}, "b": {"items": {}}}});
        assert_eq!((plan(&schema).parts.len(), plan(&schema).object), (2, None));
    }
}
