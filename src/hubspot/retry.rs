//! Advice on failures: whether to retry, when, and what to do first. Sources: HubSpot's page "Error handling", its
//! batch limits, recorded error responses, and error messages that users published.

/// Advice on a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retry {
    /// True if the same request, without changes, may succeed later.
    pub is_retryable: bool,
    /// Seconds before the first retry, if they are known.
    pub after_seconds: Option<u32>,
    pub action: &'static str,
    /// A fact about such failures.
    pub note: Option<&'static str>,
}

impl Retry {
    const fn never(action: &'static str) -> Retry {
        Retry { is_retryable: false, after_seconds: None, action, note: None }
    }

    const fn after(seconds: u32, action: &'static str) -> Retry {
        Retry { is_retryable: true, after_seconds: Some(seconds), ..Retry::never(action) }
    }
}

/// Advice on a category or an error code.
struct Row {
    codes: &'static [&'static str],
    /// If HubSpot rejected the request.
    request: Retry,
    /// The action if only some inputs of a batch failed. Empty if it is the same.
    inputs: &'static str,
}

const CONFLICT: &str = "CONFLICT";
const BACKOFF: &str = "retry with exponential backoff, starting at 1 second";
const HUBSPOT_FAILED: Retry = Retry::after(1, "retry with exponential backoff: the failure is on HubSpot's side");
/// For conflicts in general. A record that already exists is only one kind.
const CONFLICTS: Retry =
    Retry { note: Some(FIRST_CONFLICT), ..Retry::never("do not retry: the request conflicts with an existing record") };
const EXISTS: Retry = Retry {
    note: Some(FIRST_CONFLICT),
    ..Retry::never("do not retry: the record already exists; update it or use batch/upsert")
};
const FIRST_CONFLICT: &str =
    "HubSpot names only the first conflicting input of a batch; other inputs may conflict as well";

/// By category (`category`, `errorType`, `status` of OAuth), error code (`error`) and rate limit (`policyName`).
const CODES: &[Row] = &[
    Row {
        codes: &["VALIDATION_ERROR"],
        request: Retry::never(
            "do not retry: correct the request first; in a batch, one invalid input fails all others unless each input has a unique `objectWriteTraceId`",
        ),
        // One input does not fail the others here.
        inputs: "correct the inputs with VALIDATION_ERROR before you retry",
    },
    Row {
        codes: &[CONFLICT],
        request: EXISTS,
        inputs: "do not retry the inputs with CONFLICT: the records already exist; update them or use batch/upsert",
    },
    Row { codes: &["OBJECT_ALREADY_EXISTS", "CONTACT_EXISTS"], request: EXISTS, inputs: "" },
    Row {
        codes: &["OBJECT_NOT_FOUND"],
        request: Retry::never("do not retry: the ids do not exist, or the records were deleted or merged"),
        inputs: "do not retry the inputs with OBJECT_NOT_FOUND: the ids do not exist, or the records were deleted or merged",
    },
    Row {
        codes: &["MISSING_SCOPES"],
        request: Retry::never("do not retry: add the missing scopes to the app and reauthorize it"),
        inputs: "",
    },
    Row {
        codes: &["INVALID_AUTHENTICATION"],
        request: Retry::never("use a valid access token, then retry"),
        inputs: "",
    },
    Row {
        codes: &["EXPIRED_AUTHENTICATION"],
        request: Retry::never("refresh the access token, then retry"),
        inputs: "",
    },
    Row {
        codes: &["BAD_REFRESH_TOKEN"],
        request: Retry::never("do not retry: the refresh token is invalid or revoked; reauthorize the app"),
        inputs: "",
    },
    Row { codes: &["RATE_LIMITS", "RATE_LIMIT"], request: Retry::after(1, BACKOFF), inputs: "" },
    Row { codes: &["SECONDLY"], request: Retry::after(1, "retry after 1 second"), inputs: "" },
    Row { codes: &["TEN_SECONDLY_ROLLING"], request: Retry::after(10, "retry after 10 seconds"), inputs: "" },
    Row {
        codes: &["DAILY"],
        // The limit is reset at midnight in the time zone of the account.
        request: Retry { is_retryable: true, ..Retry::never("retry tomorrow: the daily limit is exhausted") },
        inputs: "",
    },
    Row { codes: &["INTERNAL_ERROR"], request: HUBSPOT_FAILED, inputs: "" },
];

/// Codes that occur in responses, but have no row.
const OTHER_CODES: [&str; 2] = ["BANNED", "METHOD_NOT_ALLOWED"];

/// Advice on messages, by their text in lower case. It is more specific than that on the code.
const MESSAGES: &[(&[&str], Retry)] = &[
    (
        &["non-unique", "idproperty"],
        Retry::never(
            "do not retry: `idProperty` must name a property with unique values; if the ids are record ids, omit `idProperty` and use batch/update",
        ),
    ),
    (
        &["maximum number of inputs"],
        Retry::never(
            "do not retry: split the batch; HubSpot accepts 100 inputs, 50 with `propertiesWithHistory`, and 1,000 for batch/read of associations",
        ),
    ),
    (&["duplicate ids"], Retry::never("do not retry: remove the duplicate inputs; they fail the whole batch")),
    (
        &["invalid json input", "invalid input json"],
        Retry::never("do not retry: correct the request body; it must be JSON of the form {\"inputs\": [...]}"),
    ),
];

