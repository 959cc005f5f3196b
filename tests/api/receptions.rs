//! Receptions of citizens: registers of days and of spans, what must add up, sums, and zero that is not nothing.

use serde_json::{Value, json};

use crate::on_both;

const NAMES: [&str; 9] = [
    "visits",
    "people",
    "groups",
    "complaints",
    "denunciations",
    "opinions",
    "accepted",
    "guided",
    "transferred",
];

fn at(organization: &str, day: &str) -> String {
    format!("/api/v1/organizations/{organization}/receptions/{day}")
}

fn counts(numbers: [i64; 9]) -> Value {
    NAMES
        .into_iter()
        .zip(numbers)
        .map(|(name, n)| (name.to_owned(), json!(n)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn body(numbers: [i64; 9]) -> Value {
    json!({"counts": counts(numbers)})
}

fn since(first: &str, numbers: [i64; 9]) -> Value {
    json!({"from": first, "counts": counts(numbers)})
}

on_both! {
    fn a_year_without_anybody_is_zero_and_a_year_without_a_word_is_nothing(app) {
        app.province();
        let root = app.root();
        // As the report of 2020 says of 2019.
        let stated = root.put(&at("H19.06", "2019-12-31"), &since("2019-01-01", [0; 9])).send().expect(201);
        assert_eq!(stated.json(), json!({"from": "2019-01-01", "date": "2019-12-31", "counts": counts([0; 9])}));
        let year = |year: &str| root.get(&format!("/api/v1/reports/receptions?org=H19.06&period={year}")).send().expect(200).json();
        assert_eq!(year("2019")["total"], json!({"counts": counts([0; 9]), "stated_days": 365, "straddling": 0}));
        assert_eq!(year("2018")["total"], json!({"counts": counts([0; 9]), "stated_days": 0, "straddling": 0}));
        assert_eq!(year("2019-06")["total"], json!({"counts": counts([0; 9]), "stated_days": 0, "straddling": 1}));
        let csv = |year: &str| root.get(&format!("/api/v1/reports/receptions.csv?org=H19.06&period={year}")).send().expect(200).text();
        assert!(csv("2019").contains("Tổng cộng,365,0,0,0,0,0,0,0,0,0"), "{}", csv("2019"));
        assert!(csv("2018").contains("Tổng cộng,0,,,,,,,,,"), "{}", csv("2018"));
    }

    fn days_and_spans_add_up_over_the_subtree(app) {
        app.province();
        let root = app.root();
        for (organization, day, one) in [
            ("H19.06", "2024-05-06", body([3, 9, 1, 1, 0, 2, 2, 1, 0])),
            ("H19.06", "2024-05-31", since("2024-05-07", [10, 10, 0, 2, 3, 5, 4, 4, 2])),
            ("H19.06.02", "2024-05-06", body([1, 1, 0, 0, 0, 1, 1, 0, 0])),
            ("H19.09", "2024-06-30", since("2024-05-31", [7, 7, 0, 7, 0, 0, 0, 0, 0])),
        ] {
            root.put(&at(organization, day), &one).send().expect(201);
        }
        let table = root.get("/api/v1/reports/receptions?org=H19&period=2024-05").send().expect(200).json();
        let rows: Vec<_> = table["rows"].as_array().unwrap().iter()
            .map(|row| (row["organization"].as_str().unwrap(), row["counts"].clone(), row["stated_days"].as_i64().unwrap(), row["straddling"].as_i64().unwrap()))
            .collect();
        let whole = counts([14, 20, 1, 3, 3, 8, 7, 5, 2]);
        assert_eq!(rows, [("H19.06", whole.clone(), 27, 0), ("H19.09", counts([0; 9]), 0, 1)]);
        assert_eq!(table["total"], json!({"counts": whole, "stated_days": 27, "straddling": 1}));
        let own = root.get("/api/v1/reports/receptions?org=H19.06&period=2024-05").send().expect(200).json();
        assert_eq!(own["rows"][0]["counts"], counts([13, 19, 1, 3, 3, 7, 6, 5, 2]));
        assert_eq!(own["rows"][1]["counts"], counts([1, 1, 0, 0, 0, 1, 1, 0, 0]));
        root.get("/api/v1/reports/receptions.xlsx?org=H19&period=2024-05").send().expect(200);
        let officer = app.caller("officer", "H19.06", "feedback:read");
        officer.get("/api/v1/reports/receptions?org=H19&period=2024-05").send().problem(404, "not-found");
    }

    fn every_day_counts_once(app) {
        app.province();
        let root = app.root();
        let path = at("H19.06", "2024-05-31");
        let first = root.put(&path, &since("2024-05-01", [1, 1, 0, 1, 0, 0, 1, 0, 0])).send().expect(201);
        for (day, one) in [
            ("2024-05-15", body([0; 9])),
            ("2024-06-15", since("2024-05-31", [0; 9])),
            ("2024-12-31", since("2024-01-01", [0; 9])),
        ] {
            root.put(&at("H19.06", day), &one).send().problem(409, "receptions-overlap");
        }
        root.put(&at("H19.06", "2024-04-30"), &since("2024-04-01", [0; 9])).send().expect(201);
        root.put(&at("H19.09", "2024-05-15"), &body([0; 9])).send().expect(201);
        // A statement may be corrected, but not onto the days of another.
        root.put(&path, &since("2024-05-01", [2, 2, 0, 2, 0, 0, 1, 0, 0])).send().problem(428, "condition-required");
        let second = root.put(&path, &since("2024-05-02", [2, 2, 0, 2, 0, 0, 1, 0, 0])).if_match(&first.etag()).send().expect(200);
        root.put(&path, &since("2024-04-30", [0; 9])).if_match(&second.etag()).send().problem(409, "receptions-overlap");
        let list = root.get("/api/v1/organizations/H19.06/receptions").send().expect(200);
        assert_eq!(list.each("date"), ["2024-05-31", "2024-04-30"]);
    }

    fn what_does_not_add_up_is_refused(app) {
        app.province();
        let root = app.root();
        for (numbers, place) in [
            ([2, 1, 0, 2, 0, 0, 0, 0, 0], "/people"),
            ([1, 1, 2, 1, 0, 0, 0, 0, 0], "/groups"),
            ([3, 3, 0, 1, 0, 1, 0, 0, 0], "/visits"),
            ([1, 1, 0, 1, 0, 0, 1, 1, 0], "/accepted"),
        ] {
            let faults = root.put(&at("H19.06", "2024-05-06"), &body(numbers)).send().faults();
            assert_eq!(faults, [(format!("/counts{place}"), "wrong-sum".to_owned())], "{numbers:?}");
        }
        let faults = root.put(&at("H19.06", "2024-05-06"), &since("2024-05-07", [0; 9])).send().faults();
        assert_eq!(faults, [("/from".to_owned(), "out-of-order".to_owned())]);
        let faults = root.put(&at("H19.06", "2026-01-06"), &body([0; 9])).send().faults();
        assert_eq!(faults, [("date".to_owned(), "in-the-future".to_owned())]);
        let named = json!({"counts": counts([0; 9]), "names": ["Nguyễn Văn A"]});
        assert_eq!(root.put(&at("H19.06", "2024-05-06"), &named).send().faults(), [("/names".to_owned(), "unknown-name".to_owned())]);
        let officer = app.caller("officer", "H19.09", "feedback:read feedback:write");
        officer.put(&at("H19.06", "2024-05-06"), &body([0; 9])).send().problem(404, "not-found");
    }
}
