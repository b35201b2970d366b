#!/usr/bin/env python3
"""Runs verdicts.py on Spark (local[2], commands with an empty environment) and compares the results with callcheck alone. `.ci/scale` calls it.

usage: test.py CALLCHECK [FILE]

FILE is JSON Lines to use in addition to the generated lines. Fails if a verdict or the summary differs.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verdicts

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "..", "fixtures", "valid")


def lines():
    """2,000 lines: valid and invalid responses, other JSON, invalid JSON, blank lines, CR inside and at the end of a line."""
    with open(os.path.join(FIXTURES, "create.pretty.json"), encoding="utf-8") as file:
        response = json.load(file)
    for number in range(2000):
        for index, result in enumerate(response["results"]):
            result["id"] = result["properties"]["hs_object_id"] = str(50_100_000_000 + 10 * number + index)
            result["properties"]["hs_call_duration"] = str(number * 977 % 3_600_000)
            result["properties"]["hs_call_title"] = f"Anruf mit Zoë {number} \u2028"
        text = json.dumps(response, ensure_ascii=number % 2 == 0)
        kind = number % 20
        if kind == 3:
            text = text.replace('"COMPLETE"', '"DONE"')
        elif kind == 7:
            text = '{"status":"error","message":"no","category":"VALIDATION_ERROR","correlationId":"x"}'
        elif kind == 11:
            text = text[: len(text) // 2]
        elif kind == 13:
            text = ["", "  ", "\t", "\r"][number // 20 % 4]
        elif kind == 17:
            text = text.replace(", ", ",\r ") + "\r"
        yield text


def without_number(verdict):
    """A verdict without its line number, because lines are numbered from 1 in each partition."""
    return [verdict["verdict"], verdict["findings"]]


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, check=False, **more).stdout


def main(callcheck, more=None):
    from pyspark import SparkConf, SparkContext

    callcheck = os.path.abspath(callcheck)
    conf = SparkConf().setMaster("local[2]").setAppName("callcheck").set("spark.ui.enabled", "false")
    context = SparkContext(conf=conf)
    context.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory() as root:
        directory = os.path.join(root, "responses")
        os.mkdir(directory)
        generated = list(lines())
        for part in range(5):
            # One file has only blank lines, and one does not end with LF.
            text = "\n".join(generated[part * 500 - 500 : part * 500]) + ("\n" if part < 4 else "")
            with open(os.path.join(directory, f"part-{part}.ndjson"), "w", encoding="utf-8", newline="") as out:
                out.write(text if part > 0 else "\n\n")
        if more:
            os.symlink(os.path.abspath(more), os.path.join(directory, "part-9.ndjson"))
        files = sorted(os.path.join(directory, name) for name in os.listdir(directory))

        # Spark reads files in any order, so only the counts of all files can be compared. The lines of one file keep their order.
        begin = time.perf_counter()
        rdd = verdicts.lines_of(context, directory, 4)
        parts = rdd.getNumPartitions()
        found = verdicts.verdicts(rdd, callcheck).map(without_number).collect()
        spark = time.perf_counter() - begin
        ordered = verdicts.verdicts(verdicts.lines_of(context, files[-1], 4), callcheck).map(without_number).collect()

        begin = time.perf_counter()
        alone = [[without_number(json.loads(line)) for line in run([callcheck, "filter", file]).splitlines()] for file in files]
        single = time.perf_counter() - begin
        expected = sum(alone, [])

        # `check` skips blank lines.
        report = json.loads(run([callcheck, "check", "--no-config", "--output-format", "json", *files]))
        checked = Counter(
            "error" if document["kind"] == "invalid-json" or document["verdict"] == "undecided" else document["verdict"]
            for document in report["documents"]
        )

        summary = os.path.join(root, "summary.json")
        verdicts.merged(callcheck, rdd.mapPartitions(verdicts.summary(callcheck)).collect(), summary)
        with open(summary, "rb") as file:
            merged = file.read()
        whole = run([callcheck, "summary", "--no-config", "--output-format", "json", *files])
        context.stop()

    counts, blank = Counter(verdict for verdict, _ in found), len(expected) - len(report["documents"])
    print(f"{len(found)} lines in {parts} partitions: {dict(sorted(counts.items()))}, {blank} of the errors are blank lines")
    print(f"verdicts: {spark:.2f} s with Spark, {single:.2f} s with callcheck alone")
    assert parts >= 4, f"only {parts} partitions"
    assert counts - checked == Counter(error=blank), f"filter: {counts}, check: {checked}"
    assert Counter(map(json.dumps, found)) == Counter(map(json.dumps, expected)), "a verdict differs from the one of callcheck alone"
    assert ordered == alone[-1], "the verdicts of a file are out of order"
    assert merged == whole, "the merged summary differs from the summary of all files"
    print("ok: same verdicts, same findings, same summary")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
