//! Figures, rankings and form II.06a as tables for people: the same values as the JSON, as CSV and as a spreadsheet.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::small_province::{push, settled};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const FIGURES: &str =
    "figures?kpi=on-time-dossiers,on-time-dossiers-all&org=H19&include=descendants&period=2021-06";
const RANKING: &str = "rankings?kpi=on-time-dossiers&org=H19&include=descendants&period=2021-06";
const FORM: &str = "reports/dossier-handling?org=H19&period=2021-06";

/// How a column stands in the JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Percent,
    Day,
}

/// A heading, where its value is in an item of the JSON, and what it is.
type Column = (&'static str, &'static str, Kind);

const OF_FIGURES: [Column; 10] = [
    ("Mã chỉ tiêu", "/kpi", Kind::Text),
    ("Mã tổ chức", "/organization", Kind::Text),
    ("Kỳ", "/period", Kind::Text),
    ("Từ ngày", "/from", Kind::Day),
    ("Đến ngày", "/to", Kind::Day),
    ("Tử số", "/numerator", Kind::Number),
    ("Mẫu số", "/denominator", Kind::Number),
    ("Tỷ lệ", "/percent", Kind::Percent),
    ("Mục tiêu", "/target", Kind::Percent),
    ("Đánh giá", "/attainment", Kind::Text),
];

const OF_RANKINGS: [Column; 15] = [
    ("Hạng", "/rank", Kind::Number),
    ("Bách phân vị", "/percentile", Kind::Percent),
    ("Mã tổ chức", "/organization", Kind::Text),
    ("Tổ chức", "/name", Kind::Text),
    ("Tử số", "/numerator", Kind::Number),
    ("Mẫu số", "/denominator", Kind::Number),
    ("Tỷ lệ", "/percent", Kind::Percent),
    ("Mục tiêu", "/target", Kind::Percent),
    ("Đánh giá", "/attainment", Kind::Text),
    ("Tỷ lệ kỳ trước", "/previous/percent", Kind::Percent),
    ("Thay đổi so với kỳ trước (điểm %)", "/previous/percent_change", Kind::Percent),
    ("Số hạng tăng so với kỳ trước", "/previous/rank_change", Kind::Number),
    ("Tỷ lệ cùng kỳ năm trước", "/year_before/percent", Kind::Percent),
    ("Thay đổi so với cùng kỳ (điểm %)", "/year_before/percent_change", Kind::Percent),
    ("Số hạng tăng so với cùng kỳ", "/year_before/rank_change", Kind::Number),
];

const OF_THE_FORM: [Column; 13] = [
    ("Mã", "/key", Kind::Text),
    ("Lĩnh vực, công việc giải quyết theo cấp (2)", "/name", Kind::Text),
    ("Hồ sơ tiếp nhận: tổng số (3)", "/c3", Kind::Number),
    ("Tiếp nhận trực tuyến trong kỳ (4)", "/c4", Kind::Number),
    ("Tiếp nhận trực tiếp, bưu chính trong kỳ (5)", "/c5", Kind::Number),
    ("Từ kỳ trước (6)", "/c6", Kind::Number),
    ("Hồ sơ đã giải quyết: tổng số (7)", "/c7", Kind::Number),
    ("Trước hạn (8)", "/c8", Kind::Number),
    ("Đúng hạn (9)", "/c9", Kind::Number),
    ("Quá hạn (10)", "/c10", Kind::Number),
    ("Hồ sơ đang giải quyết: tổng số (11)", "/c11", Kind::Number),
    ("Trong hạn (12)", "/c12", Kind::Number),
    ("Quá hạn (13)", "/c13", Kind::Number),
];

/// A province with a department that is called `=1+1`, and what it settled in three months: 2 of 3, 1 of 2 and 1 of 1. Others
/// settled 0 of 1 in the first of them, or nothing.
fn province(app: &TestApp) -> Client {
    app.province();
    let root = app.root();
    let formula = json!({"name": "=1+1", "kind": "department", "parent": "H19", "valid_from": "2015-01-01"});
    root.put("/api/v1/organizations/H19.10", &formula).send().expect(201);
    for (organization, month, on_time, late) in [
        ("H19.10", "2021-06", 2, 1),
        ("H19.10", "2021-05", 1, 1),
        ("H19.10", "2020-06", 1, 0),
        ("H19.09.01", "2021-06", 0, 1),
    ] {
        push(&root, "dossiers", &settled(organization, month, on_time, late));
    }
    for (organization, percent) in [("H19.10", 66.6), ("H19.09", 99.996), ("H19.09.01", 4.5)] {
        let path = format!("/api/v1/organizations/{organization}/targets/on-time-dossiers/2021-06");
        root.put(&path, &json!({"percent": percent})).send().expect(201);
    }
    root
}

