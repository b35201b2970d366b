//! `json/*`: the text itself, before anything is known of its meaning.

use super::example::example;
use super::{Rule, rule};
use crate::diagnostic::{Diagnostic, Label, Severity::*};
use crate::document::{Document, Span};
use crate::input::{Compression, MARK, Source};
use crate::text::{count, shorten, visible};

pub(super) const RULES: &[Rule] = &[
    rule(
        "json/syntax",
        Error,
        "the text is not JSON",
        "RFC 8259. Reading stops at the first place that is not JSON, since nothing behind it can be trusted.",
    ).shown(example!("invalid/json-syntax.trailing-comma.pretty.json", "valid/create.pretty.json")),
    rule(
        "json/encoding",
        Error,
        "the bytes are not UTF-8",
        "RFC 8259, section 8.1: JSON that is exchanged must be UTF-8. HubSpot sends UTF-8; other bytes come from tools that saved the answer.",
    ).shown(example!("invalid/json-encoding.latin1.min.json", "valid/create.pretty.json")),
    rule(
        "json/byte-order-mark",
        Note,
        "a byte order mark stands before the text",
        "RFC 8259, section 8.1 lets a reader skip it and forbids a sender to add one: an editor or PowerShell did. It is skipped; byte offsets count it, columns do not.",
    ).shown(example!("invalid/json-byte-order-mark.pretty.json", "valid/create.pretty.json")),
    rule(
        "json/duplicate-name",
        Warning,
        "an object has the same member name twice",
        "RFC 8259, section 4: names should be unique; what a reader makes of duplicates is unpredictable. callcheck takes the last one, as most readers do.",
    ).shown(example!("invalid/json-duplicate-name.last-one-counts.json", "valid/create.pretty.json")),
    rule(
        "json/depth",
        Error,
        "arrays and objects are nested too deeply",
        "RFC 8259, section 9: an implementation may set limits on the depth of nesting. callcheck reads 10,000 levels of a document and 256 of a schema; HubSpot's answers have 5.",
    ).shown(example!("invalid/json-depth.min.json", "valid/create.pretty.json")),
    rule(
        "json/lone-surrogate",
        Warning,
        "an escape is half of a surrogate pair",
        "RFC 8259, section 8.2: the grammar allows it, but it is no character: readers replace it, refuse it or crash. callcheck keeps it as written.",
    ).shown(example!("invalid/json-lone-surrogate.in-note.pretty.json", "valid/create.pretty.json")),
    rule(
        "json/canonical",
        Error,
        "a document has no canonical form",
        "RFC 8785 (JSON Canonicalization Scheme), section 3.1: it is made of I-JSON (RFC 7493), which has no repeated names, no lone surrogates and no numbers beyond doubles. Only `format --canonical` asks for it.",
    ),
    rule(
        "json/compression",
        Error,
        "compressed input is damaged or ends too early",
        "gzip (RFC 1952) and Zstandard (RFC 8878) carry lengths and checksums. What was inflated up to the place is checked, nothing behind it can be.",
    ).shown(example!("invalid/json-compression.cut.json.gz", "valid/packed.json.gz")),
    rule(
        "json/lines",
        Note,
        "the input was read as JSON Lines without being asked to",
        "jsonlines.org: a value on each line. Standard input whose first line is a whole value with more behind it is read so; --lines, or a name that ends in .jsonl or .ndjson, says it beforehand.",
    ).informing(),
    rule(
        "json/line-length",
        Error,
        "a line is longer than lines may be",
        "Only `filter` asks for it, with --max-line-bytes: such a line is not held in memory, and has a verdict all the same.",
    ),
    rule(
        "json/blank-line",
        Note,
        "a line of JSON Lines is empty",
        "jsonlines.org: each line is a value; readers skip empty lines or fail at them. callcheck skips them.",
    ).informing().shown(example!("invalid/json-blank-line.jsonl", "valid/log.jsonl")),
];

