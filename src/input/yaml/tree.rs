//! The tree: one fixed-size entry per value and per key, in document order, as on the tape of a JSON document.

use std::borrow::Cow;
use std::ops::Range;

use super::scalar::{ScalarForm, ScalarPieces, YamlStyle};

/// Levels of merged mappings in which a property is searched.
const MAX_MERGES: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YamlKind {
    /// A plain scalar that is empty, `null` or `~`.
    Null,
    Scalar,
    Sequence,
    Mapping,
}

/// The tags that matter. Others are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YamlTag {
    /// `!!binary` or `!binary`, which Ruby writes: the text is base64.
    Binary,
    /// `!!str` or `!`.
    String,
    Other,
}

/// Why the rest of a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// For example "invalid YAML: simple key expected".
    pub message: String,
    /// Position in bytes.
    pub at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YamlNode {
    Scalar(YamlStyle),
    Sequence,
    Mapping,
    Alias,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct YamlEntry {
    /// The first byte. That of a block scalar is in the line after `|` or `>`.
    pub start: u32,
    /// One past the last byte, also of the text of a block scalar.
    pub end: u32,
    /// The index after the subtree of a container; the index of the value of an alias; the length of the text of a
    /// scalar.
    pub next: u32,
    /// The indentation of a block scalar; for a scalar whose positions are unknown, the index of its text.
    pub extra: u32,
    pub node: YamlNode,
    pub tag: Option<YamlTag>,
    pub decoding: Decoding,
}

/// The way to the text of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoding {
    /// It is between the quotes.
    Same,
    Pieces,
    /// The same, with a line break at the end that is not in the file.
    PiecesAndBreak,
    /// The pieces differ from the text of the parser, which is therefore stored.
    Stored,
}

/// A YAML document. Of a stream with several documents, the first.
#[derive(Debug, Default)]
pub(crate) struct YamlTree<'a> {
    pub(super) source: &'a str,
    pub(super) entries: Vec<YamlEntry>,
    pub(super) texts: Vec<Box<str>>,
    /// The containers that were open at an error.
    pub(super) open: Vec<u32>,
}

impl<'a> YamlTree<'a> {
    /// The outermost value; None if the file does not have a value.
    pub(crate) fn root(&self) -> Option<YamlValue<'_>> {
        (!self.entries.is_empty()).then(|| self.value(0))
    }

    /// The starts of the containers that an error left incomplete, sorted.
    pub(crate) fn open_containers(&self) -> Vec<usize> {
        self.open.iter().map(|&index| self.entries[index as usize].start as usize).collect()
    }

    /// Follows an alias.
    fn value(&self, index: u32) -> YamlValue<'_> {
        let entry = &self.entries[index as usize];
        YamlValue { tree: self, index: if entry.node == YamlNode::Alias { entry.next } else { index } }
    }

    /// The index after a value.
    fn after(&self, index: u32) -> u32 {
        let entry = &self.entries[index as usize];
        if matches!(entry.node, YamlNode::Sequence | YamlNode::Mapping) { entry.next } else { index + 1 }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct YamlValue<'a> {
    tree: &'a YamlTree<'a>,
    index: u32,
}

