//! Figures that departments state, with their history, and targets.

use serde_json::{Value, json};

use crate::on_both;

const FIGURE: &str = "/api/v1/organizations/H19.06/reported-figures/on-time-dossiers/2020";
const TARGET: &str = "/api/v1/organizations/H19.06/targets/on-time-dossiers/2020";

fn stated(percent: impl Into<Value>, status: &str) -> Value {
    let percent = percent.into();
    json!({"percent": percent, "numerator": null, "denominator": null, "status": status, "source": "Báo cáo 2020"})
}

on_both! {
    fn an_estimate_becomes_final_and_is_revised_and_every_one_stays(app) {
        app.province();
        let root = app.root();
        let estimate = root.put(FIGURE, &stated(json!(100), "estimate")).send().expect(201);
        assert_eq!(estimate.header("location"), Some(format!("{FIGURE}?scheme=calendar").as_str()));
        let again = root.put(FIGURE, &stated(json!(98.5), "estimate")).if_match(&estimate.etag()).send().expect(200);
        let body = json!({"numerator": 985, "denominator": 1000, "percent": 98.5, "status": "final"});
        let last = root.put(FIGURE, &body).if_match(&again.etag()).send().expect(200);
        for status in ["estimate", "final"] {
            root.put(FIGURE, &stated(json!(97), status)).if_match(&last.etag()).send().problem(409, "figure-status");
        }
        for percent in [97, 96] {
            root.put(FIGURE, &stated(json!(percent), "revised")).if_match("*").send().expect(200);
        }
        root.put(FIGURE, &stated(json!(95), "final")).if_match("*").send().problem(409, "figure-status");
        let found = root.get(FIGURE).send().expect(200).json();
        let line = |revision: &Value| (
            revision["revision"].as_i64().unwrap(), revision["percent"].as_f64().unwrap(), revision["status"].as_str().unwrap().to_owned(),
        );
        assert_eq!(line(&found), (5, 96.0, "revised".to_owned()));
        let history: Vec<_> = found["history"].as_array().unwrap().iter().map(line).collect();
        assert_eq!(history, [
            (4, 97.0, "revised".to_owned()), (3, 98.5, "final".to_owned()), (2, 98.5, "estimate".to_owned()), (1, 100.0, "estimate".to_owned()),
        ]);
        assert_eq!(found["history"][1]["numerator"], 985);
        assert_eq!((&found["organization"], &found["kpi"], &found["period"], &found["scheme"]),
            (&json!("H19.06"), &json!("on-time-dossiers"), &json!("2020"), &json!("calendar")));
    }

    fn a_figure_does_not_begin_as_a_revision(app) {
        app.province();
        app.root().put(FIGURE, &stated(json!(90), "revised")).send().problem(409, "figure-status");
        app.root().get(FIGURE).send().problem(404, "not-found");
        app.root().put(FIGURE, &stated(json!(90), "final")).send().expect(201);
    }

    fn a_figure_is_stated_anew_by_version_only(app) {
        app.province();
        let root = app.root();
        let first = root.put(FIGURE, &stated(json!(90), "estimate")).send().expect(201);
        root.put(FIGURE, &stated(json!(91), "estimate")).send().problem(428, "condition-required");
        let same = root.put(FIGURE, &stated(json!(90.0), "estimate")).if_match(&first.etag()).send().expect(200);
        assert_eq!((same.etag(), same.json()), (first.etag(), first.json()), "the same again is no revision");
        root.put(FIGURE, &stated(json!(91), "estimate")).if_match(&first.etag()).send().expect(200);
        root.put(FIGURE, &stated(json!(92), "estimate")).if_match(&first.etag()).send().problem(412, "version-mismatch");
    }

    fn percentages_come_back_digit_for_digit(app) {
        app.province();
        let root = app.root();
        for (month, text) in ["33.333333", "66.666667", "0.000001", "0", "90", "94.44", "99.999999", "100", "1000", "0.1"].iter().enumerate() {
            let path = format!("/api/v1/organizations/H19.06/reported-figures/satisfaction/2020-{:02}", month + 1);
            let body = format!("{{\"percent\": {text}, \"status\": \"estimate\"}}");
            let answer = root.request("PUT", &path).bytes("application/json", body.as_bytes()).send().expect(201);
            for shown in [answer.json(), root.get(&path).send().expect(200).json()] {
                assert_eq!(shown["percent"].as_f64(), text.parse().ok(), "{shown}");
            }
        }
        for (text, code) in [("33.3333333", "too-many-decimals"), ("1000.1", "out-of-range"), ("-1", "out-of-range")] {
            let body = format!("{{\"percent\": {text}, \"status\": \"estimate\"}}");
            let faults = root.request("PUT", FIGURE).bytes("application/json", body.as_bytes()).send().faults();
            assert_eq!(faults, [("/percent".to_owned(), code.to_owned())], "{text}");
        }
        assert_eq!(root.put(FIGURE, &stated(json!("90"), "estimate")).send().faults()[0].0, "/percent");
    }

    fn a_percentage_is_that_of_its_two_numbers(app) {
        app.province();
        let root = app.root();
        // 85 of 90 is 94.4444…: to the decimals that a department chose.
        for (n, percent) in [json!(94), json!(94.4), json!(94.44), json!(94.444_444), Value::Null].into_iter().enumerate() {
            let path = format!("/api/v1/organizations/H19.06/reported-figures/satisfaction/2020-{:02}", n + 1);
            let body = json!({"percent": percent, "numerator": 85, "denominator": 90, "status": "final"});
            let answer = root.put(&path, &body).send().expect(201).json();
            assert_eq!(answer["percent"], percent);
        }
        for (body, place, code) in [
            (json!({"percent": 94.45, "numerator": 85, "denominator": 90}), "/percent", "mismatch"),
            (json!({"percent": 95, "numerator": 85, "denominator": 90}), "/percent", "mismatch"),
            (json!({"percent": 100, "numerator": 1, "denominator": 0}), "/percent", "mismatch"),
            (json!({"numerator": 1, "denominator": 0}), "/denominator", "out-of-range"),
            (json!({"numerator": 11, "denominator": 1}), "/numerator", "out-of-range"),
            (json!({"numerator": 85}), "/denominator", "required"),
            (json!({"percent": 90, "denominator": 90}), "/numerator", "required"),
            (json!({}), "/percent", "required"),
            (json!({"numerator": -1, "denominator": 90}), "/numerator", "out-of-range"),
            (json!({"numerator": 1.5, "denominator": 90}), "/numerator", "wrong-type"),
        ] {
            let mut sent = body.clone();
            sent["status"] = json!("final");
            assert_eq!(root.put(FIGURE, &sent).send().faults(), [(place.to_owned(), code.to_owned())], "{body}");
        }
        // Nothing to count: what was found in 2019, when nobody came.
        let none = json!({"numerator": 0, "denominator": 0, "status": "final"});
        assert_eq!(root.put(FIGURE, &none).send().expect(201).json()["percent"], Value::Null);
    }

    fn figures_of_two_schemes_and_periods_are_apart(app) {
        app.province();
        let root = app.root();
        root.put(FIGURE, &stated(json!(90), "estimate")).send().expect(201);
        root.get(&format!("{FIGURE}?scheme=nd09")).send().problem(404, "not-found");
        let other = root.put(&format!("{FIGURE}?scheme=nd09"), &stated(json!(80), "estimate")).send().expect(201);
        assert_eq!(other.header("location"), Some(format!("{FIGURE}?scheme=nd09").as_str()));
        assert_eq!(root.get(FIGURE).send().expect(200).json()["percent"], 90);
        root.get(&format!("{FIGURE}-H1")).send().problem(404, "not-found");
        assert_eq!(root.get(&format!("{FIGURE}-Q5")).send().faults(), [("period".to_owned(), "period-invalid".to_owned())]);
        assert_eq!(root.get(&format!("{FIGURE}?scheme=lunar")).send().faults()[0].0, "scheme");
    }

    fn an_unknown_kpi_and_a_foreign_organization_are_not_found(app) {
        app.province();
        let root = app.root();
        root.put(FIGURE, &stated(json!(90), "estimate")).send().expect(201);
        root.put(TARGET, &json!({"percent": 95})).send().expect(201);
        let foreign = app.caller("other", "H19.09", "kpis:read kpis:write");
        for (what, body) in [("reported-figures", stated(json!(90), "estimate")), ("targets", json!({"percent": 95}))] {
            let path = |code: &str, kpi: &str| format!("/api/v1/organizations/{code}/{what}/{kpi}/2020");
            for (client, path) in [
                (&root, path("H19.06", "no-such-kpi")), (&root, path("H19.77", "satisfaction")),
                (&foreign, path("H19.06", "on-time-dossiers")), (&foreign, path("H19.77", "on-time-dossiers")),
            ] {
                client.put(&path, &body).send().problem(404, "not-found");
                client.get(&path).send().problem(404, "not-found");
            }
        }
    }

    fn a_target_is_set_and_changed_by_version(app) {
        app.province();
        let root = app.root();
        let first = root.put(TARGET, &json!({"percent": 95})).send().expect(201);
        assert_eq!(first.header("location"), Some(format!("{TARGET}?scheme=calendar").as_str()));
        assert_eq!(first.json(), json!({
            "organization": "H19.06", "kpi": "on-time-dossiers", "period": "2020", "scheme": "calendar", "percent": 95
        }));
        root.put(TARGET, &json!({"percent": 96})).send().problem(428, "condition-required");
        assert_eq!(root.put(TARGET, &json!({"percent": 95})).if_match(&first.etag()).send().expect(200).etag(), first.etag());
        let second = root.put(TARGET, &json!({"percent": 97.123_456})).if_match(&first.etag()).send().expect(200);
        root.put(TARGET, &json!({"percent": 98})).if_match(&first.etag()).send().problem(412, "version-mismatch");
        let found = root.get(TARGET).send().expect(200);
        assert_eq!((found.etag(), &found.json()["percent"]), (second.etag(), &json!(97.123_456)));
        assert_eq!(root.put(TARGET, &json!({"percent": null})).send().faults()[0].0, "/percent");
        assert_eq!(root.put(TARGET, &json!({})).send().faults(), [("/percent".to_owned(), "required".to_owned())]);
    }
}
