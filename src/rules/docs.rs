//! docs/rules.md, made of the table. A test compares it with the file.

use super::{RULES, Rule};
use crate::levels::{Levels, Profile};

/// What a group is about.
const GROUPS: &[(&str, &str)] = &[
    ("json", "JSON syntax and encoding"),
    ("document", "input that is not a batch response"),
    ("schema", "JSON Schema violations, one rule per keyword"),
    ("batch", "the response as a whole"),
    ("call", "individual results"),
    ("fixture", "signs of a response that HubSpot did not send"),
    ("request", "comparison of a response with its request (`--request`)"),
    ("config", "errors in callcheck.toml"),
];

/// What sounds like a rule and would be wrong, and why.
const WRONG: &[(&str, &str)] = &[
    (
        "`updatedAt` is between `startedAt` and `completedAt`",
        "An update that changes nothing keeps the old `updatedAt`. Recorded updates have times one and two days before the batch.",
    ),
    (
        "`numErrors` is the number of failed inputs",
        "HubSpot counts the items of `errors`, and one item can name several inputs (recorded: 1 item, 2 inputs). Therefore batch/partial-failure counts ids and trace ids.",
    ),
    ("`status` is not COMPLETE if there are errors", "10 of 10 partial failures have the status COMPLETE."),
    (
        "every error has `context`, `links` and `errors`",
        "HubSpot's types require them, but HubSpot's responses omit them. 10 of 10 partial failures do not match HubSpot's types.",
    ),
    (
        "results are in the order of the inputs",
        "15 of 16 recorded responses that create several records have a different order.",
    ),
    ("a create returns only HTTP 201", "HubSpot sent 200 for one day (2025-08-21), and proxies change the status."),
    ("`hs_timestamp` is close to `createdAt`", "Calls can be imported years after they took place."),
    (
        "a completed call has a duration and a matching disposition",
        "COMPLETED with \"Left voicemail\" and a duration of \"0\" is common.",
    ),
    ("the URL of a recording ends in .mp3 or .wav", "The example in HubSpot's guide does not have an extension."),
    ("phone numbers are in E.164 format", "The example in HubSpot's guide is `(857) 829 5489`."),
    (
        "`hs_call_body` has at most 65,536 characters",
        "HubSpot documents this limit only for notes. The limit for calls is unknown.",
    ),
    (
        "`hs_createdate` equals `createdAt` in every object",
        "Deals are an exception. Therefore call/create-date checks only calls.",
    ),
];

/// The text of docs/rules.md.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Rules\n\n<!-- Generated from src/rules/: run `BLESS=1 cargo test --test docs` to update this page. -->\n\n\
         `callcheck explain RULE` describes a rule, with examples.\n\n\
         The severity column applies to the `default` profile, the strict column to `--profile strict`.\n\
         `strict` (for test fixtures) turns everything except informational rules into errors.\n\
         `lenient` (for live responses) disables notes and the `fixture/*` rules.\n\
         Rules with the severity `off` run only if `--warn`, `--deny`, `--profile strict` or callcheck.toml enables them.\n",
    );
    for group in RULES {
        let name = group[0].group();
        let about = GROUPS.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about);
        out.push_str(&format!(
            "\n## {name}: {about}\n\n| rule | severity | strict | what it reports |\n|---|---|---|---|\n"
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
    out.push_str("\n## Checks we deliberately do not make\n\nPlausible checks that recorded responses contradict:\n\n| check | why not |\n|---|---|\n");
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
