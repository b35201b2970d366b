//! Messages within the width of the terminal.

use std::io::{self, Write};

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Wraps lines at a width, and indents their continuations. A word that is wider than a line, such as a path, is not
/// broken, so that it can be copied.
pub struct WrappedWriter<W: Write> {
    inner: W,
    /// `None` for lines of any width.
    columns: Option<usize>,
    /// The beginning of a line.
    line: Vec<u8>,
}

impl<W: Write> WrappedWriter<W> {
    pub fn new(inner: W, columns: Option<usize>) -> Self {
        WrappedWriter { inner, columns, line: Vec::new() }
    }
}

impl<W: Write> Write for WrappedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(columns) = self.columns else { return self.inner.write(bytes) };
        let end = memchr::memrchr(b'\n', bytes).map_or(0, |last| last + 1);
        if end > 0 {
            self.line.extend_from_slice(&bytes[..end]);
            let wrapped = wrapped(&String::from_utf8_lossy(&self.line), columns);
            self.line.clear();
            self.inner.write_all(wrapped.as_bytes())?;
        }
        self.line.extend_from_slice(&bytes[end..]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        self.inner.write_all(&line)?;
        self.inner.flush()
    }
}

impl<W: Write> Drop for WrappedWriter<W> {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.lines() {
        let words = line.trim_start_matches(' ');
        let indent = " ".repeat(line.len() - words.len());
        let continuation = format!("{indent}  ");
        // `textwrap` does not count color sequences.
        let options = Options::new(columns)
            .initial_indent(&indent)
            .subsequent_indent(&continuation)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(false);
        for part in textwrap::wrap(words, options) {
            out.push_str(&part);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_between_words() {
        for (text, expected) in [
            ("error: a short line\n", "error: a short line\n"),
            (
                "Found 1 error in 1 file (1 input could not be read)\n",
                "Found 1 error in 1 file (1\n  input could not be read)\n",
            ),
            ("  a.json: no such file or directory\n\nb\n", "  a.json: no such file or\n    directory\n\nb\n"),
            (
                "error: /a/path/that/is/wider/than/the/terminal.json: no such file\n",
                "error:\n  /a/path/that/is/wider/than/the/terminal.json:\n  no such file\n",
            ),
            ("\u{1b}[1mhelp\u{1b}[0m: thirty cells are enough\n", "\u{1b}[1mhelp\u{1b}[0m: thirty cells are enough\n"),
        ] {
            let mut out = Vec::new();
            let mut writer = WrappedWriter::new(&mut out, Some(30));
            text.as_bytes().chunks(7).for_each(|piece| writer.write_all(piece).expect("memory can be written"));
            drop(writer);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn without_a_width_nothing_changes() {
        let mut out = Vec::new();
        WrappedWriter::new(&mut out, None).write_all("long ".repeat(100).as_bytes()).expect("memory can be written");
        assert_eq!(out.len(), 500);
    }
}
