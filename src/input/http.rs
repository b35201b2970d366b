//! HTTP headers before the body, as `curl -i` prints them: one block or several (`100 Continue`, redirects, `Connection
//! established` of a proxy).

use std::ops::Range;

/// Status line and headers of one response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpHeaders {
    /// 100 to 999.
    pub status: u16,
    /// Position of the three digits of the status code.
    pub status_at: Range<usize>,
    /// `Content-Length`, in bytes.
    pub length: Option<u64>,
    /// `Content-Encoding` in lowercase, unless it is `identity`.
    pub encoding: Option<String>,
    /// `Transfer-Encoding: chunked`: the body may still consist of chunks.
    pub chunked: bool,
    /// `Retry-After`: seconds or a date.
    pub retry_after: Option<String>,
    /// `Location`, the target of a redirect.
    pub location: Option<String>,
    /// `X-HubSpot-Correlation-Id`.
    pub correlation_id: Option<String>,
    /// Position after the empty line.
    pub end: usize,
}

/// The last of the header blocks at the start of `bytes[from..]` (RFC 9112, sections 2 and 4; HTTP/2 and 3 as curl
/// writes them).
pub(super) fn last_headers(bytes: &[u8], from: usize) -> Option<HttpHeaders> {
    let from = from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let next = |at| headers(bytes, at);
    std::iter::successors(next(from), |last| next(last.end)).last()
}

/// Maximum number of bytes of a block; a longer text is not one.
const MAX_LENGTH: usize = 4 << 20;

/// One block of headers, which begins at `from`.
pub(super) fn headers(bytes: &[u8], from: usize) -> Option<HttpHeaders> {
    let limit = bytes.len().min(from + MAX_LENGTH);
    let (first, mut at) = line(bytes, from, limit)?;
    let version = first.strip_prefix(b"HTTP/")?;
    let space = version.iter().position(|&byte| byte == b' ')?;
    if !(1..=3).contains(&space) || !version[..space].iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return None;
    }
    let digits = version.get(space + 1..space + 4)?;
    if !digits.iter().all(u8::is_ascii_digit) || !matches!(version.get(space + 4), None | Some(b' ')) {
        return None;
    }
    let status_start = from + 5 + space + 1;
    let mut headers = HttpHeaders {
        status: digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')),
        status_at: status_start..status_start + 3,
        ..HttpHeaders::default()
    };
    // The block may end with the input, or with the body if the empty line is missing.
    while let Some((field, next)) = line(bytes, at, limit) {
        let field = String::from_utf8_lossy(field);
        let folded = field.starts_with([' ', '\t']) && !field.trim().is_empty();
        match field.split_once(':') {
            _ if field.is_empty() => {
                at = next;
                break;
            }
            // The first line of the body, with a colon in it.
            Some((name, _)) if !folded && name.starts_with(['{', '[', '"', '<']) => break,
            None if !folded => break,
            Some((name, value)) => {
                let value = value.trim();
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => headers.length = value.parse().ok(),
                    "content-encoding" => {
                        headers.encoding = Some(value.to_ascii_lowercase()).filter(|name| name != "identity");
                    }
                    "transfer-encoding" => headers.chunked = value.to_ascii_lowercase().ends_with("chunked"),
                    "retry-after" => headers.retry_after = Some(value.to_owned()),
                    "location" => headers.location = Some(value.to_owned()),
                    "x-hubspot-correlation-id" if !value.is_empty() => {
                        headers.correlation_id = Some(value.to_owned());
                    }
                    _ => {}
                }
            }
            None => {}
        }
        at = next;
        if at == limit && limit < bytes.len() {
            return None;
        }
    }
    headers.end = at;
    Some(headers)
}

/// The line at `at` without its line break, and the position of the next line.
fn line(bytes: &[u8], at: usize, limit: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..limit).filter(|rest| !rest.is_empty())?;
    let (text, next) = match memchr::memchr(b'\n', rest) {
        Some(end) => (&rest[..end], at + end + 1),
        None => (rest, limit),
    };
    Some((text.strip_suffix(b"\r").unwrap_or(text), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_headers_are_found() {
        for (text, status, body) in [
            ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", 200, "{}"),
            ("HTTP/2 207 \r\nx: y\r\n\r\n{}", 207, "{}"),
            ("HTTP/1.1 204 No Content\n\n", 204, ""),
            (
                "HTTP/1.0 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nA: b\r\n\r\n[]",
                201,
                "[]",
            ),
            ("HTTP/3 301\r\nLocation: /x\r\n\r\nHTTP/3 502 Bad Gateway\r\n\r\n<html>", 502, "<html>"),
            ("HTTP/1.1 401 Unauthorized\r\nA: b", 401, ""),
            ("HTTP/1.1 200 OK\r\nA: b\r\n{\"a\":1}", 200, "{\"a\":1}"),
            ("HTTP/1.1 200 OK\nA: b\n folded\n\n[]", 200, "[]"),
        ] {
            let headers = last_headers(text.as_bytes(), 0).expect(text);
            assert_eq!((headers.status, &text[headers.end..]), (status, body), "{text}");
            assert_eq!(&text[headers.status_at.clone()], status.to_string());
        }
    }

    #[test]
    fn headers_are_case_insensitive() {
        for name in ["X-HubSpot-Correlation-Id", "x-hubspot-correlation-id"] {
            let text = format!("HTTP/2 207 \r\n{name}: 019c \r\nRETRY-AFTER: 7\r\n\r\n{{}}");
            let headers = last_headers(text.as_bytes(), 0).expect("headers");
            assert_eq!((headers.correlation_id.as_deref(), headers.retry_after.as_deref()), (Some("019c"), Some("7")));
        }
        assert_eq!(
            last_headers(b"HTTP/2 207\nx-hubspot-correlation-id:\n\n", 0).and_then(|head| head.correlation_id),
            None
        );
    }

    #[test]
    fn other_text_is_not_headers() {
        for text in [
            "",
            "{}",
            "HTTP",
            "HTTP/",
            "HTTP/1.1",
            "HTTP/x 200 OK\n\n",
            "HTTP/1.1 20 OK\n\n",
            "HTTP/1.1 2000\n\n",
            "http/1.1 200 OK\n\n",
        ] {
            assert_eq!(last_headers(text.as_bytes(), 0), None, "{text}");
        }
    }
}
