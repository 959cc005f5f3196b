//! Persons: whoever lacks `emulation:persons` learns of none of them, by whatever is asked, told, refused, sorted or searched.

use danvan::platform::auth::SCOPES;
use serde_json::{Value, json};

use crate::awarding::{AWARDS, appraised, define, of_person, step};
use crate::emulation_elections::{ELECTIONS, NOMINATIONS, elect, nominate, nominee, votes};
use crate::emulation_exemplars::{EXEMPLARS, event, happens, id, model, register};
use crate::emulation_movements::{launch, monthly, with};
use crate::harness::{Client, TestApp};
use crate::on_both;

/// What must not be seen: references, names, positions, and what is said of individuals.
const HIDDEN: [&str; 8] =
    ["nv-", "Trần Thị B", "Lê Văn C", "Phó phòng", "Chuyên viên chính", "hết lòng", "99/QĐ", "bi-mat"];

fn blind(app: &TestApp) -> Client {
    let scopes = SCOPES.iter().map(|(name, _)| *name).filter(|name| *name != "emulation:persons");
    app.caller("blind", "*", &scopes.collect::<Vec<_>>().join(" "))
}

fn individual(person: &str) -> Value {
    let body = with(with(model("H19.06"), "kind", json!("exemplar_individual")), "person", json!(person));
    with(body, "title", json!("Tấm gương hết lòng vì dân"))
}

/// An individual that is recognised and public, and a face that is public.
fn persons(app: &TestApp) -> (Client, String) {
    app.province();
    let root = app.root();
    launch(&root, "m", &monthly("H19.06")).expect(201);
    register(&root, 1, &individual("nv-1")).expect(201);
    register(&root, 2, &model("H19.06")).expect(201);
    for verb in ["implement", "appraise"] {
        let evidence = json!([{"link": "https://ioffice.example.vn/bi-mat"}]);
        let body = json!({"event": verb, "on": "2020-03-01", "note": "Chị B hết lòng", "evidence": evidence});
        happens(&root, 1, &body).expect(200);
    }
    let decision = json!({"number": "99/QĐ-UBND", "on": "2020-07-02"});
    let public = json!({"name": "Trần Thị B", "position": "Phó phòng"});
    let recognised =
        json!({"event": "recognise", "on": "2020-07-02", "decision": decision, "public_person": public});
    happens(&root, 1, &recognised).expect(200);
    nominate(&root, 3, &nominee("H19.06.02", "2020-06", "service-units", "nv-3")).expect(201);
    let election = elect(&root, &votes("2020-06", "service-units", &[(3, 9)], 3)).expect(201);
    let at = election.header("location").unwrap().to_owned();
    let public = json!({"decision": {"number": "99/QĐ-UBND", "on": "2026-01-05"}, "person": {"name": "Lê Văn C", "position": "Chuyên viên chính"}});
    root.post(&format!("{at}/publication"), &public).send().expect(200);
    nominate(&root, 8, &nominee("H19.06.02", "2020-07", "service-units", "nv-3")).expect(201);
    let gone = elect(&root, &votes("2020-07", "service-units", &[(8, 9)], 8)).expect(201);
    let decision = json!({"decision": {"number": "99/QĐ-UBND", "on": "2026-01-05"}});
    root.post(&format!("{}/revocation", gone.header("location").unwrap()), &decision).send().expect(200);
    (root, at)
}

const RATING: &str = "/api/v1/organizations/H19.06/staff/nv-9/ratings/2020";
const INITIATIVE: &str = "/api/v1/organizations/H19.06/initiatives/SK-01";

/// A title and a commendation that were given to a person and taken back, an initiative, a rating of one of the staff.
fn given(root: &Client) -> [String; 2] {
    define(root, "person-title", &json!({}));
    define(root, "letter", &json!({"form": "commendation"}));
    let letter =
        with(of_person("letter", 2020, "H19.06", "nv-7"), "achievement", json!("Trần Thị B hết lòng"));
    let letter = with(with(letter, "basis", json!("99/QĐ-TTr")), "note", json!("Chị B hết lòng"));
    let awards = [of_person("person-title", 2020, "H19.06", "nv-7"), letter]
        .map(|body| appraised(root, body, "2020-12-01"));
    for id in &awards {
        let decided = json!({"step": "decide", "on": "2020-12-20", "basis": "99/QĐ-UBND", "note": "Chị B hết lòng", "name": "Trần Thị B", "position": "Phó phòng"});
        step(root, id, &decided).expect(200);
        step(
            root,
            id,
            &json!({"step": "revoke", "on": "2021-03-01", "basis": "99/QĐ-HB", "note": "Trần Thị B"}),
        )
        .expect(200);
    }
    let recognised = json!([{"scope": "base", "on": "2020-05-04", "decision": "215/QĐ-SKHCN"}]);
    let initiative = json!({"title": "Số hóa sổ", "submitted_on": "2020-03-01", "authors": [{"staff": "nv-8", "share": 100}], "recognitions": recognised});
    root.put(INITIATIVE, &initiative).send().expect(201);
    root.put(INITIATIVE, &with(initiative, "title", json!("Số hóa sổ theo dõi")))
        .if_match("*")
        .send()
        .expect(200);
    for (rating, before) in [("good", false), ("excellent", true)] {
        let put = root
            .put(RATING, &json!({"rating": rating, "decided_on": "2020-12-10", "decision": "99/QĐ-SKHCN"}));
        if before {
            put.if_match("*").send().expect(200)
        } else {
            put.send().expect(201)
        };
    }
    awards
}

