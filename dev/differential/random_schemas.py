#!/usr/bin/env python3
"""Compares callcheck with the Python package jsonschema on random schemas and documents.

    pip install jsonschema
    python3 dev/differential/random_schemas.py target/release/callcheck [--schemas 5000] [--seed 1] [--seconds 300]

Each schema has four documents: samples of the schema and mutations of them. callcheck validates each document

- as a line (`callcheck filter`),
- as a file (`callcheck check`), buffered, and
- as a file of more than 128 KiB with the same value, streamed if the schema allows it.

A fifth document with a long array is only streamed. Every difference is printed with the schema, the document and both
verdicts. The exit code is 1 if a difference is not in EXPLAINED. `--only N` repeats schema N of a seed.
"""

import argparse
import collections
import decimal
import fractions
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import jsonschema
from jsonschema import _keywords, _legacy_keywords, _utils
from referencing.jsonschema import lookup_recursive_ref

sys.set_int_max_str_digits(0)
sys.setrecursionlimit(5000)
decimal.getcontext().prec = 2000

# ---------------------------------------------------------------- explained differences

# Differences that are known and how to recognize them: a reason with the section of the specification, and a change of the
# reference. The difference is explained if the changed reference has the verdict of callcheck.
# Reasons, and the changes of the reference that give the verdict of callcheck.
EXPLAINED: list[tuple[str, dict[str, bool]]] = []
# The reference itself is corrected below where it differs from the specification: numbers are exact instead of floats,
# patterns are those of ECMA-262, and `unevaluatedItems`, `unevaluatedProperties`, `uniqueItems` and `additionalItems`
# are implemented as specified.
CHANGES = {"contains_evaluates": False}

# ---------------------------------------------------------------- the reference

DIALECTS = {
    "4": ("http://json-schema.org/draft-04/schema#", jsonschema.Draft4Validator),
    "6": ("http://json-schema.org/draft-06/schema#", jsonschema.Draft6Validator),
    "7": ("http://json-schema.org/draft-07/schema#", jsonschema.Draft7Validator),
    "2019-09": ("https://json-schema.org/draft/2019-09/schema", jsonschema.Draft201909Validator),
    "2020-12": ("https://json-schema.org/draft/2020-12/schema", jsonschema.Draft202012Validator),
}


class WithFraction(int):
    """An integer that is written with a fraction or an exponent. For draft 4, it is not an integer (section 3.5)."""


def exact(text):
    """Numbers are compared by value (JSON Schema Core 2020-12, 4.2.2), so no number becomes a float."""
    value = fractions.Fraction(decimal.Decimal(text))
    return WithFraction(value.numerator) if value.denominator == 1 else value


def load(text):
    return json.loads(text, parse_float=exact)


SPACE = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": SPACE}


def translate(pattern):
    """An ECMA-262 pattern with the flag u as a pattern of Python. Covers what `Patterns` generates."""
    result, at, in_class = "", 0, False
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "\\":
            char = pattern[at]
            at += 1
            if char in "dws":
                result += CLASSES[char] if in_class else f"[{CLASSES[char]}]"
            elif char in "DWS":
                result += f"[^{CLASSES[char.lower()]}]"
            elif char == "u":
                if pattern[at] == "{":
                    end = pattern.index("}", at)
                    code = int(pattern[at + 1 : end], 16)
                    at = end + 1
                else:
                    code = int(pattern[at : at + 4], 16)
                    at += 4
                result += re.escape(chr(code))
            elif char == "b":
                result += "(?:(?<![A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<=[A-Za-z0-9_])(?![A-Za-z0-9_]))"
            else:
                result += "\\" + char
        elif in_class:
            in_class = char != "]"
            result += "\\" + char if char in "[&|~" else char
        elif char == "[":
            in_class = True
            result += char
            if pattern[at] == "^":
                result += "^"
                at += 1
        elif char == "$":
            result += r"\Z"
        elif char == ".":
            result += r"[^\n\r\u2028\u2029]"
        else:
            result += char
    return result


class Ecma:
    """Takes the role of the module `re` in jsonschema, whose patterns are those of Python (Core 2020-12, 6.4)."""

    compiled = {}

    @classmethod
    def search(cls, pattern, text):
        if pattern not in cls.compiled:
            if len(cls.compiled) > 5000:
                cls.compiled.clear()
            cls.compiled[pattern] = re.compile(translate(pattern))
        return cls.compiled[pattern].search(text)


def unique_items(validator, is_unique, instance, schema):
    """jsonschema sorts the items and compares neighbors, so it misses the equal items of [[1], [true], [1]]."""
    if is_unique and validator.is_type(instance, "array"):
        for index, item in enumerate(instance):
            if any(_utils.equal(item, other) for other in instance[:index]):
                yield jsonschema.ValidationError("not unique")
                return


def additional_items(validator, subschema, instance, schema):
    """jsonschema fails if `items` is a boolean; then `additionalItems` is ignored (Validation of draft 6, 6.10)."""
    if validator.is_type(instance, "array") and isinstance(schema.get("items"), list):
        for item in instance[len(schema["items"]) :]:
            if isinstance(subschema, bool):
                if not subschema:
                    yield jsonschema.ValidationError("additional item")
            else:
                yield from validator.descend(item, subschema)


def references(validator, schema):
    """Targets of the references of a schema, as validators."""
    found = [validator._resolver.lookup(schema[name]) for name in ("$ref", "$dynamicRef") if name in schema]
    if "$recursiveRef" in schema:
        found.append(lookup_recursive_ref(validator._resolver))
    return [validator.evolve(schema=target.contents, _resolver=target.resolver) for target in found]


