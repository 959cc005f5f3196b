//! Versions: what a caller has read already is not sent again, and nobody overwrites what another has changed.

use serde_json::{Value, json};

use crate::harness::{Answer, Client};
use crate::http::{DEPARTMENT, ORGANIZATIONS, at_once, named};
use crate::on_both;

/// Whoever waits longer for a connection than the service is willing to wait is sent away, without effect. That is
/// right on a slow machine, and neither wins nor loses.
const SENT_AWAY: u16 = 503;

fn define(root: &Client, name: &str) -> Answer {
    root.put(DEPARTMENT, &named(name)).send().expect(201)
}

/// URLs of single records, each put in once.
fn records(root: &Client) -> Vec<(String, Value)> {
    let kpi = root.get("/api/v1/kpis?limit=1").send().expect(200).json()["items"][0].clone();
    let mut definition = kpi.clone();
    for own in ["id", "valid_to"] {
        definition.as_object_mut().unwrap().remove(own);
    }
    let id = kpi["id"].as_str().unwrap();
    define(root, "Sở");
    let records = vec![
        (format!("{DEPARTMENT}/staffing/2020-12-31"), json!({"quota": 1, "present": 1, "total": 1})),
        (format!("{DEPARTMENT}/targets/{id}/2020?scheme=calendar"), json!({"percent": 95})),
        (
            format!("{DEPARTMENT}/reported-figures/{id}/2020?scheme=nd09"),
            json!({"percent": 95.5, "status": "estimate"}),
        ),
        ("/api/v1/kpis/a-kpi-of-ours".to_owned(), definition),
    ];
    for (path, body) in &records {
        let created = root.put(path, body).send().expect(201);
        assert_eq!(created.header("location"), Some(path.as_str()));
        let found = root.get(path).send().expect(200);
        assert_eq!((created.json(), created.etag()), (found.json(), found.etag()), "{path}");
    }
    records.into_iter().chain([(DEPARTMENT.to_owned(), named("Sở"))]).collect()
}

/// The same body with something else in it.
fn other(body: &Value) -> Value {
    let mut other = body.clone();
    let (field, value) = match body {
        body if body.get("decimals").is_some() => ("decimals", json!(5)),
        body if body.get("percent").is_some() => ("percent", json!(90.25)),
        body if body.get("quota").is_some() => ("quota", json!(2)),
        _ => ("name", json!("Tên khác")),
    };
    other[field] = value;
    other
}

