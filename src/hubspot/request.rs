//! Batch requests, and the comparison with their responses. Results are never matched by position: 15 of 16 recorded
//! responses to creates of several records have a different order.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Serde;

use crate::json::{Document, Kind, Value};
use crate::rfc3339;

#[derive(Debug, Clone, Default)]
pub(super) struct RequestInput {
    pub id: Option<String>,
    pub id_property: Option<String>,
    pub trace_id: Option<String>,
    /// Values as HubSpot returns them: strings, or `None` for null.
    pub properties: BTreeMap<String, Option<String>>,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub(super) inputs: Vec<RequestInput>,
    /// True if the request names the properties to return, as only reads do.
    is_read: bool,
    /// True for the request of an association batch. It has no inputs to compare.
    pub(crate) is_of_associations: bool,
}

/// Differences between a request and its response. Inputs, results and errors are indexes, counted from 0.
#[derive(Default)]
pub struct Reconciled<'a> {
    /// Number of inputs.
    pub inputs: usize,
    /// Inputs without a result or an error. If `is_identified` is false, only their number is correct.
    pub missing: Vec<usize>,
    pub is_identified: bool,
    /// Results that do not belong to any input.
    pub unexpected_results: Vec<usize>,
    /// Items of `errors` that name inputs, but not inputs of this request.
    pub unexpected_errors: Vec<usize>,
    pub duplicates: Vec<DuplicateResult>,
    pub changed: Vec<ChangedValue<'a>>,
}

/// A result for an input that already has a result or an error.
#[derive(Clone, Copy)]
pub struct DuplicateResult {
    pub result: usize,
    pub input: usize,
    /// True if the input has an error, false if it has another result.
    pub has_error: bool,
}

/// A property that differs from its value in the request.
pub struct ChangedValue<'a> {
    pub value: Value<'a>,
    pub name: String,
    pub result: usize,
    pub input: usize,
}

/// Inputs by the ids that results can have.
struct InputIndex<'r> {
    /// By `idProperty` and normalized id.
    by_id: HashMap<(Option<&'r str>, String), Vec<usize>>,
    by_trace_id: HashMap<&'r str, Vec<usize>>,
    /// All values of `idProperty`, sorted.
    id_properties: Vec<Option<&'r str>>,
    are_all_traced: bool,
}

