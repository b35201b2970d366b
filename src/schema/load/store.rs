//! The files that references can refer to: those in the directory of the schema and in the directories given by
//! `--schema-dir`. No other file is opened, and nothing is downloaded.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jsonschema::{Draft, Retrieve, Uri};
use serde_json::Value as Serde;

use super::super::{contains, ecma, formats};
use super::{SchemaFailure, text};
use crate::input::{self, InputError};
use crate::json::Tape;

/// Finds schemas by URI.
#[derive(Default)]
pub(crate) struct Store {
    /// Real paths of the directories whose files can be read.
    directories: Vec<PathBuf>,
    /// Draft of files without `$schema`: the draft of the schema.
    draft: Draft,
    /// The directories given by `--schema-dir`, as given.
    schema_dirs: Vec<PathBuf>,
    /// Schemas in `schema_dirs` by their `$id` (draft 4: `id`), or the reason why the URI is ambiguous.
    by_id: HashMap<String, Result<(PathBuf, Arc<Serde>), String>>,
    /// Usable schema files that were requested.
    used: Mutex<BTreeSet<PathBuf>>,
    /// The reason why the last request failed.
    refusal: Mutex<Option<String>>,
    /// The first requested file that is not a usable schema.
    failure: Mutex<Option<SchemaFailure>>,
}

impl Store {
    /// # Errors
    /// One of `schema_dirs` cannot be read.
    pub(super) fn new(schema: &Path, schema_dirs: &[PathBuf], draft: Draft) -> Result<Store, InputError> {
        let parent = schema.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut store = Store { draft, ..Store::default() };
        // The schema can be a symbolic link: the directories of the link and of its target are both allowed.
        store.directories.extend(input::real_path(parent).ok());
        store.directories.extend(input::real_path(schema).ok().and_then(|real| Some(real.parent()?.to_owned())));
        for directory in schema_dirs {
            store.directories.push(input::real_path(directory)?);
            store.schema_dirs.push(directory.clone());
            for file in input::schema_files(directory)? {
                // The directory can contain files that are not schemas.
                if let Some(schema) = read(&file) {
                    store.add(&file, &Arc::new(schema));
                }
            }
        }
        Ok(store)
    }

    /// Registers the schema in a file and the schemas bundled in it by their ids.
    fn add(&mut self, file: &Path, schema: &Arc<Serde>) {
        let keyword = self.draft_of(schema).id_keyword();
        let mut open = vec![&**schema];
        while let Some(value) = open.pop() {
            match value {
                Serde::Object(members) => {
                    let id = members.get(keyword).and_then(Serde::as_str);
                    if let Some(id) = id.filter(|id| id.contains(':')) {
                        let is_root = std::ptr::eq(value, &raw const **schema);
                        self.add_id(id, file, if is_root { schema.clone() } else { Arc::new(value.clone()) });
                    }
                    let is_schema = |name: &str| !matches!(name, "enum" | "const" | "default" | "example" | "examples");
                    open.extend(members.iter().filter(|(name, _)| is_schema(name)).map(|(_, value)| value));
                }
                Serde::Array(elements) => open.extend(elements),
                _ => {}
            }
        }
    }

    fn add_id(&mut self, id: &str, file: &Path, schema: Arc<Serde>) {
        let id = id.trim_end_matches('#').to_owned();
        let entry = match self.by_id.get(&id) {
            None => Ok((file.to_owned(), schema)),
            Some(Ok((other, known))) if *known != schema => {
                let [one, two] = [other, file].map(|file| file.to_string_lossy().into_owned());
                Err(format!("{one} and {two} both use this URI as their `$id`"))
            }
            Some(_) => return,
        };
        self.by_id.insert(id, entry);
    }

