//! Formatting on one thread while another writes, because for a file both take about as long: 1.6 times the time of
//! `cat` instead of 2.0 (dev/benchmarks.md).

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use super::{EventSink, FormatInput, FormatOptions, Formatted, format};
use crate::finding::Event;

/// Output of the formatting thread.
enum WriterMessage {
    Text(Vec<u8>),
    Event(Event),
}

/// Maximum number of outputs that wait to be written.
const MAX_WAITING: usize = 4;

/// The same as [`format()`] on two threads: faster for large files if a core is free.
///
/// # Errors
/// If `out` cannot be written.
pub(crate) fn format_concurrently(
    options: &FormatOptions<'_>,
    input: FormatInput<'_>,
    out: &mut dyn Write,
    sink: &mut EventSink<'_>,
) -> io::Result<Formatted> {
    let (sender, outputs) = sync_channel(MAX_WAITING);
    let (free, buffers) = channel();
    thread::scope(|scope| {
        let formatting = scope.spawn(move || {
            let events = sender.clone();
            let mut out = ChannelWriter { sender, buffers };
            // Sending fails only if writing has failed, and then the events do not matter.
            format(options, input, &mut out, &mut |event| drop(events.send(WriterMessage::Event(event))))
        });
        let mut written = Ok(());
        for output in outputs {
            match output {
                WriterMessage::Event(event) => sink(event),
                WriterMessage::Text(text) => {
                    written = out.write_all(&text);
                    if written.is_err() {
                        break;
                    }
                    let _ = free.send(text);
                }
            }
        }
        let formatted = formatting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(formatted)
    })
}

struct ChannelWriter {
    sender: SyncSender<WriterMessage>,
    /// Buffers that were written and can be reused.
    buffers: Receiver<Vec<u8>>,
}

impl Write for ChannelWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.buffers.try_recv().unwrap_or_default();
        text.clear();
        text.extend_from_slice(bytes);
        self.sender.send(WriterMessage::Text(text)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
