//! Examples of rules: their own fixtures, carried in the binary so that `callcheck explain` can show what is said of them.

/// A document in which a rule is told, and one that is right.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The wrong one.
    pub wrong: ExampleFile,
    /// The right one, where there is one.
    pub right: Option<ExampleFile>,
    /// The request that both answer.
    pub request: Option<ExampleFile>,
}

/// A fixture.
#[derive(Debug, Clone, Copy)]
pub struct ExampleFile {
    /// Its place in `fixtures/`.
    pub name: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// A fixture, by its place in `fixtures/`.
macro_rules! shown {
    ($name:expr) => {
        $crate::rules::ExampleFile {
            name: $name,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $name)),
        }
    };
}

/// The example of a rule: a wrong fixture and a right one by their places; those of its name; a wrong one alone; one with its request.
macro_rules! example {
    ($name:literal) => {
        $crate::rules::example::example!(concat!("invalid/", $name, ".json"), concat!("valid/", $name, ".json"))
    };
    (wrong $wrong:literal) => {
        Some($crate::rules::Example { wrong: $crate::rules::example::shown!($wrong), right: None, request: None })
    };
    (request $name:literal) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::example::shown!(concat!("request/", $name, ".json")),
            right: None,
            request: Some($crate::rules::example::shown!(concat!("request/", $name, ".request.json"))),
        })
    };
    ($wrong:expr, $right:expr) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::example::shown!($wrong),
            right: Some($crate::rules::example::shown!($right)),
            request: None,
        })
    };
}
pub(crate) use {example, shown};
