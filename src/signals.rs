//! Signals that end the process: SIGHUP, SIGINT and SIGTERM remove temporary files first. Part of the binary.

use callcheck::internals::format::remove_temporary_files;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Starts a thread that removes temporary files when a signal is about to end the process.
pub(crate) fn handle() {
    let (ready, is_ready) = std::sync::mpsc::channel::<()>();
    // The thread registers the signals: without it, they must keep their default effect.
    let _ = std::thread::Builder::new().name("signals".into()).spawn(move || {
        let handled = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| !is_ignored(*signal));
        let Ok(mut signals) = Signals::new(handled) else { return };
        drop(ready);
        for signal in &mut signals {
            remove_temporary_files();
            // The process ends here, with the status of the signal.
            let _ = emulate_default_handler(signal);
        }
    });
    // Fails as soon as the signals are registered, or cannot be.
    let _ = is_ready.recv();
}

/// True if the parent process ignores the signal for this one, as `nohup` and shells do in the background. Only
/// Linux reports it to safe code; elsewhere, SIGHUP keeps its effect because of `nohup`.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.map_or(signal == SIGHUP, |mask| mask >> (signal - 1) & 1 == 1)
}
