//! The words of user text: README, docs, help, man pages, schemas, CI files and the string literals of `src/`. Each line of [`WORDS`] is a pattern that must not
//! occur, and what to write instead; docs/reference/glossary.md explains the terms. A new term that should stay out is one more line.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

use std::path::{Path, PathBuf};
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

/// What is checked in one place: its name, and its lines by number.
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

/// The string literals of a Rust file with their lines, up to its unit tests. A line that a literal continues with `\` is joined.
fn literals(source: &str) -> Vec<(usize, String)> {
    let source = source.split("\n#[cfg(test)]\nmod tests {").next().expect("a first part");
    let (bytes, mut at, mut line) = (source.as_bytes(), 0, 1);
    let mut found = Vec::new();
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if bytes[at] == b'\'' && !rest[1..].starts_with('\\') {
            // A character, or a lifetime.
            let character = rest[1..].chars().next().map_or(1, char::len_utf8);
            at += if rest[1 + character..].starts_with('\'') { character + 2 } else { 1 };
        } else if bytes[at] == b'\'' {
            at += 3 + rest[3..].find('\'').map_or(0, |end| end + 1);
        } else if bytes[at] == b'"' || raw(rest).is_some() {
            let (open, close) = raw(rest).unwrap_or((1, "\"".to_owned()));
            let is_raw = raw(rest).is_some();
            let mut end = at + open;
            while !source[end..].starts_with(close.as_str()) {
                end += if !is_raw && bytes[end] == b'\\' { 2 } else { 1 };
                while !source.is_char_boundary(end) {
                    end += 1;
                }
            }
            let text = source[at + open..end].replace("\\n", "\n").replace("\\\n", "");
            // A name in `{name}` is not text.
            let text = PLACEHOLDER.replace_all(&text, "{}").into_owned();
            found.push((line, text));
            line += source[at..end].matches('\n').count();
            at = end + close.len();
        } else {
            line += usize::from(bytes[at] == b'\n');
            at += source[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// How long the opening of a raw string is, and what closes it.
fn raw(text: &str) -> Option<(usize, String)> {
    let hashes = text.strip_prefix('r')?.bytes().take_while(|byte| *byte == b'#').count();
    text[1 + hashes..].starts_with('"').then(|| (hashes + 2, format!("\"{}", "#".repeat(hashes))))
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
    paths.extend(
        [
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "ARCHITECTURE.md",
            "action.yml",
            ".pre-commit-hooks.yaml",
            "pyproject.toml",
        ]
        .map(PathBuf::from),
    );
    // The schema of responses is embedded as it was given.
    paths.extend(["config", "report", "summary"].map(|name| PathBuf::from(format!("schema/{name}.schema.json"))));
    for path in paths.iter().filter(|path| path.is_file()) {
        texts.push(lines_of(&path.to_string_lossy(), &std::fs::read_to_string(path).expect("UTF-8")));
    }
    for path in files("src", &["rs"]) {
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        texts.push((path.to_string_lossy().into_owned(), literals(&source)));
    }
    help(&callcheck::cli::Cli::command(), "callcheck", &mut texts);
    texts
}

#[test]
fn text_uses_the_words_of_the_field() {
    let words: Vec<(Regex, &str)> = WORDS
        .iter()
        .map(|(pattern, instead)| (Regex::new(&format!("(?im){pattern}")).expect("a pattern"), *instead))
        .collect();
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
    assert!(Path::new("src").is_dir());
}