def evaluated(validator, instance):
    """Evaluated properties or items of a valid schema. Section 11 of Core 2020-12, and 9.3 of Core 2019-09.

    That of jsonschema differs: for 2019-09, it takes the keywords of `additionalProperties` for names of properties.
    """
    schema = validator.schema
    if isinstance(schema, bool):
        return set()
    below = references(validator, schema)
    inner = [schema[name] for name in ("allOf", "anyOf", "oneOf") if name in schema]
    inner = [subschema for subschemas in inner for subschema in subschemas]
    if "if" in schema:
        condition = validator.evolve(schema=schema["if"]).is_valid(instance)
        inner.append(schema["if"])
        inner.append(schema.get("then" if condition else "else", True))
    if isinstance(instance, dict):
        inner += [each for name, each in schema.get("dependentSchemas", {}).items() if name in instance]
    below += [validator.evolve(schema=subschema) for subschema in inner]
    found = set()
    for subschema in below:
        if subschema.is_valid(instance):
            found |= evaluated(subschema, instance)
    if isinstance(instance, dict):
        if "additionalProperties" in schema or "unevaluatedProperties" in schema:
            return set(instance)
        found |= schema.get("properties", {}).keys() & instance.keys()
        for pattern in schema.get("patternProperties", {}):
            found |= {name for name in instance if Ecma.search(pattern, name)}
    elif isinstance(instance, list):
        every = set(range(len(instance)))
        items = schema.get("items")
        if "unevaluatedItems" in schema or isinstance(items, (dict, bool)):
            return every
        if isinstance(items, list):
            if "additionalItems" in schema:
                return every
            found |= set(range(len(items)))
        found |= set(range(len(schema.get("prefixItems", []))))
        # `contains` evaluates items since 2020-12 (Core 2020-12, 10.3.1.3).
        if "contains" in schema and (CHANGES["contains_evaluates"] or "prefixItems" in validator.VALIDATORS):
            contains = validator.evolve(schema=schema["contains"])
            found |= {index for index in every if contains.is_valid(instance[index])}
    return found & (set(instance) if isinstance(instance, dict) else set(range(len(instance))))


def unevaluated(kind, keyword):
    def check(validator, subschema, instance, schema):
        if isinstance(instance, kind):
            rest = {name: value for name, value in schema.items() if name != keyword}
            known = evaluated(validator.evolve(schema=rest), instance)
            names = instance if kind is dict else range(len(instance))
            for name in names:
                if name not in known:
                    yield from validator.descend(instance[name], subschema)

    return check


def reference_validator(draft):
    for module in (_keywords, _legacy_keywords, _utils):
        module.re = Ecma
    base = DIALECTS[draft][1]
    keywords = {"uniqueItems": unique_items}
    if draft != "2020-12":
        keywords["additionalItems"] = additional_items
    if draft in ("2019-09", "2020-12"):
        keywords["unevaluatedProperties"] = unevaluated(dict, "unevaluatedProperties")
        keywords["unevaluatedItems"] = unevaluated(list, "unevaluatedItems")
    checker = base.TYPE_CHECKER
    if draft == "4":
        checker = checker.redefine("integer", lambda _, value: type(value) is int)
    return jsonschema.validators.extend(base, keywords, type_checker=checker)


REFERENCE = {draft: reference_validator(draft) for draft in DIALECTS}

# ---------------------------------------------------------------- JSON text


class Count(int):
    """The limit of a length. Draft 4 does not allow a fraction."""


def number(rng, value, is_plain):
    if is_plain or rng.random() < 0.7:
        if value == 0 and rng.random() < 0.1 and not is_plain:
            return "-0"
        if isinstance(value, int):
            return str(int(value))
        digits = value.as_tuple()
        return f"{value:f}" if -40 < digits.exponent < 40 else f"{value:E}"
    digits = decimal.Decimal(value).as_tuple()
    text = "".join(map(str, digits.digits))
    sign = "-" if digits.sign else ""
    form = rng.randrange(3)
    if form == 0:
        return f"{sign}{text}{rng.choice('eE')}{digits.exponent}"
    if form == 1:
        zeros = rng.randrange(1, 4)
        return f"{sign}{text}.{'0' * zeros}e{digits.exponent:+d}"
    return f"{sign}{text[0]}.{text[1:] or '0'}E{digits.exponent + len(text) - 1:+03d}"


class Scalar(str):
    """The text of a scalar or of a key."""


def written(rng, value, plain_counts=False):
    """The value with a text for each scalar, so that different layouts have the same numbers."""
    if isinstance(value, dict):
        return {written(rng, key): written(rng, item, plain_counts) for key, item in value.items()}
    if isinstance(value, list):
        return [written(rng, item, plain_counts) for item in value]
    if isinstance(value, str):
        return Scalar(json.dumps(value, ensure_ascii=rng.random() < 0.15))
    if value is None or isinstance(value, bool):
        return Scalar(json.dumps(value))
    return Scalar(number(rng, value, plain_counts and isinstance(value, Count)))


def dump(value, gap=lambda depth: "", depth=0):
    if isinstance(value, dict):
        parts = [f"{gap(depth)}{key}:{dump(item, gap, depth + 1)}" for key, item in value.items()]
        return "{" + ",".join(parts) + gap(depth) + "}"
    if isinstance(value, list):
        return "[" + ",".join(gap(depth) + dump(item, gap, depth + 1) for item in value) + gap(depth) + "]"
    return value


LARGE = 128 * 1024


