// Makes the npm packages from the archives of a release: `node dev/release/npm.mjs OUT ARCHIVE...`
//
// Each archive becomes one package with the binary, `@OWNER/callcheck-OS-CPU[-LIBC]`, restricted to its platform. The package `callcheck` has the launcher
// (callcheck.js) and optionally depends on all of them in exactly its version. The version and the owner are those of Cargo.toml.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
const field = (name) => {
  const [, value] = manifest.match(new RegExp(`^${name} = "(.*)"$`, "m")) ?? [];
  if (value === undefined) throw new Error(`Cargo.toml has no ${name}`);
  return value;
};
const platforms = JSON.parse(readFileSync(join(root, "dev/release/platforms.json"), "utf8"));
const [version, repository] = [field("version"), field("repository")];
// Names of packages are lowercase.
const scope = `@${new URL(repository).pathname.split("/")[1].toLowerCase()}`;
const common = {
  version,
  description: field("description"),
  license: field("license"),
  files: ["bin", "LICENSE-*"],
  repository: { type: "git", url: `git+${repository}.git` },
};

const [out, ...archives] = process.argv.slice(2).map((path) => resolve(path));
if (archives.length === 0) throw new Error("usage: node dev/release/npm.mjs OUT ARCHIVE...");
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "callcheck-npm-"));

function write(directory, content, texts) {
  writeFileSync(join(directory, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE", ...texts]) copyFileSync(join(root, name), join(directory, name));
  // On Windows, npm is a script that needs a shell.
  execFileSync("npm", ["pack", "--silent", "--pack-destination", out], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
}

function platformPackage(archive) {
  const [, target] = basename(archive).match(`^callcheck-${version}-(.*)\\.tar\\.gz$`) ?? [];
  const platform = platforms[target];
  if (platform === undefined) throw new Error(`${archive}: expected callcheck-${version}-TARGET.tar.gz with a TARGET of platforms.json`);
  const { os, cpu, libc } = platform;
  const name = `${scope}/${["callcheck", os, cpu, libc].filter(Boolean).join("-")}`;
  const directory = join(work, target);
  const file = os === "win32" ? "callcheck.exe" : "callcheck";
  mkdirSync(join(directory, "bin"), { recursive: true });
  execFileSync("tar", ["xzf", basename(archive), "-C", join(directory, "bin"), "--strip-components=1", `callcheck-${version}-${target}/${file}`], {
    cwd: resolve(archive, ".."),
  });
  chmodSync(join(directory, "bin", file), 0o755);
  const restriction = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
  // preferUnplugged: Yarn must not leave the binary in a zip file.
  write(directory, { name, ...common, ...restriction, preferUnplugged: true }, []);
  return name;
}

try {
  const names = archives.map(platformPackage).sort();
  const directory = join(work, "callcheck");
  mkdirSync(join(directory, "bin"), { recursive: true });
  copyFileSync(join(root, "dev/release/callcheck.js"), join(directory, "bin/callcheck.js"));
  const content = {
    name: "callcheck",
    ...common,
    bin: { callcheck: "bin/callcheck.js" },
    engines: { node: ">=16" },
    optionalDependencies: Object.fromEntries(names.map((name) => [name, version])),
  };
  write(directory, content, ["README.md"]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