    /// Finds a schema by its URI.
    ///
    /// # Errors
    /// The reason why it cannot be used, as the end of a message.
    pub(super) fn find(&self, uri: &str) -> Result<Serde, String> {
        if let Some(known) = self.by_id.get(uri.trim_end_matches('#')) {
            let (file, schema) = known.as_ref().map_err(String::clone)?;
            // A bundled schema is validated as a part of its file.
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
        if !self.directories.iter().any(|directory| real.starts_with(directory)) {
            return Err("the file is outside the schema directory".to_owned());
        }
        self.validated(&real)
    }

    /// Reads a schema file and validates it against the meta-schema of its draft.
    fn validated(&self, file: &Path) -> Result<Serde, String> {
        // Reading a pipe can block forever.
        if !file.is_file() {
            return Err(format!("{} is not a regular file", file.to_string_lossy()));
        }
        let bytes = input::read_bounded(file, text::MAX_SCHEMA_BYTES)
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
                    locked(&self.used).insert(file.to_owned());
                    return Ok(schema);
                }
                problems
            }
        };
        let name = file.to_string_lossy().into_owned();
        let reason = format!("{name} is not a usable schema");
        let failure = SchemaFailure { name, text: bytes, problems, unreadable: None };
        locked(&self.failure).get_or_insert(failure);
        Err(reason)
    }

    /// Usable schema files that were requested so far.
    pub(super) fn used(&self) -> BTreeSet<PathBuf> {
        locked(&self.used).clone()
    }

    /// A store for the same files without the record of requests.
    pub(super) fn fresh_copy(&self) -> Store {
        Store {
            directories: self.directories.clone(),
            draft: self.draft,
            schema_dirs: self.schema_dirs.clone(),
            by_id: self.by_id.clone(),
            ..Store::default()
        }
    }

    pub(super) fn draft_of(&self, schema: &Serde) -> Draft {
        self.draft.detect(schema)
    }

    pub(super) fn take_failure(&self) -> Option<SchemaFailure> {
        locked(&self.failure).take()
    }

    /// The file in one of `schema_dirs` whose relative path is the path of the URI.
    fn mirrored(&self, uri: &str) -> Option<PathBuf> {
        let (_, after_scheme) = uri.split_once("://")?;
        let path = path_of(&after_scheme[after_scheme.find('/')?..])?;
        let relative = path.strip_prefix("/").ok()?;
        self.schema_dirs.iter().map(|directory| directory.join(relative)).find(|file| file.is_file())
    }

    pub(super) fn take_refusal(&self) -> Option<String> {
        locked(&self.refusal).take()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(path: &Path) -> Option<Serde> {
    text::parse(&input::read_bounded(path, text::MAX_SCHEMA_BYTES).ok()?).ok()
}

/// Meta-schemas and vocabularies of the supported drafts.
pub(super) fn specification(uri: &str) -> Option<Serde> {
    let resolver = referencing::SPECIFICATIONS.resolver(referencing::uri::from_str(uri).ok()?);
    resolver.lookup(uri).ok().map(|found| found.contents().clone())
}

/// The path of a `file:` URI without `file://`; `None` if it contains a host or NUL.
fn path_of(rest: &str) -> Option<PathBuf> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    (decoded.starts_with('/') && !decoded.contains('\0')).then(|| PathBuf::from(&*decoded))
}

/// The `file:` URI of a path, as a base for relative references.
pub(super) fn uri_of(path: &Path) -> String {
    format!("file://{}", encoded(&path.to_string_lossy()))
}

/// Percent-encodes a path for a URI (RFC 3986, section 3.3).
pub(crate) fn encoded(path: &str) -> String {
    const ENCODED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(path, ENCODED).to_string()
}

/// The store as a retriever of `jsonschema`. Patterns and formats in the schemas are translated.
#[derive(Clone, Default)]
pub(crate) struct SharedStore {
    pub(super) store: Arc<Store>,
    /// URI and content of the schema itself.
    root: Option<(String, Arc<Serde>)>,
}

impl SharedStore {
    pub(super) fn new(store: Arc<Store>) -> Self {
        SharedStore { store, root: None }
    }

    pub(crate) fn with_root(self, base: &str, schema: &Serde) -> Self {
        SharedStore { root: Some((base.to_owned(), Arc::new(schema.clone()))), ..self }
    }
}

impl Retrieve for SharedStore {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Serde, Box<dyn Error + Send + Sync>> {
        if let Some((_, schema)) = self.root.as_ref().filter(|(base, _)| base == uri.as_str()) {
            return Ok(Serde::clone(schema));
        }
        let mut schema = self.store.find(uri.as_str()).inspect_err(|reason| {
            *locked(&self.store.refusal) = Some(reason.clone());
        })?;
        ecma::translate(&mut schema);
        formats::translate(&mut schema, self.store.draft);
        let is_used = self
            .root
            .as_ref()
            .is_some_and(|(_, root)| contains::any_keyword(root, &|keyword, _| keyword == "unevaluatedItems"));
        contains::translate(&mut schema, self.store.draft, is_used);
        Ok(schema)
    }
}
