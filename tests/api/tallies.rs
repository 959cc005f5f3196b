//! Tallies: what an organization counts of its staff and divisions, from when until when that holds, and its figures.

use serde_json::{Value, json};

use crate::harness::Client;
use crate::ledger::assert_rolled_up;
use crate::on_both;
use crate::small_province::{one, told};

fn at(organization: &str, day: &str) -> String {
    format!("/api/v1/organizations/{organization}/tallies/{day}")
}

fn staff(all: i32, meeting: i32, mailbox: i32) -> Value {
    json!({"all": all, "meeting_standards": meeting, "on_mailbox": mailbox})
}

fn divisions(all: i32, inspected: i32) -> Value {
    json!({"with_procedures": all, "inspected": inspected})
}

fn state(client: &Client, organization: &str, day: &str, body: &Value) {
    client.put(&at(organization, day), body).send().expect(201);
}

on_both! {
    fn what_is_counted_holds_until_it_is_counted_again(app) {
        app.province();
        let root = app.root();
        // Later before earlier: the order of the days counts, not that of the statements.
        state(&root, "H19.06", "2024-09-30", &json!({"staff": staff(200, 150, 200)}));
        state(&root, "H19.06", "2024-03-31", &json!({"staff": staff(182, 182, 91), "divisions": divisions(4, 1)}));
        state(&root, "H19.06", "2024-06-30", &json!({"divisions": divisions(5, 5)}));
        let of = |kpi: &str, period: &str| one(&root, &format!("kpi={kpi}&org=H19.06&period={period}"));
        for (period, standards, mailbox, inspected) in [
            ("2023", json!([0, 0, null]), json!([0, 0, null]), json!([0, 0, null])),
            ("2024-Q1", json!([182, 182, 100]), json!([91, 182, 50]), json!([1, 4, 25])),
            ("2024-Q2", json!([182, 182, 100]), json!([91, 182, 50]), json!([5, 5, 100])),
            ("2024-Q3", json!([150, 200, 75]), json!([200, 200, 100]), json!([5, 5, 100])),
            ("2024", json!([150, 200, 75]), json!([200, 200, 100]), json!([5, 5, 100])),
            // Inspections are counted anew each year.
            ("2025", json!([150, 200, 75]), json!([200, 200, 100]), json!([0, 5, 0])),
        ] {
            let found = ["staff-meeting-standards", "staff-email", "divisions-inspected"].map(|kpi| of(kpi, period));
            assert_eq!(found, [standards, mailbox, inspected], "{period}");
        }
        let etag = root.get(&at("H19.06", "2024-03-31")).send().expect(200).etag();
        root.put(&at("H19.06", "2024-03-31"), &json!({"staff": staff(100, 50, 100)})).if_match(&etag).send().expect(200);
        assert_eq!(of("staff-meeting-standards", "2024-Q1"), json!([50, 100, 50]));
        assert_eq!(of("divisions-inspected", "2024-Q1"), json!([0, 0, null]), "no longer counted on that day");
        assert_eq!(of("divisions-inspected", "2024-Q2"), json!([5, 5, 100]));
        assert_rolled_up(app);
    }

    fn parents_add_up_what_each_counts_of_its_own(app) {
        app.province();
        let root = app.root();
        state(&root, "H19.06", "2024-06-30", &json!({"staff": staff(10, 9, 10)}));
        state(&root, "H19.06.02", "2024-06-30", &json!({"staff": staff(10, 6, 10)}));
        state(&root, "H19.09", "2024-06-30", &json!({"staff": staff(30, 30, 0)}));
        let of = |query: &str| told(&root, &format!("kpi=staff-meeting-standards&period=2024&org=H19&{query}"));
        assert_eq!(of(""), [json!(["H19", 45, 50, 90])]);
        assert_eq!(of("include=children"), [json!(["H19.06", 15, 20, 75]), json!(["H19.09", 30, 30, 100])]);
        let path = "/api/v1/figures/explain?kpi=staff-meeting-standards&org=H19.06&period=2024";
        let page = root.get(path).send().expect(200).json();
        let items: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| (item["kind"].clone(), item["code"].clone())).collect();
        assert_eq!(items, [(json!("tally"), json!("H19.06 2024-06-30")), (json!("tally"), json!("H19.06.02 2024-06-30"))]);
    }

    fn a_tally_has_versions_a_list_and_bounds(app) {
        app.province();
        let root = app.root();
        let path = at("H19.06", "2024-06-30");
        let body = json!({"staff": staff(10, 9, 10)});
        let first = root.put(&path, &body).send().expect(201);
        assert_eq!(first.json(), json!({"date": "2024-06-30", "staff": staff(10, 9, 10), "divisions": null}));
        assert_eq!(first.header("location"), Some(path.as_str()));
        root.put(&path, &body).send().problem(428, "condition-required");
        assert_eq!(root.put(&path, &body).if_match(&first.etag()).send().expect(200).etag(), first.etag());
        state(&root, "H19.06", "2024-03-31", &body);
        let list = root.get("/api/v1/organizations/H19.06/tallies").send().expect(200);
        assert_eq!(list.each("date"), ["2024-06-30", "2024-03-31"]);
        for (day, body, place, code) in [
            ("2026-01-06", body.clone(), "date", "in-the-future"),
            ("2024-07-31", json!({}), "/staff", "required"),
            ("2024-07-31", json!({"staff": staff(10, 11, 10)}), "/staff/meeting_standards", "wrong-sum"),
            ("2024-07-31", json!({"staff": staff(10, 10, 11)}), "/staff/on_mailbox", "wrong-sum"),
            ("2024-07-31", json!({"divisions": divisions(1, 2)}), "/divisions/inspected", "wrong-sum"),
            ("2024-07-31", json!({"divisions": divisions(-1, -1)}), "/divisions/with_procedures", "out-of-range"),
        ] {
            let faults = root.put(&at("H19.06", day), &body).send().faults();
            assert!(faults.contains(&(place.to_owned(), code.to_owned())), "{body}: {faults:?}");
        }
        let officer = app.caller("officer", "H19.09", "records:read records:write");
        officer.get(&path).send().problem(404, "not-found");
        officer.put(&at("H19.06", "2024-05-31"), &body).send().problem(404, "not-found");
    }

    fn a_closed_period_keeps_its_tallies(app) {
        app.province();
        let root = app.root();
        state(&root, "H19.06", "2024-02-29", &json!({"staff": staff(10, 10, 10)}));
        let reason = json!({"scheme": "calendar", "reason": "Báo cáo đã gửi"});
        root.put("/api/v1/organizations/H19/closings/2024-Q1", &reason).send().expect(201);
        let refused = root.put(&at("H19.06", "2024-03-31"), &json!({"staff": staff(10, 5, 10)})).send();
        assert_eq!(refused.status, 409, "{}", refused.text());
        state(&root, "H19.06", "2024-04-30", &json!({"staff": staff(10, 5, 10)}));
        assert_eq!(one(&root, "kpi=staff-meeting-standards&org=H19.06&period=2024-Q1"), json!([10, 10, 100]));
        assert_eq!(one(&root, "kpi=staff-meeting-standards&org=H19.06&period=2024"), json!([5, 10, 50]));
    }
}
