"""The exchanges that the recorders record: fixtures of this project as responses of HubSpot's API."""

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "api.hubapi.com"
DATE = "Mon, 05 Jan 2026 09:30:00 GMT"
READ = "/crm/v3/objects/calls/batch/read"
JSON = "application/json;charset=utf-8"
# A title with quotes, backslashes, line breaks and characters outside of ASCII, raw and escaped.
TITLE = r"Café \"Zürich\" 😀 C:\\temp\\new\nline 2\u00e9 \ud83d\ude00 it's 100% \/ <b> # : & *"


@dataclass
class Exchange:
    method: str
    path: str
    status: int
    body: bytes
    request: bytes | None = None
    content_type: str = JSON
    request_type: str = "application/json"
    headers: dict = field(default_factory=dict)
    is_gzip: bool = False

    def sent_body(self):
        """The bytes on the wire."""
        return gzip.compress(self.body, mtime=0) if self.is_gzip else self.body

    def response_headers(self):
        headers = {"Date": DATE}
        if self.status != 204:
            headers |= {"Content-Type": self.content_type, "Content-Length": str(len(self.sent_body()))}
        if self.is_gzip:
            headers["Content-Encoding"] = "gzip"
        return headers | self.headers


def fixture(name, *changes):
    """The text of a fixture after these replacements, each of which must occur."""
    text = (ROOT / "fixtures" / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{name}: {old!r} does not occur"
        text = text.replace(old, new, 1)
    return text.encode()


def minified(body):
    return json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def batch_request(ids, properties=("hs_call_title",)):
    """Each exchange has another request, because some recorders record equal requests once."""
    return minified(json.dumps({"inputs": [{"id": name} for name in ids], "properties": list(properties)}))


def exchanges():
    title = ('"Spring order"', f'"{TITLE}"')
    contacts = fixture("objects/contacts.few-properties.json", ('"lead"', '"Zoë 😀"'))
    many = [
        # Valid, pretty-printed.
        Exchange(
            "POST", READ, 200, fixture("request/right.read.json", title), fixture("request/right.read.request.json"),
        ),
        # A token and a search, which are not batch endpoints.
        Exchange(
            "POST", "/oauth/v1/token", 200, b'{"token_type":"bearer","access_token":"<TOKEN>","expires_in":1800}',
            b"grant_type=refresh_token&client_id=%3CID%3E&refresh_token=%3CTOKEN%3E",
            request_type="application/x-www-form-urlencoded",
        ),
        # Valid, minified, in the notation with a date.
        Exchange(
            "POST", "/crm/objects/2026-03/contacts/batch/create", 201, minified(contacts),
            '{"inputs":[{"properties":{"email":"someone@example.com","lifecyclestage":"Zoë 😀"}}]}'.encode(),
        ),
        # A partial failure.
        Exchange(
            "POST", "/crm/v3/objects/calls/batch/update", 207, fixture("request/right.refused-in-part.json"),
            fixture("request/right.refused-in-part.request.json"),
        ),
        Exchange(
            "POST", "/crm/v3/objects/calls/search", 200, fixture("invalid/document-list.search.min.json"),
            b'{"filterGroups":[],"properties":["hs_call_title"],"limit":1}',
        ),
        # Error responses.
        Exchange(
            "POST", "/crm/v3/objects/calls/batch/update", 400,
            fixture("invalid/document-error-response.validation.min.json"),
            b'{"inputs":[{"id":"50100000000","properties":{"hs_call_titel":"private words"}}]}',
        ),
        Exchange(
            "POST", READ, 429, fixture("invalid/document-error-response.rate-limit.pretty.json"),
            batch_request(["50100000000"], ["hs_call_body"]), headers={"Retry-After": "30"},
        ),
        Exchange(
            "POST", READ, 502, fixture("config-expect/errors/gateway.html"),
            batch_request(["50100000000"], ["hs_call_direction"]), content_type="text/html",
        ),
        # Invalid, compressed.
        Exchange(
            "POST", READ, 200, fixture("invalid/call-disposition-near-miss.json", title),
            batch_request(["50100000000"], ["hs_call_disposition"]), is_gzip=True,
        ),
        # Invalid: one line of ASCII.
        Exchange(
            "POST", READ, 200, minified(fixture("invalid/schema-type.several.min.json")),
            batch_request(["50100000000", "50100000001"]),
        ),
        # Invalid: one line with other characters and escapes before the invalid values.
        Exchange(
            "POST", READ, 200,
            fixture(
                "invalid/schema-enum.other.min.json", title, ('"createdAt":"2026-01-05T', '"createdAt":"2026-13-05T'),
            ),
            batch_request(["50100000000"], ["hs_call_duration"]),
        ),
        # Calls instead of contacts.
        Exchange(
            "POST", "/crm/v3/objects/contacts/batch/read", 200, fixture("objects/calls.json"),
            batch_request(["50110000001"], ["email"]),
        ),
        # A result is missing.
        Exchange(
            "POST", READ, 200, fixture("request/request-missing-result.json"),
            fixture("request/request-missing-result.request.json"),
        ),
        # Pretty-printed with CRLF and tabs, invalid.
        Exchange(
            "POST", READ, 200,
            fixture("invalid/call-timestamp-seconds.json", title).replace(b"  ", b"\t").replace(b"\n", b"\r\n"),
            batch_request(["50100000000"], ["hs_call_status"]),
        ),
        Exchange(
            "POST", "/crm/v3/objects/calls/batch/archive", 204, b"", fixture("request/archive.request.json"),
        ),
        Exchange("GET", "/status", 404, fixture("config-expect/errors/gateway.html"), content_type="text/html"),
        # Truncated in a string.
        Exchange(
            "POST", READ, 200, fixture("invalid/json-syntax.cut-in-note.min.json", ("Talked", "Ta\\u00e9lkéd")),
            batch_request(["50100000000"], ["hs_timestamp"]),
        ),
    ]
    return many
