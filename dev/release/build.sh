#!/usr/bin/env bash
# Builds one binary, and makes the wheel and the archive of it: `dev/release/build.sh TARGET OUT [MATURIN OPTIONS]`. An empty TARGET is this system, with the
# binary that `cargo build --release` built, if it is up to date.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1 out=$2
shift 2

# maturin compiles the binary and puts it into the wheel. The archive gets the same file, and the npm packages are made from the archive.
maturin build --release --locked --out "$out" ${target:+--target "$target"} "$@"
binary=${CARGO_TARGET_DIR:-target}${target:+/$target}/release/callcheck
[ -f "$binary" ] || binary=$binary.exe
target=${target:-$(rustc -vV | sed -n 's/^host: //p')}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
name=callcheck-$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
cp "$binary" README.md CHANGELOG.md LICENSE-* "$work/$name/"
tar czf "$out/$name.tar.gz" -C "$work" "$name"
