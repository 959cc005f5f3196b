//! Eight clients that push the same dossiers at once, each in an order of its own: afterwards the figures are those of the
//! records that are there.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::comparing::{Span, Turns, everything};
use crate::harness::process::LONG;
use crate::harness::{Answer, Client};
use crate::on_both;
use crate::oracle::dossier::Dossier;
use crate::oracle::plans::case;
use crate::oracle::records::Records;
use crate::oracle::script::{Script, Step, first_day};
use crate::oracle::wire;
use crate::pushing::{self, DOSSIERS, Form};

/// The organizations, procedures and documents of a random province, and its dossiers, which are not pushed yet: every
/// version of each.
pub fn prepared(client: &Client, size: usize) -> (Records, Vec<Dossier>) {
    let script = Script::of(&case(size).new_tree(&mut TestRunner::deterministic()).unwrap().current());
    let mut versions = Vec::new();
    let mut steps = Vec::new();
    for step in script.steps {
        match step {
            Step::Dossiers(batch) => versions.extend(batch),
            other => steps.push(other),
        }
    }
    (pushing::run(client, Script { beginning: script.beginning, steps }), versions)
}

/// The same items in another order, in batches of another size, in none of which a dossier stands twice.
pub fn mixed(versions: &[Dossier], side: usize) -> Vec<Vec<Dossier>> {
    let mut items = versions.to_vec();
    let middle = items.len() * side / 8;
    items.rotate_left(middle);
    if side % 2 == 1 {
        items.reverse();
    }
    let mut batches: Vec<Vec<Dossier>> = vec![Vec::new()];
    for item in items {
        let batch = batches.last_mut().unwrap();
        if batch.len() < 5 + side * 7 && batch.iter().all(|other| other.code != item.code) {
            batch.push(item);
        } else {
            batches.push(vec![item]);
        }
    }
    batches
}

pub fn body(batch: &[Dossier]) -> Vec<Value> {
    batch.iter().map(wire::dossier).collect()
}

/// The answer, once the service is not too busy to give one.
fn answered(client: &Client, batch: &[Dossier], form: Form) -> Answer {
    let deadline = Instant::now() + LONG;
    loop {
        let answer = pushing::batch(client, DOSSIERS, &body(batch), form).send();
        if answer.status != 503 || Instant::now() > deadline {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Without what a sender may repeat or put in another order.
fn plain(dossier: &Dossier) -> Dossier {
    let mut plain = dossier.clone();
    plain.events.sort();
    plain.events.dedup();
    plain
}

/// Takes over what is stored, after a look at every dossier: it is one of the versions that were pushed, whole, and none
/// that is older than one of the `taken`.
#[track_caller]
pub fn take_over(records: &mut Records, stored: Vec<Dossier>, pushed: &[Dossier], taken: &[Dossier]) {
    let mut versions: BTreeMap<&str, Vec<&Dossier>> = BTreeMap::new();
    for dossier in pushed {
        versions.entry(&dossier.code).or_default().push(dossier);
    }
    records.dossiers.clear();
    for dossier in stored {
        let known =
            versions.get(dossier.code.as_str()).unwrap_or_else(|| panic!("nobody pushed {dossier:?}"));
        let same = known.iter().find(|version| plain(version) == plain(&dossier));
        let same = same.unwrap_or_else(|| panic!("{dossier:?} is none of {known:?}"));
        let twice = records.dossiers.insert(dossier.code.clone(), (**same).clone());
        assert!(twice.is_none(), "listed twice: {twice:?}");
    }
    for dossier in taken {
        let stored = records.dossiers.get(&dossier.code);
        let stored = stored.unwrap_or_else(|| panic!("{} was acknowledged, and is lost", dossier.code));
        assert!(stored.updated_at >= dossier.updated_at, "{stored:?} instead of the newer {dossier:?}");
    }
}

on_both! {
    fn eight_clients_at_once_leave_counters_equal_to_the_records(app) {
        let root = app.root();
        let (mut records, versions) = prepared(&root, 150);
        std::thread::scope(|scope| {
            for side in 0..8 {
                let (root, versions) = (&root, &versions);
                scope.spawn(move || {
                    for batch in mixed(versions, side) {
                        let form = if side % 2 == 0 { Form::Json } else { Form::NdJson };
                        let answer = answered(root, &batch, form).expect(200).json();
                        assert_eq!(answer["summary"]["failed"], 0, "{answer}");
                        assert_eq!(answer["summary"]["total"], batch.len());
                    }
                });
            }
        });
        take_over(&mut records, pushing::stored_dossiers(&root), &versions, &versions);
        let today = app.clock.today();
        let span = Span { first: first_day(), last: today, today };
        everything(&root, &records, span, &mut Turns::new(20, 1));
        // Once more, all of it: what is dated stays, the rest is as it was pushed last.
        for batch in mixed(&versions, 3) {
            pushing::dossiers(&root, &mut records, &batch, Form::Json);
        }
        everything(&root, &records, span, &mut Turns::new(100, 2));
    }
}