/// The finding for compressed input that cannot be inflated further than to `at`.
pub fn compression(how: &str, compression: Option<Compression>, at: usize) -> Diagnostic {
    let name = compression.map_or("compressed", Compression::as_str);
    let message = format!("the {name} data is damaged or incomplete: {}", shorten(how, 120));
    Diagnostic::new("json/compression", message, Label::new(Span::new(at, at), "the inflated text ends here"))
        .help("fetch or pack it again; the results before this place were checked")
}

/// The finding for a packed file whose name says that it is none.
pub fn packed(compression: Compression) -> Diagnostic {
    let (name, ending) = (compression.as_str(), compression.ending());
    let label = Label::new(Span::new(0, 0), format!("the {name} data holds this"));
    Diagnostic::new("document/packed", format!("this file is {name} data, and its name does not say so"), label)
        .note("what is in it was checked all the same")
        .help(format!("unpack it, or let its name end in {ending}; curl unpacks what it fetches with --compressed"))
}

/// The note on a text that is read as JSON Lines from `start` on.
pub fn lines(text: &[u8], start: usize) -> Diagnostic {
    let at = start + text[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let label = Label::new(Span::new(at, at + 1), "a whole value on its line, and more follow");
    Diagnostic::new("json/lines", "this is JSON Lines: each line is checked as a document of its own", label)
        .help("--lines says so beforehand")
}

/// The note on so many lines without a value, which begin at position 0.
pub fn blank_lines(lines: u64) -> Diagnostic {
    let label = Label::new(Span::new(0, 0), "skipped");
    Diagnostic::new("json/blank-line", format!("{} without a value", count(lines, "line")), label)
}

/// A finding for each member name that is repeated in an object, at the last one.
pub fn duplicate_names(document: Document<'_>) -> Vec<Diagnostic> {
    let mut pairs: Vec<_> = document.duplicate_names().collect();
    pairs.sort_by_key(|(first, again)| (first.index(), again.index()));
    let mut names: Vec<_> = pairs
        .chunk_by(|(one, _), (two, _)| one.index() == two.index())
        .map(|same| (same[0].0, same[same.len() - 1].1, same.len() as u64 + 1))
        .collect();
    names.sort_by_key(|(_, last, _)| last.index());
    let indices: Vec<u32> = names.iter().map(|(_, last, _)| last.index()).collect();
    let pointers = document.pointers(&indices);
    names
        .into_iter()
        .zip(pointers)
        .map(|((first, last, times), pointer)| {
            let name = visible(&last.string()).into_owned();
            let often = if times == 2 { "twice".to_owned() } else { count(times, "time") };
            Diagnostic::new(
                "json/duplicate-name",
                format!("the member name `{}` stands {often} in one object", shorten(&name, 60)),
                Label::new(last.span(), if times == 2 { "repeated here" } else { "here for the last time" }),
            )
            .related(first.span(), "first here")
            .help("readers differ in which value they take; here the last one counts")
            .at(pointer)
        })
        .collect()
}

/// A finding for each string or name with half of a surrogate pair in it, at the escape.
pub fn lone_surrogates(document: Document<'_>) -> Vec<Diagnostic> {
    let found: Vec<_> = document.lone_surrogates().collect();
    let indices: Vec<u32> = found.iter().map(|(string, _)| string.index()).collect();
    found
        .iter()
        .zip(document.pointers(&indices))
        .map(|((_, escape), pointer)| {
            Diagnostic::new(
                "json/lone-surrogate",
                "half of a surrogate pair stands alone in a string",
                Label::new(*escape, "no character"),
            )
            .help("a text was cut in the middle of a character beyond U+FFFF, such as an emoji")
            .at(pointer)
        })
        .collect()
}

/// The finding for a byte order mark before the document.
pub fn byte_order_mark(source: &Source) -> Option<Diagnostic> {
    let mark = source.mark?;
    let label = Label::new(Span::new(mark, mark + MARK.len()), "skipped");
    let message = "a UTF-8 byte order mark stands before the document";
    let help = "it was skipped; JSON is sent without one (RFC 8259, section 8.1)";
    Some(Diagnostic::new("json/byte-order-mark", message, label).help(help))
}
