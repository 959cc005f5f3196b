//! Counts what reading does, in tests only: that it does no more than the message is long is tested by count, not by time. Pure.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts some steps.
pub(super) fn count(steps: usize) {
    #[cfg(test)]
    STEPS.with(|all| all.set(all.get() + steps));
    #[cfg(not(test))]
    let _ = steps;
}

/// Steps of this thread since the last time.
#[cfg(test)]
pub(super) fn counted() -> usize {
    STEPS.with(std::cell::Cell::take)
}
