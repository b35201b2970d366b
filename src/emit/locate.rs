//! Lines and columns of byte offsets, all of a document's in one pass over it.

use crate::check::Checked;
use crate::document::Span;
use crate::input::MARK;

/// A place for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Location {
    /// Counts from 1; a line ends with LF or CR LF.
    pub line: u64,
    /// Counts from 1, in Unicode scalar values; a byte order mark is none.
    pub column: u64,
}

/// The places of a set of offsets.
pub struct Locations {
    /// Sorted by offset.
    known: Vec<(u64, Location)>,
}

impl Locations {
    /// The places of all spans that the first `most` findings of a document speak of.
    pub fn of(checked: &Checked<'_>, most: usize) -> Locations {
        if checked.findings.is_empty() {
            return Locations { known: Vec::new() };
        }
        let spans = checked
            .findings
            .iter()
            .take(most)
            .flat_map(|finding| std::iter::once(&finding.label).chain(&finding.related))
            .map(|label| label.span);
        Self::new(&checked.source.bytes, checked.source.mark, spans)
    }

    /// The places of both ends of these spans. `mark`: where a byte order mark stands.
    pub fn new(bytes: &[u8], mark: Option<usize>, spans: impl Iterator<Item = Span>) -> Locations {
        let mut offsets: Vec<u64> = spans.flat_map(|span| [span.start, span.end]).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let (mut at, mut here) = (0usize, Location { line: 1, column: 1 });
        let known = offsets
            .into_iter()
            .map(|offset| {
                let to = (offset as usize).min(bytes.len());
                here = advance(bytes, at, to, here, mark);
                at = to;
                (offset, here)
            })
            .collect();
        Locations { known }
    }

    /// The place of an offset that was given.
    pub fn get(&self, offset: u64) -> Location {
        match self.known.binary_search_by_key(&offset, |(known, _)| *known) {
            Ok(place) => self.known[place].1,
            Err(_) => Location { line: 1, column: 1 },
        }
    }
}

fn advance(bytes: &[u8], from: usize, to: usize, here: Location, mark: Option<usize>) -> Location {
    let between = &bytes[from..to];
    let breaks = memchr::memchr_iter(b'\n', between).count() as u64;
    let (line_start, column) = if breaks == 0 {
        (from, here.column)
    } else {
        (from + memchr::memrchr(b'\n', between).map_or(0, |last| last + 1), 1)
    };
    let scalars = scalars(&bytes[line_start..to]);
    let marks = mark.is_some_and(|mark| line_start <= mark && mark + MARK.len() <= to);
    Location { line: here.line + breaks, column: column + scalars - u64::from(marks) }
}

/// Characters of a text; a byte that is part of none counts as one.
fn scalars(text: &[u8]) -> u64 {
    // In UTF-8 a character begins with every byte that is no continuation byte. Only the short way over a mistake can be anything else.
    if text.len() <= 8 && std::str::from_utf8(text).is_err() {
        return text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum::<usize>()
            as u64;
    }
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64
}