def dump_large(rng, value):
    """The text of an array or an object with whitespace at its upper levels, longer than the window of callcheck."""
    positions = 0

    def count(depth):
        nonlocal positions
        positions += depth < 2
        return ""

    dump(value, count)
    sizes = [rng.random() ** 4 for _ in range(positions)]
    # From 1 MiB on, callcheck uses several threads.
    scale = rng.choice([1.1] * 18 + [2.5] * 6 + [12]) * LARGE / sum(sizes)
    sizes = [int(size * scale) + 1 for size in sizes]
    space = rng.choice([" ", "\n", "\t ", "  \r\n"])

    def gap(depth):
        return space * (1 + sizes.pop() // len(space)) if depth < 2 and sizes else ""

    return dump(value, gap)


# ---------------------------------------------------------------- random schemas

NAMES = ["a", "b", "c", "ab", "é", "", "a/b", "m~n", "$ref", "x-1", "日本", "__proto__", "%25", '"', "𝒳", "type"]
STRINGS = ["", "a", "ab", "abc", "é", "e\u0301", "日本語", "𝒳𝒴", "1", "12", "a1", "a b", "\n", "a\n", "\u00a0", "-", "_", "😀", "null"]
NUMBERS = [
    *range(-3, 12), 100, 255, -1000, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**30 + 1,
    *map(decimal.Decimal, ["0.1", "0.5", "1.5", "-0.25", "0.3", "2.675", "1e-7", "3.14159", "1e308", "1e400", "1.5e-400", "12345678901234567890.5"]),
]
DIVISORS = [1, 2, 3, 7, 10, 2**53, *map(decimal.Decimal, ["0.1", "0.5", "0.01", "0.3", "1.5", "1e-7", "2.5e3"])]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]


class Patterns:
    """Random ECMA-262 patterns with a matching text."""

    def __init__(self, rng):
        self.rng = rng

    def make(self):
        pattern, text = self.sequence(0)
        start, end = self.rng.random() < 0.4, self.rng.random() < 0.4
        return f"{'^' if start else ''}{pattern}{'$' if end else ''}", text

    def sequence(self, depth):
        parts = [self.part(depth) for _ in range(self.rng.randrange(1, 4))]
        return "".join(part for part, _ in parts), "".join(text for _, text in parts)

    def part(self, depth):
        rng = self.rng
        pattern, text = self.atom(depth)
        kind = rng.randrange(9)
        if kind == 0:
            return pattern + "*" + rng.choice(["", "?"]), text * rng.randrange(3)
        if kind == 1:
            return pattern + "+", text * rng.randrange(1, 3)
        if kind == 2:
            return pattern + "?", text * rng.randrange(2)
        if kind == 3:
            low = rng.randrange(3)
            high = rng.choice(["", f",{low + 2}", ","])
            return f"{pattern}{{{low}{high}}}", text * low
        return pattern, text

    def atom(self, depth):
        rng = self.rng
        kind = rng.randrange(12 if depth < 2 else 9)
        if kind < 3:
            char = rng.choice("ab1é日𝒳_- ")
            return char, char
        if kind == 3:
            return rng.choice([("\\d", "7"), ("\\w", "b"), ("\\s", " "), ("\\D", "é"), ("\\W", "日"), ("\\S", "a")])
        if kind == 4:
            return rng.choice([("[a-c]", "b"), ("[^a]", "1"), ("[\\d_]", "_"), ("[é-日]", "é"), ("[\\s\\-]", "-"), ("[^\\w]", "é")])
        if kind == 5:
            return rng.choice([(".", "a"), (".", "😀")])
        if kind == 6:
            return rng.choice([("\\u00e9", "é"), ("\\u{1F600}", "😀"), ("\\.", "."), ("\\/", "/"), ("\\$", "$"), ("\\n", "\n"), ("\\u0061", "a")])
        if kind == 7:
            return rng.choice([("(?=a)a", "a"), ("(?!b)a", "a"), ("\\ba", "a")])
        if kind == 8:
            return rng.choice([("abc", "abc"), ("12", "12")])
        first, text = self.sequence(depth + 1)
        if kind == 9:
            return f"(?:{first}|{self.sequence(depth + 1)[0]})", text
        return f"({first})", text