/// Inputs that match a result.
enum ResultMatch<'i> {
    /// By the id of the record, which then is the result of all of these inputs.
    Id(&'i [usize]),
    TraceId(&'i [usize]),
    /// The result may belong to an input that only its values identify.
    Unknown,
    /// The result has an id of the kind that the inputs have, but of none of them.
    Unexpected,
}

/// Progress of the assignment of results and errors to inputs.
struct Assignment {
    /// Number of results and errors of each input.
    responses: Vec<usize>,
    has_result: Vec<bool>,
    /// Input and result.
    pairs: Vec<(usize, usize)>,
    duplicates: Vec<DuplicateResult>,
}

impl Request {
    /// # Errors
    /// A message for the user if the text is not a batch request.
    pub fn read(text: &[u8]) -> Result<Request, String> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err("not a batch request: the input is empty".into());
        }
        let request: Serde = serde_json::from_slice(text).map_err(|error| format!("invalid JSON: {error}"))?;
        let Some(inputs) = request.get("inputs") else {
            return Err(
                "not a batch request: missing `inputs` (HubSpot returns neither results nor errors for such requests)"
                    .into(),
            );
        };
        let Some(inputs) = inputs.as_array() else {
            return Err("not a batch request: `inputs` must be an array".into());
        };
        let is_association = |input: &Serde| ["from", "to"].iter().all(|end| input.get(end).is_some());
        if !inputs.is_empty() && inputs.iter().all(is_association) {
            return Ok(Request { inputs: Vec::new(), is_read: false, is_of_associations: true });
        }
        let all = request.get("idProperty").and_then(Serde::as_str);
        let mut read = Vec::with_capacity(inputs.len());
        for (index, input) in inputs.iter().enumerate() {
            let text = |name: &str| input.get(name).and_then(plain);
            let properties = input.get("properties").and_then(Serde::as_object);
            let id = text("id");
            if !input.is_object() || (id.is_none() && properties.is_none()) {
                return Err(format!(
                    "not a batch request: /inputs/{index} must be an object with `id` or `properties`"
                ));
            }
            let properties = properties.into_iter().flatten().map(|(name, value)| (name.clone(), plain(value)));
            read.push(RequestInput {
                id,
                id_property: text("idProperty").or(all.map(str::to_owned)).filter(|name| name != "hs_object_id"),
                trace_id: text("objectWriteTraceId"),
                properties: properties.collect(),
            });
        }
        let is_read = request.get("properties").is_some() || request.get("propertiesWithHistory").is_some();
        Ok(Request { inputs: read, is_read, is_of_associations: false })
    }

    /// True if this may be a request to archive records. The response to it has an empty body.
    pub fn may_archive(&self) -> bool {
        let is_id = |input: &RequestInput| input.id.is_some() && input.properties.is_empty();
        let is_of_records = !self.is_read && !self.inputs.is_empty() && self.inputs.iter().all(is_id);
        self.is_of_associations || is_of_records
    }

    /// Name of an input in messages: its pointer, and the record id or trace id. Other ids (`idProperty`) may be
    /// private data.
    pub fn name(&self, index: usize) -> String {
        match &self.inputs[index] {
            RequestInput { id: Some(id), id_property: None, .. } => {
                format!("/inputs/{index} (id {})", crate::text::shorten(id, 40))
            }
            RequestInput { trace_id: Some(id), .. } => {
                format!("/inputs/{index} (objectWriteTraceId {})", crate::text::shorten(id, 40))
            }
            _ => format!("/inputs/{index}"),
        }
    }

    /// True if every input has an `objectWriteTraceId`.
    pub fn is_traced(&self) -> bool {
        self.inputs.iter().all(|input| input.trace_id.is_some())
    }

    /// True if any input names an existing record.
    pub fn names_records(&self) -> bool {
        self.inputs.iter().any(|input| input.id.is_some())
    }

    pub fn reconcile<'a>(&self, response: Document<'a>) -> Reconciled<'a> {
        let root = response.root();
        let list = |name: &str| root.get(name).into_iter().flat_map(|list| list.elements()).collect::<Vec<_>>();
        let results = list("results");
        let mut assignment = Assignment::new(self.inputs.len());
        let (unidentified_errors, unexpected_errors) = self.assign_errors(&list("errors"), &mut assignment);
        let index = InputIndex::of(&self.inputs);
        let (mut unmatched, mut unexpected_results) = (Vec::new(), Vec::new());
        for (result, value) in results.iter().enumerate() {
            match index.find(*value) {
                ResultMatch::Id(inputs) => assignment.add_result(result, inputs, true),
                ResultMatch::TraceId(inputs) => assignment.add_result(result, inputs, false),
                ResultMatch::Unknown => unmatched.push(result),
                ResultMatch::Unexpected => unexpected_results.push(result),
            }
        }
        let Assignment { responses, mut pairs, duplicates, .. } = assignment;
        let open = (0..self.inputs.len()).filter(|input| responses[*input] == 0);
        // New records do not have an id yet, and a response may not have the `idProperty`. Such inputs can be matched
        // by values only.
        let (mut by_value, mut missing): (Vec<usize>, Vec<usize>) = open.partition(|input| {
            let RequestInput { id, id_property, .. } = &self.inputs[*input];
            id.is_none() || id_property.is_some()
        });
        self.pair_by_value(&mut by_value, &mut unmatched, &results, &mut pairs);
        // Each remaining result, and each error that does not identify inputs, belongs to one of the remaining inputs.
        let matched = unmatched.len().min(by_value.len());
        let open = missing.len() + by_value.len();
        let number_missing = open.saturating_sub(unidentified_errors + matched);
        missing.append(&mut by_value);
        missing.sort_unstable();
        missing.truncate(number_missing);
        unexpected_results.extend(unmatched.into_iter().skip(matched));
        unexpected_results.sort_unstable();
        pairs.sort_unstable();
        let changed = pairs.into_iter().flat_map(|(input, result)| self.changed(input, result, results[result]));
        Reconciled {
            inputs: self.inputs.len(),
            missing,
            is_identified: number_missing == open,
            unexpected_results,
            unexpected_errors,
            duplicates,
            changed: changed.collect(),
        }
    }

    /// Assigns errors to the inputs that they name. Returns the number of errors that do not name any input, and the
    /// indexes of errors that name other inputs.
    fn assign_errors(&self, errors: &[Value<'_>], assignment: &mut Assignment) -> (usize, Vec<usize>) {
        let (mut unidentified, mut unexpected) = (0, Vec::new());
        for (index, error) in errors.iter().enumerate() {
            match self.inputs_of_error(*error) {
                None => unidentified += 1,
                Some(inputs) if inputs.is_empty() => unexpected.push(index),
                Some(inputs) => inputs.into_iter().for_each(|input| assignment.responses[input] += 1),
            }
        }
        (unidentified, unexpected)
    }

    /// Pairs inputs with results by equal property values, the most similar ones first. Removes the pairs from `inputs`
    /// and `unmatched`.
    fn pair_by_value(
        &self,
        inputs: &mut Vec<usize>,
        unmatched: &mut Vec<usize>,
        results: &[Value<'_>],
        pairs: &mut Vec<(usize, usize)>,
    ) {
        // A single input and a single result belong together even if all values differ.
        if let ([input], [result]) = (&inputs[..], &unmatched[..])
            && results.len() == self.inputs.len()
        {
            pairs.push((*input, *result));
            inputs.clear();
            unmatched.clear();
        }
        // Every input is compared with every result. HubSpot accepts a hundred inputs, so this limit affects synthetic
        // requests only.
        if inputs.len() * unmatched.len() > 1_000_000 {
            return;
        }
        let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
        for &input in inputs.iter() {
            for &result in unmatched.iter() {
                let (equal, different) = self.similarity(input, results[result]);
                if equal > different {
                    candidates.push((equal - different, input, result));
                }
            }
        }
        candidates.sort_unstable_by_key(|&(score, input, result)| (std::cmp::Reverse(score), input, result));
        let (mut inputs_done, mut results_done) = (vec![false; self.inputs.len()], vec![false; results.len()]);
        for (_, input, result) in candidates {
            if !inputs_done[input] && !results_done[result] {
                (inputs_done[input], results_done[result]) = (true, true);
                pairs.push((input, result));
            }
        }
        inputs.retain(|input| !inputs_done[*input]);
        unmatched.retain(|result| !results_done[*result]);
    }

    /// Number of properties with the value of the request, and with a different value.
    fn similarity(&self, input: usize, result: Value<'_>) -> (usize, usize) {
        let returned = self.returned(input, result);
        let equal = returned.iter().filter(|(name, sent, value)| is_same(name, *sent, *value)).count();
        (equal, returned.len() - equal)
    }

    fn changed<'a>(&self, input: usize, result: usize, value: Value<'a>) -> Vec<ChangedValue<'a>> {
        let returned = self.returned(input, value).into_iter();
        let changed = returned.filter(|(name, sent, value)| !is_same(name, *sent, *value));
        changed.map(|(name, _, value)| ChangedValue { value, name: name.to_owned(), result, input }).collect()
    }

    /// The properties of an input that the result has: name, value in the request, value in the result.
    fn returned<'r, 'a>(&'r self, input: usize, result: Value<'a>) -> Vec<(&'r str, Option<&'r str>, Value<'a>)> {
        let Some(properties) = result.get("properties") else { return Vec::new() };
        let sent = self.inputs[input].properties.iter();
        sent.filter_map(|(name, sent)| Some((name.as_str(), sent.as_deref(), properties.get(name)?))).collect()
    }
}

