//! Help for frequent mistakes in schemas.

use jsonschema::Draft;

use super::text;
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Kind, Value};
use crate::schema::rules;
use crate::schema::words::{got, is_similar};
use crate::text::{list, shorten};

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Names of types in programming languages, and the JSON Schema types.
const OTHER_TYPES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("long", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("str", "string"),
    ("text", "string"),
    ("date", "string"),
    ("datetime", "string"),
    ("bool", "boolean"),
    ("dict", "object"),
    ("map", "object"),
    ("list", "array"),
    ("tuple", "array"),
    ("none", "null"),
    ("nil", "null"),
    ("undefined", "null"),
];

/// Adds a help to a violation of the meta-schema, if it does not have one. The value of `type` has a message without
/// `anyOf`, which is a keyword of the meta-schema.
pub(super) fn advised(mut finding: Diagnostic, document: Document<'_>, draft: Draft) -> Diagnostic {
    let keyword = finding.instance_location.rsplit('/').next().unwrap_or_default();
    let value = super::at(document, &finding.instance_location);
    let is_type = keyword == "type" && !finding.instance_location.ends_with("/dependencies/type");
    // The message about an array names the item.
    if is_type && value.kind() != Kind::Array && finding.rule.id == rules::ANY_OF.id {
        let types = list(&TYPES.map(|name| format!("\"{name}\"")), "or");
        let expected = if value.kind() == Kind::String { types } else { format!("{types}, or an array of these") };
        finding = Diagnostic {
            rule: &rules::ENUM,
            message: format!("`type` must be {expected}, found {}", got(value)),
            label: Label::new(finding.label.span, "not a type of JSON Schema"),
            notes: Vec::new(),
            ..finding
        };
    }
    let keyword = finding.instance_location.rsplit('/').next().unwrap_or_default();
    match help(keyword, value, draft).filter(|_| finding.help.is_empty()) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn help(keyword: &str, value: Value<'_>, draft: Draft) -> Option<String> {
    let is_boolean = matches!(value.kind(), Kind::True | Kind::False);
    Some(match keyword {
        "type" if value.kind() == Kind::String => {
            let written = value.string();
            let other = OTHER_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&written)).map(|(_, name)| *name);
            match other.or_else(|| TYPES.into_iter().find(|name| is_similar(&written, name))) {
                Some(name) => format!("did you mean \"{name}\"?"),
                None => return None,
            }
        }
        "items" if value.kind() == Kind::Array && draft >= Draft::Draft202012 => {
            "for a tuple, write the array as `prefixItems`, and the schema of the other items as `items`".to_owned()
        }
        "required" if is_boolean && draft >= Draft::Draft4 => {
            "write `required` next to `properties`, as an array of property names".to_owned()
        }
        "exclusiveMinimum" | "exclusiveMaximum" if is_boolean && draft >= Draft::Draft6 => {
            let other = if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" };
            format!("write the limit itself: `{keyword}` replaces `{other}`")
        }
        _ => return None,
    })
}

/// Help for a reference inside of the schema that cannot be resolved: the similar location, or the names next to it.
pub(super) fn help_for_reference(written: &str, root: Value<'_>) -> Option<String> {
    /// Maximum number of names in a help.
    const MAX_LISTED: usize = 8;
    let fragment = written.trim().trim_start_matches('#');
    let pointer = if fragment.starts_with('/') { fragment.to_owned() } else { format!("/{fragment}") };
    let found = text::below(root, &pointer);
    let existing = found.pointer();
    if existing == pointer && format!("#{pointer}") != written {
        return Some(format!("did you mean `#{}`?", shorten(&pointer, 120)));
    }
    // The keyword is `definitions` up to draft 7, and `$defs` since then.
    for (one, other) in [("/definitions/", "/$defs/"), ("/$defs/", "/definitions/")] {
        let renamed = pointer.replacen(one, other, 1);
        if renamed != pointer && text::below(root, &renamed).pointer() == renamed {
            return Some(format!("did you mean `#{}`?", shorten(&renamed, 120)));
        }
    }
    // A file or a URL is not similar to a location in the schema.
    let rest = pointer.strip_prefix(&*existing)?.strip_prefix('/').filter(|_| written.starts_with("#/"))?;
    let (name, rest) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let names: Vec<_> = found.members().map(|(name, _)| name.string()).collect();
    if let Some(similar) = names.iter().find(|known| is_similar(name, known)) {
        return Some(format!("did you mean `#{}`?", shorten(&format!("{existing}/{similar}{rest}"), 120)));
    }
    let is_short = !existing.is_empty() && !names.is_empty() && names.len() <= MAX_LISTED;
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", shorten(name, 40))).collect();
    is_short.then(|| format!("`#{}` contains {}", shorten(&existing, 80), list(&names, "and")))
}
