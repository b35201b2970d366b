//! Keywords for arrays: the number of items, `contains`, `uniqueItems`, `additionalItems` and `unevaluatedItems`.

use serde_json::Value as Serde;

use super::{MAX_LISTED, ViolationContext, last_token};
use crate::diagnostic::Label;
use crate::json::{Digester, Value};
use crate::schema::words::{MessageParts, words};
use crate::text::{count, list, thousands};

impl<'a, 'e> ViolationContext<'a, 'e> {
    pub(super) fn item_count(&self, limit_kind: &str, limit: u64) -> MessageParts {
        self.counted(self.value.element_count(), limit_kind, limit, |number| count(number, "item"))
    }

    pub(super) fn additional_items(&self, limit: usize) -> MessageParts {
        let (limit, found) = (count(limit as u64, "item"), thousands(self.value.element_count()));
        words(
            format!("{} must have at most {limit}, found {found}", self.value_name()),
            format!("expected at most {limit}"),
        )
    }

    /// Elements that `unevaluatedItems` does not allow, by their indices on the tape.
    pub(super) fn unevaluated_items(&self, elements: &[String]) -> MessageParts {
        let found: Vec<u32> = elements.iter().filter_map(|index| index.parse().ok()).collect();
        let shown =
            self.value.elements().enumerate().filter(|(_, element)| found.binary_search(&element.index()).is_ok());
        let shown: Vec<(usize, Value<'a>)> = shown.take(MAX_LISTED).collect();
        let mut indices: Vec<String> = shown.iter().map(|(index, _)| index.to_string()).collect();
        let more = elements.len() - shown.len().min(elements.len());
        if more > 0 {
            indices.push(format!("{} more", thousands(more as u64)));
        }
        let noun = if elements.len() == 1 { "item" } else { "items" };
        let name = format!("{noun} {}{}", list(&indices, "and"), self.inside());
        let words = if self.has_a_schema() {
            self.does_not_match(&name, elements.len() > 1)
        } else {
            words(format!("unexpected {name}: not described by the schema"), "unexpected item")
        };
        match shown.first() {
            Some((_, element)) => words.span(element.span()),
            None => words,
        }
    }

    pub(super) fn contains(&self) -> MessageParts {
        // A whole number can be written as 2.0.
        let number = |value: &Serde| value.as_u64().or_else(|| value.as_f64().map(|number| number as u64));
        let limit = |keyword: &str| self.sibling(keyword).and_then(number);
        let elements = |number: u64| match number {
            0 => "no items that match `contains`".to_owned(),
            1 => "1 item that matches `contains`".to_owned(),
            many => format!("{} items that match `contains`", thousands(many)),
        };
        let number = match (limit("minContains"), limit("maxContains")) {
            (None, None) => "an item that matches `contains`".to_owned(),
            (Some(least), None) => format!("at least {}", elements(least)),
            (least, Some(most)) => match (least.unwrap_or(1), most) {
                (0, 0) => elements(0),
                (least, most) if least == most => format!("exactly {}", elements(most)),
                (least, most) if least > most => {
                    let both = format!("at least {} but at most {}", elements(least), thousands(most));
                    return words(
                        format!("{} must contain {both}: no array can satisfy both", self.value_name()),
                        format!("must contain {both}: no array can satisfy both"),
                    );
                }
                (least, most) => format!("{} to {}", thousands(least), elements(most)),
            },
        };
        let found = match self.matching_items() {
            None => String::new(),
            Some(0) => ", found none".to_owned(),
            Some(found) => format!(", found {}", thousands(found)),
        };
        words(format!("{} must contain {number}{found}", self.value_name()), format!("must contain {number}"))
    }

    /// The number of items that match `contains`, if it is known.
    fn matching_items(&self) -> Option<u64> {
        let (parent, keyword) = last_token(self.keyword)?;
        // Without `minContains` and `maxContains`, only an array without a match is a violation.
        if keyword == "contains" {
            Some(0)
        } else {
            (self.explainer.matching)(&[parent, "/contains"].concat(), self.value)
        }
    }

    pub(super) fn not_unique(&self) -> MessageParts {
        let (digester, mut seen) = (Digester::default(), std::collections::HashMap::new());
        let twin = self.value.elements().enumerate().find_map(|(second, element)| {
            seen.insert(digester.digest(element), (second, element))
                .map(|(first, before)| (first, before, second, element))
        });
        match twin {
            Some((first, before, second, element)) => {
                let words = words(
                    format!("{} has duplicate items ({first} and {second})", self.value_name()),
                    "duplicate item",
                );
                MessageParts {
                    related: vec![Label::new(before.span(), "first occurrence")],
                    ..words.span(element.span())
                }
            }
            None => words(format!("{} has duplicate items", self.value_name()), "duplicate items"),
        }
    }
}
