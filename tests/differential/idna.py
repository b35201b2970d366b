"""Compares the labels that callcheck accepts in `idn-hostname` with Python's `idna` package (strict IDNA2008).

    pip install idna unicodedata2
    python3 tests/differential/idna.py target/release/callcheck            # prints the differences
    python3 tests/differential/idna.py target/release/callcheck --table    # also writes tests/formats/idna-labels.tsv

The labels are generated from a seed, so every run compares the same ones. `idna` takes normalization and directionality
from `unicodedata`, which has the Unicode version of Python. `unicodedata2` replaces it with a newer version.
"""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import unicodedata2 as unicodedata

sys.modules["unicodedata"] = unicodedata
sys.path.pop(0)  # This file has the name of the package.
import idna
import idna.idnadata

PVALID = [(value >> 32, value & 0xFFFFFFFF) for value in idna.idnadata.codepoint_classes["PVALID"]]
LETTERS = [range(first, end) for first, end in PVALID if first > 0x7F]
LARGE = [letters for letters in LETTERS if len(letters) > 8]
RTL = "אבגדהابتثجܐܒܓ߀߁ߊߋ\U0001e900\U0001e922"
CONTEXT = "\u200c\u200d\u00b7\u0375\u05f3\u05f4\u30fb٠١٩۰۱۹"
PARTNERS = "llaβαΣאבあアー丈क\u094dषبيदߊ-1"
MARKS = "\u0300\u0301\u0308\u0323\u0327\u0903\u0488\u093c\u05bc\u064b\u302a\u3099"
EXCEPTIONS = "ßς۽۾་〇ـߺ\u302e\u302f〱〲〳〴〵〻"


def letters(rng, count):
    around = rng.choice(LARGE if rng.random() < 0.7 else LETTERS)
    start = rng.randrange(len(around))
    window = around[max(0, start - 30) : start + 30]
    return "".join(chr(rng.choice(window)) for _ in range(count))


def any_character(rng):
    while True:
        character = rng.choice(
            [
                rng.randrange(0x80, 0x3000),
                rng.randrange(0xA000, 0xD800),
                rng.randrange(0xF900, 0x10000),
                rng.randrange(0x10000, 0x20000),
                rng.randrange(0x80, 0x110000),
            ]
        )
        if not 0xD800 <= character < 0xE000:
            return chr(character)


def some(rng, characters, most):
    return "".join(rng.choice(characters) for _ in range(rng.randint(1, most)))


GENERATORS = {
    "any code point": lambda rng: any_character(rng),
    "any code point after a letter": lambda rng: "a" + any_character(rng),
    "any code point between letters of its block": lambda rng: around(rng, any_character(rng)),
    "letters of a block": lambda rng: letters(rng, rng.randint(1, 8)),
    "letters of two blocks": lambda rng: letters(rng, rng.randint(1, 3)) + letters(rng, rng.randint(1, 3)),
    "ASCII and letters": lambda rng: some(rng, "abcxyz019", 4) + letters(rng, rng.randint(1, 4)),
    "uppercase": lambda rng: letters(rng, rng.randint(1, 4)).upper() + rng.choice(["", "A", "z"]),
    "normalization": lambda rng: unicodedata.normalize(
        rng.choice(["NFD", "NFKD", "NFC"]), letters(rng, rng.randint(1, 4)) + rng.choice(MARKS)
    ),
    "marks": lambda rng: shuffled(rng, some(rng, MARKS, 2) + letters(rng, 2)),
    "contextual rules": lambda rng: shuffled(rng, some(rng, CONTEXT, 2) + some(rng, PARTNERS, 4)),
    "virama and joiners": lambda rng: shuffled(rng, rng.choice("\u094d\u09cd\u0d4d\u1039\u17d2\u0bcd\u103a") + letters(rng, 2))
    + rng.choice("\u200c\u200d")
    + letters(rng, 1),
    "non-joiner": lambda rng: some(rng, "بيرداܐܒߊ\u0640\u064ba", 3) + "\u200c" + some(rng, "بيرداܐܒߊ\u064ba", 3),
    "exceptions": lambda rng: shuffled(rng, some(rng, EXCEPTIONS, 2) + letters(rng, rng.randint(1, 2))),
    "right to left": lambda rng: shuffled(rng, some(rng, RTL, 4) + some(rng, "019٠١۰۱-a\u05b0\u064b", 3)),
    "right-to-left letters": lambda rng: some(rng, RTL, 5) + some(rng, "019٠٩\u05b0\u064b", 2),
    "hyphens": lambda rng: shuffled(rng, some(rng, "--ab", 5) + letters(rng, rng.randint(1, 2))),
    "jamo and symbols": lambda rng: some(rng, "각가각⃐①ａ\u00ad\u034f\ufe0f☃𝄞㎏ﬁ", 2) + letters(rng, 1),
    "length": lambda rng: letters(rng, 1) * rng.randint(1, 64) + "a" * rng.randint(0, 60),
    "ASCII": lambda rng: some(rng, "abcXYZ019--_ ", 8),
    "Punycode": lambda rng: rng.choice(["xn--", "XN--", "xN--"]) + some(rng, "abcdefghijklmnopqrstuvwxyz0123456789-", 12),
}


