//! Acknowledging directives: steps, the check, and who may see whom.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::directives_register::{BASE, SCOPES, directive, id_of, with};
use crate::dossiers::lasting_root;
use crate::harness::{Client, TestApp, Token};
use crate::ledger::all;
use crate::on_both;

/// A caller whose token outlasts every clock that a test here moves.
pub fn lasting(app: &TestApp, subject: &str, org: &str, scope: &str) -> Client {
    let mut token = Token::new(subject, org, scope);
    token.0.exp += 365 * 24 * 3600;
    app.bearer(&token.signed())
}

pub fn of(id: &str, part: &str) -> String {
    format!("{BASE}/{id}/{part}")
}

/// A directive that department H19.06 keeps.
pub fn kept(app: &TestApp) -> String {
    id_of(
        &lasting(app, "clerk", "H19.06", SCOPES),
        &directive("7/KH-UBND", "Ủy ban", "Kế hoạch", Some("2020-02-03")),
    )
}

fn step(step: &str, organization: &str) -> Value {
    json!({"step": step, "organization": organization})
}

fn check() -> Value {
    let question = |text: &str, options: &[(&str, bool)]| {
        let options: Vec<Value> =
            options.iter().map(|(text, right)| json!({"text": text, "right": right})).collect();
        json!({"text": text, "options": options})
    };
    json!({"pass_mark": 2, "questions": [
        question("Ai chủ trì?", &[("Sở Nội vụ", false), ("Sở Khoa học và Công nghệ", true)]),
        question("Ai phối hợp?", &[("Sở Nội vụ", true), ("Sở Tài chính", true), ("Bộ Nội vụ", false)]),
        question("Hạn?", &[("Tháng 6", true), ("Tháng 9", false)]),
    ]})
}

fn answers(version: i64, answers: &Value) -> Value {
    with(step("understood", "H19.06.02"), "check", json!({"version": version, "answers": answers}))
}

#[track_caller]
fn subjects(client: &Client, id: &str, query: &str) -> Vec<String> {
    client.get(&of(id, &format!("acknowledgements{query}"))).send().expect(200).each("subject")
}

/// Five persons of four organizations, each on a day of its own from the 5th on, with a directive that all may know of.
fn five_persons(app: &TestApp) -> String {
    app.province();
    let id = kept(app);
    lasting_root(app)
        .patch(&format!("{BASE}/{id}"), &json!({"public": true}))
        .if_match("*")
        .send()
        .expect(200);
    let steps = [
        ("ann", "H19.06.02", "understood"),
        ("bob", "H19.06.02", "read"),
        ("cam", "H19.06", "opened"),
        ("dao", "H19.09.01", "delivered"),
        ("em", "H19.09", "read"),
    ];
    for (index, (subject, organization, taken)) in steps.iter().enumerate() {
        app.clock.set(format!("2026-01-0{}T03:00:00Z", index + 5).parse().unwrap());
        lasting(app, subject, "*", SCOPES)
            .post(&of(&id, "acknowledgements"), &step(taken, organization))
            .send()
            .expect(201);
    }
    id
}

const SEE: &str = "directives:read acknowledgements:read";

/// How many persons came how far, by organization.
fn counts(client: &Client, id: &str, query: &str) -> Vec<(String, [i64; 4])> {
    let list = client.get(&of(id, &format!("acknowledgement-counts{query}"))).send().expect(200).json();
    let row = |item: &Value| {
        let number = |field: &str| item[field].as_i64().unwrap();
        let numbers = [number("delivered"), number("opened"), number("read"), number("understood")];
        (item["organization"].as_str().unwrap().to_owned(), numbers)
    };
    list["items"].as_array().unwrap().iter().map(row).collect()
}

