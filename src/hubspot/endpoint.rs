//! The batch endpoint that a URL names.

use super::objects::ObjectType;

/// `/crm/v3/objects/{object}/batch/{action}` or `/crm/objects/{date}/{object}/batch/{action}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchEndpoint<'u> {
    /// A name, a type id or the qualified name of a custom object.
    pub object: &'u str,
    /// `read`, `create`, `update`, `upsert` or `archive`.
    pub action: &'u str,
}

impl<'u> BatchEndpoint<'u> {
    /// Reads a URL, or only its path. The host does not matter: recordings often mask it.
    pub fn of(url: &'u str) -> Option<BatchEndpoint<'u>> {
        let mut segments = path(url)?.trim_end_matches('/').split('/').skip(1);
        let mut next = || segments.next().filter(|segment| !segment.is_empty());
        let (root, version, kind) = (next()?, next()?, next()?);
        let is_endpoint = root == "crm"
            && match (version, kind) {
                ("objects", date) => is_date(date),
                (version, "objects") => version == "v3",
                _ => false,
            };
        let (object, batch, action) = (next()?, next()?, next()?);
        let is_batch = is_endpoint && batch == "batch" && segments.next().is_none();
        is_batch.then_some(BatchEndpoint { object, action })
    }

    /// None for the name of a custom object, which does not determine its type.
    pub fn object_type(&self) -> Option<ObjectType> {
        self.object.parse().ok()
    }
}

/// The path of a URL from `/crm/` on, without the query; of other URLs, the path after the host.
pub(crate) fn path(url: &str) -> Option<&str> {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let start = match url.find("/crm/") {
        Some(start) => start,
        None => {
            let host = url.find("://").map_or(0, |scheme| scheme + 3);
            host + url[host..].find('/')?
        }
    };
    Some(&url[start..])
}

/// The version of newer endpoints: `2026-03`, or `2026-09-beta`.
fn is_date(text: &str) -> bool {
    text.len() >= 7
        && text.bytes().zip(*b"dddd-dd").all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
        && text.get(7..).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_batch_endpoints() {
        for (url, expected) in [
            ("https://api.hubapi.com/crm/v3/objects/calls/batch/read", Some(("calls", "read"))),
            ("https://api.hubapi.com:443/crm/v3/objects/0-48/batch/create?archived=false", Some(("0-48", "create"))),
            ("<HOST>/crm/v3/objects/calls/batch/upsert/", Some(("calls", "upsert"))),
            ("{{baseUrl}}/crm/objects/2026-03/contacts/batch/archive", Some(("contacts", "archive"))),
            ("/crm/objects/2026-09-beta/p1_cars/batch/update", Some(("p1_cars", "update"))),
            ("https://api.hubapi.com/crm/v3/objects/calls/batch", None),
            ("https://api.hubapi.com/crm/v3/objects/calls/batch/read/1", None),
            ("https://api.hubapi.com/crm/v3/objects/calls/search", None),
            ("https://api.hubapi.com/crm/v4/associations/calls/contacts/batch/read", None),
            ("https://api.hubapi.com/crm/v3/associations/calls/contacts/batch/read", None),
            ("https://api.hubapi.com/crm/objects/v3/calls/batch/read", None),
            ("https://api.hubapi.com/crm/v3/objects//batch/read", None),
            ("https://api.hubapi.com", None),
            ("", None),
        ] {
            let found = BatchEndpoint::of(url).map(|endpoint| (endpoint.object, endpoint.action));
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn paths_have_no_host_and_no_query() {
        for (url, expected) in [
            ("https://api.hubapi.com/oauth/v1/token?key=secret", Some("/oauth/v1/token")),
            ("https://api.hubapi.com", None),
            ("/a/b#c", Some("/a/b")),
            ("http://proxy/crm/v3/x", Some("/crm/v3/x")),
        ] {
            assert_eq!(path(url), expected, "{url}");
        }
    }
}
