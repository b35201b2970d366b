//! docs/reference/cli.md: the output of `--help` as a page.

use callcheck::internals::cli::Cli;
use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};

/// The text of the page.
pub fn markdown() -> String {
    let mut all = Cli::command();
    all.build();
    let mut out = String::from(
        "# Command line\n\n<!-- Generated from src/cli/: run `BLESS=1 cargo test --test docs` to update this page. -->\n\n\
         Options work before and after the subcommand. Without a subcommand, callcheck runs `check`.\n\n\
         | command | purpose |\n|---|---|\n",
    );
    let commands: Vec<&Command> = all.get_subcommands().filter(|command| command.get_name() != "help").collect();
    for command in &commands {
        let (name, about) = (command.get_name(), text(command.get_about()));
        out.push_str(&format!("| [{name}](#callcheck-{name}) | {} |\n", escaped(&about)));
    }
    out.push_str("| `help [COMMAND]` | Print help for a command |\n");
    for command in commands {
        section(command, &mut out);
    }
    out.push_str(
        "\n## Environment variables\n\n\
         | variable | effect |\n|---|---|\n\
         | `CALLCHECK_CONFIG` | The configuration file, like `--config` |\n\
         | `CALLCHECK_OUTPUT_FORMAT` | The output format of `check`, like `--output-format` |\n\
         | `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `FORCE_COLOR`, `TERM` | Colors, unless `--color` is `always` or `never` |\n\
         | `COLUMNS` | The width of the output |\n\
         | `CI` | Hides the progress |\n\
         | `GITHUB_STEP_SUMMARY` | The file that receives Markdown reports in GitHub Actions |\n\
         | `SOURCE_DATE_EPOCH` | The date of HTML pages in seconds since 1970, instead of the current date |\n\n\
         Options take precedence over environment variables, and these over callcheck.toml.\n",
    );
    out
}

fn section(command: &Command, out: &mut String) {
    let mut command = command.clone().term_width(0);
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).trim().to_owned();
    out.push_str(&format!("\n## callcheck {}\n\n{}.\n\n", command.get_name(), escaped(&text(command.get_about()))));
    out.push_str(&format!("```text\n{usage}\n```\n"));
    let mut headings: Vec<&str> = Vec::new();
    let shown: Vec<&Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
    for argument in &shown {
        let heading = argument.get_help_heading().unwrap_or("Arguments");
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        out.push_str(&format!("\n**{heading}**\n\n"));
        for argument in shown.iter().filter(|argument| argument.get_help_heading().unwrap_or("Arguments") == heading) {
            option(argument, out);
        }
    }
}

/// An option with its forms, and its help as one paragraph or a list.
fn option(argument: &Arg, out: &mut String) {
    let value = argument.get_value_names().and_then(|names| names.first()).map(clap::builder::Str::as_str);
    let value = value.filter(|_| argument.is_positional() || argument.get_action().takes_values());
    let mut forms = Vec::new();
    forms.extend(argument.get_short().map(|short| format!("-{short}")));
    forms.extend(argument.get_long().map(|long| format!("--{long}")));
    let mut form = forms.join(", ");
    if let Some(value) = value {
        form.push_str(&if argument.is_positional() { format!("[{value}]") } else { format!(" <{value}>") });
    }
    let (short, long) = (text(argument.get_help()), text(argument.get_long_help()));
    let help = if long.is_empty() { short } else { long };
    let mut paragraphs = help.split("\n\n");
    let first = escaped(paragraphs.next().unwrap_or_default());
    out.push_str(&format!("- `{form}`: {first}{}\n", if first.ends_with('.') { "" } else { "." }));
    for paragraph in paragraphs {
        out.push('\n');
        for line in paragraph.lines() {
            out.push_str(&format!("  {}\n", escaped(line.trim())));
        }
    }
    let values = argument.get_possible_values();
    if argument.is_positional() && !values.is_empty() {
        let names: Vec<String> = values.iter().map(|value| format!("`{}`", value.get_name())).collect();
        out.push_str(&format!("\n  One of {}.\n", names.join(", ")));
    }
}

fn text(help: Option<&StyledStr>) -> String {
    help.map(ToString::to_string).unwrap_or_default()
}

/// Escapes Markdown.
fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('|', "\\|").replace('*', "\\*")
}
