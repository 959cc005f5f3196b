//! Explanations: a figure down to its counters, the organizations and the records, all of which add up to it.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp};
use crate::kpis_catalog::{define, definition};
use crate::on_both;
use crate::small_province::{but, dossier, online_services, push};

const EXPLAIN: &str = "/api/v1/figures/explain";

/// A page, without what differs from page to page.
fn head(page: &Value) -> Value {
    let mut head = page.clone();
    (head["items"], head["next"]) = (Value::Null, Value::Null);
    head
}

/// What all pages of an explanation say alike, and the records of all of them; each page looks at so many.
#[track_caller]
fn paged(client: &Client, query: &str, limit: usize) -> (Value, Vec<Value>) {
    let path = format!("{EXPLAIN}?{query}&limit={limit}");
    let mut page = client.get(&path).send().expect(200).json();
    let whole = head(&page);
    let mut records = Vec::new();
    loop {
        let found = page["items"].as_array().unwrap();
        assert!(found.len() <= limit, "{page}");
        records.extend(found.iter().cloned());
        let Some(next) = page["next"].as_str().map(ToOwned::to_owned) else { break };
        page = client.get(&format!("{path}&cursor={next}")).send().expect(200).json();
        assert_eq!(head(&page), whole, "every page explains the same");
    }
    (whole, records)
}

/// The same in pages of one, of two, and in one page.
#[track_caller]
fn explained(client: &Client, query: &str) -> (Value, Vec<Value>) {
    let (whole, records) = paged(client, query, 500);
    for limit in [1, 2] {
        assert_eq!(paged(client, query, limit), (whole.clone(), records.clone()), "{limit} on a page");
    }
    (whole, records)
}

/// What all records add to a counter.
fn added(records: &[Value], counter: &Value) -> i64 {
    let adds = records.iter().flat_map(|record| record["adds"].as_array().unwrap());
    adds.filter(|add| add["counter"] == *counter).map(|add| add["n"].as_i64().unwrap()).sum()
}

/// On both sides of the formula: the sum of the counters is that of the organizations.
#[track_caller]
fn expect_sums_of_units(whole: &Value) {
    for side in ["numerator", "denominator"] {
        let counters = whole[side]["counters"].as_array().unwrap().iter();
        let units = whole["units"].as_array().unwrap().iter();
        let of_counters: i64 = counters.map(|counter| counter["sum"].as_i64().unwrap()).sum();
        let of_units: i64 = units.map(|unit| unit[side].as_i64().unwrap()).sum();
        let sum = whole[side]["sum"].as_i64().unwrap();
        assert_eq!((of_counters, of_units), (sum, sum), "{side} of {whole}");
    }
}

/// And that of the records, counter by counter.
#[track_caller]
fn expect_sums_of_records(whole: &Value, records: &[Value]) {
    for side in ["numerator", "denominator"] {
        for counter in whole[side]["counters"].as_array().unwrap() {
            assert_eq!(added(records, &counter["counter"]), counter["sum"], "{counter} of {whole}");
        }
    }
}

/// What out of what, in percent.
fn ratio(whole: &Value) -> Value {
    json!([whole["numerator"]["sum"], whole["denominator"]["sum"], whole["percent"]])
}

/// A side of the formula by its counters.
fn counters(whole: &Value, side: &str) -> Vec<Value> {
    let counters = whole[side]["counters"].as_array().unwrap();
    counters.iter().map(|counter| json!([counter["counter"], counter["sum"]])).collect()
}

/// Who adds what to the numerator and to the denominator.
fn units(whole: &Value) -> Vec<Value> {
    let unit = |unit: &Value| json!([unit["organization"], unit["numerator"], unit["denominator"]]);
    whole["units"].as_array().unwrap().iter().map(unit).collect()
}

