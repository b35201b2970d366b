//! Directories of `--schema-dir`: `DIR` for files with an `$id`, `URI=DIR` for the files below a URI.

use std::path::{Component, Path, PathBuf};

use jsonschema::Uri;

/// A directory with schemas that references can refer to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchemaDirectory {
    pub path: PathBuf,
    /// The URI of the directory. `None`: its files are identified only by their `$id`.
    base: Option<Uri<String>>,
}

impl SchemaDirectory {
    /// A directory whose files are identified only by their `$id`.
    pub(crate) fn of(path: PathBuf) -> SchemaDirectory {
        SchemaDirectory { path, base: None }
    }

    /// Parses `DIR` or `URI=DIR`. A URI begins with a scheme and `://`, and ends at the first `=` after that.
    ///
    /// # Errors
    /// The reason why the URI cannot be used.
    pub(crate) fn parse(text: &str) -> Result<SchemaDirectory, String> {
        let Some(after_scheme) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).map(|(_, rest)| rest)
        else {
            return Ok(SchemaDirectory::of(text.into()));
        };
        let Some((_, directory)) = after_scheme.split_once('=') else {
            return Err("expected DIR or URI=DIR; callcheck does not download schemas".to_owned());
        };
        let uri = &text[..text.len() - directory.len() - 1];
        let Ok(base) = referencing::uri::from_str(uri) else {
            return Err("expected URI=DIR with a valid URI".to_owned());
        };
        if base.query().is_some() || base.fragment().is_some() {
            return Err("the URI in URI=DIR must not have a query or a fragment".to_owned());
        }
        if directory.is_empty() {
            return Err("expected a directory after the `=`".to_owned());
        }
        Ok(SchemaDirectory { path: directory.into(), base: Some(base) })
    }

    /// The same URI with a different path.
    pub(crate) fn with_path(&self, path: PathBuf) -> SchemaDirectory {
        SchemaDirectory { path, base: self.base.clone() }
    }

    /// The URI of the directory.
    pub(crate) fn uri(&self) -> Option<&str> {
        self.base.as_ref().map(Uri::as_str)
    }

    /// True if files are identified only by their `$id`.
    pub(super) fn is_searched(&self) -> bool {
        self.base.is_none()
    }

    /// Length of the path of the URI: if several match, the longest is the most specific.
    pub(super) fn specificity(&self) -> usize {
        self.base.as_ref().map_or(0, |base| base.path().as_str().len())
    }

    /// The file for a normalized URI below that of the directory.
    pub(super) fn file(&self, uri: &Uri<String>) -> Option<PathBuf> {
        let rest = self.path_below(uri)?;
        let mut file = self.path.clone();
        for segment in rest.split('/') {
            file.push(file_name(segment)?);
        }
        Some(file)
    }

    /// True if an `$id` is the URL of a file that is not below the URI of the directory. A URN is not a location, so it
    /// does not contradict the URI.
    pub(super) fn is_elsewhere(&self, id: &Uri<String>) -> bool {
        id.authority().is_some() && self.path_below(id).is_none()
    }

    /// The path of a URI after that of the directory, without the slash between them.
    fn path_below<'u>(&self, uri: &'u Uri<String>) -> Option<&'u str> {
        let base = self.base.as_ref()?;
        // Both are normalized: the scheme and the host are in lower case, and default ports are omitted.
        let authority = |uri: &'_ Uri<String>| uri.authority().map(|authority| authority.as_str().to_owned());
        if base.scheme() != uri.scheme() || authority(base) != authority(uri) || uri.query().is_some() {
            return None;
        }
        let directory = base.path().as_str();
        let directory = directory.strip_suffix('/').unwrap_or(directory);
        uri.path().as_str().strip_prefix(directory)?.strip_prefix('/')
    }
}