class Generator:
    """A random schema of one draft. In-place references refer to later definitions only, so no recursion is infinite."""

    def __init__(self, rng, draft):
        self.rng = rng
        self.draft = draft
        self.year = {"4": 4, "6": 6, "7": 7, "2019-09": 2019, "2020-12": 2020}[draft]
        self.examples = {}
        self.targets = {}
        self.patterns = Patterns(rng)
        self.names = rng.sample(NAMES, rng.randrange(3, 8))
        self.budget = rng.choice([8, 15, 30, 60])
        self.root_id = "https://example.test/root" if rng.random() < 0.3 else ""
        self.has_dynamic = self.year >= 2019 and rng.random() < 0.35
        self.definitions = "definitions" if self.year < 2019 or rng.random() < 0.1 else "$defs"
        self.count = rng.randrange(0, 5)

    def chance(self, probability):
        return self.rng.random() < probability

    def plain(self):
        """A root of arrays whose items callcheck can validate one by one."""
        rng = self.rng

        def array():
            schema = {"type": "array"} if self.chance(0.7) else {}
            schema["items"] = self.child(1)
            if self.chance(0.2):
                schema["minItems"] = self.limit(4)
            if self.chance(0.2):
                schema["maxItems"] = Count(rng.choice([3, 5, 30, 50]))
            return schema

        if self.chance(0.5):
            return array()
        schema = {"type": "object"} if self.chance(0.7) else {}
        schema["properties"] = {name: array() if self.chance(0.6) else self.child(1) for name in self.names[:4]}
        if self.chance(0.5):
            schema["required"] = sorted({self.name(), self.name()})
        if self.chance(0.4):
            schema["additionalProperties"] = False if self.chance(0.5) else self.child(1)
        if self.chance(0.2):
            schema["minProperties"] = self.limit(4)
        return schema

    def schema(self):
        rng, identifier = self.rng, "id" if self.year == 4 else "$id"
        is_plain = self.chance(0.45)
        self.has_dynamic = self.has_dynamic and not (is_plain and self.chance(0.5))
        root = {}
        definitions = {}
        self.kinds = [rng.choice(["pointer", "pointer", "anchor", "resource"]) for _ in range(self.count)]
        # The package referencing fails for lists in `dependencies` when it searches for an id.
        self.has_lists = {*self.kinds} <= {"pointer"}
        # A reference to the root from another resource needs the id of the root.
        if "resource" in self.kinds:
            self.root_id = "https://example.test/root"
        # Resources with `$dynamicAnchor`.
        self.anchored = [self.root_id]
        # A definition is reached by a pointer, by an anchor, or as a resource of its own.
        for index in range(self.count):
            body = self.subschema(1, index + 1)
            kind = self.kinds[index]
            if isinstance(body, dict) and kind != "pointer" and not (self.year < 2019 and "$ref" in body):
                if kind == "resource":
                    body = {identifier: f"https://example.test/d{index}", **body}
                elif self.year < 2019:
                    body = {identifier: f"#a{index}", **body}
                else:
                    body = {"$anchor": f"a{index}", **body}
                if self.has_dynamic and kind == "resource" and self.chance(0.7):
                    body.update({"$dynamicAnchor": "node"} if self.year == 2020 else {"$recursiveAnchor": self.chance(0.8)})
                    self.anchored.append(f"https://example.test/d{index}")
            else:
                self.kinds[index] = "pointer"
            definitions[f"d{index}"] = body
        body = self.plain() if is_plain else self.subschema(0, 0)
        if isinstance(body, bool):
            return body
        root["$schema"] = DIALECTS[self.draft][0]
        if self.root_id:
            root[identifier] = self.root_id
        if self.has_dynamic:
            root.update({"$dynamicAnchor": "node"} if self.year == 2020 else {"$recursiveAnchor": self.chance(0.8)})
        if definitions and not (self.year < 2019 and "$ref" in body):
            root[self.definitions] = definitions
        elif definitions:
            # Siblings of `$ref` are ignored before 2019-09, also by readers of `$id`.
            body = {"allOf": [body]}
            root[self.definitions] = definitions
        root.update(body)
        self.root = root
        return self.fix(root, self.root_id)

    def fix(self, schema, base):
        """Replaces the number of a target by a reference that is right at this location."""
        if isinstance(schema, list):
            return [self.fix(each, base) for each in schema]
        if not isinstance(schema, dict):
            return schema
        identifier = schema.get("$id", schema.get("id"))
        if isinstance(identifier, str) and not identifier.startswith("#"):
            base = identifier
        fixed = {}
        for key, value in schema.items():
            if isinstance(value, Target):
                fixed[key] = self.reference(value.index, base)
            elif key in ("const", "enum", "default", "examples"):
                fixed[key] = value
            else:
                fixed[key] = self.fix(value, base)
        return fixed

    def reference(self, index, base):
        is_root = base == self.root_id
        if index == "node":
            # `$dynamicRef` is first resolved like `$ref` (Core 2020-12, 8.2.3.2).
            return "#node" if base in self.anchored and self.chance(0.8) else f"{self.rng.choice(self.anchored)}#node"
        if index is None:
            text = "#" if is_root else self.root_id
            text = text or "#"
        else:
            kind = self.kinds[index]
            prefix = "" if is_root else self.root_id
            if kind == "anchor":
                text = f"{prefix}#a{index}"
            elif kind == "resource":
                # A pointer into a resource from outside of it is not portable (Core 2020-12, 9.2.1).
                text = self.rng.choice([f"https://example.test/d{index}", f"https://example.test/d{index}#"])
            else:
                text = f"{prefix}#/{self.rng.choice([self.definitions, self.definitions.replace('d', '%64')])}/d{index}"
        self.targets[text] = index
        return text

    def limit(self, high=6):
        return Count(self.rng.randrange(0, high))

    def name(self):
        return self.rng.choice(self.names)

    def subschema(self, depth, low):
        """`low` is the first definition that an in-place reference may refer to."""
        rng = self.rng
        self.budget -= 1
        if self.year > 4 and self.chance(0.08 if depth else 0.01):
            return self.chance(0.6)
        schema = {}
        groups = ["number", "string", "array", "object", "value"]
        if depth == 0:
            groups += ["array", "object", "object"] * 2
        for group in rng.sample(groups, rng.choice([1, 1, 1, 2, 3])):
            getattr(self, group)(schema, depth, low)
        if self.chance(0.4) and depth:
            schema["type"] = rng.choice(TYPES) if self.chance(0.7) else rng.sample(TYPES, rng.randrange(1, 4))
        elif self.chance(0.4):
            schema["type"] = rng.choice(["array", "object"]) if self.chance(0.7) else ["array", "object", rng.choice(TYPES[:5])]
        if depth < 5 and self.budget > 0 and self.chance(0.45):
            self.in_place(schema, depth, low)
        if self.chance(0.1):
            schema[rng.choice(["title", "description", "$comment", "x-unknown"])] = rng.choice(STRINGS)
        if self.chance(0.03):
            schema["default"] = self.anything(2)
        if self.chance(0.02):
            schema["format"] = rng.choice(["date", "email", "unknown"])
        if self.chance(0.3):
            items = list(schema.items())
            rng.shuffle(items)
            schema = dict(items)
        return schema

    def child(self, depth):
        """A schema for a part of the value, so every reference is finite."""
        rng = self.rng
        if depth > 5 or self.budget <= 0:
            return rng.choice([{}, {"type": rng.choice(TYPES)}, {"type": ["string", "integer"]}])
        if self.chance(0.12):
            return self.target(0, in_place=False)
        return self.subschema(depth + 1, 0 if self.chance(0.5) else self.count)

    def target(self, low, in_place):
        rng = self.rng
        if not in_place and self.has_dynamic and self.chance(0.6):
            if self.year == 2019:
                return {"$recursiveRef": "#"}
            return {"$dynamicRef": Target("node")}
        choices = list(range(low, self.count)) + ([] if in_place else [None])
        if not choices:
            return {}
        return {"$ref": Target(rng.choice(choices))}

    def number(self, schema, depth, low):
        rng = self.rng
        if self.chance(0.5):
            schema["minimum"] = rng.choice(NUMBERS)
            if self.year == 4 and self.chance(0.4):
                schema["exclusiveMinimum"] = self.chance(0.7)
        if self.chance(0.4):
            schema["maximum"] = rng.choice(NUMBERS)
            if self.year == 4 and self.chance(0.4):
                schema["exclusiveMaximum"] = self.chance(0.7)
        if self.year > 4 and self.chance(0.25):
            schema["exclusiveMinimum"] = rng.choice(NUMBERS)
        if self.year > 4 and self.chance(0.25):
            schema["exclusiveMaximum"] = rng.choice(NUMBERS)
        if self.chance(0.3):
            schema["multipleOf"] = rng.choice(DIVISORS)

    def pattern(self):
        pattern, text = self.patterns.make()
        self.examples[pattern] = text
        return pattern

    def string(self, schema, depth, low):
        if self.chance(0.4):
            schema["minLength"] = self.limit(4)
        if self.chance(0.4):
            schema["maxLength"] = self.limit(6)
        if self.chance(0.5):
            schema["pattern"] = self.pattern()

    def array(self, schema, depth, low):
        rng = self.rng
        if self.year < 2020:
            if self.chance(0.7):
                if self.chance(0.6):
                    schema["items"] = self.child(depth)
                else:
                    schema["items"] = [self.child(depth) for _ in range(rng.randrange(1, 4))]
            if self.chance(0.3):
                schema["additionalItems"] = self.chance(0.5) if self.chance(0.5) else self.child(depth)
        else:
            if self.chance(0.4):
                schema["prefixItems"] = [self.child(depth) for _ in range(rng.randrange(1, 4))]
            if self.chance(0.55):
                schema["items"] = self.child(depth)
        if self.year > 4 and self.chance(0.3):
            schema["contains"] = self.child(depth)
        if self.year >= 2019:
            if self.chance(0.5 if "contains" in schema else 0.05):
                schema["minContains"] = self.limit(4)
            if self.chance(0.4 if "contains" in schema else 0.05):
                schema["maxContains"] = self.limit(5)
            if self.chance(0.2):
                schema["unevaluatedItems"] = self.chance(0.2) if self.chance(0.5) else self.child(depth)
        if self.chance(0.25):
            schema["minItems"] = self.limit(4)
        if self.chance(0.25):
            schema["maxItems"] = Count(rng.choice([1, 2, 3, 5, 50]))
        if self.chance(0.2):
            schema["uniqueItems"] = self.chance(0.9)

    def object(self, schema, depth, low):
        rng = self.rng
        if self.chance(0.8):
            schema["properties"] = {self.name(): self.child(depth) for _ in range(rng.randrange(0, 4))}
        if self.chance(0.25):
            schema["patternProperties"] = {self.pattern(): self.child(depth) for _ in range(rng.randrange(1, 3))}
        if self.chance(0.3):
            schema["additionalProperties"] = self.chance(0.3) if self.chance(0.5) else self.child(depth)
        if self.chance(0.4):
            names = {self.name() for _ in range(rng.randrange(1 if self.year == 4 else 0, 3))}
            schema["required"] = sorted(names) or ["a"]
        if self.chance(0.15):
            schema["minProperties"] = self.limit(4)
        if self.chance(0.15):
            schema["maxProperties"] = self.limit(7)
        if self.year > 4 and self.chance(0.15):
            schema["propertyNames"] = self.child(depth)
        if self.year < 2019 and self.chance(0.2):
            names = lambda: sorted({self.name() for _ in range(rng.randrange(1, 3))})
            schema["dependencies"] = {
                self.name(): names() if self.has_lists and self.chance(0.5) else self.subschema(depth + 1, low)
                for _ in range(rng.randrange(1, 3))
            }
        if self.year >= 2019:
            if self.chance(0.15):
                schema["dependentRequired"] = {self.name(): sorted({self.name()}) for _ in range(rng.randrange(1, 3))}
            if self.chance(0.15):
                schema["dependentSchemas"] = {self.name(): self.subschema(depth + 1, low)}
            if self.chance(0.25):
                schema["unevaluatedProperties"] = self.chance(0.2) if self.chance(0.6) else self.child(depth)

    def value(self, schema, depth, low):
        rng = self.rng
        if self.year > 4 and self.chance(0.4):
            schema["const"] = self.anything(2)
        elif self.chance(0.6) and depth:
            values = [self.anything(2) for _ in range(rng.randrange(1, 5))]
            unique = []
            for value in values:
                if not any(_utils.equal(value, other) for other in unique):
                    unique.append(value)
            schema["enum"] = unique

    def in_place(self, schema, depth, low):
        rng = self.rng
        several = lambda: [self.inner(depth, low) for _ in range(rng.randrange(1, 4))]
        kinds = ["allOf", "anyOf", "oneOf", "not", "ref"] + (["if"] if self.year >= 7 else [])
        for kind in rng.sample(kinds, rng.choice([1, 1, 2])):
            if kind == "not":
                schema["not"] = self.inner(depth, low)
            elif kind == "if":
                if self.chance(0.95):
                    schema["if"] = self.inner(depth, low)
                if self.chance(0.7):
                    schema["then"] = self.inner(depth, low)
                if self.chance(0.7):
                    schema["else"] = self.inner(depth, low)
            elif kind == "ref":
                schema.update(self.target(low, in_place=True))
            else:
                schema[kind] = several()

    def inner(self, depth, low):
        if self.chance(0.2):
            return self.target(low, in_place=True)
        return self.subschema(depth + 1, low)

    def anything(self, depth):
        rng = self.rng
        kind = rng.randrange(12 if depth else 7)
        if kind < 3:
            return rng.choice(NUMBERS)
        if kind < 5:
            return rng.choice(STRINGS)
        if kind < 7:
            return rng.choice([None, True, False])
        if kind < 9:
            return [self.anything(depth - 1) for _ in range(rng.randrange(4))]
        return {self.name(): self.anything(depth - 1) for _ in range(rng.randrange(4))}


