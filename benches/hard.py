#!/usr/bin/env python3
"""Writes input that is difficult to parse and schemas that are costly to evaluate. usage: hard.py DIRECTORY

distinct.json   objects with 200,000 different names
random.json     names of random letters, different in each item
shuffled.json   the same 60 names in a different order in each item
numbers.json    arrays of coordinates, as in the GeoJSON file canada.json
deep.json       arrays in arrays, 5,000 deep
if-then.schema.json   the response schema with `if` and `then` in each item
any-of.schema.json    the same with `anyOf` at the root: it applies to several properties, so the document is buffered
contains.schema.json  the same with `contains` in `results`: it applies to several items, so they are buffered
"""
import json, pathlib, random, sys

if len(sys.argv) != 2:
    sys.exit(__doc__)
directory = pathlib.Path(sys.argv[1])
directory.mkdir(parents=True, exist_ok=True)
random.seed(1)


def write(name, elements, properties):
    with open(directory / name, "w") as out:
        out.write('{"status":"COMPLETE","results":[')
        for index in range(elements):
            out.write("," if index else "")
            out.write('{"id":"%d","properties":%s,"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}' % (index, properties(index)))
        out.write('],"startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z"}')


def members(names):
    return "{" + ",".join('"%s":"v"' % name for name in names) + "}"


def letters():
    return "".join(random.choices("abcdefghijklmnop", k=12))


def shuffled(index):
    names = ["hs_property_%d" % number for number in range(60)]
    random.shuffle(names)
    return members(names)


def numbers(index):
    pairs = ("[%.6f,%.6f]" % (random.uniform(-180, 180), random.uniform(-90, 90)) for _ in range(10000))
    return '{"c":[' + ",".join(pairs) + "]}"


write("distinct.json", 10, lambda index: members("hs_name_%d_%d" % (index, number) for number in range(200000)))
write("random.json", 50000, lambda index: members(letters() for _ in range(50)))
write("shuffled.json", 40000, shuffled)
write("numbers.json", 250, numbers)
write("deep.json", 6000, lambda index: '{"d":%s%s}' % ("[" * 5000, "]" * 5000))

source = pathlib.Path(__file__).parent / "../schema/batch-calls-response.schema.json"
schema = json.loads(source.read_text())
results = schema["properties"]["results"]
results["items"] |= {"if": {"properties": {"archived": {"const": True}}}, "then": {"required": ["archivedAt"]}}
(directory / "if-then.schema.json").write_text(json.dumps(schema))
schema = json.loads(source.read_text())
schema["anyOf"] = [{"required": ["results"]}, {"required": ["errors"]}]
(directory / "any-of.schema.json").write_text(json.dumps(schema))
schema = json.loads(source.read_text())
schema["properties"]["results"]["contains"] = {"type": "object"}
(directory / "contains.schema.json").write_text(json.dumps(schema))
