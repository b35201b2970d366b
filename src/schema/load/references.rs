//! Follows all references of a schema before it is used. This finds unresolved references in parts that a document does
//! not reach, infinite recursion, and schemas that evaluate one value up to 2^60 times.

use std::collections::{HashMap, HashSet};

use jsonschema::Draft;
use referencing::{Resolved, Resolver, ResourceRef};
use serde_json::Value as Serde;

/// Maximum number of evaluations of one value (static upper bound).
pub(super) const MAX_EVALUATIONS: u64 = 100_000;
/// Maximum number of schemas in a chain that applies to one value.
pub(super) const MAX_CHAIN: u32 = 1_000;
/// Maximum number of schemas that references refer to. Compiling one can visit all others.
pub(super) const MAX_TARGETS: usize = 50_000;

/// A problem of the references in a schema object, the `holder`.
pub(super) enum ReferenceProblem<'s> {
    /// The reference in `keyword` cannot be resolved.
    Missing { holder: &'s Serde, keyword: &'static str, reason: referencing::Error },
    /// `keyword` refers back to an enclosing schema, which applies to the same value.
    Loop { holder: &'s Serde, keyword: &'static str },
    /// More than [`MAX_EVALUATIONS`], although no schema that it refers to exceeds the limit.
    Costly { holder: &'s Serde },
    /// A chain of more than [`MAX_CHAIN`] schemas.
    Long { holder: &'s Serde },
    /// More than [`MAX_TARGETS`] schemas.
    Many { holder: &'s Serde },
    /// Like `Loop`, in schemas that are never applied to a value.
    UnusedLoop { holder: &'s Serde, keyword: &'static str },
}

impl ReferenceProblem<'_> {
    pub(super) fn holder(&self) -> &Serde {
        match self {
            ReferenceProblem::Missing { holder, .. }
            | ReferenceProblem::Loop { holder, .. }
            | ReferenceProblem::UnusedLoop { holder, .. }
            | ReferenceProblem::Costly { holder }
            | ReferenceProblem::Long { holder }
            | ReferenceProblem::Many { holder } => holder,
        }
    }
}

/// A schema and the schemas that it applies to the same value.
struct SchemaNode<'s> {
    schema: &'s Serde,
    draft: Draft,
    /// Index of a schema, and the keyword that applies it.
    applies: Vec<(usize, &'static str)>,
    /// Indexes of the schemas that it applies to nested values.
    nested: Vec<usize>,
    /// The fragment of its dynamic reference. A recursive reference has the fragment "".
    dynamic: Option<String>,
    state: NodeState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NodeState {
    New,
    Open,
    /// Upper bound of the evaluations of one value, and the length of the longest chain below.
    Done {
        evaluations: u64,
        chain: u32,
    },
}

#[derive(Default)]
struct ReferenceWalk<'s> {
    nodes: Vec<SchemaNode<'s>>,
    /// Indexes of the nodes by the address of the schema.
    known: HashMap<*const Serde, usize>,
    /// Nodes that are not visited yet.
    open: Vec<(usize, Resolver<'s>, Draft)>,
    /// Schemas that references refer to.
    targets: HashSet<usize>,
    /// Subschemas at locations where the keyword requires a schema, so the meta-schema validates them.
    regular: HashSet<usize>,
    problems: Vec<ReferenceProblem<'s>>,
}

/// The schemas and the problems that were found by following references.
pub(super) struct Followed<'s> {
    pub(super) problems: Vec<ReferenceProblem<'s>>,
    /// The schemas that only a reference identifies as schemas: the meta-schema does not validate their locations.
    pub(super) unvalidated: Vec<(&'s Serde, Draft)>,
    /// All schemas.
    pub(super) schemas: Vec<&'s Serde>,
}

/// Follows all references from `root`. Each problem is reported once.
pub(super) fn follow<'s>(root: &'s Serde, resolver: Resolver<'s>, draft: Draft) -> Followed<'s> {
    let mut walk = ReferenceWalk::default();
    // `lookup` returns a resolver whose base is the target of the reference. The root is not looked up.
    let resolver = resolver.in_subresource(ResourceRef::new(root, draft)).unwrap_or(resolver);
    walk.node(root, resolver, draft);
    while let Some((index, resolver, draft)) = walk.open.pop() {
        walk.visit(index, &resolver, draft);
    }
    if walk.targets.len() > MAX_TARGETS {
        walk.problems.push(ReferenceProblem::Many { holder: root });
    }
    if walk.problems.is_empty() {
        walk.costs();
    }
    let is_unvalidated = |index: &&usize| **index != 0 && !walk.regular.contains(*index);
    let mut unvalidated: Vec<usize> = walk.targets.iter().filter(is_unvalidated).copied().collect();
    unvalidated.sort_unstable();
    let schema_and_draft = |index: usize| (walk.nodes[index].schema, walk.nodes[index].draft);
    let unvalidated = unvalidated.into_iter().map(schema_and_draft).collect();
    let schemas = walk.nodes.iter().map(|node| node.schema).collect();
    Followed { problems: walk.problems, unvalidated, schemas }
}

/// Resolves a reference. Unlike the crate, an array index must not have leading zeros or a sign (RFC 6901, section 4).
fn lookup<'s>(resolver: &Resolver<'s>, reference: &str) -> Result<Resolved<'s>, referencing::Error> {
    let found = resolver.lookup(reference)?;
    let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let pointer = super::encoding::decoded_reference(fragment);
    let is_lax = |token: &str| token.len() > 1 && token.starts_with(['0', '+']) && token[1..].parse::<usize>().is_ok();
    if !pointer.starts_with('/') || !pointer.split('/').any(is_lax) {
        return Ok(found);
    }
    let mut value = resolver.lookup(&format!("{uri}#"))?.contents();
    for token in pointer.split('/').skip(1) {
        value = match value {
            Serde::Array(_) if is_lax(token) => {
                let Err(source) = "+".parse::<usize>() else { break };
                let (pointer, index) = (fragment.to_owned(), token.to_owned());
                return Err(referencing::Error::InvalidArrayIndex { pointer, index, source });
            }
            Serde::Array(elements) => match token.parse().ok().and_then(|index: usize| elements.get(index)) {
                Some(element) => element,
                None => break,
            },
            value => match value.get(&*referencing::unescape_segment(token)) {
                Some(member) => member,
                None => break,
            },
        };
    }
    Ok(found)
}

