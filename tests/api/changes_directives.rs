//! What is told of directives: to who loses sight of one, and of one that another amends, replaces or revokes.

use serde_json::{Value, json};

use crate::changes::{acts, end, texts};
use crate::on_both;

on_both! {
    fn who_loses_sight_of_a_directive_is_told_that_it_is_gone(app) {
        app.province();
        let root = app.root();
        let body = json!({"number": "772/QĐ-UBND", "issuer": {"organization": "H19.06"}, "subject": "Kế hoạch", "issued_on": "2020-03-20", "public": true});
        let id = root.post("/api/v1/directives", &body).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let all = [app.caller("a", "H19.06", "changes:read directives:read"), app.caller("b", "H19.09", "changes:read directives:read"), root.clone()];
        // What each of the three is told of a change.
        let told = |change: &Value| {
            let cursor = end(&root);
            root.patch(&format!("/api/v1/directives/{id}"), change).if_match("*").send().expect(200);
            all.each_ref().map(|one| acts(one, &cursor).into_iter().map(|[kind, key, act]| {
                assert_eq!((kind.as_str(), &key), ("directive", &id));
                act
            }).collect::<Vec<_>>().join(","))
        };
        assert_eq!(told(&json!({"field": "Dân vận"})), ["updated", "updated", "updated"]);
        assert_eq!(told(&json!({"public": false})), ["updated", "deleted", "updated"]);
        assert_eq!(told(&json!({"field": "Thi đua"})), ["updated", "", "updated"]);
        assert_eq!(told(&json!({"issuer": {"organization": "H19.09"}})), ["deleted", "updated", "updated"]);
        assert_eq!(told(&json!({"registered_by": "H19.06"})), ["updated", "updated", "updated"]);
        // It still keeps it, so it has lost nothing.
        assert_eq!(told(&json!({"issuer": {"organization": null, "name": "Sở"}})), ["updated", "deleted", "updated"]);
        // What a public one no longer is, nobody loses sight of.
        assert_eq!(told(&json!({"public": true, "registered_by": null})), ["updated", "updated", "updated"]);
    }

    fn what_becomes_of_a_directive_by_a_relation_is_told_of_it(app) {
        app.province();
        let root = app.root();
        let id = |number: &str, organization: &str| {
            let body = json!({"number": number, "issuer": {"organization": organization}, "subject": "Kế hoạch", "issued_on": "2020-03-20"});
            root.post("/api/v1/directives", &body).send().expect(201).json()["id"].as_str().unwrap().to_owned()
        };
        let (old, new, third) = (id("1/QĐ-UBND", "H19.06"), id("2/QĐ-UBND", "H19.09"), id("3/QĐ-UBND", "H19.09"));
        let cursor = end(&root);
        let relate = |kind: &str| root.post(&format!("/api/v1/directives/{new}/relations"), &json!({"kind": kind, "to": {"id": old}})).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let (cites, replaces) = (relate("cites"), relate("replaces"));
        root.patch(&format!("/api/v1/directive-relations/{replaces}"), &json!({"until": "2020-04-01"})).if_match("*").send().expect(200);
        root.patch(&format!("/api/v1/directive-relations/{cites}"), &json!({"until": "2020-04-01"})).if_match("*").send().expect(200);
        let told = [
            ["directive-relation", &cites, "created"], ["directive-relation", &replaces, "created"], ["directive", &old, "updated"],
            ["directive-relation", &replaces, "updated"], ["directive", &old, "updated"], ["directive-relation", &cites, "updated"],
        ];
        assert_eq!(acts(&root, &cursor), texts(&told));
        let scope = "changes:read directives:read";
        assert_eq!(acts(&app.caller("a", "H19.06", scope), &cursor), texts(&told));
        let of_relations: Vec<_> = told.into_iter().filter(|[kind, ..]| *kind == "directive-relation").collect();
        assert_eq!(acts(&app.caller("b", "H19.09", scope), &cursor), texts(&of_relations), "the other is not its own");
        // Of one batch: new relations in its order, and each directive once.
        let cursor = end(&root);
        let item = |from: &str, kind: &str| json!({"from": {"id": from}, "kind": kind, "to": {"id": old}});
        let items = [item(&new, "cites"), item(&third, "revokes"), item(&new, "cites"), item(&third, "amends"), item(&old, "amends")];
        let again = json!({"items": [{"from": {"id": new}, "kind": "replaces", "to": {"id": old}, "until": "2020-04-01"}]});
        let answer = root.post("/api/v1/directive-relations/batch", &json!({"items": items})).send().expect(200);
        assert_eq!(answer.each("outcome"), ["failed", "created", "failed", "created", "failed"]);
        root.post("/api/v1/directive-relations/batch", &again).send().expect(200);
        let told = acts(&root, &cursor);
        assert_eq!(told.iter().map(|[kind, _, act]| format!("{kind} {act}")).collect::<Vec<_>>(), ["directive-relation created", "directive-relation created", "directive updated"]);
        let code = |index: usize| answer.json()["items"][index]["code"].as_str().unwrap().to_owned();
        assert_eq!([&told[0][1], &told[1][1], &told[2][1]], [&code(1), &code(3), &old]);
    }
}
