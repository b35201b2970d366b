#!/usr/bin/env bash
# callcheck beside whichever rivals are installed; what it prints is in dev/benchmarks.md. usage: compare.sh FOLDER [ROUNDS]
# FOLDER: what ../shared/bench/generate.py has written. Rivals are looked for on the PATH: `sourcemeta` (the binary inside the npm package
# @sourcemeta/jsonschema), `jsonschema-cli` (cargo install jsonschema-cli), `jq`, `jaq` (cargo install jaq). Python is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 rounds=${2:-5} schema=schema/batch-calls-response.schema.json
compare=../shared/bench/compare.py
[ -f "$compare" ] || { echo "compare.sh: there is no $compare" >&2; exit 2; }
cargo build --release --locked --quiet
ours=target/release/callcheck
reference=$(cargo bench --locked --bench reference --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
report=$(mktemp) hard=$folder/hard
trap 'rm -f "$report"' EXIT
[ -d "$hard" ] || python3 benches/hard.py "$hard"

beside() { # TITLE NAME=COMMAND...
    printf '\n== %s\n' "$1"
    python3 "$compare" -n "$rounds" "${@:2}"
}
rivals() { # FILE...: the rivals that are there, as arguments for compare.py
    command -v sourcemeta > /dev/null && printf '%s\n' "sourcemeta --fast=sourcemeta validate --fast --format-assertion $schema $*"
    command -v jsonschema-cli > /dev/null && printf '%s\n' "jsonschema-cli=jsonschema-cli validate --assert-format $schema $(printf -- '-i %s ' "$@")"
    return 0
}
row() { # TITLE PATH FILE...: all programs on one input
    mapfile -t others < <(rivals "${@:3}")
    beside "$1" "one thread=$ours -q --threads 1 $2" "all threads=$ours -q $2" "cat=cat ${*:3}" "${others[@]}"
}
uptime
# sourcemeta knows JSON Lines by another name.
ln -f "$folder/log.ndjson" "$folder/log.jsonl"
for name in big.json log.jsonl page.json one.json; do row "$name" "$folder/$name" "$folder/$name"; done
row corpus/ "$folder/corpus" "$folder"/corpus/*.json
json="--output-format json"
beside "findings, one thread" "big.json=$ours -q --threads 1 $folder/big.json" "big.bad.json=$ours -q --threads 1 $folder/big.bad.json" \
    "many.bad.json=$ours -q --threads 1 $json $folder/many.bad.json > $report"
beside "findings, all threads" "big.json=$ours -q $folder/big.json" "big.bad.json=$ours -q $folder/big.bad.json" \
    "many.bad.json=$ours -q $json $folder/many.bad.json > $report"
for name in big.json log.ndjson corpus; do
    beside "rules, $name, one thread" "off=$ours -q --threads 1 --allow batch,call,fixture $folder/$name" "on=$ours -q --threads 1 $folder/$name"
done
if command -v jq > /dev/null; then
    counts='reduce (inputs.results[].properties.hs_call_direction) as $d ({}; .[$d] += 1)'
    beside "summary, log.ndjson, one thread" "summary=$ours summary --threads 1 $folder/log.ndjson" "jq, one count=jq -n '$counts' $folder/log.ndjson"
fi
for name in if-then any-of contains; do
    beside "$name.schema.json, big.json" "callcheck=$ours -q --threads 1 --schema $hard/$name.schema.json $folder/big.json" \
        "serde_json + jsonschema=$reference $hard/$name.schema.json $folder/big.json"
done
formats() { # FILE: all formatters on one file
    others=()
    for rival in jq jaq; do
        command -v "$rival" > /dev/null && others+=("$rival .=$rival . $1 > /dev/null" "$rival -c .=$rival -c . $1 > /dev/null")
    done
    beside "format ${1##*/}" "pretty=$ours format $1 > /dev/null" "compact=$ours format --compact $1 > /dev/null" "cat=cat $1 > /dev/null" "${others[@]}"
}
for name in big.json page.json; do formats "$folder/$name"; done
beside "format big.json to a file" "cat=cat $folder/big.json > $report" "pretty=$ours format $folder/big.json > $report" \
    "compact=$ours format --compact $folder/big.json > $report"
printf '\n== hard to read, one thread: MB/s of processor time\n'
for file in "$folder/big.json" "$hard"/*.json; do
    case $file in *.schema.json) continue ;; esac
    size=$(stat -c %s "$file")
    seconds=$(python3 "$compare" -n "$rounds" "x=$ours -q --threads 1 $file" | awk '/^x / { print $3 }')
    awk -v size="$size" -v seconds="$seconds" -v name="${file##*/}" 'BEGIN { printf "%-16s %6.0f\n", name, size / seconds / 1e6 }'
done
# What writes without end is ended by a broken pipe.
set +o pipefail
printf '\n== cost against size: an answer that never ends, through a pipe, cut by head\n'
[ -x /usr/bin/time ] || { echo "compare.sh: there is no /usr/bin/time" >&2; exit 2; }
# A hundred kilobytes of whole results, again and again: their ids would be duplicates, which is not what is measured here.
unbounded="--quiet --allow call/duplicate-id --output-format concise"
results=$(head -c 100000 "$folder/big.json" | sed 's/.*"results":\[//; s/,{"id"[^{]*{[^}]*}\?[^}]*$//')
endless() { printf '{"status":"COMPLETE","results":['; yes "$results,"; }
for megabytes in 1 10 100 1000; do
    endless 2> /dev/null | head -c "${megabytes}000000" > "$report"
    # Small ones many times, since the clock is coarse.
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
            { printf " 10000 MB, threads: %d  %6.0f MB/s of processor time, %6.0f MB/s (yes and head beside it), %5.1f MiB\n", threads, 10000 / ($1 + $2), 10000 / $3, $4 / 1024 }'
done