/// The rows of a CSV file by their headings, which follow a byte order mark.
#[track_caller]
fn csv_rows(answer: &Answer) -> Vec<BTreeMap<String, String>> {
    let text = answer.bytes().strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text);
    let headings = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        assert_eq!(record.len(), headings.len(), "{record:?}");
        headings.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// The rows of a spreadsheet by their headings, as another program reads them.
#[track_caller]
fn xlsx_rows(answer: &Answer) -> Vec<BTreeMap<String, Data>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(answer.bytes().to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let mut rows = range.rows();
    let headings: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
    rows.map(|row| headings.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

/// A path with another ending before its query.
fn ending(path: &str, ending: &str) -> String {
    let (operation, query) = path.split_once('?').unwrap();
    format!("/api/v1/{operation}{ending}?{query}")
}

/// A table as it is asked for by the end of the path, whatever `Accept` says, and by `Accept`: the same file.
#[track_caller]
fn file(client: &Client, path: &str, end: &str, media: &str) -> Answer {
    let named = client.get(&ending(path, end)).header("accept", "application/json").send().expect(200);
    let asked = client.get(&ending(path, "")).header("accept", media).send().expect(200);
    assert_eq!(named.bytes(), asked.bytes(), "{path}");
    for answer in [&named, &asked] {
        let kind = answer.header("content-type").unwrap();
        assert_eq!(kind.split(';').next(), Some(media), "{kind}");
        let saved = answer.header("content-disposition").unwrap();
        assert!(
            saved.starts_with("attachment; filename=\"") && saved.contains(&format!("{end}\"")),
            "{saved}"
        );
        let vary = answer.headers("vary").to_lowercase();
        assert!(vary.split(',').any(|name| name.trim() == "accept"), "{vary}");
    }
    asked
}

/// The word of a table for how a figure lies to its target.
fn in_vietnamese(attainment: &str) -> &'static str {
    match attainment {
        "met" => "Đạt",
        "near" => "Gần đạt",
        "missed" => "Không đạt",
        _ => "",
    }
}

/// A value as it must stand in CSV: a percentage with the decimals that it has, two at least; a text never as a formula.
fn in_csv(value: &Value, (_, place, kind): Column) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if place == "/attainment" => in_vietnamese(text).to_owned(),
        Value::String(text) if text.starts_with('=') => format!("'{text}"),
        Value::String(text) => text.clone(),
        number if kind == Kind::Percent => {
            let text = number.to_string();
            let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
            format!("{whole}.{fraction:0<2}")
        }
        number => number.to_string(),
    }
}

/// A percentage with no more decimals than it needs, and two at least: in its column it may have as many as its neighbour.
fn shortest(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}.{:0<2}", fraction.trim_end_matches('0'))
}

/// Whether a cell of a spreadsheet is a value: a number that is a number, a day that is a day, a percentage a share of one.
fn is_in_xlsx(cell: &Data, value: &Value, (_, place, kind): Column) -> bool {
    let near = |read: f64, told: f64| (read - told).abs() < 1e-9;
    match (cell, value) {
        (Data::Empty, Value::Null) => true,
        (Data::String(read), Value::String(text)) if place == "/attainment" => read == in_vietnamese(text),
        (Data::Empty, Value::String(text)) if place == "/attainment" => in_vietnamese(text).is_empty(),
        (Data::String(read), Value::String(text)) => kind == Kind::Text && read == text,
        (Data::DateTime(read), Value::String(text)) => {
            // Spreadsheet programs count days from 30 December 1899.
            let since = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
            let days = (text.parse::<NaiveDate>().unwrap() - since).num_days();
            kind == Kind::Day && near(read.as_f64(), f64::from(i32::try_from(days).unwrap()))
        }
        (Data::Float(read), Value::Number(told)) => {
            let told = told.as_f64().unwrap();
            near(*read, if kind == Kind::Percent { told / 100.0 } else { told })
        }
        _ => false,
    }
}

