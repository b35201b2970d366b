//! Bodies of WireMock in separate files.

use std::path::{Component, Path};

use crate::input::{Input, real_path};

/// The directory of body files, next to the directory `mappings` (WireMock, "Stubbing").
const DIRECTORY: &str = "__files";
/// Number of directories above a mapping that are searched.
const MAX_LEVELS: usize = 8;

/// The body file of a mapping: `file` in the nearest directory `__files`. None if there is no such file, or if it is
/// not inside of that directory.
pub(crate) fn body_file(mapping: &str, file: &str) -> Option<Input> {
    let file = Path::new(file);
    let is_inside = file.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir));
    if !is_inside || file.as_os_str().is_empty() {
        return None;
    }
    Path::new(mapping).ancestors().skip(1).take(MAX_LEVELS).find_map(|directory| {
        let files = directory.join(DIRECTORY);
        let path = files.join(file);
        let is_below = real_path(&path).ok()?.starts_with(real_path(&files).ok()?);
        (is_below && path.is_file()).then_some(Input::File(path))
    })
}
