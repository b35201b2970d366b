//! The text of a schema file. A schema in YAML is converted to JSON, which the loader reads, and the locations of
//! problems are those in the YAML file.

use std::ops::Range;
use std::path::Path;

use serde_json::Value as Serde;

use super::keywords::{is_keyword, is_schema_keyword};
use super::text::{self, TextProblem};
use crate::diagnostic::{Diagnostic, Label};
use crate::input::yaml::{YamlError, YamlKind, YamlStyle, YamlTag, YamlTree, YamlValue};
use crate::input::{self, Input, InputError, MARK};
use crate::json::{Document, Span, Tape, rules, scan};

pub(super) struct SchemaText {
    /// The content of the file.
    bytes: Vec<u8>,
    /// None if it is JSON.
    conversion: Option<Result<SchemaConversion, Box<Diagnostic>>>,
}

/// JSON text, and the values of the YAML file that it was made from.
#[derive(Default)]
struct SchemaConversion {
    json: Vec<u8>,
    /// In the order of their positions in the JSON text.
    values: Vec<ConvertedValue>,
    root: ConvertedRoot,
}

/// The outermost value of a YAML file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ConvertedRoot {
    /// A mapping with a keyword that is not an annotation.
    Schema,
    /// A mapping without keywords, but with other properties.
    OtherMapping,
    /// Any other value. It may be a schema, for example an empty mapping.
    #[default]
    Unclear,
}

struct ConvertedValue {
    json: Range<usize>,
    yaml: Range<usize>,
}

impl SchemaText {
    /// YAML is recognized by the name of the file or, if the text is not JSON, by a keyword: error messages can be YAML
    /// mappings, too (`curl: (6) Could not resolve host`). After an error in the YAML text, the first key decides.
    pub(super) fn new(path: &Path, bytes: Vec<u8>) -> SchemaText {
        let has_yaml_name = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let text = bytes.strip_prefix(MARK).unwrap_or(&bytes);
        let first = if has_yaml_name { FirstYamlKey::Unknown } else { first_yaml_key(text) };
        let is_candidate = has_yaml_name || first != FirstYamlKey::None;
        let conversion = (is_candidate && scan(text, 0, &mut Tape::default()).is_err()).then(|| converted(&bytes));
        let conversion = conversion.filter(|conversion| match conversion {
            _ if has_yaml_name => true,
            Ok(conversion) => conversion.root == ConvertedRoot::Schema,
            Err(_) => first == FirstYamlKey::Keyword,
        });
        SchemaText { bytes, conversion }
    }

    /// The reason why a YAML file cannot be a schema, although files with references to its parts can use it.
    pub(super) fn not_a_schema(&self) -> Option<&'static str> {
        let is_other =
            matches!(&self.conversion, Some(Ok(conversion)) if conversion.root == ConvertedRoot::OtherMapping);
        is_other.then_some(
            "this YAML file is not a JSON Schema: it does not have a keyword of JSON Schema, for example `type` or \
             `properties`",
        )
    }

    /// # Errors
    /// The file cannot be read, or is too large.
    pub(super) fn of_file(path: &Path) -> Result<SchemaText, InputError> {
        let bytes = input::read_bounded(&Input::File(path.to_owned()), text::MAX_SCHEMA_BYTES)?;
        Ok(SchemaText::new(path, bytes))
    }

    /// For a schema that is known to be JSON.
    pub(super) fn json(bytes: &[u8]) -> SchemaText {
        SchemaText { bytes: bytes.to_vec(), conversion: None }
    }

    /// The content of the file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The schema, and its document in JSON.
    ///
    /// # Errors
    /// The text is neither JSON nor YAML, is nested too deeply, or contains an unpaired surrogate.
    pub(super) fn read<'a>(&'a self, tape: &'a mut Tape) -> Result<(Serde, Document<'a>), TextProblem> {
        match &self.conversion {
            None => text::read(&self.bytes, tape),
            Some(Ok(conversion)) => text::read(&conversion.json, tape),
            Some(Err(problem)) => Err(TextProblem(problem.clone())),
        }
    }

    /// A problem with its location in the file.
    pub(super) fn located(&self, problem: Diagnostic) -> Diagnostic {
        match &self.conversion {
            Some(Ok(conversion)) => problem.map_spans(|span| conversion.in_yaml(span, &self.bytes)),
            _ => problem,
        }
    }
}

/// The first key of text that may be a YAML mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstYamlKey {
    /// The text does not begin like a mapping.
    None,
    /// A keyword of JSON Schema.
    Keyword,
    /// Another key, or a beginning that may precede a mapping.
    Unknown,
}

