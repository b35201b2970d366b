// Compares the default layout of `callcheck format` with Prettier 3: Prettier must leave the formatted text as it is.
//
//     npm install --prefix DIRECTORY prettier@3
//     node tests/differential/prettier.mjs BINARY DIRECTORY [COUNT [SEED]]
//
// The documents are all fixtures and examples that Prettier reads as JSON, and COUNT generated ones (default 6000), with
// several widths and indentations. callcheck never changes a token, so the numbers get Prettier's spelling first.
// Prettier indents every level, callcheck at most 100: deeper fixtures are skipped and counted.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [binary, directory, count = "6000", seed = "1"] = process.argv.slice(2);
const prettier = createRequire(path.resolve(directory, "package.json"))("prettier");
const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

let state = Number(seed);
const random = (below) => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * below);
};
const pick = (items) => items[random(items.length)];

const TEXTS = ["", "a", "long text with some words", "电话", "é", "e\u0301", "🎉👍🏽", "👩\u200D👧", "©\uFE0F™", "العربية", "한국어", "\u200B", "1\uFE0F\u20E3", "🇩🇪", "ｆｕｌｌ"];
const ESCAPES = ["\\/", "\\u00e9", "\\ud83d\\ude00", "\\n", '\\"', "\\\\", "'"];
const NUMBERS = ["0", "-1", "1.0", "-0.0", "1e5", "1e-10", "12345678901234567890", "2.5"];
const string = () => {
  let text = "";
  for (let left = random(4); left > 0; left--) text += pick([TEXTS, TEXTS, ESCAPES].at(random(3)));
  return JSON.stringify("x".repeat(random(3) === 0 ? random(70) : random(6))).slice(0, -1) + text + '"';
};
const number = () => (random(3) === 0 ? pick(NUMBERS) : String(random(10 ** random(10)) - random(10)));
const scalar = () => pick([string, number, number, () => pick(["true", "false", "null"])])();
const blank = () => pick(["", "", " ", "\n", "\n\n  ", "\t"]);
const many = (item) => Array.from({ length: pick([0, 1, 2, 2, 3, 4, 9, 30]) }, item);
const array = (items) => `[${blank()}${items.join(`${blank()},${blank()}`)}${blank()}]`;
const object = (depth) =>
  `{${blank()}${many(() => `${string()}${blank()}:${blank()}${value(depth - 1)}`).slice(0, pick([0, 1, 2, 4])).join(`,${blank()}`)}${blank()}}`;
const value = (depth) => {
  if (depth <= 0) return scalar();
  return pick([
    scalar,
    () => object(depth),
    () => object(depth),
    () => array(many(number)),
    () => array(many(scalar)),
    () => array(many(() => value(depth - 1))),
    () => array(many(() => array(many(number)))),
    () => array(many(() => array(many(() => array(many(scalar)))))),
    () => array(many(() => pick(["[]", "{}", "[1]", "[1,2]", "[[],[]]", "[[1,2],[3,4]]"]))),
    // The end of a line near the maximum.
    () => `{"${"k".repeat(50 + random(25))}":${array([...many(scalar)].slice(0, 4))}}`,
    () => array(Array.from({ length: 20 }, () => "7".repeat(1 + random(8)))),
  ])();
};

const depthOf = (text) => {
  let depth = 0, deepest = 0;
  for (const token of text.match(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs) ?? []) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
    if (token === "]" || token === "}") depth--;
  }
  return deepest;
};

// Numbers in Prettier's spelling.
const spellings = new Map();
const respell = async (text) => {
  const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;
  for (const found of text.match(token) ?? []) {
    if (found.startsWith('"') || spellings.has(found)) continue;
    const [, sign, digits] = found.match(/^(-?)(.*)$/s);
    spellings.set(found, sign + (await prettier.format(digits, { parser: "json" })).trim());
  }
  return text.replace(token, (found) => spellings.get(found) ?? found);
};

const fixtures = ["fixtures", "examples", "tests", "schema"].flatMap((root) =>
  fs.readdirSync(path.join(project, root), { recursive: true }).map((name) => path.join(project, root, name)).filter((name) => name.endsWith(".json")),
);
const counts = { same: 0, notJson: 0, deep: 0 };
const documents = [];
for (const name of fixtures) {
  const text = fs.readFileSync(name, "utf8").replace(/^\uFEFF/, "");
  try {
    JSON.parse(text);
    if (depthOf(text) > 100) counts.deep++;
    else documents.push({ name, text: await respell(text) });
  } catch {
    counts.notJson++;
  }
}
const committed = documents.length;
for (let index = 0; index < Number(count); index++) documents.push({ name: `generated ${index}`, text: await respell(value(1 + random(5))) });

const STYLES = [
  { arguments: [], options: {} },
  { arguments: ["--width", "40"], options: { printWidth: 40 } },
  { arguments: ["--width", "0"], options: { printWidth: 0 } },
  { arguments: ["--indent", "4"], options: { tabWidth: 4 } },
  { arguments: ["--indent", "0", "--width", "20"], options: { tabWidth: 0, printWidth: 20 } },
  { arguments: ["--indent", "tab"], options: { useTabs: true } },
];
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "prettier-"));
const different = [];
try {
  for (const style of STYLES) {
    documents.forEach(({ text }, index) => fs.writeFileSync(path.join(scratch, `${index}.json`), text));
    execFileSync(binary, ["format", "--no-config", "--quiet", "--write", ...style.arguments, scratch], { stdio: ["ignore", "ignore", "inherit"] });
    for (const [index, { name }] of documents.entries()) {
      const formatted = fs.readFileSync(path.join(scratch, `${index}.json`), "utf8");
      let again;
      try {
        again = await prettier.format(formatted, { parser: "json", ...style.options });
      } catch (error) {
        again = `Prettier failed: ${error.message}`;
      }
      if (again === formatted) counts.same++;
      else different.push({ name, style, formatted, again });
    }
  }
} finally {
  fs.rmSync(scratch, { recursive: true });
}
for (const { name, style, formatted, again } of different.slice(0, 5)) {
  const [ours, theirs] = [formatted.split("\n"), again.split("\n")];
  const line = ours.findIndex((text, index) => text !== theirs[index]);
  console.log(`${name} ${style.arguments.join(" ")}, line ${line + 1}`);
  console.log(`  callcheck: ${JSON.stringify(ours.slice(line, line + 3))}\n  Prettier:  ${JSON.stringify(theirs.slice(line, line + 3))}`);
}
console.log(
  `Prettier ${prettier.version}: ${counts.same} of ${counts.same + different.length} layouts are the same (${committed} files and ${documents.length - committed} generated documents, ${STYLES.length} styles); ` +
    `skipped ${counts.notJson} files that are not JSON and ${counts.deep} deeper than 100 levels`,
);
process.exit(different.length === 0 && counts.same > 0 ? 0 : 1);
