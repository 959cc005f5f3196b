//! Assignments: given, handed on, worked on, extended, completed and taken back; who may say what of them, and who knows.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::directives_register::{BASE, directive, id_of, lasting, listed};
use crate::harness::{Answer, Client, TestApp};
use crate::on_both;

const ASSIGNMENTS: &str = "/api/v1/assignments";

/// A directive of the province, and who works on it: province, department, division, and another department.
struct Cast {
    directive: String,
    province: Client,
    science: Client,
    division: Client,
    home: Client,
}

impl Cast {
    fn new(app: &TestApp) -> Self {
        app.province();
        let caller = |subject: &str, org: &str| lasting(app, subject, org);
        let province = caller("province", "H19");
        let body = json!({"number": "2583/KH-UBND", "issuer": {"organization": "H19"}, "subject": "Dân vận chính quyền", "issued_on": "2020-03-13"});
        Self {
            directive: id_of(&province, &body),
            province,
            science: caller("science", "H19.06"),
            division: caller("division", "H19.06.02"),
            home: caller("home", "H19.09"),
        }
    }

    fn path(&self) -> String {
        format!("{BASE}/{}/assignments", self.directive)
    }

    fn give(&self, by: &Client, organization: &str, more: &Value) -> Answer {
        let mut body = json!({"organization": organization, "role": "lead", "content": "Xây dựng kế hoạch"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        by.post(&self.path(), &body).send()
    }

    /// The id of what the department has to do by the 20th.
    fn given(&self) -> String {
        id(&self.give(&self.province, "H19.06", &json!({"due_on": "2026-01-20"})).expect(201))
    }
}

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn event(client: &Client, id: &str, body: &Value) -> Answer {
    client.post(&format!("{ASSIGNMENTS}/{id}/events"), body).send()
}

#[track_caller]
fn goes(client: &Client, id: &str, body: &Value, state: &str) -> Value {
    let now = event(client, id, body).expect(200).json();
    assert_eq!(now["state"], state, "{now}");
    now
}

fn shown(client: &Client, id: &str) -> Value {
    client.get(&format!("{ASSIGNMENTS}/{id}")).send().expect(200).json()
}

/// Event, state and code, in order.
fn history(client: &Client, id: &str) -> Vec<(String, String, Value)> {
    let list = client.get(&format!("{ASSIGNMENTS}/{id}/events")).send().expect(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let events = list["items"].as_array().unwrap().iter();
    events.map(|one| (text(&one["event"]), text(&one["state"]), one["status_code"].clone())).collect()
}

on_both! {
    fn an_assignment_is_given_worked_on_reported_and_confirmed(app) {
        let cast = Cast::new(app);
        // From Monday the 5th: 6, 7, 8, 9, and Saturday the 10th, which is worked in exchange for the 2nd.
        let answer = cast.give(&cast.province, "H19.06", &json!({"working_days": 5, "role": "cooperate"})).expect(201);
        let given = answer.json();
        let id = id(&answer);
        assert_eq!(answer.header("location"), Some(format!("{ASSIGNMENTS}/{id}").as_str()));
        assert_eq!(given, json!({
            "id": id, "directive": cast.directive, "parent": null, "organization": "H19.06", "assigner": "H19", "role": "cooperate",
            "content": "Xây dựng kế hoạch", "assigned_on": "2026-01-05", "working_days": 5, "due_on_original": "2026-01-10", "due_on": "2026-01-10",
            "extension_requested": null, "state": "arrived", "status_code": "01", "percent": 0, "completed_on": null, "confirmed_on": null,
            "created_at": "2026-01-05T01:00:00Z", "updated_at": "2026-01-05T01:00:00Z",
        }));
        assert_eq!(shown(&cast.science, &id), given);
        goes(&cast.science, &id, &json!({"event": "accept"}), "accepted");
        goes(&cast.science, &id, &json!({"event": "delegate"}), "delegated");
        app.clock.set("2026-01-07T01:00:00Z".parse().unwrap());
        assert_eq!(goes(&cast.science, &id, &json!({"event": "progress", "percent": 40, "note": "Đang soạn", "link": "https://x.vn/1"}), "in_progress")["percent"], 40);
        goes(&cast.science, &id, &json!({"event": "progress", "note": "Đang trình"}), "in_progress");
        let reported = goes(&cast.science, &id, &json!({"event": "report", "link": "https://x.vn/2"}), "reported");
        assert_eq!([&reported["percent"], &reported["completed_on"], &reported["status_code"]], [&json!(100), &json!("2026-01-07"), &json!("06")]);
        let returned = goes(&cast.province, &id, &json!({"event": "return", "note": "Thiếu phụ lục"}), "in_progress");
        assert_eq!([&returned["percent"], &returned["completed_on"]], [&json!(40), &Value::Null]);
        app.clock.set("2026-01-09T01:00:00Z".parse().unwrap());
        goes(&cast.science, &id, &json!({"event": "report", "on": "2026-01-08"}), "reported");
        let done = goes(&cast.province, &id, &json!({"event": "confirm"}), "done");
        assert_eq!([&done["completed_on"], &done["confirmed_on"], &done["status_code"]], [&json!("2026-01-08"), &json!("2026-01-09"), &json!("06")]);
        let told = |event: &str, state: &str, code: Option<&str>| (event.to_owned(), state.to_owned(), json!(code));
        assert_eq!(history(&cast.science, &id), [
            told("assign", "arrived", Some("01")), told("accept", "accepted", Some("03")), told("delegate", "delegated", Some("04")),
            told("progress", "in_progress", Some("05")), told("progress", "in_progress", None), told("report", "reported", Some("06")),
            told("return", "in_progress", None), told("report", "reported", Some("06")), told("confirm", "done", None),
        ]);
        event(&cast.science, &id, &json!({"event": "progress", "percent": 1})).problem(409, "assignment-state");
        let page = cast.science.get(&format!("{ASSIGNMENTS}/{id}/events?limit=4")).send().expect(200).json();
        let next = format!("{ASSIGNMENTS}/{id}/events?limit=4&cursor={}", page["next"].as_str().unwrap());
        assert_eq!(cast.science.get(&next).send().expect(200).each("event")[0], "progress");
    }

    fn parts_are_handed_on_by_who_has_the_whole(app) {
        let cast = Cast::new(app);
        let whole = cast.given();
        let part = |more: Value| {
            let mut body = json!({"parent": whole});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        cast.give(&cast.science, "H19.06.02", &part(json!({}))).problem(409, "assignment-not-in-hand");
        cast.division.get(&format!("{BASE}/{}", cast.directive)).send().problem(404, "not-found");
        goes(&cast.science, &whole, &json!({"event": "accept"}), "accepted");
        let given = cast.give(&cast.science, "H19.06.02", &part(json!({"role": "cooperate"}))).expect(201);
        let below = id(&given);
        let view = given.json();
        assert_eq!([&view["parent"], &view["assigner"], &view["due_on"]], [&json!(whole), &json!("H19.06"), &json!("2026-01-20")]);
        assert_eq!(shown(&cast.science, &whole)["state"], "delegated");
        cast.give(&cast.science, "H19.06.02", &part(json!({"working_days": 1}))).expect(201);
        assert_eq!(history(&cast.science, &whole).len(), 4, "each handing on is told, the code once");
        assert_eq!(history(&cast.science, &whole)[3].2, Value::Null);
        // The division now knows of the directive and of its own part.
        assert_eq!(cast.division.get(&format!("{BASE}/{}", cast.directive)).send().expect(200).json()["number"], "2583/KH-UBND");
        assert_eq!(listed(&cast.division, "q=dan+van", "number"), ["2583/KH-UBND"]);
        assert_eq!(cast.division.get(&cast.path()).send().expect(200).each("organization"), ["H19.06.02", "H19.06.02"]);
        cast.division.get(&format!("{ASSIGNMENTS}/{whole}")).send().problem(404, "not-found");
        let below_of = cast.science.get(&format!("{ASSIGNMENTS}?parent={whole}")).send().expect(200);
        assert_eq!(below_of.each("due_on"), ["2026-01-06", "2026-01-20"]);
        goes(&cast.division, &below, &json!({"event": "accept"}), "accepted");
        event(&cast.division, &below, &json!({"event": "confirm"})).problem(403, "assignment-of-another");
        goes(&cast.division, &below, &json!({"event": "report"}), "reported");
        goes(&cast.science, &below, &json!({"event": "confirm"}), "done");
        // Who has not the whole cannot give parts of it, nor whose directive it is not.
        assert_eq!(cast.give(&cast.division, "H19.06.02", &part(json!({}))).faults(), [("/parent".to_owned(), "not-found".to_owned())]);
        cast.give(&cast.home, "H19.09.01", &json!({})).problem(404, "not-found");
        assert_eq!(cast.give(&cast.science, "H19.09", &part(json!({}))).faults(), [("/organization".to_owned(), "not-found".to_owned())]);
        assert_eq!(cast.give(&cast.science, "H19.06.02", &part(json!({"assigner": "H19.06"}))).faults(), [("/assigner".to_owned(), "mismatch".to_owned())]);
    }

    fn a_part_is_handed_on_on_the_day_on_which_it_was_given(app) {
        let cast = Cast::new(app);
        let whole = id(&cast.give(&cast.province, "H19.06", &json!({"assigned_on": "2025-12-01"})).expect(201));
        goes(&cast.science, &whole, &json!({"event": "accept", "on": "2025-12-02"}), "accepted");
        let item = |day: &str| json!({"organization": "H19.06.02", "role": "lead", "content": "Việc", "parent": whole, "assigned_on": day});
        let give = |items: Value| cast.science.post(&format!("{}/batch", cast.path()), &json!({"items": items})).send().expect(200);
        // Of one call on the first of them; never before what was last.
        give(json!([item("2025-12-09"), item("2025-12-05")]));
        give(json!([item("2025-12-01")]));
        goes(&cast.science, &whole, &json!({"event": "report", "on": "2025-12-20"}), "reported");
        let list = cast.science.get(&format!("{ASSIGNMENTS}/{whole}/events")).send().expect(200);
        assert_eq!(list.each("on"), ["2025-12-01", "2025-12-02", "2025-12-05", "2025-12-05", "2025-12-20"]);
        assert_eq!(list.each("event")[2..4], ["delegate", "delegate"]);
    }

    fn an_extension_is_requested_and_decided_on(app) {
        let cast = Cast::new(app);
        let given = cast.given();
        let ask = |day: &str| json!({"event": "request_extension", "due_on": day, "note": "Chờ ý kiến"});
        event(&cast.science, &given, &ask("2026-01-30")).problem(409, "assignment-state");
        goes(&cast.science, &given, &json!({"event": "accept"}), "accepted");
        event(&cast.province, &given, &json!({"event": "grant_extension"})).problem(409, "extension-not-requested");
        assert_eq!(event(&cast.science, &given, &ask("2026-01-20")).faults(), [("/due_on".to_owned(), "out-of-order".to_owned())]);
        assert_eq!(event(&cast.science, &given, &json!({"event": "request_extension", "due_on": "2026-01-30"})).faults(), [("/note".to_owned(), "required".to_owned())]);
        assert_eq!(goes(&cast.science, &given, &ask("2026-01-30"), "accepted")["extension_requested"], "2026-01-30");
        event(&cast.science, &given, &ask("2026-02-10")).problem(409, "extension-requested");
        event(&cast.science, &given, &json!({"event": "grant_extension"})).problem(403, "assignment-of-another");
        let declined = goes(&cast.province, &given, &json!({"event": "decline_extension"}), "accepted");
        assert_eq!([&declined["extension_requested"], &declined["due_on"]], [&Value::Null, &json!("2026-01-20")]);
        goes(&cast.science, &given, &ask("2026-01-30"), "accepted");
        let granted = goes(&cast.province, &given, &json!({"event": "grant_extension", "due_on": "2026-01-27"}), "accepted");
        assert_eq!([&granted["due_on"], &granted["due_on_original"], &granted["extension_requested"]], [&json!("2026-01-27"), &json!("2026-01-20"), &Value::Null]);
        let without = id(&cast.give(&cast.province, "H19.06", &json!({"role": "watch"})).expect(201));
        goes(&cast.science, &without, &json!({"event": "accept"}), "accepted");
        event(&cast.science, &without, &ask("2026-01-30")).problem(409, "assignment-without-due-date");
        assert_eq!(cast.science.get(ASSIGNMENTS).send().expect(200).each("id"), [given, without], "those without a last day come last");
    }

    fn what_is_taken_back_takes_its_parts_along(app) {
        let cast = Cast::new(app);
        let whole = cast.given();
        goes(&cast.science, &whole, &json!({"event": "accept"}), "accepted");
        let part = id(&cast.give(&cast.science, "H19.06.02", &json!({"parent": whole})).expect(201));
        event(&cast.province, &whole, &json!({"event": "cancel"})).problem(409, "assignment-state");
        let recall = json!({"event": "recall", "note": "Giao nhầm"});
        event(&cast.science, &whole, &recall).problem(403, "assignment-of-another");
        assert_eq!(goes(&cast.province, &whole, &recall, "recall_requested")["status_code"], "13");
        goes(&cast.science, &whole, &json!({"event": "decline_recall", "note": "Đã làm"}), "delegated");
        goes(&cast.province, &whole, &recall, "recall_requested");
        event(&cast.science, &whole, &json!({"event": "report"})).problem(409, "assignment-state");
        assert_eq!(goes(&cast.science, &whole, &json!({"event": "agree_recall"}), "withdrawn")["status_code"], "15");
        assert_eq!(shown(&cast.division, &part)["state"], "withdrawn");
        assert_eq!(history(&cast.division, &part).last().unwrap().0, "cancel");
        // Refused, and given up; nobody had begun.
        let refused = cast.given();
        goes(&cast.science, &refused, &json!({"event": "refuse", "note": "Không thuộc thẩm quyền"}), "refused");
        goes(&cast.province, &refused, &json!({"event": "cancel"}), "withdrawn");
    }

    fn what_is_wrong_is_named(app) {
        let cast = Cast::new(app);
        for (more, place, code) in [
            (json!({"organization": "H19.77"}), "/organization", "not-found"), (json!({"assigner": "H20"}), "/assigner", "not-found"),
            (json!({"assigned_on": "2026-01-06"}), "/assigned_on", "in-the-future"), (json!({"due_on": "2026-01-04"}), "/due_on", "out-of-order"),
            (json!({"due_on": "2026-01-09", "working_days": 3}), "/working_days", "mismatch"), (json!({"working_days": 0}), "/working_days", "out-of-range"),
            (json!({"role": "chief"}), "/role", "not-in-set"), (json!({"content": ""}), "/content", "wrong-length"), (json!({"state": "done"}), "/state", "unknown-name"),
            (json!({"parent": "0197f0c0-0000-7000-8000-000000000000"}), "/parent", "not-found"),
        ] {
            let faults = cast.give(&cast.province, "H19.06", &more).faults();
            assert!(faults.contains(&(place.to_owned(), code.to_owned())), "{more}: {faults:?}");
        }
        let given = cast.given();
        event(&cast.province, &given, &json!({"event": "assign"})).problem(409, "assignment-state");
        event(&cast.home, &given, &json!({"event": "accept"})).problem(404, "not-found");
        for (body, place, code) in [
            (json!({"event": "refuse"}), "/note", "required"), (json!({"event": "accept", "on": "2026-01-06"}), "/on", "in-the-future"),
            (json!({"event": "accept", "on": "2026-01-04"}), "/on", "out-of-order"), (json!({"event": "accept", "percent": 3}), "/percent", "mismatch"),
            (json!({"event": "accept", "due_on": "2026-02-01"}), "/due_on", "mismatch"), (json!({"event": "vanish"}), "/event", "not-in-set"),
        ] {
            assert_eq!(event(&cast.science, &given, &body).faults(), [(place.to_owned(), code.to_owned())], "{body}");
        }
        assert_eq!(history(&cast.science, &given).len(), 1);
    }

    fn who_gave_it_changes_what_is_to_be_done(app) {
        let cast = Cast::new(app);
        let given = cast.given();
        let at = format!("{ASSIGNMENTS}/{given}");
        let etag = cast.science.get(&at).send().etag();
        let change = json!({"role": "watch", "content": "Theo dõi"});
        cast.science.patch(&at, &change).if_match(&etag).send().problem(403, "assignment-of-another");
        cast.province.patch(&at, &change).send().problem(428, "condition-required");
        let changed = cast.province.patch(&at, &change).if_match(&etag).send().expect(200);
        assert_eq!((&changed.json()["role"], &changed.json()["content"]), (&json!("watch"), &json!("Theo dõi")));
        cast.province.patch(&at, &change).if_match(&etag).send().problem(412, "version-mismatch");
        assert_eq!(cast.province.patch(&at, &change).if_match(&changed.etag()).send().expect(200).etag(), changed.etag());
    }

    fn of_clients_that_accept_at_once_one_does(app) {
        let cast = Cast::new(app);
        let given = cast.given();
        let start = Barrier::new(6);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..6).map(|_| {
                let (cast, start, given) = (&cast, &start, &given);
                scope.spawn(move || {
                    start.wait();
                    event(&cast.science, given, &json!({"event": "accept"})).status
                })
            }).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(history(&cast.science, &given).len(), 2);
    }

    fn a_directive_is_assigned_to_many_at_once(app) {
        let cast = Cast::new(app);
        let item = |code: &str| json!({"organization": code, "role": "lead", "content": "Báo cáo", "due_on": "2026-01-30"});
        let items = json!({"items": [item("H19.06"), item("H19.09"), item("H19.77"), {"organization": "H19.06"}]});
        let send = |query: &str| cast.province.post(&format!("{}/batch{query}", cast.path()), &items).send();
        send("?atomic=true").problem(422, "batch-refused");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM assignments"), 0);
        let answer = send("").expect(200);
        assert_eq!(answer.each("outcome"), ["created", "created", "failed", "failed"]);
        let first = answer.json()["items"][0]["code"].as_str().unwrap().to_owned();
        assert_eq!(shown(&cast.science, &first)["due_on"], "2026-01-30");
        let of = |client: &Client, query: &str| client.get(&format!("{ASSIGNMENTS}?{query}")).send().expect(200).each("organization");
        assert_eq!(of(&cast.home, ""), ["H19.09"]);
        assert_eq!(of(&cast.province, "organization=H19.06&state=arrived&role=lead&due_to=2026-01-30&due_from=2026-01-30&assigner=H19"), ["H19.06"]);
        for nothing in ["organization=H19.06.02", "state=done", "role=watch", "due_to=2026-01-29", "due_from=2026-01-31", "assigner=H19.06"] {
            assert_eq!(of(&cast.province, nothing), [""; 0], "{nothing}");
        }
        assert_eq!(of(&cast.home, "organization=H19.06"), [""; 0]);
    }

    fn who_may_know_of_a_public_one_gives_it_to_its_own(app) {
        let cast = Cast::new(app);
        let mut body = directive("16/CT-TTg", "Thủ tướng", "Dân vận", Some("2016-05-16"));
        body["public"] = json!(true);
        let public = id_of(&app.root(), &body);
        let body = json!({"organization": "H19.06.02", "role": "lead", "content": "Quán triệt"});
        let given = cast.science.post(&format!("{BASE}/{public}/assignments"), &body).send().expect(201);
        assert_eq!(given.json()["assigner"], "H19.06");
        // What nobody of the register gave is for who reaches all to confirm.
        let from_above = app.root().post(&format!("{BASE}/{public}/assignments"), &body).send().expect(201);
        assert_eq!(from_above.json()["assigner"], Value::Null);
        let id = id(&from_above);
        goes(&cast.division, &id, &json!({"event": "accept"}), "accepted");
        goes(&cast.division, &id, &json!({"event": "report"}), "reported");
        event(&cast.province, &id, &json!({"event": "confirm"})).problem(403, "assignment-of-another");
        goes(&app.root(), &id, &json!({"event": "confirm"}), "done");
    }
}