/// If batch/read of associations finds none. They are OBJECT_NOT_FOUND as well.
const NO_ASSOCIATION: Retry = Retry::never("nothing to retry: the records do not have such associations");

/// Advice on messages of responses that have neither a known code nor an HTTP status.
const MESSAGES_WITHOUT_CODE: &[(&str, Retry)] = &[
    ("internal error", HUBSPOT_FAILED),
    ("do not have permission", FORBIDDEN),
    ("unable to infer object type", Retry::never("do not retry: correct the object type in the URL")),
];

const FORBIDDEN: Retry = Retry::never("do not retry: the app is missing a permission or a scope");

/// All codes that callcheck knows.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().flat_map(|row| row.codes).copied().chain(OTHER_CODES)
}

fn row(code: &str) -> Option<&'static Row> {
    CODES.iter().find(|row| row.codes.contains(&code))
}

fn of_message(lower: &str) -> Option<Retry> {
    MESSAGES.iter().find(|(parts, _)| parts.iter().any(|part| lower.contains(part))).map(|(_, retry)| *retry)
}

/// Advice if HubSpot rejected a request. `codes`: the most specific one first. `http` is the status code.
pub(crate) fn of_request<'c>(codes: impl IntoIterator<Item = &'c str>, message: &str, http: Option<u16>) -> Retry {
    let lower = message.to_lowercase();
    if let Some(retry) = of_message(&lower) {
        return retry;
    }
    if let Some((code, row)) = codes.into_iter().find_map(|code| Some((code, row(code)?))) {
        let is_general = code == CONFLICT && !lower.contains("already exists");
        return if is_general { CONFLICTS } else { row.request };
    }
    let by_message = || MESSAGES_WITHOUT_CODE.iter().find(|(part, _)| lower.contains(part)).map(|(_, retry)| *retry);
    http.and_then(of_status)
        .or_else(by_message)
        .unwrap_or(Retry::never("do not retry before you check the request: it is probably invalid"))
}

/// Advice if some inputs of a batch failed.
pub(crate) fn of_inputs(category: &str, message: &str) -> Option<Retry> {
    let lower = message.to_lowercase();
    if let Some(retry) = of_message(&lower) {
        return Some(retry);
    }
    if lower.starts_with("no ") && lower.contains(" is associated with ") {
        return Some(NO_ASSOCIATION);
    }
    let row = row(category)?;
    let action = if row.inputs.is_empty() { row.request.action } else { row.inputs };
    // Each error names its inputs.
    Some(Retry { action, note: None, ..row.request })
}

/// Advice on an HTTP status, for responses without a known code.
pub(crate) fn of_status(status: u16) -> Option<Retry> {
    Some(match status {
        304 => Retry::never(
            "send the request without `If-None-Match` and `If-Modified-Since`: the cached response is current",
        ),
        400 => Retry::never("do not retry: correct the request first"),
        401 => Retry::never("use a valid access token, then retry"),
        403 => FORBIDDEN,
        404 => Retry::never("do not retry: the endpoint or the object does not exist"),
        408 => Retry::after(1, "retry with exponential backoff: the request timed out"),
        409 => CONFLICTS,
        413 => Retry::never("do not retry: split the batch; the request is too large"),
        414 => Retry::never("do not retry: the URL is too long"),
        423 => Retry::after(2, "retry after 2 seconds: the object is locked"),
        429 => Retry::after(1, "retry with exponential backoff: a rate limit was exceeded"),
        477 => Retry {
            is_retryable: true,
            ..Retry::never("retry after the time in the `Retry-After` header: the account is being migrated")
        },
        500..=599 => HUBSPOT_FAILED,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The action agrees with the other properties.
    #[test]
    fn actions_agree_with_their_properties() {
        let of_messages = MESSAGES.iter().map(|(_, retry)| *retry);
        let others = MESSAGES_WITHOUT_CODE.iter().map(|(_, retry)| *retry);
        let of_codes = CODES.iter().map(|row| row.request);
        for retry in of_codes.chain(of_messages).chain(others).chain((0..=999).filter_map(of_status)) {
            assert_eq!(retry.is_retryable, retry.action.starts_with("retry "), "{retry:?}");
            assert!(retry.is_retryable || retry.after_seconds.is_none(), "{retry:?}");
            let has_unit = retry.action.contains(" second");
            let seconds = retry.action.split(' ').find_map(|word| word.parse::<u32>().ok());
            assert!(!has_unit || seconds == retry.after_seconds, "{retry:?}");
        }
    }

    #[test]
    fn codes_are_unique() {
        let mut all: Vec<&str> = codes().collect();
        let number = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), number);
    }

    #[test]
    fn the_message_is_more_specific_than_the_code() {
        let action = |code: &str, message: &str, http| of_request([code], message, http).action;
        assert!(action("VALIDATION_ERROR", "x", None).contains("correct the request"));
        let limit = "The maximum number of inputs supported in a batch is 100.";
        assert!(action("VALIDATION_ERROR", limit, Some(400)).contains("split the batch"));
        assert!(action("", "internal error", None).contains("exponential backoff"));
        assert!(action("", "internal error", Some(400)).contains("correct the request"));
        assert!(action("CONFLICT", "Contact already exists.", None).contains("batch/upsert"));
        assert!(action("CONFLICT", "Version mismatch", None).contains("conflicts with"));
        assert_eq!(of_inputs("UNHEARD_OF", "x"), None);
    }
}
