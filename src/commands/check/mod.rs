//! `callcheck check`.

mod plan;
mod run;
mod run_report;

pub(super) use run::check_all;

use std::io::{self, Write};

use crate::cli::CheckArgs;
use crate::cli::settings::Environment;
use crate::finding::summary::Outcome;
use plan::{CheckPlan, PlanError};

/// Runs `callcheck check`. Inputs that cannot be read are reported on `err`; the others are still checked.
///
/// # Errors
/// If `out` cannot be written. A broken pipe is not an error: the outcome is that of the inputs checked so far.
pub fn check_inputs(
    args: &CheckArgs,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let check = |environment: &Environment, out: &mut dyn Write, err: &mut dyn Write| {
        let plan = CheckPlan::new(args, environment, err);
        match plan {
            Ok(plan) => run::run(plan, out, err),
            Err(PlanError::Usage) => Ok(Outcome::Failed),
            Err(PlanError::Unusable(reporting, problem)) => run::report_unusable(*reporting, problem, out, err),
        }
    };
    match args.output_file.as_deref() {
        Some(path) => super::report::to_file(path, environment, err, check),
        None => check(environment, out, err),
    }
}
