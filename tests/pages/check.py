#!/usr/bin/env python3
"""Opens HTML pages of callcheck in headless Chromium, on a phone and a desktop, light and dark:

    tests/pages/check.py target/release/callcheck [--screenshots DIRECTORY]

Fails on errors in the console, horizontal scrolling, broken rule names, charts of a single value and text with a
contrast below 4.5:1. Needs Debian's package `chromium`, which it installs if it is root; otherwise nothing is checked.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from browser import Browser

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent.parent / "fixtures"
WIDTHS = (390, 1200)
SCHEMES = ("light", "dark")


def chromium():
    """The path of the browser. None if there is none and it cannot be installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = lambda: next(filter(None, map(shutil.which, names)), None)
    if found() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found()
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(
            ["apt-get", "-qq", *command], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False,
        )
    return found()


def call(number, **properties):
    """A call in a batch response. The first ones are at different hours, all of them in 30 months."""
    day, hour = number // 6, 8 + 2 * (number % 6)
    month = day // 28 and (day // 28 * 7 + number % 3) % 30
    date = f"{2023 + month // 12}-{month % 12 + 1:02}-{day % 28 + 1:02}T{hour:02}:00:00Z"
    defaults = {
        "hs_timestamp": date, "hs_call_direction": ["INBOUND", "OUTBOUND", "OUTBOUND"][number % 3],
        "hs_call_status": ["COMPLETED", "NO_ANSWER", "BUSY", "FAILED"][number % 4], "hs_call_duration": str(number * 7919 % 900_000),
        "hs_call_disposition": ["f240bbac-87c9-4f6e-bf70-924b57d47db7", "73a0d17f-1163-4015-bdd5-ec830791da20"][number % 2],
        "hubspot_owner_id": str(41_000_000 + number % 14),
    }
    return {"id": str(50_000_000_000 + number), "properties": {**defaults, **properties}, "createdAt": date, "updatedAt": date, "archived": False}


def response(results):
    times = {"startedAt": "2026-01-05T09:30:00.000Z", "completedAt": "2026-01-05T09:30:01.500Z"}
    return {"status": "COMPLETE", "results": results, **times}


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 `|*" + "\u6f22" * 30


def inputs(directory):
    """Writes inputs that are not fixtures, because they are large or have unusual names."""
    def write(name, text):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return str(path)

    single = [{**call(1), "id": 7}]
    wrong = [{**call(number), "id": number, "archived": "no"} for number in range(700)]
    many_rules = [{**call(number), f"unexpected{number}": True} for number in range(700)]
    hostile = [call(number, **{HOSTILE[:60]: HOSTILE, "hs_call_direction": HOSTILE, "hubspot_owner_id": HOSTILE}) for number in range(9)]
    broken = {**response([{**call(1), "id": HOSTILE}]), "status": HOSTILE, HOSTILE: 1}
    return {
        "long": write("d" * 200 + "/" + "e" * 200 + ".json", response(single)),
        "rtl": write("\u05e9\u05dc\u05d5\u05dd <b>&amp; \u0645\u0644\u0641.json", response(single)),
        "hostile": write("hostile.json", broken),
        "repeats": write("repeats.json", response(wrong)),
        "groups": write("groups.json", response(many_rules)),
        "pretty": write("pretty.json", json.dumps(response([{**call(1, hs_call_title="x"), "createdAt": "yesterday"}]), indent=2, ensure_ascii=False)),
        "months": write("months.json", response([call(number) for number in range(5000)])),
        "days": write("days.json", response([call(number) for number in range(80)])),
        "hours": write("hours.json", response([call(number) for number in range(5)])),
        "one": write("one.json", response([call(4)])),
        "values": write("values.json", response(hostile)),
    }


def pages(binary, directory):
    """Yields the name and the path of each page."""
    files = inputs(directory)
    valid, invalid = str(FIXTURES / "valid"), str(FIXTURES / "invalid")
    check, summary = ["check", "--no-config"], ["summary", "--no-config"]
    runs = {
        "check-findings": [*check, invalid],
        "check-all-rules": [*check, "--profile", "strict", invalid, valid],
        "check-valid": [*check, str(FIXTURES / "valid/create.min.json")],
        "check-unreadable": [*check, "no/such/" + "n" * 300 + ".json", str(FIXTURES / "valid/create.min.json")],
        "check-hostile": [*check, files["long"], files["rtl"], files["hostile"], files["pretty"]],
        "check-values": [*check, "--show-values", files["hostile"], files["pretty"], files["values"]],
        "check-repeats": [*check, files["repeats"], files["groups"]],
        "check-unusable": [*check, "--schema", "no/such/schema.json", files["one"]],
        "summary-valid": [*summary, str(FIXTURES / "valid/create.min.json")],
        "summary-fixtures": [*summary, valid, invalid],
        "summary-none": [*summary, "no/such/file.json"],
        **{f"summary-{name}": [*summary, files[name]] for name in ("months", "days", "hours", "one", "values", "hostile")},
    }
    for name, arguments in runs.items():
        path = directory / f"{name}.html"
        # The pages are the same on every run.
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767605400", "GITHUB_STEP_SUMMARY": ""}
        run = subprocess.run(
            [binary, *arguments, "--quiet", "--report", f"html={path}"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120,
        )
        if run.returncode not in (0, 1, 2) or not path.exists():
            sys.exit(f"{name}: exit code {run.returncode}: {run.stderr}")
        yield name, path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--screenshots", type=pathlib.Path, metavar="DIRECTORY")
    arguments = parser.parse_args()
    executable = chromium()
    if not executable:
        print("NOT RUN: Chromium is not installed and cannot be installed (Debian's package chromium, as root)")
        return
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    script = (HERE / "inspect.js").read_text()
    number, texts, failures = 0, 0, []
    with tempfile.TemporaryDirectory(prefix="callcheck-pages-") as directory:
        browser = Browser(executable)
        try:
            for name, path in pages(arguments.binary, pathlib.Path(directory)):
                for width in WIDTHS:
                    for scheme in SCHEMES:
                        errors = browser.open(path.as_uri(), width, scheme)
                        if arguments.screenshots:
                            browser.screenshot(arguments.screenshots / f"{name}-{width}-{scheme}.png", width)
                        found = browser.evaluate(script)
                        number, texts = number + 1, texts + found["texts"]
                        failures += [f"{name}, {width} px, {scheme}: {problem}" for problem in errors + found["problems"]]
        finally:
            browser.close()
    print("\n".join(failures), end="\n" if failures else "")
    print(f"{number} views, {texts} texts, {len(failures)} problems")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
