//! Several responses of `curl -i` in one text: headers and body in turn. There is no request.
//!
//! curl writes the next status line directly after a body, which usually does not end with a line break. A status line
//! in a body is recognized as one only at the start of a line or after a closing bracket, and if headers follow.

use super::body::{Body, BodyEncoding, Form, Part};
use super::exchange::{Exchange, RecordedStatus, Recording};
use super::fields::header_name;
use crate::input::MARK;
use crate::input::http::{self, HttpHeaders};

/// True if there is a body between two status lines, or after responses that never have one.
pub(super) fn is_recording(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(block) = final_headers(bytes, at) {
        let end = body_end(bytes, &block.headers);
        if !bytes[block.headers.end..end].trim_ascii().is_empty() {
            return at > 0 || end < bytes.len();
        }
        if !matches!(block.headers.status, 204 | 304) {
            return false;
        }
        at = end;
    }
    false
}

pub(super) fn read(bytes: &[u8]) -> Recording {
    let start = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
    let (mut exchanges, mut at) = (Vec::new(), start);
    while let Some(block) = final_headers(bytes, at) {
        let end = body_end(bytes, &block.headers);
        exchanges.push(exchange(bytes, exchanges.len() as u64 + 1, &block, end));
        at = end;
    }
    Recording { exchanges, damage: None }
}

/// The headers of one response.
struct HeaderBlock {
    /// Start of the response, with the headers before it: `100 Continue`, redirects, proxies.
    first: usize,
    /// Start of `headers`.
    start: usize,
    headers: HttpHeaders,
}

/// The headers at `from` that belong to a body. In a text with several responses, an empty one can be directly before
/// the next one, and is a separate response.
fn final_headers(bytes: &[u8], from: usize) -> Option<HeaderBlock> {
    let first = from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let (mut start, mut headers) = (first, http::headers(bytes, first)?);
    while is_interim(&bytes[start..headers.end], &headers)
        && let Some(next) = http::headers(bytes, headers.end)
    {
        (start, headers) = (headers.end, next);
    }
    Some(HeaderBlock { first, start, headers })
}

/// True if curl continues after these headers without the body: with the response proper, a redirect, or
/// authentication.
fn is_interim(block: &[u8], headers: &HttpHeaders) -> bool {
    match headers.status {
        100..=199 | 401 | 407 => true,
        // Not a redirect.
        304 => false,
        300..=399 => headers.location.is_some(),
        200 => {
            let line = block.split(|byte| *byte == b'\n').next().unwrap_or_default();
            String::from_utf8_lossy(line).to_ascii_lowercase().trim_end().ends_with("connection established")
        }
        _ => false,
    }
}

/// The end of the body: according to `Content-Length`, or the next status line. The headers can be wrong, because curl
/// decompresses bodies.
fn body_end(bytes: &[u8], headers: &HttpHeaders) -> usize {
    let length = headers.length.and_then(|length| usize::try_from(length).ok());
    let end = length.and_then(|length| headers.end.checked_add(length)).filter(|end| *end <= bytes.len());
    let is_end = |end: &usize| {
        let rest = bytes[*end..].trim_ascii_start();
        rest.is_empty() || is_status_line(rest)
    };
    end.filter(is_end).unwrap_or_else(|| next_status_line(bytes, headers.end))
}

/// The position of the next status line, or of the end.
fn next_status_line(bytes: &[u8], from: usize) -> usize {
    let candidates = memchr::memmem::find_iter(&bytes[from..], b"HTTP/").map(|at| from + at);
    let is_separate = |at: usize| at == from || matches!(bytes[at - 1], b'\n' | b'}' | b']' | b'>');
    let mut lines = candidates.filter(|&at| is_separate(at) && is_status_line(&bytes[at..]));
    lines.next().unwrap_or(bytes.len())
}

/// True if the text begins with a status line, and a header or an empty line follows. Text in a body can contain one
/// with a part of markup or JSON.
fn is_status_line(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let (Some(status), Some(header)) = (lines.next(), lines.next()) else { return false };
    let is_plain = status.len() <= 200 && !status.iter().any(|byte| b":<>\"{}".contains(byte));
    let name = header.split(|byte| *byte == b':').next().unwrap_or_default();
    let is_name = !name.is_empty()
        && name.len() < header.len()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_');
    is_plain && (header.is_empty() || is_name) && http::headers(text, 0).is_some()
}

fn exchange(bytes: &[u8], number: u64, block: &HeaderBlock, end: usize) -> Exchange {
    let HeaderBlock { first, start, headers } = block;
    let text = String::from_utf8_lossy(&bytes[*start..headers.end]);
    let fields = text.lines().skip(1).filter_map(|line| line.split_once(':'));
    let kept = fields.filter_map(|(name, value)| Some((header_name(name)?.to_owned(), value.trim().to_owned())));
    let mut body = headers.end..end;
    if headers.encoding.is_none() {
        body.end = body.start + bytes[body.clone()].trim_ascii_end().len();
    }
    let part = Part { span: body, form: Form::Verbatim };
    Exchange {
        number,
        status: Some(RecordedStatus { code: headers.status, span: headers.status_at.clone() }),
        headers: kept.collect(),
        response: Some(if part.span.is_empty() { Body::default() } else { Body::of(part, BodyEncoding::Text) }),
        span: *first..end,
        ..Exchange::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::RecordingFormat;
    use crate::input::recordings::tests::describe;

    #[test]
    fn responses_are_read() {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 207 Multi-Status\r\nContent-Type: application/json\r\nretry-after: 3\r\n\r\n{\"a\": 1}HTTP/2 204 \r\ndate: x\r\n\r\nHTTP/2 200 \r\ncontent-length: 21\r\n\r\n[\n\nHTTP/1.1 200 OK\n\n]\n\nHTTP/1.1 301 Moved\nLocation: /x\n\nHTTP/1.1 404 Not Found\nA: b\n\n<html>\n</html>\nHTTP/2 200 \r\ncontent-encoding: br\r\n\r\n \n";
        let expected = [
            "1 - - 207 content-type=application/json retry-after=3 | - | {\"a\": 1}",
            "2 - - 204 | - | ",
            "3 - - 200 | - | [\n\nHTTP/1.1 200 OK\n\n]",
            "4 - - 404 | - | <html>\n</html>",
            "5 - - 200 content-encoding=br | - |  \n",
        ];
        assert_eq!(describe(RecordingFormat::Curl, text), expected);
    }

    #[test]
    fn a_response_without_a_body_may_be_the_first() {
        let text = "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n{}";
        assert_eq!(describe(RecordingFormat::Curl, text), ["1 - - 204 | - | ", "2 - - 200 | - | {}"]);
        let text = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 304 \r\nlocation: /x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/2 302 \r\nlocation: /x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n[]HTTP/1.1 200 OK\r\n\r\n{}";
        assert_eq!(
            describe(RecordingFormat::Curl, text),
            ["1 - - 304 | - | ", "2 - - 204 | - | ", "3 - - 200 | - | []", "4 - - 200 | - | {}"]
        );
    }
}
