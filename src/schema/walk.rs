//! The schema objects in a schema.

use jsonschema::Draft;
use serde_json::{Map, Value as Serde};

/// Calls `edit` for every schema object, inner ones first, with its draft. Objects in unknown keywords are included,
/// because a reference can refer to them.
pub(super) fn each_schema(schema: &mut Serde, draft: Draft, edit: &mut impl FnMut(&mut Map<String, Serde>, Draft)) {
    let draft = draft.detect(schema);
    match schema {
        Serde::Object(keywords) => {
            for (keyword, value) in keywords.iter_mut() {
                match (keyword.as_str(), value) {
                    // These keywords contain data, not schemas.
                    ("enum" | "const" | "default" | "example" | "examples", _) => {}
                    // The keys in these keywords are names, not keywords.
                    (
                        "properties" | "patternProperties" | "dependentSchemas" | "dependencies" | "$defs"
                        | "definitions",
                        Serde::Object(schemas),
                    ) => schemas.values_mut().for_each(|schema| each_schema(schema, draft, edit)),
                    (_, value) => each_schema(value, draft, edit),
                }
            }
            edit(keywords, draft);
        }
        Serde::Array(schemas) => schemas.iter_mut().for_each(|schema| each_schema(schema, draft, edit)),
        _ => {}
    }
}
