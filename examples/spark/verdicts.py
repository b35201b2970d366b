#!/usr/bin/env python3
"""Judges a folder of JSON Lines on a Spark cluster and adds up what the answers say.

usage: spark-submit verdicts.py CALLCHECK INPUT SUMMARY

CALLCHECK is the binary's absolute path, the same on every machine: commands in `RDD.pipe` have an empty environment, so no PATH. INPUT is
what Spark can read: a folder, a pattern, an address. SUMMARY is a file on this machine: the summary of all answers, as
`callcheck summary --output-format json` writes it. Printed is how many lines have which verdict, one JSON object.

Two things that Spark does by itself and that must not be:
- It takes CR for the end of a line. In JSON Lines only LF is; the delimiter says so.
- It decodes lines before anybody sees them: bytes that are no UTF-8 are U+FFFD then, so `json/encoding` is never told here.
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading


def lines_of(context, path, partitions):
    """The lines of all files, without their LF."""
    return context.newAPIHadoopFile(
        path,
        "org.apache.hadoop.mapreduce.lib.input.TextInputFormat",
        "org.apache.hadoop.io.LongWritable",
        "org.apache.hadoop.io.Text",
        conf={
            "textinputformat.record.delimiter": "\n",
            # Files are cut into as many parts as are wanted, not only where a block ends.
            "mapreduce.input.fileinputformat.split.maxsize": str(split_size(path, partitions)),
        },
    ).values()


def split_size(path, partitions):
    """Bytes of a part. Of what is not on this machine nobody knows the size: 128 MiB then, as blocks are."""
    names = [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
    size = sum(os.path.getsize(name) for name in names if os.path.isfile(name))
    return max(size // partitions, 1 << 20) if size else 128 << 20


def verdicts(lines, callcheck):
    """A verdict for each line, in their order. Bad data is exit code 0; with `checkCode` anything else ends the job."""
    return lines.pipe(f"{callcheck} filter", checkCode=True).map(json.loads)


def summary(callcheck):
    """Adds up the lines of a partition. One without any is nothing that could be read, so it is left out."""

    def added_up(lines):
        first = next((line for line in lines if line.strip()), None)
        if first is None:
            return
        command = [callcheck, "summary", "--no-config", "--lines", "--threads", "1", "--output-format", "json", "-"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}) as process:

            def feed():
                with process.stdin as out:
                    for line in itertools.chain([first], lines):
                        out.write(line.encode() + b"\n")

            feeder = threading.Thread(target=feed)
            feeder.start()
            said = process.stdout.read().decode()
            feeder.join()
        if process.returncode != 0:
            raise RuntimeError(f"callcheck summary ended with {process.returncode}")
        yield said

    return added_up


def merged(callcheck, parts, path):
    """Adds up summaries, in any order, into the file at `path`."""
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, f"{place}.json") for place in range(len(parts))]
        for name, part in zip(names, parts):
            with open(name, "w", encoding="utf-8") as out:
                out.write(part)
        with open(path, "wb") as out:
            subprocess.run([callcheck, "summary", "--merge", "--output-format", "json", *names], stdout=out, check=True)


def main(callcheck, path, to, partitions=4):
    from pyspark import SparkContext

    context = SparkContext.getOrCreate()
    lines = lines_of(context, path, partitions)
    counts = verdicts(lines, callcheck).map(lambda verdict: verdict["verdict"]).countByValue()
    merged(callcheck, lines.mapPartitions(summary(callcheck)).collect(), to)
    print(json.dumps(dict(sorted(counts.items()))))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
