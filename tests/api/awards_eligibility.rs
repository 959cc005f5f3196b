//! Eligibility, against a second implementation: it tries every choice of years by hand, over random histories and rules.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use crate::awarding::{define, eligibility, given, of_person, revoke};
use crate::harness::Client;
use crate::on_both;

const RATINGS: [&str; 4] = ["failed", "completed", "good", "excellent"];
const SCOPES: [&str; 3] = ["base", "province", "national"];

/// Numbers by a rule, so that a test that fails fails again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

fn day(year: i32, month: u32, after: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap() + Days::new(after)
}

/// A record: of which year, since and until when.
#[derive(Debug)]
struct Fact {
    year: i32,
    since: NaiveDate,
    until: Option<NaiveDate>,
    /// Rank of the rating or scope.
    rank: usize,
}

impl Fact {
    fn holds(&self, on: NaiveDate) -> bool {
        self.since <= on && self.until.is_none_or(|until| on < until)
    }
}

#[derive(Default, Debug)]
struct History {
    titles: Vec<Fact>,
    ratings: Vec<Fact>,
    initiatives: Vec<Fact>,
}

/// Makes up a history and pushes it.
fn history(client: &Client, staff: &str, chance: &mut Chance) -> History {
    let mut history = History::default();
    for year in 2014..=2020 {
        if !chance.one_in(3) {
            let since = day(year, 12, chance.below(60));
            let id = given(client, of_person("held", year, "H19.06", staff), &since.to_string());
            let until = chance.one_in(4).then(|| since + Days::new(chance.below(500)));
            if let Some(until) = until {
                revoke(client, &id, &until.to_string()).expect(200);
            }
            history.titles.push(Fact { year, since, until, rank: 0 });
        }
        if !chance.one_in(4) {
            let (rank, since) = (usize::try_from(chance.below(4)).unwrap(), day(year, 12, chance.below(40)));
            let body = json!({"rating": RATINGS[rank], "decided_on": since.to_string()});
            client
                .put(&format!("/api/v1/organizations/H19.06.02/staff/{staff}/ratings/{year}"), &body)
                .send()
                .expect(201);
            history.ratings.push(Fact { year, since, until: None, rank });
        }
        if chance.one_in(3) {
            let (rank, since) = (usize::try_from(chance.below(3)).unwrap(), day(year, 3, chance.below(300)));
            let until = chance.one_in(4).then(|| since + Days::new(1 + chance.below(500)));
            let mut recognition = json!({"scope": SCOPES[rank], "on": since.to_string(), "decision": "1/QĐ"});
            if let Some(until) = until {
                recognition["revocation"] = json!({"on": until.to_string(), "decision": "2/QĐ"});
            }
            let body = json!({"title": "Sáng kiến", "submitted_on": format!("{year}-01-15"), "recognitions": [recognition],
                "authors": [{"staff": staff, "share": 60}, {"staff": "CB-other", "share": 40}]});
            client
                .put(&format!("/api/v1/organizations/H19.06/initiatives/{staff}-{year}"), &body)
                .send()
                .expect(201);
            history.initiatives.push(Fact { year: since.year(), since, until, rank });
        }
    }
    history
}

fn requirement(chance: &mut Chance) -> Value {
    let mut asked = match chance.below(3) {
        0 => json!({"kind": "title", "title": "held"}),
        1 => json!({"kind": "rating", "rating": chance.of(&RATINGS)}),
        _ => json!({"kind": "initiative", "scope": chance.of(&SCOPES)}),
    };
    asked["times"] = json!(1 + chance.below(3));
    asked["within"] = json!(1 + chance.below(3));
    asked["before"] = json!(chance.one_in(3));
    asked
}

/// Whether some choice of years meets it: tries each that is near enough as the last, and goes on from there.
fn possible(years: &BTreeSet<i32>, from: i32, within: i32, left: i64) -> bool {
    left == 0
        || (1..=within)
            .any(|apart| years.contains(&(from - apart)) && possible(years, from - apart, within, left - 1))
}

