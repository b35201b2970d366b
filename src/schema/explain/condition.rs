//! The condition of a violated keyword: `if`, or a property that `dependentRequired` or `dependentSchemas` names.

use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use super::{ViolationContext, at, unescaped};
use crate::schema::words::quoted;
use crate::text::{list, shorten};

/// Maximum number of conditions, and of values of one condition, that a note lists.
const MAX_LISTED: usize = 4;

impl ViolationContext<'_, '_> {
    /// A note with the innermost condition under which the violated keyword applies.
    pub(super) fn condition(&self) -> Option<String> {
        let mut found = None;
        let mut rest = self.keyword;
        while let Some((before, token, after)) = next_token(self.keyword, rest) {
            rest = after;
            match token {
                "then" => found = Some(self.if_schema(before, "then", "matches", ": ")),
                "else" => found = Some(self.if_schema(before, "else", "does not match", "; it requires that ")),
                "dependentRequired" | "dependencies" if after.is_empty() => {
                    let Violation::Required { property } = self.error.kind() else { continue };
                    found = self.requiring_property(property);
                }
                "dependentSchemas" | "dependencies" => {
                    let Some((_, name, after)) = next_token(self.keyword, after) else { continue };
                    rest = after;
                    let name = unescaped(name);
                    let name = shorten(&name, 60);
                    found = Some(format!("the `{token}` schema for `{name}` applies because `{name}` is present"));
                }
                // The next token is a name, not a keyword.
                "properties" | "patternProperties" | "$defs" | "definitions" => {
                    rest = next_token(self.keyword, after).map_or("", |(_, _, after)| after);
                }
                _ => {}
            }
        }
        found
    }

    /// The note about a `then` or `else` next to the `if` in the schema at `parent`. `outcome`: of that `if`. `because`
    /// precedes its conditions.
    fn if_schema(&self, parent: &str, keyword: &str, outcome: &str, because: &str) -> String {
        let location = format!("{parent}/if");
        let conditions = written_at(self.explainer.root, &location).map(conditions).unwrap_or_default();
        let conditions = match &conditions[..] {
            [] => String::new(),
            all => format!("{because}{}", list(&all[..all.len().min(MAX_LISTED)], "and")),
        };
        format!("the `{keyword}` schema applies because `{}` {outcome}{conditions}", shorten(&location, 80))
    }

    /// The first property that is present and requires the missing one, according to the keyword.
    fn requiring_property(&self, missing: &Serde) -> Option<String> {
        let requires = |names: &Serde| names.as_array().is_some_and(|names| names.contains(missing));
        let dependencies = at(self.explainer.root, self.keyword).and_then(Serde::as_object);
        let mut requiring = dependencies.into_iter().flatten().filter(|(_, names)| requires(names));
        requiring.find(|(name, _)| self.value.get(name).is_some()).map(|(name, _)| {
            let missing = missing.as_str().unwrap_or_default();
            // These names are not tokens of a pointer.
            format!("`{}` is required because `{}` is present", shorten(missing, 60), shorten(name, 60))
        })
    }
}

/// The first token of `rest`, which is an end of `pointer`, with the parts of the pointer before and after it.
fn next_token<'p>(pointer: &'p str, rest: &'p str) -> Option<(&'p str, &'p str, &'p str)> {
    let tokens = rest.strip_prefix('/')?;
    let (token, after) = tokens.split_at(tokens.find('/').unwrap_or(tokens.len()));
    Some((&pointer[..pointer.len() - rest.len()], token, after))
}

/// The subschema at a path that may go through references to other locations in the same schema. `None` if a reference
/// may have another base.
fn written_at<'s>(root: &'s Serde, path: &str) -> Option<&'s Serde> {
    let (mut part, mut rest) = (root, path);
    while let Some((_, token, after)) = next_token(path, rest) {
        rest = after;
        part = match (token, part) {
            ("$ref", Serde::Object(members)) => {
                let reference = members.get("$ref")?.as_str()?.strip_prefix('#')?;
                root.pointer(reference).filter(|_| !reference.contains('%'))?
            }
            _ => part.pointer(&format!("/{token}"))?,
        };
        if !std::ptr::eq(part, root) && (part.get("$id").is_some() || part.get("id").is_some_and(Serde::is_string)) {
            return None;
        }
    }
    Some(part)
}

/// The conditions of an `if` schema in words, as far as there are words for them.
fn conditions(schema: &Serde) -> Vec<String> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Serde::as_str).collect();
    let mut found: Vec<String> = requirement(schema).map(|words| format!("the value {words}")).into_iter().collect();
    let properties = schema["properties"].as_object();
    for (name, property) in properties.into_iter().flatten() {
        let Some(words) = requirement(property) else { continue };
        let or_missing = if required.contains(&name.as_str()) { "" } else { " or missing" };
        found.push(format!("`{}` {words}{or_missing}", shorten(name, 60)));
    }
    let is_described = |name: &str| properties.and_then(|all| all.get(name)).and_then(requirement).is_some();
    let present = required.iter().filter(|name| !is_described(name));
    found.extend(present.map(|name| format!("`{}` is present", shorten(name, 60))));
    found
}

/// The requirement of a schema for one value: `is "customer"`, `is a string`.
fn requirement(schema: &Serde) -> Option<String> {
    if let Some(value) = schema.get("const") {
        return Some(format!("is {}", quoted(value)));
    }
    if let Some(values) = schema.get("enum").and_then(Serde::as_array).filter(|values| values.len() <= MAX_LISTED) {
        let values: Vec<String> = values.iter().map(quoted).collect();
        return Some(format!("is {}", list(&values, "or")));
    }
    match schema.get("type")?.as_str()? {
        "null" => Some("is null".to_owned()),
        kind @ ("array" | "integer" | "object") => Some(format!("is an {kind}")),
        kind => Some(format!("is a {}", shorten(kind, 20))),
    }
}