impl<'s> ReferenceWalk<'s> {
    fn node(&mut self, schema: &'s Serde, resolver: Resolver<'s>, draft: Draft) -> usize {
        let new = self.nodes.len();
        let index = *self.known.entry(std::ptr::from_ref(schema)).or_insert(new);
        if index == new {
            let own_draft = draft.detect(schema);
            let (applies, nested) = (Vec::new(), Vec::new());
            self.nodes.push(SchemaNode {
                schema,
                draft: own_draft,
                applies,
                nested,
                dynamic: None,
                state: NodeState::New,
            });
            self.open.push((index, resolver, draft));
        }
        index
    }

    /// Adds a subschema. If it has an `$id`, that is the base of the references in it.
    fn inner(&mut self, schema: &'s Serde, around: &Resolver<'s>, draft: Draft) -> usize {
        let resolver = around.in_subresource(ResourceRef::new(schema, draft.detect(schema)));
        let index = self.node(schema, resolver.unwrap_or_else(|_| around.clone()), draft);
        self.regular.insert(index);
        index
    }

    fn visit(&mut self, index: usize, resolver: &Resolver<'s>, draft: Draft) {
        let schema = self.nodes[index].schema;
        let Serde::Object(keywords) = schema else { return };
        let draft = draft.detect(schema);
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(reference) = keywords.get(keyword).and_then(Serde::as_str) else { continue };
            if keyword != "$ref" {
                let fragment = reference.split_once('#').map_or("", |(_, fragment)| fragment);
                self.nodes[index].dynamic = Some(fragment.to_owned());
            }
            match lookup(resolver, reference) {
                Ok(found) => {
                    let (found, resolver, draft) = found.into_inner();
                    let to = self.node(found, resolver, draft);
                    self.targets.insert(to);
                    // A dynamic reference can have a different target during evaluation. The static target is used.
                    self.nodes[index].applies.push((to, keyword));
                }
                Err(reason) => self.problems.push(ReferenceProblem::Missing { holder: schema, keyword, reason }),
            }
        }
        // Up to draft 7, `$ref` disables its sibling keywords.
        if keywords.contains_key("$ref") && draft < Draft::Draft201909 {
            return;
        }
        for keyword in ["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"] {
            let branches: Vec<&Serde> = match keywords.get(keyword) {
                Some(Serde::Array(branches)) => branches.iter().collect(),
                Some(Serde::Object(branches)) if keyword.starts_with("depend") => {
                    branches.values().filter(|branch| branch.is_object()).collect()
                }
                Some(branch @ Serde::Object(_)) => vec![branch],
                _ => continue,
            };
            for branch in branches {
                let to = self.inner(branch, resolver, draft);
                self.nodes[index].applies.push((to, keyword));
            }
        }
        let definitions: HashSet<*const Serde> = ["$defs", "definitions"]
            .iter()
            .filter_map(|keyword| keywords.get(*keyword)?.as_object())
            .flat_map(|schemas| schemas.values().map(std::ptr::from_ref))
            .collect();
        for inner in draft.subresources_of(schema) {
            let to = self.inner(inner, resolver, draft);
            if !definitions.contains(&std::ptr::from_ref(inner)) {
                self.nodes[index].nested.push(to);
            }
        }
    }

    /// Computes the costs of the schemas that a value can reach, and looks for cycles in the others.
    fn costs(&mut self) {
        let reached = self.reached();
        let costs = |walk: &mut Self, is_reached: bool| {
            (0..walk.nodes.len()).filter(|index| reached[*index] == is_reached).for_each(|index| walk.cost(index));
        };
        costs(self, true);
        let reported = self.problems.len();
        costs(self, false);
        let unused = self.problems.split_off(reported).into_iter().filter_map(|problem| match problem {
            ReferenceProblem::Loop { holder, keyword } => Some(ReferenceProblem::UnusedLoop { holder, keyword }),
            _ => None,
        });
        self.problems.extend(unused);
    }

    /// True for each schema that is applied to the value or a nested value.
    fn reached(&self) -> Vec<bool> {
        // A dynamic reference can refer to any schema with its name.
        let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(name) = node.schema.get("$dynamicAnchor").and_then(Serde::as_str) {
                named.entry(name).or_default().push(index);
            }
            if node.schema.get("$recursiveAnchor").and_then(Serde::as_bool) == Some(true) {
                named.entry("").or_default().push(index);
            }
        }
        let mut reached = vec![false; self.nodes.len()];
        let mut open = vec![0];
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut reached[index], true) {
                continue;
            }
            let node = &self.nodes[index];
            open.extend(node.applies.iter().map(|(to, _)| *to).chain(node.nested.iter().copied()));
            if let Some(named) = node.dynamic.as_deref().and_then(|name| named.remove(name)) {
                open.extend(named);
            }
        }
        reached
    }

    /// Computes the cost of an evaluation by depth-first search, and finds cycles.
    fn cost(&mut self, from: usize) {
        if self.nodes[from].state != NodeState::New {
            return;
        }
        self.nodes[from].state = NodeState::Open;
        let mut path = vec![(from, 0)];
        while let Some((index, next)) = path.last_mut() {
            let index = *index;
            if let Some(&(to, keyword)) = self.nodes[index].applies.get(*next) {
                *next += 1;
                match self.nodes[to].state {
                    NodeState::New => {
                        self.nodes[to].state = NodeState::Open;
                        path.push((to, 0));
                    }
                    NodeState::Open => {
                        self.problems.push(ReferenceProblem::Loop { holder: self.nodes[index].schema, keyword });
                    }
                    NodeState::Done { .. } => {}
                }
                continue;
            }
            let (mut evaluations, mut chain, mut is_reported) = (1u64, 0, false);
            for (to, _) in &self.nodes[index].applies {
                if let NodeState::Done { evaluations: more, chain: longer } = self.nodes[*to].state {
                    evaluations = evaluations.saturating_add(more);
                    chain = chain.max(longer + 1);
                    is_reported |= more > MAX_EVALUATIONS || longer > MAX_CHAIN;
                }
            }
            self.nodes[index].state = NodeState::Done { evaluations, chain };
            let holder = self.nodes[index].schema;
            if !is_reported && evaluations > MAX_EVALUATIONS {
                self.problems.push(ReferenceProblem::Costly { holder });
            } else if !is_reported && chain > MAX_CHAIN {
                self.problems.push(ReferenceProblem::Long { holder });
            }
            path.pop();
        }
    }
}
