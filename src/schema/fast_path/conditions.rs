//! `if`, `allOf`, `anyOf`, `oneOf` and `not` of an object, where their schemas ask for members and simple values only: each such schema is
//! a *branch*, and what is asked of a member is looked at when its value has gone by. An answer is yes, no, or "not known here".

use std::collections::HashMap;

use serde_json::{Map, Value as Serde};

use super::FastValidator;
use super::node::{ANY, Node, Text, deeper, is_plain, type_list, types};
use crate::json::token;
use crate::rfc3339;

/// A schema that is asked of an object beside the one that describes it.
#[derive(Clone)]
pub(super) struct Branch {
    /// The answer, where it is the same for all objects.
    fixed: Option<bool>,
    /// The nodes of the members that it describes.
    properties: HashMap<Vec<u8>, usize>,
    required: Vec<Vec<u8>>,
}

/// How the answers of branches make one. The numbers are places of branches.
#[derive(Clone)]
pub(super) enum Condition {
    If { condition: usize, then: Option<usize>, otherwise: Option<usize> },
    All(Vec<usize>),
    Any(Vec<usize>),
    One(Vec<usize>),
    Not(usize),
}

/// Branches of one object: a bit for each in [`Side`].
const MOST: usize = 32;

/// An open object that conditions are asked of.
#[derive(Clone, Copy)]
pub(super) struct Side {
    /// How many containers are open with it.
    pub depth: usize,
    /// The member whose value is being read, counted from 1, and where that begins; 0 if nothing is asked of it.
    pub member: usize,
    pub value: usize,
    /// The branches that have failed, and those of which it is not known.
    failed: u32,
    unsure: u32,
}

impl Side {
    pub(super) fn new(depth: usize) -> Side {
        Side { depth, member: 0, value: 0, failed: 0, unsure: 0 }
    }
}

impl FastValidator {
    /// Adds the conditions of a schema to its node; none where something is not known here.
    pub(super) fn conditions(&mut self, keywords: &Map<String, Serde>, node: &mut Node, location: &str) -> Option<()> {
        if let Some(condition) = keywords.get("if") {
            let condition = self.branch(condition, node, &deeper(location, &["if"]))?;
            let mut other = |keyword: &str, node: &mut Node| match keywords.get(keyword) {
                Some(schema) => self.branch(schema, node, &deeper(location, &[keyword])).map(Some),
                None => Some(None),
            };
            let (then, otherwise) = (other("then", node)?, other("else", node)?);
            node.conditions.push(Condition::If { condition, then, otherwise });
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let Some(Serde::Array(schemas)) = keywords.get(keyword) else { continue };
            let branches = schemas
                .iter()
                .enumerate()
                .map(|(place, schema)| self.branch(schema, node, &deeper(location, &[keyword, &place.to_string()])));
            let branches = branches.collect::<Option<Vec<usize>>>()?;
            node.conditions.push(match keyword {
                "allOf" => Condition::All(branches),
                "anyOf" => Condition::Any(branches),
                _ => Condition::One(branches),
            });
        }
        if let Some(schema) = keywords.get("not") {
            let branch = self.branch(schema, node, &deeper(location, &["not"]))?;
            node.conditions.push(Condition::Not(branch));
        }
        if !node.conditions.is_empty() {
            // Of other values nothing is known.
            node.types &= types::OBJECT;
        }
        (node.branches.len() <= MOST).then_some(())
    }

    fn branch(&mut self, schema: &Serde, node: &mut Node, location: &str) -> Option<usize> {
        let mut branch = Branch { fixed: None, properties: HashMap::new(), required: Vec::new() };
        match schema {
            Serde::Bool(answer) => branch.fixed = Some(*answer),
            Serde::Object(keywords) => {
                for (keyword, value) in keywords {
                    match (keyword.as_str(), value) {
                        ("type", kinds) if type_list(kinds) & types::OBJECT != 0 => {}
                        ("type", _) => branch.fixed = Some(false),
                        ("required", Serde::Array(names)) => {
                            let names = names.iter().map(|name| name.as_str().filter(|name| is_plain(name)));
                            branch.required =
                                names.map(|name| name.map(|name| name.as_bytes().to_vec())).collect::<Option<_>>()?;
                        }
                        ("properties", Serde::Object(members)) => {
                            for (name, schema) in members {
                                is_plain(name).then_some(())?;
                                let child = self.node(schema, &deeper(location, &["properties", name]));
                                branch.properties.insert(name.as_bytes().to_vec(), child);
                            }
                        }
                        ("title" | "description" | "$comment", _) => {}
                        _ => return None,
                    }
                }
            }
            _ => return None,
        }
        node.branches.push(branch);
        Some(node.branches.len() - 1)
    }
}