def around(rng, character):
    near = lambda: chr(min(max(0x80, ord(character) + rng.randint(-16, 16)), 0x10FFFF))
    label = near() + character + near()
    return label if not any(0xD800 <= ord(character) < 0xE000 for character in label) else "a" + character


def shuffled(rng, text):
    characters = list(text)
    rng.shuffle(characters)
    return "".join(characters)


def encoded(rng, label):
    """An A-label, also of labels that are not valid, in any letter case, sometimes with an error."""
    text = "xn--" + label.encode("punycode").decode("ascii")
    if rng.random() < 0.15:
        position = rng.randrange(4, len(text) + 1)
        text = text[:position] + rng.choice("abcz019-") + text[position + rng.randint(0, 1) :]
    return "".join(rng.choice([character, character.upper()]) for character in text) if rng.random() < 0.3 else text


def generated(count, seed):
    rng = random.Random(seed)
    kinds, labels = list(GENERATORS), {}
    while len(labels) < count:
        kind = kinds[len(labels) % len(kinds)] if rng.random() < 0.8 else rng.choice(kinds)
        label = GENERATORS[kind](rng)
        if rng.random() < 0.3 and not label.isascii():
            label, kind = encoded(rng, label), kind + ", as an A-label"
        # These separate labels, and a surrogate is not a character.
        if label and not any(character in ".。．｡" for character in label):
            labels.setdefault(label, kind)
    return labels


def problem(label):
    """The reason why `idna` does not accept a label, or None."""
    try:
        idna.encode(label, strict=True, uts46=False)
    except (idna.IDNAError, UnicodeError) as error:
        return str(error) or type(error).__name__
    return None


def verdicts(binary, labels):
    with tempfile.TemporaryDirectory() as directory:
        schema = pathlib.Path(directory, "schema.json")
        schema.write_text('{"format": "idn-hostname"}')
        lines = "".join(json.dumps(label) + "\n" for label in labels)
        run = subprocess.run(
            [binary, "filter", "--max-findings", "0", "--schema", schema], input=lines.encode(), capture_output=True
        )
        results = [json.loads(line) for line in run.stdout.splitlines()]
        assert len(results) == len(labels), run.stderr.decode()
        return [result["verdict"] == "valid" for result in results]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary")
    arguments.add_argument("--count", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=20)
    arguments.add_argument("--table", action="store_true")
    arguments = arguments.parse_args()
    labels = generated(arguments.count, arguments.seed)
    found = verdicts(arguments.binary, list(labels))
    same, differences, table = collections.Counter(), [], collections.defaultdict(list)
    for (label, kind), is_valid in zip(labels.items(), found):
        reason = problem(label)
        table[kind, reason is None].append(label)
        if is_valid == (reason is None):
            same["valid" if is_valid else "invalid"] += 1
        else:
            differences.append((label, kind, is_valid, reason))
    print(f"idna {idna.__version__}, Unicode {idna.idnadata.__version__}, unicodedata {unicodedata.unidata_version}")
    print(f"{len(labels)} labels, {same['valid']} valid in both, {same['invalid']} invalid in both, {len(differences)} differ")
    for label, kind, is_valid, reason in differences:
        print(f"{json.dumps(label)} ({kind}): callcheck {'valid' if is_valid else 'invalid'}, idna: {reason or 'valid'}")
    if arguments.table:
        path = pathlib.Path(__file__).parent.parent / "formats/idna-labels.tsv"
        with path.open("w") as out:
            out.write("# Written by tests/differential/idna.py: labels with the verdict of the package idna\n")
            for (kind, is_valid), examples in sorted(table.items()):
                for label in examples[:6]:
                    out.write(f"{'valid' if is_valid else 'invalid'}\t{json.dumps(label)}\t{kind}\n")


main()
