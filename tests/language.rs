//! The words of user text: README, docs, help, man pages, schemas, CI files and the string literals of `src/`; and of
//! comments and identifiers (code.rs). Each line of [`WORDS`] is a pattern that must not occur, and what to write
//! instead; docs/reference/glossary.md explains the terms. A new term that should stay out is one more line.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

#[path = "language/code.rs"]
mod code;

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::CommandFactory;
use fancy_regex::Regex;

/// Pattern (case is ignored), replacement.
const WORDS: &[(&str, &str)] = &[
    (r"(?<!\bno )\banswer", "response"),
    (r"\b(tells?|told|telling)\b", "report, show, print"),
    (r"\b(say|says|said|saying)\b", "report, show, print; `message:` for HubSpot's text"),
    (r"\bjudg(e|es|ed|ing|ment)\b", "validate, evaluate"),
    (r"\b(packed|packs|packing|unpack\w*)\b", "compressed, decompress"),
    (r"\binflat\w*", "decompress, decompressed data"),
    (r"\b(held|holds)\b", "treated as; loaded into memory, buffered; contains"),
    (r"\bhold (it|them|findings?)\b", "report as"),
    (r"\b(leads?|leading) (to|nowhere|back)\b", "refers to, cannot be resolved"),
    (r"\bbrought\b|\bof (your|one's|their|its|somebody's) own\b", "custom, user-supplied"),
    (r"\bbehind\b", "after, following"),
    (r"\bstands?\b|\bstood\b", "is, appears, occurs"),
    (r"\bparted\b", "separated by"),
    (r"\bbesides?\b", "next to, alongside, in addition to"),
    (r"\bblanks?\b(?![- ]lines?)", "space, whitespace"),
    (r"(?<!git )(?-i:\bheads?\b)", "HTTP headers; start"),
    (r"\bmembers?\b", "property, key"),
    (r"\belements?\b", "item"),
    (r"\bfits? (none|what|more|exactly|no)\b|\bmust (not )?fit\b", "match"),
    (r"\black(s|ed|ing)?\b", "is missing"),
    (r"\bthe last (one|word) counts\b|\bcounts? (more|most)\b", "the last one wins, takes precedence"),
    (r"(?<!\bthere )\b(is|are|was|were) (no|none)\b(?! longer)", "is not a, does not have"),
    (r"\b(has|have|had) (not(?! been)|none)\b", "does not have"),
    (r"\banother \w+ than\b", "differs from"),
    (r"\botherwise than\b", "differently from"),
    (r"\bask(s|ed)\b", "run, requested"),
    (r"\bknown from\b", "baselined, suppressed"),
    (r"\bgone\b", "no longer occurs, stale"),
    (
        r"\ba line (a|each)\b|\bone a \w+\b|\b(one|a) line a\b|\b(object|file|test|row) a (finding|call|file|document|line)\b",
        "one line per finding",
    ),
    (r"\b(whatever|whoever|whichever|wherever|somebody|nobody|anybody)\b", "name the subject"),
    (r"\bmade (by hand|up)\b|\bhand-made\b", "hand-written, synthetic"),
    (r"\b(sums?|summed|summing|adds?|added|adding) up\b", "summarize, aggregate"),
    (
        r"\bcolour|\b(re|un)?(recogni|authori|normali|summari|organi|seriali|canonicali|optimi|minimi|speciali)s(e|es|ed|ing|ation)\b|\bbehaviour|\blicences?\b",
        "American spelling",
    ),
    (r"\bwhat (is|was|are) (found|said|told|held|known)\b", "findings, data: a noun"),
    (r"\bin place of\b", "instead of"),
    (r"\bfolders?\b", "directory"),
    (r"(?<!\bin )(?<!\bdecimal )(?<!\btake )(?<!\btook )\bplaces?\b", "location, position"),
    (r"\bsentences?\b", "message"),
    (r"\blevels? of (a |the )?rules?\b|\[levels\]|^levels? =|\bLevel:", "severity; [rules]"),
    (r"\bfrom (then|now|when) on\b", "from, later"),
    (r"\ball the same\b", "anyway"),
    (r"\btill\b", "until"),
    (r"\bthe truth\b|\bfaithful(ly)?\b", "name what is checked"),
    (r"\b(no) (batch|calls?) (response|answer)\b", "not a batch response"),
];

