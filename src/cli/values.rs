//! Values of options: sizes, JSON Pointers, indentation, `FORMAT=PATH`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::format::{FormatStyle, Indent, LayoutStyle, LineEnding};
use crate::reporters::Format;
use crate::schema::SchemaDirectory;

/// When to use colors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR, CLICOLOR or TERM say otherwise
    #[default]
    Auto,
    /// Always, also in files and pipes
    Always,
    /// Never
    Never,
}

/// A report that is written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRequest {
    pub format: ReportFormat,
    pub path: PathBuf,
}

/// The format of a report in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// A page of findings, facts and tables.
    Html,
    /// The same in Markdown.
    Markdown,
    /// The findings, as on standard output.
    Findings(Format),
}

/// `FORMAT=PATH` of `check`.
pub(super) fn report_request(text: &str) -> Result<ReportRequest, String> {
    let (name, path) = text.split_once('=').unwrap_or((text, ""));
    let format = match name {
        "html" => ReportFormat::Html,
        "markdown" => ReportFormat::Markdown,
        other => ReportFormat::Findings(Format::from_str(other, false).map_err(|_| {
            let known = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("expected FORMAT=PATH with one of the formats html, markdown, {}", known.join(", "))
        })?),
    };
    if path.is_empty() { Err(format!("expected {name}=PATH")) } else { Ok(ReportRequest { format, path: path.into() }) }
}

/// `FORMAT=PATH` of `summary`.
pub(super) fn summary_report_request(text: &str) -> Result<ReportRequest, String> {
    const EXPECTED: &str = "expected html=PATH or markdown=PATH";
    match report_request(text) {
        Ok(ReportRequest { format: ReportFormat::Findings(_), .. }) | Err(_) => Err(EXPECTED.into()),
        other => other,
    }
}

/// The indentation: a number of spaces, or `tab`.
pub(super) fn indent(text: &str) -> Result<Indent, String> {
    match text {
        "tab" => Ok(Indent::Tab),
        _ => match text.parse() {
            Ok(spaces @ 0..=16) => Ok(Indent::Spaces(spaces)),
            _ => Err("expected a number from 0 to 16, or `tab`".into()),
        },
    }
}

pub(super) fn format_style() -> impl TypedValueParser<Value = FormatStyle> {
    PossibleValuesParser::new(FormatStyle::NAMES).map(|name| FormatStyle::of(&name).unwrap_or(FormatStyle::Prettier))
}

pub(super) fn line_ending() -> impl TypedValueParser<Value = LineEnding> {
    PossibleValuesParser::new(LineEnding::NAMES).map(|name| LineEnding::of(&name).unwrap_or_default())
}

/// A number of columns.
pub(super) fn width(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|width| *width <= LayoutStyle::MAX_WIDTH);
    number.ok_or_else(|| format!("expected a number from 0 to {}", LayoutStyle::MAX_WIDTH))
}

/// A JSON Pointer (RFC 6901).
pub(super) fn pointer(text: &str) -> Result<String, String> {
    let is_escape = |rest: &str| rest.starts_with(['0', '1']);
    if !text.is_empty() && !text.starts_with('/') {
        Err("expected a JSON Pointer such as /status".into())
    } else if !text.split('~').skip(1).all(is_escape) {
        Err("invalid escape in a JSON Pointer: write ~0 for `~` and ~1 for `/`".into())
    } else {
        Ok(text.to_owned())
    }
}

/// A number of findings or columns.
pub(super) fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "expected a number".into())
}

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<u16, String> {
    let number = text.parse().ok().filter(|number| (1..=1024).contains(number));
    number.ok_or_else(|| "expected a number from 1 to 1024".into())
}

/// A number of bytes: `4096`, `500MB`, `40GiB`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    const EXPECTED: &str = "expected a size such as 4096, 500MB or 40GiB";
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "k" | "kib" => 1 << 10,
        "mb" => 1_000_000,
        "m" | "mib" => 1 << 20,
        "gb" => 1_000_000_000,
        "g" | "gib" => 1 << 30,
        "tb" => 1_000_000_000_000,
        "t" | "tib" => 1 << 40,
        _ => return Err(EXPECTED.into()),
    };
    let number: u64 = text[..digits].parse().map_err(|_| EXPECTED)?;
    number.checked_mul(unit).ok_or_else(|| "the size is too large".into())
}

/// `DIR` or `URI=DIR`.
pub(super) fn schema_directory(argument: OsString) -> Result<SchemaDirectory, String> {
    match argument.into_string() {
        Ok(text) => SchemaDirectory::parse(&text),
        Err(path) => Ok(SchemaDirectory::of(path.into())),
    }
}
