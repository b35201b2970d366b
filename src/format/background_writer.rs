//! Formatting on a thread of its own, while this one writes: to a file both take about as long.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::{FormatOptions, Formatted, Sink, format};
use crate::finding::Event;

/// What the thread hands over, in its order.
enum Part {
    Text(Vec<u8>),
    Said(Event),
}

/// So many parts may wait to be written.
const WAITING: usize = 4;

/// The same as [`format()`] in less time, if there is much to write to a file and a core is free.
///
/// # Errors
/// When `out` cannot be written.
pub fn format_aside(
    task: &FormatOptions<'_>,
    name: &str,
    reader: &mut (dyn Read + Send),
    may_be_lines: bool,
    out: &mut dyn Write,
    say: &mut Sink<'_>,
) -> io::Result<Formatted> {
    let (sender, parts): (SyncSender<Part>, Receiver<Part>) = sync_channel(WAITING);
    let (back, spare): (Sender<Vec<u8>>, Receiver<Vec<u8>>) = channel();
    thread::scope(|scope| {
        let formatting = scope.spawn(move || {
            let saying = sender.clone();
            let mut out = Handoff { sender, spare };
            // Nobody listens any more where writing has failed.
            format(task, name, reader, may_be_lines, &mut out, &mut |event| drop(saying.send(Part::Said(event))))
        });
        let mut written = Ok(());
        for part in parts {
            match part {
                Part::Said(event) => say(event),
                Part::Text(text) => {
                    written = out.write_all(&text);
                    if written.is_err() {
                        break;
                    }
                    let _ = back.send(text);
                }
            }
        }
        let formatted = formatting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(formatted)
    })
}

/// Hands over what is written to it.
struct Handoff {
    sender: SyncSender<Part>,
    /// Memory that was used before.
    spare: Receiver<Vec<u8>>,
}

impl Write for Handoff {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.spare.try_recv().unwrap_or_default();
        text.clear();
        text.extend_from_slice(bytes);
        self.sender.send(Part::Text(text)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
