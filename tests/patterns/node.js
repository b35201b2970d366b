// Compares cases.json with the regular expressions of Node: `node tests/patterns/node.js`. With `--write`, replaces the
// expected results by those of Node. See dev/testing.md.
const fs = require("fs");
const path = require("path");

const file = path.join(__dirname, "cases.json");
const cases = JSON.parse(fs.readFileSync(file, "utf8"));

function regex(pattern, flags) {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}

let differences = 0;
for (const item of cases.patterns) {
  // The flag `u` forbids the escape sequences in lenient patterns. Node 20 does not have modifiers and repeated names.
  const found = regex(item.pattern, item.lenient ? "" : "u");
  const expected = {
    pattern: item.pattern,
    ...(item.lenient ? { lenient: true } : { valid: found !== null }),
    // One character per text: "1" if it matches.
    ...(found && { matches: cases.texts.map((text) => (found.test(text) ? "1" : "0")).join("") }),
  };
  if (JSON.stringify(expected) !== JSON.stringify(item)) {
    differences += 1;
    console.log(`${JSON.stringify(item.pattern)}: Node ${JSON.stringify(expected)}`);
  }
  Object.assign(item, expected);
}
console.log(`${cases.patterns.length} patterns, ${cases.texts.length} texts, ${differences} differences`);
if (process.argv.includes("--write")) {
  const list = (items) => items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  // Unpaired surrogates are escaped by `JSON.stringify`, other characters are not.
  fs.writeFileSync(file, `{\n  "texts": [\n${list(cases.texts)}\n  ],\n  "patterns": [\n${list(cases.patterns)}\n  ]\n}\n`);
} else {
  process.exitCode = differences > 0 ? 1 : 0;
}
