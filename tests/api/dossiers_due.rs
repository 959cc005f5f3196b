//! When a dossier is due: by which term, what moves the day, what stays as it was promised, and how it lies to it.
//!
//! Thursday 4 June 2020 and fifteen working days: Thursday 25 June. From there 26, 29, 30 June, 1, 2, 3, 6 July and so on.

use serde_json::{Value, json};

use crate::dossiers::{at, change, create, dossier, lasting_root, refused, shown, then, with};
use crate::harness::{Client, TestApp};
use crate::ledger::{around, until};
use crate::on_both;

/// A dossier that was accepted on 4 June 2020, to which then something happened.
fn accepted(code: &str, later: &[(&str, &str)]) -> Value {
    let mut events = vec![("accepted", "2020-06-04T08:30")];
    events.extend_from_slice(later);
    dossier(code, &events)
}

/// The same without a term of its own: a dossier of a procedure.
fn of_procedure(code: &str, procedure: &str, events: &[(&str, &str)]) -> Value {
    with(with(dossier(code, events), "term", Value::Null), "procedure", json!(procedure))
}

fn in_hours(code: &str, hours: u32, events: &[(&str, &str)]) -> Value {
    with(dossier(code, events), "term", json!({"amount": hours, "unit": "working_hour"}))
}

