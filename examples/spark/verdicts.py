#!/usr/bin/env python3
"""Validates a directory of JSON Lines on a Spark cluster and summarizes the responses.

usage: spark-submit verdicts.py CALLCHECK INPUT SUMMARY

CALLCHECK is the absolute path of the binary, the same on every machine: `RDD.pipe` runs commands with an empty environment, so there is no PATH.
INPUT is any input of Spark: a directory, a glob or a URL. SUMMARY is a local file for the summary of all responses, in the format of
`callcheck summary --output-format json`. The number of lines per verdict is printed as one JSON object.

Two defaults of Spark matter:
- Spark treats CR as a line end. In JSON Lines only LF is one, so the delimiter is set.
- Spark decodes lines before callcheck reads them. Invalid UTF-8 becomes U+FFFD, so `json/encoding` is never reported here.
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
            # Splits files into the requested number of parts, not only at block boundaries.
            "mapreduce.input.fileinputformat.split.maxsize": str(split_size(path, partitions)),
        },
    ).values()


def split_size(path, partitions):
    """Bytes per part. The size of remote input is unknown: then 128 MiB, the usual block size."""
    names = [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
    size = sum(os.path.getsize(name) for name in names if os.path.isfile(name))
    return max(size // partitions, 1 << 20) if size else 128 << 20


def verdicts(lines, callcheck):
    """One verdict per line, in order. Invalid data has exit code 0; with `checkCode`, any other exit code makes the job fail."""
    return lines.pipe(f"{callcheck} filter", checkCode=True).map(json.loads)


def summary(callcheck):
    """Summarizes the lines of a partition. Partitions without a document are omitted, because callcheck treats missing input as an error."""

    def summarize(lines):
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
            output = process.stdout.read().decode()
            feeder.join()
        if process.returncode != 0:
            raise RuntimeError(f"callcheck summary failed with exit code {process.returncode}")
        yield output

    return summarize


def merged(callcheck, parts, path):
    """Merges summaries, in any order, into the file at `path`."""
    with tempfile.TemporaryDirectory() as directory:
        names = [os.path.join(directory, f"{number}.json") for number in range(len(parts))]
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
