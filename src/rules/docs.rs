//! docs/rules.md, made of the table. A test compares it with the file.

use super::{RULES, Rule};
use crate::levels::{Levels, Profile};

/// What a group is about.
const GROUPS: &[(&str, &str)] = &[
    ("json", "the text itself, before anything is known of its meaning"),
    ("document", "what a document is that is no batch answer"),
    ("schema", "the JSON Schema, a rule for each keyword"),
    ("batch", "the answer as a whole"),
    ("call", "one result"),
    ("fixture", "what gives away that an answer was never sent by HubSpot"),
    ("request", "an answer against the request that caused it (`--request`)"),
    ("config", "what is wrong with a callcheck.toml"),
];

/// What sounds like a rule and would be wrong, and why.
const WRONG: &[(&str, &str)] = &[
    (
        "`updatedAt` lies between `startedAt` and `completedAt`",
        "An update that changes nothing keeps the old `updatedAt`: recorded two days and one day before the batch.",
    ),
    (
        "`numErrors` is the number of inputs that failed",
        "It counts the items of `errors`, and one item may name several inputs (recorded: 1 item, 2 inputs). batch/partial-failure counts ids and trace ids.",
    ),
    ("`status` is not COMPLETE where there are errors", "10 of 10 partial answers are COMPLETE."),
    (
        "an error has `context`, `links` and `errors`",
        "HubSpot's types require them, HubSpot's answers leave them out: 10 of 10 recorded partial answers fail HubSpot's own types.",
    ),
    (
        "results come in the order of the inputs",
        "15 of 16 recorded answers to creating several records have another order.",
    ),
    ("creating answers 201, nothing else", "HubSpot itself sent 200 for a day (2025-08-21), and proxies change it."),
    ("`hs_timestamp` is near `createdAt`", "Calls are imported years after they took place."),
    (
        "a completed call has a duration, or fits its outcome",
        "COMPLETED with \"Left voicemail\" and \"0\" is ordinary.",
    ),
    ("a recording's URL ends in .mp3 or .wav", "The guide's own example has no extension."),
    ("phone numbers are E.164", "The guide's own example is `(857) 829 5489`."),
    ("`hs_call_body` has at most 65,536 characters", "That is documented for notes only; nothing is known for calls."),
    ("`hs_createdate` equals `createdAt` of every object", "Not of deals, so call/create-date looks at calls only."),
];

/// The text of docs/rules.md.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Rules\n\nMade from the table in `src/rules/`: `BLESS=1 cargo test --test docs` writes it. `callcheck explain RULE` shows examples of each.\n\n\
         A level is that of the profile `default`; `lenient` (for answers of the API) leaves out notes and `fixture/*`, `strict` (for files that tests learn from)\n\
         makes everything an error but what only informs. `off`: told only where `--warn`, `--deny`, `--profile strict` or a callcheck.toml asks for it.\n",
    );
    for group in RULES {
        let name = group[0].group();
        let about = GROUPS.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about);
        out.push_str(&format!(
            "\n## {name}: {about}\n\n| rule | level | strict | what is wrong |\n|---|---|---|---|\n"
        ));
        for rule in *group {
            out.push_str(&format!(
                "| [{}](#{}) | {} | {} | {} |\n",
                rule.id,
                rule.id.replace('/', "").to_lowercase(),
                level(rule, Profile::Default),
                level(rule, Profile::Strict),
                escaped(rule.summary)
            ));
        }
        for rule in *group {
            out.push_str(&format!("\n### {}\n\n{}\n", rule.id, escaped(rule.explanation)));
            if !rule.fix.is_empty() {
                out.push_str(&format!("\n*What to do:* {}\n", escaped(rule.fix)));
            }
        }
    }
    out.push_str("\n## What is no rule\n\nIdeas that recorded answers speak against, so that nobody has them again:\n\n| idea | why not |\n|---|---|\n");
    for (idea, why) in WRONG {
        out.push_str(&format!("| {idea} | {why} |\n"));
    }
    out
}

fn level(rule: &Rule, profile: Profile) -> &'static str {
    Levels::with(profile).of(rule).map_or("off", crate::diagnostic::Severity::as_str)
}

/// Text that Markdown does not take for markup.
fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('|', "\\|").replace('*', "\\*")
}
