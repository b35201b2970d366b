//! One element of a streamed array.

use super::found::{Drawn, Found, View, found};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Scan, Tape};
use crate::input::Map;
use crate::rules;
use crate::schema::{Acceptor, Miss, Part, Schema};

/// What is to be judged of an element that was read.
pub enum Doubt {
    /// Nothing: all of it was accepted.
    None,
    /// A few values.
    Of(Vec<Miss>),
    /// All of it.
    All,
}

/// An array whose elements are read, and by what they are judged.
pub struct Elements<'e> {
    pub schema: &'e Schema,
    pub part: &'e Part,
    pub acceptor: &'e mut Acceptor,
    pub tape: &'e mut Tape,
}

impl Elements<'_> {
    /// Reads the element that begins at `at`: where it ends, and what is to be judged of it. `padded` is the text with NUL behind it.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn read(&mut self, text: &[u8], padded: &[u8], at: usize) -> Scan<(usize, Doubt)> {
        if let Some((end, mut misses)) = self.acceptor.accept_most(padded, at) {
            // What a pass that knows the whole schema does not accept has most likely something wrong with it.
            if !self.acceptor.knows_all() {
                misses.retain(|miss| {
                    let value = Document::parse_value(text, miss.at, self.tape);
                    value.is_ok_and(|value| !self.schema.is_valid_value(self.part, self.acceptor.location(miss), value))
                });
            }
            let doubt = if misses.is_empty() { Doubt::None } else { Doubt::Of(misses) };
            return Ok((end, doubt));
        }
        let element = Document::parse_value(text, at, self.tape)?;
        let is_clean = !element.is_noticed() && self.schema.is_valid_value(self.part, "", element);
        Ok((element.root().span().end as usize, if is_clean { Doubt::None } else { Doubt::All }))
    }

    /// All findings of an element, by their places. `place`: which element it is, from 0.
    pub fn judge(
        &mut self,
        doubt: &Doubt,
        (text, at, place): (&[u8], usize, u64),
        map: &mut Map,
        drawn: &mut Drawn,
    ) -> Vec<Found> {
        let mut findings = Vec::new();
        match doubt {
            Doubt::None => {}
            Doubt::Of(misses) => {
                let mut number = itoa::Buffer::new();
                let number = number.format(place);
                for miss in misses {
                    let Ok(value) = Document::parse_value(text, miss.at, self.tape) else { continue };
                    let location = self.acceptor.location(miss);
                    let pointer = [&*self.part.pointer, number, &*miss.pointer];
                    findings.append(&mut self.schema.check_value(self.part, location, value, pointer, miss.is_member));
                }
            }
            Doubt::All => {
                if let Ok(element) = Document::parse_value(text, at, self.tape) {
                    findings = findings_of(self.schema, self.part, element, place);
                }
            }
        }
        // Excerpts show what stands around a value.
        let nothing = View { record: Some(place), ..View::bare(text) };
        let view = if findings.iter().any(|finding| drawn.is_new(finding)) {
            let element = Document::parse_value(text, at, self.tape);
            element.map_or(nothing, |scanned| View { scanned, is_whole: true, ..nothing })
        } else {
            nothing
        };
        found(&view, map, findings, drawn)
    }
}

/// All findings of an element, which is a document of its own here, by their places.
pub fn findings_of(schema: &Schema, part: &Part, element: Document<'_>, place: u64) -> Vec<Diagnostic> {
    let place = place.to_string();
    let mut findings = rules::duplicate_names(element);
    findings.extend(rules::lone_surrogates(element));
    let pointer = [&*part.pointer, &*place].concat();
    findings.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, &pointer));
    findings.extend(schema.check_value(part, "", element, [&part.pointer, &place, ""], false));
    findings.sort_by_key(|finding| finding.label.span.start);
    findings
}