class Target:
    """The target of a reference: the number of a definition, None for the root, or "node" for the dynamic anchor."""

    def __init__(self, index):
        self.index = index


# ---------------------------------------------------------------- random documents


class Sampler:
    """Values that often match the schema."""

    def __init__(self, generator, schema):
        self.generator = generator
        self.rng = generator.rng
        self.root = schema
        self.old = generator.year < 2019

    def resolve(self, schema):
        if "$ref" in schema:
            target = self.generator.targets.get(schema["$ref"])
            return self.root if target is None else self.root[self.generator.definitions][f"d{target}"]
        return self.root

    def merged(self, schema, depth=0):
        if not isinstance(schema, dict) or depth > 8:
            return {}
        if "$ref" in schema and self.old:
            return self.merged(self.resolve(schema), depth + 1)
        parts = list(schema.get("allOf", []))
        for kind in ("anyOf", "oneOf"):
            if kind in schema:
                parts.append(self.rng.choice(schema[kind]))
        if "if" in schema:
            if self.rng.random() < 0.5:
                parts += [schema["if"], schema.get("then", True)]
            else:
                parts.append(schema.get("else", True))
        if any(name in schema for name in ("$ref", "$dynamicRef", "$recursiveRef")):
            parts.append(self.resolve(schema))
        result = dict(schema)
        for part in parts:
            for key, value in self.merged(part, depth + 1).items():
                if key not in result:
                    result[key] = value
                elif key == "required":
                    result[key] = sorted({*result[key], *value})
                elif key == "properties":
                    result[key] = {**value, **result[key]}
                elif key.startswith("min") and key != "minimum":
                    result[key] = max(result[key], value)
                elif key.startswith("max") and key != "maximum":
                    result[key] = min(result[key], value)
        return result

    def sample(self, schema, depth=0):
        rng = self.rng
        schema = self.merged(schema)
        if depth > 5:
            return self.generator.anything(0)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema and rng.random() < 0.9:
            return rng.choice(schema["enum"])
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else list(types)
        if not types:
            keys = schema.keys()
            if keys & {"minimum", "maximum", "multipleOf", "exclusiveMinimum"}:
                types.append("number")
            if keys & {"minLength", "maxLength", "pattern"}:
                types.append("string")
            if keys & {"items", "prefixItems", "contains", "minItems", "uniqueItems", "unevaluatedItems"}:
                types.append("array")
            if keys & {"properties", "required", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"}:
                types += ["object", "object"]
        if depth == 0 and not types:
            types = ["array", "object"]
        if not types:
            return self.generator.anything(2)
        kind = rng.choice(types)
        if kind == "null":
            return None
        if kind == "boolean":
            return rng.random() < 0.5
        return getattr(self, kind)(schema, depth)

    def number(self, schema, depth):
        candidates = list(NUMBERS)
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if key in schema and not isinstance(schema[key], bool):
                candidates += [schema[key] + delta for delta in (0, 1, -1, decimal.Decimal("0.5"))] * 3
        divisor = schema.get("multipleOf", 0)
        if divisor:
            candidates = [candidate for candidate in candidates if abs(candidate) < 10**20]
            candidates = [int(candidate / divisor) * divisor for candidate in candidates] + candidates[:3]
        low = [schema[key] for key in ("minimum", "exclusiveMinimum") if not isinstance(schema.get(key, True), bool)]
        high = [schema[key] for key in ("maximum", "exclusiveMaximum") if not isinstance(schema.get(key, True), bool)]
        good = [each for each in candidates if all(each >= limit for limit in low) and all(each <= limit for limit in high)]
        return self.rng.choice(good or candidates)

    def integer(self, schema, depth):
        return int(min(self.number(schema, depth), 10**31))

    def string(self, schema, depth):
        rng = self.rng
        text = self.generator.examples.get(schema.get("pattern"), None)
        if text is None:
            text = rng.choice(STRINGS)
            low, high = schema.get("minLength", 0), schema.get("maxLength", 99)
            while len(text) < low:
                text += rng.choice("aé日𝒳1 ")
            text = text[:high] if high >= low else text
        return text

    def array(self, schema, depth):
        rng = self.rng
        low = schema.get("minItems", 0)
        high = min(schema.get("maxItems", 5), 6)
        length = rng.randrange(low, max(low, high) + 1)
        prefix = schema.get("prefixItems", [])
        rest = schema.get("items", schema.get("unevaluatedItems", True))
        if isinstance(rest, list):
            prefix, rest = rest, schema.get("additionalItems", True)
        if rest is False:
            length = min(length, len(prefix))
        items = [self.sample(prefix[at] if at < len(prefix) else rest, depth + 1) for at in range(length)]
        if "contains" in schema and rng.random() < 0.8:
            for _ in range(schema.get("minContains", 1)):
                items.insert(rng.randrange(len(items) + 1), self.sample(schema["contains"], depth + 1))
        return items

    def object(self, schema, depth):
        rng = self.rng
        properties = schema.get("properties", {})
        names = list(schema.get("required", []))
        names += [name for name in properties if rng.random() < 0.6]
        result = {}
        for name in names:
            result[name] = self.sample(properties.get(name, True), depth + 1)
        for pattern, subschema in schema.get("patternProperties", {}).items():
            if rng.random() < 0.6:
                result.setdefault(self.generator.examples[pattern], self.sample(subschema, depth + 1))
        rest = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
        wanted = rng.randrange(schema.get("minProperties", 0), schema.get("minProperties", 0) + 2)
        while rest is not False and len(result) < wanted and rng.random() < 0.95:
            result.setdefault(self.generator.name(), self.sample(rest, depth + 1))
        return result

    def mutated(self, value):
        """The value with one difference."""
        rng = self.rng
        if isinstance(value, list) and value and rng.random() < 0.8:
            at = rng.randrange(len(value))
            kind = rng.randrange(5)
            copy = list(value)
            if kind == 0:
                del copy[at]
            elif kind == 1:
                copy.insert(rng.randrange(len(copy) + 1), copy[at])
            elif kind == 2:
                copy.append(self.generator.anything(1))
            else:
                copy[at] = self.mutated(copy[at])
            return copy
        if isinstance(value, dict) and value and rng.random() < 0.8:
            name = rng.choice(list(value))
            kind = rng.randrange(5)
            copy = dict(value)
            if kind == 0:
                del copy[name]
            elif kind == 1:
                copy[self.generator.name()] = self.generator.anything(1)
            else:
                copy[name] = self.mutated(copy[name])
            return copy
        if isinstance(value, str) and rng.random() < 0.7:
            return rng.choice([value + rng.choice("a1é\n𝒳"), value[1:], value[:-1], value.upper(), value + value])
        if isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool) and rng.random() < 0.7:
            return value + rng.choice([1, -1, decimal.Decimal("0.5"), decimal.Decimal("1e-20"), 2**53])
        return self.generator.anything(2)

    def long(self, value):
        """The value with a long array, or with a long string in an array."""
        rng = self.rng
        subschema = self.merged(self.root)
        if isinstance(value, dict):
            properties = subschema.get("properties", {})
            arrays = [name for name, each in properties.items() if isinstance(each, dict) and "items" in each]
            arrays += [name for name, item in value.items() if isinstance(item, list)]
            name = rng.choice(arrays or ["pad"])
            items = value.get(name, [])
            return {**value, name: self.extended(self.merged(properties.get(name, True)), items if isinstance(items, list) else [])}
        return self.extended(subschema, value)

    def extended(self, schema, items):
        rng = self.rng
        rest = schema.get("items", schema.get("unevaluatedItems", True))
        if isinstance(rest, list):
            rest = schema.get("additionalItems", True)
        more = [self.sample(rest, 2) for _ in range(rng.randrange(20, 50))]
        if rng.random() < 0.3:
            more[rng.randrange(len(more))] = self.mutated(more[0])
        if rng.random() < 0.1:
            more[rng.randrange(len(more))] = "é" * LARGE
        return items + more


