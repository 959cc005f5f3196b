//! How figures are asked for: periods by name, relative, and cut out of days; and which questions are refused.

use serde_json::{Value, json};

use crate::harness::Client;
use crate::kpis_catalog::brought_along;
use crate::on_both;
use crate::small_province::{figures, push, settled};

const KPI: &str = "kpi=on-time-dossiers&org=H19";

/// The periods of an answer, each with its first and last day.
#[track_caller]
fn periods(client: &Client, query: &str) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let period = |item: &Value| ["period", "from", "to"].map(|field| text(&item[field]));
    figures(client, &format!("{KPI}&{query}")).iter().map(period).collect()
}

/// Their names.
#[track_caller]
fn names(client: &Client, query: &str) -> Vec<String> {
    periods(client, query).into_iter().map(|[name, ..]| name).collect()
}

#[track_caller]
fn faults(client: &Client, query: &str) -> Vec<(String, String)> {
    client.get(&format!("/api/v1/figures?{query}")).send().faults()
}

/// What an English caller is told of a refusal.
#[track_caller]
fn refused(client: &Client, query: &str, code: &str) -> String {
    let request = client.get(&format!("/api/v1/figures?{query}")).header("accept-language", "en");
    request.send().problem(422, code)["detail"].as_str().unwrap().to_owned()
}

