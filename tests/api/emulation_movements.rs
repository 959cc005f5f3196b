//! Movements: launched, changed, reviewed, closed; on which directives they rest; who knows of them and who is told.

use serde_json::{Value, json};

use crate::changes::{acts, end};
use crate::directives_register::id_of;
use crate::harness::{Answer, Client, TestApp};
use crate::on_both;

pub const MOVEMENTS: &str = "/api/v1/movements";
const SCOPE: &str = "emulation:read emulation:write changes:read directives:read directives:write";

/// A movement with monthly rounds and two groups.
pub fn monthly(organization: &str) -> Value {
    json!({
        "name": "Xây dựng cơ quan văn hóa – ngày làm việc 8 giờ", "organization": organization,
        "launched_by": {"name": "Ban Thường vụ Công đoàn viên chức tỉnh Đồng Nai"}, "launched_on": "2015-01-05",
        "starts_on": "2015-01-01", "rounds": "month",
        "groups": [{"code": "state-management", "name": "Khối Quản lý nhà nước"}, {"code": "service-units", "name": "Khối sự nghiệp"}],
    })
}

/// A movement of a stage, with yearly rounds.
pub fn yearly(organization: &str) -> Value {
    json!({
        "name": "Dân vận khéo", "organization": organization, "launched_by": {"name": "Ban Thường vụ Tỉnh ủy"},
        "launched_on": "2015-02-14", "starts_on": "2015-02-14", "ends_on": "2020-12-31", "rounds": "year",
    })
}

pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

pub fn launch(client: &Client, code: &str, body: &Value) -> Answer {
    client.put(&format!("{MOVEMENTS}/{code}"), body).send()
}

pub fn emulation(app: &TestApp, org: &str) -> Client {
    app.caller("emulation", org, SCOPE)
}

fn happens(client: &Client, code: &str, body: &Value) -> Answer {
    client.post(&format!("{MOVEMENTS}/{code}/events"), body).send()
}

fn codes(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("{MOVEMENTS}?{query}")).send().expect(200).each("code")
}

