//! Lists: pages, cursors, order and search.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::{Client, TestApp};
use crate::http::{DEPARTMENT, ORGANIZATIONS, escaped};
use crate::on_both;

fn item(code: &str, name: &str) -> Value {
    json!({"code": code, "name": name, "kind": "department", "valid_from": "2015-01-01"})
}

fn put_in(root: &Client, items: &[Value]) {
    let result = root.post("/api/v1/organizations/batch", &json!({"items": items})).send().expect(200).json();
    assert_eq!(result["summary"]["failed"], 0, "{result}");
}

fn coded(codes: impl IntoIterator<Item = String>) -> Vec<Value> {
    codes.into_iter().map(|code| item(&code, "Sở")).collect()
}

/// Every page of a list, by following `Link`, which must lead where `next` does.
fn pages(caller: &Client, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut path = path.to_owned();
    loop {
        let answer = caller.get(&path).send().expect(200);
        let page = answer.json();
        pages.push(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            assert!(page.get("next").is_some(), "next must be there, as null: {page}");
            assert_eq!(answer.header("link"), None);
            return pages;
        };
        let link = answer.header("link").unwrap();
        link.strip_prefix('<')
            .and_then(|link| link.strip_suffix(">; rel=\"next\""))
            .unwrap()
            .clone_into(&mut path);
        assert!(path.contains(&format!("cursor={next}")), "{link}");
        assert!(pages.len() < 1000, "the pages of {path} do not end");
    }
}

fn codes(caller: &Client, path: &str) -> Vec<String> {
    let all = pages(caller, path).concat();
    all.iter().map(|organization| organization["code"].as_str().unwrap().to_owned()).collect()
}

fn next(caller: &Client, path: &str) -> String {
    caller.get(path).send().expect(200).json()["next"].as_str().unwrap().to_owned()
}