/// The codes of the records in order.
fn codes(records: &[Value]) -> Vec<&str> {
    let mut codes: Vec<&str> = records.iter().map(|record| record["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes
}

/// Dossiers around June 2020 of every fate.
fn dossiers(client: &Client) {
    let made = [
        dossier("EARLY", "H19.06", ["2020-06-01", "2020-06-19", "2020-06-18"]),
        dossier("ON-DAY", "H19.06.02", ["2020-05-29", "2020-06-19", "2020-06-19"]),
        dossier("LATE", "H19.06.02", ["2020-06-02", "2020-06-19", "2020-06-22"]),
        dossier("WITHIN", "H19.09", ["2020-06-03", "2020-07-03", ""]),
        dossier("PAST", "H19.09.01", ["2020-05-20", "2020-06-29", "2020-07-10"]),
        dossier("JULY", "H19.09.01", ["2020-07-01", "2020-07-10", "2020-07-02"]),
        dossier("APRIL", "H19.06", ["2020-04-01", "2020-04-20", "2020-04-10"]),
    ];
    push(client, "dossiers", &made);
}

/// An internal document of 4 June 2020.
fn document(id: &str, organization: &str, medium: &str) -> Value {
    json!({
        "id": id, "organization": organization, "issued_on": "2020-06-04", "scope": ["internal"], "medium": medium
    })
}

/// Documents of June 2020, one of them secret, one recalled, and one of July.
fn documents(client: &Client) {
    let (mut both, mut secret, mut recalled) = (
        document("BOTH", "H19.06", "electronic_signed"),
        document("SECRET", "H19.06", "paper"),
        document("RECALLED", "H19.06", "paper"),
    );
    both["scope"] = json!(["internal", "inter_agency"]);
    (secret["secret"], recalled["recalled"]) = (json!(true), json!(true));
    let count = |scope: &str, medium: &str, n: u32| json!({"scope": scope, "medium": medium, "count": n});
    let day = json!({"id": "DAY", "organization": "H19.09", "issued_on": "2020-06-15", "counts": [
        count("internal", "parallel", 3), count("internal", "electronic_unsigned", 5), count("inter_agency", "mixed", 2)
    ]});
    let july = but(document("JULY", "H19.06", "paper"), "issued_on", "2020-07-01");
    let paper = document("PAPER", "H19.06.02", "paper");
    push(client, "document-exchanges", &[both, secret, recalled, day, july, paper]);
}

/// A caller of the province who only reads figures.
fn reader(app: &TestApp) -> Client {
    app.caller("reader", "H19", "kpis:read")
}

on_both! {
    fn a_figure_of_what_happened_is_explained_down_to_its_dossiers(app) {
        app.province();
        dossiers(&app.root());
        let (whole, records) = explained(&reader(app), "kpi=on-time-dossiers&org=H19&period=2020-06");
        // Three ended in June: one early, one on the day, one late.
        assert_eq!(ratio(&whole), json!([2, 3, 66.67]));
        assert_eq!(counters(&whole, "numerator"), [json!(["dossiers-ended-early", 1]), json!(["dossiers-ended-on-day", 1])]);
        assert_eq!(counters(&whole, "denominator")[2], json!(["dossiers-ended-late", 1]));
        assert_eq!(units(&whole), [json!(["H19.06", 1, 1]), json!(["H19.06.02", 1, 2])]);
        assert_eq!(whole["units"][1]["name"], "Tổ chức H19.06.02");
        assert_eq!(codes(&records), ["EARLY", "LATE", "ON-DAY"]);
        expect_sums_of_units(&whole);
        expect_sums_of_records(&whole, &records);
        let early = records.iter().find(|record| record["code"] == "EARLY").unwrap();
        assert_eq!(early, &json!({
            "kind": "dossier", "code": "EARLY", "organization": "H19.06",
            "adds": [{"counter": "dossiers-ended-early", "n": 1, "day": "2020-06-18"}]
        }));
        // Of a part of the province only what is in that part.
        let (part, records) = explained(&reader(app), "kpi=on-time-dossiers&org=H19.06.02&period=2020-06");
        assert_eq!((ratio(&part), codes(&records)), (json!([1, 2, 50]), vec!["LATE", "ON-DAY"]));
    }

    fn a_figure_with_what_is_open_is_explained_down_to_its_dossiers(app) {
        app.province();
        dossiers(&app.root());
        let (whole, records) = explained(&reader(app), "kpi=on-time-dossiers-all&org=H19&period=2020-06");
        // Carried over 2 (ON-DAY, PAST), new 3 (EARLY, LATE, WITHIN): five, of which LATE and PAST are not in time.
        assert_eq!(ratio(&whole), json!([3, 5, 60]));
        assert_eq!(counters(&whole, "denominator"), [
            json!(["dossiers-ended-early", 1]), json!(["dossiers-ended-on-day", 1]), json!(["dossiers-ended-late", 1]),
            json!(["dossiers-open-within", 1]), json!(["dossiers-open-past", 1]),
        ]);
        assert_eq!(units(&whole), [
            json!(["H19.06", 1, 1]), json!(["H19.06.02", 1, 2]), json!(["H19.09", 1, 1]), json!(["H19.09.01", 0, 1]),
        ]);
        assert_eq!(codes(&records), ["EARLY", "LATE", "ON-DAY", "PAST", "WITHIN"]);
        expect_sums_of_units(&whole);
        expect_sums_of_records(&whole, &records);
        // Due on 29 June, PAST is late from the day after; that it was within its term before cancels out.
        let past = records.iter().find(|record| record["code"] == "PAST").unwrap();
        assert_eq!(past["adds"], json!([{"counter": "dossiers-open-past", "n": 1, "day": "2020-06-30"}]));
        // QĐ 766 judges these five alike: nobody waited, and nobody was promised another day.
        let (by_766, records) = explained(&reader(app), "kpi=on-time-dossiers-766&org=H19&period=2020-06");
        assert_eq!((ratio(&by_766), records.len()), (json!([3, 5, 60]), 5));
        expect_sums_of_units(&by_766);
        expect_sums_of_records(&by_766, &records);
    }

    fn a_figure_of_documents_is_explained_down_to_documents_and_days(app) {
        app.province();
        documents(&app.root());
        let (whole, records) = explained(&reader(app), "kpi=internal-e-documents&org=H19&period=2020-06");
        // Electronic only: BOTH and 5 of DAY; out of these, the 3 in parallel of DAY, and PAPER.
        assert_eq!(ratio(&whole), json!([6, 10, 60]));
        assert_eq!(units(&whole), [json!(["H19.06", 1, 1]), json!(["H19.06.02", 0, 1]), json!(["H19.09", 5, 8])]);
        assert_eq!(codes(&records), ["BOTH", "DAY", "PAPER"]);
        expect_sums_of_units(&whole);
        expect_sums_of_records(&whole, &records);
        let both = records.iter().find(|record| record["code"] == "BOTH").unwrap();
        assert_eq!(both, &json!({
            "kind": "document_exchange", "code": "BOTH", "organization": "H19.06",
            "adds": [{"counter": "documents-internal-electronic-signed", "n": 1, "day": "2020-06-04"}]
        }), "what it adds to another figure is not told");
        // Between agencies: BOTH, and 2 mixed ones of DAY.
        let (whole, records) = explained(&reader(app), "kpi=interagency-e-documents-signed&org=H19&period=2020-06");
        assert_eq!((ratio(&whole), codes(&records)), (json!([1, 3, 33.33]), vec!["BOTH", "DAY"]));
        expect_sums_of_records(&whole, &records);
    }

    fn a_figure_of_procedures_is_explained_down_to_procedures(app) {
        app.province();
        online_services(&app.root());
        let (whole, records) = explained(&reader(app), "kpi=online-service-level-4&org=H19&period=2020");
        // Once for each that handles it: P1 twice, P2, P3, P4, P5. On 31 December P5 is no longer online: P1 twice.
        assert_eq!(ratio(&whole), json!([2, 6, 33.33]));
        assert_eq!(units(&whole), [json!(["H19.06", 1, 4]), json!(["H19.09", 1, 2])]);
        assert_eq!(codes(&records), ["P1", "P2", "P3", "P4", "P5"]);
        expect_sums_of_units(&whole);
        expect_sums_of_records(&whole, &records);
        assert_eq!((&records[0]["kind"], &records[0]["organization"]), (&json!("procedure"), &Value::Null));
        // For H19.09 alone P1 counts once.
        let (part, records) = explained(&reader(app), "kpi=online-service-level-4&org=H19.09&period=2020");
        assert_eq!((ratio(&part), codes(&records)), (json!([1, 2, 50]), vec!["P1", "P4"]));
        expect_sums_of_records(&part, &records);
        // Until November P5 was at level 4.
        let (earlier, records) = explained(&reader(app), "kpi=online-service-level-4&org=H19&period=2020-11");
        assert_eq!(ratio(&earlier), json!([3, 6, 50]));
        expect_sums_of_records(&earlier, &records);
    }

    fn a_figure_of_different_things_lists_the_dossiers_whose_procedure_counts(app) {
        app.province();
        online_services(&app.root());
        let query = "kpi=procedures-with-online-dossiers&period=2020&org=";
        let (whole, records) = explained(&reader(app), &format!("{query}H19"));
        // Offered on the last day: P1 by both, P2, P4. Used: P1 of H19.06 by D1 and D2, P1 of H19.09 by D7. Nobody may file
        // P3 online (D4), H19.06 does not handle P4 (D5), D6 is of another year, P5 is no longer offered (D8).
        assert_eq!(ratio(&whole), json!([2, 4, 50]));
        assert_eq!(counters(&whole, "numerator"), [json!(["procedures-with-online-dossiers", 2])]);
        assert_eq!(units(&whole), [json!(["H19.06", 1, 2]), json!(["H19.09", 1, 2])]);
        assert_eq!(codes(&records), ["D1", "D2", "D7", "P1", "P2", "P4"]);
        expect_sums_of_units(&whole);
        for counter in whole["denominator"]["counters"].as_array().unwrap() {
            assert_eq!(added(&records, &counter["counter"]), counter["sum"], "{counter}");
        }
        for record in records.iter().filter(|record| record["kind"] == "dossier") {
            assert_eq!(record["adds"][0]["counter"], "procedures-with-online-dossiers", "{record}");
        }
        // Of H19.09 one dossier stands for one procedure.
        let (part, records) = explained(&reader(app), &format!("{query}H19.09"));
        assert_eq!((ratio(&part), codes(&records)), (json!([1, 2, 50]), vec!["D7", "P1", "P4"]));
        expect_sums_of_units(&part);
        expect_sums_of_records(&part, &records);
        // H19.06.02 accepted D1 and D2, but handles nothing.
        let (nothing, records) = explained(&reader(app), &format!("{query}H19.06.02"));
        assert_eq!((ratio(&nothing), units(&nothing), records), (json!([0, 0, null]), vec![], vec![]));
    }

    fn nothing_to_count_is_explained_too(app) {
        app.province();
        for kpi in ["on-time-dossiers", "on-time-dossiers-all", "procedures-with-online-dossiers", "internal-e-documents"] {
            let (whole, records) = explained(&reader(app), &format!("kpi={kpi}&org=H19&period=2020"));
            assert_eq!((ratio(&whole), units(&whole), records), (json!([0, 0, null]), vec![], vec![]), "{kpi}");
            assert!(!counters(&whole, "denominator").is_empty(), "{kpi}");
        }
    }

    fn an_explanation_tells_the_formula_and_the_law_behind_it(app) {
        app.province();
        let reader = reader(app);
        let kpi = reader.get("/api/v1/kpis/on-time-dossiers?as_of=2020-06-30").send().expect(200).json();
        let path = format!("{EXPLAIN}?kpi=on-time-dossiers&org=H19&period=2020-06");
        for (accept, language) in [("vi", "vi"), ("en", "en")] {
            let answer = reader.get(&path).header("accept-language", accept).send().expect(200);
            assert_eq!(answer.header("content-language"), Some(language));
            let whole = answer.json();
            assert_eq!((&whole["name"], &whole["definition"]), (&kpi["name"][language], &kpi["definition"][language]));
            for side in ["numerator", "denominator"] {
                assert_eq!(whole[side]["label"], kpi[side]["label"][language], "{side}");
                let named: Vec<Value> = counters(&whole, side).iter().map(|counter| counter[0].clone()).collect();
                assert_eq!(json!(named), kpi[side]["counters"], "{side}");
            }
            assert_eq!(whole["legal_basis"], kpi["legal_basis"]);
            assert_eq!((&whole["method"], &whole["valid_from"]), (&json!("II.06a-(8+9)/7"), &json!("2015-01-01")));
            let of = ["organization", "period", "scheme", "from", "to"].map(|field| whole[field].clone());
            assert_eq!(of, ["H19", "2020-06", "calendar", "2020-06-01", "2020-06-30"].map(|text| json!(text)));
        }
        // NĐ 09/2019: June begins on 15 May.
        let (whole, _) = explained(&reader, "kpi=on-time-dossiers&org=H19&period=2020-06&scheme=nd09");
        assert_eq!((&whole["from"], &whole["to"]), (&json!("2020-05-15"), &json!("2020-06-14")));
    }

    fn a_kpi_that_was_redefined_within_a_period_is_the_one_of_its_last_day(app) {
        app.province();
        let root = app.root();
        dossiers(&root);
        let mut stricter = definition("Chỉ tính trước hạn", "2020-06-15");
        stricter["method"] = json!("early/ended");
        stricter["numerator"]["counters"] = json!(["dossiers-ended-early"]);
        stricter["denominator"]["counters"] = json!(["dossiers-ended-early", "dossiers-ended-on-day", "dossiers-ended-late"]);
        define(&root, "on-time-dossiers", &stricter).expect(200);
        let said = |query: &str| {
            let (whole, records) = explained(&root, &format!("kpi=on-time-dossiers&org=H19&{query}"));
            expect_sums_of_units(&whole);
            expect_sums_of_records(&whole, &records);
            let figures = root.get(&format!("/api/v1/figures?kpi=on-time-dossiers&org=H19&{query}")).send().expect(200).json();
            assert_eq!(figures["items"][0]["percent"], whole["percent"], "{query}");
            (ratio(&whole), json!([whole["method"], whole["valid_from"]]))
        };
        let (old, new) = (json!(["II.06a-(8+9)/7", "2015-01-01"]), json!(["early/ended", "2020-06-15"]));
        // June ends with the new definition, by which only EARLY counts.
        assert_eq!(said("period=2020-06"), (json!([1, 3, 33.33]), new.clone()));
        assert_eq!(said("period=2020-04"), (json!([1, 1, 100]), old.clone()), "APRIL");
        // By NĐ 09/2019, June ends on 14 June, with the old one, and July holds the new one: EARLY, ON-DAY, LATE of June,
        // PAST (late on 10 July) and JULY (early on 2 July).
        assert_eq!(said("period=2020-06&scheme=nd09"), (json!([0, 0, null]), old));
        assert_eq!(said("period=2020-07&scheme=nd09"), (json!([2, 5, 40]), new));
    }

    fn what_cannot_be_explained_is_refused(app) {
        app.province();
        let root = app.root();
        dossiers(&root);
        let faults = |query: &str| root.get(&format!("{EXPLAIN}?{query}")).send().faults();
        let kpi = |code: &str| vec![("kpi".to_owned(), code.to_owned())];
        assert_eq!(faults("kpi=on-time&org=H19&period=2020"), kpi("not-found"));
        define(&root, "by-hand", &definition("Đếm tay", "2015-01-01")).expect(201);
        assert_eq!(faults("kpi=by-hand&org=H19&period=2020"), kpi("not-found"), "nobody pushes records of it");
        assert_eq!(faults("kpi=on-time-dossiers&org=H19&period=2014"), kpi("not-found"), "not defined then");
        assert_eq!(faults("kpi=on-time-dossiers&org=H19&period=this_year")[0].0, "period");
        assert_eq!(faults("kpi=on-time-dossiers&period=2020"), [("org".to_owned(), "required".to_owned())]);
        root.get(&format!("{EXPLAIN}?kpi=on-time-dossiers&org=H77&period=2020")).send().problem(404, "not-found");
        // A cursor is good for its own question only.
        let first = root.get(&format!("{EXPLAIN}?kpi=on-time-dossiers&org=H19&period=2020&limit=1")).send().expect(200);
        let next = first.json()["next"].as_str().unwrap().to_owned();
        assert!(first.header("link").unwrap().contains(&next));
        for other in ["kpi=on-time-dossiers&org=H19.06&period=2020", "kpi=on-time-dossiers-all&org=H19&period=2020"] {
            root.get(&format!("{EXPLAIN}?{other}&limit=1&cursor={next}")).send().problem(400, "invalid-cursor");
        }
    }
}
