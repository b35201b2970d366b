"""Records exchanges of a local server with the recorders that people use, into fixtures/recordings/.

    python3 -m venv VENV
    VENV/bin/pip install vcrpy betamax betamax-serializers requests PyYAML mitmproxy
    npm install --prefix NODE nock @pollyjs/core @pollyjs/persister-fs @pollyjs/adapter-node-http
    apt-get install ruby-vcr ruby-webmock ruby-multi-json
    VENV/bin/python tests/recorders/record.py NODE

The server serves fixtures of this project at the paths of HubSpot's API (exchanges.py). The files do not depend on the
machine: the host is replaced by api.hubapi.com, and times by one time. synthetic.py writes recordings in the formats of
recorders that are not available here. `expected.json` lists what the server served, for tests/recordings.rs, after the
recordings were read with independent readers (readers.py). `fixtures/recordings/README.md` lists the versions."""

import base64
import hashlib
import http.server
import importlib.metadata
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import betamax
import requests
import vcr
from betamax_serializers import pretty_json

import readers
import synthetic
from exchanges import HOST, ROOT, exchanges

HERE = Path(__file__).resolve().parent
OUTPUT = ROOT / "fixtures" / "recordings"
EXCHANGES = exchanges()
HEADERS = {"Authorization": "Bearer <TOKEN>", "Accept": "application/json"}


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the exchanges in their order."""

    protocol_version = "HTTP/1.1"

    def serve(self):
        expected = EXCHANGES[self.server.served]
        self.server.served += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        assert (self.command, self.path) == (expected.method, expected.path), self.requestline
        assert body == (expected.request or b""), f"{self.path}: another request body"
        self.send_response_only(expected.status)
        for name, value in expected.response_headers().items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(expected.sent_body())

    do_GET = do_POST = serve

    def log_message(self, *_):
        pass


@contextmanager
def served():
    """A server for one recording. Yields the URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.served = 0
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    assert server.served == len(EXCHANGES), f"{server.served} of {len(EXCHANGES)} requests"


def headers_of(exchange):
    return HEADERS | ({"Content-Type": exchange.request_type} if exchange.request is not None else {})


def send_all(session, url, **options):
    for exchange in EXCHANGES:
        headers = headers_of(exchange)
        session.request(exchange.method, url + exchange.path, data=exchange.request, headers=headers, **options)


def plan(url, directory):
    """The requests as a file, for recorders in other languages."""
    requests_ = [
        {
            "method": exchange.method,
            "url": url + exchange.path,
            "headers": headers_of(exchange),
            "body": None if exchange.request is None else base64.b64encode(exchange.request).decode(),
        }
        for exchange in EXCHANGES
    ]
    path = Path(directory) / "plan.json"
    path.write_text(json.dumps(requests_))
    return path


def normalized(text, url):
    """The same text for each run."""
    authority = url.removeprefix("http://")
    text = text.replace(f'"scope": "{url}"', f'"scope": "https://{HOST}:443"')
    text = text.replace(f'"scope":"{url}"', f'"scope":"https://{HOST}:443"')
    text = text.replace(url, f"https://{HOST}").replace(authority, HOST)
    text = re.sub(r'("?recorded_at"?: *"?)\w{3}, \d+ \w+ \d+ [\d:]+ GMT', r"\1Mon, 05 Jan 2026 09:30:00 GMT", text)
    text = re.sub(r'("recorded_at": *")[\dT:.-]+', r"\g<1>2026-01-05T09:30:00", text)
    text = re.sub(r'("startedDateTime": *")[^"]+', r"\g<1>2026-01-05T09:30:00.000Z", text)
    text = re.sub(r'("(?:time|wait|receive|send|dns|connect|ssl|blocked)": )[\d.e-]+', r"\g<1>1", text)
    numbers = iter(range(1, 10_000))
    text = re.sub(
        r'("_id": *")[0-9a-f]{32}(?=")', lambda found: found[1] + hashlib.md5(b"%d" % next(numbers)).hexdigest(), text
    )
    assert not re.search(r"127\.0\.0\.1:\d|localhost|/tmp/|/root/|/home/", text), "a name of this machine"
    return text


def write(name, text, url):
    (OUTPUT / name).write_text(normalized(text, url), encoding="utf-8", newline="")