impl<'r> InputIndex<'r> {
    fn of(inputs: &'r [RequestInput]) -> InputIndex<'r> {
        let mut by_id: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_trace_id: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, input) in inputs.iter().enumerate() {
            if let Some(id) = &input.id {
                let property = input.id_property.as_deref();
                by_id.entry((property, key(property, id))).or_default().push(index);
            }
            if let Some(trace_id) = &input.trace_id {
                by_trace_id.entry(trace_id.as_str()).or_default().push(index);
            }
        }
        let mut id_properties: Vec<Option<&str>> = by_id.keys().map(|(property, _)| *property).collect();
        id_properties.sort_unstable();
        id_properties.dedup();
        let are_all_traced = inputs.iter().all(|input| input.trace_id.is_some());
        InputIndex { by_id, by_trace_id, id_properties, are_all_traced }
    }

    fn find(&self, result: Value<'_>) -> ResultMatch<'_> {
        let id = |property: Option<&str>| match property {
            None => result.get_string("id"),
            Some(name) => result.get("properties")?.get_string(name),
        };
        let by_id = self
            .id_properties
            .iter()
            .find_map(|property| self.by_id.get(&(*property, key(*property, &id(*property)?))));
        if let Some(inputs) = by_id {
            return ResultMatch::Id(inputs);
        }
        let trace_id = result.get_string("objectWriteTraceId");
        if let Some(inputs) = trace_id.as_ref().and_then(|trace_id| self.by_trace_id.get(&**trace_id)) {
            return ResultMatch::TraceId(inputs);
        }
        let has_id = self.id_properties.iter().any(|property| property.is_some() && id(*property).is_some());
        if has_id || (trace_id.is_some() && self.are_all_traced) {
            ResultMatch::Unexpected
        } else {
            ResultMatch::Unknown
        }
    }
}

impl Assignment {
    fn new(inputs: usize) -> Assignment {
        Assignment {
            responses: vec![0; inputs],
            has_result: vec![false; inputs],
            pairs: Vec::new(),
            duplicates: Vec::new(),
        }
    }

