// Records the exchanges of a plan with Polly.js: node record_polly.mjs PLAN DIRECTORY.
// Run in a directory with node_modules.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { Polly } = require("@pollyjs/core");
const [planPath, directory] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planPath, "utf8"));
Polly.register(require("@pollyjs/adapter-node-http"));
Polly.register(require("@pollyjs/persister-fs"));

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

const polly = new Polly("batches", {
  adapters: ["node-http"],
  persister: "fs",
  persisterOptions: { fs: { recordingsDir: directory } },
  recordFailedRequests: true,
  logLevel: "error",
});
for (const request of plan) await send(request);
await polly.stop();