def send_all_with_urllib(url):
    """urllib does not decompress, so recorders see compressed bodies."""
    for exchange in EXCHANGES:
        headers = headers_of(exchange) | {"Accept-Encoding": "gzip"}
        request = urllib.request.Request(url + exchange.path, exchange.request, headers, method=exchange.method)
        try:
            urllib.request.urlopen(request).read()
        except urllib.error.HTTPError as error:
            error.read()


def record_vcrpy(name, serializer, client, decode):
    with served() as url, tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "cassette"
        recorder = vcr.VCR(serializer=serializer, record_mode="all", decode_compressed_response=decode)
        with recorder.use_cassette(str(path)), requests.Session() as session:
            if client == "requests":
                send_all(session, url)
            else:
                send_all_with_urllib(url)
        write(name, path.read_text(encoding="utf-8"), url)


def record_betamax(name, serializer):
    betamax.Betamax.register_serializer(pretty_json.PrettyJSONSerializer)
    with served() as url, tempfile.TemporaryDirectory() as directory, requests.Session() as session:
        recorder = betamax.Betamax(session, cassette_library_dir=directory)
        options = {"serialize_with": serializer} if serializer else {}
        matched = ["method", "uri", "body"]
        with recorder.use_cassette("cassette", record="all", match_requests_on=matched, **options):
            send_all(session, url)
        write(name, (Path(directory) / "cassette.json").read_text(encoding="utf-8"), url)


def record_node(name, script, *arguments):
    with served() as url, tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "recording"
        command = ["node", str(HERE / script), str(plan(url, directory)), str(output), *arguments]
        subprocess.run(command, cwd=sys.argv[1], check=True)
        path = next(output.glob("*/recording.har")) if output.is_dir() else output
        write(name, path.read_text(encoding="utf-8"), url)


def record_vcr(name, bodies, serializer):
    with served() as url, tempfile.TemporaryDirectory() as directory:
        arguments = [str(plan(url, directory)), directory, "cassette", bodies, serializer]
        subprocess.run(["ruby", str(HERE / "record_vcr.rb"), *arguments], check=True)
        path = next(path for path in Path(directory).glob("cassette.*"))
        write(name, path.read_text(encoding="utf-8"), url)


def record_mitmproxy(name):
    with served() as url, tempfile.TemporaryDirectory() as directory, requests.Session() as session:
        path = Path(directory) / "flows.har"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["-q", "--listen-host", "127.0.0.1", "-p", str(port)]
        settings = ["--set", f"hardump={path}", "--set", f"confdir={directory}"]
        proxy = subprocess.Popen([Path(sys.executable).parent / "mitmdump", *options, *settings])
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        session.trust_env = False
        send_all(session, url, proxies={"http": f"http://127.0.0.1:{port}"})
        proxy.send_signal(signal.SIGINT)
        proxy.wait(30)
        write(name, path.read_text(encoding="utf-8"), url)


# The name of each recording, the function that records it with its arguments, and its independent reader.
RECORDINGS = [
    # requests decompresses, but the recorded headers still say gzip.
    ("vcrpy.yaml", record_vcrpy, ("yaml", "requests", False), readers.vcrpy),
    ("vcrpy-urllib.yaml", record_vcrpy, ("yaml", "urllib", False), readers.vcrpy),
    ("vcrpy-decoded.yaml", record_vcrpy, ("yaml", "urllib", True), readers.vcrpy),
    ("vcrpy-decoded.json", record_vcrpy, ("json", "urllib", True), readers.vcrpy),
    ("betamax.json", record_betamax, (None,), readers.vcr),
    ("betamax-pretty.json", record_betamax, ("prettyjson",), readers.vcr),
    ("nock.json", record_node, ("record_nock.mjs",), readers.nock),
    ("nock-headers.json", record_node, ("record_nock.mjs", "headers"), readers.nock),
    ("polly.har", record_node, ("record_polly.mjs",), readers.har),
    ("mitmproxy.har", record_mitmproxy, (), readers.har),
    ("vcr.yml", record_vcr, ("binary", "yaml"), readers.vcr),
    ("vcr-utf-8.yml", record_vcr, ("utf-8", "yaml"), readers.vcr),
    ("vcr-base64.yml", record_vcr, ("base64", "yaml"), readers.vcr),
    ("vcr.json", record_vcr, ("utf-8", "json"), readers.vcr),
]


