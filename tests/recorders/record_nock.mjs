// Records the exchanges of a plan with nock: node record_nock.mjs PLAN OUTPUT [headers].
// Run in a directory with node_modules.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const nock = require("nock").default ?? require("nock");
const [planPath, output, recorded] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planPath, "utf8"));

function send(request) {
  const body = Buffer.from(request.body ?? "", "base64");
  const headers = { ...request.headers, "accept-encoding": "gzip", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const sent = http.request(request.url, { method: request.method, headers }, (response) => {
      response.on("data", () => {}).on("end", resolve);
    });
    sent.on("error", reject);
    sent.end(body.length === 0 ? undefined : body);
  });
}

nock.recorder.rec({ dont_print: true, output_objects: true, enable_reqheaders_recording: recorded === "headers" });
for (const request of plan) await send(request);
writeFileSync(output, JSON.stringify(nock.recorder.play(), null, recorded === "headers" ? 0 : 2) + "\n");
