//! Procedures: what they add day by day, who may change them, lists, batches, closed periods, the clock of their dossiers.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::ledger::{all, assert_rolled_up, until};
use crate::on_both;

const BASE: &str = "/api/v1/procedures";
const BATCH: &str = "/api/v1/procedures/batch";

fn procedure(code: &str) -> Value {
    json!({
        "code": code, "name": {"vi": format!("Cấp giấy phép {code}"), "en": null}, "field": "Sở hữu trí tuệ",
        "term": {"amount": 15, "unit": "working_day"}, "cutoff": "15:00", "after_supplement": "resume", "fee": 0,
        "organizations": [{"organization": "H19.06", "from": "2015-01-01", "to": null}],
        "states": [{"from": "2016-01-01", "level": "3", "published": true, "standardised": false},
                   {"from": "2020-03-15", "level": "4", "published": true, "standardised": true}],
        "updated_at": null
    })
}

fn at(code: &str) -> String {
    format!("{BASE}/{code}")
}

fn push(client: &Client, items: &[Value]) -> Answer {
    client.post(BATCH, &json!({"items": items})).send()
}

/// What the six stocks of an organization are on a day: all, published, level 3, level 4, full, partial.
fn stocks(app: &TestApp, code: &str, day: &str) -> [i64; 6] {
    ["all", "published", "level-3", "level-4", "full", "partial"]
        .map(|name| until(app, code, &format!("procedures-{name}"), day))
}

fn outcomes(answer: &Answer) -> Vec<String> {
    answer.each("outcome")
}

fn rows(app: &TestApp) -> [i64; 6] {
    ["procedures", "procedure_handlers", "procedure_states", "counter_days", "counter_years", "audit_entries"]
        .map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}")))
}

