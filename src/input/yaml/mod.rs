//! YAML: a compact tree whose values have their locations in the file.
//!
//! [`YamlTree::parse`] builds it from the events of `saphyr-parser`. It keeps no text: values have spans, as those of
//! [`crate::json::Tape`], and [`ScalarPieces`] decodes a scalar with the position of each piece.
//!
//! Tags are never executed. [`YamlValue::get`] finds the properties of merged mappings (`<<`); for
//! [`YamlValue::members`], with which schemas are converted, `<<` is an ordinary key.
//!
//! An alias refers to the value with its anchor, which is not copied; the size of the document with expanded aliases
//! is limited, so that code may walk it.

mod build;
mod detect;
mod limited_input;
mod offsets;
mod scalar;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use detect::{YamlRecording, yaml_recording};
pub(crate) use scalar::{PieceText, ScalarForm, ScalarPieces, YamlStyle};
pub(crate) use tree::{YamlError, YamlKind, YamlTag, YamlTree, YamlValue};
