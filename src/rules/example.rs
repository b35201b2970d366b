//! Examples of rules: their own fixtures, carried in the binary so that `callcheck explain` can show what is said of them.

/// A document in which a rule is told, and one that is right.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The wrong one.
    pub wrong: Shown,
    /// The right one, where there is one.
    pub right: Option<Shown>,
}

/// A fixture.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Its place in `fixtures/`.
    pub name: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// The example of a rule that has a fixture of its name in `fixtures/invalid` and in `fixtures/valid`; or those at these places.
macro_rules! example {
    ($name:literal) => {
        $crate::rules::example::example!(concat!("invalid/", $name, ".json"), concat!("valid/", $name, ".json"))
    };
    ($wrong:expr, $right:expr) => {
        Some($crate::rules::Example {
            wrong: $crate::rules::Shown {
                name: $wrong,
                bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $wrong)),
            },
            right: Some($crate::rules::Shown {
                name: $right,
                bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $right)),
            }),
        })
    };
}
pub(crate) use example;
