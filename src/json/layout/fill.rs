//! An array of numbers that does not fit on one line: the numbers fill the lines.
//!
//! One item that is not a number, anywhere in the array, gives every item its own line. So the numbers are *undecided*
//! until the array ends. Limit: after [`MAX_UNDECIDED`] bytes they are final, and items from the first one that is not
//! a number have their own lines. The limit counts written bytes, so it does not depend on how the input is read.

use super::{Layout, LineMode};

/// Bytes of numbers that are kept until their layout is known.
pub(super) const MAX_UNDECIDED: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Fill {
    /// The position of the first number if the layout is undecided.
    undecided: Option<usize>,
    /// The position of the space before the last number; none if the number begins a line.
    space: Option<usize>,
    /// Columns of the last number.
    columns: usize,
    /// A comma was written, but not the whitespace after it.
    pub is_after_comma: bool,
}

impl Fill {
    pub(super) fn ready(&self, length: usize) -> usize {
        self.undecided.or(self.space).unwrap_or(length)
    }

    pub(super) fn moved(&mut self, by: usize) {
        for position in [&mut self.undecided, &mut self.space].into_iter().flatten() {
            *position -= by;
        }
    }
}

impl Layout {
    /// Begins an array at the first number, which is alone on its line so far.
    pub(super) fn begin_fill(&mut self) {
        self.mode = LineMode::Filled;
        self.fill = Fill { undecided: Some(self.out.len()), ..Fill::default() };
    }

    /// Writes the number `text[..length]`.
    #[inline]
    pub(super) fn fill_number(&mut self, text: &[u8], length: usize, columns: usize) {
        self.out.reserve(length);
        if std::mem::take(&mut self.fill.is_after_comma) {
            if self.column + 1 + columns > self.style.width {
                self.fill.space = None;
                self.line();
                self.out.reserve(length);
            } else {
                self.fill.space = Some(self.out.len());
                self.out.push(b' ');
                self.column += 1;
            }
        }
        self.out.push_start(text, length);
        self.column += columns;
        self.fill.columns = columns;
    }

    #[inline]
    pub(super) fn fill_comma(&mut self) {
        self.out.reserve(0);
        self.out.push(b',');
        self.column += 1;
        if self.column > self.style.width
            && let Some(space) = self.fill.space.take()
        {
            // Only the comma does not fit.
            let mut tail = std::mem::take(&mut self.tail);
            tail.clear();
            tail.extend_from_slice(&self.out.text()[space + 1..]);
            self.out.truncate(space);
            self.line();
            self.out.reserve(tail.len());
            self.out.push_text(&tail);
            self.column += self.fill.columns + 1;
            self.tail = tail;
        }
        self.fill.is_after_comma = true;
        if self.fill.undecided.is_some_and(|begin| self.out.len() - begin > MAX_UNDECIDED) {
            self.fill.undecided = None;
        }
    }

    /// Gives every item its own line, because the next one is not a number.
    #[cold]
    pub(super) fn unfill(&mut self) {
        self.mode = LineMode::Broken;
        if let Some(begin) = self.fill.undecided {
            let mut tail = std::mem::take(&mut self.tail);
            tail.clear();
            tail.extend_from_slice(&self.out.text()[begin..]);
            self.out.truncate(begin);
            // A number contains neither spaces nor commas, also with the escapes of a terminal.
            for (index, number) in tail.split(|byte| *byte == b',').map(<[u8]>::trim_ascii_start).enumerate() {
                if index > 0 {
                    self.out.push(b',');
                    self.line();
                }
                self.out.reserve(number.len());
                self.out.push_text(number);
            }
            self.tail = tail;
        } else if self.fill.is_after_comma {
            self.line();
        }
    }
}
