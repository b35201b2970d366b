//! The `url` of a result. It has two forms, and both occur for activities:
//!
//! - `https://app.hubspot.com/contacts/{account}/record/{type}/{id}`
//! - `https://app.hubspot.com/contacts/{account}/objects/{type}/views/all/list?filters=...`, a list that is filtered by
//!   the id of the record: `[{"property":"hs_object_id","operator":"EQ","value":"{id}"}]`, percent-encoded

use super::objects::ObjectType;

/// The parts of a record's URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordUrl<'a> {
    /// The part before the type, without the slash.
    pub account: &'a str,
    /// The id of the account.
    pub portal: u64,
    pub kind: ObjectType,
    /// None for a list without a filter by id.
    pub id: Option<&'a str>,
}

impl<'a> RecordUrl<'a> {
    pub fn of(url: &'a str) -> Option<RecordUrl<'a>> {
        let (account, rest, is_list) = match url.split_once("/record/") {
            Some((account, rest)) => (account, rest, false),
            None => url.split_once("/objects/").map(|(account, rest)| (account, rest, true))?,
        };
        let portal = account.rsplit('/').next().filter(|portal| is_number(portal))?.parse().ok()?;
        let (kind, rest) = rest.split_once('/')?;
        let id = match is_list {
            true => filtered_id(rest),
            false => Some(rest.split(['/', '?', '#']).next().filter(|id| !id.is_empty())?),
        };
        Some(RecordUrl { account, portal, kind: ObjectType::of_id(kind)?, id })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value that a list filters `hs_object_id` by, which may be percent-encoded.
fn filtered_id(list: &str) -> Option<&str> {
    let (_, filter) = list.split_once("hs_object_id")?;
    let (_, mut value) = filter.split_once("value")?;
    value = value.strip_prefix('s').unwrap_or(value);
    // `%22%3A%22` or `":"`: what precedes the number.
    loop {
        let rest = match value.as_bytes() {
            [b'%', _, _, ..] => value.get(3..),
            [b'"' | b':' | b'[' | b' ' | b'+', ..] => value.get(1..),
            _ => None,
        };
        match rest {
            Some(rest) => value = rest,
            None => break,
        }
    }
    let end = value.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len());
    Some(&value[..end]).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_an_account_a_type_and_an_id() {
        let url = |url: &str| {
            let parts = |url: RecordUrl<'_>| (url.portal, url.kind.to_string(), url.id.unwrap_or("none").to_owned());
            RecordUrl::of(url).map(parts)
        };
        let parts = |portal: u64, kind: &str, id: &str| Some((portal, kind.to_owned(), id.to_owned()));
        assert_eq!(url("https://app.hubspot.com/contacts/44/record/0-1/17"), parts(44, "0-1", "17"));
        assert_eq!(url("https://app-eu1.hubspot.com/contacts/44/record/2-35/17?x=1"), parts(44, "2-35", "17"));
        for filter in [
            "%5B%7B%22property%22%3A%22hs_object_id%22%2C%22operator%22%3A%22EQ%22%2C%22value%22%3A%2217%22%7D%5D",
            "[{\"property\":\"hs_object_id\",\"operator\":\"EQ\",\"value\":\"17\"}]",
            "[{\"property\":\"hs_object_id\",\"operator\":\"IN\",\"values\":[\"17\"]}]",
        ] {
            let list = format!("https://app.hubspot.com/contacts/44/objects/0-46/views/all/list?filters={filter}");
            assert_eq!(url(&list), parts(44, "0-46", "17"), "{filter}");
        }
        let list = "https://app.hubspot.com/contacts/44/objects/0-48/views/all/list";
        assert_eq!(url(list), parts(44, "0-48", "none"));
        for other in [
            "https://app.hubspot.com/contacts/44/contact/17",
            "https://app.hubspot.com/contacts/x/record/0-1/17",
            "https://app.hubspot.com/contacts/44/record/0-1/",
            "https://app.hubspot.com/contacts/44/record/contact/17",
            "https://app.hubspot.com/contacts/44/objects/0-48",
            "https://app.hubspot.com/contacts/44/objects/0-48/views?hs_object_id,value=%",
            "",
        ] {
            let found = url(other);
            assert!(found.is_none() || found == parts(44, "0-48", "none"), "{other}: {found:?}");
        }
    }
}
