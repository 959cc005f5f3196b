//! Dossiers: what is refused and why, which state wins, lists, batches, and that nothing of a person is ever taken.

use std::slice::from_ref;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp, Token};
use crate::ledger::{around, assert_rolled_up, until};
use crate::on_both;

const BASE: &str = "/api/v1/dossiers";
const BATCH: &str = "/api/v1/dossiers/batch";
const ACCEPTED: (&str, &str) = ("accepted", "2020-06-04T08:30");

/// Something that happened, at a time of Viet Nam's clocks.
pub fn event(status: &str, at: &str) -> Value {
    json!({"status": status, "at": format!("{at}:00+07:00")})
}

/// A dossier of fifteen working days, with what happened to it.
pub fn dossier(code: &str, events: &[(&str, &str)]) -> Value {
    let events: Vec<Value> = events.iter().map(|(status, at)| event(status, at)).collect();
    json!({
        "code": code, "organization": "H19.06", "procedure": "1.001612", "channel": "online",
        "term": {"amount": 15, "unit": "working_day"}, "events": events
    })
}

pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// The same, to which something else happened: a new promise, if a day is given.
pub fn then(mut body: Value, status: &str, at: &str, due: Option<&str>) -> Value {
    let mut next = event(status, at);
    if let Some(due) = due {
        next["due_at"] = json!(format!("{due}T17:00:00+07:00"));
    }
    body["events"].as_array_mut().unwrap().push(next);
    body
}

pub fn at(code: &str) -> String {
    format!("{BASE}/{code}")
}

fn path(body: &Value) -> String {
    at(body["code"].as_str().unwrap())
}

/// Puts a dossier that is not there yet.
pub fn create(client: &Client, body: &Value) -> Answer {
    client.put(&path(body), body).send()
}

/// Puts a dossier in the place of what is there.
pub fn change(client: &Client, body: &Value) -> Answer {
    client.put(&path(body), body).if_match("*").send()
}

pub fn push(client: &Client, items: &[Value]) -> Answer {
    client.post(BATCH, &json!({"items": items})).send()
}

pub fn shown(client: &Client, code: &str) -> Value {
    client.get(&at(code)).send().expect(200).json()
}

/// A caller who may do everything, all through January.
pub fn lasting_root(app: &TestApp) -> Client {
    let all = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    let mut token = Token::new("root", "*", &all);
    token.0.exp += 30 * 24 * 3600;
    app.bearer(&token.signed())
}

/// What a refusal says: status, code, text, and the places and codes of single faults.
fn told(problem: &Value) -> Value {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let faults: Vec<Value> = errors.iter().map(|fault| json!([fault["pointer"], fault["code"]])).collect();
    json!([problem["status"], problem["code"], problem["detail"], faults])
}

/// How a dossier that is not there yet is refused, by PUT and in a batch alike.
#[track_caller]
pub fn refused(client: &Client, body: &Value) -> Value {
    let one = client.put(&at("A"), body).header("accept-language", "en").send();
    let many = client.post(BATCH, &json!({"items": [body]})).header("accept-language", "en").send();
    let item = many.expect(200).json()["items"][0].clone();
    assert_eq!(item["outcome"], "failed", "{body}, by PUT {}", one.text());
    assert_eq!(told(&item["problem"]), told(&one.json()), "{body}");
    told(&one.json())
}

fn rows(app: &TestApp) -> [i64; 5] {
    let counted = ["dossiers", "counter_days", "counter_years", "audit_entries"]
        .map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
    let versions = app.database.count("SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM dossiers");
    let [dossiers, days, years, audited] = counted;
    [dossiers, days, years, audited, versions]
}

