# What CI runs: format, clippy, docs, tests, README's commands.
ready:
    bash .ci/run

# Licences, advisories and sources of all dependencies (needs cargo-deny).
deny:
    cargo deny check

# Writes what outputs should be; look at the diff.
bless:
    BLESS=1 TRYCMD=overwrite cargo test

# Benchmarks of parts.
bench:
    cargo bench --bench parts

# Whole processes beside whichever rivals are installed: FOLDER holds what ../shared/bench/generate.py writes.
compare FOLDER:
    bash benches/compare.sh {{FOLDER}}
