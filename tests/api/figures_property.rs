//! Ten thousand random dossiers on random trees with a merge in the middle: every figure, ranking and form equals what is
//! worked out from the records alone.

use std::cell::Cell;

use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::comparing::{Span, Turns, everything};
use crate::harness::{Backend, TestApp};
use crate::oracle::plans::{Case, case};
use crate::oracle::script::{Script, first_day};
use crate::pushing;

/// A number that somebody who has more time may set.
#[expect(clippy::disallowed_methods, reason = "a test is told by its runner, not by the service's settings")]
fn number(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Runs random provinces, each with a service and a database of its own.
fn holds(backend: Backend, cases: u32, dossiers: u32, shrinking: u32) {
    let rng_seed = RngSeed::Fixed(number("DANVAN_TEST_SEED", 3).into());
    let every = number("DANVAN_TEST_EVERY", 15);
    let config = Config {
        cases,
        max_shrink_iters: shrinking,
        failure_persistence: None,
        rng_seed,
        ..Config::default()
    };
    let round = Cell::new(0);
    let property = |case: Case| {
        round.set(round.get() + 1);
        let app = TestApp::start(backend);
        let root = app.root();
        let records = pushing::run(&root, Script::of(&case));
        let mut turns = Turns::new(every, round.get());
        let today = app.clock.today();
        everything(&root, &records, Span { first: first_day(), last: today, today }, &mut turns);
        Ok(())
    };
    TestRunner::new(config).run(&case(dossiers as usize), property).unwrap();
}

/// Small provinces first: what they get wrong is soon understood.
fn every_figure_is_that_of_the_records(backend: Backend) {
    holds(backend, number("DANVAN_TEST_SMALL_CASES", 4), 20, 200);
    holds(backend, number("DANVAN_TEST_CASES", 1), number("DANVAN_TEST_DOSSIERS", 2_480), 12);
}

#[test]
fn sqlite() {
    every_figure_is_that_of_the_records(Backend::Sqlite);
}

#[test]
fn postgres() {
    every_figure_is_that_of_the_records(Backend::Postgres);
}