/// Uses that are right: a part of the line, and why.
const EXCEPTIONS: &[(&str, &str)] =
    &[("<head", "an HTML tag"), ("</head>", "an HTML tag"), ("summarise", "what a user may type instead of `summary`")];

/// Name of a text, and its lines with their numbers.
type Text = (String, Vec<(usize, String)>);

fn lines_of(name: &str, text: &str) -> Text {
    (name.to_owned(), text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect())
}

/// The files below a directory with one of these extensions, sorted.
fn files(directory: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![PathBuf::from(directory)];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if extensions.iter().any(|wanted| path.extension().is_some_and(|found| found == *wanted)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[a-z_]+(:[^}]*)?\}").expect("a pattern"));

/// A part of a Rust file. Character literals are code.
enum Part<'s> {
    Code(&'s str),
    /// A line comment with its slashes.
    Comment(&'s str),
    /// The content of a string literal.
    Literal(&'s str),
}

/// The parts of a Rust file, with the number of the line on which each begins.
fn parts(source: &str) -> Vec<(usize, Part<'_>)> {
    let (mut at, mut line, mut code_start, mut code_line) = (0, 1, 0, 1);
    let mut parts = Vec::new();
    while at < source.len() {
        let rest = &source[at..];
        let raw = raw_delimiters(rest);
        let (part, end) = if rest.starts_with("//") {
            let end = at + rest.find('\n').unwrap_or(rest.len());
            (Part::Comment(&source[at..end]), end)
        } else if rest.starts_with('"') || raw.is_some() {
            let is_raw = raw.is_some();
            let (open, close) = raw.unwrap_or((1, "\"".to_owned()));
            let mut end = at + open;
            while !source[end..].starts_with(close.as_str()) {
                let escaped = usize::from(!is_raw && source[end..].starts_with('\\'));
                end += escaped;
                end += source[end..].chars().next().map_or(1, char::len_utf8);
            }
            (Part::Literal(&source[at + open..end]), end + close.len())
        } else {
            let length = character(rest);
            line += usize::from(rest.starts_with('\n'));
            at += length;
            continue;
        };
        parts.push((code_line, Part::Code(&source[code_start..at])));
        parts.push((line, part));
        line += source[at..end].matches('\n').count();
        (at, code_start, code_line) = (end, end, line);
    }
    parts.push((code_line, Part::Code(&source[code_start..])));
    parts
}

/// Length of a character literal or, anywhere else, of one character.
fn character(text: &str) -> usize {
    let length = |text: &str| text.chars().next().map_or(1, char::len_utf8);
    let Some(content) = text.strip_prefix('\'') else { return length(text) };
    if content.starts_with('\\') {
        3 + text[3..].find('\'').map_or(0, |end| end + 1)
    } else if content[length(content)..].starts_with('\'') {
        2 + length(content)
    } else {
        // A lifetime.
        1
    }
}

/// Length of the opening delimiter of a raw string, and its closing delimiter.
fn raw_delimiters(text: &str) -> Option<(usize, String)> {
    let hashes = text.strip_prefix('r')?.bytes().take_while(|byte| *byte == b'#').count();
    text[1 + hashes..].starts_with('"').then(|| (hashes + 2, format!("\"{}", "#".repeat(hashes))))
}

/// The string literals of a Rust file with their lines, without its unit tests. Lines that a literal continues with `\`
/// are joined.
fn literals(source: &str) -> Vec<(usize, String)> {
    let source = source.split("\n#[cfg(test)]\nmod tests {").next().expect("a first part");
    let literals = parts(source).into_iter().filter_map(|(line, part)| match part {
        Part::Literal(text) => Some((line, text.replace("\\n", "\n").replace("\\\n", ""))),
        _ => None,
    });
    // A name in `{name}` is not text.
    literals.map(|(line, text)| (line, PLACEHOLDER.replace_all(&text, "{}").into_owned())).collect()
}

/// The long help of a command and of all commands below it, and their man pages.
fn help(command: &clap::Command, name: &str, texts: &mut Vec<Text>) {
    let mut own = command.clone().term_width(0);
    texts.push(lines_of(&format!("{name} --help"), &own.render_long_help().to_string()));
    texts.push(lines_of(&format!("{name} -h"), &own.render_help().to_string()));
    for subcommand in command.get_subcommands() {
        help(subcommand, &format!("{name} {}", subcommand.get_name()), texts);
    }
}

fn texts() -> Vec<Text> {
    let mut texts = Vec::new();
    let mut paths: Vec<PathBuf> = ["docs", "dev"].into_iter().flat_map(|directory| files(directory, &["md"])).collect();
    paths.extend(files("examples", &["md", "yml", "toml", "json"]));
    paths.extend(files(".github", &["md", "yml"]));
    paths.extend(
        [
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "ARCHITECTURE.md",
            "RELEASE.md",
            "SECURITY.md",
            "Cargo.toml",
            "deny.toml",
            "justfile",
            ".ci/run",
            ".ci/suites",
            ".ci/scale",
            ".ci/install",
            "action.yml",
            ".pre-commit-hooks.yaml",
            "pyproject.toml",
        ]
        .map(PathBuf::from),
    );
    // The style guide lists the words.
    paths.retain(|path| !path.ends_with("dev/style.md"));
    // The schema of responses is embedded as it was given.
    paths.extend(["config", "report", "summary"].map(|name| PathBuf::from(format!("schema/{name}.schema.json"))));
    for path in paths.iter().filter(|path| path.is_file()) {
        texts.push(lines_of(&path.to_string_lossy(), &std::fs::read_to_string(path).expect("UTF-8")));
    }
    for path in files("src", &["rs"]) {
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        texts.push((path.to_string_lossy().into_owned(), literals(&source)));
    }
    help(&callcheck::internals::cli::Cli::command(), "callcheck", &mut texts);
    texts
}

fn compiled(words: &[(&str, &'static str)]) -> Vec<(Regex, &'static str)> {
    let compile = |pattern: &str| Regex::new(&format!("(?im){pattern}")).expect("a pattern");
    words.iter().map(|(pattern, instead)| (compile(pattern), *instead)).collect()
}

#[test]
fn text_uses_the_words_of_the_field() {
    let words = compiled(WORDS);
    let mut hits = Vec::new();
    for (name, lines) in texts() {
        for (number, line) in lines {
            if EXCEPTIONS.iter().any(|(part, _)| line.contains(part)) {
                continue;
            }
            for (word, instead) in &words {
                if let Some(found) = word.find(&line).expect("the pattern can be searched") {
                    let shown: String = line.trim().chars().take(120).collect();
                    hits.push(format!("{name}:{number}: `{}` -> {instead}: {shown}", found.as_str()));
                }
            }
        }
    }
    assert!(hits.is_empty(), "{} hits\n{}", hits.len(), hits.join("\n"));
}

#[test]
fn every_exception_is_needed() {
    let texts = texts();
    for (part, _) in EXCEPTIONS {
        let is_used = texts.iter().any(|(_, lines)| lines.iter().any(|(_, line)| line.contains(part)));
        assert!(is_used, "nothing contains {part:?}");
    }
}

#[test]
fn literals_are_found() {
    let source = "let a = \"one\\\" two\"; // \"no\"\nlet b = r#\"raw \" text\"#; let c = '\"'; let d: &'a str = \"last\";\n#[cfg(test)]\nmod tests { \"x\" }";
    let found: Vec<String> = literals(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(found, ["one\\\" two", "raw \" text", "last"]);
}
