//! The calendar: due dates in working days, days as they are decided, who may change them.

use danvan::commands::prepare;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;

const DAYS: &str = "/api/v1/calendar/days";

fn due(client: &Client, from: &str, working_days: u32) -> Answer {
    client.get(&format!("/api/v1/calendar/due-date?from={from}&working_days={working_days}")).send()
}

fn days(client: &Client, from: &str, to: &str) -> Answer {
    client.get(&format!("{DAYS}?from={from}&to={to}")).send()
}

fn reader(app: &TestApp) -> Client {
    app.caller("one-stop", "H19.06", "records:read")
}

fn audited(app: &TestApp) -> i64 {
    app.database.count("SELECT COUNT(*) AS n FROM audit_entries")
}

on_both! {
    fn terms_end_where_the_decisions_of_the_years_put_them(app) {
        let reader = reader(app);
        for (from, count, end) in [
            ("2020-06-04", 15, "2020-06-25"), ("2020-04-01", 3, "2020-04-07"), ("2020-09-01", 1, "2020-09-03"),
            ("2022-04-29", 3, "2022-05-06"), ("2024-04-26", 5, "2024-05-07"), ("2026-01-01", 2, "2026-01-06"),
            ("2026-02-13", 1, "2026-02-23"), ("2020-06-06", 1, "2020-06-08"), ("2018-12-28", 3, "2019-01-04"),
            ("2020-06-06", 0, "2020-06-06"),
        ] {
            let expected = json!({"from": from, "working_days": count, "due_date": end, "complete": true});
            assert_eq!(due(&reader, from, count).expect(200).json(), expected);
        }
    }

    fn beyond_the_last_known_year_the_answer_is_given_and_says_so(app) {
        let reader = reader(app);
        for (from, count, end, complete) in [
            ("2026-12-30", 1, "2026-12-31", true), ("2026-12-31", 1, "2027-01-01", false),
            ("2027-06-03", 0, "2027-06-03", false), ("2031-01-01", 10, "2031-01-15", false),
            ("2014-12-31", 1, "2015-01-05", true), ("2014-12-29", 1, "2014-12-30", false),
            ("9999-12-30", 10_000, "9999-12-30", false),
        ] {
            let expected = json!({"from": from, "working_days": count, "due_date": end, "complete": complete});
            assert_eq!(due(&reader, from, count).expect(200).json(), expected);
        }
        assert_eq!(days(&reader, "2026-12-01", "2026-12-31").expect(200).json()["complete"], true);
        assert_eq!(days(&reader, "2026-12-01", "2027-01-01").expect(200).json()["complete"], false);
    }

    fn a_span_shows_every_day_with_its_kind(app) {
        let reader = reader(app);
        let shown = days(&reader, "2024-04-28", "2024-05-05").expect(200).json();
        let line = |date: &str, is_working: bool, kind: &str, name: Option<&str>| {
            json!({"date": date, "is_working": is_working, "kind": kind, "name": name})
        };
        assert_eq!(shown, json!({"complete": true, "items": [
            line("2024-04-28", false, "ordinary", None),
            line("2024-04-29", false, "swap_off", Some("Ngày nghỉ (thay cho ngày 04/05/2024)")),
            line("2024-04-30", false, "statutory", Some("Ngày Chiến thắng")),
            line("2024-05-01", false, "statutory", Some("Ngày Quốc tế Lao động")),
            line("2024-05-02", true, "ordinary", None), line("2024-05-03", true, "ordinary", None),
            line("2024-05-04", true, "makeup_workday", Some("Ngày làm bù (cho ngày nghỉ 29/04/2024)")),
            line("2024-05-05", false, "ordinary", None),
        ]}));
        let culture = reader.get(&format!("{DAYS}/2026-11-24")).send().expect(200).json();
        assert_eq!(culture, line("2026-11-24", true, "unconfirmed", Some("Ngày Văn hóa Việt Nam")));
        let year = days(&reader, "2025-01-01", "2025-12-31").expect(200).json();
        let worked = year["items"].as_array().unwrap().iter().filter(|day| day["is_working"] == true).count();
        assert_eq!(worked, 250);
    }

    fn a_change_moves_due_dates_and_can_be_taken_back(app) {
        let root = app.root();
        let monday = format!("{DAYS}/2020-06-08");
        let plain = root.get(&monday).send().expect(200);
        assert_eq!(plain.json(), json!({"date": "2020-06-08", "is_working": true, "kind": "ordinary", "name": null}));
        let off = json!({"kind": "swap_off", "name": " Nghỉ bù "});
        let made = root.put(&monday, &off).if_match(&plain.etag()).send().expect(201);
        assert_eq!(made.header("location"), Some(monday.as_str()));
        let expected = json!({"date": "2020-06-08", "is_working": false, "kind": "swap_off", "name": "Nghỉ bù"});
        let shown = root.get(&monday).send().expect(200);
        assert_eq!((&made.json(), &shown.json(), shown.etag()), (&expected, &expected, made.etag()));
        assert_eq!(due(&root, "2020-06-04", 15).expect(200).json()["due_date"], "2020-06-26");
        root.put(&format!("{DAYS}/2020-06-13"), &json!({"kind": "makeup_workday"})).send().expect(201);
        assert_eq!(due(&root, "2020-06-04", 15).expect(200).json()["due_date"], "2020-06-25");
        let ordinary = json!({"kind": "ordinary"});
        root.put(&monday, &ordinary).send().problem(428, "condition-required");
        root.put(&monday, &ordinary).if_match(&plain.etag()).send().problem(412, "version-mismatch");
        root.put(&monday, &ordinary).if_match(&made.etag()).send().expect(200);
        assert_eq!(root.get(&monday).send().expect(200).json(), plain.json());
        assert_eq!(due(&root, "2020-06-04", 15).expect(200).json()["due_date"], "2020-06-24");
    }

    fn a_change_is_written_down_once(app) {
        let root = app.root();
        let (before, path) = (audited(app), format!("{DAYS}/2027-02-06"));
        let tet = json!({"kind": "tet", "name": "Tết Nguyên Đán"});
        let made = root.put(&path, &tet).send().expect(201);
        assert_eq!(root.put(&path, &tet).if_match(&made.etag()).send().expect(200).etag(), made.etag());
        root.put(&path, &tet).header("if-none-match", "*").send().problem(412, "version-mismatch");
        assert_eq!(audited(app), before + 1);
        let entry = root.get("/api/v1/audit-entries?limit=500").send().expect(200).json();
        let ours = |entry: &&Value| entry["act"] == "calendar.set-day";
        let entry = entry["items"].as_array().unwrap().iter().find(ours).cloned().unwrap();
        assert_eq!((&entry["actor"], &entry["subject"]), (&json!("root"), &json!("2027-02-06")));
        assert_eq!(due(&root, "2026-12-31", 1).expect(200).json()["complete"], true, "Tết of 2027 is known");
    }

    fn the_calendar_is_read_by_readers_of_records_and_changed_by_whoever_reaches_everywhere(app) {
        app.province();
        let path = format!("{DAYS}/2027-01-01");
        let body = json!({"kind": "statutory", "name": "Tết Dương lịch"});
        for scope in ["records:write", "kpis:read", "admin"] {
            let client = app.caller("ann", "*", scope);
            due(&client, "2020-06-04", 1).problem(403, "insufficient-scope");
            days(&client, "2020-06-04", "2020-06-05").problem(403, "insufficient-scope");
        }
        app.caller("officer", "H19", "admin").put(&path, &body).send().problem(403, "out-of-reach");
        app.caller("writer", "*", "records:read records:write").put(&path, &body).send().problem(403, "insufficient-scope");
        assert_eq!(reader(app).get(&path).send().expect(200).json()["kind"], "ordinary");
        app.caller("officer", "*", "admin").put(&path, &body).send().expect(201);
    }

    fn what_is_not_right_is_refused_with_its_place(app) {
        let root = app.root();
        let fault = |place: &str, code: &str| vec![(place.to_owned(), code.to_owned())];
        let asked = |query: &str| root.get(&format!("/api/v1/calendar/{query}")).send().faults();
        assert_eq!(asked("due-date?from=2026-02-30&working_days=1"), fault("from", "date-invalid"));
        assert_eq!(asked("due-date?from=2026-02-03&working_days=-1"), fault("working_days", "out-of-range"));
        assert_eq!(asked("due-date?from=2026-02-03&working_days=10001"), fault("working_days", "out-of-range"));
        assert_eq!(asked("due-date?from=2026-02-03&working_days=1.5"), fault("working_days", "wrong-type"));
        assert_eq!(asked("due-date?from=2026-02-03"), fault("working_days", "required"));
        assert_eq!(asked("due-date?from=2026-02-03&working_days=1&days=2"), fault("days", "unknown-name"));
        assert_eq!(asked("days?from=2026-02-03"), fault("to", "required"));
        assert_eq!(asked("days?from=2026-02-03&to=2026-02-02"), fault("to", "mismatch"));
        let put = |date: &str, body: Value| root.put(&format!("{DAYS}/{date}"), &body).send().faults();
        assert_eq!(put("2026-02-29", json!({"kind": "tet"})), fault("date", "date-invalid"));
        assert_eq!(put("2026-02-28", json!({"kind": "holiday"})), fault("/kind", "not-in-set"));
        assert_eq!(put("2026-02-28", json!({"name": "Tết"})), fault("/kind", "required"));
        assert_eq!(put("2026-02-28", json!({"kind": "tet", "name": " "})), fault("/name", "wrong-form"));
        assert_eq!(put("2026-02-28", json!({"kind": "tet", "is_working": true})), fault("/is_working", "unknown-name"));
    }

    fn a_span_that_is_too_long_is_refused_with_a_way_to_narrow_it(app) {
        let root = app.root();
        assert_eq!(days(&root, "2024-01-01", "2025-02-03").expect(200).each("date").len(), 400);
        let refused = root.get(&format!("{DAYS}?from=2024-01-01&to=2025-02-04")).header("accept-language", "en").send();
        let problem = refused.problem(422, "calendar-span-too-long");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("401") && detail.contains("400") && detail.contains("a year at a time"), "{detail}");
        days(&root, "0001-01-01", "9999-12-30").problem(422, "calendar-span-too-long");
    }

    fn a_second_start_puts_nothing_back(app) {
        let rows = || app.database.count("SELECT COUNT(*) AS n FROM calendar_days");
        assert_eq!(rows(), 179, "the first start has put them in");
        let root = app.root();
        let path = format!("{DAYS}/2020-09-02");
        root.put(&path, &json!({"kind": "ordinary"})).if_match("*").send().expect(200);
        root.put(&format!("{DAYS}/2027-01-01"), &json!({"kind": "statutory"})).send().expect(201);
        let before = (root.get(&path).send().expect(200).etag(), audited(app));
        prepare(&app.database.config).unwrap();
        assert_eq!((root.get(&path).send().expect(200).etag(), audited(app), rows()), (before.0, before.1, 180));
        assert_eq!(root.get(&path).send().expect(200).json()["is_working"], true);
        // A release that knows more days adds only those of which nothing is recorded.
        app.database.execute("DELETE FROM calendar_days WHERE day = '2020-04-02'");
        prepare(&app.database.config).unwrap();
        assert_eq!((audited(app), rows()), (before.1 + 1, 180));
        assert_eq!(root.get(&path).send().expect(200).json()["kind"], "ordinary");
    }

    fn of_two_who_change_one_day_at_once_one_wins(app) {
        for round in 1..=5 {
            let path = format!("{DAYS}/2027-03-{round:02}");
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let (path, app) = (&path, &app);
                let put = |n: usize| move || app.root().put(path, &json!({"kind": "tet", "name": format!("{n}")})).send().status;
                let running: Vec<_> = (0..4).map(|n| scope.spawn(put(n))).collect();
                running.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
            assert_eq!(statuses.iter().filter(|status| **status == 428).count(), 3, "{statuses:?}");
        }
    }
}
