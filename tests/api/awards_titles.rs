//! Titles: the catalogue that is brought along, and rules that follow each other.

use serde_json::{Value, json};

use crate::awarding::{decide, given, of_person, propose, revoke, step};
use crate::on_both;

const TITLES: &str = "/api/v1/award-titles";

fn rule(from: &str) -> Value {
    json!({"name": {"vi": "Danh hiệu", "en": "Title"}, "form": "title", "level": "base", "recipient": "individual",
        "legal_basis": ["Quy chế"], "valid_from": from})
}

on_both! {
    fn the_catalogue_holds_what_is_confirmed_of_each_law(app) {
        let reader = app.caller("reader", "H19.06", "emulation:read");
        let base = |day: &str| reader.get(&format!("{TITLES}/base-emulation-fighter?as_of={day}")).send().expect(200).json();
        let asked = |rule: &Value, at: usize| -> Vec<String> {
            let all = rule["conditions"][at]["any_of"].as_array().cloned().unwrap_or_default();
            all.iter().map(|one| format!("{} {}{}{}", one["kind"], one["title"], one["rating"], one["scope"]).replace("null", "").replace('"', "")).collect()
        };
        // NĐ 91/2017, Điều 9 khoản 3: a recognised initiative, 15 % of the advanced workers.
        let old = base("2018-12-31");
        assert_eq!(old["cap"], json!({"percent": 15, "of": "advanced-worker"}));
        assert_eq!(asked(&old, 0), ["initiative base"]);
        // Law 06/2022, Điều 23: advanced worker, and excellent work or an initiative. No cap is confirmed.
        let new = base("2024-12-31");
        assert_eq!((&new["cap"], asked(&new, 0), asked(&new, 1)), (&Value::Null, vec!["title advanced-worker".to_owned()], vec!["rating excellent".to_owned(), "initiative base".to_owned()]));
        assert_eq!(base("2016-12-31")["conditions"], json!([]), "nothing is confirmed of the time before");
        let worker = reader.get(&format!("{TITLES}/advanced-worker?as_of=2024-01-01")).send().expect(200).json();
        assert_eq!(asked(&worker, 0), ["rating good"]);
        let list = reader.get(&format!("{TITLES}?as_of=2024-12-31")).send().expect(200);
        assert_eq!(list.each("id").len(), 14);
        let first = reader.get(&format!("{TITLES}?limit=3")).send().expect(200);
        assert_eq!(first.each("id"), ["advanced-worker", "base-emulation-fighter", "provincial-emulation-fighter"]);
        let next = first.json()["next"].as_str().unwrap().to_owned();
        assert_eq!(reader.get(&format!("{TITLES}?limit=3&cursor={next}")).send().expect(200).each("id")[0], "national-emulation-fighter");
    }

    fn a_rule_holds_from_its_day_on_and_the_earlier_one_before(app) {
        let root = app.root();
        let path = format!("{TITLES}/test-title");
        let made = root.put(&path, &rule("2018-01-01")).send().expect(201);
        root.put(&path, &rule("2020-01-01")).send().problem(428, "condition-required");
        let mut capped = rule("2020-01-01");
        capped["cap"] = json!({"percent": 10, "of": "advanced-worker"});
        let second = root.put(&path, &capped).if_match(&made.etag()).send().expect(200);
        root.put(&path, &rule("2019-01-01")).if_match(&second.etag()).send().problem(409, "award-title-later-rule");
        let on = |day: &str| root.get(&format!("{path}?as_of={day}")).send();
        assert_eq!(on("2019-12-31").expect(200).json()["valid_to"], "2020-01-01");
        assert_eq!(on("2019-12-31").expect(200).json()["cap"], Value::Null);
        assert_eq!(on("2020-01-01").expect(200).json()["cap"]["percent"], 10);
        on("2017-12-31").problem(404, "not-found");
        assert_eq!(root.put(&path, &capped).if_match(&second.etag()).send().expect(200).etag(), second.etag(), "the same again");
    }

    fn what_was_decided_by_a_rule_stays_as_it_was_judged(app) {
        app.province();
        let root = app.root();
        let path = format!("{TITLES}/test-title");
        let with = |from: &str, more: &Value| {
            let mut body = rule(from);
            for (name, value) in more.as_object().unwrap() {
                body[name] = value.clone();
            }
            body
        };
        let voted = json!({"vote": {"percent": 90, "secret": true}});
        root.put(&path, &rule("2018-01-01")).send().expect(201);
        let put = |body: &Value| root.put(&path, body).if_match("*").send();
        // As long as nothing was decided, a rule may be corrected on its day, whatever was proposed.
        let id = propose(&root, &of_person("test-title", 2020, "H19.06", "CB-1"));
        put(&with("2018-01-01", &voted)).expect(200);
        step(&root, &id, &json!({"step": "appraise", "basis": "1/BC"})).expect(200);
        let vote = json!({"members_total": 10, "votes_for": 9, "votes_against": 1, "blank": 0});
        step(&root, &id, &json!({"step": "vote", "basis": "1/BB", "vote": vote})).expect(200);
        decide(&root, &id, "2026-01-05").expect(200);
        for changed in [json!({}), json!({"vote": {"percent": 89, "secret": true}}), json!({"vote": voted["vote"], "level": "province"}),
            json!({"vote": voted["vote"], "cap": {"percent": 10, "of": "advanced-worker"}}), json!({"vote": voted["vote"], "decided_by": ["department"]})] {
            put(&with("2018-01-01", &changed)).problem(409, "award-title-rule-used");
            // Neither from another day on that year 2020 would be judged by.
            put(&with("2020-12-31", &changed)).problem(409, "award-title-rule-used");
        }
        assert_eq!(root.get(&format!("{path}?as_of=2020-12-31")).send().json()["vote"]["percent"], 90);
        // How it is called and on what it rests may be corrected.
        let renamed = with("2018-01-01", &json!({"vote": voted["vote"], "name": {"vi": "Danh hiệu thử", "en": "Test title"}, "open": ["Chưa rõ"]}));
        assert_eq!(put(&renamed).expect(200).json()["name"]["vi"], "Danh hiệu thử");
        // The way of another rule is another day, after the last year that was decided on.
        put(&rule("2021-01-01")).expect(200);
        put(&with("2021-01-01", &voted)).expect(200);
        assert_eq!(root.get(&format!("{path}?as_of=2020-12-31")).send().json()["vote"]["percent"], 90);
        // What was revoked was decided on all the same.
        revoke(&root, &id, "2026-01-05").expect(200);
        root.put(&format!("{TITLES}/other-title"), &rule("2018-01-01")).send().expect(201);
        let other = given(&root, of_person("other-title", 2019, "H19.06", "CB-1"), "2019-12-01");
        revoke(&root, &other, "2019-12-02").expect(200);
        root.put(&format!("{TITLES}/other-title"), &with("2018-01-01", &voted)).if_match("*").send().problem(409, "award-title-rule-used");
        root.put(&format!("{TITLES}/other-title"), &with("2020-01-01", &voted)).if_match("*").send().expect(200);
    }

    fn a_rule_says_what_it_asks_for(app) {
        let root = app.root();
        let faults = |more: Value| {
            let mut body = rule("2018-01-01");
            for (name, value) in more.as_object().unwrap() {
                body[name] = value.clone();
            }
            root.put(&format!("{TITLES}/test-title"), &body).send().faults()
        };
        let one = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
        let asks = |requirement: Value| json!({"conditions": [{"any_of": [requirement]}]});
        let at = "/conditions/0/any_of/0";
        assert_eq!(faults(asks(json!({"kind": "title"}))), one(&format!("{at}/title"), "required"));
        assert_eq!(faults(asks(json!({"kind": "rating", "rating": "good", "scope": "base"}))), one(&format!("{at}/scope"), "mismatch"));
        assert_eq!(faults(asks(json!({"kind": "title", "title": "no-such-title"}))), one(&format!("{at}/title"), "not-found"));
        assert_eq!(faults(asks(json!({"kind": "title", "title": "advanced-worker", "times": 0}))), one(&format!("{at}/times"), "out-of-range"));
        assert_eq!(faults(json!({"cap": {"percent": 101, "of": "advanced-worker"}})), one("/cap/percent", "out-of-range"));
        assert_eq!(faults(json!({"cap": {"percent": 10, "of": "no-such-title"}})), one("/cap/of", "not-found"));
        // A percentage of itself, and of what is for others, is of nobody.
        assert_eq!(faults(json!({"cap": {"percent": 10, "of": "test-title"}})), one("/cap/of", "mismatch"));
        assert_eq!(faults(json!({"cap": {"percent": 10, "of": "advanced-collective"}})), one("/cap/of", "mismatch"));
        assert_eq!(faults(asks(json!({"kind": "title", "title": "advanced-collective"}))), one(&format!("{at}/title"), "mismatch"));
        assert_eq!(faults(json!({"recipient": "collective", "cap": {"percent": 10, "of": "advanced-worker"}})), one("/cap/of", "mismatch"));
        assert_eq!(faults(json!({"valid_from": "9999-01-01"})), one("/valid_from", "out-of-range"));
        let mut collective = asks(json!({"kind": "initiative", "scope": "base"}));
        collective["recipient"] = json!("collective");
        assert_eq!(faults(collective), one(&format!("{at}/kind"), "mismatch"));
        // A title may ask for itself in earlier years; and of two, one may be a percentage of the other, not each of the other.
        let mut again = rule("2018-01-01");
        again["conditions"] = json!([{"any_of": [{"kind": "title", "title": "test-title", "before": true}]}]);
        again["cap"] = json!({"percent": 10, "of": "advanced-worker"});
        root.put(&format!("{TITLES}/test-title"), &again).send().expect(201);
        let mut round = root.get(&format!("{TITLES}/advanced-worker?as_of=2024-01-01")).send().expect(200).json();
        for name in ["id", "valid_to"] {
            round.as_object_mut().unwrap().remove(name);
        }
        round["cap"] = json!({"percent": 10, "of": "test-title"});
        assert_eq!(root.put(&format!("{TITLES}/advanced-worker"), &round).if_match("*").send().faults(), one("/cap/of", "mismatch"));
    }

    fn rules_are_for_who_administers_all(app) {
        let path = format!("{TITLES}/test-title");
        app.caller("officer", "H19", "admin").put(&path, &rule("2018-01-01")).send().problem(403, "out-of-reach");
        app.caller("writer", "*", "emulation:write").put(&path, &rule("2018-01-01")).send().problem(403, "insufficient-scope");
    }
}
