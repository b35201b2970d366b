//! The progress of a run. Only the command line shows it.

#[cfg(feature = "cli")]
mod bar;
#[cfg(not(feature = "cli"))]
mod none;

#[cfg(feature = "cli")]
pub(crate) use bar::Progress;
#[cfg(not(feature = "cli"))]
pub use none::Progress;
