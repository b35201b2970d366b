//! Comments and identifiers of `src/`, `tests/`, `benches/` and `fuzz/` use the words of the field, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use fancy_regex::Regex;

use super::{Part, WORDS, compiled, files, parts};

/// Patterns of [`WORDS`] that do not apply to code: RFC 8259 calls the parts of objects and arrays members and
/// elements.
const ONLY_IN_USER_TEXT: &[&str] = &[r"\bmembers?\b", r"\belements?\b"];

/// More patterns for comments.
const COMMENT_WORDS: &[(&str, &str)] = &[
    (r"\bperhaps\b|\bthat is,|\bsome sort\b", "plain words"),
    (r"\bspine\b", "skeleton"),
    (r"\b(wants?|wanted) to (hear|know)\b|\bhears?\b|\blisten", "name the component"),
    (r"\b(lies|lie) (in|before|after|between|outside|inside)\b", "is"),
    (r"\bwhole document held\b", "loaded into memory"),
    (r"\bso (many|much|long) (bytes|findings|characters|lines|elements|of)\b", "number of, maximum"),
    (r"\b(be|been|is|are) meant\b", "is intended"),
];

/// A documentation comment must not begin like this.
const DOC_OPENING: &str = r"^(What|Whether|How|Where|Which|So many|So much|Of (a|an|the|each|several|what|all)|Who)\b";

/// Parts of identifiers, and what to write instead.
const IDENTIFIER_WORDS: &[(&str, &str)] = &[
    ("tell tells told say says said", "report, emit"),
    ("judge judged judges", "validate"),
    ("answer answers", "response"),
    ("place places", "location, position, index"),
    ("packed", "compressed"),
    ("unpacked inflate inflated", "decompress"),
    ("behind", "after"),
    ("beside besides aside", "next to, also"),
    ("held", "buffered"),
    ("spine", "skeleton"),
    ("brought", "custom"),
    ("nobody somebody whoever nothings", "name the subject"),
    ("parted", "separated"),
    ("folder folders", "directory"),
    ("gone", "stale, removed"),
    ("glance", "quick_check"),
    ("emitter", "reporter"),
    ("subject", "document"),
    ("worker", "state"),
    ("usual", "default"),
    ("sentence sentences", "message"),
    ("lacks", "missing"),
    ("doubt", "pending"),
    ("colour colours behaviour licence normalise recognise serialise summarise", "American spelling"),
];

/// Uses that are right: a part of the comment or the identifier, and why.
const CODE_EXCEPTIONS: &[(&str, &str)] =
    &[("NO_COLOR, CLICOLOR or TERM say otherwise", "a common phrase, in the help of an option")];

static NO_PROSE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"`[^`]*`|<https?[^>]*>|\[`[^\]]*\]").expect("a pattern"));
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z_][A-Za-z0-9_]*").expect("a pattern"));
static IDENTIFIER_PART: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])").expect("a pattern"));

/// Words of an identifier in lower case: `FastPass` and `fast_pass` are `fast` and `pass`.
fn words_of(identifier: &str) -> Vec<String> {
    let found = IDENTIFIER_PART.find_iter(identifier);
    found.map(|word| word.expect("the pattern can be searched").as_str().to_lowercase()).collect()
}

/// Discouraged words in the comments: line, word, replacement, comment.
fn hits_in_comments(source: &str, words: &[(Regex, &str)], opening: &Regex) -> Vec<String> {
    let mut hits = Vec::new();
    // The previous line of documentation: without it, a comment begins on this line.
    let mut last_doc_line = None;
    for (line, part) in parts(source) {
        let Part::Comment(comment) = part else { continue };
        let shown: String = comment.chars().take(110).collect();
        let prose = NO_PROSE.replace_all(comment, "").into_owned();
        let doc = comment.strip_prefix("///").or(comment.strip_prefix("//!"));
        if let Some(text) = doc {
            let is_opening = last_doc_line.is_none_or(|last| last + 1 != line);
            last_doc_line = Some(line);
            if is_opening && opening.is_match(text.trim()).expect("the pattern can be searched") {
                hits.push(format!("{line}: begin with a noun or a verb: {shown}"));
            }
        }
        for (word, instead) in words {
            if let Some(found) = word.find(prose.as_str()).expect("the pattern can be searched") {
                hits.push(format!("{line}: `{}` -> {instead}: {shown}", found.as_str()));
            }
        }
    }
    hits
}

