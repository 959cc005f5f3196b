//! The list of dossiers: whom each filter finds, in which order, in pages, within whose reach.

use serde_json::{Value, json};

use crate::dossiers::{dossier, event, push, with};
use crate::harness::{Client, TestApp};
use crate::on_both;

const BASE: &str = "/api/v1/dossiers";

/// A dossier of an organization, a procedure and a channel, with what happened on which days.
fn of(code: &str, whose: &str, happened: &str) -> Value {
    let [organization, procedure, channel]: [&str; 3] =
        whose.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let events = happened.split(", ").map(|said| {
        let (status, day) = said.split_once(' ').unwrap();
        event(status, &format!("{day}T09:00"))
    });
    let mut body = with(dossier(code, &[]), "events", events.collect());
    for (field, value) in [("organization", organization), ("procedure", procedure), ("channel", channel)] {
        body[field] = json!(value);
    }
    body
}

/// Eight dossiers of fifteen working days, but for H; today is 5 January 2026.
fn eight(app: &TestApp) -> Client {
    app.province();
    let root = app.root();
    let short = json!({"amount": 5, "unit": "working_day"});
    let items = [
        // Due on 25 June: early.
        of("A", "H19.06 1 online", "accepted 2020-06-04, completed 2020-06-22"),
        // Due on 26 June: on the day.
        of("B", "H19.06 1 direct", "accepted 2020-06-05, returned 2020-06-26"),
        // Due on 29 June: late.
        of("C", "H19.06.02 2 post", "accepted 2020-06-08, withdrawn 2020-07-01"),
        // Due on 30 June; it waits for the citizen, so within its deadline.
        of("D", "H19.06.02 1 online", "accepted 2020-06-09, supplement_requested 2020-06-10"),
        // Due on 1 July: overdue.
        of("E", "H19.09 1 online", "accepted 2020-06-10, in_progress 2020-06-11"),
        // Never accepted.
        of("F", "H19.09 2 direct", "submitted 2020-06-11"),
        of("G", "H19.09 1 direct", "submitted 2020-06-11, refused_at_intake 2020-06-12"),
        // 30 and 31 December, then 5, 6 and 7 January: the first was a holiday, the second swapped for Saturday the 10th.
        with(of("H", "H19.06 1 online", "accepted 2025-12-29"), "term", short),
    ];
    assert_eq!(push(&root, &items).expect(200).each("outcome"), ["created"; 8]);
    root
}

fn listed(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("{BASE}{query}")).send().expect(200).each("code")
}

