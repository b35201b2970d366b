//! Limits of an evaluation. A schema can require 2^60 evaluations of a document of one byte, or recursion as deep as
//! the document, and `jsonschema` does not have limits. It reads values only through `schema::json`, which charges this
//! budget for each access to a container. When the budget is exhausted, every container looks empty, so the evaluation
//! ends soon. Its result is then discarded.

use std::cell::Cell;

/// The exhausted resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exhausted {
    Steps,
    /// Stack, even on a thread with [`DEEP_STACK_BYTES`].
    Depth,
}

/// Limits of the current evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Unlimited,
    Limited,
    /// Limited, and the schema has patterns whose matching can exceed the backtracking limit of the crate.
    Backtracking,
}

/// The mode of the evaluation on this thread.
pub(super) fn mode() -> Mode {
    MODE.get()
}

thread_local! {
    /// Remaining steps: accesses to containers, elements and members.
    static REMAINING_STEPS: Cell<u64> = const { Cell::new(u64::MAX) };
    /// Lowest allowed address of the stack.
    static STACK_END: Cell<usize> = const { Cell::new(0) };
    static MODE: Cell<Mode> = const { Cell::new(Mode::Unlimited) };
    /// Steps per error.
    static ERROR_COST: Cell<u64> = const { Cell::new(BASE_ERROR_COST) };
    /// The resource that was exhausted first.
    static EXHAUSTED: Cell<Option<Exhausted>> = const { Cell::new(None) };
}

/// Maximum number of steps per document, in addition to [`STEPS_PER_VALUE`]. They take about 3 seconds.
const BASE_STEPS: u64 = 20_000_000;
/// Additional steps per value of the document. Even large schemas need about 100.
const STEPS_PER_VALUE: u64 = 200;
/// Steps per error, because errors also use memory. Low enough to list an error for every value of a document.
const BASE_ERROR_COST: u64 = 150;
/// The cost of an error is multiplied by the number of levels divided by this, because an error contains the paths
/// through the document and the schema.
const LEVELS_PER_ERROR_COST: u64 = 64;
/// Maximum stack use on the current thread, in bytes. Every thread has more.
const DEFAULT_STACK_BYTES: usize = 96 << 10;
/// Stack of a thread for deep documents and for compiling, in bytes. The system allocates only the used part.
const DEEP_STACK_BYTES: usize = 512 << 20;
/// Part of the deep stack that remains for the calls between two charges, in bytes.
const STACK_RESERVE_BYTES: usize = 32 << 20;

/// Charges steps. Returns false if the budget is exhausted.
#[inline]
pub(super) fn charge(steps: u64) -> bool {
    let remaining = REMAINING_STEPS.get();
    if remaining >= steps && stack_address() >= STACK_END.get() {
        REMAINING_STEPS.set(remaining - steps);
        return true;
    }
    exhaust(remaining < steps)
}

pub(super) fn charge_error() -> bool {
    charge(ERROR_COST.get())
}

#[cold]
fn exhaust(is_out_of_steps: bool) -> bool {
    if EXHAUSTED.get().is_none() {
        EXHAUSTED.set(Some(if is_out_of_steps { Exhausted::Steps } else { Exhausted::Depth }));
    }
    REMAINING_STEPS.set(0);
    false
}

/// The approximate address of the top of the stack.
#[inline(always)]
fn stack_address() -> usize {
    let local = 0u8;
    std::ptr::from_ref(std::hint::black_box(&local)).addr()
}

/// Evaluates within limits that depend on the number of values and levels of the document. `validate` is called a
/// second time, on a thread with a deep stack, if the stack of the current thread is exhausted.
///
/// # Errors
/// The exhausted resource.
pub(super) fn within<T: Send>(
    values: usize,
    levels: usize,
    needs_backtracking: bool,
    validate: impl Fn() -> T + Send + Sync,
) -> Result<T, Exhausted> {
    let steps = BASE_STEPS + STEPS_PER_VALUE * values as u64;
    let error_cost = BASE_ERROR_COST * (levels as u64 / LEVELS_PER_ERROR_COST).max(1);
    let validate = || {
        ERROR_COST.set(error_cost);
        validate()
    };
    let mode = if needs_backtracking { Mode::Backtracking } else { Mode::Limited };
    match limited(mode, steps, DEFAULT_STACK_BYTES, validate) {
        Err(Exhausted::Depth) => {
            let stack = DEEP_STACK_BYTES - STACK_RESERVE_BYTES;
            on_deep_stack(|| limited(mode, steps, stack, validate)).unwrap_or(Err(Exhausted::Depth))
        }
        result => result,
    }
}

/// Runs on a thread with [`DEEP_STACK_BYTES`]; `None` if the system cannot start it.
pub(super) fn on_deep_stack<T: Send>(run: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK_BYTES).spawn_scoped(scope, run).ok()?;
        Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn limited<T>(mode: Mode, steps: u64, stack: usize, validate: impl Fn() -> T) -> Result<T, Exhausted> {
    MODE.set(mode);
    REMAINING_STEPS.set(steps);
    STACK_END.set(stack_address().saturating_sub(stack));
    EXHAUSTED.set(None);
    let result = validate();
    MODE.set(Mode::Unlimited);
    REMAINING_STEPS.set(u64::MAX);
    STACK_END.set(0);
    EXHAUSTED.take().map_or(Ok(result), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recurses until the budget is exhausted, and returns the depth.
    fn recurse(depth: u64) -> u64 {
        if depth > 1_000_000 || !charge(1) { depth } else { std::hint::black_box(recurse(depth + 1)) }
    }

    #[test]
    fn exhausted_steps_and_stack_are_distinguished() {
        assert_eq!(within(0, 0, false, || (0..1000).all(|_| charge(1))), Ok(true));
        assert_eq!(within(0, 0, false, || while charge(1000) {}), Err(Exhausted::Steps));
        assert_eq!(within(1 << 20, 0, false, || (0..BASE_STEPS + 1000).all(|_| charge(1))), Ok(true));
        // More than the stack of the current thread, less than a deep stack.
        assert_eq!(within(0, 0, false, || recurse(0)), Ok(1_000_001));
        let on_this_thread = limited(Mode::Limited, BASE_STEPS, DEFAULT_STACK_BYTES, || recurse(0));
        assert_eq!(on_this_thread, Err(Exhausted::Depth));
        // The limits end with the evaluation.
        assert!((0..BASE_STEPS + 1000).all(|_| charge(1)));
    }
}
