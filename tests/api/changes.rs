//! The feed of changes: what is told to whom, in which order, and from where.

use std::collections::BTreeSet;

use danvan::changes::feed::store::sweep;
use danvan::platform::auth::SCOPES;
use serde_json::{Value, json};

use crate::every_operation::{Operation, operations};
use crate::harness::process::until;
use crate::harness::{Answer, Client, TestApp, told};
use crate::on_both;
use crate::organizations::{described, put};
use crate::reorganizations::decision;
use crate::small_province::{but, dossier, procedure, push};

pub const CHANGES: &str = "/api/v1/changes";
pub const DAYS: [&str; 3] = ["2020-06-01", "2020-06-19", "2020-06-18"];

pub fn all_scopes() -> String {
    SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

/// The cursor of what is to come.
pub fn end(client: &Client) -> String {
    let answer = client.get(&format!("{CHANGES}?after=end")).send().expect(200).json();
    assert_eq!((&answer["items"], &answer["more"]), (&json!([]), &json!(false)));
    answer["next"].as_str().unwrap().to_owned()
}

/// All changes after a cursor, read in pages of a size, and the cursor after them.
pub fn after(client: &Client, cursor: &str, size: usize) -> (Vec<Value>, String) {
    let (mut all, mut cursor) = (Vec::new(), cursor.to_owned());
    loop {
        let path = format!("{CHANGES}?after={cursor}&limit={size}");
        let answer = client.get(&path).send().expect(200).json();
        let items = answer["items"].as_array().unwrap().clone();
        assert!(items.len() <= size);
        all.extend(items);
        answer["next"].as_str().unwrap().clone_into(&mut cursor);
        if answer["more"] == false {
            return (all, cursor);
        }
    }
}

/// Kind, key and act of all changes after a cursor.
pub fn acts(client: &Client, cursor: &str) -> Vec<[String; 3]> {
    told(&json!({"items": after(client, cursor, 500).0}))
}

pub fn texts(rows: &[[&str; 3]]) -> Vec<[String; 3]> {
    rows.iter().map(|row| row.map(str::to_owned)).collect()
}

pub fn target(client: &Client, organization: &str, percent: i64) -> Answer {
    let path = format!("/api/v1/organizations/{organization}/targets/satisfaction/2020");
    let sent = client.put(&path, &json!({"percent": percent})).send();
    if sent.status == 428 {
        client.put(&path, &json!({"percent": percent})).if_match("*").send()
    } else {
        sent
    }
}

/// Operations that change nothing that is followed, each with why.
const SILENT: [(&str, &str); 3] = [
    ("create_webhook_subscription", "who is told is not what is told"),
    ("change_webhook_subscription", "the same"),
    ("rotate_webhook_secret", "the same"),
];

/// Parts of paths of operations whose example is about a directive, an assignment or an award that is there already: these are tried
/// one by one in `what_changes_about_directives_is_told` and `awards::what_becomes_of_an_award_is_told`.
const NEEDS_ANOTHER: [&str; 4] =
    ["/directives/{id}", "/assignments/{id}", "/awards/{id}", "/directive-relations/"];

fn writes(operation: &Operation) -> bool {
    let scope = operation.scope.as_deref().unwrap_or("");
    operation.method != "GET" && (scope.ends_with(":write") || scope == "admin")
}

on_both! {
    fn every_operation_that_writes_says_what_it_changed(app) {
        let (mut written, mut faults) = (0, Vec::new());
        for operation in operations(app).iter().filter(|operation| writes(operation)) {
            let needs_another = NEEDS_ANOTHER.iter().any(|part| operation.path.contains(part));
            if needs_another || SILENT.iter().any(|(id, _)| *id == operation.id) {
                continue;
            }
            // Each on a province of its own: what one has said is nothing new to the next.
            let app = TestApp::start(app.backend);
            app.province();
            app.organization("H19.07", "department", Some("H19"));
            let root = app.root();
            let cursor = end(&root);
            let audited = || app.database.count("SELECT seq AS n FROM audit_head");
            let before = audited();
            let answer = operation.send_to_whatever_is_there(&root, &operation.of("H19.06"));
            written += 1;
            if audited() != before + 1 {
                faults.push(format!("{}: its example changes nothing: {} {}", operation.id, answer.status, answer.text()));
            } else if acts(&root, &cursor).is_empty() {
                faults.push(format!("{} does not say what it changed: Work::tell", operation.id));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert!(written >= 14, "{written}");
    }

    fn what_changes_about_directives_is_told(app) {
        app.province();
        let root = app.root();
        let id = |body: &Value| root.post("/api/v1/directives", body).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let cursor = end(&root);
        let directive = json!({"number": "772/QĐ-UBND", "issuer": {"organization": "H19.06"}, "subject": "Kế hoạch", "issued_on": "2020-03-20"});
        let (own, above) = (id(&directive), id(&json!({"number": "16/CT-TTg", "issuer": {"name": "Thủ tướng Chính phủ"}, "subject": "Dân vận", "issued_on": "2016-05-16"})));
        let path = format!("/api/v1/directives/{own}");
        root.patch(&path, &json!({"field": "Dân vận"})).if_match("*").send().expect(200);
        let relation = root.post(&format!("{path}/relations"), &json!({"kind": "implements", "to": {"id": above}})).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let task = json!({"organization": "H19.09", "role": "lead", "content": "Việc"});
        let task = root.post(&format!("{path}/assignments"), &task).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        root.post(&format!("/api/v1/assignments/{task}/events"), &json!({"event": "accept"})).send().expect(200);
        root.patch(&format!("/api/v1/assignments/{task}"), &json!({"content": "Việc khác"})).if_match("*").send().expect(200);
        let said = acts(&root, &cursor);
        let expected = [
            ["directive", &own, "created"], ["directive", &above, "created"], ["directive", &own, "updated"],
            ["directive-relation", &relation, "created"], ["assignment", &task, "created"], ["assignment", &task, "updated"], ["assignment", &task, "updated"],
        ];
        assert_eq!(said, texts(&expected));
        // To the issuer, to who has the task once it has it, and of what is only named to nobody below the root.
        let scope = "changes:read directives:read";
        let (issuer, doer) = (app.caller("a", "H19.06", scope), app.caller("b", "H19.09", scope));
        let kinds = |rows: Vec<[String; 3]>| rows.into_iter().map(|[kind, _, act]| format!("{kind} {act}")).collect::<Vec<_>>();
        assert_eq!(kinds(acts(&issuer, &cursor)), ["directive created", "directive updated", "directive-relation created", "assignment created", "assignment updated", "assignment updated"]);
        assert_eq!(kinds(acts(&doer, &cursor)), ["assignment created", "assignment updated", "assignment updated"]);
    }

    fn an_opinion_is_told_to_whose_directive_it_is(app) {
        app.province();
        let id = crate::acknowledgements::kept(app);
        app.root().patch(&format!("/api/v1/directives/{id}"), &json!({"public": true})).if_match("*").send().expect(200);
        crate::consultations::opened(app, &id);
        let [owner, above, author, beside] = ["H19.06", "H19", "H19.09", "H19.09.01"].map(|org| app.lasting(org));
        let cursor = end(&owner);
        let said = json!({"organization": "H19.09", "stance": "agrees", "text": "Đồng ý"});
        author.post(&format!("/api/v1/directives/{id}/opinions"), &said).send().expect(201);
        let kinds = |client: &Client| acts(client, &cursor).into_iter().map(|[kind, ..]| kind).collect::<Vec<_>>();
        assert_eq!([&owner, &above].map(kinds), [["opinion"], ["opinion"]]);
        assert_eq!([&author, &beside].map(kinds), [Vec::<String>::new(), Vec::new()], "who may know of the directive, but not of that");
    }

    fn each_kind_of_change_is_told_by_its_key(app) {
        app.province();
        let root = app.root();
        let cursor = end(&root);
        let department = "/api/v1/organizations/H19.06";
        let exchange = json!({"id": "X1", "organization": "H19.06", "issued_on": "2020-06-04", "scope": ["internal"], "medium": "paper"});
        let staffing = json!({"quota": 47, "present": 47, "total": 182});
        put(&root, "H19.06", &described("Mới", "department", Some("H19"), "2020-01-01")).expect(200);
        push(&root, "procedures", &[procedure("P1", &["H19.06", "H19.09"], "4")]);
        push(&root, "dossiers", &[dossier("D1", "H19.06", DAYS), dossier("D/2", "H19.09", DAYS)]);
        push(&root, "document-exchanges", &[exchange]);
        root.put(&format!("{department}/staffing/2020-06-30"), &staffing).send().expect(201);
        root.put(&format!("{department}/reported-figures/satisfaction/2020?scheme=nd09"), &json!({"percent": 90, "status": "estimate"})).send().expect(201);
        target(&root, "H19.06", 95).expect(201);
        target(&root, "H19.06", 96).expect(200);
        root.put(&format!("{department}/closings/2019"), &json!({"scheme": "calendar", "reason": "Chốt"})).send().expect(201);
        root.put("/api/v1/calendar/days/2027-01-04", &json!({"kind": "statutory", "name": "Nghỉ"})).send().expect(201);
        let told = acts(&root, &cursor);
        assert_eq!(told, texts(&[
            ["organization", "H19.06", "updated"],
            ["procedure", "P1", "created"],
            // Of one batch, by key.
            ["dossier", "D/2", "created"],
            ["dossier", "D1", "created"],
            ["document-exchange", "X1", "created"],
            ["staffing", "H19.06 2020-06-30", "created"],
            ["reported-figure", "H19.06 satisfaction 2020 nd09", "created"],
            ["target", "H19.06 satisfaction 2020 calendar", "created"],
            ["target", "H19.06 satisfaction 2020 calendar", "updated"],
            ["closing", "H19.06 2019 calendar", "created"],
            ["calendar-day", "2027-01-04", "created"],
        ]));
        // The same again is no change, and neither is what is refused or only looked at.
        target(&root, "H19.06", 96).expect(200);
        target(&root, "H19.77", 96).expect(404);
        root.post("/api/v1/dossiers/batch?validate_only=true", &json!({"items": [dossier("D9", "H19.06", DAYS)]})).send().expect(200);
        assert_eq!(acts(&root, &cursor).len(), told.len());
    }

    fn a_page_after_the_other_tells_everything_once_in_one_order(app) {
        app.province();
        let root = app.root();
        let cursor = end(&root);
        for batch in 0..5 {
            let items: Vec<Value> = (0..7).map(|n| dossier(&format!("B{batch}-{n}"), "H19.06", DAYS)).collect();
            push(&root, "dossiers", &items);
        }
        let (whole, last) = after(&root, &cursor, 500);
        assert_eq!(whole.len(), 35);
        let place = |item: &Value| {
            let (seq, place) = item["id"].as_str().unwrap().split_once('-').unwrap();
            (seq.parse::<i64>().unwrap(), place.parse::<i64>().unwrap())
        };
        assert!(whole.windows(2).all(|pair| place(&pair[0]) < place(&pair[1])));
        for size in [1, 2, 7, 34, 35] {
            assert_eq!(after(&root, &cursor, size).0, whole, "{size}");
        }
        // The cursor at the end is good for what comes next, and under another token too.
        let other = app.caller("other", "*", "changes:read kpis:read");
        assert_eq!(acts(&other, &last), texts(&[]));
        target(&root, "H19.06", 90).expect(201);
        assert_eq!(acts(&other, &last), texts(&[["target", "H19.06 satisfaction 2020 calendar", "created"]]));
        // From the oldest that is kept: the catalogue and the calendar come first.
        let first = root.get(&format!("{CHANGES}?limit=1")).send().expect(200).json();
        assert_eq!((&first["items"][0]["kind"], &first["more"]), (&json!("kpi"), &json!(true)));
    }

    fn nobody_is_told_of_what_it_may_not_read(app) {
        app.province();
        let root = app.root();
        let cursor = end(&root);
        target(&root, "H19.06", 90).expect(201);
        put(&root, "H19.09", &described("Mới", "department", Some("H19"), "2020-01-01")).expect(200);
        push(&root, "dossiers", &[dossier("D1", "H19.06.02", DAYS)]);
        let kinds = |org: &str, scope: &str| {
            let told = acts(&app.caller("ann", org, &format!("changes:read {scope}")), &cursor);
            told.into_iter().map(|[kind, ..]| kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds("*", ""), Vec::<String>::new());
        assert_eq!(kinds("*", "kpis:read"), ["target"]);
        assert_eq!(kinds("*", "records:read organizations:read"), ["organization", "dossier"]);
        let all = all_scopes();
        assert_eq!(kinds("H19", &all), ["target", "organization", "dossier"]);
        assert_eq!(kinds("H19.06", &all), ["target", "dossier"]);
        assert_eq!(kinds("H19.06.02", &all), ["dossier"]);
        assert_eq!(kinds("H19.09", &all), ["organization"]);
        assert_eq!(kinds("H19.77", &all), Vec::<String>::new());
        assert_eq!(kinds("", &all), Vec::<String>::new());
        // By name of the kind: refused if its scope is missing.
        let ann = app.caller("ann", "*", "changes:read kpis:read");
        let one = ann.get(&format!("{CHANGES}?after={cursor}&kind=target,kpi")).send().expect(200);
        assert_eq!(one.each("kind"), ["target"]);
        let refused = ann.get(&format!("{CHANGES}?kind=target,dossier")).send();
        assert_eq!(refused.problem(403, "insufficient-scope")["scope"], "records:read");
        assert_eq!(ann.get(&format!("{CHANGES}?kind=nothing")).send().faults(), [("kind".to_owned(), "not-in-set".to_owned())]);
    }

    fn what_leaves_a_subtree_is_gone_for_it_and_comes_to_another(app) {
        app.province();
        let root = app.root();
        push(&root, "dossiers", &[dossier("D1", "H19.06.02", DAYS)]);
        let all = all_scopes();
        let [from, to, above] = ["H19.06", "H19.09", "H19"].map(|org| app.caller("ann", org, &all));
        let cursor = end(&root);
        // A dossier is corrected to be another department's.
        push_again(&root, &but(dossier("D1", "H19.06.02", DAYS), "organization", "H19.09"));
        assert_eq!(acts(&from, &cursor), texts(&[["dossier", "D1", "deleted"]]));
        assert_eq!(acts(&to, &cursor), texts(&[["dossier", "D1", "updated"]]));
        assert_eq!(acts(&above, &cursor), texts(&[["dossier", "D1", "updated"]]));
        // A division moves to another department today; what changed in it before stays told to both.
        let cursor = end(&root);
        target(&root, "H19.06.02", 90).expect(201);
        let moved = described("Phòng", "division", Some("H19.09"), "2026-01-05");
        put(&root, "H19.06.02", &moved).expect(200);
        target(&root, "H19.06.02", 91).expect(200);
        let key = "H19.06.02 satisfaction 2020 calendar";
        let three = [["target", key, "created"], ["organization", "H19.06.02", "updated"], ["target", key, "updated"]];
        assert_eq!(acts(&above, &cursor), texts(&three));
        assert_eq!(acts(&to, &cursor), texts(&three), "what it reaches today it is told from the beginning");
        assert_eq!(acts(&from, &cursor), texts(&[["organization", "H19.06.02", "deleted"]]));
    }

    fn what_was_within_reach_on_the_day_of_the_change_is_still_told(app) {
        app.province();
        let (root, from) = (app.lasting("*"), app.lasting("H19.06"));
        let cursor = end(&root);
        target(&root, "H19.06.02", 90).expect(201);
        begun(app, "2026-01-05");
        let moved = described("Phòng", "division", Some("H19.09"), "2026-01-06");
        put(&root, "H19.06.02", &moved).expect(200);
        let mut told = texts(&[["target", "H19.06.02 satisfaction 2020 calendar", "created"], ["organization", "H19.06.02", "updated"]]);
        assert_eq!(acts(&from, &cursor), told, "today it is still below");
        app.clock.set("2026-01-06T01:00:00Z".parse().unwrap());
        begun(app, "2026-01-06");
        told.extend(texts(&[["organization", "H19.06.02", "deleted"]]));
        assert_eq!(acts(&from, &cursor), told, "and what it knew of yesterday it is told tomorrow");
        target(&root, "H19.06.02", 91).expect(200);
        assert_eq!(acts(&from, &cursor), told);
    }

    fn a_reorganization_is_told_with_each_that_it_changed(app) {
        app.province();
        let root = app.root();
        let (cursor, other) = (end(&root), app.caller("ann", "H19.09.01", &all_scopes()));
        let merge = decision("merge", &json!({"predecessors": ["H19.06", "H19.09"], "successors": [{"code": "H19.09"}]}));
        let id = root.post("/api/v1/reorganizations", &merge).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let told: BTreeSet<[String; 3]> = acts(&root, &cursor).into_iter().collect();
        assert_eq!(told, texts(&[
            ["organization", "H19.06", "updated"], ["organization", "H19.06.02", "updated"], ["reorganization", &id, "created"],
        ]).into_iter().collect());
        assert_eq!(acts(&other, &cursor), texts(&[]), "a division that nothing happened to");
    }

    fn a_cursor_that_is_not_ours_or_too_old_is_refused(app) {
        app.province();
        let root = app.lasting("*");
        let good = end(&root);
        for cursor in ["x", "x.y", &good[1..], &format!("{good}A"), "End"] {
            root.get(&format!("{CHANGES}?after={cursor}")).send().problem(400, "invalid-cursor");
        }
        for query in ["wait=31", "wait=-1", "after=", "limit=-1", "from=1"] {
            root.get(&format!("{CHANGES}?{query}")).send().problem(422, "invalid-request");
        }
        let start = root.get(&format!("{CHANGES}?limit=1")).send().expect(200).json()["next"].as_str().unwrap().to_owned();
        target(&root, "H19.06", 90).expect(201);
        // The catalogue came with the database, by the system's own clock.
        app.database.execute("UPDATE change_sets SET at = '2026-01-01 00:00:00' WHERE at > '2026-06-01 00:00:00'");
        // The province is a day older than that target; then even the target is let go.
        app.clock.set("2026-01-06T01:00:00Z".parse().unwrap());
        target(&root, "H19.06", 91).expect(200);
        let mut conn = danvan::platform::db::connect(&app.database.config.url).unwrap();
        while sweep(&mut conn, "2026-01-06T00:00:00Z".parse().unwrap()).unwrap() {}
        for cursor in [&start, &good] {
            root.get(&format!("{CHANGES}?after={cursor}")).send().problem(410, "changes-no-longer-kept");
        }
        let kept = texts(&[["target", "H19.06 satisfaction 2020 calendar", "updated"]]);
        let oldest = root.get(CHANGES).send().expect(200).json();
        assert_eq!(told(&oldest), kept);
        while sweep(&mut conn, "2026-01-07T00:00:00Z".parse().unwrap()).unwrap() {}
        assert_eq!(told(&root.get(CHANGES).send().expect(200).json()), texts(&[]));
        // Who had read everything misses nothing.
        assert_eq!(acts(&root, oldest["next"].as_str().unwrap()), texts(&[]));
        // A database that was set back does not know what comes.
        app.database.execute("UPDATE audit_head SET seq = seq - 1");
        let lost = oldest["next"].as_str().unwrap();
        root.get(&format!("{CHANGES}?after={lost}")).send().problem(410, "changes-no-longer-kept");
    }

    fn an_answer_is_small_however_much_is_out_of_reach(app) {
        app.province();
        let root = app.root();
        let cursor = end(&root);
        let many: Vec<Value> = (0..300).map(|n| dossier(&format!("D{n}"), "H19.06", DAYS)).collect();
        push(&root, "dossiers", &many);
        target(&root, "H19.09.01", 90).expect(201);
        // As if they were many more than are looked at for one answer.
        app.database.execute(
            "INSERT INTO changes (seq, place, organization_id, act, kind, key) SELECT a.seq, a.place + 300 * (b.place + 1), \
             a.organization_id, a.act, a.kind, a.key FROM changes a JOIN changes b ON a.seq = b.seq \
             WHERE a.kind = 'dossier' AND b.place < 70",
        );
        let other = app.caller("ann", "H19.09", &all_scopes());
        let first = other.get(&format!("{CHANGES}?after={cursor}")).send().expect(200).json();
        assert_eq!((&first["items"], &first["more"]), (&json!([]), &json!(true)));
        assert_eq!(acts(&other, &cursor), texts(&[["target", "H19.09.01 satisfaction 2020 calendar", "created"]]));
        assert_eq!(acts(&root, &cursor).len(), 300 * 71 + 1);
    }
}

/// Waits until it was told who moves on a day.
pub fn begun(app: &TestApp, day: &str) {
    let begun = format!("SELECT COUNT(*) AS n FROM change_horizon WHERE begun_on = '{day}'");
    until("begun", || (app.database.count(&begun) == 1).then_some(()));
}

fn push_again(client: &Client, dossier: &Value) {
    let path = format!("/api/v1/dossiers/{}", dossier["code"].as_str().unwrap());
    client.put(&path, dossier).if_match("*").send().expect(200);
}
