//! The scorecard, held against figures worked out here by plain fractions.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp};
use crate::kpis_catalog::{brought_along, define, definition};
use crate::on_both;

fn card(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/organizations/H19.06/scorecard?{query}")).send().expect(200).json()
}

fn line<'a>(card: &'a Value, kpi: &str) -> &'a Value {
    let items = card["items"].as_array().unwrap();
    items.iter().find(|item| item["kpi"] == kpi).unwrap_or_else(|| panic!("{kpi} in {card}"))
}

fn set(app: &TestApp, what: &str, kpi: &str, period: &str, body: &str) {
    let path = format!("/api/v1/organizations/H19.06/{what}/{kpi}/{period}");
    app.root().request("PUT", &path).bytes("application/json", body.as_bytes()).send().expect(201);
}

fn kpi(direction: &str, decimals: i64, near: Value, zero_policy: &str) -> Value {
    let mut body = definition("Chỉ số", "2015-01-01");
    body["direction"] = json!(direction);
    body["decimals"] = json!(decimals);
    body["near"] = near;
    body["zero_policy"] = json!(zero_policy);
    body
}

/// A decimal number as a fraction of a million.
fn millionths(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<6}").parse().unwrap()
}

/// A percentage as a fraction, numerator and denominator.
fn fraction(value: &str) -> (i128, i128) {
    match value.split_once('/') {
        Some((n, d)) => (n.parse::<i128>().unwrap() * 100, d.parse().unwrap()),
        None => (millionths(value), 1_000_000),
    }
}

/// What the rule says: at least the target is met, down to `near` below it is near; the other way where less is better.
fn attainment(direction: &str, value: &str, target: &str, near: &str) -> &'static str {
    let (n, d) = fraction(value);
    // Distance on the good side of the target, times d and a million.
    let ahead = n * 1_000_000 - millionths(target) * d;
    let ahead = if direction == "lower_is_better" { -ahead } else { ahead };
    if ahead >= 0 {
        "met"
    } else if -ahead <= millionths(near) * d {
        "near"
    } else {
        "missed"
    }
}

/// Long division by hand: so many decimals, and up when the next digit is 5 or more.
fn rounded(value: &str, decimals: u32) -> f64 {
    let (n, d) = fraction(value);
    let scaled = n * 10_i128.pow(decimals + 1) / d;
    let up = scaled % 10 >= 5;
    let kept = (scaled / 10 + i128::from(up)).to_string();
    let kept = format!("{kept:0>width$}", width = decimals as usize + 1);
    let (whole, fraction) = kept.split_at(kept.len() - decimals as usize);
    format!("{whole}.{fraction}0").parse().unwrap()
}

fn stated(value: &str) -> String {
    match value.split_once('/') {
        Some((n, d)) => format!("{{\"numerator\": {n}, \"denominator\": {d}, \"status\": \"final\"}}"),
        None => format!("{{\"percent\": {value}, \"status\": \"final\"}}"),
    }
}

