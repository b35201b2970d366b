//! `if`, `allOf`, `anyOf`, `oneOf` and `not` of an object, if their schemas describe only members and simple values.
//!
//! Each such schema is a *branch*. It is evaluated member by member: each value is checked against the branches that
//! describe it when the walk has passed it. A result is true, false, or `None` if the fast path cannot decide.

use std::collections::HashMap;

use serde_json::{Map, Value as Serde};

use super::FastValidator;
use super::node::{ANY, CompiledNode, Text, deeper, is_plain, type_bits, types};
use crate::json::token;
use crate::rfc3339;

/// A subschema of a condition.
#[derive(Clone)]
pub(super) struct Branch {
    /// The result if it is the same for all objects.
    fixed: Option<bool>,
    /// The nodes of the members that it describes.
    properties: HashMap<Vec<u8>, usize>,
    required: Vec<Vec<u8>>,
}

/// A combination of branches, which are indices into [`CompiledNode::branches`].
#[derive(Clone)]
pub(super) enum Condition {
    If { condition: usize, then: Option<usize>, otherwise: Option<usize> },
    All(Vec<usize>),
    Any(Vec<usize>),
    One(Vec<usize>),
    Not(usize),
}

/// Maximum number of branches of one node. [`ConditionState`] has a bit for each.
const MAX_BRANCHES: usize = 32;

/// The results of the branches for an open object so far.
#[derive(Clone, Copy)]
pub(super) struct ConditionState {
    /// Number of open containers, including the object.
    pub depth: usize,
    /// Index of the current member plus 1; 0 if no branch describes it.
    pub member: usize,
    /// Byte offset of its value.
    pub value: usize,
    /// A bit for each branch that does not match.
    failed: u32,
    /// A bit for each branch that cannot be decided.
    undecided: u32,
}

impl ConditionState {
    pub(super) fn new(depth: usize) -> ConditionState {
        ConditionState { depth, member: 0, value: 0, failed: 0, undecided: 0 }
    }
}

