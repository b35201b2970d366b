# List the recipes.
default:
    @just --list

# Run what CI runs: rustfmt, clippy, rustdoc, tests, a release build, and the public suites if they are available.
ready:
    bash .ci/run

# Format the code.
fmt:
    cargo fmt

# Check format, lints and documentation links.
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- --deny warnings
    RUSTDOCFLAGS='--deny warnings' cargo doc --no-deps --document-private-items --locked

# Run tests. `just test --test fixtures -- call-disposition` runs the fixtures of a rule.
test *ARGUMENTS:
    cargo test --locked {{ ARGUMENTS }}

# Write expected output and generated pages; read the diff. `just bless --test fixtures -- call-disposition` writes that of a rule.
bless *ARGUMENTS:
    BLESS=1 TRYCMD=overwrite cargo test --locked {{ ARGUMENTS }}

# Search for input that violates a property of fuzz/targets.rs (needs cargo-fuzz): `just fuzz scan -max_total_time=60`.
fuzz TARGET *ARGUMENTS:
    cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run {{ TARGET }} -- {{ ARGUMENTS }}

# Find changes of the code that no test notices (needs cargo-mutants). `just mutants --file src/rfc3339.rs` tries one file.
mutants *ARGUMENTS:
    PROPTEST_CASES=24 cargo mutants {{ ARGUMENTS }}

# Run the benchmarks of parts.
bench *ARGUMENTS:
    cargo bench --locked --bench parts -- {{ ARGUMENTS }}

# Write the generated pages and images of docs/.
docs:
    BLESS=1 cargo test --locked --test docs

# Check licenses, advisories and sources of all dependencies (needs cargo-deny).
deny:
    cargo deny check

# Compare with the other tools that are installed, and write the table and the chart of docs/performance.md.
compare *ARGUMENTS:
    cargo build --release --locked --quiet
    python3 benches/rivals.py {{ ARGUMENTS }}

# Print all tables of dev/benchmarks.md. DIRECTORY gets data if it is empty.
compare-all DIRECTORY:
    bash benches/compare.sh {{ DIRECTORY }}
