#!/usr/bin/env python3
"""Compares callcheck with the other tools that are installed, and writes the table and the chart of docs/performance.md.

usage: rivals.py [--scale SCALE] [--rounds ROUNDS] [--data DIRECTORY] [--binary FILE] [--draw]

Other tools are searched on the PATH: `sourcemeta` (the binary in the npm package @sourcemeta/jsonschema), `jsonschema-cli`, `jsonvet` and `jaq` (cargo install
jsonschema-cli jsonvet-cli jaq) and `jq`. The figures are stored in benches/rivals.json. --draw only writes the table and the chart again.
"""
import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

import clock
import generate

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = ROOT / "benches/rivals.json"
PAGE = ROOT / "docs/performance.md"
CHART = ROOT / "docs/images/performance-{}.svg"
SCHEMA = "schema/batch-calls-response.schema.json"
# The columns of the table: the program, and its name in the documentation.
TOOLS = {
    "callcheck": "callcheck",
    "jsonschema-cli": "jsonschema-cli",
    "sourcemeta": "sourcemeta",
    "jsonvet": "jsonvet",
    "jq": "jq",
    "jaq": "jaq",
}
THEMES = {
    "light": {"text": "#1f2328", "faint": "#59636e", "ours": "#0969da", "other": "#afb8c1"},
    "dark": {"text": "#f0f6fc", "faint": "#9198a1", "ours": "#4493f8", "other": "#484f58"},
}


def works(data, callcheck):
    """The rows: a title, the number of bytes, and the command line of each tool."""
    check = [callcheck, "--quiet", "--no-config", "--threads", "1"]

    def validation(paths, ours):
        inputs = [argument for path in paths for argument in ("-i", str(path))]
        return {
            "callcheck": [*check, ours],
            "jsonschema-cli": ["jsonschema-cli", "validate", "--assert-format", SCHEMA, *inputs],
            "sourcemeta": ["sourcemeta", "validate", "--fast", "--format-assertion", SCHEMA, *map(str, paths)],
            "jsonvet": ["jsonvet", "--schema", SCHEMA, *map(str, paths)],
        }

    def size(paths):
        return sum(path.stat().st_size for path in paths)

    for name, title in [("one.json", "check 1 result"), ("page.json", "check 100 results"), ("big.json", "check {} results")]:
        path = data / name
        results = format(path.read_bytes().count(b'"hs_object_id"'), ",")
        yield title.format(results), size([path]), validation([path], str(path))
    corpus = sorted((data / "corpus").glob("*.json"))
    yield f"check {len(corpus):,} files", size(corpus), validation(corpus, str(data / "corpus"))
    big = data / "big.json"
    yield "format one file", size([big]), {
        "callcheck": [callcheck, "format", "--no-config", str(big)],
        "jq": ["jq", ".", str(big)],
        "jaq": ["jaq", ".", str(big)],
    }


def version(program):
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+(\.\d+)+", found.stdout + found.stderr)
    return number[0] if number else "unknown"


def measure(options):
    binary = str(options.binary.resolve())
    if not (options.data / "one.json").exists():
        generate.generate(options.data, options.scale)
    installed = {tool: version(binary if tool == "callcheck" else tool) for tool in TOOLS if tool == "callcheck" or shutil.which(tool)}
    rows = []
    for title, size, commands in works(options.data.resolve(), binary):
        programs = {tool: command for tool, command in commands.items() if tool in installed}
        # The clock of the kernel is coarse, so small inputs run more often.
        rounds = options.rounds * (20 if size < 1_000_000 else 1)
        medians = clock.measure(programs, rounds)
        failed = [tool for tool, found in medians.items() if found.status != 0]
        if failed:
            print(f"rivals.py: {title}: {', '.join(failed)} failed", file=sys.stderr)
        figures = {tool: round(found.cpu, 6) for tool, found in medians.items() if found.status == 0}
        rows.append({"work": title, "bytes": size, "seconds": figures})
        print(title, figures, file=sys.stderr)
    processor = re.search(r"model name\s*: (.*)", read("/proc/cpuinfo"))
    FIGURES.write_text(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": f"{processor[1] if processor else platform.machine()}, {os.cpu_count()} cores",
                "versions": installed,
                "rows": rows,
            },
            indent=2,
        )
        + "\n"
    )


