//! The progress line on standard error. It appears after one second.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::count;

/// Counts the bytes that are read and the findings.
pub struct Progress {
    bar: ProgressBar,
    findings: AtomicU64,
    is_over: AtomicBool,
    /// With a single input, its size is the total.
    is_single: bool,
}

/// Shorter runs do not show progress.
const DELAY: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(100);

impl Progress {
    pub fn start(is_single: bool) -> Arc<Progress> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let watch = Arc::new(Progress { bar, findings: AtomicU64::new(0), is_over: AtomicBool::new(false), is_single });
        let shown = Arc::clone(&watch);
        thread::spawn(move || shown.show());
        watch
    }

    fn show(&self) {
        thread::sleep(DELAY);
        let form = match self.bar.length() {
            Some(_) => "{bytes} of {total_bytes} ({bytes_per_sec}), {msg}, {eta} left",
            None => "{bytes} ({bytes_per_sec}), {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            self.bar.set_style(style);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        while !self.is_over.load(Ordering::Relaxed) {
            self.bar.set_message(count(self.findings.load(Ordering::Relaxed), "finding"));
            self.bar.tick();
            thread::sleep(PERIOD);
        }
    }

    /// Counts what `reader` reads. `size` is the expected number of bytes.
    pub fn reader(self: &Arc<Self>, reader: Box<dyn Read + Send>, size: Option<u64>) -> Box<dyn Read + Send> {
        if let Some(size) = size.filter(|_| self.is_single) {
            self.bar.set_length(size);
        }
        Box::new(ProgressReader { reader, watch: Arc::clone(self) })
    }

    pub fn found(&self) {
        self.findings.fetch_add(1, Ordering::Relaxed);
    }

    /// Hides the line while `write` writes to the terminal.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Removes the line.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.bar.finish_and_clear();
    }
}

struct ProgressReader {
    reader: Box<dyn Read + Send>,
    watch: Arc<Progress>,
}

impl Read for ProgressReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.watch.bar.inc(read as u64);
        Ok(read)
    }
}