/// Reads the first line that is not a comment, a directive or the start of a document (YAML 1.2.2, sections 6.8, 8.2
/// and 9.1).
fn first_yaml_key(text: &[u8]) -> FirstYamlKey {
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let mut without_key = FirstYamlKey::None;
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
        if line == b"---" || line.starts_with(b"--- ") || line.starts_with(b"%YAML") {
            without_key = FirstYamlKey::Unknown;
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else { return without_key };
        let (key, rest) = (line[..colon].trim_ascii_end(), &line[colon + 1..]);
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'_' | b'-' | b'"' | b'\'');
        if key.is_empty() || !key.iter().all(is_key) || !(rest.is_empty() || rest.starts_with(b" ")) {
            return without_key;
        }
        let key = String::from_utf8_lossy(key);
        let is_known = is_keyword(key.trim_matches(['"', '\'']));
        return if is_known { FirstYamlKey::Keyword } else { FirstYamlKey::Unknown };
    }
    without_key
}

fn converted(bytes: &[u8]) -> Result<SchemaConversion, Box<Diagnostic>> {
    let (tree, error) = YamlTree::parse(bytes);
    if let Some(YamlError { message, at }) = error {
        let span = Span::new(at, (at + 1).min(bytes.len()));
        return Err(Box::new(Diagnostic::new(
            &rules::SYNTAX,
            message,
            Label::new(span, "the YAML parser stopped here"),
        )));
    }
    let mut conversion = SchemaConversion::default();
    match tree.root() {
        Some(root) => {
            conversion.root = ConvertedRoot::of(root);
            conversion.write(root)?;
        }
        None => conversion.json.extend_from_slice(b"null"),
    }
    Ok(conversion)
}

impl ConvertedRoot {
    fn of(root: YamlValue<'_>) -> ConvertedRoot {
        let has = |is_known: fn(&str) -> bool| root.members().any(|(key, _)| is_known(&key.text()));
        if has(is_schema_keyword) {
            ConvertedRoot::Schema
        } else if root.members().next().is_some() && !has(is_keyword) {
            ConvertedRoot::OtherMapping
        } else {
            ConvertedRoot::Unclear
        }
    }
}

impl SchemaConversion {
    /// Appends a value as JSON text. The parser limits the depth, and the size with repeated aliases.
    fn write(&mut self, value: YamlValue<'_>) -> Result<(), Box<Diagnostic>> {
        let (index, start) = (self.values.len(), self.json.len());
        self.values.push(ConvertedValue { json: start..start, yaml: value.span() });
        match value.kind() {
            YamlKind::Null => self.json.extend_from_slice(b"null"),
            YamlKind::Scalar => self.json.extend_from_slice(scalar(value)?.as_bytes()),
            YamlKind::Sequence => {
                self.json.push(b'[');
                for (index, item) in value.items().enumerate() {
                    self.json.extend_from_slice(if index > 0 { b", " } else { b"" });
                    self.write(item)?;
                }
                self.json.push(b']');
            }
            YamlKind::Mapping => {
                self.json.push(b'{');
                for (index, (key, member)) in value.members().enumerate() {
                    self.json.extend_from_slice(if index > 0 { b", " } else { b"" });
                    self.write_key(key)?;
                    self.json.extend_from_slice(b": ");
                    self.write(member)?;
                }
                self.json.push(b'}');
            }
        }
        self.values[index].json.end = self.json.len();
        Ok(())
    }

    fn write_key(&mut self, key: YamlValue<'_>) -> Result<(), Box<Diagnostic>> {
        if key.style().is_none() {
            return Err(problem("a key of a YAML schema must be a scalar", key, "expected a scalar"));
        }
        let start = self.json.len();
        self.json.extend_from_slice(quoted(&key.text()).as_bytes());
        self.values.push(ConvertedValue { json: start..self.json.len(), yaml: key.span() });
        Ok(())
    }

    /// The span in the YAML file for a span in the JSON text.
    fn in_yaml(&self, span: Span, file: &[u8]) -> Span {
        let before = self.values.partition_point(|value| value.json.start <= span.start.0);
        // The innermost value around it.
        let around = self.values[..before].iter().rev().find(|value| value.json.end > span.start.0);
        let Some(ConvertedValue { json, yaml }) = around.or(self.values.first()) else { return Span::new(0, 0) };
        let (start, end) = (span.start.0, span.end.0.min(json.end));
        if start <= json.start && end >= json.end {
            return Span::new(yaml.start, yaml.end);
        }
        if start == json.start && end == start + 1 {
            return Span::new(yaml.start, (yaml.start + 1).min(yaml.end));
        }
        // A part of a scalar with the same characters, inside of the quotes of JSON and those of YAML.
        let (own, text) = (&self.json[json.clone()], file.get(yaml.clone()).unwrap_or_default());
        let inner = own.get(1..own.len() - 1).unwrap_or_default();
        let is_quoted = matches!(text, [b'"', .., b'"'] | [b'\'', .., b'\'']);
        let first = if text == inner {
            Some(yaml.start)
        } else if is_quoted && text[1..text.len() - 1] == *inner {
            Some(yaml.start + 1)
        } else {
            None
        };
        match first {
            Some(first) if own.starts_with(b"\"") && start > json.start => {
                let offset = start - json.start - 1;
                Span::new(first + offset, (first + offset + end.saturating_sub(start)).min(yaml.end))
            }
            _ => Span::new(yaml.start, yaml.end),
        }
    }
}