def read(path):
    try:
        return pathlib.Path(path).read_text()
    except OSError:
        return ""


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def bytes_of(size):
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def ratio(value):
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def table(figures):
    tools = [tool for tool in TOOLS if tool in figures["versions"]]
    lines = ["| Work | " + " | ".join(f"{TOOLS[tool]} {figures['versions'][tool]}" for tool in tools) + " |", "|---" * (len(tools) + 1) + "|"]
    for row in figures["rows"]:
        ours = row["seconds"]["callcheck"]
        cells = []
        for tool in tools:
            value = row["seconds"].get(tool)
            times = "" if tool == "callcheck" or value is None else f" ({ratio(value / ours)} times)"
            cells.append("" if value is None else seconds(value) + times)
        lines.append(f"| {row['work']}, {bytes_of(row['bytes'])} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def chart(figures, theme):
    """A bar for each tool and work: its processor time, compared with callcheck. The scale is logarithmic."""
    colors, left, right, height = THEMES[theme], 120, 640, 17
    rows, y = [], 0
    largest = max(value / row["seconds"]["callcheck"] for row in figures["rows"] for value in row["seconds"].values())

    def length(times):
        return max(4, (math.log(max(times, 0.5)) - math.log(0.5)) / (math.log(largest) - math.log(0.5)) * (right - left - 70))

    for row in figures["rows"]:
        ours = row["seconds"]["callcheck"]
        y += 16
        rows.append(f'<text x="0" y="{y}" class="work">{row["work"]}, {bytes_of(row["bytes"])}</text>')
        for tool, value in row["seconds"].items():
            y += height
            kind = "ours" if tool == "callcheck" else "other"
            text = seconds(value) if tool == "callcheck" else f"{ratio(value / ours)} ×"
            width = length(value / ours)
            rows.append(f'<text x="{left - 8}" y="{y}" class="tool">{TOOLS[tool]}</text>')
            rows.append(f'<rect x="{left}" y="{y - 11}" width="{width:.0f}" height="13" rx="2" class="{kind}"/>')
            rows.append(f'<text x="{left + width + 6:.0f}" y="{y}" class="value">{text}</text>')
        y += 10
    style = (
        "text { font: 13px -apple-system, Segoe UI, Helvetica, Arial, sans-serif; fill: %s } .work { font-weight: 600 } "
        ".tool { text-anchor: end } .tool, .value { fill: %s } .ours { fill: %s } .other { fill: %s }"
    ) % (colors["text"], colors["faint"], colors["ours"], colors["other"])
    title = "Processor time of other tools, compared with callcheck"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {y}" width="{right}" height="{y}" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n" + "\n".join(rows) + "\n</svg>\n"
    )


def draw():
    figures = json.loads(FIGURES.read_text())
    for theme in THEMES:
        pathlib.Path(str(CHART).format(theme)).write_text(chart(figures, theme))
    note = f"Measured on {figures['date']}: {figures['machine']}, one thread, medians."
    text = re.sub(
        r"(<!-- rivals -->\n).*?(<!-- /rivals -->)",
        lambda found: f"{found[1]}\n{table(figures)}\n\n{note}\n\n{found[2]}",
        PAGE.read_text(),
        flags=re.DOTALL,
    )
    PAGE.write_text(text)
    print(table(figures))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.2, help="size of the data that is generated")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "target/rivals", help="the data; generated if there is none")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/callcheck")
    parser.add_argument("--draw", action="store_true", help="measure nothing")
    options = parser.parse_args()
    os.chdir(ROOT)
    if not options.draw:
        measure(options)
    draw()


if __name__ == "__main__":
    main()
