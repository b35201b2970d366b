//! What `curl -i` prints before the body: one HTTP head or several (`100 Continue`, redirects, a proxy's `Connection established`).

use std::ops::Range;

/// The last HTTP head before a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// 100 to 999.
    pub status: u16,
    /// Where the three digits of the status code stand.
    pub status_at: Range<usize>,
    /// `Content-Length`, in bytes.
    pub length: Option<u64>,
    /// `Content-Encoding`, in lower case, unless it is `identity`.
    pub encoding: Option<String>,
    /// `Transfer-Encoding: chunked`: raw chunks, if the body was not put together.
    pub chunked: bool,
    /// `Retry-After`: seconds or a date.
    pub retry_after: Option<String>,
    /// Offset of the first byte behind the empty line.
    pub end: usize,
}

/// The last of the heads that `bytes[from..]` begins with (RFC 9112, sections 2 and 4; HTTP/2 and 3 as curl writes them).
pub fn last_head(bytes: &[u8], from: usize) -> Option<Head> {
    let from = from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let mut last: Option<Head> = None;
    while let Some(head) = head(bytes, last.as_ref().map_or(from, |head| head.end)) {
        last = Some(head);
    }
    last
}

/// A head has at most this many bytes; one that goes on further is none.
const LONGEST: usize = 4 << 20;

fn head(bytes: &[u8], from: usize) -> Option<Head> {
    let limit = bytes.len().min(from + LONGEST);
    let (first, mut at) = line(bytes, from, limit)?;
    let version = first.strip_prefix(b"HTTP/")?;
    let blank = version.iter().position(|&byte| byte == b' ')?;
    if !(1..=3).contains(&blank) || !version[..blank].iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return None;
    }
    let digits = version.get(blank + 1..blank + 4)?;
    if !digits.iter().all(u8::is_ascii_digit) || !matches!(version.get(blank + 4), None | Some(b' ')) {
        return None;
    }
    let status_start = from + 5 + blank + 1;
    let mut head = Head {
        status: digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')),
        status_at: status_start..status_start + 3,
        ..Head::default()
    };
    // A head that ends with the input has no body; one that ends without an empty line is followed by it at once.
    while let Some((field, next)) = line(bytes, at, limit) {
        let field = String::from_utf8_lossy(field);
        let folded = field.starts_with([' ', '\t']) && !field.trim().is_empty();
        match field.split_once(':') {
            _ if field.is_empty() => {
                at = next;
                break;
            }
            // The body's own first line may have a colon in it.
            Some((name, _)) if !folded && name.starts_with(['{', '[', '"', '<']) => break,
            None if !folded => break,
            Some((name, value)) => {
                let value = value.trim();
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => head.length = value.parse().ok(),
                    "content-encoding" => {
                        head.encoding = Some(value.to_ascii_lowercase()).filter(|name| name != "identity");
                    }
                    "transfer-encoding" => head.chunked = value.to_ascii_lowercase().ends_with("chunked"),
                    "retry-after" => head.retry_after = Some(value.to_owned()),
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
    head.end = at;
    Some(head)
}

/// The line at `at` without its end, and where the next one begins.
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
    fn finds_the_last_head() {
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
            let head = last_head(text.as_bytes(), 0).expect(text);
            assert_eq!((head.status, &text[head.end..]), (status, body), "{text}");
            assert_eq!(&text[head.status_at.clone()], status.to_string());
        }
    }

    #[test]
    fn leaves_other_text_alone() {
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
            assert_eq!(last_head(text.as_bytes(), 0), None, "{text}");
        }
    }
}
