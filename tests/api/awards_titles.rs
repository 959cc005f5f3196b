//! Titles: the catalogue that is brought along, and rules that follow each other.

use serde_json::{Value, json};

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
        let mut collective = asks(json!({"kind": "initiative", "scope": "base"}));
        collective["recipient"] = json!("collective");
        assert_eq!(faults(collective), one(&format!("{at}/kind"), "mismatch"));
    }

    fn rules_are_for_who_administers_all(app) {
        let path = format!("{TITLES}/test-title");
        app.caller("officer", "H19", "admin").put(&path, &rule("2018-01-01")).send().problem(403, "out-of-reach");
        app.caller("writer", "*", "emulation:write").put(&path, &rule("2018-01-01")).send().problem(403, "insufficient-scope");
    }
}
