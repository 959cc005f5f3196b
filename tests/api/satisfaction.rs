//! Satisfaction: ratings with their scores, surveys, their figures, and what of few is not told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Answer, Client};
use crate::ledger::assert_rolled_up;
use crate::on_both;
use crate::reports::{figures, part};
use crate::small_province::{one, told};

const RATINGS: &str = "/api/v1/satisfaction-ratings";
const SURVEYS: &str = "/api/v1/satisfaction-surveys";
const SUMMARY: &str = "/api/v1/reports/satisfaction";

fn rating(id: &str, organization: &str, overall: i64, scores: &[(i64, i64)]) -> Value {
    let scores: Vec<Value> =
        scores.iter().map(|(question, score)| json!({"question": question, "score": score})).collect();
    json!({"id": id, "organization": organization, "rated_on": "2024-05-06", "overall": overall, "scores": scores})
}

fn push(client: &Client, items: &[Value]) -> Answer {
    client.post(&format!("{RATINGS}/batch"), &json!({"items": items})).send()
}

/// Ratings of a unit with these overall answers; the first half also score question 7 by 2.
fn ratings(unit: &str, overall: &[i64]) -> Vec<Value> {
    let half = overall.len() / 2;
    let of = |(n, overall): (usize, &i64)| {
        let scores: &[(i64, i64)] = if n < half { &[(7, 2)] } else { &[] };
        rating(&format!("{unit}-{n}"), unit, *overall, scores)
    };
    overall.iter().enumerate().map(of).collect()
}

fn survey(code: &str, organization: &str, answers: [i64; 4]) -> Value {
    json!({
        "code": code, "organization": organization, "name": "Khảo sát 2024", "method": "Phiếu giấy", "started_on": "2024-05-02",
        "ended_on": "2024-06-28", "asked": 150,
        "answers": {"very_satisfied": answers[0], "satisfied": answers[1], "neutral": answers[2], "dissatisfied": answers[3]}
    })
}

/// Each question of a row: how many, and by which scores.
fn questions(row: &Value) -> BTreeMap<i64, (i64, Value)> {
    let all = row.as_array().unwrap().iter();
    all.map(|one| (one["question"].as_i64().unwrap(), (one["n"].as_i64().unwrap(), one["scores"].clone())))
        .collect()
}

