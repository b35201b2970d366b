//! The files that references may lead to: those in the schema's own folder, and those of folders that were named. Nothing else is opened, and
//! nothing is ever fetched.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Retrieve, Uri};
use serde_json::Value as Serde;

use super::super::ecma;
use super::{Broken, text};
use crate::input::{self, InputError};
use crate::json::Tape;

/// Schemas by their URIs.
#[derive(Default)]
pub(crate) struct Store {
    /// What may be read, as real paths.
    folders: Vec<PathBuf>,
    /// What a file is made of that does not say it: the dialect of the schema.
    draft: Draft,
    /// Those of them that were named, as they were named.
    named_folders: Vec<PathBuf>,
    /// What files of named folders say they are, with `$id` (draft 4: `id`); or why it is not known which of two is meant.
    named: HashMap<String, Result<(PathBuf, Arc<Serde>), String>>,
    /// The files that were asked for and are schemas.
    taken: Mutex<BTreeSet<PathBuf>>,
    /// Why something was refused that was asked for last, for the message.
    refused: Mutex<Option<String>>,
    /// What is wrong with the first file that was asked for and is no schema.
    broken: Mutex<Option<Broken>>,
}

impl Store {
    /// What may be read besides a schema: what lies beside it, and what lies in these folders.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(super) fn new(schema: &Path, folders: &[PathBuf], draft: Draft) -> Result<Store, InputError> {
        let beside = schema.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut store = Store { draft, ..Store::default() };
        // Where even the folder cannot be asked for, nothing in it is read. Of a link, what lies beside the file that it leads to.
        store.folders.extend(input::real_path(beside).ok());
        store.folders.extend(input::real_path(schema).ok().and_then(|real| Some(real.parent()?.to_owned())));
        for folder in folders {
            store.folders.push(input::real_path(folder)?);
            store.named_folders.push(folder.clone());
            for file in input::schema_files(folder)? {
                // What is no schema has no name to be asked for by: other files may lie there as well.
                if let Some(schema) = read(&file) {
                    store.add(&file, &Arc::new(schema));
                }
            }
        }
        Ok(store)
    }

    /// Adds a file under its own name, and what is bundled in it under theirs.
    fn add(&mut self, file: &Path, schema: &Arc<Serde>) {
        let keyword = self.draft_of(schema).id_keyword();
        let mut open = vec![&**schema];
        while let Some(value) = open.pop() {
            match value {
                Serde::Object(members) => {
                    let id = members.get(keyword).and_then(Serde::as_str);
                    if let Some(id) = id.filter(|id| id.contains(':')) {
                        let is_all = std::ptr::eq(value, &raw const **schema);
                        self.name(id, file, if is_all { schema.clone() } else { Arc::new(value.clone()) });
                    }
                    let is_schema = |name: &str| !matches!(name, "enum" | "const" | "default" | "example" | "examples");
                    open.extend(members.iter().filter(|(name, _)| is_schema(name)).map(|(_, value)| value));
                }
                Serde::Array(elements) => open.extend(elements),
                _ => {}
            }
        }
    }

    fn name(&mut self, id: &str, file: &Path, schema: Arc<Serde>) {
        let id = id.trim_end_matches('#').to_owned();
        match self.named.get(&id) {
            Some(Ok((_, known))) if *known == schema => {}
            Some(Ok((other, _))) => {
                let [one, two] = [other, file].map(|file| file.to_string_lossy().into_owned());
                self.named.insert(id, Err(format!("{one} and {two} both use this URI as their `$id`")));
            }
            Some(Err(_)) => {}
            None => {
                self.named.insert(id, Ok((file.to_owned(), schema)));
            }
        }
    }

    /// A schema by its URI.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) fn find(&self, uri: &str) -> Result<Serde, String> {
        if let Some(named) = self.named.get(uri.trim_end_matches('#')) {
            let (file, schema) = named.as_ref().map_err(String::clone)?;
            // What is bundled in a file is checked as a part of it.
            return self.validated(file).map(|_| Serde::clone(schema));
        }
        if let Some(schema) = specification(uri) {
            return Ok(schema);
        }
        let path = uri.strip_prefix("file://").and_then(path_of).or_else(|| self.mirrored(uri));
        let Some(path) = path else {
            return Err("it is not part of the schema, and callcheck does not download schemas".to_owned());
        };
        let real = input::real_path(&path).map_err(|problem| format!("{}: {}", problem.name, problem.reason))?;
        if !self.folders.iter().any(|folder| real.starts_with(folder)) {
            return Err("the file is outside the schema directory".to_owned());
        }
        self.validated(&real)
    }

    /// The schema in a file, if it is one.
    fn validated(&self, file: &Path) -> Result<Serde, String> {
        // Nobody may ever write into a pipe.
        if !file.is_file() {
            return Err(format!("{} is not a regular file", file.to_string_lossy()));
        }
        let bytes = input::read_bounded(file, text::LARGEST)
            .map_err(|problem| format!("{}: {}", problem.name, problem.reason))?;
        let mut tape = Tape::default();
        let problems = match text::read(&bytes, &mut tape) {
            Err(problem) => vec![*problem.0],
            Ok((schema, document)) => {
                let problems = match self.draft_of(&schema) {
                    Draft::Unknown => Vec::new(),
                    draft => super::by_meta_schema(draft, document),
                };
                if problems.is_empty() {
                    self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(file.to_owned());
                    return Ok(schema);
                }
                problems
            }
        };
        let name = file.to_string_lossy().into_owned();
        let reason = format!("{name} is not a usable schema");
        let broken = Broken { name, text: bytes, problems, unreadable: None };
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(broken);
        Err(reason)
    }

    /// The files that were asked for and are schemas.
    pub(super) fn taken(&self) -> BTreeSet<PathBuf> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same files for another schema.
    pub(super) fn again(&self) -> Store {
        Store {
            folders: self.folders.clone(),
            draft: self.draft,
            named_folders: self.named_folders.clone(),
            named: self.named.clone(),
            ..Store::default()
        }
    }

    /// What a schema is made of.
    pub(super) fn draft_of(&self, schema: &Serde) -> Draft {
        self.draft.detect(schema)
    }

    /// What is wrong with a file that was asked for.
    pub(super) fn take_broken(&self) -> Option<Broken> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The file of a named folder that lies where a URI says it lies on its server.
    fn mirrored(&self, uri: &str) -> Option<PathBuf> {
        let (_, behind) = uri.split_once("://")?;
        let path = path_of(&behind[behind.find('/')?..])?;
        let inside = path.strip_prefix("/").ok()?;
        self.named_folders.iter().map(|folder| folder.join(inside)).find(|file| file.is_file())
    }

    /// Why the last schema that was asked for was refused.
    pub(super) fn take_refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn read(path: &Path) -> Option<Serde> {
    text::parse(&input::read_bounded(path, text::LARGEST).ok()?).ok()
}

