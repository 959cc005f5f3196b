//! Figures: of whom, out of what, held to which target, on which day, and what is known of them already.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, Token};
use crate::kpis_catalog::{define, definition};
use crate::on_both;
use crate::organizations::{create, described};
use crate::small_province::{
    but, dossier, figures, filed_online, one, online_services, procedure, push, reorganize, settled, told,
};

/// What each of the five settled in June 2020: in time of all.
///
/// H19 1 of 1, H19.06 1 of 2, H19.06.02 2 of 3, H19.09 0 of 1, H19.09.01 nothing.
pub fn june(client: &Client) {
    for (organization, on_time, late) in
        [("H19", 1, 0), ("H19.06", 1, 1), ("H19.06.02", 2, 1), ("H19.09", 0, 1)]
    {
        push(client, "dossiers", &settled(organization, "2020-06", on_time, late));
    }
}

fn set_target(client: &Client, organization: &str, period: &str, percent: f64) {
    let path = format!("/api/v1/organizations/{organization}/targets/on-time-dossiers/{period}");
    client.put(&path, &json!({"percent": percent})).send().expect(201);
}

/// What the scorecard says was counted.
fn computed(client: &Client, organization: &str, kpi: &str) -> Value {
    let path = format!("/api/v1/organizations/{organization}/scorecard?period=2020");
    let card = client.get(&path).send().expect(200).json();
    let mut items = card["items"].as_array().unwrap().iter();
    items.find(|item| item["kpi"] == kpi).unwrap_or_else(|| panic!("no {kpi} in {card}"))["computed"].clone()
}

/// A caller whose token outlasts the days that a test lets pass.
fn for_days(app: &TestApp) -> Client {
    let mut token = Token::new("root", "*", "kpis:read records:write");
    token.0.exp += 10 * 24 * 3600;
    app.bearer(&token.signed())
}

