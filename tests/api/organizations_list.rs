//! Lists, search and trees of organizations, on any day; and all three against a plain recomputation.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::harness::{Client, TestApp};
use crate::on_both;
use crate::organizations::{create, described, dissolve, put};

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

fn list(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("/api/v1/organizations?limit=500&{query}")).send().expect(200).each("code")
}

fn tree(client: &Client, code: &str, query: &str) -> Value {
    client.get(&format!("/api/v1/organizations/{code}/tree?{query}")).send().expect(200).json()
}

/// Codes of a tree: the organization, then those below in the order of the answer.
fn walked(tree: &Value) -> Vec<String> {
    let own = tree["code"].as_str().unwrap().to_owned();
    std::iter::once(own).chain(tree["children"].as_array().unwrap().iter().flat_map(walked)).collect()
}

on_both! {
    fn a_list_holds_what_its_filters_say_on_the_day_they_say(app) {
        app.province();
        let root = app.root();
        put(&root, "H19.06.02", &described("Phòng", "division", Some("H19.09"), "2020-01-01")).expect(200);
        dissolve(app, "H19.09.01", "2022-01-01");
        assert_eq!(list(&root, "as_of=2019-12-31"), ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"]);
        assert_eq!(list(&root, "as_of=2022-01-01"), ["H19", "H19.06", "H19.06.02", "H19.09"]);
        assert_eq!(list(&root, "as_of=2014-12-31"), [""; 0]);
        assert_eq!(list(&root, "kind=department&as_of=2020-01-01"), ["H19.06", "H19.09"]);
        assert_eq!(list(&root, "parent=H19&as_of=2020-01-01"), ["H19.06", "H19.09"]);
        assert_eq!(list(&root, "parent=H19.09&as_of=2019-12-31"), ["H19.09.01"]);
        assert_eq!(list(&root, "parent=H19.09&as_of=2020-01-01"), ["H19.06.02", "H19.09.01"]);
        assert_eq!(list(&root, "within=H19.09&as_of=2022-01-01"), ["H19.06.02", "H19.09"]);
        assert_eq!(list(&root, "within=H19.06&as_of=2019-12-31"), ["H19.06", "H19.06.02"]);
        assert_eq!(list(&root, "within=H19.06&as_of=2020-01-01"), ["H19.06"]);
        assert_eq!(list(&root, "within=H19&kind=division&as_of=2021-12-31"), ["H19.06.02", "H19.09.01"]);
        assert_eq!(list(&root, "within=H77"), [""; 0]);
        let faults = root.get("/api/v1/organizations?kind=ministri").send().faults();
        assert_eq!(faults[0].0, "kind");
    }

    fn a_search_ignores_diacritics_case_and_unicode_form(app) {
        let root = app.root();
        for (code, name, short) in [
            ("D01", "Ban Dân vận Tỉnh ủy", "BDV"), ("D02", "Đảng ủy Đồng Nai", "ĐU"),
            ("D03", "Sở 100% trực tuyến", "S_T"), ("D04", "Phòng Hành chính", "HC"),
        ] {
            let sent: String = name.nfd().collect();
            let mut body = described(&sent, "other", None, "2015-01-01");
            body["short_name"] = json!(short);
            let stored = create(&root, code, &body).json()["name"].clone();
            assert_eq!(stored, name.nfc().collect::<String>(), "stored composed, whatever was sent");
        }
        for (q, found) in [
            ("dan van", vec!["D01"]), ("Dân vận", vec!["D01"]), ("DÂN VẬN", vec!["D01"]), ("bdv", vec!["D01"]),
            ("dang uy", vec!["D02"]), ("đảng ủy", vec!["D02"]), ("đảng uỷ", vec!["D02"]), ("ĐỒNG", vec!["D02"]),
            ("đu", vec!["D02"]), ("du", vec!["D02"]), ("tinh uy", vec!["D01"]), ("d03", vec!["D03"]),
            ("100%", vec!["D03"]), ("%", vec!["D03"]), ("s_t", vec!["D03"]), ("_", vec!["D03"]), ("\\", vec![]),
            ("hanh  chinh", vec!["D04"]), ("khong co", vec![]),
        ] {
            let nfd: String = q.nfd().collect();
            for q in [q, &nfd] {
                assert_eq!(list(&root, &format!("q={}", encoded(q))), found, "{q}");
            }
        }
        put(&root, "D01", &described("Ban Tuyên giáo và Dân vận", "other", None, "2025-02-01")).expect(200);
        assert_eq!(list(&root, "q=tuyen%20giao"), ["D01"]);
        assert_eq!(list(&root, "q=tuyen%20giao&as_of=2025-01-31"), [""; 0]);
    }

    fn a_long_list_is_read_page_by_page_without_gap_or_repetition(app) {
        app.province();
        let root = app.root();
        let mut codes = Vec::new();
        let mut path = "/api/v1/organizations?limit=2".to_owned();
        loop {
            let page = root.get(&path).send().expect(200);
            codes.extend(page.each("code"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            path = format!("/api/v1/organizations?limit=2&cursor={next}");
        }
        assert_eq!(codes, ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"]);
    }

    fn a_tree_has_the_depth_the_day_and_the_order_that_are_asked_for(app) {
        app.province();
        let root = app.root();
        for code in ["H19.2", "H19.10", "H19.06.01"] {
            let parent = if code == "H19.06.01" { "H19.06" } else { "H19" };
            create(&root, code, &described("Thêm", "other", Some(parent), "2018-01-01"));
        }
        create(&root, "H19.06.01.1", &described("Sâu", "other", Some("H19.06.01"), "2018-01-01"));
        create(&root, "H19.06.01.1.1", &described("Sâu nữa", "other", Some("H19.06.01.1"), "2018-01-01"));
        assert_eq!(walked(&tree(&root, "H19", "depth=0")), ["H19"]);
        // By code, byte for byte.
        assert_eq!(walked(&tree(&root, "H19", "depth=1")), ["H19", "H19.06", "H19.09", "H19.10", "H19.2"]);
        assert_eq!(walked(&tree(&root, "H19", "as_of=2017-12-31")),
            ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"]);
        assert!(!walked(&tree(&root, "H19", "")).contains(&"H19.06.01.1.1".to_owned()), "three levels are usual");
        assert!(walked(&tree(&root, "H19", "depth=4")).contains(&"H19.06.01.1.1".to_owned()));
        assert_eq!(tree(&root, "H19", "depth=1")["children"][0], json!({
            "code": "H19.06", "name": "Tổ chức H19.06", "short_name": null, "kind": "department", "children": []
        }));
        root.get("/api/v1/organizations/H19/tree?as_of=2014-12-31").send().problem(404, "not-found");
        assert_eq!(root.get("/api/v1/organizations/H19/tree?depth=33").send().faults()[0].0, "depth");
        let officer = app.caller("officer", "H19.06", "organizations:read");
        officer.get("/api/v1/organizations/H19/tree").send().problem(404, "not-found");
        assert_eq!(walked(&tree(&officer, "H19.06", "depth=1")), ["H19.06", "H19.06.01", "H19.06.02"]);
    }

    fn lists_trees_and_reach_say_what_a_plain_walk_finds_on_any_day(app) {
        let config = Config { cases: 5, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let run = Cell::new(0);
        TestRunner::new_with_rng(config, rng)
            .run(&histories(), |history| {
                run.set(run.get() + 1);
                compare(app, &format!("R{}", run.get()), &history);
                Ok(())
            })
            .unwrap();
    }
}

const COUNT: usize = 9;
const FIRST_DAY: u32 = 1;

/// Parents at the beginning, and moves (who, below whom) one on each second day.
#[derive(Debug)]
struct History {
    parents: Vec<Option<usize>>,
    moves: Vec<(usize, Option<usize>)>,
    days: Vec<u32>,
}

fn histories() -> impl Strategy<Value = History> {
    let parents = prop::collection::vec(prop::option::weighted(0.8, 0..COUNT), COUNT);
    let moves = prop::collection::vec((0..COUNT, prop::option::weighted(0.8, 0..COUNT)), 10);
    let days = prop::collection::btree_set(FIRST_DAY..26, 4).prop_map(|days| days.into_iter().collect());
    (parents, moves, days).prop_map(|(mut parents, moves, days)| {
        // At the beginning everyone stands below an earlier one.
        for (index, parent) in parents.iter_mut().enumerate() {
            *parent = parent.filter(|_| index > 0).map(|parent| parent % index.max(1));
        }
        History { parents, moves, days }
    })
}

/// Whoever stands at or below an organization, by walking up from everyone.
fn below(parents: &[Option<usize>], root: usize) -> BTreeSet<usize> {
    let stands = |mut at: usize| loop {
        if at == root {
            return true;
        }
        match parents[at] {
            Some(parent) => at = parent,
            None => return false,
        }
    };
    (0..parents.len()).filter(|member| stands(*member)).collect()
}

fn compare(app: &TestApp, prefix: &str, history: &History) {
    let root = app.root();
    let code = |index: usize| format!("{prefix}.{index}");
    let day = |n: u32| format!("2020-01-{n:02}");
    let mut parents = history.parents.clone();
    for (index, parent) in parents.iter().enumerate() {
        let parent = parent.map(code);
        create(&root, &code(index), &described("Tổ chức", "other", parent.as_deref(), &day(FIRST_DAY)));
    }
    let mut trees: BTreeMap<u32, Vec<Option<usize>>> = BTreeMap::from([(FIRST_DAY, parents.clone())]);
    for (n, (who, parent)) in history.moves.iter().enumerate() {
        let from = FIRST_DAY + 2 * (u32::try_from(n).unwrap() + 1);
        let name = parent.map(code);
        let answer = put(&root, &code(*who), &described("Tổ chức", "other", name.as_deref(), &day(from)));
        if parent.is_some_and(|parent| below(&parents, *who).contains(&parent)) {
            answer.problem(409, "organization-cycle");
        } else {
            answer.expect(200);
            parents[*who] = *parent;
        }
        trees.insert(from, parents.clone());
    }
    for asked in &history.days {
        let (_, then) = trees.range(..=asked).next_back().unwrap();
        for top in 0..COUNT {
            let expected: BTreeSet<String> = below(then, top).into_iter().map(code).collect();
            let as_set = |codes: Vec<String>| {
                assert!(codes.iter().collect::<BTreeSet<_>>().len() == codes.len(), "{codes:?}");
                codes.into_iter().collect::<BTreeSet<_>>()
            };
            let (top, on) = (code(top), day(*asked));
            assert_eq!(
                as_set(list(&root, &format!("within={top}&as_of={on}"))),
                expected,
                "within {top} {on}"
            );
            let whole = tree(&root, &top, &format!("depth=32&as_of={on}"));
            assert_eq!(as_set(walked(&whole)), expected, "tree {top} {on}");
            let officer = app.caller("officer", &top, "organizations:read");
            assert_eq!(as_set(list(&officer, &format!("as_of={on}"))), expected, "reach {top} {on}");
        }
    }
}
