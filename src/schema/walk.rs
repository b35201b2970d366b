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
                    // These keywords contain data. Others do too, but changes in annotations have no effect.
                    ("enum" | "const", _) => {}
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

/// True if a keyword is wanted. Data is searched, too.
pub(super) fn any_keyword(schema: &Serde, is_wanted: &dyn Fn(&str, &Serde) -> bool) -> bool {
    match schema {
        Serde::Object(keywords) => {
            keywords.iter().any(|(keyword, value)| is_wanted(keyword, value) || any_keyword(value, is_wanted))
        }
        Serde::Array(schemas) => schemas.iter().any(|schema| any_keyword(schema, is_wanted)),
        _ => false,
    }
}