on_both! {
    fn attainment_is_judged_by_exact_values_and_rounding_is_for_the_eye(app) {
        app.province();
        let root = app.root();
        let mut period = 0;
        for (n, (direction, decimals, near)) in [
            ("higher_is_better", 2, "5"), ("lower_is_better", 2, "5"), ("higher_is_better", 0, "0.000001"), ("lower_is_better", 6, "0"),
        ].into_iter().enumerate() {
            let name = format!("test-{n}");
            let number: Value = serde_json::from_str(near).unwrap();
            define(&root, &name, &kpi(direction, decimals, number, "unknown")).expect(201);
            for (value, target) in [
                ("95", "95"), ("94.999999", "95"), ("95.000001", "95"), ("94.995", "95"), ("94.994999", "95"),
                ("90", "95"), ("89.999999", "95"), ("90.000001", "95"), ("100", "95"), ("100.000001", "95"),
                ("99.5", "100"), ("99.999999", "100"), ("99.499999", "100"), ("0", "0"), ("0.000001", "0"), ("5", "0"), ("5.000001", "0"),
                ("94995/100000", "95"), ("95/100", "95"), ("949999999/1000000000", "95"), ("1/3", "33.333333"),
                ("1/3", "33.333334"), ("2/3", "66.666666"), ("2/3", "66.666667"), ("1/800", "0.125"), ("1/800", "0.13"),
                ("899999/1000000", "95"), ("9/10", "95"), ("999999999999/1000000000000", "100"),
            ] {
                let month = format!("{}-{:02}", 2016 + period / 12, period % 12 + 1);
                period += 1;
                set(app, "reported-figures", &name, &month, &stated(value));
                set(app, "targets", &name, &month, &format!("{{\"percent\": {target}}}"));
                let card = card(&root, &format!("period={month}"));
                let shown = line(&card, &name);
                let what = format!("{value} to {target}, {direction} {near}: {shown}");
                assert_eq!(shown["attainment"], attainment(direction, value, target, near), "{what}");
                assert_eq!(shown["reported"]["percent"].as_f64(), Some(rounded(value, decimals.try_into().unwrap())), "{what}");
                assert_eq!(shown["target"]["percent"].as_f64(), target.parse().ok(), "{what}");
            }
        }
    }

    fn without_a_value_or_a_target_attainment_is_unknown(app) {
        app.province();
        let root = app.root();
        set(app, "reported-figures", "satisfaction", "2020", &stated("90"));
        set(app, "targets", "staff-email", "2020", r#"{"percent": 90}"#);
        let card = card(&root, "period=2020");
        assert_eq!(line(&card, "satisfaction"), &json!({
            "kpi": "satisfaction", "name": line(&card, "satisfaction")["name"],
            "reported": {"percent": 90, "numerator": null, "denominator": null, "status": "final"},
            "computed": null, "difference": null, "target": null, "attainment": "unknown"
        }));
        let email = line(&card, "staff-email");
        assert_eq!((&email["reported"], &email["target"], &email["attainment"]), (&Value::Null, &json!({"percent": 90}), &json!("unknown")));
        let nothing = line(&card, "on-time-dossiers");
        assert_eq!((&nothing["target"], &nothing["attainment"]), (&Value::Null, &json!("unknown")));
    }

    fn nothing_to_count_is_worth_what_the_kpi_says(app) {
        app.province();
        let root = app.root();
        for (policy, percent, attainment) in [
            ("unknown", Value::Null, "unknown"), ("zero", json!(0), "missed"), ("full", json!(100), "met"),
        ] {
            let name = format!("nothing-{policy}");
            define(&root, &name, &kpi("higher_is_better", 2, json!(5), policy)).expect(201);
            set(app, "reported-figures", &name, "2019", r#"{"numerator": 0, "denominator": 0, "status": "final"}"#);
            set(app, "targets", &name, "2019", r#"{"percent": 95}"#);
            let card = card(&root, "period=2019");
            let shown = line(&card, &name);
            assert_eq!((&shown["reported"]["percent"], &shown["attainment"]), (&percent, &json!(attainment)), "{policy}");
            assert_eq!((&shown["reported"]["numerator"], &shown["reported"]["denominator"]), (&json!(0), &json!(0)));
        }
    }

    fn a_scorecard_holds_the_catalogue_of_the_last_day_in_its_order(app) {
        app.province();
        let root = app.root();
        for (name, from) in [("new-in-late-december", "2020-12-20"), ("a-later-one", "2021-01-01")] {
            define(&root, name, &definition(name, from)).expect(201);
        }
        define(&root, "satisfaction", &definition("Hài lòng mới", "2020-12-15")).expect(200);
        let kpis = |card: &Value| -> Vec<String> {
            card["items"].as_array().unwrap().iter().map(|item| item["kpi"].as_str().unwrap().to_owned()).collect()
        };
        let calendar = card(&root, "period=2020");
        let before: Vec<String> = brought_along().into_iter().map(ToOwned::to_owned).collect();
        let after: Vec<String> = before.iter().cloned().chain(["new-in-late-december".to_owned()]).collect();
        assert_eq!(kpis(&calendar), after);
        assert_eq!(line(&calendar, "satisfaction")["name"], "Hài lòng mới");
        // NĐ 09/2019: the year ends on 14 December.
        let reporting = card(&root, "period=2020&scheme=nd09");
        assert_eq!((kpis(&reporting), &reporting["scheme"]), (before, &json!("nd09")));
        assert_ne!(line(&reporting, "satisfaction")["name"], "Hài lòng mới");
        assert_eq!(kpis(&card(&root, "period=2021")).len(), 29);
        assert_eq!(card(&root, "period=2010"), json!({"organization": "H19.06", "period": "2010", "scheme": "calendar", "items": []}));
    }

    fn figures_of_the_other_scheme_stay_out(app) {
        app.province();
        let root = app.root();
        set(app, "reported-figures", "satisfaction", "2020-Q1?scheme=nd09", &stated("80"));
        set(app, "targets", "satisfaction", "2020-Q1", r#"{"percent": 80}"#);
        let calendar = card(&root, "period=2020-Q1&scheme=calendar");
        let reporting = card(&root, "period=2020-Q1&scheme=nd09");
        let (calendar, reporting) = (line(&calendar, "satisfaction"), line(&reporting, "satisfaction"));
        assert_eq!((&calendar["reported"], &calendar["target"]["percent"]), (&Value::Null, &json!(80)));
        assert_eq!((&reporting["reported"]["percent"], &reporting["target"]), (&json!(80), &Value::Null));
    }

    fn names_come_in_the_callers_language(app) {
        app.province();
        let root = app.root();
        let catalogue = root.get("/api/v1/kpis").send().expect(200).json();
        for (accept, language) in [(None, "vi"), (Some("vi-VN"), "vi"), (Some("en-GB, vi;q=0.5"), "en"), (Some("fr"), "vi")] {
            let request = root.get("/api/v1/organizations/H19.06/scorecard?period=2020");
            let request = match accept { Some(accept) => request.header("accept-language", accept), None => request };
            let answer = request.send().expect(200);
            assert_eq!(answer.header("content-language"), Some(language));
            assert!(answer.headers("vary").to_lowercase().contains("accept-language"));
            for (item, kpi) in answer.json()["items"].as_array().unwrap().iter().zip(catalogue["items"].as_array().unwrap()) {
                assert_eq!((&item["kpi"], &item["name"]), (&kpi["id"], &kpi["name"][language]));
            }
        }
    }

    fn a_scorecard_is_found_by_any_code_and_only_within_reach(app) {
        app.province();
        let body = json!({"name": "Sở KH&CN", "kind": "department", "parent": "H19", "valid_from": "2016-01-01", "codes": [{"code": "000.00.06.H19"}]});
        app.root().put("/api/v1/organizations/H19.06", &body).if_match("*").send().expect(200);
        let of = |org: &str, code: &str| {
            let path = format!("/api/v1/organizations/{code}/scorecard?period=2020");
            app.caller("reader", org, "kpis:read").get(&path).send()
        };
        assert_eq!(of("H19", "000.00.06.H19").expect(200).json()["organization"], "H19.06");
        of("H19.09", "H19.06").problem(404, "not-found");
        of("H19.06.02", "H19.06").problem(404, "not-found");
        let faults = app.root().get("/api/v1/organizations/H19.06/scorecard").send().faults();
        assert_eq!(faults, [("period".to_owned(), "required".to_owned())]);
    }
}