def is_same(expected, found):
    """Recorders that embed JSON keep the value, not the text."""
    if expected == found:
        return True
    try:
        return json.loads(expected) == json.loads(found)
    except ValueError:
        return False


def numbers_of(name, found):
    """The numbers of the served exchanges in their order in the recording."""
    left, numbers = dict(enumerate(EXCHANGES, 1)), []
    for method, path, status, body, request in found:
        number = next(
            (
                number
                for number, served_ in left.items()
                if (served_.method, served_.path, served_.status) == (method, path, status)
                and is_same(served_.body, body)
                and (request is None or is_same(served_.request or b"", request))
            ),
            None,
        )
        assert number, f"{name}: not served: {method} {path} {status} {body[:300]} {request}"
        del left[number]
        numbers.append(number)
    return numbers


def versions():
    python = importlib.metadata.version
    node = Path(sys.argv[1]) / "node_modules"

    def npm(name):
        return json.loads((node / name / "package.json").read_text())["version"]

    def debian(name):
        command = ["dpkg-query", "-W", "-f", "${Version}", name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return {
        "vcrpy": f"vcrpy {python('vcrpy')}, PyYAML {python('PyYAML')}, requests {python('requests')}",
        "betamax": f"betamax {python('betamax')}, betamax-serializers {python('betamax-serializers')}",
        "nock": f"nock {npm('nock')}",
        "polly": f"@pollyjs/core and @pollyjs/persister-fs {npm('@pollyjs/core')}",
        "mitmproxy": f"mitmproxy {python('mitmproxy')} (`hardump`)",
        "vcr": "Debian's " + ", ".join(f"{name} {debian(name)}" for name in ("ruby-vcr", "ruby-webmock", "ruby")),
    }


def readme(synthetic_names):
    known = versions()
    lines = [
        "# Recordings",
        "",
        "`tests/recorders/record.py` wrote these files; do not edit them. `tests/recorders/expected.json` lists their exchanges,",
        "which are fixtures of this project. Recorders that could not be run are marked as synthetic.",
        "",
        "| File | Written by |",
        "|---|---|",
    ]
    lines += [f"| `{name}` | {known[re.match('[a-z]+', name)[0]]} |" for name, *_ in RECORDINGS]
    lines += [f"| `{name}` | synthetic: `tests/recorders/synthetic.py`, {what} |" for name, what in synthetic_names]
    return "\n".join(lines) + "\n"


def main():
    only = os.environ.get("ONLY", "").split()
    OUTPUT.mkdir(exist_ok=True)
    index = {}
    for name, record, arguments, reader in RECORDINGS:
        if not only or name in only:
            record(name, *arguments)
        found = list(reader(OUTPUT / name))
        has_request = any(request is not None for *_, request in found)
        index[name] = {"exchanges": numbers_of(name, found), "has_request": has_request, "has_url": True}
        print(name, index[name])
    for name, entry in synthetic.write_all(OUTPUT, EXCHANGES).items():
        reader = {"go": readers.go_vcr, "ch": readers.har, "po": readers.postman}.get(name[:2])
        assert reader is None or numbers_of(name, reader(OUTPUT / name)) == entry["exchanges"], name
        index[name] = entry

    def encoded(data):
        return None if data is None else base64.b64encode(data).decode()

    listed = [
        {
            "method": exchange.method,
            "path": exchange.path,
            "status": exchange.status,
            "headers": {
                name: value
                for name, value in exchange.response_headers().items()
                if name in ("Content-Type", "Retry-After")
            },
            "body": encoded(exchange.body),
            "compressed": encoded(exchange.sent_body()) if exchange.is_gzip else None,
            "request": encoded(exchange.request),
        }
        for exchange in EXCHANGES
    ]
    expected = {"exchanges": listed, "recordings": index}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    (OUTPUT / "README.md").write_text(readme(synthetic.NAMES))


# vcrpy iterates over a set of header names, whose order depends on the seed.
if os.environ.get("PYTHONHASHSEED") != "0":
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})
main()
