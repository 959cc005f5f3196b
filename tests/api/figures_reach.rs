//! How far figures reach: what is not in a caller's subtree is as missing as what is not there, and stands in no list.

use crate::figures::june;
use crate::harness::{Client, TestApp};
use crate::on_both;
use crate::small_province::{figures, online_services, told};

/// Whatever tells figures of an organization, in every form.
const READINGS: [&str; 10] = [
    "figures?kpi=on-time-dossiers&period=2020",
    "figures.csv?kpi=on-time-dossiers&period=2020",
    "figures.xlsx?kpi=on-time-dossiers&include=descendants&period=2020",
    "figures?kpi=on-time-dossiers&include=self&basis=as_is&period=2020",
    "rankings?kpi=on-time-dossiers&period=2020",
    "rankings.csv?kpi=on-time-dossiers&include=descendants&period=2020",
    "reports/dossier-handling?period=2020",
    "reports/dossier-handling.xlsx?period=2020&by=procedure",
    "figures/explain?kpi=on-time-dossiers&period=2020",
    "figures/explain?kpi=procedures-with-online-dossiers&period=2020",
];

fn reader(app: &TestApp, org: &str) -> Client {
    app.caller("reader", org, "kpis:read")
}

on_both! {
    fn figures_of_others_are_not_found(app) {
        app.province();
        june(&app.root());
        for reading in READINGS {
            let asked = |by: &str, org: &str| reader(app, by).get(&format!("/api/v1/{reading}&org={org}")).send();
            for (by, org) in [("H19.06", "H19.06"), ("H19.06", "H19.06.02"), ("H19", "H19.09.01"), ("*", "H19")] {
                asked(by, org).expect(200);
            }
            // Beside it, above it, of nobody; and for who reaches nothing, of anybody.
            for (by, org) in [("H19.06", "H19.09"), ("H19.06", "H19.09.01"), ("H19.06", "H19"), ("H19.06.02", "H19.06"), ("H19", "H77"), ("H77", "H19")] {
                asked(by, org).problem(404, "not-found");
            }
        }
    }

    fn what_is_out_of_reach_reads_like_what_is_not_there(app) {
        app.province();
        june(&app.root());
        for reading in READINGS {
            let problem = |org: &str| {
                let mut problem = reader(app, "H19.06").get(&format!("/api/v1/{reading}&org={org}")).send().problem(404, "not-found");
                problem.as_object_mut().unwrap().retain(|name, _| name != "request_id" && name != "instance");
                problem
            };
            assert_eq!(problem("H19.09"), problem("H77"), "{reading}");
        }
    }

    fn no_answer_names_anybody_outside_the_subtree(app) {
        app.province();
        let root = app.root();
        june(&root);
        // H19.06.02 and H19.09.01 took dossiers of a procedure that both departments handle.
        online_services(&root);
        for reading in READINGS.into_iter().filter(|reading| !reading.contains(".xlsx")) {
            let all = !reading.contains("include=") && !reading.contains("explain") && !reading.contains("handling");
            for include in ["", "&include=children", "&include=descendants"] {
                if all || include.is_empty() {
                    let path = format!("/api/v1/{reading}{include}&org=H19.06");
                    let answer = reader(app, "H19.06").get(&path).send().expect(200).text();
                    for other in ["H19.09", "H19\"", "H19,"] {
                        assert!(!answer.contains(other), "{other} by {path} in {answer}");
                    }
                }
            }
        }
    }

    fn a_reader_of_a_part_sees_of_it_what_everybody_sees(app) {
        app.province();
        june(&app.root());
        for query in ["org=H19.06", "org=H19.06&include=children", "org=H19.06&include=descendants", "org=H19.06.02&include=self"] {
            for basis in ["as_was", "as_is"] {
                let query = format!("kpi=on-time-dossiers,on-time-dossiers-all&period=2020&basis={basis}&{query}");
                assert_eq!(figures(&reader(app, "H19.06"), &query), figures(&app.root(), &query), "{query}");
            }
        }
        assert_eq!(told(&reader(app, "H19.06"), "kpi=on-time-dossiers&period=2020&org=H19.06&include=descendants").len(), 1);
    }

    fn figures_are_for_readers_of_figures(app) {
        app.province();
        for reading in READINGS {
            let path = format!("/api/v1/{reading}&org=H19");
            app.caller("other", "H19", "records:read records:write organizations:read").get(&path).send().problem(403, "insufficient-scope");
            app.anyone().get(&path).send().problem(401, "unauthenticated");
        }
    }
}