# ---------------------------------------------------------------- the comparison


def is_valid(validator, text):
    try:
        return "valid" if validator.is_valid(load(text)) else "invalid"
    except RecursionError:
        return "recursion"


def reference_of(draft, text):
    schema = load(text)
    if isinstance(schema, dict):
        # Otherwise a reference to the root selects the class of the package for `$schema`, without the corrections.
        schema.pop("$schema", None)
    return REFERENCE[draft](schema)


def case(seed, index):
    """Schema, documents and long document of one case, as text."""
    rng = random.Random(f"{seed}:{index}")
    draft = rng.choice(["4", "6", "7", "2019-09", "2019-09", "2020-12", "2020-12", "2020-12"])
    generator = Generator(rng, draft)
    schema = generator.schema()
    text = dump(written(rng, schema, plain_counts=draft == "4"))
    sampler = Sampler(generator, schema if isinstance(schema, dict) else {})
    validator = reference_of(draft, text)
    valid, invalid = [], []
    for _ in range(6):
        value = sampler.sample(schema)
        (valid if is_valid(validator, dump(written(rng, value))) == "valid" else invalid).append(value)
        if len(valid) >= 2:
            break
    values = (valid[:2] + invalid)[:2]
    values += [sampler.mutated(value) for value in values]
    values += [generator.anything(2)] * (4 - len(values))
    container = next((value for value in values if isinstance(value, (list, dict))), [])
    values = [written(rng, value) for value in values]
    documents = [dump(value) for value in values]
    large = [dump_large(rng, value) if isinstance(value, (list, dict)) else None for value in values]
    large.append(dump_large(rng, written(rng, sampler.long(container))))
    return draft, text, validator, documents, large