impl<'a> YamlValue<'a> {
    fn entry(self) -> &'a YamlEntry {
        &self.tree.entries[self.index as usize]
    }

    pub(crate) fn kind(self) -> YamlKind {
        match self.entry().node {
            YamlNode::Sequence => YamlKind::Sequence,
            YamlNode::Mapping => YamlKind::Mapping,
            _ if self.is_null() => YamlKind::Null,
            _ => YamlKind::Scalar,
        }
    }

    fn is_null(self) -> bool {
        let is_short = self.is_plain() && self.entry().next <= 4;
        is_short && matches!(&*self.text(), "" | "null" | "Null" | "NULL" | "~")
    }

    /// None for a container.
    pub(crate) fn style(self) -> Option<YamlStyle> {
        match self.entry().node {
            YamlNode::Scalar(style) => Some(style),
            _ => None,
        }
    }

    pub(crate) fn tag(self) -> Option<YamlTag> {
        self.entry().tag
    }

    /// True for a scalar whose type depends on its text: it has neither quotes nor a tag.
    pub(crate) fn is_plain(self) -> bool {
        self.style() == Some(YamlStyle::Plain) && self.tag().is_none()
    }

    /// The text of a scalar; empty for a container.
    pub(crate) fn text(self) -> Cow<'a, str> {
        let (tree, entry) = (self.tree, self.entry());
        match (entry.node, entry.decoding) {
            (YamlNode::Scalar(_), Decoding::Same) => Cow::Borrowed(tree.source.get(self.inner()).unwrap_or_default()),
            (YamlNode::Scalar(_), Decoding::Stored) => Cow::Borrowed(&tree.texts[entry.extra as usize]),
            (YamlNode::Scalar(_), Decoding::Pieces | Decoding::PiecesAndBreak) => {
                let (mut text, mut room) = (Vec::with_capacity(entry.next as usize), [0; 4]);
                for piece in self.pieces().into_iter().flatten() {
                    text.extend_from_slice(piece.bytes(tree.source.as_bytes(), &mut room));
                }
                Cow::Owned(String::from_utf8(text).unwrap_or_default())
            }
            _ => Cow::Borrowed(""),
        }
    }

    /// The span between the quotes.
    fn inner(self) -> Range<usize> {
        let (entry, span) = (self.entry(), self.raw_span());
        match entry.node {
            YamlNode::Scalar(YamlStyle::SingleQuoted | YamlStyle::DoubleQuoted) => span.start + 1..span.end - 1,
            _ => span,
        }
    }

    fn raw_span(self) -> Range<usize> {
        let entry = self.entry();
        entry.start as usize..entry.end as usize
    }

    /// The bytes of the value, with quotes and brackets. A block scalar begins and ends with its text.
    pub(crate) fn span(self) -> Range<usize> {
        let span = self.raw_span();
        if !self.style().is_some_and(YamlStyle::is_block) {
            return span;
        }
        let text = self.tree.source.get(span.clone()).unwrap_or_default();
        let end = span.start + text.trim_end_matches([' ', '\t', '\n', '\r']).len();
        let start = span.end - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
        start.min(end)..end
    }

    /// The span and the form that [`ScalarPieces`] decodes; None for a container, and for a scalar whose positions are
    /// unknown.
    pub(crate) fn scalar(self) -> Option<(Range<usize>, ScalarForm)> {
        let entry = self.entry();
        let adds_break = entry.decoding == Decoding::PiecesAndBreak;
        let form = ScalarForm { style: self.style()?, indent: entry.extra, adds_break };
        (entry.decoding != Decoding::Stored).then(|| (self.raw_span(), form))
    }

    fn pieces(self) -> Option<ScalarPieces<'a>> {
        let (span, form) = self.scalar()?;
        Some(ScalarPieces::new(self.tree.source.as_bytes(), span, form))
    }

    /// The value of the last member with this key; without one, that of a merged mapping (the value of `<<`, or an item
    /// of it), of which the first takes precedence.
    pub(crate) fn get(self, name: &str) -> Option<YamlValue<'a>> {
        self.get_merged(name, MAX_MERGES)
    }

    /// `depth`: levels of merged mappings that may follow. Visits a part of the document with expanded aliases, whose
    /// size is limited.
    fn get_merged(self, name: &str, depth: usize) -> Option<YamlValue<'a>> {
        let own = self.members().filter(|(key, _)| key.is(name)).last().map(|(_, value)| value);
        if own.is_some() || depth == 0 {
            return own;
        }
        let merged = self.members().filter(|(key, _)| key.is_plain() && key.is("<<")).map(|(_, value)| value);
        let mut mappings = merged.flat_map(|value| std::iter::once(value).chain(value.items()));
        mappings.find_map(|mapping| mapping.get_merged(name, depth - 1))
    }

    fn is(self, expected: &str) -> bool {
        self.style().is_some() && self.entry().next as usize == expected.len() && self.text() == expected
    }

    /// The items of a sequence; empty for other values.
    pub(crate) fn items(self) -> impl Iterator<Item = YamlValue<'a>> + use<'a> {
        let tree = self.tree;
        self.children(YamlNode::Sequence).map(move |index| tree.value(index))
    }

    /// The keys and values of a mapping, with repeated keys; empty for other values.
    pub(crate) fn members(self) -> impl Iterator<Item = (YamlValue<'a>, YamlValue<'a>)> + use<'a> {
        let tree = self.tree;
        let mut children = self.children(YamlNode::Mapping);
        // In an incomplete document, the last key may have no value.
        std::iter::from_fn(move || Some((tree.value(children.next()?), tree.value(children.next()?))))
    }

    fn children(self, node: YamlNode) -> impl Iterator<Item = u32> + use<'a> {
        let tree = self.tree;
        let end = if self.entry().node == node { self.entry().next } else { 0 };
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let index = next;
            (index < end).then(|| next = tree.after(index)).map(|()| index)
        })
    }
}
