//! Elements: what `contains`, `uniqueItems` and `unevaluatedItems` ask for.

use serde_json::Value as Serde;

use super::{Case, MOST_OPTIONS, last_token};
use crate::diagnostic::Label;
use crate::json::{Digester, Value};
use crate::schema::words::{MessageParts, words};
use crate::text::{list, thousands};

impl<'a, 'e> Case<'a, 'e> {
    /// Elements that `unevaluatedItems` does not allow: the crate gives them as it knows their values, by their indices on the tape.
    pub(super) fn undescribed(&self, elements: &[String]) -> MessageParts {
        let found: Vec<u32> = elements.iter().filter_map(|index| index.parse().ok()).collect();
        let told =
            self.value.elements().enumerate().filter(|(_, element)| found.binary_search(&element.index()).is_ok());
        let told: Vec<(usize, Value<'a>)> = told.take(MOST_OPTIONS).collect();
        let mut indices: Vec<String> = told.iter().map(|(index, _)| index.to_string()).collect();
        let more = elements.len() - told.len().min(elements.len());
        if more > 0 {
            indices.push(format!("{} more", thousands(more as u64)));
        }
        let noun = if elements.len() == 1 { "item" } else { "items" };
        let subject = format!("{noun} {}{}", list(&indices, "and"), self.inside());
        let words = if self.has_a_schema() {
            self.does_not_match(&subject, elements.len() > 1)
        } else {
            words(format!("unexpected {subject}: not described by the schema"), "unexpected item")
        };
        match told.first() {
            Some((_, element)) => words.span(element.span()),
            None => words,
        }
    }

    pub(super) fn contains(&self) -> MessageParts {
        // Whole numbers may be written as 2.0.
        let number = |value: &Serde| value.as_u64().or_else(|| value.as_f64().map(|number| number as u64));
        let wanted = |keyword: &str| self.beside(keyword).and_then(number);
        let elements = |number: u64| match number {
            0 => "no items that match `contains`".to_owned(),
            1 => "1 item that matches `contains`".to_owned(),
            many => format!("{} items that match `contains`", thousands(many)),
        };
        let number = match (wanted("minContains"), wanted("maxContains")) {
            (None, None) => "an item that matches `contains`".to_owned(),
            (Some(least), None) => format!("at least {}", elements(least)),
            (least, Some(most)) => match (least.unwrap_or(1), most) {
                (0, 0) => elements(0),
                (least, most) if least == most => format!("exactly {}", elements(most)),
                (least, most) if least > most => {
                    let both = format!("at least {} but at most {}", elements(least), thousands(most));
                    return words(
                        format!("{} must contain {both}: no array can satisfy both", self.subject()),
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
        words(format!("{} must contain {number}{found}", self.subject()), format!("must contain {number}"))
    }

    /// The number of items that match `contains`, if it is known.
    fn matching_items(&self) -> Option<u64> {
        let (parent, keyword) = last_token(self.keyword)?;
        // Without `minContains` and `maxContains`, only an array without a match is a violation.
        if keyword == "contains" { Some(0) } else { (self.matching)(&[parent, "/contains"].concat(), self.value) }
    }

    pub(super) fn not_unique(&self) -> MessageParts {
        let (digester, mut seen) = (Digester::default(), std::collections::HashMap::new());
        let twin = self.value.elements().enumerate().find_map(|(second, element)| {
            seen.insert(digester.digest(element), (second, element))
                .map(|(first, before)| (first, before, second, element))
        });
        match twin {
            Some((first, before, second, element)) => {
                let words =
                    words(format!("{} has duplicate items ({first} and {second})", self.subject()), "duplicate item");
                MessageParts {
                    related: vec![Label::new(before.span(), "first occurrence")],
                    ..words.span(element.span())
                }
            }
            None => words(format!("{} has duplicate items", self.subject()), "duplicate items"),
        }
    }
}
