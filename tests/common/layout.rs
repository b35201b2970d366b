//! The default layout of `callcheck format`, with the whole document in memory: what Prettier does, as far as its
//! documents are JSON. Independent of `json/layout`, which it tests.

use callcheck::internals::format::{Indent, LayoutStyle};
use callcheck::internals::json::columns;

use super::chunking::tokens;

enum Node<'t> {
    Scalar(&'t [u8]),
    Array(Vec<Node<'t>>),
    Object(Vec<(&'t [u8], Node<'t>)>),
}

fn parse<'t>(tokens: &mut std::slice::Iter<'_, &'t [u8]>) -> Node<'t> {
    let first = *tokens.next().expect("a token");
    if !matches!(first, b"[" | b"{") {
        return Node::Scalar(first);
    }
    let (mut items, mut members) = (Vec::new(), Vec::new());
    loop {
        match tokens.as_slice().first() {
            Some(&b"]") => {
                tokens.next();
                return Node::Array(items);
            }
            Some(&b"}") => {
                tokens.next();
                return Node::Object(members);
            }
            Some(&b",") => drop(tokens.next()),
            _ if first == b"[" => items.push(parse(tokens)),
            _ => {
                let name = *tokens.next().expect("a name");
                assert_eq!(tokens.next(), Some(&&b":"[..]));
                members.push((name, parse(tokens)));
            }
        }
    }
}

fn is_number(node: &Node<'_>) -> bool {
    matches!(node, Node::Scalar([b'-' | b'0'..=b'9', ..]))
}

/// The node on one line, if it may be on one.
fn flat(node: &Node<'_>) -> Option<Vec<u8>> {
    match node {
        Node::Scalar(text) => Some(text.to_vec()),
        Node::Object(members) => members.is_empty().then(|| b"{}".to_vec()),
        Node::Array(items) => {
            let is_row = |item: &Node<'_>| matches!(item, Node::Array(items) if items.len() > 1);
            if items.len() > 1 && items.iter().all(is_row) {
                return None;
            }
            let items = items.iter().map(flat).collect::<Option<Vec<_>>>()?;
            Some([&b"["[..], &items.join(&b", "[..]), b"]"].concat())
        }
    }
}

struct Reference {
    style: LayoutStyle,
    out: Vec<u8>,
    depth: usize,
    column: usize,
}

impl Reference {
    fn push(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += columns(text);
    }

    fn line(&mut self) {
        self.out.push(b'\n');
        let (text, width) = match self.style.indent.expect("an indentation") {
            Indent::Spaces(spaces) => (" ".repeat(usize::from(spaces)), usize::from(spaces)),
            Indent::Tab => ("\t".to_owned(), 2),
        };
        self.out.extend_from_slice(text.repeat(self.depth).as_bytes());
        self.column = width * self.depth;
    }

    fn write(&mut self, node: &Node<'_>, has_comma: bool) {
        if let Some(text) = flat(node) {
            let fits = self.column + columns(&text) + usize::from(has_comma) <= self.style.width;
            let is_empty = matches!(node, Node::Array(items) if items.is_empty());
            if fits || is_empty || !matches!(node, Node::Array(_)) {
                return self.push(&text);
            }
        }
        match node {
            Node::Scalar(text) => self.push(text),
            Node::Object(members) => {
                self.push(b"{");
                self.depth += 1;
                for (index, (name, value)) in members.iter().enumerate() {
                    self.line();
                    self.push(name);
                    self.push(b": ");
                    let has_comma = index + 1 < members.len();
                    self.write(value, has_comma);
                    self.push(if has_comma { b"," } else { b"" });
                }
                self.depth -= 1;
                self.line();
                self.push(b"}");
            }
            Node::Array(items) => {
                self.push(b"[");
                self.depth += 1;
                let is_filled = items.iter().all(is_number);
                for (index, item) in items.iter().enumerate() {
                    let has_comma = index + 1 < items.len();
                    let width = flat(item).map_or(0, |text| columns(&text)) + usize::from(has_comma);
                    if is_filled && index > 0 && self.column + 1 + width <= self.style.width {
                        self.push(b" ");
                    } else {
                        self.line();
                    }
                    self.write(item, has_comma);
                    self.push(if has_comma { b"," } else { b"" });
                }
                self.depth -= 1;
                self.line();
                self.push(b"]");
            }
        }
    }
}

/// The text of a JSON document in this layout.
pub fn layout(text: &[u8], style: LayoutStyle) -> Vec<u8> {
    let tokens = tokens(text);
    let mut reference = Reference { style, out: Vec::new(), depth: 0, column: 0 };
    reference.write(&parse(&mut tokens.iter()), false);
    reference.out.push(b'\n');
    reference.out
}
