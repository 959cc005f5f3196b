//! Initiatives: shares, recognitions that are kept, the KPI, and who may know whose they are.

use serde_json::{Value, json};

use crate::on_both;

const ONE: &str = "/api/v1/organizations/H19.06/initiatives/SK-01";

fn initiative(shares: &[f64]) -> Value {
    let authors: Vec<Value> =
        (1..).zip(shares).map(|(n, share)| json!({"staff": format!("CB-{n}"), "share": share})).collect();
    json!({"title": "Số hóa sổ theo dõi", "field": "Cải cách hành chính", "submitted_on": "2020-03-01", "authors": authors})
}

fn recognised(scope: &str, on: &str) -> Value {
    json!({"scope": scope, "on": on, "decision": "215/QĐ-SKHCN"})
}

on_both! {
    fn shares_come_back_exactly_and_sum_to_a_hundred(app) {
        app.province();
        let root = app.root();
        let shares = [33.333_333, 33.333_333, 33.333_334];
        let made = root.put(ONE, &initiative(&shares)).send().expect(201);
        assert_eq!(made.header("location"), Some(ONE));
        let shown = root.get(ONE).send().expect(200);
        assert_eq!((shown.json(), shown.etag()), (made.json(), made.etag()));
        let back: Vec<f64> = shown.json()["authors"].as_array().unwrap().iter().map(|author| author["share"].as_f64().unwrap()).collect();
        assert_eq!(back, shares);
        assert_eq!((&shown.json()["state"], &shown.json()["author_count"]), (&json!("submitted"), &json!(3)));
        let two = "/api/v1/organizations/H19.06/initiatives/SK-02";
        for (shares, at, code) in [
            (&[60.0, 39.999_999][..], "/authors", "wrong-sum"), (&[60.0, 40.000_001][..], "/authors", "wrong-sum"),
            (&[100.0, 0.0][..], "/authors/1/share", "out-of-range"), (&[][..], "/authors", "wrong-number-of-items"),
            (&[50.000_000_1, 49.999_999_9][..], "/authors/0/share", "too-many-decimals"),
        ] {
            let faults = root.put(two, &initiative(shares)).send().faults();
            assert_eq!(faults[0], (at.to_owned(), code.to_owned()), "{shares:?}");
        }
        let mut twice = initiative(&[50.0, 50.0]);
        twice["authors"][1]["staff"] = json!("CB-1");
        assert_eq!(root.put(two, &twice).send().faults(), [("/authors/1/staff".to_owned(), "repeated".to_owned())]);
        root.put(ONE, &initiative(&[100.0])).send().problem(428, "condition-required");
        assert_eq!(root.put(ONE, &initiative(&shares)).if_match(&made.etag()).send().expect(200).etag(), made.etag());
    }

    fn a_recognition_is_kept_and_revoked_with_its_day(app) {
        app.province();
        let root = app.root();
        let mut body = initiative(&[100.0]);
        body["recognitions"] = json!([recognised("base", "2020-05-04")]);
        root.put(ONE, &body).send().expect(201);
        let push = |body: &Value| root.put(ONE, body).if_match("*").send();
        let mut wider = body.clone();
        wider["recognitions"] = json!([recognised("base", "2020-05-04"), recognised("province", "2020-11-04")]);
        assert_eq!(push(&wider).expect(200).json()["state"], "recognised");
        push(&body).problem(409, "initiative-recognition-kept");
        push(&initiative(&[100.0])).problem(409, "initiative-recognition-kept");
        wider["recognitions"][0]["revocation"] = json!({"on": "2020-12-01", "decision": "300/QĐ-SKHCN"});
        assert_eq!(push(&wider).expect(200).json()["state"], "recognised", "the other is in force");
        let mut undone = wider.clone();
        undone["recognitions"][0]["revocation"]["on"] = json!("2020-12-02");
        push(&undone).problem(409, "initiative-recognition-kept");
        wider["recognitions"][1]["revocation"] = json!({"on": "2020-12-05", "decision": "301/QĐ-UBND"});
        assert_eq!(push(&wider).expect(200).json()["state"], "revoked");
        assert_eq!(root.get("/api/v1/initiatives?state=revoked").send().expect(200).each("code"), ["SK-01"]);
        let mut early = initiative(&[100.0]);
        early["recognitions"] = json!([recognised("base", "2020-02-29"), recognised("base", "2026-01-06")]);
        let faults = root.put("/api/v1/organizations/H19.06/initiatives/SK-02", &early).send().faults();
        let expected = [("/recognitions/0/on", "out-of-order"), ("/recognitions/1/on", "in-the-future"), ("/recognitions/1/scope", "repeated")];
        assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    }

    fn who_was_recognised_stays(app) {
        app.province();
        let root = app.root();
        let push = |body: &Value| root.put(ONE, body).if_match("*").send();
        root.put(ONE, &initiative(&[100.0])).send().expect(201);
        // Before anybody decided, authors may be corrected; also by what tells the recognition.
        push(&initiative(&[50.0, 50.0])).expect(200);
        let mut recognition = initiative(&[60.0, 40.0]);
        recognition["recognitions"] = json!([recognised("base", "2020-05-04")]);
        push(&recognition).expect(200);
        let with = |authors: Value| {
            let mut body = recognition.clone();
            body["authors"] = authors;
            body
        };
        for authors in [
            json!([{"staff": "CB-9", "share": 60}, {"staff": "CB-2", "share": 40}]),
            json!([{"staff": "CB-1", "share": 99}, {"staff": "CB-2", "share": 1}]),
            json!([{"staff": "CB-1", "share": 100}]),
        ] {
            push(&with(authors)).problem(409, "initiative-authors-kept");
        }
        push(&with(json!([{"staff": "CB-2", "share": 40}, {"staff": "CB-1", "share": 60}]))).expect(200);
        let mut revoked = recognition.clone();
        revoked["title"] = json!("Số hóa sổ theo dõi hồ sơ");
        revoked["recognitions"][0]["revocation"] = json!({"on": "2020-12-01", "decision": "300/QĐ-SKHCN"});
        push(&revoked).expect(200);
        revoked["authors"] = json!([{"staff": "CB-9", "share": 100}]);
        push(&revoked).problem(409, "initiative-authors-kept");
    }

    fn the_kpi_counts_each_initiative_once_on_the_day_it_was_decided_on(app) {
        app.province();
        let root = app.root();
        let push = |code: &str, organization: &str, more: &Value| {
            let mut body = initiative(&[100.0]);
            for (name, value) in more.as_object().unwrap() {
                body[name] = value.clone();
            }
            root.put(&format!("/api/v1/organizations/{organization}/initiatives/{code}"), &body).send().expect(201);
        };
        push("SK-01", "H19.06", &json!({"recognitions": [recognised("base", "2020-05-04"), recognised("province", "2020-06-04")]}));
        push("SK-02", "H19.06.02", &json!({"recognitions": [recognised("base", "2020-06-30")]}));
        push("SK-03", "H19.06", &json!({"declined": {"on": "2020-06-15", "decision": "9/TB"}}));
        push("SK-04", "H19.06", &json!({}));
        push("SK-05", "H19.09", &json!({"declined": {"on": "2020-06-15", "decision": "9/TB"}}));
        let figure = |org: &str, period: &str| {
            let path = format!("/api/v1/figures?kpi=initiatives-recognised&org={org}&period={period}");
            let row = root.get(&path).send().expect(200).json()["items"][0].clone();
            (row["numerator"].as_i64(), row["denominator"].as_i64(), row["percent"].clone())
        };
        assert_eq!(figure("H19.06", "2020-Q2"), (Some(2), Some(3), json!(66.67)));
        assert_eq!(figure("H19.06", "2020-05"), (Some(1), Some(1), json!(100)));
        assert_eq!(figure("H19", "2020"), (Some(2), Some(4), json!(50)));
        assert_eq!(figure("H19.09.01", "2020").2, Value::Null, "nothing to decide is not 0 %");
        let explained = root.get("/api/v1/figures/explain?kpi=initiatives-recognised&org=H19.06&period=2020").send().expect(200).text();
        for code in ["H19.06/SK-01", "H19.06.02/SK-02", "H19.06/SK-03"] {
            assert!(explained.contains(code), "{code} in {explained}");
        }
        assert!(!explained.contains("SK-04") && !explained.contains("SK-05"));
        let view = root.get("/api/v1/initiatives/overview?org=H19.06&from=2020-01-01&to=2020-12-31").send().expect(200).json();
        let counts = json!({"submitted": 4, "recognised": 2, "base": 1, "province": 1, "national": 0, "declined": 1, "revoked": 0});
        assert_eq!(view["total"], counts);
        assert_eq!(view["items"].as_array().unwrap().len(), 2);
        let csv = root.get("/api/v1/initiatives/overview.csv?org=H19.06&from=2020-01-01&to=2020-12-31").send().expect(200).text();
        assert_eq!(csv.lines().last(), Some(",Tổng cộng,4,2,1,1,0,1,0"));
        let early = root.get("/api/v1/initiatives/overview?org=H19.06&from=2020-05-01&to=2020-05-31").send().expect(200).json();
        assert_eq!((&early["total"]["recognised"], &early["total"]["submitted"]), (&json!(1), &json!(0)));
        let backwards = root.get("/api/v1/initiatives/overview?org=H19.06&from=2020-05-01&to=2020-04-30").send();
        assert_eq!(backwards.faults(), [("to".to_owned(), "out-of-order".to_owned())]);
    }

    fn the_overview_counts_what_happened_and_the_kpi_says_the_same(app) {
        app.province();
        let root = app.root();
        let push = |code: &str, more: &Value| {
            let mut body = initiative(&[100.0]);
            for (name, value) in more.as_object().unwrap() {
                body[name] = value.clone();
            }
            root.put(&format!("/api/v1/organizations/H19.06/initiatives/{code}"), &body).send().expect(201);
        };
        let revoked = |scope: &str, on: &str, off: &str| {
            let mut one = recognised(scope, on);
            one["revocation"] = json!({"on": off, "decision": "300/QĐ-SKHCN"});
            one
        };
        // Revoked in the year in which they were recognised, and in the next; one was recognised again, more widely.
        push("SK-01", &json!({"recognitions": [revoked("base", "2020-05-04", "2020-11-02")]}));
        push("SK-02", &json!({"recognitions": [revoked("province", "2020-06-30", "2021-02-01")]}));
        push("SK-03", &json!({"declined": {"on": "2020-06-15", "decision": "9/TB"}}));
        push("SK-04", &json!({"recognitions": [revoked("base", "2020-04-01", "2020-04-20"), recognised("province", "2021-03-01")]}));
        for (period, from, to, [submitted, recognised, base, province, declined, revoked]) in [
            ("2020", "2020-01-01", "2020-12-31", [4, 3, 2, 1, 1, 2]), ("2020-Q2", "2020-04-01", "2020-06-30", [0, 3, 2, 1, 1, 1]),
            ("2020-04", "2020-04-01", "2020-04-30", [0, 1, 1, 0, 0, 1]), ("2020-11", "2020-11-01", "2020-11-30", [0, 0, 0, 0, 0, 1]),
            ("2021", "2021-01-01", "2021-12-31", [0, 0, 0, 0, 0, 1]),
        ] {
            let view = root.get(&format!("/api/v1/initiatives/overview?org=H19.06&from={from}&to={to}")).send().expect(200).json();
            let counts = json!({"submitted": submitted, "recognised": recognised, "base": base, "province": province, "national": 0,
                "declined": declined, "revoked": revoked});
            assert_eq!(view["total"], counts, "{period}");
            let path = format!("/api/v1/figures?kpi=initiatives-recognised&org=H19.06&period={period}");
            let row = root.get(&path).send().expect(200).json()["items"][0].clone();
            let figure = [&row["numerator"], &row["denominator"]].map(|n| n.as_i64().unwrap_or(0));
            assert_eq!(figure, [recognised, recognised + declined], "{period}");
        }
    }

    fn a_closed_period_keeps_its_initiatives(app) {
        app.province();
        let root = app.root();
        let closing = json!({"scheme": "calendar", "reason": "Chốt số liệu"});
        root.put("/api/v1/organizations/H19.06/closings/2019", &closing).send().expect(201);
        let mut body = initiative(&[100.0]);
        body["submitted_on"] = json!("2019-03-01");
        body["recognitions"] = json!([recognised("base", "2019-12-31")]);
        root.put(ONE, &body).send().problem(409, "period-closed");
        root.get(ONE).send().problem(404, "not-found");
        body["recognitions"] = json!([recognised("base", "2020-01-01")]);
        root.put(ONE, &body).send().expect(201);
    }

    fn whose_it_is_is_told_to_who_may_know_of_persons(app) {
        app.province();
        let root = app.root();
        root.put(ONE, &initiative(&[60.0, 40.0])).send().expect(201);
        root.put("/api/v1/organizations/H19.09/initiatives/SK-01", &initiative(&[100.0])).send().expect(201);
        let plain = app.caller("plain", "H19.06", "emulation:read emulation:write");
        let clerk = app.caller("clerk", "H19.06", "emulation:read emulation:persons");
        for path in [ONE, "/api/v1/initiatives", "/api/v1/initiatives/overview?org=H19.06"] {
            let text = plain.get(path).send().expect(200).text();
            assert!(!text.contains("CB-1"), "{path}: {text}");
        }
        assert_eq!(plain.get(ONE).send().expect(200).json()["author_count"], 2);
        assert_eq!(clerk.get(ONE).send().expect(200).json()["authors"][1], json!({"staff": "CB-2", "share": 40}));
        plain.get("/api/v1/initiatives?author=CB-1").send().problem(403, "insufficient-scope");
        let found = clerk.get("/api/v1/initiatives?author=CB-1").send().expect(200).json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "the other department's is out of reach: {found}");
        let mine = "/api/v1/organizations/H19.06/initiatives/SK-09";
        plain.put(mine, &initiative(&[100.0])).send().problem(403, "insufficient-scope");
        let writer = app.caller("writer", "H19.06", "emulation:write emulation:persons");
        writer.put(mine, &initiative(&[100.0])).send().expect(201);
        writer.put("/api/v1/organizations/H19.09/initiatives/SK-02", &initiative(&[100.0])).send().problem(404, "not-found");
        plain.get("/api/v1/organizations/H19.09/initiatives/SK-01").send().problem(404, "not-found");
    }

    fn ratings_of_organizations_and_of_staff_are_told_apart(app) {
        app.province();
        let root = app.root();
        let stated = |rating: &str| json!({"rating": rating, "decided_on": "2020-12-10", "decision": "230/QĐ-SKHCN"});
        let of = |place: &str| format!("/api/v1/organizations/H19.06/{place}");
        let made = root.put(&of("ratings/2020"), &stated("good")).send().expect(201);
        root.put(&of("ratings/2020"), &stated("excellent")).send().problem(428, "condition-required");
        root.put(&of("ratings/2020"), &stated("excellent")).if_match(&made.etag()).send().expect(200);
        root.put(&of("ratings/2019"), &stated("good")).send().expect(201);
        root.put(&of("staff/CB-2/ratings/2020"), &stated("completed")).send().expect(201);
        root.put(&of("staff/CB-1/ratings/2020"), &stated("excellent")).send().expect(201);
        let faults = root.put(&of("ratings/2021"), &stated("good")).send().faults();
        assert_eq!(faults, [("/decided_on".to_owned(), "out-of-order".to_owned())]);
        let plain = app.caller("plain", "H19.06", "emulation:read");
        let list = plain.get(&of("ratings")).send().expect(200);
        assert_eq!(list.each("rating"), ["excellent", "good"]);
        assert!(!list.text().contains("CB-"));
        plain.get(&of("staff-ratings")).send().problem(403, "insufficient-scope");
        plain.get(&of("staff/CB-1/ratings/2020")).send().problem(403, "insufficient-scope");
        let clerk = app.caller("clerk", "H19.06", "emulation:persons");
        assert_eq!(clerk.get(&of("staff-ratings?year=2020")).send().expect(200).each("staff"), ["CB-1", "CB-2"]);
        assert_eq!(clerk.get(&of("staff/CB-1/ratings/2020")).send().expect(200).json()["rating"], "excellent");
        let writer = app.caller("writer", "H19.06", "emulation:write");
        writer.put(&of("staff/CB-1/ratings/2021"), &stated("good")).send().problem(403, "insufficient-scope");
        let other = app.caller("other", "H19.09", "emulation:read emulation:persons emulation:write");
        for path in ["ratings", "ratings/2020", "staff-ratings", "staff/CB-1/ratings/2020"] {
            other.get(&of(path)).send().problem(404, "not-found");
        }
    }
}
