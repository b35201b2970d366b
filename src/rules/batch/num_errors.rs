use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/num-errors",
    severity: Warning,
    summary: "`numErrors` differs from the number of items in `errors`",
    explanation: "HubSpot's types define `numErrors` as an int32. It equals the number of items in `errors` in 9 of 10 recorded partial failures; the other one was trimmed by hand. It is not the number of failed inputs, because one item may name several.",
    fix: "set `numErrors` to the number of items in `errors`, or restore the items that were removed",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-num-errors.json", partial), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let items = response.failures.items;
    let (message, label, help) = match response.scalar(Field::NumErrors)? {
        JsonScalar::Null if items == 0 => return None,
        JsonScalar::Null => not_an_integer("null", items),
        JsonScalar::Boolean(_) => not_an_integer("a boolean", items),
        JsonScalar::String(_) => not_an_integer("a string", items),
        JsonScalar::Array => not_an_integer("an array", items),
        JsonScalar::Object => not_an_integer("an object", items),
        JsonScalar::Number(number) => {
            // batch/partial-failure reports errors that are counted but not listed.
            let is_partial_failure = items == 0 && number.parse::<u64>().is_ok_and(|number| number > 0);
            if is_partial_failure || number.parse::<f64>().is_ok_and(|number| number == items as f64) {
                return None;
            }
            let message = match response.at(Field::Errors) {
                Some(_) => format!("`numErrors` is {}, but `errors` has {}", shorten(number, 30), count(items, "item")),
                None => format!("`numErrors` is {}, but `errors` is missing", shorten(number, 30)),
            };
            (message, "expected the number of items in `errors`", INFO.fix.to_owned())
        }
    };
    let label = Label::new(response.span(Field::NumErrors)?, label);
    Some(Diagnostic::new(&INFO, message, label).at(Field::NumErrors.pointer()).help(help))
}

fn not_an_integer(found: &str, items: u64) -> (String, &'static str, String) {
    let help = match items {
        0 => "remove `numErrors`, because the response has no errors".to_owned(),
        _ => format!("set `numErrors` to {items}, the number of items in `errors`"),
    };
    (format!("`numErrors` must be an integer, found {found}"), "expected an integer", help)
}