/// Everything that can be asked of emulation, and what else may speak of it.
fn asked(election: &str, awards: &[String]) -> Vec<String> {
    let mut paths: Vec<String> = [
        "movements",
        "movements/m",
        "movements/m/events",
        "exemplars?q=hết",
        "exemplars?year=2020",
        "nominations?group=service-units",
        "elections?round=2020-06",
        "emulation/funnel?org=H19",
        "emulation/funnel?org=H19&by=field",
        "emulation/participation?org=H19&period=2020",
        "emulation/faces?org=H19&period=2020",
        "emulation/faces.csv?org=H19&period=2020",
        "changes?limit=500",
        "audit-entries?limit=500",
        "figures/explain?kpi=exemplars-recognised&org=H19&period=2020",
        "figures/explain?kpi=movement-participation&org=H19&period=2020",
        "figures/explain?kpi=initiatives-recognised&org=H19&period=2020",
        "awards",
        "awards?title=person-title",
        "awards/overview?org=H19&from=2020-01-01&to=2021-12-31",
        "awards/overview.csv?org=H19&from=2020-01-01&to=2021-12-31",
        "award-titles",
        "initiatives",
        "initiatives/overview?org=H19&from=2020-01-01&to=2020-12-31",
        "organizations/H19.06/initiatives/SK-01",
        "organizations/H19.06/ratings",
    ]
    .iter()
    .map(|path| format!("/api/v1/{}", path.replace('ế', "%E1%BA%BF")))
    .collect();
    paths.extend([EXEMPLARS.to_owned(), NOMINATIONS.to_owned(), ELECTIONS.to_owned(), election.to_owned()]);
    paths.extend([1, 2].iter().flat_map(|number| {
        let at = format!("{EXEMPLARS}/{}", id(*number));
        [format!("{at}/events"), at]
    }));
    paths.extend(awards.iter().flat_map(|id| [format!("{AWARDS}/{id}"), format!("{AWARDS}/{id}/events")]));
    paths.push(format!("{NOMINATIONS}/{}", id(3)));
    paths
}