fn met(asked: &Value, history: &History, year: i32, on: NaiveDate) -> bool {
    let rank = |all: &[&str], word: &Value| all.iter().position(|one| word == one).unwrap();
    let (facts, least) = match asked["kind"].as_str().unwrap() {
        "title" => (&history.titles, 0),
        "rating" => (&history.ratings, rank(&RATINGS, &asked["rating"])),
        _ => (&history.initiatives, rank(&SCOPES, &asked["scope"])),
    };
    let good = facts.iter().filter(|fact| fact.rank >= least && fact.holds(on) && fact.year <= year);
    let years = good.map(|fact| fact.year).collect();
    let from = if asked["before"] == json!(true) { year } else { year + 1 };
    let within = i32::try_from(asked["within"].as_i64().unwrap()).unwrap();
    possible(&years, from, within, asked["times"].as_i64().unwrap())
}

on_both! {
    fn a_second_implementation_says_the_same_of_random_histories(app) {
        app.province();
        let root = app.root();
        let mut chance = Chance(20_201_126);
        define(&root, "held", &json!({}));
        let people: Vec<(String, History)> = (0..8)
            .map(|n| {
                let staff = format!("CB-{n}");
                let history = history(&root, &staff, &mut chance);
                (staff, history)
            })
            .collect();
        let (mut yes, mut no) = (0, 0);
        for n in 0..10 {
            let conditions: Vec<Value> = (0..=chance.below(2))
                .map(|_| json!({"any_of": (0..=chance.below(3)).map(|_| requirement(&mut chance)).collect::<Vec<_>>()}))
                .collect();
            define(&root, &format!("goal-{n}"), &json!({"conditions": conditions}));
            for (staff, history) in &people {
                for _ in 0..3 {
                    let year = 2016 + i32::try_from(chance.below(5)).unwrap();
                    let on = day(year, 11, chance.below(700));
                    let query = format!("subject={staff}&title=goal-{n}&year={year}&as_of={on}");
                    let answer = eligibility(&root, &query).expect(200).json();
                    let expected: Vec<Vec<bool>> = conditions
                        .iter()
                        .map(|one| one["any_of"].as_array().unwrap().iter().map(|asked| met(asked, history, year, on)).collect())
                        .collect();
                    let found: Vec<Vec<bool>> = answer["conditions"].as_array().unwrap().iter()
                        .map(|one| one["any_of"].as_array().unwrap().iter().map(|asked| asked["met"].as_bool().unwrap()).collect())
                        .collect();
                    assert_eq!(found, expected, "{query}: {answer} {history:?}");
                    let eligible = expected.iter().all(|any| any.contains(&true));
                    assert_eq!(answer["eligible"], json!(eligible), "{query}");
                    yes += i32::from(eligible);
                    no += i32::from(!eligible);
                }
            }
        }
        assert!(yes > 20 && no > 20, "{yes} times yes, {no} times no");
    }

    fn each_record_says_whether_it_counts_and_why_not(app) {
        app.province();
        let root = app.root();
        define(&root, "held", &json!({}));
        define(&root, "goal", &json!({"conditions": [
            {"any_of": [{"kind": "title", "title": "held", "times": 2}]},
            {"any_of": [{"kind": "rating", "rating": "excellent"}, {"kind": "initiative", "scope": "province"}]}
        ]}));
        given(&root, of_person("held", 2017, "H19.06", "CB-1"), "2017-12-01");
        let second = given(&root, of_person("held", 2019, "H19.06", "CB-1"), "2019-12-01");
        given(&root, of_person("held", 2020, "H19.06", "CB-1"), "2020-12-01");
        let rating = json!({"rating": "good", "decided_on": "2020-12-05"});
        root.put("/api/v1/organizations/H19.06/staff/CB-1/ratings/2020", &rating).send().expect(201);
        let body = json!({"title": "Sáng kiến", "submitted_on": "2020-01-15", "authors": [{"staff": "CB-1", "share": 100}],
            "recognitions": [{"scope": "national", "on": "2020-08-01", "decision": "1/QĐ"}]});
        root.put("/api/v1/organizations/H19.06/initiatives/SK-1", &body).send().expect(201);
        let asked = |as_of: &str| eligibility(&root, &format!("subject=CB-1&title=goal&year=2020&as_of={as_of}")).expect(200).json();
        let misses = |answer: &Value, condition: usize, place: usize| -> Vec<Value> {
            let records = answer["conditions"][condition]["any_of"][place]["records"].as_array().unwrap().clone();
            records.into_iter().map(|record| json!([record["year"], record["counts"], record["miss"]])).collect()
        };
        let now = asked("2021-06-01");
        assert_eq!(now["eligible"], true);
        assert_eq!(misses(&now, 0, 0), [json!([2017, false, "other_year"]), json!([2019, true, null]), json!([2020, true, null])]);
        assert_eq!(misses(&now, 1, 0), [json!([2020, false, "too_low"])]);
        assert_eq!(misses(&now, 1, 1), [json!([2020, true, null])]);
        assert_eq!(now["conditions"][1]["any_of"][1]["records"][0]["initiative"], "SK-1");
        // What is revoked counts until the day before.
        revoke(&root, &second, "2021-03-15").expect(200);
        assert_eq!(asked("2021-03-14")["eligible"], true);
        let after = asked("2021-03-15");
        assert_eq!((&after["eligible"], misses(&after, 0, 0)[1].clone()), (&json!(false), json!([2019, false, "revoked"])));
        assert_eq!(misses(&asked("2020-11-30"), 0, 0)[2], json!([2020, false, "not_yet"]));
    }

    fn a_decision_is_held_to_the_conditions_as_they_were_on_its_day(app) {
        use crate::awarding::{appraised, decide};
        app.province();
        let root = app.root();
        define(&root, "held", &json!({}));
        define(&root, "goal", &json!({"conditions": [{"any_of": [{"kind": "title", "title": "held"}]}]}));
        let held = given(&root, of_person("held", 2020, "H19.06", "CB-1"), "2020-12-10");
        let goal = appraised(&root, of_person("goal", 2020, "H19.06", "CB-1"), "2020-12-01");
        decide(&root, &goal, "2020-12-09").problem(409, "award-not-eligible");
        decide(&root, &appraised(&root, of_person("goal", 2020, "H19.06", "CB-2"), "2020-12-01"), "2020-12-20").problem(409, "award-not-eligible");
        revoke(&root, &held, "2021-01-20").expect(200);
        decide(&root, &goal, "2021-01-20").problem(409, "award-not-eligible");
        decide(&root, &goal, "2021-01-19").expect(200);
    }

    fn organizations_are_asked_about_by_their_codes_and_within_reach(app) {
        app.province();
        let plain = app.caller("plain", "H19.06", "emulation:read");
        let asked = |query: &str| eligibility(&plain, query);
        let query = "subject=H19.06.02&title=advanced-collective&year=2020";
        let answer = asked(query).expect(200).json();
        assert_eq!((&answer["eligible"], &answer["conditions"]), (&json!(true), &json!([])));
        assert!(!answer["open"].as_array().unwrap().is_empty(), "what is not confirmed is told");
        asked("subject=H19.09&title=advanced-collective&year=2020").problem(404, "not-found");
        asked("subject=H19.06&title=advanced-collective&year=2020&unit=H19.09").problem(404, "not-found");
        let fault = |query: &str| asked(query).faults();
        let pair = |name: &str, code: &str| vec![(name.to_owned(), code.to_owned())];
        assert_eq!(fault("subject=H19.06&title=no-such-title&year=2020"), pair("title", "not-found"));
        assert_eq!(fault("subject=H19.06&title=exemplary-commune&year=2020"), pair("title", "not-found"));
        assert_eq!(fault("subject=H19.06&title=advanced-collective&year=1900"), pair("year", "out-of-range"));
        assert_eq!(fault("subject=H19.06&title=advanced-collective&year=2027"), pair("year", "in-the-future"));
        assert_eq!(fault("subject=H19.06&title=advanced-collective&year=2020&as_of=2026-01-06"), pair("as_of", "in-the-future"));
        asked("subject=H19.77&title=advanced-collective&year=2020").problem(404, "not-found");
        assert_eq!(answer["known"], true);
        // Records of another subtree do not count, and are not told of.
        let root = app.root();
        define(&root, "held", &json!({}));
        define(&root, "goal", &json!({"conditions": [{"any_of": [{"kind": "title", "title": "held"}]}]}));
        given(&root, of_person("held", 2020, "H19.09", "CB-1"), "2020-12-10");
        let clerk = app.caller("clerk", "H19.06", "emulation:read emulation:persons");
        let query = "subject=CB-1&title=goal&year=2020";
        let narrow = eligibility(&clerk, query).expect(200).json();
        assert_eq!((&narrow["known"], &narrow["eligible"]), (&json!(false), &Value::Null), "nobody of this subtree");
        assert_eq!((&narrow["conditions"][0]["met"], &narrow["conditions"][0]["any_of"][0]["records"]), (&json!(false), &json!([])));
        let wide = eligibility(&root, query).expect(200).json();
        assert_eq!((&wide["known"], &wide["eligible"]), (&json!(true), &json!(true)));
    }

    fn of_whom_there_is_no_record_nothing_is_said(app) {
        use crate::awarding::propose;
        app.province();
        let root = app.root();
        define(&root, "free", &json!({}));
        define(&root, "goal", &json!({"conditions": [{"any_of": [{"kind": "rating", "rating": "good"}]}]}));
        let clerk = app.caller("clerk", "H19.06", "emulation:read emulation:persons");
        let said = |staff: &str, title: &str| {
            let answer = eligibility(&clerk, &format!("subject={staff}&title={title}&year=2020")).expect(200).json();
            (answer["known"].clone(), answer["eligible"].clone())
        };
        let (nobody, no, yes) = ((json!(false), Value::Null), (json!(true), json!(false)), (json!(true), json!(true)));
        assert_eq!((said("CB-1", "goal"), said("CB-1", "free")), (nobody.clone(), nobody.clone()));
        // Each kind of record makes somebody known, and a department knows of its own.
        propose(&root, &of_person("free", 2020, "H19.06.02", "CB-1"));
        let rating = json!({"rating": "failed", "decided_on": "2020-12-05"});
        root.put("/api/v1/organizations/H19.06/staff/CB-2/ratings/2020", &rating).send().expect(201);
        root.put("/api/v1/organizations/H19.09/staff/CB-6/ratings/2020", &rating).send().expect(201);
        let body = json!({"title": "Sáng kiến", "submitted_on": "2020-01-15", "authors": [{"staff": "CB-3", "share": 100}]});
        root.put("/api/v1/organizations/H19.06/initiatives/SK-1", &body).send().expect(201);
        let exemplar = json!({"organization": "H19.06", "kind": "exemplar_individual", "field": "economy", "level": "base", "year": 2020,
            "title": "Tấm gương", "registered_on": "2020-02-03", "person": "CB-4"});
        root.put("/api/v1/exemplars/0199b2c4-5d6e-7f80-9123-000000000001", &exemplar).send().expect(201);
        crate::emulation_movements::launch(&root, "m", &crate::emulation_movements::monthly("H19.06")).expect(201);
        let stands = json!({"movement": "m", "round": "2020-06", "group": "service-units", "organization": "H19.06", "person": "CB-5"});
        root.put("/api/v1/nominations/0199b2c4-5d6e-7f80-9123-000000000002", &stands).send().expect(201);
        for staff in ["CB-1", "CB-2", "CB-3", "CB-4", "CB-5"] {
            assert_eq!((said(staff, "goal"), said(staff, "free")), (no.clone(), yes.clone()), "{staff}");
        }
        assert_eq!(said("CB-6", "free"), nobody);
        assert_eq!(said("CB-11", "goal"), nobody, "not what begins like it");
    }

    fn a_rating_by_which_something_was_given_stays(app) {
        app.province();
        let root = app.root();
        define(&root, "rated", &json!({}));
        let path = "/api/v1/organizations/H19.06/staff/CB-9/ratings/2024";
        let rating = |rating: &str| json!({"rating": rating, "decided_on": "2024-12-10", "decision": "230/QĐ"});
        root.put(path, &rating("good")).send().expect(201);
        let id = given(&root, of_person("rated", 2024, "H19.06", "CB-9"), "2024-12-11");
        root.put(path, &rating("completed")).if_match("*").send().problem(409, "rating-used");
        let corrected = json!({"rating": "good", "decided_on": "2024-12-10", "decision": "231/QĐ"});
        root.put(path, &corrected).if_match("*").send().expect(200);
        revoke(&root, &id, "2025-02-03").expect(200);
        root.put(path, &rating("completed")).if_match("*").send().expect(200);
    }
}
