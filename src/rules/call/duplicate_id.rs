use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/duplicate-id",
    severity: Warning,
    summary: "two results have the same id",
    explanation: "No recorded response contains an id twice, and HubSpot rejects a request with duplicate inputs. Reading merged records by their old ids might return the same record twice; this has not been tested. callcheck remembers the ids of the first 1,048,576 results (about 16 bytes each). Later results are compared with these ids, but not with each other.",
    fix: "remove the duplicate; to keep several responses in one file, write one response per line to a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-duplicate-id"), &[Check::DuplicateId(check)]);

fn check(record: &Record<'_>, first: u64) -> Option<Diagnostic> {
    let id = record.string(Field::Id)?;
    let message = format!("duplicate `id`, first used in /results/{first}");
    let label = Label::new(id.span(), "already used by an earlier result");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Id.pointer()).help(INFO.fix))
}
