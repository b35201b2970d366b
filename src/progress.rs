//! How far the work is, for people who wait: a line on standard error, if that is a terminal and the work takes longer than a second.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::count;

/// Counts what is read and found.
pub struct Progress {
    bar: ProgressBar,
    findings: AtomicU64,
    is_over: AtomicBool,
    /// There is one input only, so its size is that of the work.
    is_single: bool,
}

/// Shorter work is not worth a line.
const PATIENCE: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(100);

impl Progress {
    /// Begins to watch. `is_single`: there is one input only.
    pub fn start(is_single: bool) -> Arc<Progress> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let watch = Arc::new(Progress { bar, findings: AtomicU64::new(0), is_over: AtomicBool::new(false), is_single });
        let watched = Arc::clone(&watch);
        thread::spawn(move || watched.show());
        watch
    }

    fn show(&self) {
        thread::sleep(PATIENCE);
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

    /// A reader of probably so many bytes, counted.
    pub fn reader(self: &Arc<Self>, reader: Box<dyn Read + Send>, size: Option<u64>) -> Box<dyn Read + Send> {
        if let Some(size) = size.filter(|_| self.is_single) {
            self.bar.set_length(size);
        }
        Box::new(Counted { reader, watch: Arc::clone(self) })
    }

    /// One more finding.
    pub fn found(&self) {
        self.findings.fetch_add(1, Ordering::Relaxed);
    }

    /// Does something that writes to the terminal, with the line out of the way.
    pub fn aside<T>(&self, does: impl FnOnce() -> T) -> T {
        self.bar.suspend(does)
    }

    /// The work is over: the line goes.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.bar.finish_and_clear();
    }
}

struct Counted {
    reader: Box<dyn Read + Send>,
    watch: Arc<Progress>,
}

impl Read for Counted {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(space)?;
        self.watch.bar.inc(read as u64);
        Ok(read)
    }
}
