//! A compiled schema as a constant table. Parsing and compiling the embedded schema costs more than checking a small
//! document with it, so `hubspot` has the result as source code. A unit test generates the table and compares it.

use super::FastValidator;
use super::node::{CompiledNode, Text};
use crate::schema::captures::{CaptureSpec, Holder};

/// A [`CompiledNode`] without conditions and `contains`, whose keywords are all supported.
#[derive(Debug)]
pub struct TableNode {
    pub location: &'static str,
    pub types: u8,
    /// True for `format: date-time`.
    pub is_time: bool,
    pub values: Option<&'static [&'static str]>,
    pub items: usize,
    /// The name, the node and the bit in `required` of each member.
    pub properties: &'static [(&'static str, usize, u64)],
    pub others: usize,
    pub required: u64,
    pub max_elements: u64,
    pub holder: Option<Holder>,
    pub is_of_types: bool,
}

impl TableNode {
    /// The node of the schema `true`.
    pub const ANY: TableNode = TableNode {
        location: "",
        types: super::types::ALL,
        is_time: false,
        values: None,
        items: super::ANY,
        properties: &[],
        others: super::ANY,
        required: 0,
        max_elements: u64::MAX,
        holder: None,
        is_of_types: false,
    };

    fn compiled(&self) -> CompiledNode {
        let texts = |values: &[&'static str]| values.iter().map(|value| value.as_bytes().into()).collect();
        CompiledNode {
            location: self.location.into(),
            types: self.types,
            text: match self.values {
                Some(values) => Text::Enum(texts(values)),
                None if self.is_time => Text::DateTime,
                None => Text::Any,
            },
            items: self.items,
            properties: self
                .properties
                .iter()
                .map(|(name, node, bit)| (name.as_bytes().into(), (*node, *bit)))
                .collect(),
            others: self.others,
            required: self.required,
            elements: 0..=self.max_elements,
            holder: self.holder,
            is_of_types: self.is_of_types,
            ..CompiledNode::any()
        }
    }
}

impl FastValidator {
    /// The same as [`FastValidator::compile_with`] for the whole embedded schema.
    pub fn of_table(captures: &'static CaptureSpec) -> FastValidator {
        FastValidator::of_nodes(captures.compiled.iter().map(TableNode::compiled).collect(), Some(captures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubspot::CAPTURES;
    use crate::schema::EMBEDDED;
    use crate::schema::fast_path::node::ANY_NUMBER;

    /// The table as source code.
    fn source(validator: &FastValidator) -> String {
        let mut out = String::from(
            "//! The embedded schema and types.json, compiled. Generated: `BLESS=1 cargo test --lib the_table_is_up_to_date`.\n\n\
             use crate::schema::{Holder, TableNode};\n\n\
             #[rustfmt::skip]\n\
             pub(super) static NODES: &[TableNode] = &[\n",
        );
        assert!(validator.knows_all);
        for (index, node) in validator.nodes.iter().enumerate() {
            assert!(node.is_known && !node.is_closed && node.contains.is_none() && node.members == ANY_NUMBER);
            assert!(node.conditions.is_empty() && node.branches.is_empty() && *node.elements.start() == 0);
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
            let mut fields = vec![format!("location: {:?}", node.location), format!("types: {:#04x}", node.types)];
            match &node.text {
                Text::Any => {}
                Text::DateTime => fields.push("is_time: true".to_owned()),
                Text::Enum(values) => {
                    let values: Vec<String> = values.iter().map(|value| text(value)).collect();
                    fields.push(format!("values: Some(&{values:?})"));
                }
            }
            let number = |name: &str, value: usize| (value != super::super::ANY).then(|| format!("{name}: {value}"));
            fields.extend(number("items", node.items));
            if !node.properties.is_empty() {
                let properties = node.properties.iter().map(|(name, (node, bit))| (text(name), *node, *bit));
                fields.push(format!("properties: &{:?}", properties.collect::<Vec<_>>()));
            }
            fields.extend(number("others", node.others));
            if node.required != 0 {
                fields.push(format!("required: {:#b}", node.required));
            }
            if *node.elements.end() != u64::MAX {
                fields.push(format!("max_elements: {}", node.elements.end()));
            }
            if let Some(holder) = node.holder {
                fields.push(format!("holder: Some(Holder::{holder:?})"));
            }
            if node.is_of_types {
                fields.push("is_of_types: true".to_owned());
            }
            let fields = fields.join(", ");
            out.push_str(&format!("    /* {index} */ TableNode {{ {fields}, ..TableNode::ANY }},\n"));
        }
        out.push_str("];\n");
        out
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "writes the table with BLESS=1")]
    fn the_table_is_up_to_date() {
        let schema = serde_json::from_str(EMBEDDED).expect("the embedded schema is JSON");
        let expected = source(&FastValidator::compile_with(&CAPTURES, &schema, "", true));
        if std::env::var_os("BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/hubspot/compiled.rs");
            std::fs::write(path, &expected).expect("the table is written");
        } else {
            assert_eq!(include_str!("../../hubspot/compiled.rs"), expected);
            assert_eq!(source(&FastValidator::of_table(&CAPTURES)), expected);
        }
    }
}