on_both! {
    fn every_list_comes_in_pages_that_lead_to_each_other(app) {
        app.province();
        let root = app.root();
        for day in ["2018-12-31", "2019-12-31", "2020-12-31"] {
            let body = json!({"quota": 1, "present": 1, "total": 1});
            root.put(&format!("{DEPARTMENT}/staffing/{day}"), &body).send().expect(201);
        }
        for path in [ORGANIZATIONS, "/api/v1/kpis", "/api/v1/audit-entries", &format!("{DEPARTMENT}/staffing")] {
            let whole = pages(&root, &format!("{path}?limit=500"));
            assert_eq!(whole.len(), 1, "{path}");
            assert!(whole[0].len() >= 3, "{path}");
            for size in [1, 2] {
                let paged = pages(&root, &format!("{path}?limit={size}"));
                assert!(paged.iter().rev().skip(1).all(|page| page.len() == size), "{path}");
                assert!(paged.last().is_some_and(|page| !page.is_empty()), "{path}: an empty page");
                assert_eq!(paged.concat(), whole[0], "{path}");
            }
            // A last page that is exactly full leads nowhere.
            assert_eq!(pages(&root, &format!("{path}?limit={}", whole[0].len())).len(), 1, "{path}");
        }
        assert_eq!(pages(&root, "/api/v1/organizations?q=nothingofthesort"), [Vec::<Value>::new()]);
    }

    fn the_size_of_a_page_is_held_between_one_and_five_hundred(app) {
        let root = app.root();
        put_in(&root, &coded((0..510).map(|n| format!("H{n:03}"))));
        let size = |limit: &str| root.get(&format!("{ORGANIZATIONS}{limit}")).send().expect(200).each("code").len();
        for (limit, expected) in
            [("", 50), ("?limit=0", 50), ("?limit=1", 1), ("?limit=500", 500), ("?limit=501", 500), ("?limit=1000000", 500)] {
            assert_eq!(size(limit), expected, "{limit}");
        }
        for limit in ["-1", "ten", "", "1.5", "1e2", "99999999999999999999"] {
            let faults = root.get(&format!("{ORGANIZATIONS}?limit={limit}")).send().faults();
            assert!(faults.iter().any(|(place, _)| place == "limit"), "{limit}: {faults:?}");
        }
        // A parameter is what it says, however its letters are written.
        assert_eq!(size("?limit=%37"), 7);
        assert_eq!(size("?%6Cimit=7"), 7);
        let first = next(&root, "/api/v1/organizations?limit=1");
        let second = root.get(&format!("{ORGANIZATIONS}?limit=1&%63ursor={first}")).send().expect(200);
        assert_eq!(second.each("code"), ["H001"]);
    }

    fn a_cursor_is_good_for_its_list_its_filters_and_its_caller(app) {
        app.province();
        let root = app.root();
        let filtered = "/api/v1/organizations?kind=department&limit=1";
        let cursor = next(&root, filtered);
        let refused = |caller: &Client, path: &str, cursor: &str| {
            let glue = if path.contains('?') { '&' } else { '?' };
            caller.get(&format!("{path}{glue}cursor={cursor}")).send().problem(400, "invalid-cursor");
        };
        root.get(&format!("{filtered}&cursor={cursor}")).send().expect(200);
        // Another size of page is no other list.
        root.get(&format!("/api/v1/organizations?limit=7&kind=department&cursor={cursor}")).send().expect(200);
        for path in [ORGANIZATIONS, "/api/v1/organizations?kind=division", "/api/v1/organizations?kind=department&q=a",
            "/api/v1/kpis", "/api/v1/audit-entries", &format!("{DEPARTMENT}/staffing")] {
            refused(&root, path, &cursor);
        }
        let other = app.caller("other", "*", "organizations:read");
        refused(&other, filtered, &cursor);
        for place in 0..cursor.len() {
            let mut bytes = cursor.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            refused(&root, filtered, &String::from_utf8(bytes).unwrap());
        }
        for text in ["x", "", ".", "a.b", "%22H19%22", "IkgxOSI", "IkgxOSI.", "null", "..", &cursor[1..], &format!("{cursor}.a")] {
            refused(&root, filtered, text);
        }
    }

    fn a_list_is_in_the_order_of_its_codes_byte_by_byte(app) {
        let root = app.root();
        // A locale that passes over dots, or puts digits after letters, would order these in another way.
        let unordered = ["H19.1", "H190", "H19A", "H19.01", "H1", "9", "H19", "A", "H19.A.1", "H19.10", "0", "Z9", "H19.9"];
        put_in(&root, &coded(unordered.map(str::to_owned)));
        let mut expected = unordered.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(codes(&root, "/api/v1/organizations?limit=2"), expected);
        assert_eq!(codes(&root, "/api/v1/organizations"), expected);
    }

    fn rows_that_stay_appear_once_while_others_come_and_go_between_pages(app) {
        let root = app.root();
        let staying: Vec<String> = (0..12).map(|n| format!("H{:02}", n * 8)).collect();
        put_in(&root, &coded(staying.iter().cloned()));
        let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
        let steps = proptest::collection::vec((proptest::bool::ANY, 0..96_usize), 0..12);
        let property = |(size, steps): (usize, Vec<(bool, usize)>)| {
            let mut seen: Vec<String> = Vec::new();
            let mut path = format!("{ORGANIZATIONS}?limit={size}");
            let mut steps = steps.into_iter();
            loop {
                let page = root.get(&path).send().expect(200);
                seen.extend(page.each("code"));
                let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
                path = format!("{ORGANIZATIONS}?limit={size}&cursor={next}");
                for (comes, n) in steps.by_ref().take(2) {
                    move_one(app, &staying, comes, &format!("H{n:02}"));
                }
            }
            let mut ordered = seen.clone();
            ordered.sort();
            ordered.dedup();
            assert_eq!(seen, ordered, "in order, and none twice");
            assert!(staying.iter().all(|code| seen.contains(code)), "{seen:?}");
            Ok(())
        };
        runner.run(&(1..6_usize, steps), property).unwrap();
    }

    fn rows_that_stay_appear_once_while_others_come_and_go_at_the_same_time(app) {
        let root = app.root();
        let staying: Vec<String> = (0..10).map(|n| format!("H{:02}", n * 10)).collect();
        put_in(&root, &coded(staying.iter().cloned()));
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in (0..100).filter(|n| n % 10 != 0) {
                    move_one(app, &staying, true, &format!("H{:02}", (n * 37) % 100));
                    move_one(app, &staying, false, &format!("H{:02}", (n * 73) % 100));
                }
                done.store(true, Ordering::SeqCst);
            });
            loop {
                let last = done.load(Ordering::SeqCst);
                let mut seen: HashMap<String, usize> = HashMap::new();
                for code in codes(&root, "/api/v1/organizations?limit=3") {
                    *seen.entry(code).or_default() += 1;
                }
                assert!(seen.values().all(|times| *times == 1), "{seen:?}");
                assert!(staying.iter().all(|code| seen.contains_key(code)), "{seen:?}");
                if last {
                    break;
                }
            }
        });
    }

    fn a_search_finds_a_name_however_it_is_typed(app) {
        let root = app.root();
        let names = [("H1", "Sở Khoa học và Công nghệ"), ("H2", "Sở Xây dựng"), ("H3", "Ủy ban 100%_a"),
            ("H4", "Xa\u{301}c minh"), ("H5", "ĐẮK LẮK")];
        put_in(&root, &names.map(|(code, name)| item(code, name)));
        let found = |q: &str| {
            let q = escaped(q);
            root.get(&format!("{ORGANIZATIONS}?q={q}")).send().expect(200).each("code")
        };
        for q in ["khoa học", "khoa hoc", "KHOA HỌC", "khoa ho\u{323}c", "khoa  học", " khoa học ", "Khoa Ho\u{323}c và"] {
            assert_eq!(found(q), ["H1"], "{q}");
        }
        assert_eq!(found("xác"), ["H4"]);
        assert_eq!(found("dak lak"), ["H5"]);
        assert_eq!(found("đăk LĂK"), ["H5"]);
        assert_eq!(found("sở"), ["H1", "H2"]);
        // The caller's wildcards, escapes and quotes mean themselves.
        assert_eq!(found("100%_a"), ["H3"]);
        for q in ["1_0", "S%g", "\\", "'", "' OR 1=1 --", "khoa%hoc"] {
            assert_eq!(found(q), [""; 0], "{q}");
        }
    }
}

/// Adds an organization or takes it away behind the service's back; those that stay are left alone.
fn move_one(app: &TestApp, staying: &[String], comes: bool, code: &str) {
    if staying.iter().any(|known| known == code) {
        return;
    }
    if comes {
        // One that is there already is not added again.
        app.root().put(&format!("{ORGANIZATIONS}/{code}"), &crate::http::named("Sở")).send();
        return;
    }
    let dissolved = json!({"kind": "dissolve", "legal_basis": "Quyết định", "effective_on": "2026-01-05", "predecessors": [code]});
    app.root().post("/api/v1/reorganizations", &dissolved).send();
}

/// Cursors of a service with another secret: those that were given out before it changed.
#[test]
fn a_cursor_sealed_with_another_secret_is_refused() {
    let [ours, theirs] = [b'a', b'b'].map(|letter| {
        TestApp::start_with(crate::harness::Backend::Sqlite, |config| config.secret = vec![letter; 32])
    });
    let path = "/api/v1/kpis?limit=1";
    let cursor = next(&theirs.root(), path);
    theirs.root().get(&format!("{path}&cursor={cursor}")).send().expect(200);
    ours.root().get(&format!("{path}&cursor={cursor}")).send().problem(400, "invalid-cursor");
}
