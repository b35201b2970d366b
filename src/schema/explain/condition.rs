//! The condition of a violated keyword: `if`, or a property that `dependentRequired` or `dependentSchemas` names.

use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use super::{ViolationContext, at, unescaped};
use crate::text::shorten;

impl ViolationContext<'_, '_> {
    /// A note with the innermost condition under which the violated keyword applies.
    pub(super) fn condition(&self) -> Option<String> {
        let mut found = None;
        let mut tokens = self.keyword.split('/').skip(1);
        while let Some(token) = tokens.next() {
            match token {
                "then" => found = Some("the `then` schema applies because `if` matches".to_owned()),
                "else" => found = Some("the `else` schema applies because `if` does not match".to_owned()),
                "dependentRequired" | "dependencies" if tokens.clone().next().is_none() => {
                    let Violation::Required { property } = self.error.kind() else { continue };
                    found = self.requiring_property(property);
                }
                "dependentSchemas" | "dependencies" => {
                    let because = |name: &str| {
                        let name = unescaped(name);
                        let name = shorten(&name, 60);
                        format!("the `{token}` schema for `{name}` applies because `{name}` is present")
                    };
                    found = tokens.next().map(because).or(found);
                }
                // The next token is a name, not a keyword.
                "properties" | "patternProperties" | "$defs" | "definitions" => _ = tokens.next(),
                _ => {}
            }
        }
        found
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