on_both! {
    fn without_the_scope_nothing_that_can_be_asked_tells_of_a_person(app) {
        let (root, election) = persons(app);
        let awards = given(&root);
        let blind = blind(app);
        let mut seen = String::new();
        for path in asked(&election, &awards) {
            let told = blind.get(&path).send();
            assert_eq!(told.status, 200, "{path}: {}", told.text());
            for hidden in HIDDEN {
                assert!(!told.text().contains(hidden), "{path} tells {hidden}: {}", told.text());
            }
            seen += &root.get(&path).send().text();
        }
        for hidden in HIDDEN {
            assert!(seen.contains(hidden), "{hidden} is shown to who may see it");
        }
        // An answer that was remembered for who sees more is not given to who sees less, nor is it the same version.
        let at = format!("{EXEMPLARS}/{}", id(1));
        let tag = root.get(&at).send().expect(200).etag();
        blind.get(&at).header("if-none-match", &tag).send().expect(200);
        assert_eq!(root.get(&at).header("if-none-match", &tag).send().status, 304);
        for hidden in HIDDEN {
            let count = |from: &str| app.database.count(&format!("SELECT COUNT(*) AS n FROM {from} LIKE '%{hidden}%'"));
            for kept in ["audit_entries WHERE detail", "audit_entries WHERE subject", "changes WHERE key"] {
                assert_eq!(count(kept), 0, "{kept} is kept, and tells {hidden} to others");
            }
        }
        let entries = |act: &str| app.database.count(&format!("SELECT COUNT(*) AS n FROM audit_entries WHERE act = '{act}'"));
        assert_eq!([entries("award.propose"), entries("award.event"), entries("initiative.push"), entries("rating.state")], [2, 6, 2, 2]);
        blind.get(RATING).send().problem(403, "insufficient-scope");
        blind.get("/api/v1/organizations/H19.06/staff-ratings").send().problem(403, "insufficient-scope");
        blind.get(&format!("{AWARDS}?staff=nv-7")).send().problem(403, "insufficient-scope");
    }

    fn an_answer_that_was_kept_is_not_given_to_who_may_no_longer_know_of_persons(app) {
        let (root, _) = persons(app);
        define(&root, "person-title", &json!({}));
        let scopes = SCOPES.iter().map(|(name, _)| *name).filter(|name| *name != "emulation:persons");
        let since = app.caller("root", "*", &scopes.collect::<Vec<_>>().join(" "));
        let send = |client: &Client, path: &str, body: &Value| client.post(path, body).header("idempotency-key", "k").send();
        let proposal = of_person("person-title", 2020, "H19.06", "nv-7");
        let made = send(&root, AWARDS, &proposal).expect(201);
        assert_eq!(send(&root, AWARDS, &proposal).expect(201).json(), made.json(), "the answer was kept");
        send(&since, AWARDS, &proposal).problem(403, "insufficient-scope");
        let at = format!("{AWARDS}/{}/events", made.json()["id"].as_str().unwrap());
        let exemplar = format!("{EXEMPLARS}/{}/events", id(1));
        for (path, body) in [
            (&at, json!({"step": "appraise", "basis": "99/QĐ"})), (&exemplar, with(event("replicate", "2020-08-01"), "note", json!("hết lòng"))),
        ] {
            let first = send(&root, path, &body).expect(200);
            let again = send(&since, path, &body);
            assert!([200, 403].contains(&again.status), "{path}: {}", again.text());
            for answer in [&first, &again] {
                assert!(HIDDEN.iter().all(|hidden| !answer.text().contains(hidden)), "{path}: {}", answer.text());
            }
        }
    }

    fn without_the_scope_nobody_is_searched_named_or_guessed(app) {
        let (root, election) = persons(app);
        let blind = blind(app);
        let found = |client: &Client, q: &str| client.get(&format!("{EXEMPLARS}?q={q}")).send().expect(200).each("id");
        assert_eq!((found(&root, "het%20long"), found(&blind, "het%20long")), (vec![id(1)], vec![]));
        assert_eq!(found(&blind, "mot%20cua"), [id(2)]);
        assert_eq!(found(&root, "tran%20thi"), [""; 0], "not even who sees persons finds them by name");
        // Whether somebody stands already would be told by the refusal, so naming needs the scope itself.
        nominate(&blind, 4, &nominee("H19.06", "2020-06", "service-units", "nv-3")).problem(403, "insufficient-scope");
        nominate(&blind, 4, &nominee("H19.06", "2020-06", "service-units", "nv-99")).problem(403, "insufficient-scope");
        register(&blind, 5, &individual("nv-5")).problem(403, "insufficient-scope");
        register(&blind, 5, &model("H19.06")).expect(201);
        let public = json!({"decision": {"number": "1", "on": "2026-01-05"}, "person": {"name": "X", "position": "Y"}});
        blind.post(&format!("{election}/publication"), &public).send().problem(403, "insufficient-scope");
        happens(&blind, 1, &with(event("replicate", "2020-08-01"), "public_person", json!({"name": "X", "position": "Y"}))).problem(403, "insufficient-scope");
        // Whoever records about a person may know of persons: of an individual, of a face.
        for verb in ["replicate", "lapse", "withdraw"] {
            happens(&blind, 1, &event(verb, "2020-08-01")).problem(403, "insufficient-scope");
        }
        happens(&blind, 2, &event("implement", "2020-08-01")).expect(200);
        elect(&blind, &votes("2020-07", "service-units", &[(8, 9)], 8)).problem(403, "insufficient-scope");
        let revocation = json!({"decision": {"number": "1", "on": "2026-01-05"}});
        blind.post(&format!("{election}/revocation"), &revocation).send().problem(403, "insufficient-scope");
        let step = happens(&root, 1, &event("replicate", "2020-08-01")).expect(200);
        assert!(HIDDEN.iter().all(|hidden| !step.text().contains(hidden)), "{}", step.text());
    }

    fn a_person_is_public_by_a_decision_and_no_longer_without_one(app) {
        let (root, _) = persons(app);
        let public = |number: usize| root.get(&format!("{EXEMPLARS}/{}", id(number))).send().expect(200).json()["public_person"].clone();
        assert_eq!(public(1), json!({"name": "Trần Thị B", "position": "Phó phòng"}));
        let named = json!({"name": "Trần Thị B", "position": "Phó phòng"});
        let without = json!({"event": "replicate", "on": "2020-08-01", "public_person": named});
        assert_eq!(happens(&root, 1, &without).faults(), [("/decision".to_owned(), "required".to_owned())]);
        assert_eq!(happens(&root, 1, &with(event("withdraw", "2020-08-01"), "public_person", named.clone())).faults(), [("/public_person".to_owned(), "mismatch".to_owned())]);
        assert_eq!(happens(&root, 2, &with(event("implement", "2020-08-01"), "public_person", named)).faults(), [("/public_person".to_owned(), "mismatch".to_owned())]);
        happens(&root, 1, &event("withdraw", "2020-08-01")).expect(200);
        assert_eq!(public(1), Value::Null, "a recognition that was taken back makes nobody public");
        assert_eq!(register(&root, 6, &with(model("H19.06"), "person", json!("nv-6"))).faults(), [("/person".to_owned(), "mismatch".to_owned())]);
        assert_eq!(register(&root, 6, &with(model("H19.06"), "kind", json!("exemplar_individual"))).faults(), [("/person".to_owned(), "required".to_owned())]);
        for reference in ["", "Nguyễn Văn A", "a b", "nv/1", "-cb"] {
            register(&root, 6, &individual(reference)).problem(422, "invalid-request");
        }
    }
}
