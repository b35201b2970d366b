//! What checking one value may cost. Schemas can ask for 2^60 evaluations of a document of one byte, or for a stack as deep as a document is; the
//! crate that checks knows no limit. It sees values only through `schema::json`, and that asks here before it shows the inside of one: when
//! the effort is spent every container looks empty, so that all that is going on ends soon. What was checked is then thrown away.

use std::cell::Cell;

/// Why checking was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exhausted {
    /// It takes too many steps.
    Steps,
    /// It takes too much stack, also on a thread that has [`STACK`].
    Depth,
}

/// Under what a check goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// No limits.
    Free,
    /// Within limits.
    Limited,
    /// Within limits, by a schema with patterns whose matching may be given up.
    Fancy,
}

/// Under what the check of this thread goes on.
pub(super) fn mode() -> Mode {
    MODE.get()
}

thread_local! {
    /// Looks inside containers, elements and members that are left.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    /// The stack must not grow below this address.
    static FLOOR: Cell<usize> = const { Cell::new(0) };
    /// Whether limits hold, and whether matching may be given up.
    static MODE: Cell<Mode> = const { Cell::new(Mode::Free) };
    /// What an error costs.
    static EACH_ERROR: Cell<u64> = const { Cell::new(ERROR) };
    /// What was spent first.
    static SPENT: Cell<Option<Exhausted>> = const { Cell::new(None) };
}

/// Steps that checking any value may take, besides [`STEPS_EACH`] for each value in it: some 3 seconds.
const STEPS: u64 = 20_000_000;
/// A schema that looks at every value a hundred times over is a large one.
const STEPS_EACH: u64 = 200;
/// What an error costs, in steps: it takes memory as well. A document of which every value has one is listed.
const ERROR: u64 = 150;
/// In documents of more levels it costs more: the crate keeps the way to each value and through the schema.
const LEVELS: u64 = 64;
/// The stack that is used without asking for more, in bytes: less than any thread has.
const USUAL: usize = 96 << 10;
/// That of a thread for deep documents and for compiling, in bytes. Memory is taken only as far as it is used.
pub(super) const STACK: usize = 512 << 20;
/// What is left at the end of it for what goes on between two looks.
const RESERVE: usize = 32 << 20;

/// Takes steps; false when there are none left.
#[inline]
pub(super) fn spend(steps: u64) -> bool {
    let left = LEFT.get();
    if left >= steps && address() >= FLOOR.get() {
        LEFT.set(left - steps);
        return true;
    }
    give_up(left < steps)
}

/// Takes the steps of an error.
pub(super) fn spend_error() -> bool {
    spend(EACH_ERROR.get())
}

#[cold]
fn give_up(is_out_of_steps: bool) -> bool {
    if SPENT.get().is_none() {
        SPENT.set(Some(if is_out_of_steps { Exhausted::Steps } else { Exhausted::Depth }));
    }
    LEFT.set(0);
    false
}

/// Roughly where the stack ends at the moment.
#[inline(always)]
fn address() -> usize {
    let here = 0u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}

/// Validates a document of so many values, so many of them in each other, within the limits. `check` may be called twice.
///
/// # Errors
/// When it takes more.
pub(super) fn within<T: Send>(
    values: usize,
    levels: usize,
    is_fancy: bool,
    validate: impl Fn() -> T + Send + Sync,
) -> Result<T, Exhausted> {
    let steps = STEPS + STEPS_EACH * values as u64;
    let error = ERROR * (levels as u64 / LEVELS).max(1);
    let validate = || {
        EACH_ERROR.set(error);
        validate()
    };
    let mode = if is_fancy { Mode::Fancy } else { Mode::Limited };
    match limited(mode, steps, USUAL, validate) {
        Err(Exhausted::Depth) => {
            on_a_deep_stack(|| limited(mode, steps, STACK - RESERVE, validate)).unwrap_or(Err(Exhausted::Depth))
        }
        done => done,
    }
}

/// Runs on a thread with [`STACK`]; none where the system has no room for one.
pub(super) fn on_a_deep_stack<T: Send>(run: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).ok()?;
        Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn limited<T>(mode: Mode, steps: u64, stack: usize, validate: impl Fn() -> T) -> Result<T, Exhausted> {
    MODE.set(mode);
    LEFT.set(steps);
    FLOOR.set(address().saturating_sub(stack));
    SPENT.set(None);
    let done = validate();
    MODE.set(Mode::Free);
    LEFT.set(u64::MAX);
    FLOOR.set(0);
    SPENT.take().map_or(Ok(done), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes down until there is nothing left; how deep it came.
    fn dive(depth: u64) -> u64 {
        if depth > 1_000_000 || !spend(1) { depth } else { std::hint::black_box(dive(depth + 1)) }
    }

    #[test]
    fn what_is_spent_is_told_apart() {
        assert_eq!(within(0, 0, false, || (0..1000).all(|_| spend(1))), Ok(true));
        assert_eq!(within(0, 0, false, || while spend(1000) {}), Err(Exhausted::Steps));
        assert_eq!(within(1 << 20, 0, false, || (0..STEPS + 1000).all(|_| spend(1))), Ok(true));
        // More than is used without asking, less than a deep stack.
        assert_eq!(within(0, 0, false, || dive(0)), Ok(1_000_001));
        assert_eq!(limited(Mode::Limited, STEPS, USUAL, || dive(0)).map(|_| ()), Err(Exhausted::Depth));
        // Nothing is left over from what was given up.
        assert!((0..STEPS + 1000).all(|_| spend(1)));
    }
}
