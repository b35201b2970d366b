#!/usr/bin/env bash
# Compares callcheck with other tools; dev/benchmarks.md has results. usage: compare.sh DIRECTORY [ROUNDS]
# DIRECTORY: output of ../shared/bench/generate.py. Other tools are searched on the PATH: `sourcemeta` (the binary inside the npm package
# @sourcemeta/jsonschema), `jsonschema-cli` (cargo install jsonschema-cli), `jq`, `jaq` (cargo install jaq). Python is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$1 rounds=${2:-5} schema=schema/batch-calls-response.schema.json
script=benches/clock.py
[ -f "$directory/one.json" ] || python3 benches/generate.py "$directory"
cargo build --release --locked --quiet
ours=target/release/callcheck
reference=$(cargo bench --locked --bench reference --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
report=$(mktemp) hard=$directory/hard
trap 'rm -f "$report"' EXIT
[ -d "$hard" ] || python3 benches/hard.py "$hard"

compare() { # TITLE NAME=COMMAND...
    printf '\n== %s\n' "$1"
    python3 "$script" -n "$rounds" "${@:2}"
}
others_for() { # FILE...: the other tools that are installed, as arguments for compare.py
    command -v sourcemeta > /dev/null && printf '%s\n' "sourcemeta --fast=sourcemeta validate --fast --format-assertion $schema $*"
    command -v jsonschema-cli > /dev/null && printf '%s\n' "jsonschema-cli=jsonschema-cli validate --assert-format $schema $(printf -- '-i %s ' "$@")"
    return 0
}
row() { # TITLE PATH FILE...: all programs on one input
    mapfile -t others < <(others_for "${@:3}")
    compare "$1" "one thread=$ours -q --threads 1 $2" "all threads=$ours -q $2" "cat=cat ${*:3}" "${others[@]}"
}
uptime
# sourcemeta needs the extension .jsonl.
ln -f "$directory/log.ndjson" "$directory/log.jsonl"
for name in big.json log.jsonl page.json one.json; do row "$name" "$directory/$name" "$directory/$name"; done
row corpus/ "$directory/corpus" "$directory"/corpus/*.json
json="--output-format json"
compare "findings, one thread" "big.json=$ours -q --threads 1 $directory/big.json" "big.bad.json=$ours -q --threads 1 $directory/big.bad.json" \
    "many.bad.json=$ours -q --threads 1 $json $directory/many.bad.json > $report"
compare "findings, all threads" "big.json=$ours -q $directory/big.json" "big.bad.json=$ours -q $directory/big.bad.json" \
    "many.bad.json=$ours -q $json $directory/many.bad.json > $report"
for name in big.json log.ndjson corpus; do
    compare "rules, $name, one thread" "off=$ours -q --threads 1 --allow batch,call,fixture $directory/$name" "on=$ours -q --threads 1 $directory/$name"
done
if command -v jq > /dev/null; then
    counts='reduce (inputs.results[].properties.hs_call_direction) as $d ({}; .[$d] += 1)'
    compare "summary, log.ndjson, one thread" "summary=$ours summary --threads 1 $directory/log.ndjson" "jq, one count=jq -n '$counts' $directory/log.ndjson"
fi
for name in if-then any-of contains; do
    compare "$name.schema.json, big.json" "callcheck=$ours -q --threads 1 --schema $hard/$name.schema.json $directory/big.json" \
        "serde_json + jsonschema=$reference $hard/$name.schema.json $directory/big.json"
done
formats() { # FILE: all formatters on one file
    others=()
    for tool in jq jaq; do
        command -v "$tool" > /dev/null && others+=("$tool .=$tool . $1 > /dev/null" "$tool -c .=$tool -c . $1 > /dev/null")
    done
    compare "format ${1##*/}" "pretty=$ours format $1 > /dev/null" "compact=$ours format --compact $1 > /dev/null" "cat=cat $1 > /dev/null" "${others[@]}"
}
for name in big.json page.json; do formats "$directory/$name"; done
compare "format big.json to a file" "cat=cat $directory/big.json > $report" "pretty=$ours format $directory/big.json > $report" \
    "compact=$ours format --compact $directory/big.json > $report"
printf '\n== difficult input, one thread: MB/s of processor time\n'
for file in "$directory/big.json" "$hard"/*.json; do
    case $file in *.schema.json) continue ;; esac
    size=$(stat -c %s "$file")
    seconds=$(python3 "$script" -n "$rounds" "x=$ours -q --threads 1 $file" | awk '/^x / { print $3 }')
    awk -v size="$size" -v seconds="$seconds" -v name="${file##*/}" 'BEGIN { printf "%-16s %6.0f\n", name, size / seconds / 1e6 }'
done
# A broken pipe ends the endless writer.
set +o pipefail
printf '\n== cost by size: an endless response through a pipe, cut by head\n'
[ -x /usr/bin/time ] || { echo "compare.sh: there is no /usr/bin/time" >&2; exit 2; }
# 100 kB of complete results, repeated. Duplicate ids are allowed, because they are not measured here.
unbounded="--quiet --allow call/duplicate-id --output-format concise"
results=$(head -c 100000 "$directory/big.json" | sed 's/.*"results":\[//; s/,{"id"[^{]*{[^}]*}\?[^}]*$//')
endless() { printf '{"status":"COMPLETE","results":['; yes "$results,"; }
for megabytes in 1 10 100 1000; do
    endless 2> /dev/null | head -c "${megabytes}000000" > "$report"
    # Small sizes run many times, because the clock is coarse.
    times=$((1000 / megabytes))
    for threads in 1 2; do
        /usr/bin/time -f '%U %S %e %M' sh -c "for time in \$(seq $times); do
                $ours $unbounded --threads $threads - < $report > /dev/null; done; true" 2>&1 |
            awk -v bytes="$((megabytes * times))" -v name="$megabytes" -v threads="$threads" '
                { printf "%6d MB, threads: %d  %6.0f MB/s of processor time, %6.0f MB/s, %5.1f MiB\n", name, threads, bytes / ($1 + $2), bytes / $3, $4 / 1024 }'
    done
done
for threads in 1 2; do
    endless 2> /dev/null | head -c 10000000000 |
        /usr/bin/time -f '%U %S %e %M' sh -c "$ours $unbounded --threads $threads - > /dev/null; true" 2>&1 |
        awk -v threads="$threads" '
            { printf " 10000 MB, threads: %d  %6.0f MB/s of processor time, %6.0f MB/s (including yes and head), %5.1f MiB\n", threads, 10000 / ($1 + $2), 10000 / $3, $4 / 1024 }'
done
