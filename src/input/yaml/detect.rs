//! Identifies recordings among YAML files by their first bytes.

use memchr::memmem;

use super::tree::{YamlKind, YamlTree, YamlValue};

/// The library that wrote a recording in YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YamlRecording {
    Vcr,
    Vcrpy,
    GoVcr,
}

/// The recording that begins like this, if it is one. Strict, because directories contain many other YAML files: the
/// list of exchanges must be a top-level key, and its first item must have a request with a URL or a method.
pub(crate) fn yaml_recording(beginning: &[u8]) -> Option<YamlRecording> {
    // JSON in the other formats, and most other files, need no parser.
    if matches!(beginning.first(), Some(b'{' | b'[')) || memmem::find(beginning, b"interactions").is_none() {
        return None;
    }
    // The beginning usually ends in the middle of a value. The tree has those before it.
    let (tree, _) = YamlTree::parse(beginning);
    let root = tree.root()?;
    let (list, is_vcr) = match root.get("http_interactions") {
        Some(list) => (list, true),
        None => (root.get("interactions")?, false),
    };
    if list.kind() != YamlKind::Sequence {
        return None;
    }
    let has_version = root.get("version").is_some();
    let Some(item) = list.items().next() else {
        let is_empty = tree.open_containers().is_empty();
        let recording = if is_vcr { YamlRecording::Vcr } else { YamlRecording::Vcrpy };
        return (is_empty && (is_vcr || has_version)).then_some(recording);
    };
    let request = item.get("request").filter(|request| request.kind() == YamlKind::Mapping)?;
    let has = |name: &str| request.get(name).is_some();
    let is_cut = is_cut(&tree, request);
    if !(has("uri") || has("url") || has("method") || is_cut && begins_like_request(&tree, request)) {
        return None;
    }
    // go-vcr calls the URL `url` and writes the version first; vcrpy calls it `uri`, and the version is at the end.
    let is_go_vcr = has("url") || is_cut && has_version && !has("uri");
    Some(match (is_vcr, is_go_vcr) {
        (true, _) => YamlRecording::Vcr,
        (false, true) => YamlRecording::GoVcr,
        (false, false) => YamlRecording::Vcrpy,
    })
}

/// True if the text ends, or cannot be read, in the request.
fn is_cut(tree: &YamlTree<'_>, request: YamlValue<'_>) -> bool {
    let span = request.span();
    tree.open_containers().contains(&span.start) || span.end >= tree.source.trim_end().len()
}

/// True if a request has a property that precedes the URL in files of vcrpy and go-vcr. The value may be cut.
fn begins_like_request(tree: &YamlTree<'_>, request: YamlValue<'_>) -> bool {
    let is_known = |name: &str| matches!(name, "body" | "headers" | "proto");
    let text = tree.source.get(request.span().start..).unwrap_or_default().trim_start_matches(['{', ' ', '"', '\'']);
    let first = text.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    is_known(first) || request.members().any(|(name, _)| is_known(&name.text()))
}
