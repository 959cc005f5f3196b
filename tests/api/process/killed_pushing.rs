//! Killed while dossiers are pushed: what was acknowledged is there, and the counters are those of the records.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use danvan::platform::Clock;

use super::on_each;
use crate::comparing::{Span, Turns, everything};
use crate::harness::Client;
use crate::harness::process::{Site, printed, until};
use crate::oracle::dossier::Dossier;
use crate::oracle::script::first_day;
use crate::pushing::{self, DOSSIERS, Form, stored_dossiers};
use crate::records_concurrency::{body, mixed, prepared, take_over};

/// Pushes from four sides until the process is dead, or everything was taken.
fn push(
    client: &Client,
    versions: &[Dossier],
    taken: &Mutex<Vec<Dossier>>,
    batches: &AtomicUsize,
    round: usize,
) {
    std::thread::scope(|scope| {
        for side in 0..4 {
            scope.spawn(move || {
                for batch in mixed(versions, (side + round) % 8) {
                    let request = pushing::batch(client, DOSSIERS, &body(&batch), Form::Json);
                    let Ok(answer) = request.try_send() else { return };
                    if answer.status == 200 {
                        assert_eq!(answer.json()["summary"]["failed"], 0, "{}", answer.text());
                        taken.lock().unwrap().extend(batch);
                        batches.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

on_each! {
    fn killed_while_pushing_it_keeps_what_it_took_and_counts_what_it_keeps(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let (mut records, versions) = prepared(&site.root(&process), 200);
        drop(process);
        let taken = Mutex::new(Vec::new());
        // Only periods that are over, whatever day it is where the tests run.
        let last = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap();
        let span = Span { first: first_day(), last, today: Clock::system().today() };
        for round in 0..3 {
            let batches = AtomicUsize::new(0);
            let mut process = site.serve();
            let client = site.root(&process);
            std::thread::scope(|scope| {
                let pushing = scope.spawn(|| push(&client, &versions, &taken, &batches, round));
                let enough = || batches.load(Ordering::Relaxed) > 2 * round || pushing.is_finished();
                until("so far", || enough().then_some(()));
                process.kill();
            });
            let process = site.serve();
            let root = site.root(&process);
            take_over(&mut records, stored_dossiers(&root), &versions, &taken.lock().unwrap());
            everything(&root, &records, span, &mut Turns::new(100, 1));
        }
        let process = site.serve();
        let root = site.root(&process);
        for batch in mixed(&versions, 5) {
            pushing::dossiers(&root, &mut records, &batch, Form::NdJson);
        }
        everything(&root, &records, span, &mut Turns::new(30, 2));
        printed(&site.run(&["audit"]));
    }
}