def run(arguments, **options):
    return subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", timeout=60, **options)


def callcheck(binary, directory, schema, documents, large):
    """Verdicts as (how, number of the document, verdict), the number of streamed documents, and an error text."""
    path = lambda name: os.path.join(directory, name)

    def write(name, text):
        with open(path(name), "w", encoding="utf-8") as file:
            file.write(text)

    write("schema.json", schema)
    write("lines.jsonl", "".join(f"{document}\n" for document in documents))
    names = {}
    for number, document in enumerate(documents):
        write(f"d{number}.json", document)
        names[f"d{number}.json"] = ("file", number)
    for number, document in enumerate(large):
        if document is not None:
            write(f"large{number}.json", document)
            names[f"large{number}.json"] = ("large file", number)
    common = ["--no-config", "--no-assert-format", "--schema", "schema.json", "--max-findings"]
    found = run([binary, "filter", *common, "0", "lines.jsonl"], cwd=directory)
    if found.returncode != 0:
        return [], 0, found.stderr
    verdicts = [("line", at, json.loads(line)["verdict"]) for at, line in enumerate(found.stdout.splitlines())]
    found = run([binary, "check", *common, "1", "-v", "--output-format", "list", *names], cwd=directory)
    buffered = sum("buffered, because" in line for line in found.stderr.splitlines())
    if found.returncode not in (0, 1):
        return verdicts, 0, found.stderr
    for line in found.stdout.splitlines():
        record = json.loads(line)
        how, at = names[record["path"]]
        verdicts.append((how, at, "valid" if record["valid"] else "invalid"))
    if len(verdicts) != len(documents) + len(names):
        return verdicts, 0, f"{len(verdicts)} verdicts: {found.stderr}"
    return verdicts, sum(document is not None for document in large) - buffered, ""