fn problem(message: &str, value: YamlValue<'_>, label: &str) -> Box<Diagnostic> {
    let span = value.span();
    Box::new(Diagnostic::new(&rules::SYNTAX, message, Label::new(Span::new(span.start, span.end), label)))
}

fn quoted(text: &str) -> String {
    Serde::from(text).to_string()
}

/// A scalar as JSON text, by the core schema of YAML 1.2 (section 10.3).
fn scalar(value: YamlValue<'_>) -> Result<String, Box<Diagnostic>> {
    let text = value.text();
    if value.style() != Some(YamlStyle::Plain) || matches!(value.tag(), Some(YamlTag::String | YamlTag::Binary)) {
        return Ok(quoted(&text));
    }
    match &*text {
        "true" | "True" | "TRUE" => return Ok("true".to_owned()),
        "false" | "False" | "FALSE" => return Ok("false".to_owned()),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(&*text, ".nan" | ".NaN" | ".NAN") {
        let message = format!("JSON does not have the number `{text}`");
        return Err(problem(&message, value, "not a JSON number"));
    }
    Ok(number(&text).unwrap_or_else(|| quoted(&text)))
}

/// The JSON form of a number; None for other text.
fn number(text: &str) -> Option<String> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| !digits.starts_with('+')) {
            return u128::from_str_radix(digits, radix).ok().map(|number| number.to_string());
        }
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_digits = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let is_number = is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !is_number || exponent_digits.is_some_and(|digits| digits.is_empty() || !is_digits(digits)) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let exponent = exponent.map_or(String::new(), |exponent| format!("e{exponent}"));
    Some(format!("{sign}{whole}{fraction}{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(yaml: &str) -> String {
        let conversion = converted(yaml.as_bytes()).unwrap_or_else(|problem| panic!("{yaml}: {}", problem.message));
        String::from_utf8(conversion.json).expect("UTF-8")
    }

    #[test]
    fn scalars_have_the_types_of_the_core_schema() {
        for (yaml, expected) in [
            ("[true, False, TRUE, yes, 'true', !!str true]", r#"[true, false, true, "yes", "true", "true"]"#),
            ("[~, null, NULL, '', \"null\", nil]", r#"[null, null, null, "", "null", "nil"]"#),
            ("[1, -2, +3, 007, 0x1F, 0o17, 0b1, 1_000]", r#"[1, -2, 3, 7, 31, 15, "0b1", "1_000"]"#),
            ("[1.5, .5, -.5, 1., 1e3, 1.0E-2, +1e+2]", "[1.5, 0.5, -0.5, 1, 1e3, 1.0e-2, 1e+2]"),
            (
                "[., +, 1e, e1, 1.2.3, 0x, 12:30, 2020-01-01]",
                r#"[".", "+", "1e", "e1", "1.2.3", "0x", "12:30", "2020-01-01"]"#,
            ),
            ("1: a\ntrue: b\n~: c\n\"\\u00e9\\\"\": d\n", r#"{"1": "a", "true": "b", "~": "c", "é\"": "d"}"#),
            ("a: &x {b: 1}\nc: *x\n<<: *x\n", r#"{"a": {"b": 1}, "c": {"b": 1}, "<<": {"b": 1}}"#),
            ("", "null"),
        ] {
            assert_eq!(json(yaml), expected, "{yaml}");
            serde_json::from_str::<Serde>(expected).expect("JSON");
        }
        for (yaml, message, start) in [
            ("a: .inf", "JSON does not have the number `.inf`", 3),
            ("- .NaN", "JSON does not have the number `.NaN`", 2),
            ("? [a]\n: 1", "a key of a YAML schema must be a scalar", 2),
        ] {
            let problem = converted(yaml.as_bytes()).err().expect("an error");
            assert_eq!((problem.message.as_str(), problem.label.span.start.0), (message, start), "{yaml}");
        }
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let yaml = "é: [1, 'two']\nkey: &a\n  plain: x(y\n  \"quoted\": \"x(z\"\n  '\\': |\n    text\nagain: *a\n";
        let conversion = converted(yaml.as_bytes()).expect("YAML");
        let json = std::str::from_utf8(&conversion.json).expect("UTF-8");
        for (part, expected) in [
            ("\"é\"", "é"),
            ("[1, \"two\"]", "[1, 'two']"),
            ("\"two\"", "'two'"),
            ("wo", "wo"),
            ("\"x(y\"", "x(y"),
            ("(y", "(y"),
            ("(z", "(z"),
            ("\"quoted\"", "\"quoted\""),
            ("uoted", "uoted"),
            ("\"\\\\\"", "'\\'"),
            ("ext\\n", "text"),
            ("\"again\"", "again"),
        ] {
            let start = json.find(part).expect("a part");
            let span = conversion.in_yaml(Span::new(start, start + part.len()), yaml.as_bytes());
            assert_eq!(&yaml[span.range()], expected, "{part}");
        }
        let whole = conversion.in_yaml(Span::new(0, json.len()), yaml.as_bytes());
        assert_eq!(whole.range(), 0..yaml.len() - 1);
    }
}