/// Holds both files of a path to items of the JSON, line by line.
#[track_caller]
fn expect_tables(client: &Client, path: &str, items: &[Value], columns: &[Column]) {
    let text = csv_rows(&file(client, path, ".csv", CSV));
    let sheet = xlsx_rows(&file(client, path, ".xlsx", XLSX));
    assert_eq!((text.len(), sheet.len()), (items.len(), items.len()), "{path}");
    for (item, (text, sheet)) in items.iter().zip(text.iter().zip(&sheet)) {
        for column in columns {
            let (heading, place, _) = *column;
            let value = item.pointer(place).unwrap_or_else(|| panic!("no {place} in {item}"));
            let read = text.get(heading).unwrap_or_else(|| panic!("no {heading} in {text:?}"));
            let read =
                if column.2 == Kind::Percent && !read.is_empty() { shortest(read) } else { read.clone() };
            assert_eq!(read, in_csv(value, *column), "{heading} of {item}");
            let cell = sheet.get(heading).cloned().unwrap_or_default();
            assert!(is_in_xlsx(&cell, value, *column), "{heading} of {item}: {cell:?}");
        }
    }
}

fn items(client: &Client, path: &str) -> Vec<Value> {
    let answer = client.get(&ending(path, "")).send().expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

on_both! {
    fn a_table_of_figures_holds_what_the_json_holds(app) {
        let root = province(app);
        let told = items(&root, FIGURES);
        // Two KPIs of five organizations below H19.
        assert_eq!(told.len(), 10);
        expect_tables(&root, FIGURES, &told, &OF_FIGURES);
        let rows = csv_rows(&file(&root, FIGURES, ".csv", CSV));
        let row = rows.iter().find(|row| row["Mã tổ chức"] == "H19.10").unwrap();
        // 2 of 3; the name is a text, and no formula that a spreadsheet program would calculate.
        assert_eq!((row["Tỷ lệ"].as_str(), row["Mục tiêu"].as_str(), row["Đánh giá"].as_str()), ("66.67", "66.600", "Đạt"));
        assert_eq!((row["Tổ chức"].as_str(), row["Chỉ tiêu"].as_str()), ("'=1+1", "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn"));
        let sheet = xlsx_rows(&file(&root, FIGURES, ".xlsx", XLSX));
        let row = sheet.iter().find(|row| row["Mã tổ chức"] == Data::String("H19.10".into())).unwrap();
        assert_eq!(row["Tổ chức"], Data::String("=1+1".into()), "as it is called, and a text by its kind");
    }

    fn a_table_of_a_ranking_holds_what_the_json_holds(app) {
        let root = province(app);
        let told = items(&root, RANKING);
        assert_eq!(told.len(), 5);
        expect_tables(&root, RANKING, &told, &OF_RANKINGS);
        let rows = csv_rows(&file(&root, RANKING, ".csv", CSV));
        let shown = |heading: &str| rows.iter().map(|row| row[heading].as_str()).collect::<Vec<_>>();
        // H19.10 is first; H19.09 and its division, 0 of 1 both, share the second place; the other two have none.
        assert_eq!(shown("Mã tổ chức"), ["H19.10", "H19.09", "H19.09.01", "H19.06", "H19.06.02"]);
        assert_eq!(shown("Hạng"), ["1", "2", "2", "", ""]);
        assert_eq!(shown("Bách phân vị"), ["100.00", "0.00", "0.00", "", ""]);
        assert_eq!(shown("Tổ chức")[0], "'=1+1");
        // From 50 to 66.67, and from 100 to 66.67; a minus is a number and stays one.
        assert_eq!((shown("Thay đổi so với kỳ trước (điểm %)")[0], shown("Thay đổi so với cùng kỳ (điểm %)")[0]), ("16.67", "-33.33"));
        // Departments are of one kind and divisions of another, in whatever words.
        let kinds = shown("Loại");
        assert!(kinds.iter().all(|kind| !kind.is_empty()), "{kinds:?}");
        assert_eq!((kinds[0], kinds[1], kinds[2]), (kinds[3], kinds[3], kinds[4]));
        assert_ne!(kinds[3], kinds[4]);
    }

    fn a_table_of_the_form_holds_what_the_json_holds_and_its_total(app) {
        let root = province(app);
        let answer = root.get(&ending(FORM, "")).send().expect(200).json();
        let mut told = answer["rows"].as_array().unwrap().clone();
        let mut total = answer["total"].clone();
        (total["key"], total["name"]) = (Value::Null, json!("Tổng cộng"));
        told.push(total);
        assert_eq!(told.len(), 4, "three departments and the total");
        expect_tables(&root, FORM, &told, &OF_THE_FORM);
        for end in ["procedure", "field"] {
            let path = format!("{FORM}&by={end}");
            let rows = csv_rows(&file(&root, &path, ".csv", CSV));
            // The three of H19.10 and the one of H19.09.01, of a procedure that is in no register.
            assert_eq!(rows.last().unwrap()["Hồ sơ tiếp nhận: tổng số (3)"], "4", "{end}");
        }
    }

    fn percentages_are_written_exactly(app) {
        let root = province(app);
        let rows = csv_rows(&file(&root, FIGURES, ".csv", CSV));
        let of = |organization: &str| {
            let own = |row: &&BTreeMap<String, String>| row["Mã tổ chức"] == organization && row["Mã chỉ tiêu"] == "on-time-dossiers";
            let row = rows.iter().find(own).unwrap();
            ["Tỷ lệ", "Mục tiêu"].map(|heading| row[heading].clone())
        };
        assert_eq!(of("H19.09"), ["0.00", "99.996"], "not 100.00, and not 99.99");
        assert_eq!(of("H19.09.01"), ["0.00", "4.500"], "with as many decimals as its neighbour");
        assert_eq!(of("H19.06"), ["", ""], "what is not known is not zero");
    }

    fn headings_are_vietnamese_and_lines_end_as_in_rfc_4180(app) {
        let root = province(app);
        for (path, first) in [(FIGURES, "Mã chỉ tiêu,Chỉ tiêu,Mã tổ chức,Tổ chức,Kỳ,"), (RANKING, "Hạng,"), (FORM, "TT (1),Mã,")] {
            let answer = file(&root, path, ".csv", CSV);
            assert!(answer.header("content-type").unwrap().contains("charset=utf-8"), "{path}");
            let text = answer.text();
            assert!(text.trim_start_matches('\u{feff}').starts_with(first), "{text}");
            assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count(), "{text:?}");
        }
    }

    fn without_a_word_the_answer_is_json_and_of_many_words_the_best_is_taken(app) {
        let root = province(app);
        for path in [FIGURES, RANKING, FORM] {
            let kind = |accept: &str| {
                let answer = root.get(&ending(path, "")).header("accept", accept).send().expect(200);
                answer.header("content-type").unwrap().split(';').next().unwrap().to_owned()
            };
            assert_eq!(kind("*/*"), "application/json");
            assert_eq!(kind("text/html, application/xhtml+xml, */*;q=0.8"), "application/json");
            assert_eq!(kind("text/csv;q=0.5, application/json;q=0.4"), CSV);
            assert_eq!(kind(&format!("{XLSX}, text/csv;q=0.9")), XLSX);
        }
    }

    fn what_is_in_no_form_is_not_acceptable(app) {
        let root = province(app);
        for path in [FIGURES, RANKING, FORM] {
            for accept in ["image/png", "application/pdf", "text/csv;q=0"] {
                let problem = root.get(&ending(path, "")).header("accept", accept).send().problem(406, "not-acceptable");
                for media in ["application/json", CSV, XLSX] {
                    assert!(problem["available"].as_array().unwrap().contains(&json!(media)), "{media} in {problem}");
                }
            }
            root.get(&ending(path, ".pdf")).send().problem(404, "not-found");
            // A wrong question is a problem in whatever form it is asked.
            let wrong = ending(path, ".xlsx").replace("2021-06", "2021-13");
            assert_eq!(root.get(&wrong).send().faults()[0].0, "period");
        }
        // An explanation is no table.
        let path = "/api/v1/figures/explain?kpi=on-time-dossiers&org=H19&period=2020";
        root.get(path).header("accept", CSV).send().problem(406, "not-acceptable");
    }
}
