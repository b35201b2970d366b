//! Examples of rules. They are fixtures, compiled into the binary for `callcheck explain`.

use crate::hubspot::ObjectType;

#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// A document with a finding of the rule.
    pub wrong: ExampleFile,
    /// A document without one.
    pub right: Option<ExampleFile>,
    /// The request of both.
    pub request: Option<ExampleFile>,
    /// The objects that `--object` lists.
    pub objects: &'static [ObjectType],
}

#[derive(Debug, Clone, Copy)]
pub struct ExampleFile {
    /// Path relative to `fixtures/`.
    pub name: &'static str,
    pub bytes: &'static [u8],
}

macro_rules! example_file {
    ($name:expr) => {
        $crate::rules::ExampleFile {
            name: $name,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $name)),
        }
    };
}

/// - `example!("name")`: `invalid/name.json` and `valid/name.json`
/// - `example!("path", "path")`: a wrong and a right fixture
/// - `example!("path", create)`, `example!("path", partial)`: the right fixture is a common response without or with
///   errors
/// - `example!(wrong "path")`: only a wrong fixture
/// - `example!(objects "name")`: `objects/name.json`, with `--object calls`
/// - `example!(request "name")`: `request/name.json` with its request, `request/name.request.json`
macro_rules! example {
    ($name:literal) => {
        $crate::rules::example::example!(concat!("invalid/", $name, ".json"), concat!("valid/", $name, ".json"))
    };
    (wrong $wrong:literal) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::example::example_file!($wrong),
            right: None,
            request: None,
            objects: &[],
        })
    };
    (objects $name:literal) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::example::example_file!(concat!("objects/", $name, ".json")),
            right: Some($crate::rules::example::example_file!("valid/create.pretty.json")),
            request: None,
            objects: &[$crate::hubspot::ObjectType::CALLS],
        })
    };
    (request $name:literal) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::example::example_file!(concat!("request/", $name, ".json")),
            right: None,
            request: Some($crate::rules::example::example_file!(concat!("request/", $name, ".request.json"))),
            objects: &[],
        })
    };
    ($wrong:literal, create) => {
        $crate::rules::example::example!($wrong, "valid/create.pretty.json")
    };
    ($wrong:literal, partial) => {
        $crate::rules::example::example!($wrong, "invalid/batch-partial-failure.one.json")
    };
    ($wrong:expr, $right:expr) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::example::example_file!($wrong),
            right: Some($crate::rules::example::example_file!($right)),
            request: None,
            objects: &[],
        })
    };
}
pub(crate) use {example, example_file};
