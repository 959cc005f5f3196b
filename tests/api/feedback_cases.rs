//! Feedback cases: what is kept of them and what is not, their last days, lists, batches, rights.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::oracle::calendar::{after, moved_to_work};

pub const BASE: &str = "/api/v1/feedback-cases";
pub const BATCH: &str = "/api/v1/feedback-cases/batch";
/// What its own system drew at random.
const OPAQUE: &str = "0b6f9a4e-52b1-4c0e-9d3f-0c2a7b1e5d64";

/// A case with these members changed or added; null takes one away.
pub fn case(code: &str, more: &Value) -> Value {
    let mut case = json!({"code": code, "organization": "H19.06", "kind": "feedback", "channel": "portal", "received_on": "2024-03-04"});
    for (name, value) in more.as_object().unwrap() {
        case[name] = value.clone();
    }
    case.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    case
}

pub fn push(client: &Client, items: &[Value]) -> Answer {
    client.post(BATCH, &json!({"items": items})).send()
}

fn at(code: &str) -> String {
    format!("{BASE}/{code}")
}

fn denunciation(more: &Value) -> Value {
    let mut all = json!({"kind": "denunciation", "channel": null});
    for (name, value) in more.as_object().unwrap() {
        all[name] = value.clone();
    }
    case(OPAQUE, &all)
}

fn rows(app: &TestApp) -> [i64; 5] {
    ["feedback_cases", "feedback_letters", "counter_entries", "audit_entries", "changes"]
        .map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}")))
}

/// The last day of a member of the answer, and by which limit.
fn by(case: &Value, member: &str) -> (Value, Value) {
    (case[member]["limit"].clone(), case[member]["on"].clone())
}

