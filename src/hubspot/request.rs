//! A batch request, and which of its inputs an answer answers. The order of results is never taken for that of inputs: of 16 recorded answers to
//! creating several records, 15 have another one.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Serde;

use super::failures::strings;
use crate::json::{Document, Kind, Value};
use crate::rfc3339;

/// One input.
#[derive(Debug, Clone, Default)]
struct Input {
    id: Option<String>,
    id_property: Option<String>,
    trace_id: Option<String>,
    /// What was sent, as HubSpot would answer it: text, or nothing for null.
    properties: BTreeMap<String, Option<String>>,
}

/// A batch request.
#[derive(Debug, Clone)]
pub struct Request {
    inputs: Vec<Input>,
    /// It asks for properties, as only reading does.
    is_read: bool,
}

/// What an answer says to a request. Places of inputs and results count from 0.
#[derive(Default)]
pub struct Reconciled<'a> {
    /// So many inputs there are.
    pub inputs: usize,
    /// Inputs that are in neither results nor errors; where `are_known` is false, only how many.
    pub missing: Vec<usize>,
    /// Whether it can be told which are missing.
    pub are_known: bool,
    /// Results that answer no input.
    pub unasked: Vec<usize>,
    /// Items of `errors` that name inputs, none of which is one of the request.
    pub strange: Vec<usize>,
    /// Inputs that have more than one answer: the place of the result that is one too many, and of the input; whether the other answer is an error.
    pub twice: Vec<(usize, usize, bool)>,
    /// Values that came back otherwise than they were sent: the value, the place of its result, and of the input.
    pub changed: Vec<(Value<'a>, String, usize, usize)>,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// When the text is none, in words.
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
            read.push(Input {
                id,
                id_property: text("idProperty").or(all.map(str::to_owned)).filter(|name| name != "hs_object_id"),
                trace_id: text("objectWriteTraceId"),
                properties: properties.collect(),
            });
        }
        let is_read = request.get("properties").is_some() || request.get("propertiesWithHistory").is_some();
        Ok(Request { inputs: read, is_read })
    }

    /// Whether it may be one to archive, which is answered by an empty body.
    pub fn may_archive(&self) -> bool {
        !self.is_read
            && !self.inputs.is_empty()
            && self.inputs.iter().all(|input| input.id.is_some() && input.properties.is_empty())
    }

    /// How an input is called without telling more of it than is needed: its place, and its id where that is HubSpot's own.
    pub fn name(&self, index: usize) -> String {
        match &self.inputs[index] {
            Input { id: Some(id), id_property: None, .. } => {
                format!("/inputs/{index} (id {})", crate::text::shorten(id, 40))
            }
            Input { trace_id: Some(id), .. } => {
                format!("/inputs/{index} (objectWriteTraceId {})", crate::text::shorten(id, 40))
            }
            _ => format!("/inputs/{index}"),
        }
    }

    /// Whether every input is named by what the client has called it.
    pub fn is_traced(&self) -> bool {
        self.inputs.iter().all(|input| input.trace_id.is_some())
    }

    /// Whether inputs name records that should be there.
    pub fn names_records(&self) -> bool {
        self.inputs.iter().any(|input| input.id.is_some())
    }

    /// Compares an answer with this request.
    pub fn reconcile<'a>(&self, answer: Document<'a>) -> Reconciled<'a> {
        let root = answer.root();
        let list = |name: &str| root.get(name).into_iter().flat_map(|list| list.elements()).collect::<Vec<_>>();
        let (results, errors) = (list("results"), list("errors"));
        let mut said = Reconciled { inputs: self.inputs.len(), are_known: true, ..Reconciled::default() };
        // Which inputs are answered, how often, and by which result.
        let mut answers = vec![0usize; self.inputs.len()];
        let mut has_result = vec![false; self.inputs.len()];
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        let mut unnamed = 0;
        for (place, error) in errors.into_iter().enumerate() {
            match self.named(error) {
                None => unnamed += 1,
                Some(inputs) if inputs.is_empty() => said.strange.push(place),
                Some(inputs) => inputs.into_iter().for_each(|input| answers[input] += 1),
            }
        }
        let mut by_key: HashMap<(Option<&str>, String), Vec<usize>> = HashMap::new();
        let mut by_trace: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, input) in self.inputs.iter().enumerate() {
            if let Some(id) = &input.id {
                let property = input.id_property.as_deref();
                by_key.entry((property, key(property, id))).or_default().push(place);
            }
            if let Some(trace) = &input.trace_id {
                by_trace.entry(trace).or_default().push(place);
            }
        }
        let mut properties: Vec<Option<&str>> = by_key.keys().map(|(property, _)| *property).collect();
        properties.sort_unstable();
        properties.dedup();
        // Results that no input names: those that may be an answer all the same, and those that surely are none.
        let (mut left, mut strange): (Vec<usize>, Vec<usize>) = Default::default();
        for (place, result) in results.iter().enumerate() {
            let named = |property: &Option<&str>| match property {
                None => result.get_string("id"),
                Some(name) => result.get("properties")?.get_string(name),
            };
            let by_id =
                properties.iter().find_map(|property| by_key.get(&(*property, key(*property, &named(property)?))));
            let trace = result.get_string("objectWriteTraceId");
            let by_trace = trace.as_ref().and_then(|trace| by_trace.get(&**trace));
            let Some(inputs) = by_id.or(by_trace) else {
                let is_named = properties.iter().any(|property| property.is_some() && named(property).is_some());
                let is_traced = trace.is_some() && self.inputs.iter().all(|input| input.trace_id.is_some());
                let to = if is_named || is_traced { &mut strange } else { &mut left };
                to.push(place);
                continue;
            };
            // The same input may be asked for more than once; then the results answer them one by one.
            let input = inputs.iter().copied().find(|input| answers[*input] == 0).unwrap_or(inputs[0]);
            answers[input] += 1;
            if answers[input] > 1 {
                said.twice.push((place, input, !has_result[input]));
            }
            has_result[input] = true;
            pairs.push((input, place));
            // One record answers all inputs that name it by its id.
            for other in by_id.into_iter().flatten().filter(|other| **other != input) {
                if answers[*other] == 0 {
                    answers[*other] = 1;
                    has_result[*other] = true;
                    pairs.push((*other, place));
                }
            }
        }
        let open: Vec<usize> = (0..self.inputs.len()).filter(|input| answers[*input] == 0).collect();
        // Of new records, and of those that are named by a property which the answer does not have, only the values can tell.
        let (mut by_value, mut missing): (Vec<usize>, Vec<usize>) = open.into_iter().partition(|input| {
            let Input { id, id_property, .. } = &self.inputs[*input];
            id.is_none() || id_property.is_some()
        });
        self.pair_by_value(&mut by_value, &mut left, &results, &mut pairs);
        // Errors without names, and results that cannot be told apart, answer some of the rest.
        let answered = left.len().min(by_value.len());
        let open = missing.len() + by_value.len();
        let lost = open.saturating_sub(unnamed + answered);
        said.are_known = lost == open;
        missing.append(&mut by_value);
        missing.sort_unstable();
        missing.truncate(lost);
        said.missing = missing;
        strange.extend(left.into_iter().skip(answered));
        strange.sort_unstable();
        said.unasked = strange;
        pairs.sort_unstable();
        for (input, place) in pairs {
            for (value, name) in self.changed(input, results[place]) {
                said.changed.push((value, name, place, input));
            }
        }
        said
    }

    /// The inputs of the request that an item of `errors` names; none where it names nothing.
    fn named(&self, error: Value<'_>) -> Option<Vec<usize>> {
        let context = error.get("context")?;
        let all = |names: &[&str]| -> Vec<String> {
            let values = names.iter().filter_map(|name| context.get(name)).flat_map(strings);
            values.map(std::borrow::Cow::into_owned).collect()
        };
        let (traces, ids) = (all(&["objectWriteTraceId", "objectWriteTraceIds"]), all(&["ids", "id"]));
        if traces.is_empty() && ids.is_empty() {
            return None;
        }
        let is_named = |input: &Input| {
            let property = input.id_property.as_deref();
            input.trace_id.as_ref().is_some_and(|trace| traces.contains(trace))
                || input.id.as_ref().is_some_and(|id| ids.iter().any(|other| key(property, other) == key(property, id)))
        };
        Some((0..self.inputs.len()).filter(|place| is_named(&self.inputs[*place])).collect())
    }

    /// Pairs inputs with results by what they share: those that share most first.
    fn pair_by_value(
        &self,
        inputs: &mut Vec<usize>,
        left: &mut Vec<usize>,
        results: &[Value<'_>],
        pairs: &mut Vec<(usize, usize)>,
    ) {
        // One of each belong together, whatever came back. Requests have a hundred inputs; of very many nothing can be told by comparing all with all.
        if let ([input], [place]) = (&inputs[..], &left[..])
            && results.len() == self.inputs.len()
        {
            pairs.push((*input, *place));
            inputs.clear();
            left.clear();
        }
        let mut likely: Vec<(usize, usize, usize)> = Vec::new();
        if inputs.len() * left.len() > 1_000_000 {
            return;
        }
        for &input in inputs.iter() {
            for &place in left.iter() {
                let (same, different) = self.alike(input, results[place]);
                if same > different {
                    likely.push((same - different, input, place));
                }
            }
        }
        likely.sort_unstable_by_key(|&(alike, input, place)| (std::cmp::Reverse(alike), input, place));
        let (mut inputs_done, mut results_done) = (vec![false; self.inputs.len()], vec![false; results.len()]);
        for (_, input, place) in likely {
            if !inputs_done[input] && !results_done[place] {
                (inputs_done[input], results_done[place]) = (true, true);
                pairs.push((input, place));
            }
        }
        inputs.retain(|input| !inputs_done[*input]);
        left.retain(|place| !results_done[*place]);
    }

    /// How many properties that were sent came back as they were, and how many otherwise.
    fn alike(&self, input: usize, result: Value<'_>) -> (usize, usize) {
        let Some(properties) = result.get("properties") else { return (0, 0) };
        let mut counts = (0, 0);
        for (name, sent) in &self.inputs[input].properties {
            if let Some(value) = properties.get(name) {
                if is_same(name, sent.as_deref(), value) {
                    counts.0 += 1;
                } else {
                    counts.1 += 1;
                }
            }
        }
        counts
    }

    /// The properties that came back otherwise than they were sent.
    fn changed<'a>(&self, input: usize, result: Value<'a>) -> Vec<(Value<'a>, String)> {
        let Some(properties) = result.get("properties") else { return Vec::new() };
        let sent = self.inputs[input].properties.iter();
        let back = sent.filter_map(|(name, sent)| Some((name, sent, properties.get(name)?)));
        let other = back.filter(|(name, sent, value)| !is_same(name, sent.as_deref(), *value));
        other.map(|(name, _, value)| (value, name.clone())).collect()
    }
}

/// A value as HubSpot keeps it: everything is text.
fn plain(value: &Serde) -> Option<String> {
    match value {
        Serde::Null | Serde::Array(_) | Serde::Object(_) => None,
        Serde::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// What two ids have in common that name the same record: addresses are compared in lower case.
fn key(property: Option<&str>, id: &str) -> String {
    match property {
        None => id.to_owned(),
        Some(_) => id.trim().to_lowercase(),
    }
}

/// Whether a value came back as it was sent, as far as HubSpot keeps values: blanks around a text are cut off, addresses of mail and web are put in lower
/// case, a number may be written otherwise, a time in milliseconds comes back as a date-time, null and "" are the same, lists are sorted, markup is
/// cleaned.
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
    // A date is its midnight in UTC.
    rfc3339::instant(text)
        .or_else(|| if text.len() == 10 { rfc3339::instant(&format!("{text}T00:00:00Z")) } else { None })
}
