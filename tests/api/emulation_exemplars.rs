//! Exemplars: registered, brought to recognition step by step, with decisions and evidence; who may say what.

use serde_json::{Value, json};

use crate::emulation_movements::{emulation, launch, with, yearly};
use crate::harness::{Answer, Client};
use crate::on_both;

pub const EXEMPLARS: &str = "/api/v1/exemplars";

/// An id that a caller makes.
pub fn id(number: usize) -> String {
    format!("0199b2c4-5d6e-7f80-9123-{number:012}")
}

pub fn model(organization: &str) -> Value {
    json!({
        "organization": organization, "kind": "model", "field": "political_system", "level": "base", "year": 2020,
        "title": "Bộ phận một cửa thân thiện", "registered_on": "2020-02-03",
    })
}

pub fn register(client: &Client, number: usize, body: &Value) -> Answer {
    client.put(&format!("{EXEMPLARS}/{}", id(number)), body).send()
}

pub fn happens(client: &Client, number: usize, body: &Value) -> Answer {
    client.post(&format!("{EXEMPLARS}/{}/events", id(number)), body).send()
}

/// The body of an event with everything that an event may need.
pub fn event(event: &str, on: &str) -> Value {
    json!({"event": event, "on": on, "note": "Lý do", "decision": {"number": "45/QĐ-SKHCN", "on": on}})
}

fn ids(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("{EXEMPLARS}?{query}")).send().expect(200).each("id")
}

