//! PartLocations of the parts of loaded schemas. Parts are compared by address.

use std::collections::HashMap;
use std::path::PathBuf;

use referencing::Resolver;
use serde_json::Value as Serde;

use super::store::{SchemaLocation, Store};
use crate::json::push_token;

/// A key, or the index of an item.
#[derive(Clone, Copy)]
enum ParentToken<'s> {
    Key(&'s str),
    Index(usize),
}

/// The file and the JSON Pointer of a part. The file is `None` for the schema itself.
#[derive(Debug, Clone)]
pub(super) struct PartLocation {
    pub(super) file: Option<PathBuf>,
    pub(super) pointer: String,
}

/// All parts of the schema and the schemas that it refers to.
pub(super) struct PartLocations<'s> {
    parents: HashMap<*const Serde, (*const Serde, ParentToken<'s>)>,
    roots: HashMap<*const Serde, PartLocation>,
}

impl<'s> PartLocations<'s> {
    pub(super) fn new(source: &'s Serde, resolver: &Resolver<'s>, store: &Store) -> Self {
        let mut locations = PartLocations { parents: HashMap::new(), roots: HashMap::new() };
        for (uri, SchemaLocation { file, pointer }) in store.found() {
            if let Ok(found) = resolver.lookup(&uri) {
                locations.add(found.contents(), PartLocation { file: Some(file), pointer });
            }
        }
        locations.add(source, PartLocation { file: None, pointer: String::new() });
        locations
    }

    fn add(&mut self, root: &'s Serde, location: PartLocation) {
        self.roots.insert(root, location);
        let mut open = vec![root];
        while let Some(value) = open.pop() {
            let mut add = |child: &'s Serde, token| {
                self.parents.insert(child, (std::ptr::from_ref(value), token));
                open.push(child);
            };
            match value {
                Serde::Object(members) => members.iter().for_each(|(name, child)| add(child, ParentToken::Key(name))),
                Serde::Array(elements) => {
                    elements.iter().enumerate().for_each(|(index, child)| add(child, ParentToken::Index(index)));
                }
                _ => {}
            }
        }
    }

    pub(super) fn of(&self, part: &Serde) -> Option<PartLocation> {
        let mut tokens = Vec::new();
        let mut at = std::ptr::from_ref(part);
        let root = loop {
            if let Some(root) = self.roots.get(&at) {
                break root;
            }
            let (parent, token) = self.parents.get(&at)?;
            tokens.push(*token);
            at = *parent;
        };
        let mut location = root.clone();
        for token in tokens.iter().rev() {
            match token {
                ParentToken::Key(name) => push_token(&mut location.pointer, name),
                ParentToken::Index(index) => push_token(&mut location.pointer, &index.to_string()),
            }
        }
        Some(location)
    }
}
