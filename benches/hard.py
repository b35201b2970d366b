#!/usr/bin/env python3
"""Writes answers that are hard to read fast, and schemas that are hard to judge by. usage: hard.py FOLDER

distinct.json   objects with 200,000 names, none of them twice in the file
random.json     names of random letters, other ones in each element
shuffled.json   the same 60 names in another order in each element
numbers.json    arrays of coordinates, as in the GeoJSON file canada.json
deep.json       arrays in arrays, 5,000 deep
if-then.schema.json   the schema of the answer, with `if` and `then` in each element
any-of.schema.json    the same with `anyOf` at the root: it looks across members, so the document is held whole
contains.schema.json  the same with `contains` in `results`: it looks across the elements, so they are held
"""
import json, pathlib, random, sys

if len(sys.argv) != 2:
    sys.exit(__doc__)
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random.seed(1)


def write(name, elements, properties):
    with open(folder / name, "w") as out:
        out.write('{"status":"COMPLETE","results":[')
        for place in range(elements):
            out.write("," if place else "")
            out.write('{"id":"%d","properties":%s,"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}' % (place, properties(place)))
        out.write('],"startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z"}')


def members(names):
    return "{" + ",".join('"%s":"v"' % name for name in names) + "}"


def letters():
    return "".join(random.choices("abcdefghijklmnop", k=12))


def shuffled(place):
    names = ["hs_property_%d" % number for number in range(60)]
    random.shuffle(names)
    return members(names)


def numbers(place):
    pairs = ("[%.6f,%.6f]" % (random.uniform(-180, 180), random.uniform(-90, 90)) for _ in range(10000))
    return '{"c":[' + ",".join(pairs) + "]}"


write("distinct.json", 10, lambda place: members("hs_name_%d_%d" % (place, number) for number in range(200000)))
write("random.json", 50000, lambda place: members(letters() for _ in range(50)))
write("shuffled.json", 40000, shuffled)
write("numbers.json", 250, numbers)
write("deep.json", 6000, lambda place: '{"d":%s%s}' % ("[" * 5000, "]" * 5000))

source = pathlib.Path(__file__).parent / "../schema/batch-calls-response.schema.json"
schema = json.loads(source.read_text())
results = schema["properties"]["results"]
results["items"] |= {"if": {"properties": {"archived": {"const": True}}}, "then": {"required": ["archivedAt"]}}
(folder / "if-then.schema.json").write_text(json.dumps(schema))
schema = json.loads(source.read_text())
schema["anyOf"] = [{"required": ["results"]}, {"required": ["errors"]}]
(folder / "any-of.schema.json").write_text(json.dumps(schema))
schema = json.loads(source.read_text())
schema["properties"]["results"]["contains"] = {"type": "object"}
(folder / "contains.schema.json").write_text(json.dumps(schema))
