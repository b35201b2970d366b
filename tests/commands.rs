//! `tests/cmd/*.trycmd` and every console block of README.md: commands and what they print. `TRYCMD=overwrite cargo test` writes them.

#[test]
fn commands_print_what_their_files_say() {
    trycmd::TestCases::new().env("COLUMNS", "100").case("tests/cmd/*.trycmd").case("README.md");
}