on_both! {
    fn a_person_takes_step_after_step_and_each_once(app) {
        app.province();
        let id = kept(app);
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        let at = of(&id, "acknowledgements");
        let mine = of(&id, "acknowledgements/mine");
        ann.get(&mine).send().problem(404, "not-found");
        let first = ann.post(&at, &step("delivered", "H19.06.02")).send().expect(201);
        assert_eq!(first.header("location"), Some(mine.as_str()));
        assert_eq!(first.json(), json!({
            "subject": "ann", "organization": "H19.06.02", "step": "delivered", "delivered_at": "2026-01-05T01:00:00Z", "opened_at": null,
            "read_at": null, "read_seconds": null, "understood_at": null, "check_version": null, "last_try": null,
        }));
        app.clock.set("2026-01-06T02:00:00Z".parse().unwrap());
        let read = with(step("read", "H19.06.02"), "seconds", json!(95));
        let second = ann.post(&at, &read).send().expect(200);
        let expected = json!({
            "subject": "ann", "organization": "H19.06.02", "step": "read", "delivered_at": "2026-01-05T01:00:00Z", "opened_at": "2026-01-06T02:00:00Z",
            "read_at": "2026-01-06T02:00:00Z", "read_seconds": 95, "understood_at": null, "check_version": null, "last_try": null,
        });
        assert_eq!(second.json(), expected);
        assert_ne!(first.etag(), second.etag());
        app.clock.set("2026-01-07T02:00:00Z".parse().unwrap());
        let audited = app.database.count("SELECT COUNT(*) AS n FROM audit_entries");
        for again in [step("delivered", "H19.06.02"), step("opened", "H19.06.02"), with(read.clone(), "seconds", json!(1))] {
            assert_eq!(ann.post(&at, &again).send().expect(200).json(), expected);
        }
        assert_eq!(ann.get(&mine).send().expect(200).json(), expected);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM audit_entries"), audited, "nothing changed");
        // Without a check, understanding is said.
        let understood = ann.post(&at, &step("understood", "H19.06.02")).send().expect(200).json();
        assert_eq!((&understood["step"], &understood["understood_at"]), (&json!("understood"), &json!("2026-01-07T02:00:00Z")));
        assert_eq!((&understood["read_at"], &understood["check_version"]), (&json!("2026-01-06T02:00:00Z"), &Value::Null));
        // Another starts with the last step: all four are of that moment.
        let bob = lasting(app, "bob", "H19.06", SCOPES).post(&at, &step("understood", "H19.06")).send().expect(201).json();
        let moments = ["delivered_at", "opened_at", "read_at", "understood_at"].map(|moment| bob[moment].clone());
        assert_eq!(moments, [(); 4].map(|()| json!("2026-01-07T02:00:00Z")));
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM acknowledgements"), 2);
    }

    fn what_does_not_go_together_is_refused(app) {
        app.province();
        let id = kept(app);
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        let at = of(&id, "acknowledgements");
        let fault = |body: &Value| ann.post(&at, body).send().faults().remove(0);
        let said = |at: &str, code: &str| (at.to_owned(), code.to_owned());
        assert_eq!(fault(&with(step("opened", "H19.06"), "seconds", json!(5))), said("/seconds", "mismatch"));
        assert_eq!(fault(&with(step("read", "H19.06"), "seconds", json!(86_401))), said("/seconds", "out-of-range"));
        assert_eq!(fault(&with(answers(1, &json!([[1]])), "step", json!("read"))), said("/check", "mismatch"));
        assert_eq!(fault(&step("lost", "H19.06")), said("/step", "not-in-set"));
        // An organization out of reach is like one that is not there.
        for code in ["H19.09", "H19.77"] {
            assert_eq!(fault(&step("read", code)), said("/organization", "not-found"));
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM acknowledgements"), 0);
        ann.post(&at, &step("read", "H19.06.02")).send().expect(201);
        ann.post(&at, &step("understood", "H19.06")).send().problem(409, "acknowledged-for-another");
    }

    fn only_whom_a_directive_concerns_acknowledges_it(app) {
        app.province();
        let id = kept(app);
        let at = of(&id, "acknowledgements");
        lasting(app, "carl", "H19.09", SCOPES).post(&at, &step("read", "H19.09")).send().problem(404, "not-found");
        // Who reaches all may not put it upon those whom it does not concern.
        lasting(app, "dora", "*", SCOPES).post(&at, &step("read", "H19.09")).send().problem(403, "directive-not-concerning");
        lasting(app, "dora", "*", SCOPES).post(&at, &step("read", "H19.06.02")).send().expect(201);
        let public = json!({"public": true});
        lasting_root(app).patch(&format!("{BASE}/{id}"), &public).if_match("*").send().expect(200);
        lasting(app, "carl", "H19.09", SCOPES).post(&at, &step("read", "H19.09")).send().expect(201);
    }

    fn requests_of_one_person_at_once_make_one_record(app) {
        app.province();
        let id = kept(app);
        let start = Barrier::new(8);
        let steps = ["delivered", "opened", "read", "understood"];
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (id, start) = (&id, &start);
                scope.spawn(move || {
                    let ann = lasting(app, "ann", "H19.06", SCOPES);
                    start.wait();
                    let status = ann.post(&of(id, "acknowledgements"), &step(steps[n % 4], "H19.06")).send().status;
                    assert!([200, 201].contains(&status), "{status}");
                });
            }
        });
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM acknowledgements WHERE understood_at IS NOT NULL"), 1);
    }

    fn persons_at_once_are_all_counted(app) {
        app.province();
        let id = kept(app);
        let persons: Vec<Client> = (0..8).map(|n| lasting(app, &format!("p{n}"), "H19.06", SCOPES)).collect();
        let all_at_once = |taken: &str| {
            let start = Barrier::new(8);
            std::thread::scope(|scope| {
                for (n, person) in persons.iter().enumerate() {
                    let (id, start) = (&id, &start);
                    // Some of one division, some of their department.
                    let body = step(taken, if n % 2 == 0 { "H19.06.02" } else { "H19.06" });
                    scope.spawn(move || {
                        start.wait();
                        let status = person.post(&of(id, "acknowledgements"), &body).send().status;
                        assert!([200, 201].contains(&status), "{status}");
                    });
                }
            });
        };
        let counted = || ["delivered", "read", "understood"].map(|step| all(app, &format!("directives-{step}")));
        all_at_once("opened");
        assert_eq!(counted(), [8, 0, 0]);
        app.clock.set("2026-01-06T01:00:00Z".parse().unwrap());
        all_at_once("read");
        assert_eq!(counted(), [8, 8, 0]);
        all_at_once("understood");
        assert_eq!(counted(), [8, 8, 8]);
        // Half of them are of the division, and each step is of its own day.
        let entry = |counter: &str, day: &str| {
            app.database.count(&format!(
                "SELECT CAST(e.n AS BIGINT) AS n FROM counter_entries e JOIN organizations o ON o.id = e.organization_id \
                 WHERE o.code = 'H19.06.02' AND e.counter = 'directives-{counter}' AND e.day = '{day}'"
            ))
        };
        assert_eq!([entry("delivered", "2026-01-05"), entry("read", "2026-01-06"), entry("understood", "2026-01-06")], [4, 4, 4]);
    }

    fn a_check_is_scored_here_and_its_right_answers_stay_here(app) {
        app.province();
        let id = kept(app);
        let (clerk, ann) = (lasting(app, "clerk", "H19.06", SCOPES), lasting(app, "ann", "H19.06", SCOPES));
        let (at, check_at) = (of(&id, "acknowledgements"), of(&id, "check"));
        ann.get(&check_at).send().problem(404, "not-found");
        let set = clerk.put(&check_at, &check()).send().expect(201);
        let shown = ann.get(&check_at).send().expect(200);
        assert_eq!((shown.json(), shown.etag()), (set.json(), set.etag()));
        assert_eq!(shown.json(), json!({"version": 1, "pass_mark": 2, "set_at": "2026-01-05T01:00:00Z", "questions": [
            {"text": "Ai chủ trì?", "options": ["Sở Nội vụ", "Sở Khoa học và Công nghệ"], "several": false},
            {"text": "Ai phối hợp?", "options": ["Sở Nội vụ", "Sở Tài chính", "Bộ Nội vụ"], "several": true},
            {"text": "Hạn?", "options": ["Tháng 6", "Tháng 9"], "several": false},
        ]}));
        for place in [clerk.get(&check_at).send().text(), lasting_root(app).get("/api/v1/audit-entries").send().text()] {
            assert!(place.contains("Ai chủ trì?") && !place.contains("\"right\""), "{place}");
        }
        let problem = ann.post(&at, &step("understood", "H19.06.02")).send().problem(409, "check-needed");
        assert!(problem["detail"].as_str().unwrap().contains('1'));
        // One right of three, two needed: read, but not understood.
        let failed = ann.post(&at, &answers(1, &json!([[2], [1], [2]]))).send().expect(201).json();
        assert_eq!((&failed["step"], &failed["last_try"]["score"], &failed["last_try"]["passed"]), (&json!("read"), &json!(1), &json!(false)));
        assert_eq!(failed["last_try"]["questions"], 3);
        let passed = ann.post(&at, &answers(1, &json!([[2], [2, 1], [2]]))).send().expect(200).json();
        assert_eq!((&passed["step"], &passed["check_version"], &passed["last_try"]["score"]), (&json!("understood"), &json!(1), &json!(2)));
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM check_attempts"), 2);
        // Once understood, no answer is looked at any more.
        assert_eq!(ann.post(&at, &answers(1, &json!([[1], [1], [2]]))).send().expect(200).json(), passed);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM check_attempts"), 2);
        for (place, bad) in [("/check/answers", json!([[2]])), ("/check/answers/2/0", json!([[2], [1], [3]]))] {
            let bob = lasting(app, "bob", "H19.06", SCOPES);
            assert_eq!(bob.post(&at, &answers(1, &bad)).send().faults()[0].0, place);
        }
    }

    fn a_check_may_be_tried_three_times_a_day(app) {
        app.province();
        let id = kept(app);
        lasting(app, "clerk", "H19.06", SCOPES).put(&of(&id, "check"), &check()).send().expect(201);
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        let try_it = |body: &Value| ann.post(&of(&id, "acknowledgements"), body).send();
        let (wrong, right) = (answers(1, &json!([[1], [1], [2]])), answers(1, &json!([[2], [1, 2], [1]])));
        for _ in 0..3 {
            assert_eq!(try_it(&wrong).json()["last_try"]["passed"], false);
        }
        try_it(&right).problem(409, "check-tries-used");
        // 17:00 UTC is the next day in Viet Nam.
        app.clock.set("2026-01-05T17:00:00Z".parse().unwrap());
        assert_eq!(try_it(&right).expect(200).json()["step"], "understood");
    }

    fn a_check_has_versions_and_is_for_the_directives_own(app) {
        app.province();
        let id = kept(app);
        let at = of(&id, "check");
        let (clerk, ann) = (lasting(app, "clerk", "H19.06", SCOPES), lasting(app, "ann", "H19.06", SCOPES));
        lasting_root(app).patch(&format!("{BASE}/{id}"), &json!({"public": true})).if_match("*").send().expect(200);
        lasting(app, "carl", "H19.09", SCOPES).put(&at, &check()).send().problem(403, "directive-of-another");
        let first = clerk.put(&at, &check()).send().expect(201);
        ann.post(&of(&id, "acknowledgements"), &answers(1, &json!([[2], [1, 2], [1]]))).send().expect(201);
        let harder = with(check(), "pass_mark", json!(3));
        clerk.put(&at, &harder).send().problem(428, "condition-required");
        let second = clerk.put(&at, &harder).if_match(&first.etag()).send().expect(200);
        assert_eq!(second.json()["version"], 2);
        clerk.put(&at, &check()).if_match(&first.etag()).send().problem(412, "version-mismatch");
        assert_eq!(clerk.put(&at, &harder).if_match(&second.etag()).send().expect(200).etag(), second.etag());
        let bob = lasting(app, "bob", "H19.06", SCOPES);
        bob.post(&of(&id, "acknowledgements"), &answers(1, &json!([[2], [1, 2], [1]]))).send().problem(409, "check-changed");
        let mine = ann.get(&of(&id, "acknowledgements/mine")).send().expect(200).json();
        assert_eq!((&mine["step"], &mine["check_version"]), (&json!("understood"), &json!(1)), "what was understood stays so");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directive_checks"), 2);
        for (place, bad) in [
            ("/pass_mark", with(check(), "pass_mark", json!(4))),
            ("/questions", with(check(), "questions", json!([]))),
            ("/questions/0/options", with(check(), "questions", json!([{"text": "?", "options": [{"text": "a"}, {"text": "b"}]}]))),
        ] {
            let bad = with(bad, "pass_mark", json!(if place == "/pass_mark" { 4 } else { 1 }));
            assert_eq!(clerk.put(&at, &bad).if_match("*").send().faults()[0].0, place);
        }
    }

    fn whom_a_directive_is_assigned_to_it_concerns_and_who_assigns_what_nobody_owns_may_check(app) {
        app.province();
        let root = lasting_root(app);
        let id = id_of(&root, &directive("18-NQ/TW", "Ban Chấp hành Trung ương", "Sắp xếp bộ máy", Some("2017-10-25")));
        let (clerk, ann) = (lasting(app, "clerk", "H19.06", SCOPES), lasting(app, "ann", "H19.06.02", SCOPES));
        clerk.post(&of(&id, "acknowledgements"), &step("read", "H19.06")).send().problem(404, "not-found");
        let task = json!({"organization": "H19.06.02", "assigner": "H19.06", "role": "lead", "content": "Sắp xếp", "due_on": "2026-03-31"});
        root.post(&of(&id, "assignments"), &task).send().expect(201);
        ann.post(&of(&id, "acknowledgements"), &step("read", "H19.06.02")).send().expect(201);
        // What a division has to do concerns its department, but not the division beside it.
        app.organization("H19.06.03", "division", Some("H19.06"));
        clerk.post(&of(&id, "acknowledgements"), &step("read", "H19.06")).send().expect(201);
        clerk.post(&of(&id, "acknowledgements"), &step("read", "H19.06.03")).send().problem(403, "directive-not-concerning");
        ann.put(&of(&id, "check"), &check()).send().problem(403, "directive-of-another");
        clerk.put(&of(&id, "check"), &check()).send().expect(201);
    }

    fn persons_are_seen_in_ones_own_subtree(app) {
        let id = five_persons(app);
        let see = |org: &str| lasting(app, "leader", org, SEE);
        let (province, science, home) = (see("H19"), see("H19.06"), see("H19.09"));
        assert_eq!(subjects(&province, &id, ""), ["ann", "bob", "cam", "dao", "em"]);
        assert_eq!(subjects(&science, &id, ""), ["ann", "bob", "cam"]);
        assert_eq!(subjects(&home, &id, ""), ["dao", "em"]);
        assert_eq!(subjects(&home, &id, "?organization=H19.06"), [""; 0]);
        assert_eq!(subjects(&province, &id, "?organization=H19.06.02"), ["ann", "bob"]);
        assert_eq!(subjects(&province, &id, "?reached=read"), ["ann", "bob", "em"]);
        assert_eq!(subjects(&province, &id, "?missing=read"), ["cam", "dao"]);
        assert_eq!(subjects(&province, &id, "?reached=read&missing=understood&organization=H19.06"), ["bob"]);
        let first = province.get(&of(&id, "acknowledgements?limit=3")).send().expect(200).json();
        let next = first["next"].as_str().unwrap();
        assert_eq!(subjects(&province, &id, &format!("?limit=3&cursor={next}")), ["dao", "em"]);
        lasting(app, "reader", "H19", SCOPES).get(&of(&id, "acknowledgements")).send().problem(403, "insufficient-scope");
        lasting_root(app).patch(&format!("{BASE}/{id}"), &json!({"public": false})).if_match("*").send().expect(200);
        for part in ["acknowledgements", "acknowledgement-counts", "acknowledgements/mine", "check"] {
            home.get(&of(&id, part)).send().problem(404, "not-found");
        }
    }

    fn persons_are_counted_for_whose_directive_it_is_and_in_ones_own_subtree(app) {
        let id = five_persons(app);
        let (reader, home) = (lasting(app, "reader", "H19", SCOPES), lasting(app, "home", "H19.09", SCOPES));
        let row = |code: &str, numbers: [i64; 4]| (code.to_owned(), numbers);
        let all = [
            row("H19.06", [1, 1, 0, 0]), row("H19.06.02", [2, 2, 2, 1]), row("H19.09", [1, 1, 1, 0]), row("H19.09.01", [1, 0, 0, 0]),
        ];
        assert_eq!(counts(&reader, &id, ""), all);
        assert_eq!(counts(&lasting(app, "clerk", "H19.06", SCOPES), &id, ""), all, "whose directive it is");
        assert_eq!(counts(&home, &id, ""), all[2..]);
        assert_eq!(counts(&reader, &id, "?as_of=2026-01-06"), [row("H19.06.02", [2, 2, 2, 1])]);
        assert_eq!(counts(&reader, &id, "?as_of=2026-01-05"), [row("H19.06.02", [1, 1, 1, 1])]);
        assert_eq!(counts(&reader, &id, "?as_of=2026-01-04"), []);
        let page = reader.get(&of(&id, "acknowledgement-counts?limit=2")).send().expect(200).json();
        let next = page["next"].as_str().unwrap();
        assert_eq!(counts(&reader, &id, &format!("?limit=2&cursor={next}")), all[2..]);
    }
}