impl Node {
    /// What branches ask of the member with this name, as it is written: their places, and the nodes.
    pub(super) fn asked(&self, name: &[u8]) -> Vec<(usize, usize)> {
        let asked = self.branches.iter().enumerate();
        asked.filter_map(|(place, branch)| branch.properties.get(name).map(|node| (place, *node))).collect()
    }

    /// Whether it is known that an object that has ended fits all conditions. `seen` tells whether it has the member with this place.
    pub(super) fn holds(&self, side: &Side, seen: impl Fn(usize) -> bool) -> bool {
        let answer = |place: usize| self.answer(place, side, &seen);
        self.conditions.iter().all(|condition| condition.answer(&answer) == Some(true))
    }

    fn answer(&self, place: usize, side: &Side, seen: &impl Fn(usize) -> bool) -> Option<bool> {
        let branch = &self.branches[place];
        let has = |name: &Vec<u8>| self.names.places.get(name).is_some_and(|place| seen(usize::from(*place)));
        let bit = 1 << place;
        if branch.fixed.is_some() {
            branch.fixed
        } else if side.failed & bit != 0 || !branch.required.iter().all(has) {
            Some(false)
        } else if side.unsure & bit != 0 {
            None
        } else {
            Some(true)
        }
    }
}

impl Condition {
    /// The answer that follows from those of the branches; none where it is not known.
    fn answer(&self, branch: &impl Fn(usize) -> Option<bool>) -> Option<bool> {
        let all = |places: &[usize]| {
            places.iter().try_fold(true, |all, place| match (all, branch(*place)) {
                (_, Some(false)) => Err(Some(false)),
                (all, Some(true)) => Ok(all),
                (_, None) => Ok(false),
            })
        };
        match self {
            Condition::If { condition, then, otherwise } => {
                let [then, otherwise] = [then, otherwise].map(|place| place.map_or(Some(true), branch));
                match branch(*condition) {
                    Some(true) => then,
                    Some(false) => otherwise,
                    None => (then == Some(true) && otherwise == Some(true)).then_some(true),
                }
            }
            Condition::All(places) => match all(places) {
                Ok(true) => Some(true),
                Ok(false) => None,
                Err(answer) => answer,
            },
            Condition::Any(places) => places.iter().any(|place| branch(*place) == Some(true)).then_some(true),
            Condition::One(places) => {
                let answers = places.iter().map(|place| branch(*place)).collect::<Option<Vec<bool>>>()?;
                Some(answers.into_iter().filter(|answer| *answer).count() == 1)
            }
            Condition::Not(place) => branch(*place).map(|answer| !answer),
        }
    }
}

/// Looks at a member's value that has gone by: `text` is all of it, perhaps with white space before it.
pub(super) fn look(nodes: &[Node], asked: &[(usize, usize)], text: &[u8], side: &mut Side) {
    let text = text.trim_ascii_start();
    for &(branch, node) in asked {
        match fits(nodes, node, text) {
            Some(true) => {}
            Some(false) => side.failed |= 1 << branch,
            None => side.unsure |= 1 << branch,
        }
    }
    side.member = 0;
}

