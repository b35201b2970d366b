//! The pages about rules in docs/reference/, generated from the registry. A test compares them with the files.

use std::sync::LazyLock;

use fancy_regex::Regex;

use callcheck::internals::diagnostic::Severity;
use callcheck::internals::rules::levels::{Levels, Profile};
use callcheck::internals::rules::{RULES, Rule};

/// Introduction of a group.
const GROUPS: &[(&str, &str)] = &[
    ("json", "JSON syntax and encoding"),
    ("document", "input that is not a batch response"),
    ("schema", "JSON Schema violations, one rule per keyword"),
    ("batch", "the response as a whole"),
    ("call", "individual results"),
    ("fixture", "signs of a response that HubSpot did not send"),
    ("request", "comparison of a response with its request (`--request`)"),
    ("recording", "recordings that cannot be read"),
    ("config", "errors in callcheck.toml"),
];

/// Ideas for rules that are wrong, with the reason.
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

/// Evidence of each group.
const SOURCES: &[(&str, &[(&str, &str)])] = &[
    ("json", &[("RFC 8259, the JSON data interchange format", "https://www.rfc-editor.org/rfc/rfc8259")]),
    (
        "schema",
        &[
            ("JSON Schema Core 2020-12", "https://json-schema.org/draft/2020-12/json-schema-core"),
            ("JSON Schema Validation 2020-12", "https://json-schema.org/draft/2020-12/json-schema-validation"),
        ],
    ),
    ("batch", &[GUIDE]),
    (
        "call",
        &[
            GUIDE,
            (
                "call dispositions",
                "https://developers.hubspot.com/docs/api-reference/legacy/crm/activities/engagements/get-calling-v1-dispositions",
            ),
        ],
    ),
    ("request", &[GUIDE]),
    ("config", &[("TOML 1.0", "https://toml.io/en/v1.0.0")]),
];

const GUIDE: (&str, &str) =
    ("HubSpot's guide to calls", "https://developers.hubspot.com/docs/api-reference/latest/crm/activities/calls/guide");

const GENERATED: &str = "<!-- Generated from src/rules/: run `BLESS=1 cargo test --test docs` to update this page. -->";

/// Pages about rules: their paths below docs/reference/ and their text. One page lists all rules, the others describe
/// those of a group.
pub fn markdown() -> Vec<(String, String)> {
    let mut index = format!(
        "# Rules\n\n{GENERATED}\n\n\
         Every finding has the id of a rule, such as `schema/enum`. `callcheck explain RULE` describes a rule on the terminal.\n\n\
         The severity column applies to the `default` profile, the strict column to `--profile strict`.\n\
         `strict` (for test fixtures) turns everything except informational rules into errors.\n\
         `lenient` (for live responses) disables notes and the `fixture/*` rules.\n\
         Rules with the severity `off` run only if `--warn`, `--deny`, `--profile strict` or callcheck.toml enables them.\n\n\
         The rules were compared with recorded responses. 95 unedited batch responses of contacts, companies, custom objects, emails, tasks,\n\
         communications, carts and orders have no errors, and no warnings except about partial failures.\n"
    );
    let mut pages = Vec::new();
    for group in RULES {
        let name = group[0].info.group();
        let about = GROUPS.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about);
        index.push_str(&format!(
            "\n## {name}: {about}\n\n| rule | severity | strict | what it reports |\n|---|---|---|---|\n"
        ));
        for rule in *group {
            index.push_str(&format!(
                "| [{}](rules/{name}.md#{}) | {} | {} | {} |\n",
                rule.info.id,
                rule.info.id.replace('/', "").to_lowercase(),
                level(rule, Profile::Default),
                level(rule, Profile::Strict),
                escaped(rule.info.summary)
            ));
        }
        pages.push((format!("rules/{name}.md"), page(name, about, group)));
    }
    index.push_str("\n## Checks we deliberately do not make\n\nPlausible checks that recorded responses contradict:\n\n| check | why not |\n|---|---|\n");
    for (idea, why) in WRONG {
        index.push_str(&format!("| {idea} | {why} |\n"));
    }
    pages.push(("rules.md".to_owned(), index));
    pages
}

/// The page of a group.
fn page(name: &str, about: &str, group: &[Rule]) -> String {
    let mut out = format!("# {name}: {about}\n\n{GENERATED}\n");
    let sources = SOURCES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, sources)| sources);
    if !sources.is_empty() {
        let links: Vec<String> = sources.iter().map(|(text, link)| format!("[{text}]({link})")).collect();
        out.push_str(&format!("\nSources: {}.\n", links.join(", ")));
    }
    for rule in group {
        let severity = |profile| level(rule, profile);
        let [default, lenient, strict] = [Profile::Default, Profile::Lenient, Profile::Strict].map(severity);
        out.push_str(&format!("\n## {}\n\n{}\n\n", rule.info.id, capitalized(&escaped(rule.info.summary))));
        out.push_str(&format!("Severity: **{default}** (lenient: {lenient}, strict: {strict})\n\n"));
        out.push_str(&format!("{}\n", linked(&escaped(rule.info.explanation))));
        if !rule.info.fix.is_empty() {
            out.push_str(&format!("\nWhat to do: {}.\n", escaped(rule.info.fix)));
        }
    }
    out
}

/// A summary as text with a capital letter and a full stop.
fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// Turns names of specifications into links to their sections.
fn linked(text: &str) -> String {
    static SPECIFICATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:RFC (?<rfc>\d+)|JSON Schema (?<part>Core|Validation) 2020-12)(?:, section (?<section>\d+(?:\.\d+)*))?",
        )
        .expect("a pattern")
    });
    let mut out = String::new();
    let mut at = 0;
    for found in SPECIFICATION.captures_iter(text) {
        let found = found.expect("the pattern can be searched");
        let whole = found.get(0).expect("a match");
        let page = match (found.name("rfc"), found.name("part")) {
            (Some(number), _) => format!("https://www.rfc-editor.org/rfc/rfc{}", number.as_str()),
            (_, part) => {
                let part = part.map_or("", |part| part.as_str()).to_lowercase();
                format!("https://json-schema.org/draft/2020-12/json-schema-{part}")
            }
        };
        let section = found.name("section").map_or(String::new(), |section| format!("#section-{}", section.as_str()));
        out.push_str(&text[at..whole.start()]);
        out.push_str(&format!("[{}]({page}{section})", whole.as_str()));
        at = whole.end();
    }
    out.push_str(&text[at..]);
    out
}

fn level(rule: &Rule, profile: Profile) -> &'static str {
    Levels::with(profile).of(rule.info).map_or("off", Severity::as_str)
}

/// Escapes Markdown.
fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('|', "\\|").replace('*', "\\*")
}
