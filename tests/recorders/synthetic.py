"""Recordings in the formats of recorders that record.py cannot run. They have the properties and the YAML styles that
those recorders write, with the same exchanges."""

import base64
import http
import json

import yaml

from exchanges import HOST

# File name, and what it imitates.
NAMES = [
    ("go-vcr-v2.yaml", "the format of go-vcr v2 (folded lines)"),
    ("go-vcr-v3.yaml", "the format of go-vcr v3 (double-quoted and literal)"),
    ("go-vcr-v4.yaml", "the format of go-vcr v4 with every YAML style in turn"),
    ("chromium.har", "a HAR file of a browser, with every second body in base64"),
    ("wiremock.json", "mappings of WireMock with `body`, `jsonBody` and `base64Body`"),
    ("wiremock/mappings/read.json", "one mapping with `bodyFileName`, and `wiremock/__files`"),
    ("postman.json", "saved examples of a Postman collection 2.1"),
    ("curl.http", "the output of several `curl -i`"),
]
NUMBERS = [1, 2, 4, 7, 11, 10, 13, 15]


class Styled(yaml.SafeDumper):
    """Writes long strings in a style of `styles`, in turn."""

    styles = ["'"]
    used = 0

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, indentless and self.indentless)


def represent_text(dumper, text):
    style = None
    if len(text) > 100:
        style = dumper.styles[dumper.used % len(dumper.styles)]
        dumper.used += 1
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Styled.add_representer(str, represent_text)


def dumped(value, styles, indentless, width, indent):
    dumper = type("Dumper", (Styled,), {"styles": styles, "indentless": indentless})
    options = {"sort_keys": False, "allow_unicode": True, "explicit_start": True}
    return yaml.dump(value, Dumper=dumper, width=width, indent=indent, **options)


def reason(exchange):
    return http.HTTPStatus(exchange.status).phrase


def url(exchange):
    return f"https://{HOST}{exchange.path}"


def text(data):
    return (data or b"").decode()


def go_vcr_v2(chosen):
    """Version 1 of the format."""
    return [
        {
            "request": {
                "body": text(exchange.request),
                "form": {},
                "headers": {"Content-Type": [exchange.request_type]},
                "url": url(exchange),
                "method": exchange.method,
            },
            "response": {
                "body": text(exchange.body),
                "headers": {name: [value] for name, value in exchange.response_headers().items()},
                "status": f"{exchange.status} {reason(exchange)}",
                "code": exchange.status,
                "duration": "",
            },
        }
        for exchange in chosen
    ]


def go_vcr_v3(chosen):
    """Version 2 of the format, also that of go-vcr v4."""
    protocol = {"proto": "HTTP/1.1", "proto_major": 1, "proto_minor": 1}
    return [
        {
            "id": number,
            "request": protocol
            | {"content_length": len(exchange.request or b""), "transfer_encoding": [], "trailer": {}, "host": HOST}
            | {"remote_addr": "", "request_uri": "", "body": text(exchange.request), "form": {}}
            | {"headers": {"Content-Type": [exchange.request_type]}, "url": url(exchange), "method": exchange.method},
            "response": protocol
            | {"transfer_encoding": [], "trailer": {}, "content_length": len(exchange.body), "uncompressed": False}
            | {"body": text(exchange.body)}
            | {"headers": {name: [value] for name, value in exchange.response_headers().items()}}
            | {"status": f"{exchange.status} {reason(exchange)}", "code": exchange.status, "duration": "120.5ms"},
        }
        for number, exchange in enumerate(chosen)
    ]


def har(chosen):
    entries = []
    for number, exchange in enumerate(chosen):
        headers = [{"name": name.lower(), "value": value} for name, value in exchange.response_headers().items()]
        content = {"size": len(exchange.body), "mimeType": exchange.content_type}
        if number % 2 == 1:
            content |= {"text": base64.b64encode(exchange.body).decode(), "encoding": "base64"}
        else:
            content |= {"text": text(exchange.body)}
        entries.append({
            "_initiator": {"type": "script"},
            "cache": {},
            "request": {
                "method": exchange.method, "url": url(exchange), "httpVersion": "h2", "cookies": [], "queryString": [],
                "headers": [{"name": "content-type", "value": exchange.request_type}], "headersSize": -1,
                "bodySize": len(exchange.request or b""),
                "postData": {"mimeType": exchange.request_type, "text": text(exchange.request)},
            },
            "response": {
                "status": exchange.status, "statusText": "", "httpVersion": "h2", "headers": headers, "cookies": [],
                "content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1,
            },
            "startedDateTime": "2026-01-05T09:30:00.000Z",
            "time": 120.5,
            "timings": {"blocked": -1, "dns": -1, "connect": -1, "send": 0.1, "wait": 120, "receive": 0.4, "ssl": -1},
        })
    creator = {"name": "WebInspector", "version": "537.36"}
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}}


