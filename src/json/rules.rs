//! Rules about text that is not JSON, or not interoperable.

use crate::diagnostic::RuleInfo;
use crate::diagnostic::Severity::{Error, Warning};

pub(crate) const SYNTAX: RuleInfo = RuleInfo::new("json/syntax",
        Error,
        "the text is not valid JSON",
        "RFC 8259 defines the syntax of JSON. callcheck reports the first syntax error only, because the text after it cannot be interpreted reliably.").stopping();
pub(crate) const ENCODING: RuleInfo = RuleInfo::new("json/encoding",
        Error,
        "the text is not valid UTF-8",
        "RFC 8259, section 8.1 requires UTF-8 for JSON that is exchanged between systems. HubSpot sends UTF-8; other encodings come from the tools that saved the response.").stopping();
pub(crate) const DEPTH: RuleInfo = RuleInfo::new("json/depth",
        Error,
        "arrays and objects are nested too deeply",
        "RFC 8259, section 9 allows parsers to limit the depth of nesting. callcheck accepts 10,000 levels in a document and 256 in a schema. HubSpot's responses have 5.").stopping();
pub(crate) const DUPLICATE_KEY: RuleInfo = RuleInfo::new(
    "json/duplicate-key",
    Warning,
    "an object contains the same key twice",
    "RFC 8259, section 4 recommends unique keys, because the behavior of parsers is unpredictable otherwise. callcheck uses the last value, as most parsers do.",
);
