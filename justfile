# Run what CI runs: rustfmt, clippy, rustdoc, tests, a release build, and the public suites if they are available.
ready:
    bash .ci/run

# Check licenses, advisories and sources of all dependencies (needs cargo-deny).
deny:
    cargo deny check

# Write all expected output; read the diff.
bless:
    BLESS=1 TRYCMD=overwrite cargo test

# Run the benchmarks of parts.
bench:
    cargo bench --bench parts

# Compare whole processes with the other tools that are installed. DIRECTORY contains the output of ../shared/bench/generate.py.
compare DIRECTORY:
    bash benches/compare.sh {{DIRECTORY}}
