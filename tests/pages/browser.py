"""Headless Chromium over its DevTools protocol on a pipe: no driver and no package beyond the standard library."""

import base64
import fcntl
import json
import os
import select
import subprocess
import tempfile
import time

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe",
]
TIMEOUT = 60


class Browser:
    """A browser with one tab. Messages on the pipe are JSON, separated by NUL."""

    def __init__(self, executable):
        self.profile = tempfile.TemporaryDirectory(prefix="callcheck-chromium-", ignore_cleanup_errors=True)
        # Chromium reads commands from descriptor 3 and writes to descriptor 4. High numbers first, so that a pipe does
        # not overwrite the other one.
        to_browser, from_browser = os.pipe(), os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser[0], from_browser[1])]
        os.close(to_browser[0])
        os.close(from_browser[1])
        self.write_end, self.read_end = to_browser[1], from_browser[0]

        def connect():
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [executable, *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=connect, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        self.received, self.events, self.session, self.number = b"", [], None, 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            reply = self.receive()
            if reply.get("id") == self.number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                return reply["result"]
            self.events.append(reply)

    def receive(self):
        end = time.monotonic() + TIMEOUT
        while b"\0" not in self.received:
            if not select.select([self.read_end], [], [], max(0, end - time.monotonic()))[0]:
                raise RuntimeError("Chromium does not respond")
            data = os.read(self.read_end, 1 << 20)
            if not data:
                raise RuntimeError("Chromium ended")
            self.received += data
        message, self.received = self.received.split(b"\0", 1)
        return json.loads(message)

    def open(self, url, width, scheme):
        """Loads a page at a width in CSS pixels. Returns the errors of the console."""
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())
        self.call("Runtime.evaluate", expression="1")
        return [text for event in self.events for text in console_errors(event)]

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"]))
        return result["result"]["value"]

    def screenshot(self, path, width):
        """Writes the top of the page. Chromium refuses images of very long pages."""
        height = min(self.evaluate("document.documentElement.scrollHeight"), 4000)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        image = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))

    def close(self):
        self.process.terminate()
        self.process.wait(TIMEOUT)
        os.close(self.write_end)
        os.close(self.read_end)
        self.profile.cleanup()


def console_errors(event):
    """The texts of errors and warnings in an event."""
    details = event.get("params", {})
    match event.get("method"):
        case "Log.entryAdded" if details["entry"]["level"] in ("error", "warning"):
            yield details["entry"]["text"]
        case "Runtime.consoleAPICalled" if details["type"] in ("error", "warning", "assert"):
            yield json.dumps(details["args"])
        case "Runtime.exceptionThrown":
            yield details["exceptionDetails"]["text"]