on_both! {
    fn what_was_pushed_comes_back_and_counts_from_day_to_day(app) {
        app.province();
        let root = app.root();
        let first = root.put(&at("1.001612"), &procedure("1.001612")).send().expect(201);
        assert_eq!(first.header("location"), Some(at("1.001612").as_str()));
        let shown = root.get(&at("1.001612")).send().expect(200);
        assert_eq!((shown.json(), shown.etag()), (first.json(), first.etag()));
        let mut expected = procedure("1.001612");
        expected["out_of_reach"] = json!(0);
        assert_eq!(shown.json(), expected);
        assert_eq!(stocks(app, "H19.06", "2014-12-31"), [0, 0, 0, 0, 0, 0]);
        assert_eq!(stocks(app, "H19.06", "2015-12-31"), [1, 0, 0, 0, 0, 0], "handled, and nothing is known of its state");
        assert_eq!(stocks(app, "H19.06", "2016-01-14"), [1, 0, 1, 0, 0, 0], "published, not standardised");
        assert_eq!(stocks(app, "H19.06", "2020-03-14"), [1, 0, 1, 0, 0, 0]);
        assert_eq!(stocks(app, "H19.06", "2020-03-31"), [1, 1, 0, 1, 0, 0]);
        assert_eq!(stocks(app, "H19.06", "2020-12-31"), [1, 1, 0, 1, 0, 0]);
        assert_eq!(stocks(app, "H19.06.02", "2020-12-31"), [0; 6]);
        assert_rolled_up(app);
    }

    fn a_correction_takes_back_what_was_added(app) {
        app.province();
        let root = app.root();
        let first = root.put(&at("1"), &procedure("1")).send().expect(201).etag();
        root.put(&at("1"), &procedure("1")).send().problem(428, "condition-required");
        assert_eq!(root.put(&at("1"), &procedure("1")).if_match(&first).send().expect(200).etag(), first, "the same again");
        let mut moved = procedure("1");
        moved["organizations"] = json!([
            {"organization": "H19.06", "from": "2015-01-01", "to": "2020-06-01"},
            {"organization": "H19.09", "from": "2020-06-01"},
            {"organization": "H19.06", "from": "2021-01-01"}
        ]);
        moved["states"] = json!([
            {"from": "2020-03-15", "level": "4", "published": true, "standardised": true},
            {"from": "2022-08-15", "level": "full", "published": true, "standardised": true},
            {"from": "2023-01-01", "level": "partial", "published": false, "standardised": true}
        ]);
        let second = root.put(&at("1"), &moved).if_match(&first).send().expect(200).etag();
        root.put(&at("1"), &procedure("1")).if_match(&first).send().problem(412, "version-mismatch");
        let both = |day: &str| [stocks(app, "H19.06", day), stocks(app, "H19.09", day)];
        assert_eq!(both("2020-05-31"), [[1, 1, 0, 1, 0, 0], [0; 6]]);
        assert_eq!(both("2020-06-14"), [[0; 6], [1, 1, 0, 1, 0, 0]]);
        assert_eq!(both("2021-01-14"), [[1, 1, 0, 1, 0, 0], [1, 1, 0, 1, 0, 0]]);
        assert_eq!(both("2022-08-31"), [[1, 1, 0, 0, 1, 0], [1, 1, 0, 0, 1, 0]]);
        assert_eq!(both("2023-01-14"), [[1, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1]]);
        assert_rolled_up(app);
        root.put(&at("1"), &procedure("1")).if_match(&second).send().expect(200);
        assert_eq!(both("2023-01-14"), [[1, 1, 0, 1, 0, 0], [0; 6]], "as it was");
        assert_rolled_up(app);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM procedure_handlers"), 1);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM procedure_states"), 2);
    }

    fn an_older_state_changes_nothing(app) {
        app.province();
        let root = app.root();
        let mut newer = procedure("1");
        newer["updated_at"] = json!("2020-06-02T00:00:00+07:00");
        let etag = root.put(&at("1"), &newer).send().expect(201).etag();
        let mut older = procedure("1");
        older["updated_at"] = json!("2020-06-01T00:00:00+07:00");
        older["fee"] = json!(5);
        assert_eq!(outcomes(&push(&root, &[older.clone()])), ["unchanged"]);
        older["updated_at"] = json!("2020-06-03T00:00:00+07:00");
        for (one, outcome) in [(&older, "updated"), (&newer, "unchanged")] {
            assert_eq!(outcomes(&push(&root, std::slice::from_ref(one))), [outcome]);
        }
        assert_ne!(root.get(&at("1")).send().expect(200).etag(), etag);
    }

    fn what_is_wrong_is_named_alike_for_one_and_in_a_batch(app) {
        app.province();
        let root = app.root();
        let span = |from: &str, to: Value| json!({"organization": "H19.06", "from": from, "to": to});
        let state = |from: &str| json!({"from": from, "level": "4", "published": true, "standardised": true});
        let cases = [
            ("code", json!("1 001"), "/code", "wrong-form"),
            ("name", json!({"vi": " "}), "/name/vi", "wrong-form"),
            ("name", json!({"vi": "a", "en": ""}), "/name/en", "wrong-length"),
            ("name", json!({"en": "a"}), "/name/vi", "required"),
            ("field", json!("a\u{200b}b"), "/field", "invisible-character"),
            ("field", json!("a".repeat(301)), "/field", "wrong-length"),
            ("term", json!({"amount": 3651, "unit": "month"}), "/term/amount", "out-of-range"),
            ("term", json!({"amount": 1, "unit": "week"}), "/term/unit", "not-in-set"),
            ("cutoff", json!("24:00"), "/cutoff", "wrong-form"),
            ("after_supplement", json!("stop"), "/after_supplement", "not-in-set"),
            ("fee", json!(-1), "/fee", "out-of-range"),
            ("fee", json!(1_000_000_000_001_i64), "/fee", "out-of-range"),
            ("fee", json!(1.5), "/fee", "wrong-type"),
            ("organizations", json!([]), "/organizations", "wrong-number-of-items"),
            ("organizations", json!([{"organization": "H19.77", "from": "2015-01-01"}]), "/organizations/0/organization", "not-found"),
            ("organizations", json!([span("2015-1-1", json!(null))]), "/organizations/0/from", "date-invalid"),
            ("organizations", json!([span("2015-02-29", json!(null))]), "/organizations/0/from", "date-invalid"),
            ("organizations", json!([span("2015-01-01", json!("9999-12-31"))]), "/organizations/0/to", "date-invalid"),
            ("organizations", json!([span("1015-01-01", json!(null))]), "/organizations/0/from", "out-of-range"),
            ("organizations", json!([span("2015-01-01", json!("2015-01-01"))]), "/organizations/0/to", "out-of-range"),
            ("organizations", json!([span("2015-01-01", json!(null)), span("2016-01-01", json!(null))]), "/organizations/1/from", "overlaps"),
            ("states", json!([state("2020-01-01"), state("2020-01-01")]), "/states/1/from", "out-of-order"),
            ("states", json!([{"from": "2020-01-01", "level": 4, "published": true, "standardised": true}]), "/states/0/level", "not-in-set"),
            ("states", json!([{"from": "2020-01-01", "level": "4"}]), "/states/0/published", "required"),
            ("updated_at", json!("2020-06-01"), "/updated_at", "invalid-value"),
            ("publshed", json!(true), "/publshed", "unknown-name"),
        ];
        for (field, value, place, code) in cases {
            let mut body = procedure("1");
            body[field] = value;
            let one = root.put(&at("1"), &body).send().faults();
            assert!(one.contains(&(place.to_owned(), code.to_owned())), "{field}: {one:?}");
            let batch = push(&root, &[body]).expect(200).json();
            let errors = batch["items"][0]["problem"]["errors"].as_array().unwrap().clone();
            let errors: Vec<_> = errors.iter().map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
            assert_eq!(errors, one.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect::<Vec<_>>());
        }
        assert_eq!(root.put(&at("2"), &procedure("1")).send().faults(), [("/code".to_owned(), "mismatch".to_owned())]);
        // By another of its codes it is the same organization.
        let coded = json!({"name": "Tổ chức H19.06", "kind": "department", "parent": "H19", "valid_from": "2015-01-01", "codes": [{"code": "000.00.06.H19"}]});
        root.put("/api/v1/organizations/H19.06", &coded).if_match("*").send().expect(200);
        let mut twice = procedure("1");
        twice["organizations"] = json!([span("2015-01-01", json!(null)), {"organization": "000.00.06.H19", "from": "2016-01-01"}]);
        assert_eq!(root.put(&at("1"), &twice).send().faults(), [("/organizations/1/from".to_owned(), "overlaps".to_owned())]);
        assert_eq!(rows(app)[..5], [0; 5]);
        assert_eq!(all(app, "procedures-"), 0);
    }

    fn a_shared_procedure_is_changed_by_who_reaches_all_that_handle_it(app) {
        app.province();
        let (science, health) = (app.caller("science", "H19.06", "records:read records:write"), app.caller("health", "H19.09", "records:read records:write"));
        let own = science.put(&at("1"), &procedure("1")).send().expect(201).etag();
        health.get(&at("1")).send().problem(404, "not-found");
        assert_eq!(health.get(BASE).send().expect(200).json()["items"], json!([]));
        // Not to be told from a record that is there and needs a condition, but for the code that is taken.
        health.put(&at("1"), &procedure("1")).send().problem(409, "record-of-another");
        let mut theirs = procedure("1");
        theirs["organizations"] = json!([{"organization": "H19.09", "from": "2015-01-01"}]);
        health.put(&at("1"), &theirs).if_match(&own).send().problem(409, "record-of-another");
        assert_eq!(push(&health, &[theirs]).expect(200).json()["items"][0]["problem"]["code"], "record-of-another");
        let mut shared = procedure("1");
        shared["organizations"] = json!([{"organization": "H19.06", "from": "2015-01-01"}, {"organization": "H19.09.01", "from": "2019-01-01"}]);
        let faults = science.put(&at("1"), &shared).if_match(&own).send().faults();
        assert_eq!(faults, [("/organizations/1/organization".to_owned(), "not-found".to_owned())]);
        let above = app.caller("above", "H19", "records:read records:write");
        let etag = above.put(&at("1"), &shared).if_match(&own).send().expect(200).etag();
        let mut more = shared.clone();
        more["fee"] = json!(1);
        for client in [&science, &health] {
            let problem = client.put(&at("1"), &more).if_match(&etag).header("accept-language", "en").send().problem(409, "record-of-another");
            assert!(problem["detail"].as_str().unwrap().starts_with("1 is handled by"), "{problem}");
            let shown = client.get(&at("1")).send().expect(200).json();
            assert_eq!((shown["organizations"].as_array().unwrap().len(), &shown["out_of_reach"]), (1, &json!(1)));
        }
        assert_eq!(health.get(&at("1")).send().expect(200).json()["organizations"][0]["organization"], "H19.09.01");
        // Its tag is as good as any, and another than that of the whole.
        let seen = science.get(&at("1")).send().expect(200).etag();
        assert_ne!(seen, etag);
        assert_eq!(science.get(&at("1")).header("if-none-match", &seen).send().status, 304);
        above.put(&at("1"), &more).if_match(&seen).send().expect(200);
        assert_eq!((until(app, "H19.06", "procedures-all", "2020-12-31"), until(app, "H19.09.01", "procedures-all", "2020-12-31")), (1, 1));
    }

    fn lists_speak_of_a_day(app) {
        app.province();
        let root = app.root();
        let mut second = procedure("2");
        second["name"] = json!({"vi": "Đăng ký sáng chế", "en": "Patent"});
        second["field"] = json!("Năng lượng nguyên tử");
        second["organizations"] = json!([{"organization": "H19.06.02", "from": "2018-01-01", "to": "2021-01-01"}]);
        let mut third = procedure("3");
        third["organizations"] = json!([{"organization": "H19.09", "from": "2015-01-01"}]);
        third["states"] = json!([]);
        assert_eq!(outcomes(&push(&root, &[procedure("1"), second, third])), ["created"; 3]);
        let listed = |client: &Client, query: &str| client.get(&format!("{BASE}{query}")).send().expect(200).each("code");
        let science = app.caller("science", "H19.06", "records:read");
        assert_eq!(listed(&root, ""), ["1", "2", "3"]);
        assert_eq!(listed(&science, ""), ["1", "2"]);
        for (query, codes) in [
            ("?q=dang%20ky", &["2"][..]), ("?q=PATENT", &["2"]), ("?q=3", &["3"]), ("?q=%25", &[]),
            ("?field=S%E1%BB%9F%20h%E1%BB%AFu%20tr%C3%AD%20tu%E1%BB%87", &["1", "3"]),
            ("?organization=H19", &["1", "3"]), ("?organization=H19.06&as_of=2020-12-31", &["1", "2"]),
            ("?organization=H19.06.02&as_of=2017-12-31", &[]), ("?organization=H19.77", &[]),
            ("?as_of=2021-01-01", &["1", "3"]), ("?as_of=2014-12-31", &[]),
            ("?level=4", &["1", "2"]), ("?level=4&organization=H19.06", &["1"]), ("?level=3&as_of=2020-03-14", &["1", "2"]),
            ("?published=true&standardised=false&as_of=2019-01-01", &["1", "2"]), ("?published=true", &["1", "2"]), ("?published=false", &["3"]),
            ("?standardised=true&as_of=2020-03-15", &["1", "2"]),
        ] {
            assert_eq!(listed(&root, query), codes, "{query}");
        }
        let page = root.get(&format!("{BASE}?limit=2")).send().expect(200);
        let next = page.json()["next"].as_str().unwrap().to_owned();
        assert_eq!((page.each("code"), listed(&root, &format!("?limit=2&cursor={next}"))), (vec!["1".into(), "2".into()], vec!["3".to_owned()]));
        assert_eq!(root.get(&format!("{BASE}?level=5")).send().faults()[0].0, "level");
        assert_eq!(root.get(&format!("{BASE}?as_of=2020-02-30")).send().faults()[0].0, "as_of");
        assert_eq!(root.get(&format!("{BASE}?feld=a")).send().faults()[0], ("feld".to_owned(), "unknown-name".to_owned()));
    }

    fn a_batch_meets_every_fate(app) {
        app.province();
        let science = app.caller("science", "H19.06", "records:read records:write");
        app.root().put(&at("9"), &{
            let mut foreign = procedure("9");
            foreign["organizations"] = json!([{"organization": "H19.09", "from": "2015-01-01"}]);
            foreign
        }).send().expect(201);
        let mut wrong = procedure("3");
        wrong["field"] = json!(7);
        let mut again = procedure("1");
        again["states"] = json!([]);
        let items = [procedure("1"), wrong, procedure("9"), procedure("2"), again, procedure("2")];
        let before = rows(app);
        // What stands twice is taken once, whether it is the same or not.
        let fates = ["created", "failed", "failed", "created", "failed", "failed"];
        let look = science.post(&format!("{BATCH}?validate_only=true"), &json!({"items": items})).send().expect(200);
        assert_eq!(outcomes(&look), fates);
        let refused = science.post(&format!("{BATCH}?atomic=true"), &json!({"items": items})).send().problem(422, "batch-refused");
        assert_eq!(refused["summary"], json!({"total": 6, "created": 2, "updated": 0, "unchanged": 0, "failed": 4}));
        assert_eq!(rows(app), before);
        assert_eq!(outcomes(&push(&science, &items).expect(200)), fates);
        assert_eq!(stocks(app, "H19.06", "2020-12-31"), [2, 2, 0, 2, 0, 0]);
        assert_rolled_up(app);
        let after = rows(app);
        let lines = format!("{}\n{}\n", procedure("2"), procedure("1"));
        let sent = science.request("POST", &format!("{BATCH}?answer=failed")).bytes("application/x-ndjson", lines.as_bytes());
        let answer = sent.send().expect(200).json();
        assert_eq!((&answer["summary"]["unchanged"], &answer["items"]), (&json!(2), &json!([])));
        assert_eq!(rows(app), after, "twice changes nothing");
        let broken = science.request("POST", &format!("{BATCH}?atomic=true")).bytes("application/x-ndjson", b"{\"code\": \"5\"\n").send();
        assert_eq!(broken.problem(422, "batch-refused")["items"][0]["problem"]["code"], "malformed-request");
    }

    fn a_closed_period_keeps_its_procedures(app) {
        app.province();
        let root = app.root();
        let etag = root.put(&at("1"), &procedure("1")).send().expect(201).etag();
        let closing = "/api/v1/organizations/H19/closings/2020";
        let closed = root.put(closing, &json!({"scheme": "calendar", "reason": "Chốt số liệu"})).send().expect(201).etag();
        root.put(&at("2"), &procedure("2")).send().problem(409, "period-closed");
        let mut later = procedure("2");
        later["organizations"] = json!([{"organization": "H19.06", "from": "2021-01-01"}]);
        root.put(&at("2"), &later).send().expect(201);
        let mut now_online = procedure("1");
        now_online["states"][1]["from"] = json!("2020-12-31");
        root.put(&at("1"), &now_online).if_match(&etag).send().problem(409, "period-closed");
        now_online = procedure("1");
        now_online["states"].as_array_mut().unwrap().push(json!({"from": "2021-01-01", "level": "3", "published": true, "standardised": true}));
        now_online["fee"] = json!(10);
        root.put(&at("1"), &now_online).if_match(&etag).send().expect(200);
        assert_eq!(stocks(app, "H19.06", "2020-12-31"), [1, 1, 0, 1, 0, 0]);
        assert_eq!(stocks(app, "H19.06", "2021-01-14"), [2, 2, 1, 1, 0, 0]);
        let late = json!({"scheme": "calendar", "reason": "Cho bổ sung", "late_until": "9000-01-01"});
        root.put(closing, &late).if_match(&closed).send().expect(200);
        root.put(&at("3"), &procedure("3")).send().expect(201);
    }

    fn a_promise_stays_when_the_procedure_changes(app) {
        app.province();
        let root = app.root();
        let etag = root.put(&at("1"), &procedure("1")).send().expect(201).etag();
        let dossier = |code: &str, status: &str| json!({
            "code": code, "organization": "H19.06", "procedure": "1",
            "events": [{"status": "accepted", "at": "2020-06-04T08:30:00+07:00"}, {"status": status, "at": "2020-06-05T08:30:00+07:00"}]
        });
        let due = |code: &str, status: &str, condition: &str| {
            let put = root.put(&format!("/api/v1/dossiers/{code}"), &dossier(code, status)).if_match(condition);
            let put = if condition.is_empty() { root.put(&format!("/api/v1/dossiers/{code}"), &dossier(code, status)) } else { put };
            put.send().json()["due_at_current"].clone()
        };
        assert_eq!(due("A", "in_progress", ""), "2020-06-25");
        let mut shorter = procedure("1");
        shorter["term"] = json!({"amount": 5, "unit": "working_day"});
        root.put(&at("1"), &shorter).if_match(&etag).send().expect(200);
        assert_eq!(due("A", "completed", "*"), "2020-06-25");
        assert_eq!(due("B", "in_progress", ""), "2020-06-11");
    }
}
