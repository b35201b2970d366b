"""Independent readers of recordings: each returns (method, path, status, body, request body) per exchange.

They exist to verify the index of expected bodies, with the usual parsers of Python and without locations."""

import base64
import gzip
import json
from urllib.parse import urlsplit

import yaml


def path_of(url):
    return urlsplit(url).path


def decompressed(body):
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def data(text):
    return text if isinstance(text, bytes) else (text or "").encode()


def header(headers, name):
    for key, value in headers.items():
        if key.lower() == name:
            return value[0] if isinstance(value, list) else value
    return None


def ruby_binary(loader, node):
    return base64.b64decode(node.value)


# Psych of Ruby writes the tag without a namespace.
yaml.SafeLoader.add_constructor("!binary", ruby_binary)


def load(path):
    text = path.read_bytes()
    return json.loads(text) if path.suffix in (".json", ".har") else yaml.safe_load(text)


def vcrpy(path):
    for item in load(path)["interactions"]:
        request, response = item["request"], item["response"]
        body = data(response["body"]["string"])
        code = response["status"]["code"]
        sent = request["body"]
        yield request["method"], path_of(request["uri"]), code, decompressed(body), None if sent is None else data(sent)


def vcr_body(body):
    return base64.b64decode(body["base64_string"]) if "base64_string" in body else data(body["string"])


def vcr(path):
    """VCR and betamax."""
    for item in load(path)["http_interactions"]:
        request, response = item["request"], item["response"]
        body, sent = vcr_body(response["body"]), vcr_body(request["body"])
        code = response["status"]["code"]
        yield request["method"].upper(), path_of(request["uri"]), code, decompressed(body), sent


def nock_body(value):
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return bytes.fromhex("".join(value))
    return data(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False).encode()


def nock(path):
    for item in load(path):
        body = decompressed(nock_body(item["response"]))
        sent = item.get("body", "")
        yield item["method"], path_of(item["path"]), item["status"], body, nock_body(sent)


def har(path):
    for item in load(path)["log"]["entries"]:
        request, response = item["request"], item["response"]
        content = response["content"]
        text = content.get("text") or ""
        body = base64.b64decode(text) if content.get("encoding") == "base64" else data(text)
        if content.get("_isBinary") or body[:6] == b'["1f8b':
            body = b"".join(bytes.fromhex(part) for part in json.loads(body))
        sent = (request.get("postData") or {}).get("text")
        yield request["method"], path_of(request["url"]), response["status"], decompressed(body), sent and data(sent)


def go_vcr(path):
    for item in load(path)["interactions"]:
        request, response = item["request"], item["response"]
        body, sent = data(response["body"]), data(request["body"])
        yield request["method"], path_of(request["url"]), response["code"], body, sent


def postman(path):
    items = load(path)["item"]
    while items:
        item = items.pop(0)
        items = item.get("item", []) + items
        for example in item.get("response", []):
            request = example["originalRequest"]
            url = request["url"]["raw"].replace("{{baseUrl}}", "")
            yield request["method"], url, example["code"], data(example["body"]), data(request["body"]["raw"])
