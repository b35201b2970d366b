//! Types instead of values, as in the examples of HubSpot's Postman collection: `"createdAt": "<dateTime>"`.

use crate::json::{Kind, Value};

/// Types of OpenAPI as Postman writes them in examples.
const TYPES: [&str; 19] = [
    "array",
    "binary",
    "boolean",
    "byte",
    "date",
    "date-time",
    "dateTime",
    "double",
    "email",
    "float",
    "int32",
    "int64",
    "integer",
    "long",
    "number",
    "object",
    "string",
    "uri",
    "uuid",
];

/// Properties of which HubSpot's responses always have values. One real value among them shows that a document is not
/// an example.
const DECISIVE: [&str; 9] =
    ["startedAt", "completedAt", "requestedAt", "createdAt", "updatedAt", "id", "correlationId", "message", "category"];

pub(super) fn is_placeholder(value: Value<'_>) -> bool {
    if value.kind() != Kind::String || value.text().len() > 14 {
        return false;
    }
    let text = value.string();
    let name = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    name.is_some_and(|name| TYPES.contains(&name))
}

/// True if values of an object are placeholders, and none of the decisive ones is real.
pub(super) fn is_example(object: Value<'_>) -> bool {
    let mut values = DECISIVE.iter().filter_map(|name| object.get(name)).peekable();
    values.peek().is_some() && values.all(is_placeholder)
}
