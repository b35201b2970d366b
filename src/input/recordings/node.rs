//! A value of a recording in JSON or YAML. Formats with both forms are read with the same code.

use std::borrow::Cow;
use std::ops::Range;

use super::body::{Form, Part};
use crate::input::yaml::{YamlKind, YamlTag, YamlValue};
use crate::json::{Kind, Value};

#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    Json(Value<'a>),
    Yaml(YamlValue<'a>),
}

impl<'a> Node<'a> {
    fn json(self) -> Option<Value<'a>> {
        match self {
            Node::Json(value) => Some(value),
            Node::Yaml(_) => None,
        }
    }

    fn yaml(self) -> Option<YamlValue<'a>> {
        match self {
            Node::Json(_) => None,
            Node::Yaml(value) => Some(value),
        }
    }

    /// The value of a property.
    pub(super) fn get(self, name: &str) -> Option<Node<'a>> {
        match self {
            Node::Json(value) => value.get(name).map(Node::Json),
            Node::Yaml(value) => value.get(name).map(Node::Yaml),
        }
    }

    /// The properties of an object, with their names.
    pub(super) fn properties(self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
        let json = self.json().into_iter().flat_map(|value| value.members());
        let yaml = self.yaml().into_iter().flat_map(YamlValue::members);
        json.map(|(name, value)| (name.string(), Node::Json(value)))
            .chain(yaml.map(|(name, value)| (name.text(), Node::Yaml(value))))
    }

    /// The items of an array.
    pub(super) fn items(self) -> impl Iterator<Item = Node<'a>> {
        let json = self.json().into_iter().flat_map(|value| value.elements());
        let yaml = self.yaml().into_iter().flat_map(YamlValue::items);
        json.map(Node::Json).chain(yaml.map(Node::Yaml))
    }

    pub(super) fn is_object(self) -> bool {
        match self {
            Node::Json(value) => value.kind() == Kind::Object,
            Node::Yaml(value) => value.kind() == YamlKind::Mapping,
        }
    }

    pub(super) fn is_array(self) -> bool {
        match self {
            Node::Json(value) => value.kind() == Kind::Array,
            Node::Yaml(value) => value.kind() == YamlKind::Sequence,
        }
    }

    /// Also true for numbers in YAML, whose type depends on their text.
    pub(super) fn is_string(self) -> bool {
        match self {
            Node::Json(value) => value.kind() == Kind::String,
            Node::Yaml(value) => value.kind() == YamlKind::Scalar,
        }
    }

    pub(super) fn is_null(self) -> bool {
        match self {
            Node::Json(value) => value.kind() == Kind::Null,
            Node::Yaml(value) => value.kind() == YamlKind::Null,
        }
    }

    /// True for the text of a body in base64 (`!!binary`).
    pub(super) fn is_binary(self) -> bool {
        self.yaml().is_some_and(|value| value.tag() == Some(YamlTag::Binary))
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        self.is_string().then(|| match self {
            Node::Json(value) => value.string(),
            Node::Yaml(value) => value.text(),
        })
    }

    /// The text of a string, a number, `true` or `false`.
    pub(super) fn scalar(self) -> Option<Cow<'a, str>> {
        match self.json() {
            Some(value) if matches!(value.kind(), Kind::Number | Kind::True | Kind::False) => {
                Some(String::from_utf8_lossy(value.text()))
            }
            _ => self.text(),
        }
    }

    pub(super) fn span(self) -> Range<usize> {
        match self {
            Node::Json(value) => value.span().range(),
            Node::Yaml(value) => value.span(),
        }
    }

    /// The value as text of a body: the text of a string, the text in the recording of anything else.
    pub(super) fn part(self) -> Part {
        match self {
            Node::Json(value) if value.kind() == Kind::String => {
                Part { span: value.span().range(), form: Form::JsonString }
            }
            Node::Yaml(value) if value.kind() == YamlKind::Scalar => match value.scalar() {
                Some((span, form)) => Part { span, form: Form::Yaml(form) },
                None => Part { span: value.span(), form: Form::Stored(value.text().into()) },
            },
            _ => Part { span: self.span(), form: Form::Verbatim },
        }
    }
}