/// Puts in a procedure, or changes it.
fn define(client: &Client, code: &str, more: &Value) {
    let mut body = json!({
        "code": code, "name": {"vi": "Cấp giấy phép"}, "field": "Sở hữu trí tuệ",
        "organizations": [{"organization": "H19.06", "from": "2015-01-01"}]
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = client.post("/api/v1/procedures/batch", &json!({"items": [body]})).send().expect(200);
    assert_eq!(answer.json()["summary"]["failed"], 0, "{}", answer.text());
}

fn working_days(amount: u32) -> Value {
    json!({"amount": amount, "unit": "working_day"})
}

/// What was promised at first, and what is due now.
fn dues(view: &Value) -> [Value; 2] {
    ["due_at_original", "due_at_current"].map(|field| view[field].clone())
}

/// The stocks of open dossiers that are within their deadline and past it, on a day.
fn open(app: &TestApp, day: &str) -> (i64, i64) {
    let stock = |name: &str| until(app, "H19.06", &format!("dossiers-open-{name}"), day);
    (stock("within"), stock("past"))
}

on_both! {
    fn a_term_ends_as_the_civil_code_counts_it(app) {
        app.province();
        let root = app.root();
        // The first day is not counted, and a last day off moves on to the next working day (BLDS 2015, Điều 147–148).
        for (n, (amount, unit, accepted, due)) in [
            (15, "working_day", "2020-06-04T08:30", "2020-06-25"), (15, "working_day", "2020-06-04T23:59", "2020-06-25"),
            (0, "working_day", "2020-06-04T08:30", "2020-06-04"), (1, "working_day", "2020-06-07T08:30", "2020-06-08"),
            // 30 April, 1 May and a week-end; then Monday and Tuesday.
            (2, "working_day", "2020-04-29T08:30", "2020-05-05"),
            // A Saturday that was worked for 31 December 2018.
            (1, "working_day", "2019-01-04T08:30", "2019-01-05"),
            (5, "calendar_day", "2020-06-04T08:30", "2020-06-09"),
            // 14 June is a Sunday.
            (10, "calendar_day", "2020-06-04T08:30", "2020-06-15"),
            (1, "month", "2020-05-29T08:30", "2020-06-29"),
            // February has no 31st; its 29th is a Saturday.
            (1, "month", "2020-01-31T08:30", "2020-03-02"),
            // 2 September is the national day.
            (3, "month", "2020-06-02T08:30", "2020-09-03"),
            // 07:30–11:30 and 13:00–17:00: 7.5 hours on Monday, the last half on Tuesday.
            (8, "working_hour", "2020-06-08T08:00", "2020-06-09T08:00:00+07:00"),
            // Friday from 15:00, and two more hours on Monday.
            (4, "working_hour", "2020-06-05T15:00", "2020-06-08T09:30:00+07:00"),
            (1, "working_hour", "2020-06-08T11:00", "2020-06-08T13:30:00+07:00"),
        ].into_iter().enumerate() {
            let body = with(dossier(&format!("D{n}"), &[("accepted", accepted)]), "term", json!({"amount": amount, "unit": unit}));
            assert_eq!(dues(&create(&root, &body).expect(201).json()), [due, due], "{amount} {unit} from {accepted}");
        }
    }

    fn what_was_promised_goes_before_its_own_term_and_that_before_the_procedures(app) {
        app.province();
        let root = app.root();
        define(&root, "1", &json!({"term": working_days(15)}));
        define(&root, "2", &json!({}));
        let accepted = [("accepted", "2020-06-04T08:30")];
        let own = with(of_procedure("B", "1", &accepted), "term", working_days(5));
        let promised = with(with(own.clone(), "code", json!("C")), "due_at", json!("2020-06-30T17:00:00+07:00"));
        let unknown = with(of_procedure("D", "77", &accepted), "due_at", json!("2020-06-29T18:00:00Z"));
        for (body, due) in [
            (of_procedure("F", "1", &accepted), "2020-06-25"), (own, "2020-06-11"), (promised, "2020-06-30"),
            // The days are those of Viet Nam.
            (unknown, "2020-06-30"),
        ] {
            assert_eq!(dues(&create(&root, &body).expect(201).json()), [due, due], "{body}");
        }
        // Nothing tells it: the procedure is unknown, or known without a term.
        for procedure in ["77", "2"] {
            let told = refused(&root, &of_procedure("A", procedure, &accepted));
            assert_eq!((&told[0], &told[1]), (&json!(422), &json!("due-day-unknown")));
            assert!(told[2].as_str().unwrap().contains(&format!("procedure {procedure} ")), "{told}");
        }
        // As long as it is not accepted there is nothing to tell.
        let view = create(&root, &of_procedure("E", "77", &[("submitted", "2020-06-03T21:00")])).expect(201).json();
        assert_eq!(dues(&view), [Value::Null, Value::Null]);
    }

    fn the_rules_that_counted_at_acceptance_go_on_counting(app) {
        app.province();
        let root = app.root();
        let (submitted, taken) = (("submitted", "2020-06-03T21:00"), ("accepted", "2020-06-04T08:30"));
        define(&root, "1", &json!({"term": working_days(15)}));
        create(&root, &of_procedure("A", "1", &[submitted])).expect(201);
        define(&root, "1", &json!({"term": working_days(5)}));
        let view = change(&root, &of_procedure("A", "1", &[submitted, taken])).expect(200).json();
        assert_eq!(dues(&view), ["2020-06-11", "2020-06-11"], "known by name only, it was bound to nothing");
        define(&root, "1", &json!({"term": working_days(10), "cutoff": "08:00", "after_supplement": "restart"}));
        let waited = [submitted, taken, ("supplement_requested", "2020-06-08T09:00"), ("supplement_received", "2020-06-10T09:00")];
        let view = change(&root, &of_procedure("A", "1", &waited)).expect(200).json();
        // The term of five days goes on: 9 and 10 June put it off to 12 and 15 June.
        assert_eq!(dues(&view), ["2020-06-11", "2020-06-15"]);
        // Who comes after the change comes under it: from Friday 5 June on, 8 to 12 and 15 to 19.
        let view = create(&root, &of_procedure("B", "1", &[taken])).expect(201).json();
        assert_eq!(dues(&view), ["2020-06-19", "2020-06-19"]);
        // Of a procedure that nobody knew at acceptance no term was kept: one that is known later counts.
        create(&root, &with(of_procedure("C", "9", &[taken]), "term", working_days(5))).expect(201);
        define(&root, "9", &json!({"term": working_days(15)}));
        let view = change(&root, &of_procedure("C", "9", &[taken])).expect(200).json();
        assert_eq!(dues(&view), ["2020-06-25", "2020-06-25"]);
    }

    fn what_comes_after_the_cutoff_counts_from_the_next_working_day(app) {
        app.province();
        let root = app.root();
        define(&root, "1", &json!({"term": working_days(15), "cutoff": "15:00"}));
        define(&root, "2", &json!({"term": working_days(0), "cutoff": "15:00"}));
        define(&root, "3", &json!({"term": {"amount": 4, "unit": "working_hour"}, "cutoff": "15:00"}));
        for (n, (procedure, accepted, due)) in [
            ("1", "2020-06-04T14:59", "2020-06-25"), ("1", "2020-06-04T15:00", "2020-06-26"),
            // Friday afternoon is as good as Monday, and so is Sunday morning as Sunday.
            ("1", "2020-06-05T16:00", "2020-06-29"), ("1", "2020-06-07T09:00", "2020-06-26"),
            // Certified copies: on the day itself, or the day after (NĐ 23/2015/NĐ-CP).
            ("2", "2020-06-04T14:59", "2020-06-04"), ("2", "2020-06-04T15:30", "2020-06-05"), ("2", "2020-06-05T15:30", "2020-06-08"),
            ("3", "2020-06-04T15:30", "2020-06-05T11:30:00+07:00"),
        ].into_iter().enumerate() {
            let view = create(&root, &of_procedure(&format!("D{n}"), procedure, &[("accepted", accepted)])).expect(201).json();
            assert_eq!(dues(&view), [due, due], "{procedure} {accepted}");
        }
    }

    fn a_wait_moves_the_due_day_by_its_working_days(app) {
        app.province();
        let root = app.root();
        for (n, (events, due, lateness)) in [
            // (10, 16]: 11, 12, 15, 16 June. Four days later than the 25th: 1 July.
            (&[("supplement_requested", "2020-06-10T09:00"), ("supplement_received", "2020-06-16T10:00"), ("completed", "2020-06-30T17:00")][..], "2020-07-01", "early"),
            (&[("supplement_requested", "2020-06-10T09:00"), ("supplement_received", "2020-06-16T10:00"), ("completed", "2020-07-01T17:00")], "2020-07-01", "on_day"),
            (&[("financial_obligation", "2020-06-10T09:00"), ("obligation_met", "2020-06-16T10:00"), ("completed", "2020-07-02T07:30")], "2020-07-01", "late"),
            // Collected late: the end is when it was ready.
            (&[("financial_obligation", "2020-06-10T09:00"), ("obligation_met", "2020-06-16T10:00"), ("completed", "2020-07-01T17:00"), ("returned", "2020-07-20T09:00")], "2020-07-01", "on_day"),
            // Within a day, or over a week-end: no working day is lost.
            (&[("supplement_requested", "2020-06-10T08:00"), ("supplement_received", "2020-06-10T16:00")], "2020-06-25", "overdue"),
            (&[("supplement_requested", "2020-06-05T16:00"), ("supplement_received", "2020-06-07T09:00")], "2020-06-25", "overdue"),
            // Two that overlap are one wait, (10, 17]: five days.
            (&[("supplement_requested", "2020-06-10T09:00"), ("financial_obligation", "2020-06-12T09:00"), ("supplement_received", "2020-06-15T09:00"), ("obligation_met", "2020-06-17T09:00")], "2020-07-02", "overdue"),
            // Two waits, (8, 10] and (16, 17]: three days.
            (&[("supplement_requested", "2020-06-08T09:00"), ("supplement_received", "2020-06-10T09:00"), ("financial_obligation", "2020-06-16T09:00"), ("obligation_met", "2020-06-17T09:00")], "2020-06-30", "overdue"),
            // A wait that is not over moves nothing yet; with the dossier it is over.
            (&[("supplement_requested", "2020-06-10T09:00")], "2020-06-25", "within"),
            (&[("supplement_requested", "2020-06-10T09:00"), ("withdrawn", "2020-06-16T10:00")], "2020-07-01", "early"),
        ].into_iter().enumerate() {
            let view = create(&root, &accepted(&format!("D{n}"), events)).expect(201).json();
            assert_eq!(dues(&view), ["2020-06-25", due], "{events:?}");
            assert_eq!(view["lateness"], lateness, "{events:?}");
        }
    }

    fn while_it_waits_a_dossier_is_within_its_deadline(app) {
        app.clock.set("2020-07-06T05:00:00Z".parse().unwrap());
        app.province();
        let root = app.root();
        create(&root, &accepted("A", &[("supplement_requested", "2020-06-10T09:00")])).expect(201);
        assert_eq!((open(app, "2020-06-25"), open(app, "2026-01-05")), ((1, 0), (1, 0)));
        let received = [("supplement_requested", "2020-06-10T09:00"), ("supplement_received", "2020-06-16T10:00")];
        assert_eq!(change(&root, &accepted("A", &received)).expect(200).json()["lateness"], "overdue");
        assert_eq!((open(app, "2020-07-01"), open(app, "2020-07-02")), ((1, 0), (0, 1)));
        // Late already when it was asked for: (29 June, 1 July] are two days, so due on 29 June. After the wait it is late again.
        let asked_late = [("supplement_requested", "2020-06-29T09:00"), ("supplement_received", "2020-07-01T10:00")];
        assert_eq!(dues(&change(&root, &accepted("A", &asked_late)).expect(200).json()), ["2020-06-25", "2020-06-29"]);
        for (day, expected) in [("2020-06-25", (1, 0)), ("2020-06-26", (0, 1)), ("2020-06-28", (0, 1)), ("2020-06-29", (1, 0)), ("2020-06-30", (1, 0)), ("2020-07-01", (0, 1))] {
            assert_eq!(open(app, day), expected, "{day}");
        }
    }

    fn work_that_goes_on_ends_the_wait(app) {
        app.province();
        let root = app.root();
        // The national bus knows no word for what was met: 5 and 6 are followed by 4. (8, 10]: 9 and 10 June, due on 26 and 29 June.
        for (code, asked, met) in [("A", "supplement_requested", "supplement_received"), ("B", "financial_obligation", "obligation_met")] {
            let waiting = accepted(code, &[(asked, "2020-06-08T09:00")]);
            assert_eq!(create(&root, &waiting).expect(201).json()["lateness"], "within");
            let going_on = then(waiting, "in_progress", "2020-06-10T09:00", None);
            let view = change(&root, &going_on).expect(200).json();
            assert_eq!((dues(&view), &view["state"], &view["lateness"]), ([json!("2020-06-25"), json!("2020-06-29")], &json!("in_progress"), &json!("overdue")));
            // That it was met is known already.
            let view = change(&root, &then(going_on, met, "2020-06-12T09:00", None)).expect(200).json();
            assert_eq!((dues(&view), &view["state"]), ([json!("2020-06-25"), json!("2020-06-29")], &json!("in_progress")));
        }
        // QĐ 766, 2.1: less 14 days of waiting 20 July is 6 July, past 25 June. Were the citizen still waited for, rule 3
        // would put the end to 8 June, in time.
        let events = [("supplement_requested", "2020-06-08T09:00"), ("in_progress", "2020-06-22T09:00"), ("completed", "2020-07-20T09:00")];
        create(&root, &accepted("C", &events)).expect(201);
        let ended = |how: &str| around(app, "H19.06", &format!("dossiers-766-ended-{how}"), "2020-07-20");
        assert_eq!((ended("on-time"), ended("overdue")), (0, 1));
    }

    fn a_new_promise_takes_the_place_of_the_old_one(app) {
        app.province();
        let root = app.root();
        let wait = [("supplement_requested", "2020-06-10T09:00"), ("supplement_received", "2020-06-16T10:00")];
        let promised = |body: Value| then(body, "rescheduled", "2020-06-24T09:00", Some("2020-07-10"));
        // What was waited before is in it; what is waited after it moves it on: (29 June, 1 July] to 13 and 14 July.
        let after = then(promised(accepted("C", &[])), "supplement_requested", "2020-06-29T09:00", None);
        for (body, due) in [
            (promised(accepted("A", &[])), "2020-07-10"), (promised(accepted("B", &wait)), "2020-07-10"),
            (then(after, "supplement_received", "2020-07-01T09:00", None), "2020-07-14"),
        ] {
            assert_eq!(dues(&create(&root, &body).expect(201).json()), ["2020-06-25", due], "{body}");
        }
    }

    fn by_qd_766_a_new_promise_holds_from_its_day_on(app) {
        app.clock.set("2020-07-21T05:00:00Z".parse().unwrap());
        app.province();
        let root = app.root();
        let again = |code: &str| then(accepted(code, &[]), "rescheduled", "2020-07-06T09:00", Some("2020-07-15"));
        let late = create(&root, &then(again("A"), "completed", "2020-07-20T09:00", None)).expect(201).json();
        let in_time = create(&root, &then(again("B"), "completed", "2020-07-10T09:00", None)).expect(201).json();
        assert_eq!((dues(&late), &late["lateness"]), ([json!("2020-06-25"), json!("2020-07-15")], &json!("late")));
        assert_eq!((dues(&in_time), &in_time["lateness"]), ([json!("2020-06-25"), json!("2020-07-15")], &json!("early")));
        // Past 25 June both were overdue until they were promised anew; nothing that was reported of June changes.
        for (day, overdue) in [
            ("2020-06-14", 0), ("2020-06-30", 2), ("2020-07-01", 2), ("2020-07-05", 2), ("2020-07-06", 0), ("2020-07-15", 0), ("2020-07-16", 1),
            ("2020-07-19", 1), ("2020-07-20", 0),
        ] {
            assert_eq!(until(app, "H19.06", "dossiers-766-open-overdue", day), overdue, "{day}");
        }
        let ended = |how: &str, day: &str| around(app, "H19.06", &format!("dossiers-766-ended-{how}"), day);
        assert_eq!((ended("on-time", "2020-07-10"), ended("overdue", "2020-07-10")), (1, 0));
        assert_eq!((ended("on-time", "2020-07-20"), ended("overdue", "2020-07-20")), (0, 1));
    }

    fn a_supplement_may_begin_the_term_anew(app) {
        app.province();
        let root = app.root();
        define(&root, "1", &json!({"term": working_days(15), "after_supplement": "restart"}));
        define(&root, "2", &json!({"term": working_days(15), "after_supplement": "resume"}));
        let waited = |asked, met| [("accepted", "2020-06-04T08:30"), (asked, "2020-06-10T09:00"), (met, "2020-06-16T10:00")];
        for (code, procedure, events, due) in [
            // From 16 June: 17 to 19, 22 to 26, 29 June to 3 July, 6 and 7 July.
            ("A", "1", waited("supplement_requested", "supplement_received"), "2020-07-07"),
            ("B", "1", waited("financial_obligation", "obligation_met"), "2020-07-01"),
            ("C", "2", waited("supplement_requested", "supplement_received"), "2020-07-01"),
        ] {
            let view = create(&root, &of_procedure(code, procedure, &events)).expect(201).json();
            assert_eq!(dues(&view), ["2020-06-25", due], "{code}");
        }
    }

    fn a_term_in_hours_is_moved_by_hours(app) {
        app.province();
        let root = app.root();
        let monday = ("accepted", "2020-06-08T08:00");
        for (n, (hours, events, original, current)) in [
            // 10:00–11:30 and 13:00–14:00: two and a half hours.
            (8, &[monday, ("supplement_requested", "2020-06-08T10:00"), ("supplement_received", "2020-06-08T14:00")][..], "2020-06-09T08:00", "2020-06-09T10:30"),
            (8, &[monday, ("financial_obligation", "2020-06-08T10:00"), ("obligation_met", "2020-06-08T14:00")], "2020-06-09T08:00", "2020-06-09T10:30"),
            // From the evening to the morning no office was open.
            (8, &[monday, ("supplement_requested", "2020-06-08T17:30"), ("supplement_received", "2020-06-09T07:00")], "2020-06-09T08:00", "2020-06-09T08:00"),
            // An hour on Friday and one on Monday, whatever lies between.
            (4, &[("accepted", "2020-06-05T15:00"), ("supplement_requested", "2020-06-05T16:00"), ("supplement_received", "2020-06-08T08:30")], "2020-06-08T09:30", "2020-06-08T11:30"),
        ].into_iter().enumerate() {
            let view = create(&root, &in_hours(&format!("D{n}"), hours, events)).expect(201).json();
            let moments = [original, current].map(|moment| json!(format!("{moment}:00+07:00")));
            assert_eq!(dues(&view), moments, "{events:?}");
        }
        for (code, completed, lateness) in [("A", "2020-06-09T07:40", "early"), ("B", "2020-06-09T08:00", "on_day"), ("C", "2020-06-09T09:10", "late")] {
            let view = create(&root, &in_hours(code, 8, &[monday, ("completed", completed)])).expect(201).json();
            assert_eq!(view["lateness"], lateness, "{completed}");
        }
    }

    fn a_change_of_the_calendar_moves_no_promise(app) {
        app.province();
        let root = app.root();
        create(&root, &accepted("A", &[])).expect(201);
        root.put("/api/v1/calendar/days/2020-06-08", &json!({"kind": "swap_off"})).send().expect(201);
        let kept = change(&root, &accepted("A", &[("completed", "2020-06-25T09:00")])).expect(200).json();
        assert_eq!((dues(&kept), &kept["lateness"]), ([json!("2020-06-25"), json!("2020-06-25")], &json!("on_day")));
        assert_eq!(dues(&create(&root, &accepted("B", &[])).expect(201).json()), ["2020-06-26", "2020-06-26"]);
    }

    fn the_day_that_makes_a_dossier_overdue_changes_its_tag(app) {
        app.province();
        let root = lasting_root(app);
        // 30 and 31 December, then 5, 6 and 7 January: New Year and the day after it were off.
        let body = with(dossier("A", &[("accepted", "2025-12-29T08:30")]), "term", working_days(5));
        create(&root, &body).expect(201);
        let read = |tag: &str| root.get(&at("A")).header("if-none-match", tag).send();
        let first = root.get(&at("A")).send().expect(200);
        assert_eq!((&first.json()["due_at_current"], &first.json()["lateness"]), (&json!("2026-01-07"), &json!("within")));
        // The last moment of 7 January in Viet Nam, and the first of the 8th.
        app.clock.set("2026-01-07T16:59:59Z".parse().unwrap());
        read(&first.etag()).expect(304);
        app.clock.set("2026-01-07T17:00:00Z".parse().unwrap());
        let later = read(&first.etag()).expect(200);
        assert_eq!(later.json()["lateness"], "overdue");
        assert_ne!(later.etag(), first.etag());
        read(&later.etag()).expect(304);
        // A change names the version, whatever it looked like.
        let completed = then(body, "completed", "2026-01-08T00:00", None);
        root.put(&at("A"), &completed).if_match(&first.etag()).send().expect(200);
        assert_eq!(shown(&root, "A")["lateness"], "late");
        root.put(&at("A"), &completed).if_match(&later.etag()).send().problem(412, "version-mismatch");
    }
}
