//! One element of a streamed array, as a document of its own.

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::rules;
use crate::schema::{Acceptor, Part, Schema};

/// All findings of an element, by their places. `place`: which element it is, from 0.
pub fn judge(schema: &Schema, part: &Part, record: Document<'_>, place: u64) -> Vec<Diagnostic> {
    let pointer = [&part.pointer, place.to_string().as_str()].concat();
    let mut findings = rules::duplicate_names(record);
    findings.extend(rules::lone_surrogates(record));
    findings.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, &pointer));
    findings.extend(schema.check_element(part, record, &pointer));
    findings.sort_by_key(|finding| finding.label.span.start);
    findings
}

/// Whether it is known that [`judge`] would find nothing in an element that the fast pass has not accepted.
pub fn is_clean(schema: &Schema, part: &Part, acceptor: &Acceptor, record: Document<'_>) -> bool {
    // What a pass that knows the whole schema does not accept has most likely something wrong with it.
    !acceptor.knows_all() && !record.is_noticed() && schema.is_valid_element(part, record)
}
