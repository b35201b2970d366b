//! The answer around the results.

use super::{AccountConfig, Across, Failures, Field, Fields, JsonScalar, JsonString};
use crate::hubspot::classify::DocumentKind;
use crate::json::{Span, Value};

/// An answer, as far as rules look at it.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    /// The text that it stands in.
    pub text: &'a [u8],
    /// Where its members are.
    pub fields: &'a Fields,
    /// The answer itself, its results perhaps without their elements; none where the fast pass has found nothing that could be told by it alone.
    pub value: Option<Value<'a>>,
    /// What it is: a batch answer, of whatever API.
    pub kind: DocumentKind,
    /// Its results.
    pub results: &'a Across,
    /// Its errors.
    pub failures: &'a Failures,
    /// What is known of the account.
    pub portal: &'a AccountConfig,
}

impl<'a> Response<'a> {
    /// Where the value of a member begins.
    #[inline]
    pub fn at(&self, field: Field) -> Option<usize> {
        self.fields.at(field)
    }

    pub fn scalar(&self, field: Field) -> Option<JsonScalar<'a>> {
        self.fields.scalar(field, self.text)
    }

    pub fn span(&self, field: Field) -> Option<Span> {
        self.fields.span(field, self.text)
    }

    pub fn string(&self, field: Field) -> Option<JsonString<'a>> {
        self.fields.string(field, self.text)
    }

    /// A member that is a date-time: the text, and milliseconds since 1970.
    pub fn time(&self, field: Field) -> Option<(JsonString<'a>, i64)> {
        let text = self.string(field)?;
        Some((text, text.instant()?))
    }

    /// The first byte of a member's value: the bracket of an array.
    pub fn bracket(&self, field: Field) -> Option<Span> {
        let at = self.at(field)?;
        Some(Span::new(at, at + 1))
    }

    /// Whether a member is an array.
    pub fn is_array(&self, field: Field) -> bool {
        matches!(self.scalar(field), Some(JsonScalar::Array))
    }

    /// Where the answer begins.
    pub fn brace(&self) -> Span {
        let at = self.value.map_or(0, |value| value.span().start.0);
        Span::new(at, at + 1)
    }

    /// Whether its results are objects with `id` and `properties`.
    pub fn has_objects(&self) -> bool {
        self.kind == DocumentKind::BatchResponse
    }
}