on_both! {
    fn whose_figure_it_is_decides_whose_records_count(app) {
        app.province();
        let root = app.root();
        june(&root);
        let of = |query: &str| told(&root, &format!("kpi=on-time-dossiers&period=2020&{query}"));
        // 1 + 1 + 2 + 0 of 1 + 2 + 3 + 1.
        let whole = [json!(["H19", 4, 7, 57.14])];
        assert_eq!(of("org=H19&include=subtree"), whole);
        assert_eq!(of("org=H19"), whole, "without a word, of all below");
        assert_eq!(of("org=H19&include=self"), [json!(["H19", 1, 1, 100])]);
        assert_eq!(of("org=H19&include=children"), [json!(["H19.06", 3, 5, 60]), json!(["H19.09", 0, 1, 0])]);
        assert_eq!(of("org=H19&include=descendants"), [
            json!(["H19.06", 3, 5, 60]), json!(["H19.06.02", 2, 3, 66.67]), json!(["H19.09", 0, 1, 0]),
            json!(["H19.09.01", 0, 0, null]),
        ]);
        for include in ["children", "descendants"] {
            assert!(of(&format!("org=H19.06.02&include={include}")).is_empty(), "nobody stands below");
        }
    }

    fn the_figure_of_many_is_a_ratio_of_sums_and_not_a_mean_of_ratios(app) {
        app.province();
        let root = app.root();
        // 1 of 1 and 1 of 9: the mean of 100 and 11.11 would be 55.56.
        push(&root, "dossiers", &settled("H19.06", "2020-06", 1, 0));
        push(&root, "dossiers", &settled("H19.09", "2020-06", 1, 8));
        assert_eq!(one(&root, "kpi=on-time-dossiers&org=H19&period=2020"), json!([2, 10, 20]));
        // The same over time: a month of 1 of 1 more makes 3 of 11, and not the mean of 20 and 100.
        push(&root, "dossiers", &settled("H19.06", "2020-07", 1, 0));
        assert_eq!(one(&root, "kpi=on-time-dossiers&org=H19&period=2020"), json!([3, 11, 27.27]));
        assert_eq!(one(&root, "kpi=on-time-dossiers&org=H19&period=2020-07"), json!([1, 1, 100]));
    }

    fn kpis_come_in_the_order_asked_for_and_each_once(app) {
        app.province();
        let root = app.root();
        june(&root);
        let kpis = "on-time-dossiers-all,online-dossier-ratio,on-time-dossiers,on-time-dossiers-all";
        let path = format!("/api/v1/figures?kpi={kpis}&org=H19&include=children&period=2020");
        let answer = root.get(&path).send().expect(200);
        let order = [("on-time-dossiers-all", "H19.06"), ("on-time-dossiers-all", "H19.09"), ("online-dossier-ratio", "H19.06"),
            ("online-dossier-ratio", "H19.09"), ("on-time-dossiers", "H19.06"), ("on-time-dossiers", "H19.09")];
        assert_eq!(answer.each("kpi"), order.map(|(kpi, _)| kpi));
        assert_eq!(answer.each("organization"), order.map(|(_, organization)| organization));
        assert_eq!(answer.json()["data_as_of"], "2026-01-05T01:00:00Z");
    }

    fn what_is_missing_is_not_zero(app) {
        app.province();
        let root = app.root();
        push(&root, "dossiers", &settled("H19.09", "2020-06", 0, 1));
        for (policy, percent) in [("unknown", json!(null)), ("zero", json!(0)), ("full", json!(100))] {
            let mut kpi = definition("Chỉ số", "2015-01-01");
            kpi["zero_policy"] = json!(policy);
            kpi["numerator"]["counters"] = json!(["dossiers-ended-early", "dossiers-ended-on-day"]);
            kpi["denominator"]["counters"] = json!(["dossiers-ended-early", "dossiers-ended-on-day", "dossiers-ended-late"]);
            let name = format!("nothing-is-{policy}");
            define(&root, &name, &kpi).expect(201);
            let of = |organization: &str| one(&root, &format!("kpi={name}&org={organization}&period=2020"));
            assert_eq!(of("H19.09"), json!([0, 1, 0]), "none of one is zero, whatever nothing is worth");
            assert_eq!(of("H19.06"), json!([0, 0, percent]), "{policy}");
            assert_eq!(computed(&root, "H19.06", &name), Value::Null, "{policy}: nothing was counted");
            assert_eq!(computed(&root, "H19.09", &name), json!({"percent": 0, "numerator": 0, "denominator": 1}));
        }
        define(&root, "by-hand", &definition("Đếm tay", "2015-01-01")).expect(201);
        assert_eq!(one(&root, "kpi=by-hand&org=H19.09&period=2020"), json!([null, null, null]), "nobody pushes records of it");
        assert_eq!(computed(&root, "H19.09", "by-hand"), Value::Null);
    }

    fn a_figure_is_held_to_the_target_of_its_own_period_and_judged_exactly(app) {
        app.province();
        let root = app.root();
        june(&root);
        for (organization, percent) in [("H19.06", 60.0), ("H19.06.02", 70.0), ("H19.09", 50.0), ("H19.09.01", 50.0)] {
            set_target(&root, organization, "2020", percent);
        }
        set_target(&root, "H19.06.02", "2020-06", 66.67);
        set_target(&root, "H19.06.02", "2020-Q2", 66.666_666);
        let judged = |query: &str| -> Vec<Value> {
            let found = figures(&root, &format!("kpi=on-time-dossiers&{query}"));
            found.iter().map(|item| json!([item["target"], item["attainment"]])).collect()
        };
        // 60 of 60; 66.67 lies less than 5 points below 70; 0 of 50; nothing was counted.
        assert_eq!(judged("org=H19&include=descendants&period=2020"), [
            json!([60, "met"]), json!([70, "near"]), json!([50, "missed"]), json!([50, "unknown"]),
        ]);
        // Two thirds are shown as 66.67, and are less.
        assert_eq!(judged("org=H19.06.02&period=2020-06"), [json!([66.67, "near"])]);
        assert_eq!(judged("org=H19.06.02&period=2020-Q2"), [json!([66.666_666, "met"])]);
        for other in ["org=H19&period=2020", "org=H19.06&period=2020-06", "org=H19.06&period=2020&scheme=nd09", "org=H19.06&from=2020-01-01&to=2020-12-31"] {
            assert_eq!(judged(other), [json!([null, "unknown"])], "{other}");
        }
    }

    fn a_day_belongs_to_one_period_of_each_scheme(app) {
        app.province();
        let root = app.root();
        let ended = |code: &str, moment: &str| {
            let mut made = dossier(code, "H19.06", ["2020-12-01", "2020-12-20", "2020-12-01"]);
            made["events"][1]["at"] = json!(moment);
            made
        };
        push(&root, "dossiers", &[
            dossier("A", "H19.06", ["2020-12-01", "2020-12-20", "2020-12-14"]),
            dossier("B", "H19.06", ["2020-12-01", "2020-12-14", "2020-12-15"]),
            dossier("C", "H19.06", ["2020-12-28", "2021-01-20", "2021-01-10"]),
            // Midnight in Viet Nam is 17:00 UTC.
            ended("D", "2020-12-14T16:59:59Z"),
            ended("E", "2020-12-14T17:00:00Z"),
        ]);
        let of = |kpi: &str, query: &str| one(&root, &format!("kpi={kpi}&org=H19&{query}"));
        // Only B is late. In 2020 ended A, B, D, E, and C in January 2021; by NĐ 09/2019 the year 2020 ends on 14 December.
        for (query, ratio) in [
            ("period=2020", json!([3, 4, 75])), ("period=2020&scheme=nd09", json!([2, 2, 100])),
            ("period=2021", json!([1, 1, 100])), ("period=2021&scheme=nd09", json!([2, 3, 66.67])),
            ("period=2021-01", json!([1, 1, 100])), ("period=2021-01&scheme=nd09", json!([2, 3, 66.67])),
            ("period=2020-H2&scheme=nd09", json!([2, 2, 100])), ("period=2020-12", json!([3, 4, 75])),
        ] {
            assert_eq!(of("on-time-dossiers", query), ratio, "{query}");
        }
        // On 31 December C is open and within its term. On 14 December B, due on that very day, and E are; C is not yet there.
        assert_eq!(of("on-time-dossiers-all", "period=2020"), json!([4, 5, 80]));
        assert_eq!(of("on-time-dossiers-all", "period=2020&scheme=nd09"), json!([4, 4, 100]));
    }

    fn while_a_period_runs_what_is_open_is_counted_as_of_today(app) {
        app.province();
        let client = for_days(app);
        push(&client, "dossiers", &[dossier("A", "H19.06", ["2025-12-29", "2026-01-06", ""])]);
        let of = |period: &str| one(&client, &format!("kpi=on-time-dossiers-all&org=H19&period={period}"));
        // Due on 6 January, late from the beginning of the 7th, which in Viet Nam is 17:00 UTC of the 6th.
        for (now, ratio) in [
            ("2026-01-05T01:00:00Z", json!([1, 1, 100])), ("2026-01-06T16:59:59Z", json!([1, 1, 100])),
            ("2026-01-06T17:00:00Z", json!([0, 1, 0])),
        ] {
            app.clock.set(now.parse().unwrap());
            assert_eq!((of("2026-01"), of("2026"), of("this_month")), (ratio.clone(), ratio.clone(), ratio), "{now}");
            assert_eq!(of("2025-12"), json!([1, 1, 100]), "what is over stays as it was");
        }
    }

    fn before_an_organization_opened_there_was_nothing_to_count(app) {
        app.province();
        let root = app.root();
        create(&root, "H19.30", &described("Sở mới", "department", Some("H19"), "2018-01-01"));
        for basis in ["as_was", "as_is"] {
            for include in ["self", "subtree"] {
                let query = format!("kpi=on-time-dossiers&org=H19.30&include={include}&basis={basis}");
                assert_eq!(one(&root, &format!("{query}&period=2016")), json!([0, 0, null]), "{query}");
                let years = figures(&root, &format!("{query}&from=2016-01-01&to=2018-12-31&interval=year"));
                assert_eq!(years.len(), 3, "{query}: {years:?}");
            }
        }
        let listed = |period: &str| -> Vec<Value> {
            let found = told(&root, &format!("kpi=on-time-dossiers&org=H19&include=children&period={period}"));
            found.iter().map(|line| line[0].clone()).collect()
        };
        assert_eq!(listed("2016"), [json!("H19.06"), json!("H19.09")]);
        assert_eq!(listed("2018"), [json!("H19.06"), json!("H19.09"), json!("H19.30")]);
    }

    fn what_did_not_change_is_not_sent_again(app) {
        app.province();
        let root = app.root();
        for (month, path, then, later) in [
            ("2020-06", "figures?kpi=on-time-dossiers,on-time-dossiers-all&org=H19&include=descendants&period=2020",
                "2026-01-05T01:00:00Z", "2026-01-05T01:10:00Z"),
            ("2020-07", "rankings?kpi=on-time-dossiers&org=H19&period=2020", "2026-01-05T01:20:00Z", "2026-01-05T01:30:00Z"),
        ] {
            let path = format!("/api/v1/{path}");
            app.clock.set(then.parse().unwrap());
            let first = root.get(&path).send().expect(200);
            // Nothing has changed but the moment as of which that is said.
            app.clock.set(later.parse().unwrap());
            let again = || root.get(&path).header("if-none-match", &first.etag()).send();
            assert_eq!(again().expect(304).text(), "", "{path}");
            push(&root, "dossiers", &settled("H19.06", month, 1, 0));
            let changed = again().expect(200);
            assert_ne!(changed.etag(), first.etag(), "{path}");
            let moments = [&first, &changed].map(|answer| answer.json()["data_as_of"].clone());
            assert_eq!(moments, [json!(then), json!(later)], "{path}");
        }
    }

    fn a_procedure_is_used_where_its_handler_or_anybody_below_took_a_dossier(app) {
        app.province();
        let root = app.root();
        online_services(&root);
        let of = |query: &str| one(&root, &format!("kpi=procedures-with-online-dossiers&{query}"));
        for (query, ratio) in [
            // Offered on the last day: P1 and P2 by H19.06, P1 and P4 by H19.09. Used: P1 of both.
            ("org=H19&period=2020", json!([2, 4, 50])), ("org=H19.06&period=2020", json!([1, 2, 50])),
            ("org=H19.06&period=2020&include=self", json!([1, 2, 50])), ("org=H19.09&period=2020", json!([1, 2, 50])),
            // It took dossiers, and handles nothing.
            ("org=H19.06.02&period=2020", json!([0, 0, null])),
            // As long as P5 was offered, it was one more; D8 was of it, D6 of P4, D1 of P1.
            ("org=H19&period=2020-H1", json!([2, 5, 40])), ("org=H19.06&period=2020-H1", json!([2, 3, 66.67])),
            ("org=H19&period=2019", json!([1, 5, 20])), ("org=H19&period=2020-03", json!([1, 5, 20])),
            // By NĐ 09/2019, 30 December 2019 lies in 2020: P4 of H19.09 as well.
            ("org=H19&period=2020&scheme=nd09", json!([3, 4, 75])),
        ] {
            assert_eq!(of(query), ratio, "{query}");
        }
        let children = told(&root, "kpi=procedures-with-online-dossiers&org=H19&include=children&period=2020");
        assert_eq!(children, [json!(["H19.06", 1, 2, 50]), json!(["H19.09", 1, 2, 50])]);
        // All but D3 of the seven of 2020 came online.
        assert_eq!(one(&root, "kpi=online-dossier-ratio&org=H19&period=2020"), json!([6, 7, 85.71]));
    }

    fn who_stands_below_a_handler_is_told_by_the_periods_last_day(app) {
        app.province();
        let root = app.root();
        online_services(&root);
        reorganize(&root, "transfer", "2020-07-01", &json!({"predecessors": ["H19.06.02"], "parent": "H19.09"}));
        let of = |query: &str| one(&root, &format!("kpi=procedures-with-online-dossiers&{query}"));
        // On 30 June what H19.06.02 took (D1, D2) is of H19.06; on 31 December it is of H19.09, which handles P1 too.
        assert_eq!((of("org=H19.06&period=2020-H1"), of("org=H19.09&period=2020-H1")), (json!([2, 3, 66.67]), json!([0, 2, 0])));
        assert_eq!((of("org=H19.06&period=2020"), of("org=H19.09&period=2020")), (json!([0, 2, 0]), json!([1, 2, 50])));
        assert_eq!(of("org=H19&period=2020"), json!([1, 4, 25]));
    }

    fn of_procedures_that_are_offered_no_more_than_all_are_used(app) {
        app.province();
        let root = app.root();
        push(&root, "procedures", &[procedure("P1", &["H19.06"], "4"), procedure("P2", &["H19.06"], "1")]);
        let days = ["2020-03-02", "2020-03-20", "2020-03-10"];
        push(&root, "dossiers", &[
            filed_online("A", "H19.06", "P1", days), filed_online("B", "H19.06.02", "P1", days),
            filed_online("C", "H19.06", "P2", days), filed_online("D", "H19.06", "P9", days),
            filed_online("E", "H19.09", "P1", days), but(filed_online("F", "H19.06", "P1", days), "channel", "post"),
        ]);
        for org in ["H19", "H19.06"] {
            assert_eq!(one(&root, &format!("kpi=procedures-with-online-dossiers&org={org}&period=2020")), json!([1, 1, 100]));
        }
        assert_eq!(one(&root, "kpi=procedures-with-online-dossiers&org=H19.09&period=2020"), json!([0, 0, null]));
    }
}