/// Whether a value, which is JSON, fits a node; none where that is not known here.
fn fits(nodes: &[Node], index: usize, text: &[u8]) -> Option<bool> {
    let node = &nodes[index];
    if index == ANY || !node.is_known {
        return (index == ANY).then_some(true);
    }
    let has = |kind: u8| node.types & kind != 0;
    match text[0] {
        b'"' if !has(types::STRING) => Some(false),
        b'"' => {
            let inner = &text[1..text.len() - 1];
            // An escape would have to be decoded first.
            let plain = std::str::from_utf8(inner).ok().filter(|inner| !inner.contains('\\'));
            match &node.text {
                Text::Any => Some(true),
                Text::DateTime => plain.map(|inner| rfc3339::check(inner).is_ok()),
                Text::Enum(texts) => plain.map(|inner| texts.iter().any(|text| text == inner.as_bytes())),
            }
        }
        b'n' => Some(has(types::NULL)),
        b't' => Some(has(types::TRUE)),
        b'f' => Some(has(types::FALSE)),
        b'{' if !has(types::OBJECT) => Some(false),
        b'{' => node.takes_any_object().then_some(true),
        b'[' if !has(types::ARRAY) => Some(false),
        b'[' => node.takes_any_array().then_some(true),
        _ if has(types::NUMBER) => Some(true),
        _ if !has(types::INTEGER) => Some(false),
        // 1.0 is an integer too.
        _ => {
            let padded = [text, &[0]].concat();
            token::number(&padded, 0).ok().filter(|(_, is_whole)| *is_whole).map(|_| true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::PADDING;
    use serde_json::json;

    /// What is accepted is right, and what is right is accepted where all of it is known.
    #[test]
    fn conditions_are_answered() {
        let archived = json!({"properties": {"archived": {"const": true}}, "required": ["archived"]});
        let text = json!({"properties": {"id": {"type": "string"}}});
        let schemas = [
            json!({"if": archived, "then": {"required": ["archivedAt"]}}),
            json!({"if": archived, "then": {"required": ["archivedAt"]}, "else": {"not": {}}}),
            json!({"if": archived, "else": {"properties": {"id": {"enum": ["a", null, false]}}}}),
            json!({"allOf": [archived, text]}),
            json!({"anyOf": [archived, text]}),
            json!({"oneOf": [archived, text]}),
            json!({"not": archived}),
            json!({"not": {"properties": {"id": {"type": ["number", "null"]}}}}),
            json!({"anyOf": [false, {"properties": {"n": {"type": "integer"}}}, {"type": "array"}]}),
            json!({"allOf": [{"properties": {"archivedAt": {"type": "string", "format": "date-time"}}}, true]}),
            json!({"type": "object", "properties": {"o": {"oneOf": [archived, {"required": ["n"]}]}}}),
            json!({"not": {"properties": {"a": {"type": "array", "minItems": 2}}}}),
            json!({"anyOf": [{"properties": {"o": {"type": "object", "maxProperties": 1}}}, {"required": ["id"]}]}),
            json!({"additionalProperties": false, "properties": {"o": {"minProperties": 1}, "id": true, "archived": true, "a": {"maxItems": 2, "minItems": 2}}}),
            json!({"maxProperties": 4, "minProperties": 1, "properties": {"a": {"maxItems": 1}}}),
            json!({"if": {"properties": {"o": {"type": "object"}}}, "then": {"properties": {"a": {"type": "array"}}}}),
        ];
        let mut objects = vec![json!({}), json!({"o": {"archived": true}}), json!({"o": {"archived": true, "n": 1}})];
        for id in [json!("a"), json!("b"), json!(null), json!(7), json!(false)] {
            for archived in [json!(true), json!(false), json!("true")] {
                objects.push(json!({"archived": archived, "id": id, "a": []}));
                objects.push(json!({"id": id, "archivedAt": "2026-01-05T09:30:00Z", "archived": archived, "n": 1, "o": {"x": {}}}));
                objects.push(json!({"archivedAt": "never", "n": -0.5, "o": {"archived": archived}, "a": [[1], {}]}));
            }
        }
        let (mut accepted, mut valid) = (0, 0);
        for schema in &schemas {
            let (validator, mut acceptor) =
                (jsonschema::options().should_validate_formats(true).build(schema), FastValidator::compile(schema, ""));
            let validator = validator.expect("a schema");
            assert!(acceptor.knows_all() || schema.to_string().contains("else"), "{schema}");
            // Twice: what was learned must not change an answer.
            for (place, object) in objects.iter().chain(&objects).chain(&objects).enumerate() {
                let text = object.to_string();
                // And blanks where there were none before.
                let text = if place > 2 * objects.len() { text.replace(':', ": \n") } else { text };
                let text = text.replace("09: \n30: \n00", "09:30:00");
                let is_accepted = acceptor.accept(&[text.as_bytes(), &[0; PADDING]].concat(), 0).is_some();
                let is_valid = validator.is_valid(object);
                assert!(is_valid || !is_accepted, "{schema} {object}");
                (accepted, valid) = (accepted + usize::from(is_accepted), valid + usize::from(is_valid));
            }
        }
        assert!(accepted * 10 > valid * 8, "{accepted} of {valid} are accepted");
    }
}
