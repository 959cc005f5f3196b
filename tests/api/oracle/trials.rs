//! The recomputation and the random provinces against themselves: identities of the form, and that nothing is left out
//! which could go wrong.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::counts::lives;
use super::dossier::Status;
use super::example::day;
use super::figures::{Basis, Include, KPIS, Oracle, Ratio, columns, ratio};
use super::organizations::Decision;
use super::periods::{Period, Scheme};
use super::plans::{Case, case};
use super::records::Records;
use super::script::{Script, Step, first_day};
use super::wire;

fn cases(count: usize, size: usize) -> Vec<Case> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| case(size).new_tree(&mut runner).unwrap().current()).collect()
}

fn carried_out(script: Script) -> (Records, Vec<&'static str>) {
    let mut records = script.beginning;
    let mut outcomes = Vec::new();
    for step in script.steps {
        match step {
            Step::Decide(decision) => records.tree.decide(&decision),
            Step::Dossiers(batch) => outcomes.extend(batch.iter().map(|one| records.push_dossier(one))),
            Step::Exchanges(batch) => outcomes.extend(batch.iter().map(|one| records.push_exchange(one))),
        }
    }
    (records, outcomes)
}

fn periods() -> Vec<Period> {
    let today = day("2026-01-05");
    Scheme::BOTH.into_iter().flat_map(|scheme| Period::touching(scheme, first_day(), today)).collect()
}

#[test]
fn the_form_adds_up_and_the_province_has_what_its_parts_have() {
    for case in cases(3, 150) {
        let (records, _) = carried_out(Script::of(&case));
        let lives = lives(&records);
        let oracle = Oracle::new(&records, &lives, day("2026-01-05"));
        for period in periods() {
            let whole = oracle.subtree("H19", Basis::AsWas, &period);
            assert_eq!(
                whole,
                oracle.subtree("H19", Basis::AsIs, &period),
                "whoever has it, it is there once"
            );
            for org in records.tree.0.keys() {
                let c = columns(&oracle.subtree(org, Basis::AsWas, &period));
                let sums = [c[1] + c[2] + c[3], c[5] + c[6] + c[7], c[9] + c[10], c[4] + c[8]];
                assert_eq!(sums, [c[0], c[4], c[8], c[0]], "{org} {}", period.name);
                for by in ["unit", "procedure", "field"] {
                    let rows = oracle.handling(org, &period, by);
                    let sum: [i64; 11] = std::array::from_fn(|n| rows.values().map(|row| row[n]).sum());
                    assert_eq!(sum, c, "{org} {} by {by}", period.name);
                }
            }
            for basis in [Basis::AsWas, Basis::AsIs] {
                let own = oracle.itself("H19", basis, &period);
                let mut parts = own.clone();
                for child in oracle.shown("H19", Include::Children, basis, &period) {
                    parts.add(&child.counts);
                }
                assert_eq!(parts, whole, "{} {basis:?}", period.name);
            }
        }
    }
}

#[test]
fn what_is_carried_over_was_open_before() {
    let (records, _) = carried_out(Script::of(&cases(1, 200)[0]));
    let lives = lives(&records);
    let oracle = Oracle::new(&records, &lives, day("2026-01-05"));
    for scheme in Scheme::BOTH {
        let all = Period::touching(scheme, first_day(), day("2026-01-05"));
        let months: Vec<&Period> = all.iter().filter(|period| period.months == 1).collect();
        for pair in months.windows(2) {
            let [before, after] = [0, 1].map(|n| columns(&oracle.subtree("H19", Basis::AsWas, pair[n])));
            assert_eq!(before[8], after[3], "{} and {}", pair[0].name, pair[1].name);
        }
    }
}

#[test]
fn random_provinces_leave_nothing_out() {
    let (mut statuses, mut decided, mut outcomes) = (BTreeSet::new(), [0; 4], BTreeSet::new());
    let mut partly: BTreeSet<&str> = BTreeSet::new();
    let mut lateness = [0; 3];
    for case in cases(12, 60) {
        let script = Script::of(&case);
        assert!((8..=20).contains(&script.beginning.tree.0.len()));
        for step in &script.steps {
            match step {
                Step::Decide(Decision::Transfer { .. }) => decided[0] += 1,
                Step::Decide(Decision::Merge { parties, heir, .. }) => {
                    decided[if parties.contains(heir) { 1 } else { 2 }] += 1;
                    let children = |party: &String| {
                        script.beginning.tree.0.values().any(|one| one.parents[0].1.as_ref() == Some(party))
                    };
                    decided[3] += u32::from(parties.iter().any(children));
                }
                Step::Dossiers(batch) => {
                    for dossier in batch {
                        statuses.extend(dossier.events.iter().map(|event| event.status));
                        assert_eq!(wire::shown_dossier(&wire::dossier(dossier)), *dossier);
                    }
                }
                Step::Exchanges(_) => {}
            }
        }
        let (records, became) = carried_out(script);
        outcomes.extend(became);
        let lives = lives(&records);
        for (_, life) in &lives {
            if let Some(how) = life.lateness() {
                lateness[how as usize] += 1;
            }
        }
        let oracle = Oracle::new(&records, &lives, day("2026-01-05"));
        for period in periods() {
            let counts = oracle.subtree("H19", Basis::AsWas, &period);
            partly.extend(
                KPIS.iter().filter(|kpi| matches!(ratio(kpi, &counts), Ratio(n, d) if 0 < n && n < d)),
            );
        }
    }
    assert_eq!(statuses.len(), Status::Returned as usize + 1, "{statuses:?}");
    assert!(decided.iter().all(|count| *count > 1), "{decided:?}");
    assert_eq!(outcomes.into_iter().collect::<Vec<_>>(), ["created", "unchanged", "updated"]);
    assert!(lateness.iter().all(|count| *count > 10), "{lateness:?}");
    assert_eq!(partly.len(), KPIS.len(), "{partly:?}");
}
