//! What is remembered of the organizations of an overview: a service that remembers against one on the same database that counts
//! everything each time, after every kind of change.

use serde_json::{Value, json};

use crate::directives_register::{directive, id_of};
use crate::harness::{Client, TestApp};
use crate::on_both;

const QUESTIONS: [&str; 7] = [
    "org=H19&by=organization",
    "org=H19&by=issuer",
    "org=H19&by=type",
    "org=H19&as_of=2026-01-02",
    "org=H19&as_of=2026-01-05",
    "org=H19.06",
    "org=H19.09&by=type",
];

fn overview(caller: &Client, question: &str) -> Value {
    caller.get(&format!("/api/v1/directives/overview?{question}")).send().expect(200).json()
}

on_both! {
    #[expect(clippy::too_many_lines, reason = "one story: what was remembered before is what each change is held against")]
    fn what_is_remembered_is_what_would_be_counted(app) {
        app.province();
        let other = TestApp::start_with(app.backend, |config| {
            config.database.url = app.database.config.url.clone();
            config.database.answers = 0;
        });
        let (here, there) = (app.root(), other.root());
        let mut seen = Vec::new();
        let mut same = |after: &str| {
            let answers = QUESTIONS.map(|question| {
                let counted = overview(&there, question);
                assert_eq!(overview(&here, question), counted, "{question} after {after}");
                counted
            });
            assert!(!seen.contains(&answers), "{after} changed nothing");
            seen.push(answers);
        };
        same("nothing");
        let directives = [
            id_of(&here, &directive("16/CT-TTg", "Thủ tướng Chính phủ", "Dân vận", Some("2016-05-16"))),
            id_of(&there, &directive("30-CT/TU", "Tỉnh ủy Đồng Nai", "Thi đua", Some("2015-02-14"))),
        ];
        let give = |caller: &Client, which: usize, organization: &str, more: Value| {
            let mut body = json!({"organization": organization, "role": "lead", "content": "Việc", "assigned_on": "2026-01-02"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let path = format!("/api/v1/directives/{}/assignments", directives[which]);
            caller.post(&path, &body).send().expect(201).json()["id"].as_str().unwrap().to_owned()
        };
        let task = give(&here, 0, "H19.06", json!({"due_on": "2026-01-09"}));
        same("a task");
        let part = give(&here, 0, "H19.06", json!({"due_on": "2026-01-20", "assigner": "H19.09"}));
        same("another task");
        // Changed through the other process: this one learns of it.
        give(&there, 1, "H19.09.01", json!({}));
        same("a task given elsewhere");
        let happens = |caller: &Client, task: &str, event: &str| {
            caller.post(&format!("/api/v1/assignments/{task}/events"), &json!({"event": event, "note": "Lý do"})).send().expect(200);
        };
        happens(&here, &task, "accept");
        happens(&there, &task, "report");
        same("a report");
        happens(&here, &part, "refuse");
        same("a refusal");
        there.patch(&format!("/api/v1/assignments/{task}"), &json!({"role": "watch"})).if_match("*").send().expect(200);
        same("another role");
        here.patch(&format!("/api/v1/assignments/{task}"), &json!({"role": "lead"})).if_match("*").send().expect(200);
        for (subject, app, step, organization) in [("a", app, "read", "H19.09"), ("b", &other, "opened", "H19.09.01")] {
            let path = format!("/api/v1/directives/{}/acknowledgements", directives[1]);
            let reader = app.caller(subject, "*", "directives:read directives:write");
            reader.post(&path, &json!({"organization": organization, "step": step})).send().expect(201);
            same(step);
        }
        let of = |what: &str| format!("/api/v1/directives/{}/{what}", directives[0]);
        let days = json!({"opens_on": "2026-01-05", "closes_on": "2026-01-20"});
        there.put(&of("consultation"), &days).send().expect(201);
        for (subject, app) in [("c", app), ("d", &other)] {
            let said = json!({"organization": "H19.06", "stance": "agrees", "text": "Nhất trí"});
            let reader = app.caller(subject, "*", "directives:read directives:write");
            reader.post(&of("opinions"), &said).send().expect(201);
            same(subject);
        }
        let renamed = json!({"issuer": {"name": "Ban Thường vụ Tỉnh ủy"}});
        there.patch(&format!("/api/v1/directives/{}", directives[1]), &renamed).if_match("*").send().expect(200);
        same("another issuer");
        here.put("/api/v1/calendar/days/2026-01-08", &json!({"kind": "swap_off"})).send().expect(201);
        give(&here, 0, "H19.09", json!({"due_on": "2026-01-09"}));
        same("a day off and a task due after it");
        let moved = json!({"name": "Phòng", "kind": "division", "parent": "H19.06", "valid_from": "2026-01-03"});
        there.put("/api/v1/organizations/H19.09.01", &moved).if_match("*").send().expect(200);
        same("a move");
        // What cannot be followed is counted again: the changes were let go.
        give(&there, 0, "H19.06.02", json!({}));
        app.database.execute("DELETE FROM changes; DELETE FROM change_sets; UPDATE change_horizon SET seq = (SELECT seq FROM audit_head WHERE id = 1)");
        same("changes that are told no more");
    }
}