    /// Assigns a result to the first of these inputs that is still open. If `is_for_all`, also to all other open ones.
    fn add_result(&mut self, result: usize, inputs: &[usize], is_for_all: bool) {
        // A request may have the same input several times. Then each result belongs to another one of them.
        let input = inputs.iter().copied().find(|input| self.responses[*input] == 0).unwrap_or(inputs[0]);
        if self.responses[input] > 0 {
            self.duplicates.push(DuplicateResult { result, input, has_error: !self.has_result[input] });
        }
        self.assign(input, result);
        for other in inputs.iter().filter(|other| is_for_all && **other != input) {
            if self.responses[*other] == 0 {
                self.assign(*other, result);
            }
        }
    }

    fn assign(&mut self, input: usize, result: usize) {
        self.responses[input] += 1;
        self.has_result[input] = true;
        self.pairs.push((input, result));
    }
}

/// Converts a value to the string that HubSpot stores.
fn plain(value: &Serde) -> Option<String> {
    match value {
        Serde::Null | Serde::Array(_) | Serde::Object(_) => None,
        Serde::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Normalizes an id for comparison. Values of an `idProperty`, such as email addresses, are case-insensitive.
pub(super) fn key(property: Option<&str>, id: &str) -> String {
    match property {
        None => id.to_owned(),
        Some(_) => id.trim().to_lowercase(),
    }
}

/// True if a returned value equals the sent one after HubSpot's normalization. HubSpot trims whitespace, converts email
/// and web addresses to lower case, reformats numbers, returns times in milliseconds as date-times, treats null as "",
/// sorts lists, and sanitizes markup.
fn is_same(name: &str, sent: Option<&str>, back: Value<'_>) -> bool {
    let back = match back.kind() {
        Kind::String => back.string().into_owned(),
        Kind::Null => String::new(),
        Kind::Number => back.number().to_owned(),
        Kind::True => "true".to_owned(),
        Kind::False => "false".to_owned(),
        _ => return true,
    };
    let (sent, back) = (sent.unwrap_or_default().trim(), back.trim());
    if sent == back || [sent, back].iter().any(|text| text.contains(['<', '&'])) {
        return true;
    }
    if super::names::is_guid(sent) && sent.eq_ignore_ascii_case(back) {
        return true;
    }
    let is_address =
        name.contains("email") || name.contains("domain") || name.contains("website") || sent.contains('@');
    if is_address && sent.to_lowercase() == back.to_lowercase() {
        return true;
    }
    if let (Some(one), Some(two)) = (instant(sent), instant(back)) {
        return one == two;
    }
    if let (Ok(one), Ok(two)) = (sent.parse::<f64>(), back.parse::<f64>()) {
        return one == two;
    }
    if sent.contains(';') && back.contains(';') {
        let sorted = |text: &str| {
            let mut items: Vec<String> =
                text.split(';').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
            items.sort_unstable();
            items
        };
        return sorted(sent) == sorted(back);
    }
    let lines = |text: &str| text.replace("\r\n", "\n");
    lines(sent) == lines(back)
}

fn instant(text: &str) -> Option<i64> {
    let is_number = (12..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        return text.parse().ok();
    }
    // HubSpot stores a date as midnight in UTC.
    rfc3339::instant(text)
        .or_else(|| if text.len() == 10 { rfc3339::instant(&format!("{text}T00:00:00Z")) } else { None })
}
