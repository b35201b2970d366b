#!/usr/bin/env python3
"""Runs verdicts.py on Spark (local[2], an empty environment for the commands) and compares it with callcheck alone; `.ci/scale` calls it.

usage: test.py CALLCHECK [FILE]

FILE is JSON Lines to use besides the lines that are made here. Fails when a verdict or the summary differs.
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
    """2,000 lines: answers that are good, answers that are wrong, other JSON, no JSON, blank ones, CR in and at the end of a line."""
    with open(os.path.join(FIXTURES, "create.pretty.json"), encoding="utf-8") as file:
        answer = json.load(file)
    for number in range(2000):
        for place, result in enumerate(answer["results"]):
            result["id"] = result["properties"]["hs_object_id"] = str(50_100_000_000 + 10 * number + place)
            result["properties"]["hs_call_duration"] = str(number * 977 % 3_600_000)
            result["properties"]["hs_call_title"] = f"Anruf mit Zoë {number} \u2028"
        text = json.dumps(answer, ensure_ascii=number % 2 == 0)
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
    """Lines are numbered from 1 in each partition."""
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
        folder = os.path.join(root, "answers")
        os.mkdir(folder)
        made = list(lines())
        for part in range(5):
            # One is blank altogether, and one does not end with LF.
            text = "\n".join(made[part * 500 - 500 : part * 500]) + ("\n" if part < 4 else "")
            with open(os.path.join(folder, f"part-{part}.ndjson"), "w", encoding="utf-8", newline="") as out:
                out.write(text if part > 0 else "\n\n")
        if more:
            os.symlink(os.path.abspath(more), os.path.join(folder, "part-9.ndjson"))
        files = sorted(os.path.join(folder, name) for name in os.listdir(folder))

        # Spark takes files in any order, so of all together only the numbers can be compared; the lines of one file keep their order.
        begin = time.perf_counter()
        rdd = verdicts.lines_of(context, folder, 4)
        parts = rdd.getNumPartitions()
        found = verdicts.verdicts(rdd, callcheck).map(without_number).collect()
        spark = time.perf_counter() - begin
        ordered = verdicts.verdicts(verdicts.lines_of(context, files[-1], 4), callcheck).map(without_number).collect()

        begin = time.perf_counter()
        alone = [[without_number(json.loads(line)) for line in run([callcheck, "filter", file]).splitlines()] for file in files]
        single = time.perf_counter() - begin
        expected = sum(alone, [])

        # Blank lines are no documents of check's.
        report = json.loads(run([callcheck, "check", "--no-config", "--output-format", "json", *files]))
        words = {"valid": "valid", "not-a-batch-answer": "not-batch", "undecided": "error"}
        kinds = [document["kind"] == "broken-json" for document in report["documents"]]
        checked = Counter(
            "error" if is_broken else words.get(document["verdict"], "invalid")
            for is_broken, document in zip(kinds, report["documents"])
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
    assert counts - checked == Counter(error=blank), f"{counts} but check says {checked}"
    assert Counter(map(json.dumps, found)) == Counter(map(json.dumps, expected)), "a verdict differs from that of callcheck alone"
    assert ordered == alone[-1], "the verdicts of a file are not in its order"
    assert merged == whole, "the summaries of the partitions do not add up to that of all files"
    print("ok: same verdicts, same findings, same summary")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
