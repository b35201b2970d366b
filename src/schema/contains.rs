//! `contains` in 2019-09, which does not evaluate items for `unevaluatedItems`.
//!
//! `unevaluatedItems` of 2019-09 depends on the annotations of `items`, `additionalItems` and `unevaluatedItems` (Core
//! 2019-09, section 9.3.1.3). `contains` produces an annotation only from 2020-12 (Core 2020-12, section 10.3.1.3).
//! `jsonschema` uses it in both drafts. It does not search for annotations in `not`, so `contains` is moved there:
//! twice negated, it has the same verdict.

use std::borrow::Cow;

use jsonschema::Draft;
use serde_json::{Map, Value as Serde, json};

use super::walk::{any_keyword, each_schema};

/// Value of `$comment` in a schema that negates `contains`.
const MARK: &str = "callcheck:contains";

/// Moves `contains` of 2019-09. `is_used` is true if another file can have `unevaluatedItems`.
pub(super) fn translate(schema: &mut Serde, draft: Draft, is_used: bool) {
    // A reference can refer to the schema in `contains` by its location.
    let is_target = any_keyword(schema, &|keyword, value| {
        keyword == "$ref" && value.as_str().is_some_and(|reference| reference.contains("/contains"))
    });
    if is_target || !(is_used || any_keyword(schema, &|keyword, _| keyword == "unevaluatedItems")) {
        return;
    }
    each_schema(schema, draft, &mut |keywords, draft| {
        let is_schema = keywords.get("contains").is_some_and(|value| value.is_object() || value.is_boolean());
        let has_branches = keywords.get("allOf").is_none_or(Serde::is_array);
        if draft != Draft::Draft201909 || !is_schema || !has_branches {
            return;
        }
        let moved: Map<String, Serde> = ["contains", "minContains", "maxContains"]
            .iter()
            .filter_map(|keyword| keywords.remove_entry(*keyword))
            .collect();
        let branches = keywords.entry("allOf").or_insert_with(|| json!([]));
        let branches = branches.as_array_mut().expect("the type was looked at");
        branches.push(json!({ "not": { "$comment": MARK, "not": moved } }));
    });
}

/// The moved keywords in the schema of a violated `not`.
pub(super) fn moved(not: &Serde) -> Option<&Map<String, Serde>> {
    not.get("$comment").filter(|comment| *comment == MARK)?;
    not.get("not")?.as_object()
}

/// Reverses the translation of the path of a violated `not`: the path of the schema with `contains`.
pub(super) fn holder_of(not: &str) -> Option<&str> {
    let branch = not.strip_suffix("/not")?;
    branch[..branch.rfind('/')?].strip_suffix("/allOf")
}

/// The location of a subschema in the translated schema. `location` is `#` and a JSON Pointer.
pub(super) fn translated<'l>(schema: &Serde, location: &'l str) -> Cow<'l, str> {
    let (mut part, mut out) = (schema, String::from("#"));
    for token in location.trim_start_matches('#').split('/').skip(1) {
        let branches = part.get("allOf").and_then(Serde::as_array).filter(|_| part.get(token).is_none());
        let position = branches.filter(|_| token == "contains").and_then(|branches| {
            branches.iter().position(|branch| branch.get("not").is_some_and(|not| moved(not).is_some()))
        });
        let next = match position {
            Some(index) => format!("/allOf/{index}/not/not/contains"),
            None => format!("/{token}"),
        };
        let Some(inner) = part.pointer(&next) else { return location.into() };
        part = inner;
        out.push_str(&next);
    }
    out.into()
}
