//! Staffing: the numbers of the report, what must add up, and its versions.

use serde_json::{Value, json};

use crate::on_both;

const JUNE: &str = "/api/v1/organizations/H19.06/staffing/2020-06-30";

/// What the report says: 47 posts, 47 filled, 182 people: 2 doctors, 70 masters, 110 bachelors; 7 study for a
/// doctorate, 8 for a master's degree.
fn report() -> Value {
    json!({"quota": 47, "present": 47, "total": 182, "qualifications": [
        {"name": "Tiến sĩ", "count": 2}, {"name": "Thạc sĩ", "count": 70}, {"name": "Đại học", "count": 110},
        {"name": "Đang học Tiến sĩ", "count": 7, "of_which": true},
        {"name": "Đang học Thạc sĩ", "count": 8, "of_which": true}
    ]})
}

on_both! {
    fn the_numbers_of_the_report_come_back_and_sub_counts_are_not_summed(app) {
        app.province();
        let root = app.root();
        let stated = root.put(JUNE, &report()).send().expect(201);
        assert_eq!(stated.header("location"), Some(JUNE));
        let shown = root.get(JUNE).send().expect(200);
        assert_eq!((shown.json(), shown.etag()), (stated.json(), stated.etag()));
        let shown = shown.json();
        assert_eq!((&shown["quota"], &shown["present"], &shown["total"]), (&json!(47), &json!(47), &json!(182)));
        assert_eq!(shown["qualified"], 2 + 70 + 110);
        assert_eq!(shown["date"], "2020-06-30");
        let marked: Vec<_> = shown["qualifications"].as_array().unwrap().iter().map(|line| line["of_which"].as_bool().unwrap()).collect();
        assert_eq!(marked, [false, false, false, true, true]);
        // Summed, the sub-counts would make more staff than there are.
        let mut summed = report();
        for line in summed["qualifications"].as_array_mut().unwrap() {
            line["of_which"] = json!(false);
        }
        let faults = root.put("/api/v1/organizations/H19.06/staffing/2020-07-31", &summed).send().faults();
        assert_eq!(faults, [("/qualifications".to_owned(), "wrong-sum".to_owned())]);
    }

    fn what_does_not_add_up_is_refused_with_every_fault(app) {
        app.province();
        let body = json!({"quota": 1, "present": 11, "total": 10, "qualifications": [
            {"name": "Thạc sĩ", "count": 3}, {"name": "Thạc sĩ", "count": 3}, {"name": "Đang học", "count": 12, "of_which": true}
        ]});
        let mut faults = app.root().put(JUNE, &body).send().faults();
        faults.sort();
        let expected = [("/present", "wrong-sum"), ("/qualifications/1/name", "repeated"), ("/qualifications/2/count", "wrong-sum")];
        assert_eq!(faults, expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
        for (wrong, place) in [
            (json!({"quota": -1, "present": 1, "total": 1}), "/quota"),
            (json!({"quota": 1, "present": 1.5, "total": 1}), "/present"),
            (json!({"quota": 1, "present": 1}), "/total"),
            (json!({"quota": 1, "present": 1, "total": 1, "toal": 1}), "/toal"),
            (json!({"quota": 1, "present": 1, "total": 1, "qualifications": [{"name": " ", "count": 1}]}), "/qualifications/0/name"),
        ] {
            assert_eq!(app.root().put(JUNE, &wrong).send().faults()[0].0, place, "{wrong}");
        }
        app.root().get(JUNE).send().problem(404, "not-found");
        let no_day = "/api/v1/organizations/H19.06/staffing/2020-06-31";
        assert_eq!(app.root().put(no_day, &report()).send().faults(), [("date".to_owned(), "date-invalid".to_owned())]);
    }

    fn a_statement_is_restated_by_version_only(app) {
        app.province();
        let root = app.root();
        let first = root.put(JUNE, &report()).send().expect(201).etag();
        let audited = app.database.count("SELECT COUNT(*) AS n FROM audit_entries");
        root.put(JUNE, &report()).send().problem(428, "condition-required");
        assert_eq!(root.put(JUNE, &report()).if_match(&first).send().expect(200).etag(), first, "the same again");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM audit_entries"), audited);
        let mut more = report();
        more["quota"] = json!(48);
        let second = root.put(JUNE, &more).if_match(&first).send().expect(200);
        assert_eq!(second.json()["quota"], 48);
        root.put(JUNE, &report()).if_match(&first).send().problem(412, "version-mismatch");
        assert_eq!(root.get(JUNE).send().expect(200).etag(), second.etag());
    }

    fn the_list_is_newest_first_and_in_pages(app) {
        app.province();
        let root = app.root();
        for day in ["2019-12-31", "2020-12-31", "2020-06-30", "2018-12-31"] {
            root.put(&format!("/api/v1/organizations/H19.06/staffing/{day}"), &report()).send().expect(201);
        }
        root.put("/api/v1/organizations/H19.09/staffing/2020-01-01", &report()).send().expect(201);
        let list = "/api/v1/organizations/H19.06/staffing";
        assert_eq!(root.get(list).send().expect(200).each("date"), ["2020-12-31", "2020-06-30", "2019-12-31", "2018-12-31"]);
        let page = root.get(&format!("{list}?limit=3")).send().expect(200);
        let next = page.json()["next"].as_str().unwrap().to_owned();
        let rest = root.get(&format!("{list}?limit=3&cursor={next}")).send().expect(200);
        assert_eq!((rest.each("date"), &rest.json()["next"]), (vec!["2018-12-31".to_owned()], &Value::Null));
        assert_eq!(root.get("/api/v1/organizations/H19.06.02/staffing").send().expect(200).json(), json!({"items": [], "next": null}));
    }

    fn staffing_of_others_looks_like_none(app) {
        app.province();
        app.root().put(JUNE, &report()).send().expect(201);
        let other = app.caller("other", "H19.09", "organizations:read organizations:write");
        other.get(JUNE).send().problem(404, "not-found");
        other.put(JUNE, &report()).send().problem(404, "not-found");
        other.get("/api/v1/organizations/H19.06/staffing").send().problem(404, "not-found");
        let above = app.caller("above", "H19", "organizations:read");
        assert_eq!(above.get(JUNE).send().expect(200).json()["total"], 182);
    }
}