on_both! {
    fn a_period_has_the_days_of_its_scheme(app) {
        app.province();
        let root = app.root();
        for (name, calendar, nd09) in [
            ("2020", ["2020-01-01", "2020-12-31"], ["2019-12-15", "2020-12-14"]),
            ("2020-H1", ["2020-01-01", "2020-06-30"], ["2019-12-15", "2020-06-14"]),
            ("2020-9M", ["2020-01-01", "2020-09-30"], ["2019-12-15", "2020-09-14"]),
            ("2020-Q2", ["2020-04-01", "2020-06-30"], ["2020-03-15", "2020-06-14"]),
            ("2020-02", ["2020-02-01", "2020-02-29"], ["2020-01-15", "2020-02-14"]),
        ] {
            let query = format!("period={name}");
            assert_eq!(periods(&root, &query), [[name, calendar[0], calendar[1]]]);
            assert_eq!(periods(&root, &format!("{query}&scheme=calendar")), [[name, calendar[0], calendar[1]]]);
            assert_eq!(periods(&root, &format!("{query}&scheme=nd09")), [[name, nd09[0], nd09[1]]]);
        }
    }

    fn relative_periods_are_told_from_a_moment_by_the_day_in_viet_nam(app) {
        app.province();
        let root = app.root();
        // 17:00 UTC is midnight in Viet Nam: 15 December, with which the reporting year 2021 begins.
        for (name, calendar, nd09) in [
            ("this_month", "2020-12", "2021-01"), ("this_quarter", "2020-Q4", "2021-Q1"), ("this_year", "2020", "2021"),
            ("previous_month", "2020-11", "2020-12"), ("previous_quarter", "2020-Q3", "2020-Q4"),
            ("previous_year", "2019", "2020"),
        ] {
            let query = format!("period={name}&now=2020-12-14T17:00:00Z");
            assert_eq!((names(&root, &query), names(&root, &format!("{query}&scheme=nd09"))), (vec![calendar.to_owned()], vec![nd09.to_owned()]), "{name}");
        }
        let second_before = "scheme=nd09&now=2020-12-14T16:59:59Z";
        assert_eq!(names(&root, &format!("period=this_year&{second_before}")), ["2020"]);
        assert_eq!(names(&root, &format!("period=this_month&{second_before}")), ["2020-12"]);
        // An offset as it stands in a URL: %2B is a plus.
        assert_eq!(names(&root, "period=this_year&scheme=nd09&now=2020-12-15T00:00:00%2B07:00"), ["2021"]);
    }

    fn series_end_before_the_period_that_is_running(app) {
        app.province();
        let root = app.root();
        let now = "now=2020-12-20T01:00:00Z";
        assert_eq!(names(&root, &format!("period=last_12_months&{now}")), [
            "2019-12", "2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06", "2020-07", "2020-08", "2020-09",
            "2020-10", "2020-11",
        ]);
        assert_eq!(names(&root, &format!("period=last_4_quarters&{now}")), ["2019-Q4", "2020-Q1", "2020-Q2", "2020-Q3"]);
        assert_eq!(names(&root, &format!("period=last_4_quarters&scheme=nd09&{now}")), ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"]);
        assert_eq!(names(&root, &format!("period=last_5_years&{now}")), ["2015", "2016", "2017", "2018", "2019"]);
        // Without a moment, from now: 5 January 2026.
        assert_eq!(names(&root, "period=last_5_years"), ["2021", "2022", "2023", "2024", "2025"]);
        assert_eq!(names(&root, "period=last_4_quarters"), ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]);
        assert_eq!(names(&root, "period=this_month"), ["2026-01"]);
        assert_eq!(names(&root, "period=this_year&scheme=nd09"), ["2026"]);
    }

    fn days_are_cut_into_periods_or_taken_as_one(app) {
        app.province();
        let root = app.root();
        push(&root, "dossiers", &settled("H19.06", "2020-02", 1, 1));
        push(&root, "dossiers", &settled("H19.06", "2020-06", 2, 0));
        let cut = |query: &str| -> Vec<Value> {
            let line = |item: &Value| json!([item["period"], item["numerator"], item["denominator"]]);
            figures(&root, &format!("{KPI}&{query}")).iter().map(line).collect()
        };
        assert_eq!(cut("from=2020-01-01&to=2020-12-31&interval=quarter"), [
            json!(["2020-Q1", 1, 2]), json!(["2020-Q2", 2, 2]), json!(["2020-Q3", 0, 0]), json!(["2020-Q4", 0, 0]),
        ]);
        assert_eq!(cut("from=2019-12-15&to=2020-12-14&interval=quarter&scheme=nd09").len(), 4);
        assert_eq!(cut("from=2019-01-01&to=2020-12-31&interval=year"), [json!(["2019", 0, 0]), json!(["2020", 3, 4])]);
        assert_eq!(cut("from=2020-01-15&to=2020-02-14&interval=month&scheme=nd09"), [json!(["2020-02", 1, 2])]);
        // Without an interval it is one figure of whole half months, in whatever scheme.
        assert_eq!(cut("from=2020-01-15&to=2020-06-14"), [json!(["2020-01-15/2020-06-14", 3, 4])]);
        assert_eq!(cut("from=2020-06-01&to=2020-06-14"), [json!(["2020-06-01/2020-06-14", 2, 2])]);
        assert_eq!(cut("from=2020-06-15&to=2020-06-30"), [json!(["2020-06-15/2020-06-30", 0, 0])]);
    }

    fn days_that_are_no_edges_are_refused_with_the_days(app) {
        app.province();
        let root = app.root();
        for days in [
            "from=2020-01-02&to=2020-03-31&interval=month", "from=2020-01-01&to=2020-03-30&interval=month",
            "from=2020-01-15&to=2020-03-14&interval=month", "from=2020-01-01&to=2020-03-31&interval=month&scheme=nd09",
            "from=2020-02-01&to=2020-04-30&interval=quarter", "from=2020-01-01&to=2020-06-30&interval=year",
            "from=2020-01-14&to=2020-03-31", "from=2020-01-01&to=2020-02-28",
        ] {
            let told = refused(&root, &format!("{KPI}&{days}"), "not-period-edges");
            for day in [&days[5..15], &days[19..29]] {
                assert!(told.contains(day), "{day} in {told}");
            }
        }
    }

    fn too_many_periods_are_refused_and_as_many_as_may_be_are_answered(app) {
        app.province();
        let root = app.root();
        // Fifty years of twelve months.
        assert_eq!(names(&root, "from=2015-01-01&to=2064-12-31&interval=month").len(), 600);
        let told = refused(&root, &format!("{KPI}&from=2015-01-01&to=2065-01-31&interval=month"), "too-many-periods");
        assert!(told.contains("600"), "{told}");
        assert_eq!(names(&root, "from=2015-01-01&to=2065-12-31&interval=year").len(), 51);
    }

    fn too_many_figures_are_refused_with_their_number_and_a_way_out(app) {
        app.province();
        let root = app.root();
        app.organization("H19.10", "department", Some("H19"));
        let all = brought_along()[..19].join(",");
        let months = "from=2015-01-01&to=2064-12-31&interval=month";
        // Five organizations below H19, 19 KPIs and 600 months: 57,000, of which one answer holds 50,000.
        let told = refused(&root, &format!("kpi={all}&org=H19&include=descendants&{months}"), "too-many-figures");
        for part in ["57000", "50000", "fewer"] {
            assert!(told.contains(part), "{part} in {told}");
        }
        // A way out that it names: fewer periods.
        let years = format!("kpi={all}&org=H19&include=descendants&from=2015-01-01&to=2064-12-31&interval=year");
        assert_eq!(figures(&root, &years).len(), 5 * 19 * 50);
    }

    fn a_question_that_contradicts_itself_is_refused_where_it_does(app) {
        app.province();
        let root = app.root();
        for (query, place, code) in [
            ("period=2020&from=2020-01-01", "from", "mismatch"), ("period=2020&to=2020-12-31", "to", "mismatch"),
            ("period=2020&interval=month", "interval", "mismatch"), ("from=2020-01-01", "to", "required"),
            ("to=2020-12-31", "period", "required"), ("", "period", "required"),
            ("from=2020-12-31&to=2020-01-01", "to", "out-of-range"), ("period=last_year", "period", "period-invalid"),
            ("period=2020-Q5", "period", "period-invalid"), ("period=2020&scheme=lunar", "scheme", "not-in-set"),
            ("period=2020&include=all", "include", "not-in-set"), ("period=2020&basis=as_will_be", "basis", "not-in-set"),
            ("period=2020&scope=all", "scope", "unknown-name"), ("period=2020&period=2021", "period", "repeated"),
        ] {
            let found = faults(&root, &format!("{KPI}&{query}"));
            assert!(found.contains(&(place.to_owned(), code.to_owned())), "{query}: {found:?}");
        }
        for (query, place) in [
            ("from=2020-1-1&to=2020-12-31", "from"), ("from=2020-01-01&to=2020-02-30", "to"),
            ("from=2020-01-01&to=2020-12-31&interval=week", "interval"), ("period=this_year&now=2020-12-15", "now"),
        ] {
            assert_eq!(faults(&root, &format!("{KPI}&{query}"))[0].0, place, "{query}");
        }
        for kpi in ["", "On-Time", "on-time-dossiers,", "no-such-kpi", "on-time-dossiers,no-such-kpi"] {
            assert_eq!(faults(&root, &format!("kpi={kpi}&org=H19&period=2020"))[0].0, "kpi", "{kpi:?}");
        }
        assert_eq!(faults(&root, "kpi=on-time-dossiers&period=2020"), [("org".to_owned(), "required".to_owned())]);
        root.get("/api/v1/figures?kpi=on-time-dossiers&org=H77&period=2020").send().problem(404, "not-found");
    }
}
