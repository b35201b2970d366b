//! Where the references of a schema lead, followed before anything is checked: so that a wrong one is found whether a document comes by it or
//! not, with its place, and so that no schema is taken that checks one value without end or in 2^60 steps.

use std::collections::{HashMap, HashSet};

use jsonschema::Draft;
use referencing::{Resolver, ResourceRef};
use serde_json::Value as Serde;

/// Evaluations of one value that a schema may ask for, whatever the value is.
pub(super) const EVALUATIONS: u64 = 100_000;
/// Schemas that may lead to each other on the same value, one behind the other.
pub(super) const CHAIN: u32 = 1_000;

/// Schemas that references may lead to in all: compiling one may go through all others.
pub(super) const TARGETS: usize = 50_000;

/// What is wrong with the references of a schema, and with which of its objects.
pub(super) enum Wrong<'s> {
    /// `keyword` of this object leads nowhere.
    Missing { holder: &'s Serde, keyword: &'static str, reason: referencing::Error },
    /// This object leads to itself without a step into the value.
    Loop { holder: &'s Serde, keyword: &'static str },
    /// It asks for more than [`EVALUATIONS`], nothing that it leads to does.
    Costly { holder: &'s Serde },
    /// It leads to more than [`CHAIN`] others.
    Long { holder: &'s Serde },
    /// There are more than [`TARGETS`].
    Many { holder: &'s Serde },
}

impl Wrong<'_> {
    /// The object that is to be shown.
    pub(super) fn holder(&self) -> &Serde {
        match self {
            Wrong::Missing { holder, .. }
            | Wrong::Loop { holder, .. }
            | Wrong::Costly { holder }
            | Wrong::Long { holder }
            | Wrong::Many { holder } => holder,
        }
    }
}

/// A schema, and the schemas that check the same value with it.
struct Node<'s> {
    schema: &'s Serde,
    draft: Draft,
    leads_to: Vec<(usize, &'static str)>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    /// Evaluations of one value, at most, and how many schemas stand one behind the other.
    Done {
        evaluations: u64,
        chain: u32,
    },
}

/// Schemas that were found, by their addresses.
#[derive(Default)]
struct Walk<'s> {
    nodes: Vec<Node<'s>>,
    known: HashMap<*const Serde, usize>,
    open: Vec<(usize, Resolver<'s>, Draft)>,
    /// What references lead to.
    targets: HashSet<usize>,
    /// What stands in another schema where a schema must stand.
    regular: HashSet<usize>,
    wrong: Vec<Wrong<'s>>,
}

/// Follows all references from `root`. Nothing that is wrong comes twice.
///
/// Also given are the schemas that nothing but a reference makes to schemas, and their drafts: they stand where no schema need be.
pub(super) fn follow<'s>(
    root: &'s Serde,
    resolver: Resolver<'s>,
    draft: Draft,
) -> (Vec<Wrong<'s>>, Vec<(&'s Serde, Draft)>) {
    let mut walk = Walk::default();
    // A reference that is followed comes with what its target is the base of; a schema that is found in another one does not.
    let resolver = resolver.in_subresource(ResourceRef::new(root, draft)).unwrap_or(resolver);
    walk.node(root, resolver, draft);
    while let Some((index, resolver, draft)) = walk.open.pop() {
        walk.look_at(index, &resolver, draft);
    }
    if walk.targets.len() > TARGETS {
        walk.wrong.push(Wrong::Many { holder: root });
    }
    if walk.wrong.is_empty() {
        (0..walk.nodes.len()).for_each(|index| walk.weigh(index));
    }
    let is_odd = |index: &&usize| **index != 0 && !walk.regular.contains(*index);
    let mut odd: Vec<usize> = walk.targets.iter().filter(is_odd).copied().collect();
    odd.sort_unstable();
    let odd = odd.into_iter().map(|index| (walk.nodes[index].schema, walk.nodes[index].draft)).collect();
    (walk.wrong, odd)
}

impl<'s> Walk<'s> {
    fn node(&mut self, schema: &'s Serde, resolver: Resolver<'s>, draft: Draft) -> usize {
        let new = self.nodes.len();
        let index = *self.known.entry(std::ptr::from_ref(schema)).or_insert(new);
        if index == new {
            self.nodes.push(Node { schema, draft: draft.detect(schema), leads_to: Vec::new(), state: State::New });
            self.open.push((index, resolver, draft));
        }
        index
    }

    /// A schema that stands in another one: what has an `$id` of its own is the base of what is in it.
    fn inner(&mut self, schema: &'s Serde, around: &Resolver<'s>, draft: Draft) -> usize {
        let resolver = around.in_subresource(ResourceRef::new(schema, draft.detect(schema)));
        let index = self.node(schema, resolver.unwrap_or_else(|_| around.clone()), draft);
        self.regular.insert(index);
        index
    }

    fn look_at(&mut self, index: usize, resolver: &Resolver<'s>, draft: Draft) {
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
                    // A dynamic one may lead elsewhere when a value is checked; here it leads where it would alone.
                    self.nodes[index].leads_to.push((to, keyword));
                }
                Err(reason) => self.wrong.push(Wrong::Missing { holder: schema, keyword, reason }),
            }
        }
        // Up to draft 7 nothing counts beside a `$ref`.
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
                self.nodes[index].leads_to.push((to, keyword));
            }
        }
        for inner in draft.subresources_of(schema) {
            self.inner(inner, resolver, draft);
        }
    }

    /// Finds what an evaluation costs, in the order of the references, and the circles among them.
    fn weigh(&mut self, from: usize) {
        if self.nodes[from].state != State::New {
            return;
        }
        self.nodes[from].state = State::Open;
        let mut path = vec![(from, 0)];
        while let Some((index, next)) = path.last_mut() {
            let index = *index;
            if let Some(&(to, keyword)) = self.nodes[index].leads_to.get(*next) {
                *next += 1;
                match self.nodes[to].state {
                    State::New => {
                        self.nodes[to].state = State::Open;
                        path.push((to, 0));
                    }
                    State::Open => self.wrong.push(Wrong::Loop { holder: self.nodes[index].schema, keyword }),
                    State::Done { .. } => {}
                }
                continue;
            }
            let (mut evaluations, mut chain, mut is_told) = (1u64, 0, false);
            for (to, _) in &self.nodes[index].leads_to {
                if let State::Done { evaluations: more, chain: longer } = self.nodes[*to].state {
                    evaluations = evaluations.saturating_add(more);
                    chain = chain.max(longer + 1);
                    is_told |= more > EVALUATIONS || longer > CHAIN;
                }
            }
            self.nodes[index].state = State::Done { evaluations, chain };
            let holder = self.nodes[index].schema;
            if !is_told && evaluations > EVALUATIONS {
                self.wrong.push(Wrong::Costly { holder });
            } else if !is_told && chain > CHAIN {
                self.wrong.push(Wrong::Long { holder });
            }
            path.pop();
        }
    }
}