/// The file name of a segment of a URI path; `None` if it would be a path.
fn file_name(segment: &str) -> Option<String> {
    let name = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
    let mut components = Path::new(&*name).components();
    let is_name = matches!(components.next(), Some(Component::Normal(first)) if first == &*name);
    (is_name && components.next().is_none() && !name.contains('\0')).then(|| name.into_owned())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// A URI in its normalized form (RFC 3986, section 6.2.2), without an empty fragment. `None` if it has no scheme.
pub(super) fn normalized(uri: &str) -> Option<Uri<String>> {
    let uri = uri.strip_suffix('#').unwrap_or(uri);
    uri.split_once(':').filter(|(scheme, _)| is_scheme(scheme))?;
    referencing::uri::from_str(uri).ok()
}

/// The scheme of a URL, if an argument is one instead of a path.
pub(crate) fn url_scheme(argument: &str) -> Option<&str> {
    argument.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(directory: &str, uri: &str) -> Option<String> {
        let directory = SchemaDirectory::parse(directory).expect("a directory");
        let file = directory.file(&normalized(uri).expect("a URI"))?;
        Some(file.to_string_lossy().into_owned())
    }

    #[test]
    fn a_uri_below_the_base_is_a_file_in_the_directory() {
        for (directory, uri, expected) in [
            ("https://a.example=dir", "https://a.example/b.json", Some("dir/b.json")),
            ("https://a.example/=dir", "https://a.example/b/c.json#", Some("dir/b/c.json")),
            ("https://a.example/b=dir=x", "https://a.example/b/c.json", Some("dir=x/c.json")),
            ("https://a.example/b/=/dir", "https://a.example/b/c%20d.json", Some("/dir/c d.json")),
            ("HTTPS://A.example:443/%7Eb=dir", "https://a.EXAMPLE/~b/c", Some("dir/c")),
            ("http://a.example:80=dir", "http://a.example:/c", Some("dir/c")),
            ("https://a.example=dir", "http://a.example/b.json", None),
            ("https://a.example=dir", "https://b.example/b.json", None),
            ("https://a.example=dir", "https://a.example.org/b.json", None),
            ("https://a.example=dir", "https://a.example:8443/b.json", None),
            ("https://a.example/b=dir", "https://a.example/bc.json", None),
            ("https://a.example/b=dir", "https://a.example/B/c.json", None),
            ("https://a.example/b=dir", "https://a.example/b", None),
            ("https://a.example/b=dir", "https://a.example/b/", None),
            ("https://a.example/b=dir", "https://a.example/b/c.json?d", None),
            ("https://a.example/b=dir", "https://a.example/b/../c.json", None),
            ("https://a.example/b=dir", "https://a.example/b/%2e%2e/c.json", None),
            ("https://a.example/b=dir", "https://a.example/b/..%2Fc.json", None),
            ("https://a.example/b=dir", "https://a.example/b/%2Fetc%2Fpasswd", None),
            ("https://a.example/b=dir", "https://a.example/b//etc/passwd", None),
            ("https://a.example/b=dir", "https://a.example/b/c%00.json", None),
            ("https://a.example/b=dir", "https://a.example/b/%FF.json", None),
            ("dir", "https://a.example/b.json", None),
        ] {
            assert_eq!(file(directory, uri).as_deref(), expected, "{directory} and {uri}");
        }
    }

    #[test]
    fn an_argument_with_a_scheme_needs_a_directory() {
        for wrong in
            ["https://a.example", "https://a.example/?b=dir", "https://a.example/#b=dir", "https://a b=dir", "a://b="]
        {
            assert!(SchemaDirectory::parse(wrong).is_err(), "{wrong}");
        }
        for directory in ["dir", "a=b", "a/b://c=d", "C:\\dir", "1://a"] {
            let parsed = SchemaDirectory::parse(directory).expect(directory);
            assert_eq!((parsed.path.as_path(), parsed.is_searched()), (Path::new(directory), true));
        }
    }
}
