#!/usr/bin/env bash
# callcheck beside whichever rivals are installed, on the benchmark data. usage: compare.sh FOLDER [ROUNDS]
# FOLDER: what ../shared/bench/generate.py has written. Rivals are looked for on the PATH: `sourcemeta` (the binary inside the npm package
# @sourcemeta/jsonschema), `jsonschema-cli` (cargo install jsonschema-cli).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 rounds=${2:-5} schema=schema/batch-calls-response.schema.json
compare=../shared/bench/compare.py
[ -f "$compare" ] || { echo "compare.sh: there is no $compare" >&2; exit 2; }
cargo build --release --locked --quiet
ours=target/release/callcheck

rivals() { # FILE...: the rivals that are there, as arguments for compare.py
    command -v sourcemeta > /dev/null && printf '%s\n' "sourcemeta --fast=sourcemeta validate --fast --format-assertion $schema $*"
    command -v jsonschema-cli > /dev/null && printf '%s\n' "jsonschema-cli=jsonschema-cli validate --assert-format $schema $(printf -- '-i %s ' "$@")"
    return 0
}
row() { # TITLE FILE: all programs on one file
    echo "== $1"
    mapfile -t others < <(rivals "${@:3}")
    python3 "$compare" -n "$rounds" "one thread=$ours -q --threads 1 $2" "all threads=$ours -q $2" "cat=cat ${*:3}" "${others[@]}"
}
uptime
row "big.json" "$folder/big.json" "$folder/big.json"
row "log.ndjson" "$folder/log.ndjson" "$folder/log.ndjson"
row "corpus/" "$folder/corpus" "$folder"/corpus/*.json
row "page.json" "$folder/page.json" "$folder/page.json"
row "one.json" "$folder/one.json" "$folder/one.json"
echo "== itself"
python3 "$compare" -n "$rounds" "big.json=$ours -q --threads 1 $folder/big.json" "big.bad.json=$ours -q --threads 1 $folder/big.bad.json" \
    "many.bad.json=$ours -q --threads 1 --output-format json $folder/many.bad.json"