on_both! {
    fn ratings_make_the_figure_by_their_overall_answer(app) {
        app.province();
        let root = app.root();
        let items = [ratings("H19.06", &[2, 2, 1, 0]), ratings("H19.06.02", &[1]), ratings("H19.09", &[0, 0])].concat();
        assert!(push(&root, &items).each("outcome").iter().all(|outcome| outcome == "created"));
        assert!(push(&root, &items).each("outcome").iter().all(|outcome| outcome == "unchanged"));
        let of = |query: &str| told(&root, &format!("kpi=satisfaction&period=2024&org=H19&{query}"));
        // 3 of 4 and 1 of 1; none of 2. Two are few, and five would give them away beside the seven of all.
        assert_eq!(of(""), [json!(["H19", 4, 7, 57.14])]);
        assert_eq!(of("include=children"), [json!(["H19.06", null, 5, null]), json!(["H19.09", null, 2, null])]);
        assert_eq!(told(&root, "kpi=satisfaction&period=2024&org=H19.06"), [json!(["H19.06", 4, 5, 80])]);
        let mut corrected = items[3].clone();
        corrected["overall"] = json!(1);
        let path = format!("{RATINGS}/H19.06-3");
        let etag = root.get(&path).send().expect(200).etag();
        root.put(&path, &corrected).send().problem(428, "condition-required");
        root.put(&path, &corrected).if_match(&etag).send().expect(200);
        assert_eq!(of(""), [json!(["H19", 5, 7, 71.43])]);
        assert_rolled_up(app);
        let page = root.get("/api/v1/figures/explain?kpi=satisfaction&org=H19.09&period=2024").send().expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        assert_eq!(page["items"][0]["kind"], "satisfaction_rating");
        assert_eq!((&page["percent"], &page["numerator"]["sum"], &page["denominator"]["sum"]), (&Value::Null, &Value::Null, &json!(2)));
        assert!(page["definition"].as_str().unwrap().contains("hài lòng"));
    }

    fn scores_are_whole_and_each_question_stands_once(app) {
        app.province();
        let root = app.root();
        for (body, place, code) in [
            (rating("A", "H19.06", 3, &[]), "/overall", "out-of-range"),
            (rating("A", "H19.06", -1, &[]), "/overall", "out-of-range"),
            (rating("A", "H19.06", 1, &[(0, 1)]), "/scores/0/question", "out-of-range"),
            (rating("A", "H19.06", 1, &[(21, 1)]), "/scores/0/question", "out-of-range"),
            (rating("A", "H19.06", 1, &[(1, 3)]), "/scores/0/score", "out-of-range"),
            (rating("A", "H19.06", 1, &[(1, 2), (1, 2)]), "/scores/1/question", "repeated"),
            (rating("A", "H19.77", 1, &[]), "/organization", "not-found"),
        ] {
            assert_eq!(root.put(&format!("{RATINGS}/A"), &body).send().faults(), [(place.to_owned(), code.to_owned())], "{body}");
            assert_eq!(push(&root, &[body]).each("outcome"), ["failed"]);
        }
        let mut words = rating("A", "H19.06", 1, &[]);
        words["comment"] = json!("Ông A ở số 1");
        assert_eq!(root.put(&format!("{RATINGS}/A"), &words).send().faults(), [("/comment".to_owned(), "unknown-name".to_owned())]);
        assert_eq!(root.get(RATINGS).send().status, 404, "there is no list of single ratings");
    }

    fn how_many_is_always_told_and_how_only_of_enough(app) {
        app.province();
        app.organization("H19.10", "department", Some("H19"));
        let root = app.root();
        let items = [
            ratings("H19.06", &[2, 2, 2, 1, 1, 1, 0, 0, 2, 2, 2, 2]),
            ratings("H19.09", &[0, 0, 1]),
            ratings("H19.10", &[2, 2, 2, 2, 2, 1, 0]),
        ].concat();
        push(&root, &items).expect(200);
        let table = root.get(&format!("{SUMMARY}?org=H19&period=2024")).send().expect(200).json();
        let rows: Vec<_> = table["rows"].as_array().unwrap().iter().map(|row| questions(&row["questions"])).collect();
        // Three are too few to be told by score; with them the next smallest goes, which would give them away.
        assert_eq!(rows[0][&0], (12, json!([2, 3, 7])));
        assert_eq!(rows[1][&0], (3, Value::Null));
        assert_eq!(rows[2][&0], (7, Value::Null));
        assert_eq!(questions(&table["total"])[&0], (22, json!([5, 5, 12])));
        // Question 7: of 12 six answered, of 3 one, of 7 three: four together are too few, so all go.
        assert_eq!(rows.iter().map(|row| row[&7].clone()).collect::<Vec<_>>(), [(6, Value::Null), (1, Value::Null), (3, Value::Null)]);
        assert_eq!(questions(&table["total"])[&7], (10, json!([0, 0, 10])));
        let below = root.get(&format!("{SUMMARY}?org=H19.09&period=2024")).send().expect(200).json();
        assert_eq!(questions(&below["total"])[&0], (3, Value::Null));
        let empty = root.get(&format!("{SUMMARY}?org=H19&period=2023")).send().expect(200).json();
        assert_eq!(empty["total"], json!([]));
        let csv = root.get(&format!("{SUMMARY}.csv?org=H19&period=2024")).send().expect(200).text();
        assert!(csv.contains("Tổng cộng,0,22,5,5,12") && csv.contains(",0,3,,,"), "{csv}");
        root.get(&format!("{SUMMARY}.xlsx?org=H19&period=2024")).send().expect(200);
    }

    fn what_few_said_is_told_nowhere(app) {
        app.province();
        let root = app.root();
        push(&root, &[ratings("H19.06", &[2, 2, 2, 2, 1, 1, 0, 0]), ratings("H19.09", &[0, 1, 1, 2])].concat()).expect(200);
        root.put("/api/v1/organizations/H19.09/targets/satisfaction/2024", &json!({"percent": 90})).send().expect(201);
        let few = json!([null, 4, null]);
        assert_eq!(one(&root, "kpi=satisfaction&org=H19.09&period=2024"), few);
        assert_eq!(one(&root, "kpi=satisfaction&org=H19.09&period=2024&basis=as_is"), few);
        let figure = root.get("/api/v1/figures?kpi=satisfaction&org=H19.09&period=2024").send().expect(200).json();
        assert_eq!(figure["items"][0]["attainment"], "unknown", "met or missed would tell too");
        let card = root.get("/api/v1/organizations/H19.09/scorecard?period=2024").send().expect(200).json();
        let line = card["items"].as_array().unwrap().iter().find(|item| item["kpi"] == "satisfaction").unwrap();
        assert_eq!((&line["computed"], &line["attainment"]), (&json!({"percent": null, "numerator": null, "denominator": 4}), &json!("unknown")));
        let ranking = root.get("/api/v1/rankings?kpi=satisfaction&org=H19&period=2024").send().expect(200).json();
        assert!(ranking["items"].as_array().unwrap().iter().all(|item| item["rank"].is_null() && item["percent"].is_null()), "{ranking}");
        let report = root.get("/api/v1/reports/mass-mobilization?org=H19.09&from=2024-01-01&to=2024-12-31").send().expect(200).json();
        let computed = figures(&report)["results.satisfaction.computed"].clone();
        assert_eq!((&computed["value"], &computed["note"]), (&Value::Null, &json!("Tính từ hồ sơ: 4 ý kiến, ít hơn 5, không nêu kết quả, năm 2024.")));
        let row = part(&report, "results")["tables"][0]["rows"].as_array().unwrap().iter().find(|row| row[0] == "satisfaction").unwrap().clone();
        assert_eq!((&row[6], &row[7], &row[8]), (&Value::Null, &Value::Null, &json!(4)));
        let said: Vec<_> = part(&report, "results")["sentences"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
        assert!(said.iter().any(|text| text.contains("tính từ hồ sơ không nêu vì ít người trả lời; mục tiêu 90%")), "{said:?}");
        // Of enough it is told, but not by whom: each rating stands there as one that counts, whatever it says.
        let page = root.get("/api/v1/figures/explain?kpi=satisfaction&org=H19&period=2024").send().expect(200).json();
        assert_eq!((&page["percent"], &page["numerator"]["sum"]), (&json!(75), &json!(9)));
        // Nine less the six of the other would tell the four: so it goes too.
        let units: Vec<_> = page["units"].as_array().unwrap().iter().map(|unit| (&unit["numerator"], &unit["denominator"])).collect();
        assert_eq!(units, [(&Value::Null, &json!(8)), (&Value::Null, &json!(4))]);
        // Among descendants each is part of others.
        push(&root, &ratings("H19.06.02", &[2, 2, 2, 2, 2, 2])).expect(200);
        let all = told(&root, "kpi=satisfaction&period=2024&org=H19&include=descendants");
        assert!(all.len() >= 3 && all.iter().all(|line| line[1].is_null() && line[3].is_null()), "{all:?}");
        let ranking = root.get("/api/v1/rankings?kpi=satisfaction&org=H19&period=2024&include=descendants").send().expect(200).json();
        assert!(ranking["items"].as_array().unwrap().iter().all(|item| item["percent"].is_null()), "{ranking}");
        let adds: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["adds"].clone()).collect();
        assert_eq!(adds, vec![json!([{"counter": "ratings-all", "n": 1, "day": "2024-05-06"}]); 12]);
        // A single rating is for the system that pushed it.
        app.caller("reader", "H19", "feedback:read kpis:read").get(&format!("{RATINGS}/H19.09-0")).send().problem(403, "insufficient-scope");
        app.caller("pusher", "H19", "feedback:write").get(&format!("{RATINGS}/H19.09-0")).send().expect(200);
    }

    fn a_survey_that_few_answered_tells_how_many_they_are(app) {
        app.province();
        let root = app.root();
        let (few, path) = (survey("S1", "H19.06", [1, 2, 1, 0]), format!("{SURVEYS}/S1"));
        let pushed = root.put(&path, &few).send().expect(201).json();
        assert_eq!((&pushed["answered"], &pushed["answers"]), (&json!(4), &few["answers"]), "who pushed it knows it");
        let told = [root.get(&path).send().expect(200).json(), root.get(SURVEYS).send().expect(200).json()["items"][0].clone()];
        for told in told {
            assert_eq!((&told["answered"], &told["answers"]), (&json!(4), &Value::Null));
        }
        assert_eq!(one(&root, "kpi=satisfaction-surveys&org=H19&period=2024"), json!([null, 4, null]));
        let page = || root.get("/api/v1/figures/explain?kpi=satisfaction-surveys&org=H19&period=2024").send().expect(200).json();
        assert_eq!(page()["items"][0]["adds"], json!([{"counter": "survey-answers-all", "n": 4, "day": "2024-06-28"}]));
        root.put(&format!("{SURVEYS}/S2"), &survey("S2", "H19.06", [40, 75, 4, 1])).send().expect(201);
        let adds: Vec<_> = page()["items"].as_array().unwrap().iter().map(|item| item["adds"].as_array().unwrap().len()).collect();
        assert_eq!(adds, [1, 1], "117 of 124 less the 115 of one would tell the other");
    }

    fn surveys_are_counted_apart_from_ratings(app) {
        app.province();
        let root = app.root();
        let path = format!("{SURVEYS}/S1");
        let first = root.put(&path, &survey("S1", "H19.06", [40, 75, 4, 1])).send().expect(201);
        assert_eq!(first.json()["answered"], 120);
        root.put(&format!("{SURVEYS}/S2"), &survey("S2", "H19.09", [0, 10, 10, 20])).send().expect(201);
        assert_eq!(one(&root, "kpi=satisfaction-surveys&org=H19.06&period=2024-Q2"), json!([115, 120, 95.83]));
        assert_eq!(one(&root, "kpi=satisfaction-surveys&org=H19&period=2024"), json!([125, 160, 78.13]));
        assert_eq!(one(&root, "kpi=satisfaction&org=H19&period=2024"), json!([0, 0, null]));
        root.put(&path, &survey("S1", "H19.06", [40, 40, 20, 20])).if_match(&first.etag()).send().expect(200);
        assert_eq!(one(&root, "kpi=satisfaction-surveys&org=H19.06&period=2024"), json!([80, 120, 66.67]));
        assert_rolled_up(app);
        let faults = root.put(&format!("{SURVEYS}/S3"), &survey("S3", "H19.06", [151, 0, 0, 0])).send().faults();
        assert_eq!(faults, [("/asked".to_owned(), "wrong-sum".to_owned())]);
        assert_eq!(root.get(SURVEYS).send().expect(200).each("code"), ["S1", "S2"]);
        assert_eq!(root.get(&format!("{SURVEYS}?organization=H19.09")).send().expect(200).each("code"), ["S2"]);
        let officer = app.caller("officer", "H19.09", "feedback:read");
        assert_eq!(officer.get(SURVEYS).send().expect(200).each("code"), ["S2"]);
        officer.get(&path).send().problem(404, "not-found");
    }
}
