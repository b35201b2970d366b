//! `json/*`: problems of the text, regardless of its meaning. `json` reports the syntax errors.

use super::Rule;
use super::example::example;
use crate::diagnostic::{Diagnostic, Label, RuleInfo, Severity::*};
use crate::input::{Compression, MARK, Source};
pub(crate) use crate::json::duplicate_names;
use crate::json::{Document, rules};
use crate::span::Span;
use crate::text::{count, shorten};

pub(super) const RULES: &[Rule] = &[
    Rule::of(&rules::SYNTAX, example!("invalid/json-syntax.trailing-comma.pretty.json", create)),
    Rule::of(&rules::ENCODING, example!("invalid/json-encoding.latin1.min.json", create)),
    Rule::of(&BYTE_ORDER_MARK, example!("invalid/json-byte-order-mark.pretty.json", create)),
    Rule::of(&rules::DUPLICATE_KEY, example!("invalid/json-duplicate-key.last-one-wins.json", create)),
    Rule::of(&rules::DEPTH, example!("invalid/json-depth.min.json", create)),
    Rule::of(&LONE_SURROGATE, example!("invalid/json-lone-surrogate.in-note.pretty.json", create)),
    Rule::of(&CANONICAL, None),
    Rule::of(&COMPRESSION, example!("invalid/json-compression.cut.json.gz", "valid/compressed.json.gz")),
    Rule::of(&LINES, None),
    Rule::of(&LINE_LENGTH, None),
    Rule::of(&BLANK_LINE, example!("invalid/json-blank-line.jsonl", "valid/log.jsonl")),
];

pub(crate) const BYTE_ORDER_MARK: RuleInfo = RuleInfo::new(
    "json/byte-order-mark",
    Note,
    "the text starts with a byte order mark",
    "RFC 8259, section 8.1 forbids senders to add a byte order mark and allows parsers to ignore it. Some editors and PowerShell add one. callcheck skips it; byte offsets include it, columns do not.",
);
pub(crate) const LONE_SURROGATE: RuleInfo = RuleInfo::new(
    "json/lone-surrogate",
    Warning,
    "a string contains an unpaired surrogate",
    "The grammar allows half of a surrogate pair, but it does not represent a character (RFC 8259, section 8.2). Parsers replace it, reject it or crash. callcheck preserves it as written.",
);
pub(crate) const CANONICAL: RuleInfo = RuleInfo::new(
    "json/canonical",
    Error,
    "a document does not have a canonical form",
    "RFC 8785 (JSON Canonicalization Scheme), section 3.1 requires I-JSON (RFC 7493). I-JSON excludes duplicate keys, unpaired surrogates and numbers outside the range of a double. Only `format --canonical` runs this rule.",
);
pub(crate) const COMPRESSION: RuleInfo = RuleInfo::new("json/compression",
        Error,
        "compressed input is damaged or truncated",
        "gzip (RFC 1952) and Zstandard (RFC 8878) contain lengths and checksums. callcheck checks the data that it decompressed before the error. The data after it cannot be decompressed. This finding is the first one of a document, because damage can cause all others.").stopping();
pub(crate) const LINES: RuleInfo = RuleInfo::new("json/lines",
        Note,
        "the input was detected as JSON Lines",
        "JSON Lines has one value per line (jsonlines.org). callcheck reads standard input as JSON Lines if the first line is a complete value and more data follows. --lines, or a name that ends in .jsonl or .ndjson, selects JSON Lines explicitly.").informational();
pub(crate) const LINE_LENGTH: RuleInfo = RuleInfo::new(
    "json/line-length",
    Error,
    "a line exceeds the maximum line size",
    "Only `filter --max-line-size` runs this rule. The line is not buffered, but it gets a verdict like any other line.",
);
pub(crate) const BLANK_LINE: RuleInfo = RuleInfo::new("json/blank-line",
        Note,
        "JSON Lines input contains a blank line",
        "JSON Lines requires a value on each line (jsonlines.org). Some parsers skip blank lines, others fail. callcheck skips them.").informational();
pub(crate) const MAY_BE_CONSEQUENCES: &str = "all other findings of this input can be consequences of the damage";

/// `at` is the length of the decompressed data before the error.
pub(crate) fn compression(how: &str, compression: Option<Compression>, at: usize) -> Diagnostic {
    let name = compression.map_or("compressed", Compression::as_str);
    let message = format!("damaged or truncated {name} data: {}", shorten(how, 120));
    let note = match crate::input::may_be_wrong(how) {
        true => MAY_BE_CONSEQUENCES,
        false => "the decompressed data before this position was checked",
    };
    Diagnostic::new(&COMPRESSION, message, Label::new(Span::new(at, at), "the decompressed data ends here"))
        .note(note)
        .help("download the file again, or compress the original again")
}

/// For a compressed file without the extension of its compression format.
pub(crate) fn without_extension(compression: Compression) -> Diagnostic {
    let (name, ending) = (compression.as_str(), compression.ending());
    let label = Label::new(Span::new(0, 0), format!("decompressed from {name} data"));
    Diagnostic::new(
        &crate::hubspot::classify::rules::COMPRESSED,
        format!("{name} file without a {ending} extension"),
        label,
    )
    .help(format!("rename the file to *.json{ending}, or decompress it"))
    .help("use `curl --compressed` to save decompressed responses")
}

/// For a text that is read as JSON Lines from `start` on.
pub(crate) fn lines(text: &[u8], start: usize) -> Diagnostic {
    let at = start + text[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let label = Label::new(Span::new(at, at + 1), "the first line is a complete JSON value");
    Diagnostic::new(&LINES, "input looks like JSON Lines; checking each line separately", label)
        .help("pass --lines to silence this note")
}

/// For `lines` lines without a value, which begin at offset 0.
pub(crate) fn blank_lines(lines: u64) -> Diagnostic {
    let label = Label::new(Span::new(0, 0), "blank lines are skipped");
    Diagnostic::new(&BLANK_LINE, format!("{} in JSON Lines input", count(lines, "blank line")), label)
}

/// One finding per string or name with an unpaired surrogate.
pub(crate) fn lone_surrogates(document: Document<'_>) -> Vec<Diagnostic> {
    let found: Vec<_> = document.lone_surrogates().collect();
    let indices: Vec<u32> = found.iter().map(|(string, _)| string.index()).collect();
    found
        .iter()
        .zip(document.pointers(&indices))
        .map(|((_, escape), pointer)| {
            Diagnostic::new(
                &LONE_SURROGATE,
                "unpaired surrogate in a string",
                Label::new(*escape, "half of a surrogate pair"),
            )
            .note("the text was probably truncated in the middle of a character such as an emoji")
            .help("truncate text between characters, not between UTF-16 code units")
            .at(pointer)
        })
        .collect()
}

pub(crate) fn byte_order_mark(source: &Source) -> Option<Diagnostic> {
    let mark = source.mark?;
    let label = Label::new(Span::new(mark, mark + MARK.len()), "byte order mark, skipped");
    let message = "UTF-8 byte order mark at the start of the document";
    let help = "save the file as UTF-8 without a byte order mark (RFC 8259, section 8.1)";
    Some(Diagnostic::new(&BYTE_ORDER_MARK, message, label).help(help))
}
