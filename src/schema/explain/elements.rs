//! Elements: what `contains`, `uniqueItems` and `unevaluatedItems` ask for.

use serde_json::Value as Serde;

use super::{Case, MOST_OPTIONS};
use crate::diagnostic::Label;
use crate::document::{Digester, Value};
use crate::schema::words::{Words, words};
use crate::text::{list, thousands};

impl<'a, 'e> Case<'a, 'e> {
    /// Elements that `unevaluatedItems` does not allow: the crate gives them as it knows their values, by their indices on the tape.
    pub(super) fn undescribed(&self, elements: &[String]) -> Words {
        let found: Vec<u32> = elements.iter().filter_map(|index| index.parse().ok()).collect();
        let told =
            self.value.elements().enumerate().filter(|(_, element)| found.binary_search(&element.index()).is_ok());
        let told: Vec<(usize, Value<'a>)> = told.take(MOST_OPTIONS).collect();
        let places: Vec<String> = told.iter().map(|(place, _)| place.to_string()).collect();
        let more = elements.len() - told.len().min(elements.len());
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        let (noun, verb) = if elements.len() == 1 { ("element", "is") } else { ("elements", "are") };
        let why = self.nothing_describes(elements.len() > 1);
        let words = words(
            format!("{noun} {}{more} {verb} not allowed in {}{why}", list(&places, "and"), self.subject()),
            "an element that is not allowed",
        );
        match told.first() {
            Some((_, element)) => words.span(element.span()),
            None => words,
        }
    }

    pub(super) fn contains(&self) -> Words {
        // Whole numbers may be written as 2.0.
        let number = |value: &Serde| value.as_u64().or_else(|| value.as_f64().map(|number| number as u64));
        let wanted = |keyword: &str| self.beside(keyword).and_then(number);
        let elements = |number: u64| match number {
            0 => "no element that fits `contains`".to_owned(),
            1 => "1 element that fits `contains`".to_owned(),
            many => format!("{} elements that fit `contains`", thousands(many)),
        };
        let said = match (wanted("minContains"), wanted("maxContains")) {
            (None, None) => "an element that fits `contains`".to_owned(),
            (Some(least), None) => format!("at least {}", elements(least)),
            (least, Some(most)) => match (least.unwrap_or(1), most) {
                (0, 0) => elements(0),
                (least, most) if least == most => format!("exactly {}", elements(most)),
                (least, most) if least > most => {
                    format!("at least {}, and at most {}: no array can", elements(least), thousands(most))
                }
                (least, most) => format!("{} to {}", thousands(least), elements(most)),
            },
        };
        words(format!("{} must have {said}", self.subject()), format!("must have {said}"))
    }

    pub(super) fn not_unique(&self) -> Words {
        let words =
            words(format!("{} has equal elements: each must be unique", self.subject()), "elements must be unique");
        let (digester, mut seen) = (Digester::default(), std::collections::HashMap::new());
        let twin = self.value.elements().enumerate().find_map(|(place, element)| {
            seen.insert(digester.digest(element), (place, element))
                .map(|(first, before)| (first, before, place, element))
        });
        match twin {
            Some((first, before, place, element)) => {
                Words { related: vec![Label::new(before.span(), "the first of the two")], ..words.span(element.span()) }
                    .note(format!("elements {first} and {place} are equal"))
            }
            None => words,
        }
    }
}