def wiremock(chosen):
    mappings = []
    for number, exchange in enumerate(chosen):
        path = [{"url": exchange.path}, {"urlPath": exchange.path}, {"urlPattern": exchange.path + "(\\?.*)?"}]
        request = {"method": exchange.method} | path[number % 3]
        sent = text(exchange.request)
        if sent.startswith("{"):
            pattern = json.loads(sent) if number % 2 == 0 else sent
            request["bodyPatterns"] = [{"equalToJson": pattern, "ignoreExtraElements": True}]
        body = text(exchange.body)
        forms = [{"body": body}, {"base64Body": base64.b64encode(exchange.body).decode()}]
        if exchange.body:
            forms.append({"jsonBody": json.loads(exchange.body)})
        headers = {"Content-Type": exchange.content_type} | exchange.headers
        response = {"status": exchange.status} | forms[number % len(forms)] | {"headers": headers}
        mappings.append({"id": f"00000000-0000-4000-8000-{number:012}", "request": request, "response": response})
    return {"mappings": mappings, "meta": {"total": len(mappings)}}


def postman(chosen):
    items = []
    for number, exchange in enumerate(chosen):
        path = exchange.path.strip("/").split("/")
        request = {
            "method": exchange.method,
            "header": [{"key": "Content-Type", "value": exchange.request_type}],
            "body": {"mode": "raw", "raw": text(exchange.request), "options": {"raw": {"language": "json"}}},
            "url": {"raw": "{{baseUrl}}" + exchange.path, "host": ["{{baseUrl}}"], "path": path},
        }
        headers = [{"key": name, "value": value} for name, value in exchange.response_headers().items()]
        example = {
            "name": f"Example {number}", "originalRequest": request,
            "status": reason(exchange), "code": exchange.status,
            "_postman_previewlanguage": "json", "header": headers, "cookie": [], "body": text(exchange.body),
        }
        items.append({"name": exchange.path, "request": request, "response": [example]})
    folder = {"name": "Batches", "item": items[1:]}
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return {
        "info": {"_postman_id": "00000000-0000-4000-8000-000000000000", "name": "CRM", "schema": schema},
        "item": [items[0], {"name": "CRM", "item": [folder]}],
        "variable": [{"key": "baseUrl", "value": f"https://{HOST}"}],
    }


def curl(chosen):
    """The second exchange has an interim response, and the third a redirect. A line break does not follow each body."""
    before = {
        1: "HTTP/1.1 100 Continue\r\n\r\n",
        2: f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {url(chosen[2])}\r\nContent-Length: 0\r\n\r\n",
    }
    parts = []
    for number, exchange in enumerate(chosen):
        headers = "".join(f"{name}: {value}\r\n" for name, value in exchange.response_headers().items())
        status_line = f"HTTP/1.1 {exchange.status} {reason(exchange)}\r\n"
        parts += [before.get(number, ""), status_line, headers, "\r\n", text(exchange.body)]
    return "".join(parts)


def write_all(output, exchanges):
    """Writes the files. Returns their entries in the index."""
    chosen = [exchanges[number - 1] for number in NUMBERS]
    batches = [number for number in NUMBERS if "/batch/" in exchanges[number - 1].path]
    of_batches = [exchanges[number - 1] for number in batches]

    def write(name, content):
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")

    def as_json(value, **options):
        return json.dumps(value, ensure_ascii=False, **options) + "\n"

    v1 = {"version": 1, "interactions": go_vcr_v2(chosen)}
    v2 = {"version": 2, "interactions": go_vcr_v3(chosen)}
    write("go-vcr-v2.yaml", dumped(v1, ["'", "|"], True, 80, 2))
    write("go-vcr-v3.yaml", dumped(v2, ['"', "|"], False, 1 << 30, 4))
    write("go-vcr-v4.yaml", dumped(v2, [">", "'", "|", '"', None], False, 100, 4))
    write("chromium.har", as_json(har(chosen), separators=(",", ":")))
    write("wiremock.json", as_json(wiremock(of_batches), indent=2))
    write("postman.json", as_json(postman(chosen), indent="\t"))
    write("curl.http", curl(of_batches))
    one = wiremock(of_batches[3:4])["mappings"][0]
    one["response"] = {"status": one["response"]["status"], "bodyFileName": "calls/read.json"}
    write("wiremock/mappings/read.json", as_json(one, indent=2))
    write("wiremock/__files/calls/read.json", text(of_batches[3].body))
    index = {name: {"exchanges": NUMBERS, "has_request": True, "has_url": True} for name, _ in NAMES}
    index["wiremock.json"]["exchanges"] = batches
    index["wiremock/mappings/read.json"]["exchanges"] = batches[3:4]
    index["curl.http"] = {"exchanges": batches, "has_request": False, "has_url": False}
    return index