on_both! {
    fn each_filter_finds_its_dossiers(app) {
        let root = eight(app);
        // By organization, then by day of acceptance; those that have none come last.
        assert_eq!(listed(&root, ""), ["A", "B", "H", "C", "D", "E", "F", "G"]);
        for (query, codes) in [
            ("?organization=H19", &["A", "B", "H", "C", "D", "E", "F", "G"][..]), ("?organization=H19.06", &["A", "B", "H", "C", "D"]),
            ("?organization=H19.06.02", &["C", "D"]), ("?organization=H19.09.01", &[]), ("?organization=H19.77", &[]),
            ("?procedure=2", &["C", "F"]), ("?procedure=3", &[]),
            ("?channel=online", &["A", "H", "D", "E"]), ("?channel=direct", &["B", "F", "G"]), ("?channel=post", &["C"]),
            ("?state=completed", &["A"]), ("?state=returned", &["B"]), ("?state=withdrawn", &["C"]), ("?state=supplement_requested", &["D"]),
            ("?state=in_progress", &["E"]), ("?state=submitted", &["F"]), ("?state=refused_at_intake", &["G"]), ("?state=accepted", &["H"]),
            ("?state=stopped", &[]),
            ("?lateness=early", &["A"]), ("?lateness=on_day", &["B"]), ("?lateness=late", &["C"]), ("?lateness=within", &["H", "D"]),
            ("?lateness=overdue", &["E"]),
            ("?accepted_from=2020-06-08", &["H", "C", "D", "E"]), ("?accepted_to=2020-06-05", &["A", "B"]),
            ("?accepted_from=2020-06-05&accepted_to=2020-06-09", &["B", "C", "D"]), ("?accepted_from=2020-06-09&accepted_to=2020-06-05", &[]),
            ("?ended_from=2020-06-26", &["B", "C"]), ("?ended_to=2020-06-26", &["A", "B"]), ("?ended_from=2020-06-23&ended_to=2020-06-30", &["B"]),
            ("?due_from=2020-06-29", &["H", "C", "D", "E"]), ("?due_to=2020-06-26", &["A", "B"]), ("?due_from=2020-06-29&due_to=2020-06-30", &["C", "D"]),
            // Who has no such day is in no span of days, however wide.
            ("?accepted_from=1900-01-01", &["A", "B", "H", "C", "D", "E"]), ("?accepted_to=9999-12-30", &["A", "B", "H", "C", "D", "E"]),
            ("?ended_from=1900-01-01", &["A", "B", "C"]), ("?ended_to=9999-12-30", &["A", "B", "C"]),
            ("?due_from=1900-01-01", &["A", "B", "H", "C", "D", "E"]), ("?due_to=9999-12-30", &["A", "B", "H", "C", "D", "E"]),
            ("?organization=H19.06&channel=online&lateness=within", &["H", "D"]), ("?procedure=1&state=in_progress&accepted_from=2020-06-10", &["E"]),
            ("?lateness=overdue&ended_from=2020-01-01", &[]),
        ] {
            assert_eq!(listed(&root, query), codes, "{query}");
        }
        // What a filter finds says so of itself.
        for lateness in ["early", "on_day", "late", "within", "overdue"] {
            let found = root.get(&format!("{BASE}?lateness={lateness}")).send().expect(200);
            assert!(found.each("lateness").iter().all(|shown| shown == lateness), "{lateness}");
        }
    }

    fn pages_follow_one_another_within_reach(app) {
        let root = eight(app);
        let (mut seen, mut query) = (Vec::new(), String::from("?limit=3"));
        loop {
            let page = root.get(&format!("{BASE}{query}")).send().expect(200);
            seen.extend(page.each("code"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            query = format!("?limit=3&cursor={next}");
        }
        assert_eq!(seen, ["A", "B", "H", "C", "D", "E", "F", "G"]);
        let within = |org: &str, query: &str| listed(&app.caller("reader", org, "records:read"), query);
        assert_eq!(within("H19.09", ""), ["E", "F", "G"]);
        assert_eq!(within("H19.06", "?channel=online"), ["A", "H", "D"]);
        assert_eq!(within("H19.06.02", "?organization=H19"), ["C", "D"]);
        app.caller("writer", "*", "records:write kpis:read").get(BASE).send().problem(403, "insufficient-scope");
    }

    fn a_filter_that_is_not_known_is_refused_with_the_nearest(app) {
        let root = app.root();
        let refused = |query: &str| root.get(&format!("{BASE}{query}")).header("accept-language", "en").send();
        for (query, place, code) in [
            ("?lateness=soon", "lateness", "not-in-set"), ("?channel=fax", "channel", "not-in-set"), ("?state=5", "state", "not-in-set"),
            ("?accepted_from=2020-02-30", "accepted_from", "date-invalid"), ("?due_to=2020-6-1", "due_to", "date-invalid"),
            ("?org=H19", "org", "unknown-name"), ("?citizen=a", "citizen", "unknown-name"),
        ] {
            assert_eq!(refused(query).faults()[0], (place.to_owned(), code.to_owned()), "{query}");
        }
        let problem = refused("?acepted_from=2020-06-04").problem(422, "invalid-request");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("did you mean accepted_from?"), "{problem}");
    }
}
