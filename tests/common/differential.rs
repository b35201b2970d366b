//! Compares streamed with buffered checks: the output must not depend on chunk sizes or threads. tests/ and fuzz/ use
//! it.

use std::io::Read;

use callcheck::internals::check::{CheckOptions, NamedReader, ThreadState, check_reader};
use callcheck::internals::finding::Event;
use callcheck::internals::finding::summary::Summary;
use callcheck::internals::reporters::{self, Format, RunEnd, Style};

use super::chunking::ChunkedReader;

pub const STYLE: Style = Style { limit: Some(usize::MAX), ..Style::new(100) };

/// Input that arrives in chunks of at most `chunk` bytes.
#[derive(Clone, Copy)]
pub struct ChunkedInput<'b> {
    pub name: &'b str,
    pub bytes: &'b [u8],
    pub chunk: usize,
    /// True for standard input, which is JSON Lines if its first line is a complete value.
    pub may_be_lines: bool,
}

impl<'b> ChunkedInput<'b> {
    /// A generated document that arrives at once.
    pub fn whole(bytes: &'b [u8]) -> Self {
        Self { name: "generated.json", bytes, chunk: usize::MAX, may_be_lines: false }
    }
}

/// Output of a reporter, and the events that it does not get.
#[derive(PartialEq, Eq, Debug)]
pub struct Rendered {
    pub output: String,
    pub other_events: String,
}

/// All events of a check. An error of the reader ends it.
pub fn events(
    options: &CheckOptions<'_>,
    name: &str,
    reader: &mut (dyn Read + Send),
    may_be_lines: bool,
) -> Vec<Event> {
    let input = NamedReader { name, reader, size: None, may_be_lines };
    let mut events = Vec::new();
    let mut state = ThreadState::new(options);
    let _ = check_reader(options, &mut state, input, &mut |event| {
        events.push(event);
        Ok(())
    });
    events
}

pub fn render(options: &CheckOptions<'_>, input: ChunkedInput<'_>, format: Format, style: Style) -> Rendered {
    let options = CheckOptions { drawn: format.max_excerpts(style), write: format.write(), ..options.clone() };
    let (mut reporter, mut summary) = (reporters::reporter(format, style), Summary::default());
    let (mut out, mut other_events) = (Vec::new(), String::new());
    let mut reader = ChunkedReader(input.bytes, input.chunk);
    for event in events(&options, input.name, &mut reader, input.may_be_lines) {
        match event {
            Event::Finding(document, found) => reporter.finding(&document, *found, &mut out),
            Event::DocumentEnd(document, end) => {
                summary.add(&document, &end);
                reporter.document(&document, &end, &mut out)
            }
            other => {
                other_events.push_str(&format!("{other:?}\n"));
                Ok(())
            }
        }
        .expect("memory can be written");
    }
    reporter
        .finish(&RunEnd { summary: &summary, statistics: None, unreadable: &[], failures: &[], schemas: &[] }, &mut out)
        .expect("memory can be written");
    Rendered { output: String::from_utf8(out).expect("output is UTF-8"), other_events }
}

/// Checks the input with windows, blocks and chunks of these sizes, on one thread and on several. The output in each
/// format must be that of the buffered document.
pub fn assert_chunks_do_not_matter(
    options: &CheckOptions<'_>,
    bytes: &[u8],
    sizes: &[usize],
    formats: &[Format],
    threads: usize,
) {
    let render_all = |options: &CheckOptions<'_>, chunk: usize| -> Vec<Rendered> {
        let input = ChunkedInput { chunk, ..ChunkedInput::whole(bytes) };
        formats.iter().map(|format| render(options, input, *format, STYLE)).collect()
    };
    // Compressed data becomes larger. A window that is much larger than the data would take most of the time, to
    // allocate it.
    let is_compressed = bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"\x28\xB5");
    let window = if is_compressed { 1 << 20 } else { bytes.len() + 1 };
    let expected = render_all(&CheckOptions { window, ..options.clone() }, usize::MAX);
    for &size in sizes {
        for threads in [1, threads] {
            let chunked = CheckOptions { window: size, block: size, threads, threads_from: 0, ..options.clone() };
            let found = render_all(&chunked, size);
            assert!(
                found == expected,
                "window {size}, {threads} threads, of {}\n--- buffered\n{expected:#?}\n--- in chunks\n{found:#?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