on_both! {
    fn a_case_comes_back_with_its_state_and_its_letters(app) {
        app.province();
        let root = app.root();
        let first = root.put(&at("A"), &case("A", &json!({}))).send().expect(201);
        assert_eq!(first.header("location"), Some(at("A").as_str()));
        let shown = root.get(&at("A")).send().expect(200);
        assert_eq!((shown.json(), shown.etag()), (first.json(), first.etag()));
        assert_eq!((&shown.json()["state"], &shown.json()["letters"]), (&json!("waiting"), &json!(1)));
        let mut etag = first.etag();
        let mut known = json!({});
        for (more, state, letters) in [
            (json!({"accepted_on": "2024-03-05"}), "in_progress", 1),
            (json!({"further_letters_on": ["2024-03-06", "2024-03-05", "2024-03-06"]}), "in_progress", 4),
            (json!({"ended_on": "2024-03-08", "result": "settled", "answer_number": " 12/SKHCN "}), "handled", 4),
            (json!({"published_on": "2024-03-11", "publication_url": "https://a.vn/1"}), "published", 4),
        ] {
            known.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let body = case("A", &known);
            root.put(&at("A"), &body).send().problem(428, "condition-required");
            let answer = root.put(&at("A"), &body).if_match(&etag).send().expect(200);
            assert_eq!((&answer.json()["state"], &answer.json()["letters"]), (&json!(state), &json!(letters)));
            etag = answer.etag();
            assert_eq!(push(&root, &[body]).each("outcome"), ["unchanged"], "the same again");
        }
        assert_eq!(app.database.count("SELECT SUM(n) AS n FROM feedback_letters"), 4);
        let shown = root.get(&at("A")).send().expect(200).json();
        assert_eq!(shown["answer_number"], "12/SKHCN");
        assert_eq!(shown["further_letters_on"], json!(["2024-03-05", "2024-03-06", "2024-03-06"]));
        let newer = case("B", &json!({"updated_at": "2024-03-06T00:00:00+07:00"}));
        let older = case("B", &json!({"updated_at": "2024-03-05T00:00:00+07:00", "channel": "hotline"}));
        assert_eq!(push(&root, &[newer]).each("outcome"), ["created"]);
        assert_eq!(push(&root, &[older]).each("outcome"), ["unchanged"]);
    }

    fn of_a_denunciation_every_field_that_leads_to_somebody_is_refused(app) {
        app.province();
        let root = app.root();
        let before = rows(app);
        let secret = "Nguyễn Văn A 0912345678";
        // Known of other kinds, or of none.
        for (name, value) in [
            ("channel", json!("hotline")),
            ("instance", json!("first")),
            ("complex", json!(true)),
            ("remote", json!(false)),
            ("answer_number", json!(secret)),
            ("published_on", json!("2024-03-08")),
            ("publication_url", json!("https://a.vn/nguyen-van-a")),
            ("content", json!(secret)),
            ("summary", json!(secret)),
            ("note", json!(secret)),
            ("sender", json!({"name": secret})),
            ("sender_name", json!(secret)),
            ("address", json!(secret)),
            ("phone", json!("0912345678")),
            ("email", json!("a@b.vn")),
            ("attachments", json!([secret])),
            ("ip", json!("10.0.0.1")),
            ("dossier", json!("000.00.06.H19-200604-0001")),
        ] {
            let end = if name == "published_on" { json!({"ended_on": "2024-03-08", "result": "settled"}) } else { json!({}) };
            let mut body = denunciation(&end);
            body[name] = value;
            let refused = root.put(&at(OPAQUE), &body).send().expect(422);
            assert!(!refused.text().contains("0912345678") && !refused.text().contains("Nguyễn"), "{name}: {}", refused.text());
            let faults = refused.faults();
            assert!(faults.iter().any(|(place, _)| place.starts_with(&format!("/{name}"))), "{name}: {faults:?}");
            let batch = push(&root, &[body]).expect(200);
            assert_eq!(batch.each("outcome"), ["failed"], "{name}");
            assert!(!batch.text().contains("0912345678") && !batch.text().contains("Nguyễn"), "{name}: {}", batch.text());
        }
        let told = case("TC.nguyen-van-a", &json!({"kind": "denunciation", "channel": null}));
        let faults = root.put(&at("TC.nguyen-van-a"), &told).send().faults();
        assert_eq!(faults, [("/code".to_owned(), "not-of-a-denunciation".to_owned())]);
        assert_eq!(rows(app), before, "nothing of what was refused is kept");
        // Kind, unit, days and result.
        let good = denunciation(&json!({
            "further_letters_on": ["2024-03-05"], "accepted_on": "2024-03-06", "due_on": "2024-05-06", "ended_on": "2024-04-01",
            "result": "settled"
        }));
        let shown = root.put(&at(OPAQUE), &good).send().expect(201).json();
        for field in ["channel", "instance", "complex", "remote", "answer_number", "published_on", "publication_url"] {
            assert_eq!(shown[field], Value::Null, "{field}");
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM counter_entries"), 0, "figures do not know it");
    }

    fn no_kind_has_room_for_a_sender_or_a_content(app) {
        app.province();
        let root = app.root();
        for kind in ["feedback", "proposal", "complaint"] {
            for name in ["content", "sender", "sender_name", "address", "phone", "email", "attachments", "summary", "note"] {
                let body = case("A", &json!({"kind": kind, name: "x"}));
                assert_eq!(root.put(&at("A"), &body).send().faults(), [(format!("/{name}"), "unknown-name".to_owned())]);
            }
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM feedback_cases"), 0);
    }

    fn what_cannot_be_is_named_alike_for_one_and_in_a_batch(app) {
        app.province();
        let root = app.root();
        for (more, place, code) in [
            (json!({"received_on": "2026-01-06"}), "/received_on", "in-the-future"),
            (json!({"received_on": "2024-2-3"}), "/received_on", "date-invalid"),
            (json!({"channel": null}), "/channel", "required"),
            (json!({"channel": "fax"}), "/channel", "not-in-set"),
            (json!({"organization": "H19.77"}), "/organization", "not-found"),
            (json!({"accepted_on": "2024-03-01"}), "/accepted_on", "out-of-order"),
            (json!({"complex": true}), "/complex", "mismatch"),
            (json!({"ended_on": "2024-03-08"}), "/result", "required"),
            (json!({"result": "settled"}), "/ended_on", "required"),
            (json!({"ended_on": "2024-03-08", "result": "refused", "published_on": "2024-03-08"}), "/published_on", "mismatch"),
            (json!({"ended_on": "2024-03-08", "result": "settled", "published_on": "2024-03-08", "publication_url": "javascript:1234"}), "/publication_url", "wrong-form"),
            (json!({"further_letters_on": ["2024-03-01"]}), "/further_letters_on/0", "out-of-order"),
        ] {
            let body = case("A", &more);
            let expected = [(place.to_owned(), code.to_owned())];
            assert_eq!(root.put(&at("A"), &body).send().faults(), expected, "{more}");
            let item = push(&root, &[body]).expect(200).json()["items"][0]["problem"]["errors"][0].clone();
            assert_eq!((item["pointer"].as_str(), item["code"].as_str()), (Some(place), Some(code)), "{more}");
        }
        root.put(&at("B"), &case("A", &json!({}))).send().problem(422, "invalid-request");
    }

    fn last_days_are_counted_as_the_law_of_the_day_says(app) {
        app.province();
        let root = app.root();
        let days = |text: &str, n: u64| text.parse::<NaiveDate>().unwrap().checked_add_days(Days::new(n)).unwrap();
        let working = |text: &str, n: u32| after(text.parse().unwrap(), n);
        // From every seventh day of two years, by walking from day to day.
        for week in 0..104 {
            let received = days("2023-01-02", week * 7 + week % 7).to_string();
            let opinion = case("O", &json!({"received_on": received}));
            let accepted = days(&received, 3).to_string();
            let complaint = |more: &Value| {
                let mut all = json!({"kind": "complaint", "received_on": received, "accepted_on": accepted});
                all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                case("K", &all)
            };
            let mut expected = vec![
                (opinion.clone(), "settle_by", "opinion-settlement", working(&received, 15)),
                (case("O", &json!({"received_on": received, "ended_on": accepted, "result": "refused"})), "settle_by", "opinion-refusal", working(&received, 2)),
                (case("O", &json!({"received_on": received, "ended_on": accepted, "result": "settled"})), "publish_by", "opinion-publication", working(&accepted, 2)),
                (complaint(&json!({})), "accept_by", "complaint-acceptance", moved_to_work(days(&received, 10))),
                (denunciation(&json!({"received_on": received, "accepted_on": accepted})), "settle_by", "denunciation-settlement", moved_to_work(days(&accepted, 30))),
            ];
            for (instance, remote, complex, limit, n) in [
                ("first", false, false, "complaint-first", 30), ("first", false, true, "complaint-first-complex", 45),
                ("first", true, false, "complaint-first-remote", 45), ("first", true, true, "complaint-first-remote-complex", 60),
                ("second", false, false, "complaint-second", 45), ("second", false, true, "complaint-second-complex", 60),
                ("second", true, false, "complaint-second-remote", 60), ("second", true, true, "complaint-second-remote-complex", 70),
            ] {
                if week % 8 == 0 || instance == "first" && !remote {
                    let body = complaint(&json!({"instance": instance, "remote": remote, "complex": complex}));
                    expected.push((body, "settle_by", limit, moved_to_work(days(&accepted, n))));
                }
            }
            let items: Vec<Value> = expected.iter().enumerate().map(|(place, (body, ..))| {
                let mut body = body.clone();
                body["code"] = if body["kind"] == "denunciation" { json!(format!("0b6f9a4e-52b1-4c0e-9d3f-{:012x}", week * 100 + place as u64)) } else { json!(format!("{week}-{place}")) };
                body
            }).collect();
            assert!(push(&root, &items).each("outcome").iter().all(|outcome| outcome == "created"), "{received}");
            for (item, (_, member, limit, on)) in items.iter().zip(expected) {
                let shown = root.get(&at(item["code"].as_str().unwrap())).send().expect(200).json();
                assert_eq!(by(&shown, member), (json!(limit), json!(on.to_string())), "{item}");
            }
        }
    }

    fn without_a_known_limit_there_is_no_last_day_but_the_one_that_is_stated(app) {
        app.province();
        let root = app.root();
        // Nothing confirmed was known of these limits before.
        for body in [
            case("A", &json!({"received_on": "2022-06-22"})),
            denunciation(&json!({"received_on": "2018-12-01", "accepted_on": "2018-12-31"})),
        ] {
            let shown = root.put(&at(body["code"].as_str().unwrap()), &body).send().expect(201).json();
            assert_eq!((&shown["settle_by"]["on"], &shown["settle_by"]["kept"]), (&Value::Null, &Value::Null));
        }
        let stated = case("B", &json!({"received_on": "2022-06-22", "due_on": "2022-07-13", "ended_on": "2022-07-14", "result": "settled"}));
        let shown = root.put(&at("B"), &stated).send().expect(201).json();
        assert_eq!(by(&shown, "settle_by"), (Value::Null, json!("2022-07-13")));
        assert_eq!((&shown["settle_by"]["kept"], &shown["accept_by"]), (&json!(false), &Value::Null));
        let waiting = case("C", &json!({"kind": "complaint"}));
        assert_eq!(root.put(&at("C"), &waiting).send().expect(201).json()["settle_by"], Value::Null, "its time has not begun");
    }

    fn a_list_holds_the_caller_s_subtree_and_what_is_asked_for(app) {
        app.province();
        let root = app.root();
        let of = |code: &str, organization: &str, more: &Value| {
            let mut all = more.clone();
            all["organization"] = json!(organization);
            case(code, &all)
        };
        let ended = json!({"ended_on": "2024-03-08", "result": "settled"});
        assert_eq!(push(&root, &[
            of("A", "H19.06", &json!({})),
            of("B", "H19.06.02", &ended),
            of("C", "H19.09", &json!({"kind": "complaint", "received_on": "2024-04-01"})),
        ]).each("outcome"), ["created"; 3]);
        let listed = |client: &Client, query: &str| client.get(&format!("{BASE}{query}")).send().expect(200).each("code");
        assert_eq!(listed(&root, ""), ["A", "B", "C"]);
        assert_eq!(listed(&root, "?organization=H19.06"), ["A", "B"]);
        assert_eq!(listed(&root, "?open=true"), ["A", "C"]);
        assert_eq!(listed(&root, "?open=false"), ["B"]);
        assert_eq!(listed(&root, "?kind=complaint"), ["C"]);
        assert_eq!(listed(&root, "?received_to=2024-03-31&limit=1"), ["A"]);
        let officer = app.caller("officer", "H19.06.02", "feedback:read");
        assert_eq!(listed(&officer, ""), ["B"]);
        officer.get(&at("A")).send().problem(404, "not-found");
        let foreigner = app.caller("foreigner", "H19.09", "feedback:read feedback:write");
        assert_eq!(push(&foreigner, &[of("A", "H19.09", &json!({}))]).json()["items"][0]["problem"]["code"], "record-of-another");
        let faults = foreigner.put(&at("D"), &of("D", "H19.06", &json!({}))).send().faults();
        assert_eq!(faults, [("/organization".to_owned(), "not-found".to_owned())]);
    }
}
