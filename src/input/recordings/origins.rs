//! The way back from the text of a body to the recording.

use std::ops::Range;

use super::part::{Part, Resume};

/// States of a decoder in the middle of a body, with the offset of the next byte.
#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    /// Sorted by offset.
    list: Vec<BodyCheckpoint>,
    /// Index of the part that is being decoded.
    part: u32,
}

#[derive(Debug, Clone, Copy)]
struct BodyCheckpoint {
    offset: usize,
    part: u32,
    resume: Resume,
}

impl Checkpoints {
    /// Minimum number of bytes of text between two checkpoints.
    pub(super) const DISTANCE: usize = 4 * 1024;

    /// Begins a part whose first byte has this offset.
    pub(super) fn begin(&mut self, part: usize, offset: usize, start: Resume) {
        self.part = part as u32;
        self.add(offset, start);
    }

    /// Adds a checkpoint, unless the previous one is near.
    pub(super) fn add(&mut self, offset: usize, resume: Resume) {
        let previous = self.list.last();
        let is_near = |last: &BodyCheckpoint| last.part == self.part && offset < last.offset + Self::DISTANCE;
        if !previous.is_some_and(is_near) {
            self.list.push(BodyCheckpoint { offset, part: self.part, resume });
        }
    }
}

/// Translates offsets of a decoded body to the recording.
///
/// Bodies can have hundreds of megabytes with an escape every ten bytes, so it has checkpoints only every few kilobytes
/// and decodes from the nearest one again.
#[derive(Debug)]
pub(crate) struct Origins<'a> {
    recording: &'a [u8],
    parts: &'a [Part],
    map: OriginMap,
}

#[derive(Debug)]
enum OriginMap {
    /// The text is that of the recording, from this position.
    Same(usize),
    Decoded {
        checkpoints: Checkpoints,
        /// The piece of the previous position, because offsets usually ascend.
        last: Option<BodyCheckpoint>,
    },
    /// The encoding does not have positions.
    Unknown,
}

impl<'a> Origins<'a> {
    pub(super) fn same(recording: &'a [u8], parts: &'a [Part], start: usize) -> Self {
        Origins { recording, parts, map: OriginMap::Same(start) }
    }

    pub(super) fn decoded(recording: &'a [u8], parts: &'a [Part], checkpoints: Checkpoints) -> Self {
        Origins { recording, parts, map: OriginMap::Decoded { checkpoints, last: None } }
    }

    pub(super) fn unknown(recording: &'a [u8], parts: &'a [Part]) -> Self {
        Origins { recording, parts, map: OriginMap::Unknown }
    }

    /// The position in the recording of the byte at this offset of the decoded body; for the end of the body, the end
    /// of the value without its closing quote. Cheap if offsets ascend. None if the encoding has no such positions, as
    /// base64.
    pub(crate) fn position(&mut self, offset: u64) -> Option<usize> {
        let end = self.parts.last()?.content().end;
        // A larger offset is after the end.
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        match &mut self.map {
            OriginMap::Same(start) => Some(start.saturating_add(offset).min(end)),
            OriginMap::Decoded { checkpoints, last } => {
                let list = &checkpoints.list;
                let before = list.partition_point(|checkpoint| checkpoint.offset <= offset);
                let mut from = *list.get(before.checked_sub(1)?)?;
                if let Some(last) = last.filter(|last| from.offset < last.offset && last.offset <= offset) {
                    from = last;
                }
                let (position, found) = search(self.recording, self.parts, from, offset);
                *last = Some(found);
                Some(position.unwrap_or(end))
            }
            OriginMap::Unknown => None,
        }
    }

    /// False if [`Origins::position`] knows no positions.
    pub(crate) fn is_exact(&self) -> bool {
        !matches!(self.map, OriginMap::Unknown)
    }

    /// The range of the encoded body in the recording.
    pub(crate) fn span(&self) -> Range<usize> {
        match (self.parts.first(), self.parts.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => 0..0,
        }
    }
}

/// Decodes from a checkpoint to an offset. Returns its position, or None at the end of the body; and the start of its
/// piece.
fn search(
    recording: &[u8],
    parts: &[Part],
    mut from: BodyCheckpoint,
    offset: usize,
) -> (Option<usize>, BodyCheckpoint) {
    while let Some(part) = parts.get(from.part as usize) {
        let mut resume = from.resume;
        while let Some(piece) = part.next_piece(recording, &mut resume) {
            let length = piece.len();
            if offset < from.offset + length {
                return (Some(piece.position(offset - from.offset)), from);
            }
            from = BodyCheckpoint { offset: from.offset + length, resume, ..from };
        }
        let Some(next) = parts.get(from.part as usize + 1) else { break };
        from = BodyCheckpoint { part: from.part + 1, resume: next.start(), ..from };
    }
    (None, from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::recordings::body::{Body, BodyEncoding, DecodedBody, Form};

    #[test]
    fn origins_are_small_and_found_quickly() {
        let recording = format!("\"{}\"", r#"{\"ab\":\"c\"}, "#.repeat(500_000));
        let recording = recording.as_bytes();
        let body = Body::of(Part { span: 0..recording.len(), form: Form::JsonString }, BodyEncoding::Text);
        let DecodedBody { bytes, mut origins } = body.decode(recording).expect("text");
        let OriginMap::Decoded { checkpoints, .. } = &origins.map else { panic!("the text has escapes") };
        let memory = checkpoints.list.capacity() * size_of::<BodyCheckpoint>();
        assert!(memory * 50 < bytes.len(), "{memory} of {}", bytes.len());
        // A decoder that begins at the start each time would take an hour for each of these.
        let random = (0..2_000).map(|step| step * 5_000_011 % bytes.len());
        let ascending = (0..1_000_000).map(|step| bytes.len() - 1_000_000 + step);
        for offset in random.chain(ascending) {
            let position = origins.position(offset as u64).expect("text has positions");
            let is_escape = recording[position] == b'\\';
            assert_eq!(recording[position + usize::from(is_escape)], bytes[offset]);
        }
    }
}
