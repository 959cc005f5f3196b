//! The numbers that are printed in the reference, out of the API.

use serde_json::{Value, json};

use crate::comparing::{BASES, Comparison, INCLUDES};
use crate::harness::{Client, TestApp, Token};
use crate::on_both;
use crate::oracle::checks::VECTORS;
use crate::oracle::counts::lives;
use crate::oracle::dossier::{Dossier, Status, Term, TermUnit};
use crate::oracle::example::{day, dossier, june, procedure, worked_example};
use crate::oracle::figures::Oracle;
use crate::oracle::periods::{Period, Scheme};
use crate::oracle::records::Records;
use crate::pushing::{self, Form};

const KPIS: &str = "on-time-dossiers,on-time-dossiers-all,on-time-dossiers-766";

/// A department of a province with one procedure, in the service and in the records.
fn begun(client: &Client) -> Records {
    let mut records = Records::default();
    records.tree.add("H19", "province", day("2015-01-01"), None);
    records.tree.add("H19.06", "department", day("2015-01-01"), Some("H19"));
    let procedure = procedure("1.001612", &["H19.06"]);
    records.procedures.insert(procedure.code.clone(), procedure);
    pushing::begin(client, &records);
    records
}

fn form(client: &Client, query: &str) -> Value {
    let path = format!("/api/v1/reports/dossier-handling?org=H19.06&scheme=calendar&{query}");
    client.get(&path).send().expect(200).json()
}

on_both! {
    fn the_worked_example_of_the_three_rates_comes_out(app) {
        let root = app.root();
        let mut records = begun(&root);
        pushing::dossiers(&root, &mut records, &worked_example("H19.06"), Form::Json);
        for org in ["H19.06", "H19"] {
            let path = format!("/api/v1/figures?kpi={KPIS}&org={org}&period=2020-06&scheme=calendar");
            let answer = root.get(&path).send().expect(200).json();
            let shown: Vec<Value> = answer["items"].as_array().unwrap().iter().map(|item| {
                json!([item["kpi"], item["organization"], item["numerator"], item["denominator"], item["percent"]])
            }).collect();
            assert_eq!(shown, [
                json!(["on-time-dossiers", org, 85, 90, 94.44]),
                json!(["on-time-dossiers-all", org, 112, 120, 93.33]),
                json!(["on-time-dossiers-766", org, 112, 120, 93.33]),
            ]);
        }
        let columns = json!({
            "c3": 120, "c4": 0, "c5": 100, "c6": 20, "c7": 90, "c8": 60, "c9": 25, "c10": 5, "c11": 30, "c12": 27, "c13": 3
        });
        assert_eq!(form(&root, "period=2020-06&by=unit")["total"], columns);
        let july = form(&root, "period=2020-07&by=unit");
        assert_eq!(july["total"]["c6"], columns["c11"], "what was open is carried over");
        let row = &form(&root, "period=2020-06&by=procedure")["rows"][0];
        assert_eq!((&row["key"], &row["c3"], &row["c13"]), (&json!("1.001612"), &json!(120), &json!(3)));
        let lives = lives(&records);
        let oracle = Oracle::new(&records, &lives, app.clock.today());
        let comparison = Comparison { client: &root, oracle: &oracle };
        for period in [june(), Period::month(Scheme::Nd09, 2020, 6), Period::year(Scheme::Nd09, 2020)] {
            for basis in BASES {
                for include in INCLUDES {
                    comparison.figures("H19", include, basis, &[&period]);
                }
            }
        }
    }

    fn due_days_are_those_of_the_reference(app) {
        // The last vectors begin after the tests' today.
        app.clock.set("2026-03-01T01:00:00Z".parse().unwrap());
        let root = later_root(app);
        let mut records = begun(&root);
        let made: Vec<Dossier> = VECTORS.iter().enumerate().map(|(n, (start, working_days, _))| {
            let code = format!("000.00.06.H19-{}-{n:04}", day(start).format("%y%m%d"));
            let mut made = dossier(&code, "H19.06", &[(Status::Accepted, &format!("{start} 16:30"))]);
            made.term = Some(Term { amount: *working_days, unit: TermUnit::WorkingDay });
            made
        }).collect();
        pushing::dossiers(&root, &mut records, &made, Form::NdJson);
        for (made, (start, working_days, due)) in made.iter().zip(VECTORS) {
            let shown = root.get(&format!("/api/v1/dossiers/{}", made.code)).send().expect(200).json();
            for field in ["due_at_original", "due_at_current"] {
                let told = shown[field].as_str().unwrap_or_else(|| panic!("no {field} in {shown}"));
                assert_eq!(told.get(..10), Some(due), "{field} of {start} + {working_days}");
            }
        }
    }
}

/// A caller who may do everything for an hour of that later day.
fn later_root(app: &TestApp) -> Client {
    let all = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    let mut token = Token::new("root", "*", &all);
    token.0.exp = app.clock.now().timestamp() + 3600;
    app.bearer(&token.signed())
}