/// Identifiers with discouraged words, each once with its first line.
fn hits_in_identifiers(source: &str, words: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut hits = Vec::new();
    for (line, part) in parts(source) {
        let Part::Code(code) = part else { continue };
        for found in IDENTIFIER.find_iter(code) {
            let found = found.expect("the pattern can be searched");
            let parts = words_of(found.as_str());
            let bad = parts.iter().enumerate().find_map(|(index, word)| {
                // `in_place` is an ordinary term.
                let is_term = word == "place" && index > 0 && parts[index - 1] == "in";
                words.get(word.as_str()).filter(|_| !is_term)
            });
            if let Some(instead) = bad.filter(|_| seen.insert(found.as_str())) {
                let line = line + code[..found.start()].matches('\n').count();
                hits.push(format!("{line}: identifier `{}` -> {instead}", found.as_str()));
            }
        }
    }
    hits
}

#[test]
fn code_uses_the_words_of_the_field() {
    let in_comments: Vec<(&str, &str)> = WORDS
        .iter()
        .filter(|(pattern, _)| !ONLY_IN_USER_TEXT.contains(pattern))
        .chain(COMMENT_WORDS)
        .copied()
        .collect();
    let in_comments = compiled(&in_comments);
    let opening = Regex::new(DOC_OPENING).expect("a pattern");
    let in_identifiers: BTreeMap<&str, &str> =
        IDENTIFIER_WORDS.iter().flat_map(|(words, instead)| words.split(' ').map(|word| (word, *instead))).collect();
    let (mut hits, mut per_directory) = (Vec::new(), BTreeMap::<String, usize>::new());
    for path in ["src", "tests", "benches", "fuzz"].into_iter().flat_map(|directory| files(directory, &["rs"])) {
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        let mut found = hits_in_comments(&source, &in_comments, &opening);
        found.extend(hits_in_identifiers(&source, &in_identifiers));
        found.retain(|hit| !CODE_EXCEPTIONS.iter().any(|(part, _)| hit.contains(part)));
        let directory = path.parent().expect("a directory").to_string_lossy().into_owned();
        *per_directory.entry(directory).or_default() += found.len();
        hits.extend(found.into_iter().map(|hit| format!("{}:{hit}", path.display())));
    }
    per_directory.retain(|_, count| *count > 0);
    assert!(
        hits.is_empty(),
        "{} words to replace, see WORDS in tests/language.rs: {per_directory:?}\n{}",
        hits.len(),
        hits.join("\n")
    );
}

/// rustfmt does not wrap comments on the stable channel.
#[test]
fn comments_fit_in_120_columns() {
    let mut long = Vec::new();
    for path in ["src", "tests", "benches", "fuzz"].into_iter().flat_map(|directory| files(directory, &["rs"])) {
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        let lines = source.lines().zip(1..).filter(|(line, _)| {
            line.trim_start().starts_with("//") && line.chars().count() > 120 && !line.contains("http")
        });
        long.extend(lines.map(|(_, number)| format!("{}:{number}", path.display())));
    }
    assert!(long.is_empty(), "{} comments of more than 120 columns: wrap them\n{}", long.len(), long.join("\n"));
}

#[test]
fn words_of_code_are_found() {
    let source = "/// Whether it is told.\n/// Which `told` is code.\nfn told_once() { let x = \"told\"; /* */ }\n";
    let opening = Regex::new(DOC_OPENING).expect("a pattern");
    let hits = hits_in_comments(source, &compiled(WORDS), &opening);
    assert_eq!(hits.len(), 2, "{hits:?}");
    assert_eq!(
        hits_in_identifiers(source, &BTreeMap::from([("told", "report")])),
        ["3: identifier `told_once` -> report"]
    );
    assert_eq!(words_of("FastPassHTTP_told2"), ["fast", "pass", "http", "told2"]);
}