impl FastValidator {
    /// Adds the conditions of a schema to its node; `None` if one is not supported.
    pub(super) fn compile_conditions(
        &mut self,
        keywords: &Map<String, Serde>,
        node: &mut CompiledNode,
        location: &str,
    ) -> Option<()> {
        if let Some(condition) = keywords.get("if") {
            let condition = self.branch(condition, node, &deeper(location, &["if"]))?;
            let mut other = |keyword: &str, node: &mut CompiledNode| match keywords.get(keyword) {
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
                .map(|(index, schema)| self.branch(schema, node, &deeper(location, &[keyword, &index.to_string()])));
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
            // Branches are evaluated for objects only.
            node.types &= types::OBJECT;
        }
        (node.branches.len() <= MAX_BRANCHES).then_some(())
    }

    /// Adds a branch to the node and returns its index; `None` if it has an unsupported keyword.
    fn branch(&mut self, schema: &Serde, node: &mut CompiledNode, location: &str) -> Option<usize> {
        let mut branch = Branch { fixed: None, properties: HashMap::new(), required: Vec::new() };
        match schema {
            Serde::Bool(result) => branch.fixed = Some(*result),
            Serde::Object(keywords) => {
                for (keyword, value) in keywords {
                    match (keyword.as_str(), value) {
                        ("type", kinds) if type_bits(kinds) & types::OBJECT != 0 => {}
                        ("type", _) => branch.fixed = Some(false),
                        ("required", Serde::Array(names)) => {
                            let names = names.iter().map(|name| name.as_str().filter(|name| is_plain(name)));
                            branch.required =
                                names.map(|name| name.map(|name| name.as_bytes().to_vec())).collect::<Option<_>>()?;
                        }
                        ("properties", Serde::Object(members)) => {
                            for (name, schema) in members {
                                is_plain(name).then_some(())?;
                                let child = self.compile_node(schema, &deeper(location, &["properties", name]));
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

impl CompiledNode {
    /// The branches that describe the member with this name: the index of the branch and the node of the value.
    pub(super) fn in_branches(&self, name: &[u8]) -> Vec<(usize, usize)> {
        let branches = self.branches.iter().enumerate();
        branches.filter_map(|(index, branch)| branch.properties.get(name).map(|node| (index, *node))).collect()
    }

    /// True if a closed object is known to satisfy all conditions. `seen` is true for the indices of its names.
    pub(super) fn satisfies_conditions(&self, state: &ConditionState, seen: impl Fn(usize) -> bool) -> bool {
        let branch = |index: usize| self.branch_result(index, state, &seen);
        self.conditions.iter().all(|condition| condition.result(&branch) == Some(true))
    }

    fn branch_result(&self, index: usize, state: &ConditionState, seen: &impl Fn(usize) -> bool) -> Option<bool> {
        let branch = &self.branches[index];
        let has = |name: &Vec<u8>| self.names.indices.get(name).is_some_and(|index| seen(usize::from(*index)));
        let bit = 1 << index;
        if branch.fixed.is_some() {
            branch.fixed
        } else if state.failed & bit != 0 || !branch.required.iter().all(has) {
            Some(false)
        } else if state.undecided & bit != 0 {
            None
        } else {
            Some(true)
        }
    }
}

impl Condition {
    /// Combines the results of the branches.
    fn result(&self, branch: &impl Fn(usize) -> Option<bool>) -> Option<bool> {
        let all = |branches: &[usize]| {
            branches.iter().try_fold(true, |all, index| match (all, branch(*index)) {
                (_, Some(false)) => Err(Some(false)),
                (all, Some(true)) => Ok(all),
                (_, None) => Ok(false),
            })
        };
        match self {
            Condition::If { condition, then, otherwise } => {
                let [then, otherwise] = [then, otherwise].map(|index| index.map_or(Some(true), branch));
                match branch(*condition) {
                    Some(true) => then,
                    Some(false) => otherwise,
                    None => (then == Some(true) && otherwise == Some(true)).then_some(true),
                }
            }
            Condition::All(branches) => match all(branches) {
                Ok(true) => Some(true),
                Ok(false) => None,
                Err(result) => result,
            },
            Condition::Any(branches) => branches.iter().any(|index| branch(*index) == Some(true)).then_some(true),
            Condition::One(branches) => {
                let results = branches.iter().map(|index| branch(*index)).collect::<Option<Vec<bool>>>()?;
                Some(results.into_iter().filter(|result| *result).count() == 1)
            }
            Condition::Not(index) => branch(*index).map(|result| !result),
        }
    }
}

/// Evaluates branches for the value of a member. `text` is the whole value and can begin with white space.
pub(super) fn evaluate(nodes: &[CompiledNode], branches: &[(usize, usize)], text: &[u8], state: &mut ConditionState) {
    let text = text.trim_ascii_start();
    for &(branch, node) in branches {
        match value_result(nodes, node, text) {
            Some(true) => {}
            Some(false) => state.failed |= 1 << branch,
            None => state.undecided |= 1 << branch,
        }
    }
    state.member = 0;
}

/// True if a valid JSON value matches a node; `None` if the fast path cannot decide.
fn value_result(nodes: &[CompiledNode], index: usize, text: &[u8]) -> Option<bool> {
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
                Text::Enum(texts) => plain.map(|inner| texts.iter().any(|text| **text == *inner.as_bytes())),
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
        // 1.0 is an integer, too.
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

    /// Accepted objects are valid. Most valid objects are accepted.
    #[test]
    fn conditions_agree_with_the_validator() {
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
            // Repeated, because what was learned must not change a result.
            for (index, object) in objects.iter().chain(&objects).chain(&objects).enumerate() {
                let text = object.to_string();
                // The last time with additional white space.
                let text = if index > 2 * objects.len() { text.replace(':', ": \n") } else { text };
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