on_both! {
    fn an_exemplar_is_registered_and_goes_the_whole_way(app) {
        app.province();
        let root = app.root();
        launch(&root, "dan-van-kheo", &yearly("H19")).expect(201);
        let body = with(model("H19.06"), "movement", json!("dan-van-kheo"));
        let created = register(&root, 1, &body).expect(201);
        let shown = json!({
            "id": id(1), "movement": "dan-van-kheo", "organization": "H19.06", "kind": "model", "field": "political_system", "level": "base",
            "year": 2020, "title": "Bộ phận một cửa thân thiện", "registered_on": "2020-02-03", "state": "registered",
            "state_since": "2020-02-03", "created_at": "2026-01-05T01:00:00Z", "updated_at": "2026-01-05T01:00:00Z",
        });
        assert_eq!(created.json(), shown);
        assert_eq!(root.get(created.header("location").unwrap()).send().expect(200).json(), shown);
        happens(&root, 1, &json!({"event": "recognise", "decision": {"number": "1", "on": "2020-03-01"}})).problem(409, "exemplar-state");
        happens(&root, 1, &json!({"event": "implement", "on": "2020-02-02"})).problem(422, "invalid-request");
        let directive = crate::directives_register::id_of(&root, &json!({"number": "772/QĐ-UBND", "issuer": {"organization": "H19"}, "subject": "Kế hoạch", "issued_on": "2020-03-20"}));
        let evidence = json!([
            {"figure": {"kpi": "on-time-dossiers", "period": "2020-H1"}}, {"directive": directive}, {"link": "https://ioffice.example.vn/1"},
        ]);
        happens(&root, 1, &json!({"event": "implement", "on": "2020-02-03"})).expect(200);
        let appraised = json!({"event": "appraise", "on": "2020-05-20", "note": "Đã kiểm tra", "evidence": evidence});
        assert_eq!(happens(&root, 1, &appraised).expect(200).json()["state"], "appraised");
        assert_eq!(happens(&root, 1, &json!({"event": "recognise", "on": "2020-07-02"})).faults(), [("/decision".to_owned(), "required".to_owned())]);
        happens(&root, 1, &event("recognise", "2020-07-02")).expect(200);
        assert_eq!(happens(&root, 1, &json!({"event": "replicate", "on": "2020-10-15"})).expect(200).json()["state"], "replicated");
        happens(&root, 1, &json!({"event": "replicate", "on": "2020-10-15"})).problem(409, "exemplar-state");
        assert_eq!(happens(&root, 1, &json!({"event": "withdraw"})).faults(), [("/note".to_owned(), "required".to_owned()), ("/decision".to_owned(), "required".to_owned())]);
        assert_eq!(happens(&root, 1, &json!({"event": "lapse", "on": "2021-03-01", "note": "Không duy trì"})).expect(200).json()["state"], "lapsed");
        happens(&root, 1, &event("replicate", "2021-03-02")).problem(409, "exemplar-state");
        let told = root.get(&format!("{EXEMPLARS}/{}/events", id(1))).send().expect(200);
        assert_eq!(told.each("event"), ["register", "implement", "appraise", "recognise", "replicate", "lapse"]);
        let figure = json!({"figure": {"kpi": "on-time-dossiers", "period": "2020-H1", "scheme": "calendar"}});
        assert_eq!(told.json()["items"][2]["evidence"], json!([figure, {"directive": directive}, {"link": "https://ioffice.example.vn/1"}]));
        assert_eq!(told.json()["items"][3]["decision"]["number"], "45/QĐ-SKHCN");
    }

    fn what_was_counted_by_stays_and_the_rest_changes_under_its_version(app) {
        app.province();
        let root = app.root();
        let levels = json!([{"code": "base", "name": "Cấp cơ sở"}, {"code": "province", "name": "Cấp tỉnh"}]);
        launch(&root, "m", &with(with(yearly("H19"), "levels", levels), "fields", json!(["political_system", "economy"]))).expect(201);
        let body = with(model("H19.06"), "movement", json!("m"));
        register(&root, 1, &body).expect(201);
        register(&root, 1, &body).problem(428, "condition-required");
        let change = |field: &str, value: Value| {
            root.put(&format!("{EXEMPLARS}/{}", id(1)), &with(body.clone(), field, value)).if_match("*").send()
        };
        assert_eq!(change("level", json!("province")).expect(200).json()["level"], "province");
        assert_eq!(change("field", json!("economy")).expect(200).json()["field"], "economy");
        for (field, value, at, code) in [
            ("level", json!("ward"), "/level", "mismatch"), ("field", json!("defence_security"), "/field", "mismatch"),
            ("year", json!(2021), "/year", "mismatch"), ("organization", json!("H19.09"), "/organization", "mismatch"),
            ("movement", json!(null), "/movement", "mismatch"), ("movement", json!("none"), "/movement", "not-found"),
            ("kind", json!("exemplar_collective"), "/kind", "mismatch"), ("registered_on", json!("2020-02-04"), "/registered_on", "mismatch"),
            ("organization", json!("H19.77"), "/organization", "not-found"), ("registered_on", json!("2026-01-06"), "/registered_on", "in-the-future"),
        ] {
            let faults = change(field, value).faults();
            assert!(faults.contains(&(at.to_owned(), code.to_owned())), "{field}: {faults:?}");
        }
        for (evidence, at, code) in [
            (json!({"figure": {"kpi": "no-kpi", "period": "2020"}}), "/evidence/0/figure/kpi", "not-found"),
            (json!({"directive": id(9)}), "/evidence/0/directive", "not-found"),
            (json!({}), "/evidence/0", "mismatch"),
            (json!({"directive": id(9), "link": "https://x.vn/1"}), "/evidence/0", "mismatch"),
        ] {
            let refused = happens(&root, 1, &json!({"event": "implement", "evidence": [evidence]})).faults();
            assert_eq!(refused, [(at.to_owned(), code.to_owned())]);
        }
        assert_eq!(root.get(&format!("{EXEMPLARS}/{}", id(1))).send().json()["state"], "registered", "nothing half-done");
    }

    fn a_decision_lies_between_what_it_is_about_and_what_is_done_by_it(app) {
        app.province();
        let root = app.root();
        register(&root, 1, &model("H19.06")).expect(201);
        let decided = |verb: &str, on: &str, day: &str| json!({"event": verb, "on": on, "note": "Lý do", "decision": {"number": "45/QĐ-SKHCN", "on": day}});
        let order = [("/decision/on".to_owned(), "out-of-order".to_owned())];
        // Registered on 3 February 2020.
        for day in ["2020-02-02", "2020-03-03"] {
            assert_eq!(happens(&root, 1, &decided("implement", "2020-03-02", day)).faults(), order, "{day}");
        }
        happens(&root, 1, &decided("implement", "2020-03-02", "2020-02-03")).expect(200);
        happens(&root, 1, &decided("appraise", "2020-05-20", "2020-02-20")).expect(200);
        // Nothing is recognised before it was appraised, and nothing taken back before it was recognised.
        for day in ["2020-05-19", "2020-07-03"] {
            assert_eq!(happens(&root, 1, &decided("recognise", "2020-07-02", day)).faults(), order, "{day}");
        }
        let future = [("/decision/on".to_owned(), "in-the-future".to_owned())];
        assert_eq!(happens(&root, 1, &decided("recognise", "2020-07-02", "2026-01-06")).faults(), future);
        happens(&root, 1, &decided("recognise", "2020-07-02", "2020-05-20")).expect(200);
        assert_eq!(happens(&root, 1, &decided("withdraw", "2020-09-01", "2020-07-01")).faults(), order);
        // It was recognised in this field and at this level. How it is called may be corrected.
        let change = |field: &str, value: Value| {
            root.put(&format!("{EXEMPLARS}/{}", id(1)), &with(model("H19.06"), field, value)).if_match("*").send()
        };
        change("level", json!("province")).problem(409, "exemplar-decided");
        change("field", json!("economy")).problem(409, "exemplar-decided");
        assert_eq!(change("title", json!("Một cửa thân thiện")).expect(200).json()["title"], "Một cửa thân thiện");
        happens(&root, 1, &decided("withdraw", "2020-09-01", "2020-08-31")).expect(200);
    }

    fn an_exemplar_is_of_a_movement_that_runs_in_its_organization_and_of_a_year_that_is_near(app) {
        app.province();
        let root = app.root();
        launch(&root, "m", &with(yearly("H19.06"), "ends_on", json!(null))).expect(201);
        let of = |organization: &str| with(model(organization), "movement", json!("m"));
        for elsewhere in ["H19", "H19.09", "H19.09.01"] {
            assert_eq!(register(&root, 1, &of(elsewhere)).faults(), [("/organization".to_owned(), "mismatch".to_owned())], "{elsewhere}");
        }
        for (number, below) in [(1, "H19.06"), (2, "H19.06.02")] {
            register(&root, number, &of(below)).expect(201);
        }
        register(&root, 3, &model("H19.09")).expect(201);
        // Registered in February 2020: for that year, the next, or an earlier one that is entered late.
        assert_eq!(register(&root, 4, &with(model("H19.06"), "year", json!(2022))).faults(), [("/year".to_owned(), "out-of-range".to_owned())]);
        assert_eq!(register(&root, 4, &with(of("H19.06"), "year", json!(2100))).faults(), [("/year".to_owned(), "out-of-range".to_owned())]);
        register(&root, 4, &with(model("H19.06"), "year", json!(2021))).expect(201);
    }

    fn an_exemplar_is_of_a_subtree(app) {
        app.province();
        let (root, science, division, home) =
            (app.root(), emulation(app, "H19.06"), emulation(app, "H19.06.02"), emulation(app, "H19.09"));
        register(&science, 1, &model("H19.06")).expect(201);
        register(&division, 2, &with(model("H19.06.02"), "title", json!("Đổi mới sáng tạo"))).expect(201);
        register(&home, 3, &with(with(model("H19.09.01"), "year", json!(2019)), "field", json!("economy"))).expect(201);
        assert_eq!(register(&division, 4, &model("H19.06")).faults(), [("/organization".to_owned(), "not-found".to_owned())]);
        let [one, two, three] = [id(1), id(2), id(3)];
        assert_eq!(ids(&root, ""), [one.as_str(), &two, &three]);
        assert_eq!(ids(&science, ""), [one.as_str(), &two]);
        assert_eq!(ids(&division, ""), [two.as_str()]);
        assert_eq!(ids(&root, "organization=H19.09"), [three.as_str()]);
        assert_eq!(ids(&science, "organization=H19.09"), [""; 0]);
        assert_eq!(ids(&root, "year=2019"), [three.as_str()]);
        assert_eq!(ids(&root, "field=economy&kind=model&level=base&state=registered"), [three.as_str()]);
        assert_eq!(ids(&root, "q=sang%20tao"), [two.as_str()]);
        assert_eq!(ids(&root, "movement=none"), [""; 0]);
        let page = root.get(&format!("{EXEMPLARS}?limit=2")).send().expect(200).json();
        assert_eq!(ids(&root, &format!("limit=2&cursor={}", page["next"].as_str().unwrap())), [three.as_str()]);
        for path in [format!("{EXEMPLARS}/{one}"), format!("{EXEMPLARS}/{one}/events"), format!("{EXEMPLARS}/{}", id(9))] {
            home.get(&path).send().problem(404, "not-found");
        }
        happens(&home, 1, &json!({"event": "implement"})).problem(404, "not-found");
        let taken = register(&home, 1, &model("H19.09"));
        assert_eq!(taken.header("etag"), None, "nobody is told the version of another's");
        taken.problem(409, "exemplar-of-another");
    }
}
