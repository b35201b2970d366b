//! A value of a recording in JSON or YAML. Formats with both forms are read with the same code.

use std::borrow::Cow;
use std::ops::Range;

use super::body::{Form, Part};
use crate::json::{Kind, Value};

#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    Json(Value<'a>),
}

impl<'a> Node<'a> {
    /// The value of a property.
    pub(super) fn get(self, name: &str) -> Option<Node<'a>> {
        let Node::Json(value) = self;
        value.get(name).map(Node::Json)
    }

    /// The properties of an object, with their names.
    pub(super) fn properties(self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
        let Node::Json(value) = self;
        value.members().map(|(name, value)| (name.string(), Node::Json(value)))
    }

    /// The items of an array.
    pub(super) fn items(self) -> impl Iterator<Item = Node<'a>> {
        let Node::Json(value) = self;
        value.elements().map(Node::Json)
    }

    pub(super) fn is_object(self) -> bool {
        let Node::Json(value) = self;
        value.kind() == Kind::Object
    }

    pub(super) fn is_array(self) -> bool {
        let Node::Json(value) = self;
        value.kind() == Kind::Array
    }

    pub(super) fn is_string(self) -> bool {
        let Node::Json(value) = self;
        value.kind() == Kind::String
    }

    pub(super) fn is_null(self) -> bool {
        let Node::Json(value) = self;
        value.kind() == Kind::Null
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        let Node::Json(value) = self;
        (value.kind() == Kind::String).then(|| value.string())
    }

    /// The text of a string, a number, `true` or `false`.
    pub(super) fn scalar(self) -> Option<Cow<'a, str>> {
        let Node::Json(value) = self;
        match value.kind() {
            Kind::Number | Kind::True | Kind::False => Some(String::from_utf8_lossy(value.text())),
            _ => self.text(),
        }
    }

    pub(super) fn span(self) -> Range<usize> {
        let Node::Json(value) = self;
        value.span().range()
    }

    /// The value as text of a body: the text of a string, the JSON text of anything else.
    pub(super) fn part(self) -> Part {
        let Node::Json(value) = self;
        let form = if value.kind() == Kind::String { Form::JsonString } else { Form::Verbatim };
        Part { span: value.span().range(), form }
    }
}
