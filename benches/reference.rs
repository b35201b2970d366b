//! The obvious program with `serde_json::Value` and `jsonschema`. callcheck is compared with it when a schema cannot be
//! streamed. `cargo bench --bench reference -- SCHEMA FILE` prints if FILE is valid, and exits with 1 if not.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [schema, file] = arguments.as_slice() else { return };
    let read = |path: &String| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
    };
    let validator = jsonschema::options().should_validate_formats(true).build(&read(schema)).expect("a schema");
    let errors = validator.iter_errors(&read(file)).count();
    println!("{errors} errors");
    std::process::exit(i32::from(errors > 0));
}
