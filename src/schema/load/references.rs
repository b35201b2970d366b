//! Follows all references of a schema before it is used. This finds unresolved references in parts that a document does
//! not reach, infinite recursion, and schemas that evaluate one value up to 2^60 times.

use std::collections::{HashMap, HashSet};

use jsonschema::Draft;
use referencing::{Resolver, ResourceRef};
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
}

impl ReferenceProblem<'_> {
    pub(super) fn holder(&self) -> &Serde {
        match self {
            ReferenceProblem::Missing { holder, .. }
            | ReferenceProblem::Loop { holder, .. }
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

/// Follows all references from `root`. Each problem is reported once.
///
/// Also returns the schemas, with their drafts, that only a reference identifies as schemas: the meta-schema does not
/// validate their locations.
pub(super) fn follow<'s>(
    root: &'s Serde,
    resolver: Resolver<'s>,
    draft: Draft,
) -> (Vec<ReferenceProblem<'s>>, Vec<(&'s Serde, Draft)>) {
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
        (0..walk.nodes.len()).for_each(|index| walk.cost(index));
    }
    let is_unvalidated = |index: &&usize| **index != 0 && !walk.regular.contains(*index);
    let mut unvalidated: Vec<usize> = walk.targets.iter().filter(is_unvalidated).copied().collect();
    unvalidated.sort_unstable();
    let schema_and_draft = |index: usize| (walk.nodes[index].schema, walk.nodes[index].draft);
    let unvalidated = unvalidated.into_iter().map(schema_and_draft).collect();
    (walk.problems, unvalidated)
}

impl<'s> ReferenceWalk<'s> {
    fn node(&mut self, schema: &'s Serde, resolver: Resolver<'s>, draft: Draft) -> usize {
        let new = self.nodes.len();
        let index = *self.known.entry(std::ptr::from_ref(schema)).or_insert(new);
        if index == new {
            let own_draft = draft.detect(schema);
            let node = SchemaNode { schema, draft: own_draft, applies: Vec::new(), state: NodeState::New };
            self.nodes.push(node);
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
            match resolver.lookup(reference) {
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
        for inner in draft.subresources_of(schema) {
            self.inner(inner, resolver, draft);
        }
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
