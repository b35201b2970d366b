//! A response without its results.

use super::{AccountConfig, Across, Failures, Field, Fields, JsonScalar, JsonString, ResponseObject};
use crate::hubspot::classify::DocumentKind;
use crate::json::{Span, Value};

/// A response as rules see it.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    pub text: &'a [u8],
    pub fields: &'a Fields,
    /// The response, possibly with an empty `results`. `None` if the fast pass accepted it and `fields` suffice.
    pub value: Option<Value<'a>>,
    /// A batch response of any API.
    pub kind: DocumentKind,
    pub results: &'a Across,
    pub failures: &'a Failures,
    pub portal: &'a AccountConfig,
}

impl<'a> Response<'a> {
    /// Offset of the value of a property, in bytes.
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

    /// The value of a property if it is a date-time, and its milliseconds since 1970.
    pub fn time(&self, field: Field) -> Option<(JsonString<'a>, i64)> {
        let text = self.string(field)?;
        Some((text, text.instant()?))
    }

    /// The first byte of the value of a property, such as the bracket of an array.
    pub fn bracket(&self, field: Field) -> Option<Span> {
        let at = self.at(field)?;
        Some(Span::new(at, at + 1))
    }

    pub fn is_array(&self, field: Field) -> bool {
        matches!(self.scalar(field), Some(JsonScalar::Array))
    }

    /// The opening brace of the response.
    pub fn brace(&self) -> Span {
        let at = self.value.map_or(0, |value| value.span().start.0);
        Span::new(at, at + 1)
    }

    /// The type of the objects.
    pub fn object(&self) -> Option<ResponseObject> {
        self.results.object(self.failures.object).filter(|_| self.has_objects())
    }

    /// True if the results are objects with `id` and `properties`.
    pub fn has_objects(&self) -> bool {
        self.kind == DocumentKind::BatchResponse
    }
}