/// A meta-schema of the drafts that callcheck knows.
pub(super) fn specification(uri: &str) -> Option<Serde> {
    let resolver = referencing::SPECIFICATIONS.resolver(referencing::uri::from_str(uri).ok()?);
    resolver.lookup(uri).ok().map(|found| found.contents().clone())
}

/// The path of a `file:` URI; none where it names a host or holds a NUL.
fn path_of(rest: &str) -> Option<PathBuf> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    (decoded.starts_with('/') && !decoded.contains('\0')).then(|| PathBuf::from(&*decoded))
}

/// The URI of a file, for references beside it.
pub(super) fn uri_of(path: &Path) -> String {
    format!("file://{}", encoded(&path.to_string_lossy()))
}

/// A path as it stands in a URI (RFC 3986, section 3.3).
pub(crate) fn encoded(path: &str) -> String {
    const PLAIN: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(path, PLAIN).to_string()
}

/// The store as `jsonschema` asks it.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    pub(super) store: Arc<Store>,
    /// The schema itself, by its own URI.
    own: Option<(String, Arc<Serde>)>,
}

impl Shared {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Shared { store, own: None }
    }

    /// With the schema itself.
    pub(crate) fn with(self, base: &str, schema: &Serde) -> Self {
        Shared { own: Some((base.to_owned(), Arc::new(schema.clone()))), ..self }
    }
}

impl Retrieve for Shared {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Serde, Box<dyn Error + Send + Sync>> {
        if let Some((_, schema)) = self.own.as_ref().filter(|(own, _)| own == uri.as_str()) {
            return Ok(Serde::clone(schema));
        }
        let mut schema = self.store.find(uri.as_str()).inspect_err(|reason| {
            *self.store.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.clone());
        })?;
        ecma::translate(&mut schema);
        Ok(schema)
    }
}
