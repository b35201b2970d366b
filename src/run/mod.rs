//! The commands, from inputs to an outcome. Streams are given, nothing here exits.

mod annotate;
mod baseline;
mod changed;
mod check;
mod config;
mod explain;
mod filter;
mod format;
mod generate;
mod inputs;
mod report;
mod schema;
mod summary;

pub use check::check_inputs;
pub use config::print_config;
pub use explain::explain;
pub use filter::filter;
pub use format::format_inputs;
pub use generate::generate;
pub use schema::print_schema;
pub use summary::summarize;

use std::io::{self, Write};

use crate::cli::When;
use crate::settings::Terminal;
use crate::summary::Outcome;
use crate::text::visible;

/// What clap has to say: help and the version, which were asked for, or what is wrong with the command line.
pub fn explain_usage(asked: &clap::Error, terminal: &Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Outcome {
    let show = |color: bool| {
        let text = asked.render();
        if color { text.ansi().to_string() } else { text.to_string() }
    };
    if asked.use_stderr() {
        // What was typed is quoted in it, so it is shown line by line and without colours.
        let _ = show(false).lines().try_for_each(|line| writeln!(err, "{}", visible(line)));
        return Outcome::Failed;
    }
    let color = terminal.colors(When::Auto, terminal.stdout_is_terminal);
    match out.write_all(show(color).as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "{}", lost(&error));
            Outcome::Failed
        }
        _ => Outcome::Clean,
    }
}

/// The sentence for output that could not be written.
pub fn lost(error: &io::Error) -> String {
    format!("callcheck: the output could not be written: {error}")
}