on_both! {
    fn a_record_is_found_with_its_version_and_the_moment_of_its_last_change(app) {
        let root = app.root();
        for (path, _) in records(&root) {
            let answer = root.get(&path).send().expect(200);
            let etag = answer.etag();
            assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "{path}: {etag} is not strong");
            assert_eq!(answer.header("last-modified"), Some("Mon, 05 Jan 2026 01:00:00 GMT"), "{path}");
            assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{path}");
        }
    }

    fn what_the_caller_has_is_not_sent_again(app) {
        let root = app.root();
        let mut paths: Vec<String> = records(&root).into_iter().map(|(path, _)| path).collect();
        paths.extend([ORGANIZATIONS, "/api/v1/kpis?limit=2"].map(str::to_owned));
        paths.push(format!("{DEPARTMENT}/scorecard?period=2020"));
        for path in paths {
            let full = root.get(&path).send().expect(200);
            let etag = full.etag();
            let weak = format!("W/{}", etag.trim_start_matches("W/"));
            for tags in [etag.clone(), weak, "*".into(), format!("\"x\", {etag}"), format!("{etag},\"y\"")] {
                for method in ["GET", "HEAD"] {
                    let same = root.request(method, &path).header("if-none-match", &tags).send();
                    assert_eq!((same.status, same.text().as_str()), (304, ""), "{path} {tags}");
                    for header in ["etag", "cache-control", "vary", "content-language"] {
                        assert_eq!(same.headers(header), full.headers(header), "{header} of {path}");
                    }
                }
            }
            let lines = root.get(&path).header("if-none-match", "\"x\"").also("if-none-match", &etag).send();
            assert_eq!(lines.status, 304, "{path}");
            for tags in ["\"x\"", "W/\"x\"", "x", ""] {
                root.get(&path).header("if-none-match", tags).send().expect(200);
            }
        }
    }

    fn the_tag_of_a_list_changes_with_the_list_and_only_then(app) {
        let root = app.root();
        define(&root, "Sở");
        let tag = |path: &str| root.get(path).send().expect(200).etag();
        let (list, filtered) = (tag(ORGANIZATIONS), tag("/api/v1/organizations?kind=commune"));
        assert!(list.starts_with("W/"), "{list}");
        assert_eq!(tag(ORGANIZATIONS), list);
        root.put("/api/v1/organizations/H19.07", &named("Sở")).send().expect(201);
        assert_ne!(tag(ORGANIZATIONS), list);
        assert_eq!(tag("/api/v1/organizations?kind=commune"), filtered);
    }

    fn a_tag_depends_on_what_is_shown_and_not_on_who_looks(app) {
        let root = app.root();
        define(&root, "Sở");
        let other = app.caller("another", "H19.06", "organizations:read kpis:read");
        assert_eq!(root.get(DEPARTMENT).send().etag(), other.get(DEPARTMENT).send().etag());
        let scorecard = |language: &str| {
            let path = format!("{DEPARTMENT}/scorecard?period=2020");
            root.get(&path).header("accept-language", language).send().expect(200)
        };
        let (vi, en) = (scorecard("vi"), scorecard("en"));
        assert_ne!(vi.etag(), en.etag());
        for (answer, tag) in [(vi, "vi"), (en, "en")] {
            assert_eq!(answer.header("content-language"), Some(tag));
            assert!(answer.headers("vary").contains("Accept-Language"));
        }
        // What was true on another day is another text.
        let renamed = root.patch(DEPARTMENT, &json!({"name": "Tên mới", "valid_from": "2025-01-01"})).if_match("*");
        renamed.send().expect(200);
        let on = |day: &str| root.get(&format!("{DEPARTMENT}?as_of={day}")).send().expect(200);
        assert_ne!(on("2020-01-01").etag(), on("2025-06-01").etag());
        assert_ne!(on("2020-01-01").json()["name"], on("2025-06-01").json()["name"]);
    }

    fn a_change_names_the_version_that_it_changes(app) {
        let root = app.root();
        for (path, body) in records(&root) {
            let first = root.get(&path).send().etag();
            let put = |body: &Value| root.put(&path, body);
            put(&other(&body)).send().problem(428, "condition-required");
            for tags in ["\"0\"", "W/\"1\"", "\"x\"", "1", "", &format!("W/{first}"), first.trim_matches('"')] {
                let answer = put(&other(&body)).if_match(tags).send();
                // What the refusal names is good for the next try.
                let current = answer.etag();
                answer.problem(412, "version-mismatch");
                assert_eq!(root.get(&path).header("if-none-match", "*").send().status, 304);
                let unchanged = put(&body).if_match(&current).send().expect(200);
                assert_eq!(unchanged.etag(), first, "{path}: saying the same again changes nothing");
            }
            assert_eq!(root.get(&path).send().etag(), first, "{path}");
            let second = put(&other(&body)).if_match(&format!("\"x\", {first}")).send().expect(200).etag();
            assert_ne!(second, first, "{path}");
            assert_eq!(root.get(&path).send().etag(), second, "{path}");
            put(&body).if_match(&first).send().problem(412, "version-mismatch");
            put(&body).if_match("*").send().expect(200);
        }
        let patch = |body: Value| root.patch(DEPARTMENT, &body);
        patch(json!({"name": "Khác"})).send().problem(428, "condition-required");
        patch(json!({"name": "Khác"})).if_match("\"0\"").send().problem(412, "version-mismatch");
    }

    fn a_put_can_be_held_to_creating(app) {
        let root = app.root();
        for (path, body) in records(&root) {
            let only = root.put(&path, &other(&body)).header("if-none-match", "*").send();
            let current = only.etag();
            only.problem(412, "version-mismatch");
            // Also when the version is named: both conditions must hold.
            let both = root.put(&path, &other(&body)).header("if-none-match", "*").if_match(&current).send();
            both.problem(412, "version-mismatch");
        }
        let new = "/api/v1/organizations/H19.99";
        root.put(new, &named("Sở")).if_match("\"1\"").send().problem(412, "version-mismatch");
        root.put(new, &named("Sở")).if_match("*").send().problem(412, "version-mismatch");
        root.get(new).send().problem(404, "not-found");
        root.put(new, &named("Sở")).header("if-none-match", "*").send().expect(201);
    }

    fn a_compressed_answer_has_a_tag_of_its_own_that_is_as_good(app) {
        let root = app.root();
        for (path, body) in records(&root) {
            let plain = root.get(&path).send().etag();
            let coded = |coding: &str| root.get(&path).header("accept-encoding", coding);
            let [gzip, deflate] = ["gzip", "deflate"].map(|coding| {
                let answer = coded(coding).send().expect(200);
                assert_eq!(answer.header("content-encoding"), Some(coding), "{path}");
                answer.etag()
            });
            assert!(gzip != plain && deflate != plain && gzip != deflate, "{path}: {plain} {gzip} {deflate}");
            for (coding, tag) in [("gzip", &gzip), ("deflate", &deflate)] {
                let same = coded(coding).header("if-none-match", tag).send().expect(304);
                assert_eq!((&same.etag(), same.header("content-encoding")), (tag, None), "{path}");
            }
            root.put(&path, &other(&body)).if_match(&gzip).send().expect(200);
            for old in [gzip, deflate] {
                root.put(&path, &body).if_match(&old).send().problem(412, "version-mismatch");
            }
        }
    }

    fn of_many_who_change_one_version_one_wins(app) {
        let root = app.root();
        let mut tag = define(&root, "0").etag();
        for round in 1..=3 {
            let answers = at_once(64, |n| {
                app.root().put(DEPARTMENT, &named(&format!("{round}.{n}"))).if_match(&tag).send()
            });
            let winners: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
            assert_eq!(winners.len(), 1, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
            assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 412 | SENT_AWAY)));
            let now = root.get(DEPARTMENT).send();
            assert_eq!(now.json(), winners[0].json());
            assert_eq!(now.etag(), winners[0].etag());
            tag = now.etag();
        }
        let changes = app.database.count("SELECT count(*) AS n FROM audit_entries WHERE subject = 'H19.06'");
        assert_eq!(changes, 4);
    }

    fn of_many_who_create_one_record_one_does(app) {
        let root = app.root();
        for (path, body) in records(&root).into_iter().take(3) {
            let path = path.replace("2020", "2021");
            let answers = at_once(16, |_| app.root().put(&path, &body).header("if-none-match", "*").send());
            let created = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(created, 1, "{path}: {:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
            assert!(answers.iter().all(|a| matches!(a.status, 201 | 409 | 412 | SENT_AWAY)), "{path}");
        }
        for code in ["H19.20", "H19.21", "H19.22"] {
            let path = format!("{ORGANIZATIONS}/{code}");
            let answers = at_once(16, |n| app.root().put(&path, &named(&n.to_string())).send());
            assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{code}");
            assert!(answers.iter().all(|a| matches!(a.status, 201 | 409 | 428 | SENT_AWAY)), "{code}");
        }
    }
}