on_both! {
    fn what_was_pushed_comes_back_and_counts(app) {
        app.clock.set("2020-06-29T05:00:00Z".parse().unwrap());
        app.province();
        let root = app.root();
        let code = "000.00.06.H19-200604-0001";
        let open = dossier(code, &[ACCEPTED]);
        let first = create(&root, &open).expect(201);
        assert_eq!(first.header("location"), Some(at(code).as_str()));
        let stock = |day: &str| until(app, "H19.06", "dossiers-open-within", day);
        // Due on Thursday 25 June: the 15th working day after the 4th.
        assert_eq!((stock("2020-06-03"), stock("2020-06-04"), stock("2020-06-25"), stock("2020-06-26")), (0, 1, 1, 0));
        assert_eq!(until(app, "H19.06", "dossiers-open-past", "2026-01-05"), 1);
        app.clock.set("2020-07-20T05:00:00Z".parse().unwrap());
        let root = app.root();
        let told_again = then(open, "rescheduled", "2020-06-24T10:00", Some("2020-07-10"));
        let whole = then(then(told_again, "completed", "2020-07-09T15:00", None), "returned", "2020-07-20T09:00", None);
        root.put(&at(code), &whole).send().problem(428, "condition-required");
        root.put(&at(code), &whole).if_match("\"9\"").send().problem(412, "version-mismatch");
        root.put(&at(code), &whole).if_match(&first.etag()).send().expect(200);
        let mut expected = whole;
        for (field, value) in [
            ("state", json!("returned")), ("accepted_on", json!("2020-06-04")), ("ended_on", json!("2020-07-09")),
            ("due_at_original", json!("2020-06-25")), ("due_at_current", json!("2020-07-10")), ("lateness", json!("early")),
            ("due_at", Value::Null), ("updated_at", Value::Null),
        ] {
            expected[field] = value;
        }
        assert_eq!(shown(&root, code), expected, "that, and nothing else");
        assert_eq!(around(app, "H19.06", "dossiers-accepted-online", "2020-06-04"), 1);
        assert_eq!(around(app, "H19.06", "dossiers-ended-early", "2020-07-09"), 1);
        // It was never past a promise: the new one was made on the 24th, before the old one was over.
        assert_eq!((stock("2020-07-08"), stock("2020-07-09"), until(app, "H19.06", "dossiers-open-past", "2026-01-05")), (1, 0, 0));
        assert_rolled_up(app);
        assert_eq!(root.put(&at("B"), &expected).send().faults().len(), 6, "what the service adds is not for pushing");
        assert_eq!(root.put(&at("B"), &dossier("A", &[ACCEPTED])).send().faults(), [("/code".to_owned(), "mismatch".to_owned())]);
    }

    fn the_end_is_completed_or_else_returned_or_else_stopped_or_withdrawn(app) {
        app.province();
        let root = app.root();
        // What systems leave out may be missing; the order of precedence is that of QĐ 766, 2.1, rule 2.
        for (n, (events, state, accepted, ended)) in [
            (&[("accepted", "2020-06-04T08:30"), ("completed", "2020-06-10T09:00"), ("returned", "2020-06-15T09:00")][..], "returned", true, Some("2020-06-10")),
            (&[("accepted", "2020-06-04T08:30"), ("returned", "2020-06-15T09:00")], "returned", true, Some("2020-06-15")),
            (&[("accepted", "2020-06-04T08:30"), ("stopped", "2020-06-10T09:00"), ("returned", "2020-06-15T09:00")], "returned", true, Some("2020-06-15")),
            (&[("accepted", "2020-06-04T08:30"), ("stopped", "2020-06-10T09:00")], "stopped", true, Some("2020-06-10")),
            (&[("accepted", "2020-06-04T08:30"), ("withdrawn", "2020-06-11T09:00")], "withdrawn", true, Some("2020-06-11")),
            (&[("accepted", "2020-06-04T08:30"), ("in_progress", "2020-06-05T09:00")], "in_progress", true, None),
            // Never accepted: they count nowhere.
            (&[("submitted", "2020-06-03T21:00")], "submitted", false, None),
            (&[("submitted", "2020-06-03T21:00"), ("withdrawn", "2020-06-04T09:00")], "withdrawn", false, None),
            (&[("submitted", "2020-06-03T21:00"), ("refused_at_intake", "2020-06-04T09:00")], "refused_at_intake", false, None),
            (&[("submitted", "2020-06-03T21:00"), ("supplement_requested", "2020-06-04T09:00")], "supplement_requested", false, None),
        ].into_iter().enumerate() {
            let view = create(&root, &dossier(&format!("D{n}"), events)).expect(201).json();
            assert_eq!((&view["state"], &view["ended_on"]), (&json!(state), &json!(ended)), "{view}");
            assert_eq!(view["accepted_on"], json!(accepted.then_some("2020-06-04")), "{view}");
            for field in ["due_at_original", "due_at_current", "lateness"] {
                assert_eq!(view[field].is_string(), accepted, "{field} of {view}");
            }
        }
        assert_eq!(around(app, "H19.06", "dossiers-accepted-online", "2020-06-04"), 6);
        assert_eq!(until(app, "H19.06", "dossiers-accepted-online", "2025-12-31"), 6);
    }

    fn what_cannot_have_happened_is_refused_with_the_reason(app) {
        app.province();
        let root = app.root();
        for (events, later, before) in [
            // The clock starts at acceptance: before it nothing is settled, promised or in progress.
            (&[("completed", "2020-06-05T08:00")][..], "completed", ""),
            (&[("submitted", "2020-06-03T08:00"), ("in_progress", "2020-06-04T08:00")], "in_progress", "submitted"),
            // What ended is not taken up again.
            (&[ACCEPTED, ("completed", "2020-06-05T08:00"), ("accepted", "2020-06-08T08:00")], "accepted", "completed"),
            (&[ACCEPTED, ("returned", "2020-06-05T08:00"), ("in_progress", "2020-06-08T08:00")], "in_progress", "returned"),
            (&[ACCEPTED, ("withdrawn", "2020-06-05T08:00"), ("supplement_requested", "2020-06-08T08:00")], "supplement_requested", "withdrawn"),
            (&[ACCEPTED, ("completed", "2020-06-05T08:00"), ("withdrawn", "2020-06-08T08:00")], "withdrawn", "completed"),
            // A result is ready before it is handed over (9, then 10).
            (&[ACCEPTED, ("returned", "2020-06-05T08:00"), ("completed", "2020-06-08T08:00")], "completed", "returned"),
            // Intake either accepts or refuses (2 or 3), after the dossier came in (1).
            (&[ACCEPTED, ("refused_at_intake", "2020-06-05T08:00")], "refused_at_intake", "accepted"),
            (&[("refused_at_intake", "2020-06-03T08:00"), ACCEPTED], "accepted", "refused_at_intake"),
            (&[ACCEPTED, ("submitted", "2020-06-05T08:00")], "submitted", "accepted"),
            // At one moment it cannot do both either, in whichever order.
            (&[ACCEPTED, ("refused_at_intake", "2020-06-04T08:30")], "", ""),
        ] {
            let told = refused(&root, &dossier("A", events));
            assert_eq!((&told[0], &told[1]), (&json!(422), &json!("impossible-sequence")), "{events:?}");
            let detail = told[2].as_str().unwrap();
            assert!(detail.contains(later) && detail.contains(before), "{events:?}: {detail}");
        }
        // A wait ends that nobody began; each request has its own answer.
        for events in [
            &[ACCEPTED, ("supplement_received", "2020-06-05T08:00")][..],
            &[ACCEPTED, ("obligation_met", "2020-06-05T08:00")],
            &[ACCEPTED, ("in_progress", "2020-06-05T08:00"), ("supplement_received", "2020-06-08T08:00")],
            &[ACCEPTED, ("supplement_requested", "2020-06-05T08:00"), ("obligation_met", "2020-06-08T08:00")],
            &[ACCEPTED, ("financial_obligation", "2020-06-05T08:00"), ("supplement_received", "2020-06-08T08:00")],
        ] {
            let told = refused(&root, &dossier("A", events));
            assert_eq!((&told[0], &told[1]), (&json!(422), &json!("not-waiting")), "{events:?}");
        }
        // Once at most (NĐ 61/2018/NĐ-CP).
        let once = then(dossier("A", &[ACCEPTED]), "rescheduled", "2020-06-24T08:00", Some("2020-07-10"));
        let told = refused(&root, &then(once.clone(), "rescheduled", "2020-07-09T08:00", Some("2020-07-20")));
        assert_eq!((&told[0], &told[1]), (&json!(422), &json!("rescheduled-twice")));
        assert_eq!(rows(app)[0], 0);
        create(&root, &then(once, "rescheduled", "2020-06-24T08:00", Some("2020-07-10"))).expect(201);
    }

    fn what_lies_in_the_future_is_refused(app) {
        app.province();
        let root = app.root();
        // It is 08:00 on 5 January 2026 in Viet Nam; the clock of another system may be five minutes ahead.
        let told = refused(&root, &dossier("A", &[("accepted", "2026-01-05T08:06")]));
        assert_eq!((&told[0], &told[1]), (&json!(422), &json!("event-in-future")));
        let dated = |code: &str, moment: &str| with(dossier(code, &[ACCEPTED]), "updated_at", json!(moment));
        let told = refused(&root, &dated("A", "2026-01-05T08:05:00.000001+07:00"));
        assert_eq!((&told[1], &told[3]), (&json!("invalid-request"), &json!([["/updated_at", "in-the-future"]])));
        create(&root, &dossier("A", &[("accepted", "2026-01-05T08:05")])).expect(201);
        create(&root, &dated("B", "2026-01-05T01:05:00Z")).expect(201);
    }

    fn events_come_in_any_order_and_more_than_once(app) {
        app.province();
        let root = app.root();
        let ordered = dossier("A", &[
            ("submitted", "2020-06-03T21:15"), ACCEPTED, ("supplement_requested", "2020-06-10T09:00"),
            ("supplement_received", "2020-06-16T10:00"), ("completed", "2020-06-30T15:00"),
        ]);
        let mut shuffled = ordered.clone();
        let events = shuffled["events"].as_array_mut().unwrap();
        events.reverse();
        events.push(event("accepted", "2020-06-04T08:30"));
        // The same moment by the clocks of Greenwich.
        events.push(json!({"status": "completed", "at": "2020-06-30T08:00:00Z"}));
        let first = create(&root, &shuffled).expect(201);
        assert_eq!(first.json()["events"], ordered["events"]);
        assert_eq!(push(&root, from_ref(&ordered)).each("outcome"), ["unchanged"]);
        assert_eq!(change(&root, &shuffled).expect(200).json(), first.json());
        assert_eq!(rows(app)[4], 1, "the first version");
    }

    fn events_of_one_moment_are_put_in_an_order_that_can_have_happened(app) {
        app.province();
        let root = app.root();
        // Many systems know days only. The supplement was asked for before the acceptance: no wait of an accepted dossier.
        let intake = dossier("A", &[
            ("submitted", "2020-06-04T08:00"), ("supplement_requested", "2020-06-04T09:00"), ("supplement_received", "2020-06-04T10:00"), ("accepted", "2020-06-04T10:00"),
        ]);
        let view = create(&root, &intake).expect(201).json();
        assert_eq!((&view["accepted_on"], &view["due_at_current"]), (&json!("2020-06-04"), &json!("2020-06-25")));
        for (n, (events, order, state, due)) in [
            // Two waits, (8, 10] and (10, 12]: four working days after 25 June are 26, 29, 30 June and 1 July.
            (&[("accepted", "2020-06-04T00:00"), ("supplement_requested", "2020-06-08T00:00"), ("supplement_requested", "2020-06-10T00:00"),
                ("supplement_received", "2020-06-10T00:00"), ("supplement_received", "2020-06-12T00:00")][..],
                &["accepted", "supplement_requested", "supplement_received", "supplement_requested", "supplement_received"][..], "in_progress", "2020-07-01"),
            (&[("returned", "2020-06-04T00:00"), ("completed", "2020-06-04T00:00"), ("accepted", "2020-06-04T00:00"), ("submitted", "2020-06-04T00:00")],
                &["submitted", "accepted", "completed", "returned"], "returned", "2020-06-25"),
            (&[("accepted", "2020-06-04T00:00"), ("obligation_met", "2020-06-08T00:00"), ("financial_obligation", "2020-06-08T00:00")],
                &["accepted", "financial_obligation", "obligation_met"], "in_progress", "2020-06-25"),
        ].into_iter().enumerate() {
            let mut body = dossier(&format!("D{n}"), events);
            let view = create(&root, &body).expect(201).json();
            let shown: Vec<&str> = view["events"].as_array().unwrap().iter().map(|event| event["status"].as_str().unwrap()).collect();
            assert_eq!(shown, order, "{events:?}");
            assert_eq!((&view["state"], &view["due_at_current"]), (&json!(state), &json!(due)), "{events:?}");
            body["events"].as_array_mut().unwrap().reverse();
            assert_eq!(push(&root, &[body]).each("outcome"), ["unchanged"], "{events:?}");
        }
    }

    fn the_state_that_was_dated_last_wins(app) {
        app.province();
        let root = app.root();
        let dated = |moment: Value, status: &str| with(dossier("A", &[ACCEPTED, (status, "2020-06-05T09:00")]), "updated_at", moment);
        let state = || shown(&root, "A")["state"].clone();
        for (moment, status, outcome, then) in [
            (json!("2020-06-05T10:00:00.250000+07:00"), "in_progress", "created", "in_progress"),
            (json!("2020-06-05T10:00:00.249999+07:00"), "stopped", "unchanged", "in_progress"),
            (json!("2020-06-05T03:00:00.250001Z"), "stopped", "updated", "stopped"),
            // Without a date it wins over what is there; the newest date that was seen is remembered.
            (Value::Null, "withdrawn", "updated", "withdrawn"),
            (json!("2020-06-05T10:00:00.25+07:00"), "completed", "unchanged", "withdrawn"),
            (json!("2020-06-05T10:00:01+07:00"), "completed", "updated", "completed"),
        ] {
            let body = dated(moment, status);
            assert_eq!(push(&root, from_ref(&body)).each("outcome"), [outcome], "{body}");
            assert_eq!(state(), then, "{body}");
            if body["updated_at"].is_string() && outcome != "unchanged" {
                let moment = |of: &Value| of["updated_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
                assert_eq!(moment(&shown(&root, "A")), moment(&body), "to the microsecond");
            }
        }
        let version = rows(app)[4];
        let older = dated(json!("2020-06-05T09:59:59+07:00"), "returned");
        assert_eq!(change(&root, &older).expect(200).json()["state"], "completed");
        assert_eq!(rows(app)[4], version);
        assert_rolled_up(app);
    }

    fn a_record_of_another_stays_as_it_is(app) {
        app.province();
        let (science, health) = (app.caller("science", "H19.06", "records:read records:write"), app.caller("health", "H19.09", "records:read records:write"));
        let body = dossier("A", &[ACCEPTED]);
        create(&science, &body).expect(201);
        health.get(&at("A")).send().problem(404, "not-found");
        let theirs = with(body.clone(), "organization", json!("H19.09"));
        for answer in [create(&health, &theirs), change(&health, &theirs)] {
            answer.problem(409, "record-of-another");
        }
        assert_eq!(push(&health, from_ref(&theirs)).expect(200).json()["items"][0]["problem"]["code"], "record-of-another");
        assert_eq!(create(&health, &dossier("B", &[ACCEPTED])).faults(), [("/organization".to_owned(), "not-found".to_owned())]);
        // Who reaches both may move it, with all that it adds.
        let above = app.caller("above", "H19", "records:read records:write");
        assert_eq!(push(&above, &[theirs]).expect(200).each("outcome"), ["updated"]);
        let accepted = |code: &str| around(app, code, "dossiers-accepted-online", "2020-06-04");
        assert_eq!((accepted("H19.06"), accepted("H19.09")), (0, 1));
        change(&science, &body).problem(409, "record-of-another");
        create(&app.caller("reader", "H19.06", "records:read"), &dossier("C", &[ACCEPTED])).problem(403, "insufficient-scope");
        assert_rolled_up(app);
    }
}
