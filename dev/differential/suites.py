#!/usr/bin/env python3
"""Runs test suites of other projects with callcheck.

    python3 dev/differential/suites.py target/release/callcheck [--schemastore DIR] [--ajv DIR] [--boon DIR]

The directories are copies of the repositories; SCHEMASTORE, AJV and BOON in the environment have the same effect. A suite
without a copy is skipped. Nothing is downloaded. Every difference is printed. The exit code is 1 if a difference is not in EXPLAINED.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Start of the name of a case, and the reason of the difference.
EXPLAINED = [
    ("ajv: extras/_data/", "`$data` is an extension of ajv"),
    ("ajv: tests/issues/311_", '`"` is not allowed in a URI reference (RFC 3986, appendix A)'),
    (
        "ajv: tests/issues/62_resolution_scope_change.json: resolution scope change - change folder in subschema",
        "the target is below an unknown keyword in another schema resource, which is not a schema location (Core 2020-12, 9.2.1)",
    ),
    ("boon: draft7/if-then-else.json: skip", "a reference that cannot be resolved is an error, also in a branch that is not used"),
    ("boon: draft7/optional/format/period.json", "`period` is an extension of boon (Validation 2020-12, 7.2.3)"),
    ("boon: draft2020-12/infinite-loop-detection.json", "infinite recursion is an error of the schema (Core 2020-12, 9.4.1)"),
    ("boon: draft2020-12/optional/contentSchema.json", "`contentSchema` is an annotation (Validation 2020-12, 8.5)"),
    ("boon: draft2020-12/optional/format/email.json", "a backslash with any printable character is a quoted pair (RFC 5321, 4.1.2)"),
    ("boon: invalid-schemas.json: Duplicate", "the behavior for a duplicate id or anchor is undefined (Core 2020-12, 8.2.2 and 9.1.2)"),
    ("boon: invalid-schemas.json: UnsupportedDraft", "the dialect of a meta-schema is implementation-defined (Core 2020-12, 8.1.1)"),
    ("boon: invalid-schemas.json: MetaSchemaCycle", "the dialect of a meta-schema is implementation-defined (Core 2020-12, 8.1.1)"),
    ("boon: invalid-schemas.json: UnsupportedVocabulary-required", "the vocabulary is one of 2019-09, which is supported"),
    ("schemastore: test/azure-iot-edge-deployment-template-1.0/", "draft 7 validates the content of strings (Validation of draft 7, 8.4)"),
    ("schemastore: test/circleciconfig", "the schema is outside of the repository"),
    ("schemastore: test/clasp", "the schema is outside of the repository"),
    ("schemastore: test/cloudify", "a definition refers to itself in `allOf`, which is infinite recursion (Core 2020-12, 9.4.1)"),
    ("schemastore: test/es6importsorterrc/", "the schema uses `const`, which draft 4 does not have, and ajv evaluates it"),
    ("schemastore: test/function/", "the schema uses `const`, which draft 4 does not have, and ajv evaluates it"),
    ("schemastore: test/web-manifest/", "the schema uses `const`, which draft 4 does not have, and ajv evaluates it"),
    ("schemastore: test/utcm-monitor", "the schema does not match the meta-schema: `examples` must be an array (Validation of draft 7, 10.4)"),
    ("schemastore: test/vector", "`<` is not allowed in a URI reference (RFC 3986, appendix A)"),
    ("schemastore: test/webjob-publish-settings/", "a `date-time` without an offset is not valid (RFC 3339, 5.6)"),
    ("schemastore: negative_test/pre-commit-config/", "keywords next to `$ref` are ignored by draft 7 (Core of draft 7, 8.3), and ajv evaluates them"),
]

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft7": DRAFT_7,
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}


class Suite:
    def __init__(self, binary, name):
        self.binary = binary
        self.name = name
        self.tally = collections.Counter()
        self.unexplained = 0

    def verdicts(self, schema, files, directories, options=()):
        """Verdict per file, and the error text if callcheck could not complete."""
        directories = [f"--schema-dir={directory}" for directory in directories]
        command = [self.binary, "check", "--no-config", "--no-ignore", "--output-format", "list", "--max-findings", "1"]
        found = subprocess.run(
            [*command, *options, "--schema", schema, *directories, *files], capture_output=True, text=True, timeout=600
        )
        if found.returncode not in (0, 1):
            return {}, found.stderr.splitlines()[0]
        records = map(json.loads, found.stdout.splitlines())
        return {record["path"]: record for record in records}, ""

    def difference(self, name, text):
        reason = next((reason for start, reason in EXPLAINED if f"{self.name}: {name}".startswith(start)), None)
        self.tally["explained differences" if reason else "unexplained differences"] += 1
        self.unexplained += not reason
        print(f"{self.name}: {name}: {text}" + (f" [{reason}]" if reason else ""))

    def case(self, name, expected, record):
        """`record` is the output of callcheck for one document."""
        self.tally["documents"] += 1
        if record["valid"] == expected:
            self.tally["agreements"] += 1
        else:
            first = [f"{error['instanceLocation']}: {error['errors']}" for error in record.get("details", [])[:1]]
            self.difference(name, f"expected {'valid' if expected else 'invalid'}, found {first or 'valid'}")

    def group(self, name, group, default, remotes, options, directory):
        """A group of JSON-Schema-Test-Suite. `schemas` of ajv are several with the same result."""
        schemas = group.get("schemas") or [group["schema"]]
        for number, schema in enumerate(schemas):
            if isinstance(schema, str):
                schema = {"$ref": schema}
            if isinstance(schema, dict):
                schema = {"$schema": default, **schema}
            path = os.path.join(directory, "schema.json")
            pathlib.Path(path).write_text(json.dumps(schema))
            tests = [test for test in group["tests"] if not test.get("skip")]
            files = [os.path.join(directory, f"{at}.json") for at in range(len(tests))]
            for file, test in zip(files, tests):
                pathlib.Path(file).write_text(json.dumps(test["data"]))
            records, error = self.verdicts(path, files, remotes, options)
            if error:
                self.tally["documents"] += len(tests)
                self.difference(f"{name}: {group['description']} ({number})", error)
                self.tally["documents that were not checked"] += len(tests)
                continue
            for file, test in zip(files, tests):
                self.case(f"{name}: {group['description']}: {test['description']} ({number})", test["valid"], records[file])

    def end(self):
        print(f"== {self.name}: " + ", ".join(f"{count:,} {name}" for name, count in self.tally.items()), end="\n\n")
        return self.unexplained


def schemastore(suite, directory):
    """`src/test/NAME` must match `src/schemas/json/NAME.json`, and no file of `src/negative_test/NAME` may match."""
    source = pathlib.Path(directory) / "src"
    schemas = source / "schemas" / "json"
    for kind, expected in (("test", True), ("negative_test", False)):
        for tests in sorted((source / kind).iterdir()):
            schema = schemas / f"{tests.name}.json"
            files = sorted(str(file) for file in tests.iterdir() if file.suffix == ".json")
            suite.tally["files that are not JSON"] += sum(file.suffix != ".json" for file in tests.iterdir())
            if not files:
                continue
            if not schema.exists():
                suite.tally["documents without a schema in the copy"] += len(files)
                continue
            records, error = suite.verdicts(str(schema), files, [])
            if error:
                # The schema may refer to another one by its id. The directory has about a thousand schemas to search.
                records, error = suite.verdicts(str(schema), files, [str(schemas)])
            if error:
                suite.tally["documents that were not checked"] += len(files)
                suite.difference(f"{kind}/{tests.name}", error)
                continue
            for file in files:
                suite.case(f"{kind}/{tests.name}/{os.path.basename(file)}", expected, records[file])


def ajv(suite, directory):
    spec = pathlib.Path(directory) / "spec"
    with tempfile.TemporaryDirectory() as work:
        remotes = pathlib.Path(work) / "remotes"
        for file in (spec / "remotes").glob("*.json"):
            write(remotes / file.name, file.read_text())
        # These two are part of JSON-Schema-Test-Suite.
        write(remotes / "integer.json", '{"type":"integer"}')
        write(remotes / "folder" / "folderInteger.json", '{"type":"integer"}')
        files = sorted([*(spec / "tests").rglob("*.json"), *(spec / "extras").rglob("*.json")])
        for file in files:
            name = str(file.relative_to(spec)).replace("$", "_")
            for group in json.loads(file.read_text()):
                suite.group(name, group, DRAFT_7, [str(remotes)], [], work)


def boon(suite, directory):
    tests = pathlib.Path(directory) / "tests"
    with tempfile.TemporaryDirectory() as work:
        for draft, default in DRAFTS.items():
            root = tests / "Extra-Test-Suite" / "tests" / draft
            for file in sorted(root.rglob("*.json")):
                options = [] if "optional" in file.parts else ["--no-assert-format"]
                name = str(file.relative_to(root.parent))
                for group in json.loads(file.read_text()):
                    suite.group(name, group, default, [], options, work)
        for at, group in enumerate(json.loads((tests / "invalid-schemas.json").read_text())):
            case = pathlib.Path(work) / f"case{at}"
            write(case / "schema.json", json.dumps(group["schema"]))
            write(case / "document.json", "null")
            for number, (uri, schema) in enumerate(group.get("remotes", {}).items()):
                schema = {"$id": uri, **schema} if isinstance(schema, dict) else schema
                write(case / "remotes" / f"{number}.json", json.dumps(schema))
            remotes = [str(case / "remotes")] if group.get("remotes") else []
            _, error = suite.verdicts(str(case / "schema.json"), [str(case / "document.json")], remotes)
            suite.tally["schemas"] += 1
            expected = "errors" in group
            if bool(error) == expected:
                suite.tally["agreements about schemas"] += 1
            else:
                found = error or "accepted"
                suite.difference(f"invalid-schemas.json: {group['description']}", f"the schema must be {'rejected' if expected else 'accepted'}, found: {found}")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    suites = {"schemastore": schemastore, "ajv": ajv, "boon": boon}
    for name in suites:
        parser.add_argument(f"--{name}", metavar="DIR", default=os.environ.get(name.upper()))
    arguments = parser.parse_args()
    unexplained = 0
    for name, run in suites.items():
        directory = getattr(arguments, name)
        if not directory:
            print(f"== {name}: skipped, because neither --{name} nor {name.upper()} has a copy of its repository\n")
            continue
        suite = Suite(os.path.realpath(arguments.binary), name)
        run(suite, directory)
        unexplained += suite.end()
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
