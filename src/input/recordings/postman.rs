//! Saved examples of Postman collections 2.0 and 2.1: `response` of each item, in any depth of groups.

use super::exchange::Exchange;
use super::fields::{at, body, headers, status, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    // The API of Postman returns `{"collection": {...}}`.
    let collection = root.get("collection").filter(|_| root.get("item").is_none()).unwrap_or(root);
    let (mut found, mut number) = (Vec::new(), 0);
    // Items that are left, the next one last: groups can be nested deeply.
    let mut items: Vec<Node<'_>> = Vec::new();
    add_items(collection, &mut items);
    while let Some(item) = items.pop() {
        for example in item.get("response").into_iter().flat_map(Node::items) {
            number += 1;
            if example.is_object() {
                found.push(Exchange { number, span: example.span(), ..exchange(item, example) });
            }
        }
        add_items(item, &mut items);
    }
    found
}

fn add_items<'a>(group: Node<'a>, items: &mut Vec<Node<'a>>) {
    let before = items.len();
    items.extend(group.get("item").into_iter().flat_map(Node::items));
    items[before..].reverse();
}

fn exchange(item: Node<'_>, example: Node<'_>) -> Exchange {
    let request = example.get("originalRequest").filter(|request| !request.is_null()).or_else(|| item.get("request"));
    Exchange {
        method: request.and_then(|request| text(request, &["method"])),
        // A request can be only a URL.
        url: request.and_then(|request| url(request.get("url").unwrap_or(request))),
        status: status(example.get("code")),
        headers: headers(example.get("header")),
        request: request.and_then(|request| body(at(request, &["body", "raw"]))),
        response: example.get("body").filter(|body| !body.is_null()).and_then(|text| body(Some(text))),
        ..Exchange::default()
    }
}

/// The URL as it was typed, with the values of its variables: `{{baseUrl}}/crm/v3/objects/:objectType/batch/read`.
fn url(node: Node<'_>) -> Option<String> {
    if let Some(url) = node.text() {
        return Some(url.into_owned());
    }
    let joined = |name: &str, separator: &str| {
        let list = node.get(name)?;
        let parts: Vec<String> = list.items().filter_map(Node::text).map(String::from).collect();
        list.text().map(String::from).or_else(|| (!parts.is_empty()).then(|| parts.join(separator)))
    };
    let raw = text(node, &["raw"]).filter(|raw| !raw.is_empty());
    let url = raw.or_else(|| Some(format!("{}/{}", joined("host", ".").unwrap_or_default(), joined("path", "/")?)))?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let value = |name: &str| {
        let mut variables = node.get("variable")?.items();
        let variable = variables.find(|variable| text(*variable, &["key"]).is_some_and(|key| key == name))?;
        text(variable, &["value"]).filter(|value| !value.is_empty())
    };
    let segments = path.split('/').map(|segment| {
        let variable = segment.strip_prefix(':').and_then(value);
        variable.unwrap_or_else(|| segment.to_owned())
    });
    let path = segments.collect::<Vec<_>>().join("/");
    Some(if query.is_empty() { path } else { format!("{path}?{query}") })
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::tests::describe;
    use crate::input::recordings::{RecordingFormat, read};
    use crate::json::Tape;

    #[test]
    fn examples_are_read() {
        let text = r#"{"info": {"_postman_id": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": [
            {"name": "group", "item": [{"name": "read", "request": {"method": "GET", "url": "https://x/item"}, "response": [
                {"name": "ok", "originalRequest": {"method": "POST", "body": {"mode": "raw", "raw": "{}"},
                    "url": {"raw": "{{baseUrl}}/objects/:type/batch/:action?archived=false", "variable": [{"key": "type", "value": "calls"}]}},
                 "status": "OK", "code": 200, "header": [{"key": "Content-Type", "value": "application/json"}], "body": "{\"a\": \"\\u00e9\"}"},
                {"name": "none", "code": 404, "header": null, "body": null}]}]},
            {"name": "last", "request": "https://x/b", "response": [
                {"originalRequest": {"url": {"host": ["api", "x"], "path": ["crm", "b"]}}, "code": 200, "body": ""}, 7, {"code": 201, "body": "[]"}]}
        ]}"#;
        let expected = [
            "1 POST {{baseUrl}}/objects/calls/batch/:action?archived=false 200 content-type=application/json | {} | {\"a\": \"\\u00e9\"}",
            "2 GET https://x/item 404 | - | -",
            "3 - api.x/crm/b 200 | - | ",
            "5 - https://x/b 201 | - | []",
        ];
        assert_eq!(describe(RecordingFormat::Postman, text), expected);
        let of_api = format!(r#"{{"collection": {text}}}"#);
        assert_eq!(describe(RecordingFormat::Postman, &of_api), expected);
    }

    #[test]
    fn deep_groups_are_read() {
        let depth = crate::json::MAX_DEPTH / 2 - 10;
        let text =
            format!(r#"{}{{"response": [{{"code": 200}}]}}{}"#, r#"{"item": ["#.repeat(depth), "]}".repeat(depth));
        let recording = read(RecordingFormat::Postman, text.as_bytes(), &mut Tape::default());
        assert!(recording.damage.is_none());
        assert_eq!(recording.exchanges.len(), 1);
    }
}
