#!/usr/bin/env node
// The command of the npm package. npm installs the package of this system, which contains the binary, because the `os`, `cpu` and `libc` of the others differ.
// No script runs at installation, so `--ignore-scripts` and proxies have no effect on it.
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { optionalDependencies } = require("../package.json");

const system = `callcheck-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "callcheck.exe" : "callcheck";
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"];

// Package managers that do not know `libc` install the packages for glibc and for musl.
const binaries = Object.keys(optionalDependencies)
  .filter((name) => `${name}-`.includes(`/${system}-`))
  .flatMap((name) => {
    try {
      return [require.resolve(`${name}/bin/${file}`)];
    } catch {
      return [];
    }
  });

function fail(message) {
  console.error(`callcheck: ${message}`);
  process.exit(2);
}

function run([binary, ...others]) {
  const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
  // The binary removes its temporary files before it ends.
  const handlers = SIGNALS.map((signal) => [signal, () => child.kill(signal)]);
  handlers.forEach(([signal, handler]) => process.on(signal, handler));
  const ended = () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
  child.on("error", (error) => {
    ended();
    // ENOENT is also the error for a missing loader: a binary for glibc on a system with musl.
    if (error.code === "ENOENT" && others.length > 0) run(others);
    else fail(`cannot run ${binary}: ${error.message}`);
  });
  child.on("exit", (code, signal) => {
    ended();
    if (signal === null) process.exit(code);
    process.kill(process.pid, signal);
    // Node.js does not end by every signal.
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
  });
}

if (binaries.length === 0) {
  const supported = Object.keys(optionalDependencies).map((name) => name.split("/callcheck-")[1]);
  fail(
    `no binary for ${process.platform}-${process.arch} is installed. Packages exist for ${supported.join(", ")}. ` +
      "Install without `--omit=optional`, or build from source with `cargo install`.",
  );
}
run(binaries);
