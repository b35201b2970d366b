#!/usr/bin/env python3
"""Writes responses like those of HubSpot's batch endpoints for calls. Each run writes the same bytes.

usage: generate.py DIRECTORY [SCALE]     (scale 1, the default: 920 MB; 0.2 is enough for most comparisons)

one.json        1 result
page.json       100 results, 120 kB
corpus/         1,000 files like page.json
log.ndjson      2,000 responses like page.json, one per line (240 MB)
big.json        250,000 results in one line (300 MB)
big.bad.json    the same with one error in its last result
many.bad.json   the same with an error in each result
"""
import json
import pathlib
import random
import sys

SENTENCES = [
    "Asked for the price of ten more seats.",
    "Will discuss the contract with the legal department and call back on Monday.",
    "Left a message – nobody answered.",
    "Wants to see the new report before the renewal in autumn.",
    "Prefers email: café@example.com.",
    "Transferred to the support team because of an invoice.",
    "会議の日程を確認しました。",
    "Decision is expected at the end of the quarter, after the budget is known.",
]
OUTCOMES = ["73a0d17f-1163-4015-bdd5-ec830791da20", "b2cf5968-551e-4856-9783-52b3da59a7d0", "f240bbac-87c9-4f6e-bf70-924b57d47db7"]
STATES = ["COMPLETED", "NO_ANSWER", "BUSY", "FAILED", "CANCELED"]
ENDING = {"startedAt": "2026-01-12T08:00:00.120Z", "completedAt": "2026-01-12T08:00:00.480Z"}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Writer:
    def __init__(self):
        self.random = random.Random(7)
        self.id = 61_000_000_000

    def moment(self):
        pick = self.random.randint
        return "2025-%02d-%02dT%02d:%02d:%02d.%03dZ" % (pick(1, 12), pick(1, 28), pick(0, 23), pick(0, 59), pick(0, 59), pick(0, 999))

    def result(self):
        pick = self.random
        self.id += pick.randint(1, 9)
        created, modified = sorted([self.moment(), self.moment()])
        body = " ".join(pick.choices(SENTENCES, k=pick.randint(2, 16)))
        if pick.random() < 0.3:
            body = '<div style="margin:0"><p>%s</p></div>\n' % body
        recording = "https://recordings.example.com/%032x/audio.mp3" % pick.getrandbits(128) if pick.random() < 0.5 else None
        properties = {
            "hs_call_body": body,
            "hs_call_direction": pick.choice(["INBOUND", "OUTBOUND"]),
            "hs_call_disposition": pick.choice(OUTCOMES),
            "hs_call_duration": str(pick.randint(1000, 3_600_000)),
            "hs_call_from_number": "+1%010d" % pick.randint(2_000_000_000, 9_999_999_999),
            "hs_call_recording_url": recording,
            "hs_call_status": pick.choice(STATES),
            "hs_call_title": "Call about " + pick.choice(["prices", "a renewal", "an invoice"]),
            "hs_call_to_number": "+49%010d" % pick.randint(1_000_000_000, 9_999_999_999),
            "hs_createdate": created,
            "hs_lastmodifieddate": modified,
            "hs_object_id": str(self.id),
            "hs_timestamp": created,
            "hubspot_owner_id": str(pick.randint(70_000_000, 70_000_030)),
        }
        return {"id": str(self.id), "properties": properties, "createdAt": created, "updatedAt": modified, "archived": False}

    def page(self, length):
        return compact({"status": "COMPLETE", "results": [self.result() for _ in range(length)], **ENDING})


def damaged(result, kind):
    changes = [("archived", "false"), ("createdAt", "2025-02-30T25:00:00Z"), ("id", 17), ("properties", [])]
    name, value = changes[kind % len(changes)]
    return {**result, name: value}


def generate(directory, scale=1.0):
    directory = pathlib.Path(directory)
    (directory / "corpus").mkdir(parents=True, exist_ok=True)
    writer = Writer()
    (directory / "one.json").write_text(writer.page(1), encoding="utf-8")
    (directory / "page.json").write_text(writer.page(100), encoding="utf-8")
    for index in range(max(1, round(1000 * scale))):
        (directory / "corpus" / f"response-{index:04}.json").write_text(writer.page(100), encoding="utf-8")
    with open(directory / "log.ndjson", "w", encoding="utf-8") as log:
        for _ in range(max(1, round(2000 * scale))):
            log.write(writer.page(100) + "\n")
    names = ["big.json", "big.bad.json", "many.bad.json"]
    files = [open(directory / name, "w", encoding="utf-8") for name in names]
    length = max(1, round(250_000 * scale))
    for index in range(length):
        before = "," if index else '{"status":"COMPLETE","results":['
        result = writer.result()
        last = damaged(result, 0) if index + 1 == length else result
        for file, value in zip(files, [result, last, damaged(result, index)]):
            file.write(before + compact(value))
    for file in files:
        file.write("]," + compact(ENDING)[1:])
        file.close()


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    generate(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
