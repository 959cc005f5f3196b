//! Closed periods: which dossiers they no longer take, whom they hold for, how late ones come in, who may close and open.

use std::slice::from_ref;

use serde_json::{Value, json};

use crate::dossiers::{at, change, create, dossier, event, lasting_root, push, then, with};
use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::reorganizations::{URL as REORGANIZATIONS, decision};

const ACCEPTED: (&str, &str) = ("accepted", "2020-06-04T08:30");

fn closing(code: &str, period: &str) -> String {
    format!("/api/v1/organizations/{code}/closings/{period}")
}

fn said(more: &Value) -> Value {
    let mut body = json!({"scheme": "calendar", "reason": "Chốt số liệu báo cáo"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Says of a period that it is closed, or what else is said, whatever was said of it before.
fn say(client: &Client, code: &str, period: &str, more: &Value) -> Answer {
    let put = || client.put(&closing(code, period), &said(more));
    let first = put().send();
    if first.status == 428 { put().if_match("*").send() } else { first }
}

/// What is said, and must be done.
#[track_caller]
fn told(client: &Client, code: &str, period: &str, more: &Value) {
    let answer = say(client, code, period, more);
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
}

/// A dossier of an organization that was accepted on one day and completed on another.
fn lived(code: &str, organization: &str, accepted: &str, completed: &str) -> Value {
    let events =
        [event("accepted", &format!("{accepted}T08:30")), event("completed", &format!("{completed}T15:00"))];
    with(with(dossier(code, &[]), "organization", json!(organization)), "events", events.into())
}

/// One that is still open.
fn open(code: &str, organization: &str, accepted: &str) -> Value {
    let events = [event("accepted", &format!("{accepted}T08:30"))];
    with(with(dossier(code, &[]), "organization", json!(organization)), "events", events.into())
}

/// What becomes of a dossier that is pushed: its outcome, or why it is refused.
fn fate(client: &Client, body: &Value) -> String {
    let answer = push(client, from_ref(body)).expect(200).json();
    let item = &answer["items"][0];
    item["problem"]["code"].as_str().or(item["outcome"].as_str()).unwrap().to_owned()
}

/// What the trail keeps of closings.
fn entries(client: &Client) -> Vec<Value> {
    let trail = client.get("/api/v1/audit-entries?limit=500").send().expect(200).json();
    let items = trail["items"].as_array().unwrap();
    items.iter().filter(|entry| entry["act"] == "closing.set").cloned().collect()
}

fn kept(app: &TestApp) -> i64 {
    app.database.count("SELECT COUNT(*) AS n FROM dossiers")
}

on_both! {
    fn a_closed_period_takes_no_dossier(app) {
        app.province();
        let root = app.root();
        let before = lived("A", "H19.06", "2020-06-04", "2020-06-22");
        create(&root, &before).expect(201);
        told(&root, "H19.06", "2020-06", &json!({}));
        let late = root.put(&at("B"), &lived("B", "H19.06", "2020-06-05", "2020-06-19")).header("accept-language", "en").send();
        let detail = late.problem(409, "period-closed")["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("2020-06 (calendar)"), "{detail}");
        // What ended in it, was accepted in it or ended otherwise in it would change a figure of it.
        change(&root, &lived("A", "H19.06", "2020-06-04", "2020-06-23")).problem(409, "period-closed");
        change(&root, &lived("A", "H19.06", "2020-06-05", "2020-06-22")).problem(409, "period-closed");
        change(&root, &lived("A", "H19.06", "2020-07-01", "2020-07-02")).problem(409, "period-closed");
        change(&root, &with(before.clone(), "channel", json!("direct"))).problem(409, "period-closed");
        change(&root, &with(before.clone(), "due_at", json!("2020-06-22T17:00:00+07:00"))).problem(409, "period-closed");
        // Each item of a batch for itself; what is there already, and other months, are as welcome as before.
        let items = [
            before, lived("B", "H19.06", "2020-06-30", "2020-07-02"), lived("C", "H19.06", "2020-05-05", "2020-05-29"), lived("D", "H19.06", "2020-07-01", "2020-07-02"),
            dossier("E", &[("submitted", "2020-06-10T21:00")]),
        ];
        let answer = push(&root, &items).expect(200);
        assert_eq!(answer.each("outcome"), ["unchanged", "failed", "created", "created", "created"]);
        assert_eq!(answer.json()["items"][1]["problem"]["status"], 409);
        let whole = root.post("/api/v1/dossiers/batch?atomic=true", &json!({"items": items})).send().problem(422, "batch-refused");
        assert_eq!((&whole["items"][1]["problem"]["code"], kept(app)), (&json!("period-closed"), 4));
    }

    fn what_was_open_in_a_closed_period_stays_as_it_was(app) {
        app.province();
        let root = app.root();
        // Accepted on 20 May, due on 10 June (15 working days), never settled: open in June, past its due day from the 11th on.
        let dragging = open("A", "H19.06", "2020-05-20");
        // Promised for July: open in June, and within its deadline.
        let promised = |due: &str| with(open("B", "H19.06", "2020-06-04"), "due_at", json!(format!("{due}T17:00:00+07:00")));
        for body in [&dragging, &promised("2020-07-20")] {
            create(&root, body).expect(201);
        }
        told(&root, "H19.06", "2020-06", &json!({}));
        let carried = |completed: &str| lived("C", "H19.06", "2020-05-20", completed);
        for (body, what) in [
            (open("C", "H19.06", "2020-05-20"), "one more is carried over"), (carried("2020-07-01"), "carried over, and on"), (carried("2020-06-01"), "carried over, and settled"),
            (then(dragging.clone(), "completed", "2020-05-29T15:00", None), "one less is carried over"),
            (then(dragging.clone(), "completed", "2020-06-30T15:00", None), "one less is open at the end"),
            (with(dragging.clone(), "due_at", json!("2020-07-31T17:00:00+07:00")), "one less is past its due day"),
            (then(then(dragging.clone(), "supplement_requested", "2020-06-29T09:00", None), "supplement_received", "2020-07-02T09:00", None), "it waited at the end"),
            (promised("2020-06-10"), "one more is past its due day"), (promised("2020-06-29"), "also if only on the last day"),
        ] {
            assert_eq!(fate(&root, &body), "period-closed", "{what}");
        }
        // Ended on 31 May: it is not carried over. What happens from 1 July on is of another period.
        for (body, outcome) in [
            (carried("2020-05-31"), "created"), (promised("2020-06-30"), "updated"), (promised("2020-07-01"), "updated"),
            (then(promised("2020-07-01"), "completed", "2020-07-01T09:00", None), "updated"), (then(dragging, "completed", "2020-07-01T15:00", None), "updated"),
        ] {
            assert_eq!(fate(&root, &body), outcome, "{body}");
        }
    }

    fn what_changes_no_figure_of_a_closed_period_is_taken(app) {
        app.province();
        let root = app.root();
        let body = lived("A", "H19.06", "2020-06-04", "2020-06-22");
        create(&root, &body).expect(201);
        told(&root, "H19", "2020-06", &json!({}));
        // Steps on the way, the hand-over of a result that was ready, the hour: none of them is counted.
        let walked = then(then(body.clone(), "in_progress", "2020-06-08T09:00", None), "returned", "2020-06-24T09:00", None);
        let dated = with(walked.clone(), "updated_at", json!("2020-06-24T10:00:00+07:00"));
        let by_the_hour = with(dated.clone(), "events", [event("accepted", "2020-06-04T10:00"), event("completed", "2020-06-22T09:00")].into());
        for (body, outcome) in [(&body, "unchanged"), (&walked, "updated"), (&dated, "updated"), (&by_the_hour, "updated")] {
            assert_eq!(fate(&root, body), outcome, "{body}");
        }
    }

    fn each_scheme_closes_its_own_days(app) {
        app.province();
        let root = app.root();
        let closed = say(&root, "H19.06", "2020-06", &json!({"scheme": "nd09"})).expect(201);
        let location = format!("{}?scheme=nd09", closing("H19.06", "2020-06"));
        assert_eq!(closed.header("location"), Some(location.as_str()));
        // The reporting month of June goes from 15 May to 14 June (NĐ 09/2019, Điều 12).
        let view = json!({
            "period": "2020-06", "scheme": "nd09", "from": "2020-05-15", "to": "2020-06-14", "status": "closed", "late_until": null,
            "reason": "Chốt số liệu báo cáo"
        });
        let found = root.get(&location).send().expect(200);
        assert_eq!((closed.json(), found.json(), found.etag()), (view.clone(), view, closed.etag()));
        root.get(&closing("H19.06", "2020-06")).send().problem(404, "not-found");
        let day = |code: &str, day: &str| fate(&root, &lived(code, "H19.06", day, day));
        for (n, (on, outcome)) in [("2020-05-14", "created"), ("2020-05-15", "period-closed"), ("2020-06-14", "period-closed"), ("2020-06-15", "created"), ("2020-06-30", "created")].into_iter().enumerate() {
            assert_eq!(day(&format!("M{n}"), on), outcome, "{on}");
        }
        // The year 2020 of the decree ends on 14 December; its last moment is that of Viet Nam.
        told(&root, "H19.06", "2020", &json!({"scheme": "nd09"}));
        for (n, (on, outcome)) in [("2019-12-14", "created"), ("2019-12-15", "period-closed"), ("2020-06-15", "period-closed"), ("2020-12-15", "created"), ("2020-12-31", "created")].into_iter().enumerate() {
            assert_eq!(day(&format!("Y{n}"), on), outcome, "{on}");
        }
        let at_once = |code: &str, moment: &str| with(dossier(code, &[]), "events", [json!({"status": "accepted", "at": moment}), json!({"status": "completed", "at": moment})].into());
        assert_eq!(fate(&root, &at_once("Z1", "2020-12-14T16:59:59Z")), "period-closed");
        assert_eq!(fate(&root, &at_once("Z2", "2020-12-14T17:00:00Z")), "created");
        // By the calendar 15 December is of the year 2020, and free until that is closed too.
        told(&root, "H19.06", "2020", &json!({}));
        for (code, on, outcome) in [("C1", "2020-12-20", "period-closed"), ("C2", "2019-12-31", "period-closed"), ("C3", "2019-12-10", "created"), ("C4", "2021-01-01", "created")] {
            assert_eq!(day(code, on), outcome, "{on}");
        }
    }

    fn a_period_is_closed_after_its_last_day(app) {
        app.province();
        let root = lasting_root(app);
        // Today is 5 January 2026. The reporting year 2025 ended on 14 December; its first month of 2026 ends on 14 January.
        for (period, scheme) in [("2026-01", "calendar"), ("2026", "calendar"), ("2026-Q1", "calendar"), ("2026-01", "nd09"), ("2026", "nd09"), ("2030", "calendar")] {
            for status in ["closed", "reopened"] {
                let body = json!({"scheme": scheme, "status": status});
                say(&root, "H19.06", period, &body).problem(409, "period-not-over");
            }
        }
        for (period, scheme) in [("2025-12", "calendar"), ("2025", "calendar"), ("2025-12", "nd09"), ("2025-H2", "nd09"), ("2025-9M", "nd09")] {
            say(&root, "H19.06", period, &json!({"scheme": scheme})).expect(201);
        }
        let january = || say(&root, "H19.06", "2026-01", &json!({"scheme": "nd09"}));
        app.clock.set("2026-01-14T16:59:59Z".parse().unwrap());
        january().problem(409, "period-not-over");
        app.clock.set("2026-01-14T17:00:00Z".parse().unwrap());
        january().expect(201);
    }

    fn late_records_are_taken_until_the_day_of_the_exception(app) {
        app.province();
        let root = lasting_root(app);
        let june = |code: &str, organization: &str| fate(&root, &lived(code, organization, "2020-06-04", "2020-06-22"));
        told(&root, "H19", "2020-06", &json!({}));
        assert_eq!(june("A", "H19.06"), "period-closed");
        say(&root, "H19.06", "2020-06", &json!({"late_until": "2026-01-07", "reason": "Cho bổ sung"})).expect(201);
        // For the organization and those below it, for nobody else.
        for (code, organization, outcome) in [("A", "H19.06", "created"), ("B", "H19.06.02", "created"), ("C", "H19.09", "period-closed"), ("D", "H19", "period-closed")] {
            assert_eq!(june(code, organization), outcome, "{organization}");
        }
        app.clock.set("2026-01-07T16:59:59Z".parse().unwrap());
        assert_eq!(june("E", "H19.06"), "created", "the last day counts");
        app.clock.set("2026-01-07T17:00:00Z".parse().unwrap());
        assert_eq!((june("F", "H19.06"), june("G", "H19.06.02")), ("period-closed".to_owned(), "period-closed".to_owned()));
    }

    fn reopening_is_written_down_and_lets_records_in(app) {
        app.province();
        let root = app.root();
        let june = |code: &str| fate(&root, &lived(code, "H19.06", "2020-06-04", "2020-06-22"));
        let path = closing("H19.06", "2020-06");
        let first = root.put(&path, &said(&json!({}))).send().expect(201);
        assert_eq!(june("A"), "period-closed");
        let opened = said(&json!({"status": "reopened", "reason": "Sai số liệu của phòng"}));
        root.put(&path, &opened).send().problem(428, "condition-required");
        let second = root.put(&path, &opened).if_match(&first.etag()).send().expect(200);
        root.put(&path, &opened).if_match(&first.etag()).send().problem(412, "version-mismatch");
        assert_eq!((&second.json()["status"], &second.json()["reason"]), (&json!("reopened"), &json!("Sai số liệu của phòng")));
        assert_eq!(root.put(&path, &opened).if_match(&second.etag()).send().expect(200).etag(), second.etag(), "the same again");
        assert_eq!(june("A"), "created");
        let third = root.put(&path, &said(&json!({}))).if_match(&second.etag()).send().expect(200);
        assert_eq!(june("B"), "period-closed");
        let trail = entries(&root);
        assert_eq!(trail.len(), 3, "what changes nothing leaves no entry: {trail:?}");
        for (entry, answer) in trail.iter().zip([first, second, third]) {
            assert_eq!((&entry["actor"], &entry["subject"]), (&json!("root"), &json!("H19.06 2020-06 calendar")));
            assert_eq!(entry["detail"], answer.json());
            assert_eq!(entry["request_id"].as_str(), answer.header("x-request-id"));
        }
        // A month that is open lies in a year that is closed.
        told(&root, "H19.06", "2020", &json!({}));
        told(&root, "H19.06", "2020-06", &json!({"status": "reopened"}));
        assert_eq!(june("B"), "period-closed");
        told(&root, "H19.06", "2020", &json!({"status": "reopened"}));
        assert_eq!(june("B"), "created");
    }

    fn a_closing_holds_for_all_below_and_for_nobody_beside(app) {
        app.province();
        let root = app.root();
        let [ours, theirs] = [("A", "H19.06.02"), ("B", "H19.09")].map(|(code, organization)| lived(code, organization, "2020-06-04", "2020-06-22"));
        for body in [&ours, &theirs, &lived("C", "H19.06", "2020-07-01", "2020-07-10")] {
            create(&root, body).expect(201);
        }
        told(&root, "H19.06", "2020-06", &json!({}));
        for (code, organization, outcome) in [
            ("D", "H19.06", "period-closed"), ("E", "H19.06.02", "period-closed"), ("F", "H19", "created"), ("G", "H19.09", "created"), ("H", "H19.09.01", "created"),
        ] {
            assert_eq!(fate(&root, &lived(code, organization, "2020-06-04", "2020-06-22")), outcome, "{organization}");
        }
        // A dossier is neither taken out of a closed period nor brought into one by changing hands.
        assert_eq!(fate(&root, &with(ours, "organization", json!("H19.09"))), "period-closed");
        assert_eq!(fate(&root, &with(theirs.clone(), "organization", json!("H19.06"))), "period-closed");
        assert_eq!(fate(&root, &with(theirs, "organization", json!("H19.09.01"))), "updated");
        assert_eq!(fate(&root, &lived("C", "H19.09", "2020-07-01", "2020-07-10")), "updated");
        told(&root, "H19", "2020-06", &json!({}));
        for (code, organization) in [("I", "H19"), ("J", "H19.09"), ("K", "H19.09.01")] {
            assert_eq!(fate(&root, &lived(code, organization, "2020-06-04", "2020-06-22")), "period-closed", "{organization}");
        }
    }

    fn the_procedure_of_a_dossier_stays_what_it_was_in_a_closed_period(app) {
        app.province();
        let root = app.root();
        let bodies = [
            // In June; carried through June; over before June; after it; never accepted.
            (lived("A", "H19.06", "2020-06-04", "2020-06-22"), "period-closed"), (lived("B", "H19.06", "2020-05-20", "2020-07-10"), "period-closed"),
            (open("C", "H19.06", "2020-05-20"), "period-closed"), (lived("D", "H19.06", "2020-05-05", "2020-05-29"), "updated"),
            (lived("E", "H19.06", "2020-07-01", "2020-07-10"), "updated"), (dossier("F", &[("submitted", "2020-06-10T21:00")]), "updated"),
        ];
        for (body, _) in &bodies {
            create(&root, body).expect(201);
        }
        told(&root, "H19.06", "2020-06", &json!({}));
        // Form II.06a has a row for each procedure: one would lose a dossier, and another find one.
        for (body, outcome) in bodies {
            assert_eq!(fate(&root, &with(body.clone(), "procedure", json!("1.001613"))), outcome, "{body}");
        }
        told(&root, "H19.06", "2020-06", &json!({"status": "reopened"}));
        assert_eq!(fate(&root, &with(lived("A", "H19.06", "2020-06-04", "2020-06-22"), "procedure", json!("1.001613"))), "updated");
    }

    fn a_closing_above_ends_what_was_said_below_before(app) {
        app.province();
        let root = app.root();
        let in_month = |code: &str, organization: &str, month: &str| fate(&root, &lived(code, organization, &format!("{month}-04"), &format!("{month}-22")));
        let june = |code: &str, organization: &str| in_month(code, organization, "2020-06");
        told(&root, "H19.06", "2020-06", &json!({}));
        told(&root, "H19.06", "2020-06", &json!({"status": "reopened", "reason": "Bổ sung"}));
        assert_eq!(june("A", "H19.06"), "created");
        // The province closes: what the department had allowed before is over.
        told(&root, "H19", "2020-06", &json!({}));
        assert_eq!([june("B", "H19.06"), june("C", "H19.06.02"), june("D", "H19.09")], ["period-closed"; 3]);
        // What is allowed after that holds, for those below as well.
        told(&root, "H19.06", "2020-06", &json!({"late_until": "2026-01-31", "reason": "Bổ sung sau khi tỉnh chốt"}));
        assert_eq!([june("B", "H19.06"), june("C", "H19.06.02"), june("D", "H19.09")], ["created", "created", "period-closed"]);
        // Who stands further below may close for itself; opening above does not open it.
        told(&root, "H19.06.02", "2020-06", &json!({}));
        assert_eq!([june("E", "H19.06"), june("F", "H19.06.02")], ["created", "period-closed"]);
        told(&root, "H19", "2020-06", &json!({"status": "reopened"}));
        assert_eq!([june("D", "H19.09"), june("F", "H19.06.02")], ["created", "period-closed"]);
        told(&root, "H19", "2020-06", &json!({"reason": "Chốt lại"}));
        assert_eq!([june("G", "H19.06"), june("H", "H19.09"), june("F", "H19.06.02")], ["period-closed"; 3]);
        // An exception of the province spares those who did not close for themselves.
        told(&root, "H19.09", "2020-05", &json!({}));
        told(&root, "H19", "2020-05", &json!({"late_until": "2026-01-31"}));
        assert_eq!([in_month("I", "H19.06", "2020-05"), in_month("J", "H19.09", "2020-05")], ["created", "period-closed"]);
    }

    fn who_stood_above_on_the_last_day_of_the_period_counts(app) {
        app.province();
        let root = app.root();
        // From 1 July 2021 on the division of H19.06 belongs to H19.09.
        let body = decision("transfer", &json!({"predecessors": ["H19.06.02"], "parent": "H19.09"}));
        root.post(REORGANIZATIONS, &body).send().expect(201);
        for (code, period) in [("H19.06", "2020-06"), ("H19.09", "2020-05"), ("H19.09", "2021-08"), ("H19.06", "2021-09")] {
            told(&root, code, period, &json!({}));
        }
        for (code, month, outcome) in [("A", "2020-06", "period-closed"), ("B", "2020-05", "created"), ("C", "2021-08", "period-closed"), ("D", "2021-09", "created")] {
            let body = lived(code, "H19.06.02", &format!("{month}-05"), &format!("{month}-12"));
            assert_eq!(fate(&root, &body), outcome, "{month}");
        }
        // The division may say something where none of those who stood above it then has closed.
        let division = app.caller("division", "H19.06.02", "kpis:write records:read");
        for (period, above) in [("2020-06", Some("H19.06")), ("2020-05", None), ("2021-08", Some("H19.09")), ("2021-09", None)] {
            let answer = say(&division, "H19.06.02", period, &json!({"status": "reopened"}));
            match above {
                None => assert_eq!(answer.status, 201, "{period}: {}", answer.text()),
                Some(above) => {
                    let detail = answer.problem(409, "period-closed-above")["detail"].as_str().unwrap().to_owned();
                    assert!(detail.contains(above), "{period}: {detail}");
                }
            }
        }
    }

    fn a_period_is_opened_by_whoever_reaches_who_closed_it(app) {
        app.province();
        let root = app.root();
        let science = app.caller("science", "H19.06", "kpis:write records:read records:write");
        say(&science, "H19.06", "2020-06", &json!({})).expect(201);
        say(&science, "H19.06.02", "2020-06", &json!({"status": "reopened"})).expect(201);
        for code in ["H19", "H19.09", "H19.77"] {
            say(&science, code, "2020-06", &json!({})).problem(404, "not-found");
        }
        told(&root, "H19", "2020-07", &json!({}));
        for more in [json!({}), json!({"status": "reopened"}), json!({"late_until": "2026-01-31"})] {
            let detail = say(&science, "H19.06", "2020-07", &more).problem(409, "period-closed-above")["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains("H19 "), "{detail}");
        }
        say(&root, "H19.06", "2020-07", &json!({"status": "reopened"})).expect(201);
        told(&root, "H19", "2020-07", &json!({"status": "reopened"}));
        say(&science, "H19.06", "2020-07", &json!({})).expect(200);
        for scope in ["records:read records:write", "kpis:read", "admin"] {
            say(&app.caller("ann", "*", scope), "H19.06", "2020-08", &json!({})).problem(403, "insufficient-scope");
        }
        let reader = |org: &str| app.caller("reader", org, "records:read").get(&closing("H19.06", "2020-06")).send();
        assert_eq!(reader("H19.06").expect(200).json()["status"], "closed");
        reader("H19.09").problem(404, "not-found");
        app.caller("ann", "*", "kpis:write").get(&closing("H19.06", "2020-06")).send().problem(403, "insufficient-scope");
    }

    fn what_is_said_of_a_period_is_said_rightly(app) {
        app.province();
        let root = app.root();
        for (more, place, code) in [
            (json!({"scheme": "lunar"}), "/scheme", "not-in-set"), (json!({"status": "open"}), "/status", "not-in-set"), (json!({"reason": " "}), "/reason", "wrong-form"),
            (json!({"reason": "a".repeat(1001)}), "/reason", "wrong-length"), (json!({"late_until": "2020-02-30"}), "/late_until", "date-invalid"),
            (json!({"until": "2026-01-31"}), "/until", "unknown-name"),
        ] {
            let faults = say(&root, "H19.06", "2020-06", &more).faults();
            assert!(faults.contains(&(place.to_owned(), code.to_owned())), "{more}: {faults:?}");
        }
        for field in ["scheme", "reason"] {
            let mut body = said(&json!({}));
            body.as_object_mut().unwrap().remove(field);
            let faults = root.put(&closing("H19.06", "2020-06"), &body).send().faults();
            assert_eq!(faults, [(format!("/{field}"), "required".to_owned())]);
        }
        for period in ["2020-13", "2020-Q5", "20", "2020-6"] {
            assert_eq!(say(&root, "H19.06", period, &json!({})).faults(), [("period".to_owned(), "period-invalid".to_owned())], "{period}");
        }
        assert_eq!((entries(&root).len(), fate(&root, &dossier("A", &[ACCEPTED]))), (0, "created".to_owned()));
    }
}