on_both! {
    fn a_movement_is_launched_reviewed_and_closed(app) {
        app.province();
        let root = app.root();
        let basis = id_of(&root, &json!({"number": "30-CT/TU", "issuer": {"name": "Ban Thường vụ Tỉnh ủy"}, "subject": "Dân vận khéo", "issued_on": "2015-02-14", "public": true}));
        let body = with(yearly("H19"), "legal_basis", json!([{"number": "30-CT/TU", "year": 2015}]));
        let created = launch(&root, "dan-van-kheo", &body).expect(201);
        assert_eq!(created.header("location"), Some("/api/v1/movements/dan-van-kheo"));
        let at = format!("{MOVEMENTS}/dan-van-kheo");
        assert_eq!(root.get(&at).send().expect(200).json(), json!({
            "code": "dan-van-kheo", "name": "Dân vận khéo", "organization": "H19",
            "launched_by": {"organization": null, "name": "Ban Thường vụ Tỉnh ủy"}, "launched_on": "2015-02-14", "legal_basis": [basis],
            "starts_on": "2015-02-14", "ends_on": "2020-12-31", "rounds": "year", "fields": [], "levels": [], "groups": [], "criteria": [],
            "vote_percent": null, "state": "launched", "state_since": "2015-02-14",
            "created_at": "2026-01-05T01:00:00Z", "updated_at": "2026-01-05T01:00:00Z",
        }));
        happens(&root, "dan-van-kheo", &json!({"event": "launch"})).problem(409, "movement-state");
        happens(&root, "dan-van-kheo", &json!({"event": "review", "on": "2015-02-13"})).problem(422, "invalid-request");
        happens(&root, "dan-van-kheo", &json!({"event": "review", "on": "2026-01-06"})).problem(422, "invalid-request");
        for (event, on, state) in [("review", "2018-06-29", "preliminary_review"), ("review", "2019-06-28", "preliminary_review"), ("close", "2020-12-18", "closed")] {
            let decided = |day: &str| json!({"event": event, "on": on, "decision": {"number": "363-KH/TU", "on": day}});
            // A plan is not made after what is done by it, nor before there is a movement.
            for day in ["2020-12-19", "2015-02-13"] {
                assert_eq!(happens(&root, "dan-van-kheo", &decided(day)).faults(), [("/decision/on".to_owned(), "out-of-order".to_owned())]);
            }
            let now = happens(&root, "dan-van-kheo", &decided("2018-05-29")).expect(200).json();
            assert_eq!((&now["state"], &now["state_since"]), (&json!(state), &json!(on)));
        }
        happens(&root, "dan-van-kheo", &json!({"event": "review"})).problem(409, "movement-state");
        let told = root.get(&format!("{at}/events")).send().expect(200);
        assert_eq!(told.each("event"), ["launch", "review", "review", "close"]);
        assert_eq!(told.each("on"), ["2015-02-14", "2018-06-29", "2019-06-28", "2020-12-18"]);
        assert_eq!(told.json()["items"][3]["decision"], json!({"number": "363-KH/TU", "on": "2018-05-29", "link": null}));
        let page = root.get(&format!("{at}/events?limit=3")).send().expect(200).json();
        let next = format!("{at}/events?limit=3&cursor={}", page["next"].as_str().unwrap());
        assert_eq!(root.get(&next).send().expect(200).each("event"), ["close"]);
    }

    fn a_movement_changes_under_its_version_and_stays_where_it_was_launched(app) {
        app.province();
        let root = app.root();
        let created = launch(&root, "m", &monthly("H19.06")).expect(201);
        launch(&root, "m", &monthly("H19.06")).problem(428, "condition-required");
        let again = root.put(&format!("{MOVEMENTS}/m"), &monthly("H19.06")).if_match(&created.etag()).send().expect(200);
        assert_eq!((again.etag(), again.json()), (created.etag(), created.json()));
        let change = |field: &str, value: Value| {
            root.put(&format!("{MOVEMENTS}/m"), &with(monthly("H19.06"), field, value)).if_match("*").send()
        };
        assert_eq!(change("vote_percent", json!(50.5)).expect(200).json()["vote_percent"], json!(50.5));
        for (field, value, at, code) in [
            ("organization", json!("H19"), "/organization", "mismatch"),
            ("launched_on", json!("2015-01-06"), "/launched_on", "mismatch"),
            ("organization", json!("H19.77"), "/organization", "not-found"),
            ("launched_by", json!({"organization": "H19.77"}), "/launched_by/organization", "not-found"),
            ("launched_by", json!({}), "/launched_by/name", "required"),
            ("launched_on", json!("2026-01-06"), "/launched_on", "in-the-future"),
            ("ends_on", json!("2014-12-31"), "/ends_on", "out-of-order"),
            ("legal_basis", json!([{"number": "99-CT/TU"}]), "/legal_basis/0/number", "not-found"),
            ("criteria", json!([{"name": "Kỷ cương", "points": 10, "group": "no-group"}]), "/criteria/0/group", "not-found"),
            ("rounds", json!("week"), "/rounds", "not-in-set"),
        ] {
            let faults = change(field, value).faults();
            assert!(faults.contains(&(at.to_owned(), code.to_owned())), "{field}: {faults:?}");
        }
        launch(&root, "Not-A-Code", &monthly("H19.06")).problem(404, "not-found");
    }

    fn what_records_name_of_a_movement_is_not_pulled_away_beneath_them(app) {
        app.province();
        let root = app.root();
        launch(&root, "m", &monthly("H19.06")).expect(201);
        let change = |body: Value| root.put(&format!("{MOVEMENTS}/m"), &body).if_match("*").send();
        let group = |code: &str, name: &str| json!({"code": code, "name": name});
        let both = json!([group("state-management", "Khối 1"), group("service-units", "Khối 2")]);
        // As long as no record names it, everything may change.
        change(with(monthly("H19.06"), "groups", json!([]))).expect(200);
        change(with(monthly("H19.06"), "rounds", json!("year"))).expect(200);
        change(monthly("H19.06")).expect(200);
        root.put("/api/v1/organizations/H19.06.02/participation/m/2020-03", &json!({"members": 9, "taking_part": 9})).send().expect(201);
        let face = "0199b2c4-5d6e-7f80-9123-00000000000b";
        let stands = json!({"movement": "m", "round": "2020-06", "group": "service-units", "organization": "H19.06.02", "person": "cb-1"});
        root.put(&format!("/api/v1/nominations/{face}"), &stands).send().expect(201);
        let votes = json!({"movement": "m", "round": "2020-06", "group": "service-units", "held_on": "2020-06-26", "council_members": 3, "votes": [{"nomination": face, "votes": 2}], "elected": face});
        root.post("/api/v1/elections", &votes).send().expect(201);
        for groups in [json!([]), json!([group("state-management", "Khối 1")]), json!([group("service", "Khối sự nghiệp")])] {
            change(with(monthly("H19.06"), "groups", groups)).problem(409, "movement-group-used");
        }
        for (field, value) in [
            ("starts_on", json!("2020-04-01")), ("starts_on", json!("2021-01-01")), ("ends_on", json!("2020-05-31")), ("ends_on", json!("2020-02-29")),
            ("rounds", json!("quarter")), ("rounds", json!("year")),
        ] {
            change(with(monthly("H19.06"), field, value.clone())).problem(409, "movement-round-used");
        }
        happens(&root, "m", &json!({"event": "close", "on": "2020-05-31"})).problem(409, "movement-round-used");
        // A group may be called otherwise, one that nobody stands in may go, and the stage may end after the last round.
        change(with(monthly("H19.06"), "groups", both)).expect(200);
        change(with(monthly("H19.06"), "groups", json!([group("service-units", "Khối đơn vị")]))).expect(200);
        change(with(with(monthly("H19.06"), "starts_on", json!("2020-03-31")), "ends_on", json!("2020-06-01"))).expect(200);
        let faces = root.get("/api/v1/emulation/faces.csv?org=H19.06&period=2020").send().expect(200).text();
        assert!(faces.contains("Khối sự nghiệp") && !faces.contains("service-units"), "{faces}");
        happens(&root, "m", &json!({"event": "close", "on": "2020-06-30"})).expect(200);
    }

    fn what_exemplars_name_of_a_movement_stays(app) {
        app.province();
        let root = app.root();
        let level = |code: &str| json!({"code": code, "name": "Cấp"});
        let body = with(with(yearly("H19"), "levels", json!([level("base"), level("province")])), "fields", json!(["economy", "political_system"]));
        launch(&root, "m", &body).expect(201);
        let model = json!({"movement": "m", "organization": "H19.06", "kind": "model", "field": "economy", "level": "base", "year": 2020, "title": "Mô hình", "registered_on": "2020-02-03"});
        root.put("/api/v1/exemplars/0199b2c4-5d6e-7f80-9123-00000000000a", &model).send().expect(201);
        let change = |field: &str, value: Value| root.put(&format!("{MOVEMENTS}/m"), &with(body.clone(), field, value)).if_match("*").send();
        for (field, value) in [("levels", json!([level("province")])), ("fields", json!(["political_system"])), ("ends_on", json!("2019-12-31"))] {
            change(field, value).problem(409, "movement-exemplars-used");
        }
        change("levels", json!([level("base")])).expect(200);
        change("fields", json!(["economy"])).expect(200);
        change("levels", json!([])).expect(200);
        change("ends_on", json!("2020-01-31")).expect(200);
    }

    fn who_stands_above_or_below_knows_of_a_movement_and_who_reaches_it_changes_it(app) {
        app.province();
        let (root, science, division, home) =
            (app.root(), emulation(app, "H19.06"), emulation(app, "H19.06.02"), emulation(app, "H19.09"));
        launch(&root, "of-the-province", &yearly("H19")).expect(201);
        launch(&science, "of-the-department", &monthly("H19.06")).expect(201);
        launch(&science, "of-another", &monthly("H19.09")).problem(422, "invalid-request");
        let both = ["of-the-department", "of-the-province"];
        assert_eq!(codes(&root, ""), both);
        assert_eq!(codes(&science, ""), both);
        assert_eq!(codes(&division, ""), both);
        assert_eq!(codes(&home, ""), ["of-the-province"]);
        assert_eq!(codes(&root, "organization=H19.06"), ["of-the-department"]);
        assert_eq!(codes(&root, "q=dan%20van"), ["of-the-province"]);
        assert_eq!(codes(&root, "q=cong%20%C4%90OAN"), ["of-the-department"]);
        assert_eq!(codes(&root, "on=2021-01-01"), ["of-the-department"]);
        assert_eq!(codes(&root, "on=2020-12-31"), both);
        assert_eq!(codes(&root, "state=closed"), [""; 0]);
        home.get(&format!("{MOVEMENTS}/of-the-department")).send().problem(404, "not-found");
        home.get(&format!("{MOVEMENTS}/of-the-department/events")).send().problem(404, "not-found");
        // A foreign one is as missing as one that is not there; its code is taken all the same, and its version is not told.
        let taken = launch(&home, "of-the-department", &monthly("H19.09"));
        assert_eq!(taken.header("etag"), None);
        taken.problem(409, "movement-of-another");
        happens(&home, "of-the-department", &json!({"event": "close"})).problem(404, "not-found");
        happens(&division, "of-the-department", &json!({"event": "close"})).problem(409, "movement-of-another");
        happens(&science, "of-the-province", &json!({"event": "close"})).problem(409, "movement-of-another");
        happens(&science, "of-the-department", &json!({"event": "close"})).expect(200);
        let hidden = id_of(&root, &json!({"number": "1-CT/TU", "issuer": {"organization": "H19.09"}, "subject": "Riêng", "issued_on": "2020-02-14"}));
        for basis in [json!({"id": hidden}), json!({"number": "1-CT/TU"})] {
            launch(&science, "new", &with(monthly("H19.06"), "legal_basis", json!([basis]))).problem(422, "invalid-request");
        }
    }

    fn what_changes_about_emulation_is_told(app) {
        app.province();
        let (root, science, division, home) =
            (app.root(), emulation(app, "H19.06"), emulation(app, "H19.06.02"), emulation(app, "H19.09"));
        let cursors = [&root, &science, &division, &home].map(end);
        launch(&root, "m", &monthly("H19.06")).expect(201);
        happens(&root, "m", &json!({"event": "review"})).expect(200);
        root.put("/api/v1/organizations/H19.06.02/participation/m/2020-06", &json!({"members": 9, "taking_part": 9})).send().expect(201);
        let [exemplar, face] = ["0199b2c4-5d6e-7f80-9123-00000000000a", "0199b2c4-5d6e-7f80-9123-00000000000b"];
        let model = json!({"organization": "H19.06", "kind": "model", "field": "economy", "level": "base", "year": 2020, "title": "Mô hình", "registered_on": "2020-02-03"});
        root.put(&format!("/api/v1/exemplars/{exemplar}"), &model).send().expect(201);
        root.post(&format!("/api/v1/exemplars/{exemplar}/events"), &json!({"event": "implement"})).send().expect(200);
        let stands = json!({"movement": "m", "round": "2020-06", "group": "service-units", "organization": "H19.06.02", "person": "cb-1"});
        root.put(&format!("/api/v1/nominations/{face}"), &stands).send().expect(201);
        let votes = json!({"movement": "m", "round": "2020-06", "group": "service-units", "council_members": 3, "votes": [{"nomination": face, "votes": 2}], "elected": face});
        let election = root.post("/api/v1/elections", &votes).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let decision = json!({"number": "45/QĐ-SKHCN", "on": "2026-01-05"});
        let public = json!({"decision": decision, "person": {"name": "Trần Thị B", "position": "Chuyên viên"}});
        root.post(&format!("/api/v1/elections/{election}/publication"), &public).send().expect(200);
        root.post(&format!("/api/v1/elections/{election}/revocation"), &json!({"decision": decision})).send().expect(200);
        let all = [
            ["movement", "m", "created"], ["movement", "m", "updated"], ["participation", "H19.06.02 m 2020-06", "created"],
            ["exemplar", exemplar, "created"], ["exemplar", exemplar, "updated"], ["nomination", face, "created"],
            ["election", &election, "created"], ["nomination", face, "updated"], ["election", &election, "updated"],
            ["election", &election, "updated"], ["nomination", face, "updated"],
        ];
        let of = |client: &Client, cursor: &str| -> Vec<[String; 3]> {
            let mut told = acts(client, cursor);
            told.sort();
            told
        };
        let sorted = |rows: Vec<[&str; 3]>| -> Vec<[String; 3]> {
            let mut rows: Vec<[String; 3]> = rows.into_iter().map(|row| row.map(str::to_owned)).collect();
            rows.sort();
            rows
        };
        assert_eq!(of(&root, &cursors[0]), sorted(all.to_vec()));
        assert_eq!(of(&science, &cursors[1]), sorted(all.to_vec()));
        let of_the_division: Vec<[&str; 3]> = all.into_iter().filter(|row| row[0] != "exemplar").collect();
        assert_eq!(of(&division, &cursors[2]), sorted(of_the_division));
        assert_eq!(of(&home, &cursors[3]), sorted(Vec::new()));
    }
}
