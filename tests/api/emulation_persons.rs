//! Persons: whoever lacks `emulation:persons` learns of none of them, by whatever is asked, told, refused, sorted or searched.

use danvan::platform::auth::SCOPES;
use serde_json::{Value, json};

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
    (root, at)
}

/// Everything that can be asked of emulation, and what else may speak of it.
fn asked(election: &str) -> Vec<String> {
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
    ]
    .iter()
    .map(|path| format!("/api/v1/{}", path.replace('ế', "%E1%BA%BF")))
    .collect();
    paths.extend([EXEMPLARS.to_owned(), NOMINATIONS.to_owned(), ELECTIONS.to_owned(), election.to_owned()]);
    paths.extend([1, 2].iter().flat_map(|number| {
        let at = format!("{EXEMPLARS}/{}", id(*number));
        [format!("{at}/events"), at]
    }));
    paths.push(format!("{NOMINATIONS}/{}", id(3)));
    paths
}

on_both! {
    fn without_the_scope_nothing_that_can_be_asked_tells_of_a_person(app) {
        let (root, election) = persons(app);
        let blind = blind(app);
        let mut seen = String::new();
        for path in asked(&election) {
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
        let kept = app.database.count("SELECT COUNT(*) AS n FROM audit_entries WHERE detail LIKE '%nv-%' OR detail LIKE '%Văn C%' OR detail LIKE '%Thị B%'");
        assert_eq!(kept, 0, "the trail is kept for ever, and names nobody");
        let kept = app.database.count("SELECT COUNT(*) AS n FROM changes WHERE key LIKE '%nv-%'");
        assert_eq!(kept, 0);
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
        let step = happens(&blind, 1, &event("replicate", "2020-08-01")).expect(200);
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