def parsed(text):
    """A text as `written` returns it."""

    def scalars(value):
        if isinstance(value, dict):
            return {Scalar(json.dumps(key, ensure_ascii=False)): scalars(item) for key, item in value.items()}
        if isinstance(value, list):
            return [scalars(item) for item in value]
        return value if isinstance(value, Scalar) else Scalar(json.dumps(value, ensure_ascii=False))

    return scalars(json.loads(text, parse_int=Scalar, parse_float=Scalar))


def smaller(value):
    """Variants of a value with one part fewer."""
    if isinstance(value, dict):
        for key in value:
            yield {other: item for other, item in value.items() if other != key}
        for key, item in value.items():
            for variant in smaller(item):
                yield {**value, key: variant}
        yield from (item for item in value.values() if isinstance(item, dict))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]
        for at, item in enumerate(value):
            for variant in smaller(item):
                yield value[:at] + [variant] + value[at + 1 :]
        yield from value


def shrink(binary, draft, schema, document, seconds=20):
    """A small schema and document for which `callcheck filter` and the reference still differ."""
    directory = tempfile.mkdtemp(prefix="callcheck-differential-")
    until = time.time() + seconds

    def differs(schema, document):
        schema, document = dump(schema), dump(document)
        try:
            reference = reference_of(draft, schema)
            reference.check_schema(load(schema), format_checker=None)
            expected = is_valid(reference, document)
            if draft != "2020-12" and DIALECTS[draft][0] not in schema:
                return False
        except Exception:
            return False
        verdicts, _, error = callcheck(binary, directory, schema, [document], [])
        return not error and verdicts[0][2] != expected

    pair = [parsed(schema), parsed(document)]
    try:
        if not differs(*pair):
            return None
        shrinks = True
        while shrinks and time.time() < until:
            shrinks = False
            for part in (0, 1):
                for variant in smaller(pair[part]):
                    candidate = [variant, pair[1]] if part == 0 else [pair[0], variant]
                    if time.time() < until and differs(*candidate):
                        pair, shrinks = candidate, True
                        break
    finally:
        shutil.rmtree(directory)
    return dump(pair[0]), dump(pair[1])


def explanation(validator, text, verdict):
    for reason, changes in EXPLAINED:
        before = CHANGES.copy()
        CHANGES.update(changes)
        try:
            if is_valid(validator, text) == verdict:
                return reason
        finally:
            CHANGES.update(before)
    return None


def compare(task):
    binary, seed, index, deadline = task
    tally = collections.Counter()
    reports = []
    if time.time() > deadline:
        return tally, reports
    draft, schema, validator, documents, large = case(seed, index)
    expected = [is_valid(validator, document) for document in documents]
    expected.append(is_valid(validator, large[-1]))
    directory = tempfile.mkdtemp(prefix="callcheck-differential-")
    try:
        verdicts, streamed, error = callcheck(binary, directory, schema, documents, large)
    finally:
        shutil.rmtree(directory)
    tally["schemas"] += 1
    tally[f"draft {draft}"] += 1
    tally["documents"] += len(expected)
    tally["valid"] += expected.count("valid")
    tally["streamed"] += streamed
    tally["verdicts"] += len(verdicts)
    # The meta-schemas take as long as everything else of the reference, so it validates every tenth schema only.
    if index % 10 == 0 or error:
        try:
            validator.check_schema(load(schema), format_checker=None)
        except jsonschema.SchemaError as problem:
            reports.append(f"schema {index}, draft {draft}: the reference rejects it: {problem.message}\n{schema}")
            tally["unexplained"] += 1
    if error:
        limit = "schema/limit" in error or "schema/undecided" in error
        tally["limit" if limit else "unexplained"] += 1
        if not limit:
            reports.append(f"schema {index}, draft {draft}: callcheck could not complete\n{schema}\n{error}")
    seen = set()
    for how, at, verdict in verdicts:
        if verdict == expected[at] or (at, verdict) in seen:
            continue
        seen.add((at, verdict))
        text = documents[at] if at < len(documents) else re.sub(r"([\[{,]|^)\s+", r"\1", large[at])
        reason = explanation(validator, text, verdict)
        tally[f"explained: {reason}" if reason else "unexplained"] += 1
        if not reason:
            # One small example per schema is enough.
            small = None if seen != {(at, verdict)} else shrink(binary, draft, schema, text)
            schema_text, text = small or (schema, text)
            reports.append(
                f"schema {index}, draft {draft}, document {at} ({how}): callcheck {verdict}, reference {expected[at]}\n"
                f"  schema:   {schema_text}\n  document: {text[:2000]}"
            )
    return tally, reports


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--schemas", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=300, help="no schema is started after this time")
    parser.add_argument("--only", type=int, help="compare only the schema with this number, and print it")
    arguments = parser.parse_args()
    binary = os.path.realpath(arguments.binary)
    if arguments.only is not None:
        draft, schema, _, documents, _ = case(arguments.seed, arguments.only)
        print(f"draft {draft}\n{schema}", *documents, sep="\n")
    indexes = range(arguments.schemas) if arguments.only is None else [arguments.only]
    started = time.time()
    tasks = [(binary, arguments.seed, index, started + arguments.seconds) for index in indexes]
    total = collections.Counter()
    with multiprocessing.Pool() as pool:
        for tally, reports in pool.imap_unordered(compare, tasks, chunksize=10):
            total += tally
            for report in reports:
                print(report, end="\n\n", flush=True)
    for name, count in sorted(total.items()):
        print(f"{count:8,} {name}")
    print(f"{time.time() - started:8.0f} s")
    return 1 if total["unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
