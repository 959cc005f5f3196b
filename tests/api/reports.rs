//! The report on mass mobilization work: its parts, the figures in them, what a department writes, and its tables.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::small_province::{procedure, push, settled};

pub const STAGE: &str = "org=H19.06&from=2019-01-01&to=2020-12-31";
const REPORT: &str = "/api/v1/reports/mass-mobilization";

/// A path of the report of H19.06, 2019 – 2020.
pub fn path(of: &str) -> String {
    format!("{REPORT}{of}?{STAGE}")
}

/// Figures of a report by their keys.
pub fn figures(report: &Value) -> BTreeMap<String, Value> {
    let parts = report["parts"].as_array().unwrap().iter();
    let figures = parts.flat_map(|part| part["figures"].as_array().unwrap());
    let all: Vec<_> =
        figures.map(|figure| (figure["key"].as_str().unwrap().to_owned(), figure.clone())).collect();
    let count = all.len();
    let by_key: BTreeMap<_, _> = all.into_iter().collect();
    assert_eq!(by_key.len(), count, "two figures have one key");
    by_key
}

/// A part of a report.
pub fn part<'a>(report: &'a Value, key: &str) -> &'a Value {
    report["parts"].as_array().unwrap().iter().find(|part| part["part"] == key).unwrap()
}

fn texts(part: &Value) -> Vec<&str> {
    part["sentences"].as_array().unwrap().iter().map(|sentence| sentence["text"].as_str().unwrap()).collect()
}

/// What the department did: in 2020 it settled 3 of 4 dossiers on time, its division 2 of 2, in 2019 1 of 2; it states 80 % for 2020,
/// where 90 % was to be reached, and 60 % for 2019. Another department settled nothing on time.
pub fn year(app: &TestApp) -> Client {
    app.province();
    let root = app.root();
    push(&root, "dossiers", &settled("H19.06", "2020-06", 3, 1));
    push(&root, "dossiers", &settled("H19.06.02", "2020-05", 2, 0));
    push(&root, "dossiers", &settled("H19.06", "2019-06", 1, 1));
    push(&root, "dossiers", &settled("H19.09", "2020-06", 0, 5));
    let of =
        |what: &str, period: &str| format!("/api/v1/organizations/H19.06/{what}/on-time-dossiers/{period}");
    for (period, percent, status) in [("2020", 80, "estimate"), ("2019", 60, "final")] {
        let stated = json!({"percent": percent, "status": status});
        root.put(&of("reported-figures", period), &stated).send().expect(201);
    }
    root.put(&of("targets", "2020"), &json!({"percent": 90})).send().expect(201);
    let staffing = json!({"quota": 47, "present": 46, "total": 1182, "qualifications": [
        {"name": "Tiến sĩ", "count": 2}, {"name": "Đang học Tiến sĩ", "count": 7, "of_which": true}
    ]});
    root.put("/api/v1/organizations/H19.06/staffing/2020-06-30", &staffing).send().expect(201);
    let directive = |number: &str, issuer: &str, day: &str, public: bool| {
        json!({"number": number, "issuer": {"name": issuer}, "registered_by": "H19.06", "subject": "Công tác dân vận",
            "issued_on": day, "public": public})
    };
    let foreign = json!({"number": "9-CT/TU", "issuer": {"name": "Tỉnh ủy"}, "registered_by": "H19.09", "subject": "Việc khác",
        "issued_on": "2020-02-01"});
    let items = [
        directive("30-CT/TU", "Tỉnh ủy", "2015-02-14", true),
        directive("363-KH/TU", "Tỉnh ủy", "2020-05-29", false),
        directive("16/CT-TTg", "Thủ tướng Chính phủ", "2016-05-16", true),
        directive("1/CT-TTg", "Thủ tướng Chính phủ", "2021-01-04", true),
        foreign,
    ];
    push(&root, "directives", &items);
    let relation =
        json!({"from": {"number": "363-KH/TU"}, "kind": "implements", "to": {"number": "30-CT/TU"}});
    push(&root, "directive-relations", &[relation]);
    root
}

/// Rows of a table as CSV, without its headings.
fn csv(answer: &Answer) -> Vec<Vec<String>> {
    let text = answer.bytes().strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

on_both! {
    fn parts_stand_in_order_and_say_what_records_say(app) {
        let report = year(app).get(&path("")).send().expect(200).json();
        let keys: Vec<_> = report["parts"].as_array().unwrap().iter().map(|part| part["part"].as_str().unwrap()).collect();
        assert_eq!(keys, ["situation", "guidance", "results", "feedback", "emulation", "other_periods", "assessment", "directions"]);
        assert_eq!((&report["organization"], &report["name"], &report["period"]), (&json!("H19.06"), &json!("Tổ chức H19.06"), &json!("2020")));
        assert_eq!(
            texts(part(&report, "situation")),
            [
                "Về cơ cấu tổ chức, đến ngày 31/12/2020 gồm: 01 phòng chuyên môn.",
                "Tổng số biên chế được giao là 47, biên chế có mặt là 46 (ngày 30/6/2020).",
                "Tổng số công chức, viên chức và người lao động: 1.182 người, gồm: 02 Tiến sĩ; trong đó có 07 Đang học Tiến sĩ.",
            ]
        );
        // 1/CT-TTg came after the stage; 9-CT/TU is another's.
        let guidance = part(&report, "guidance");
        assert_eq!(texts(guidance)[..3], [
            "Đơn vị đã phổ biến, quán triệt và triển khai thực hiện 03 văn bản chỉ đạo của 02 cơ quan, trong đó:",
            "Tỉnh ủy: 02 văn bản;",
            "Thủ tướng Chính phủ: 01 văn bản.",
        ]);
        assert_eq!(guidance["tables"][1]["table"], "directives");
        let numbers: Vec<_> = guidance["tables"][1]["rows"].as_array().unwrap().iter().map(|row| (row[2].clone(), row[5].clone())).collect();
        assert_eq!(numbers, [
            (json!("16/CT-TTg"), Value::Null), (json!("30-CT/TU"), Value::Null), (json!("363-KH/TU"), json!("30-CT/TU")),
        ]);
        // Other readings of the same dossiers stand in the table only, since nobody states or asks for them.
        assert_eq!(texts(part(&report, "results")), [
            "Kết quả năm 2020 như sau:",
            // 5 of 6, and from 83.33 to 80.
            "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn: đơn vị báo cáo 80% (ước), tính từ hồ sơ 83,33%; mục tiêu 90%: không đạt.",
        ]);
        assert_eq!(part(&report, "results")["tables"][0]["rows"][0], json!([
            "on-time-dossiers", "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn", "2020", 90, 80, "ước", 83.33, 5, 6, -3.33, "Không đạt",
        ]));
    }

    fn every_figure_has_its_own_days_and_an_address_that_answers(app) {
        let root = year(app);
        let report = root.get(&path("")).send().expect(200).json();
        let figures = figures(&report);
        let of = |key: &str| {
            let figure = &figures[key];
            (figure["value"].clone(), figure["from"].as_str().unwrap().to_owned(), figure["to"].as_str().unwrap().to_owned())
        };
        let days = |value: Value, from: &str, to: &str| (value, from.to_owned(), to.to_owned());
        assert_eq!(of("situation.staffing.quota"), days(json!(47), "2020-06-30", "2020-06-30"));
        assert_eq!(of("guidance.directives"), days(json!(3), "2019-01-01", "2020-12-31"));
        assert_eq!(of("results.on-time-dossiers.reported"), days(json!(80), "2020-01-01", "2020-12-31"));
        assert_eq!(of("results.on-time-dossiers.computed"), days(json!(83.33), "2020-01-01", "2020-12-31"));
        assert_eq!(of("other_periods.on-time-dossiers.2019.reported"), days(json!(60), "2019-01-01", "2019-12-31"));
        assert_eq!(of("other_periods.on-time-dossiers.2019.computed"), days(json!(50), "2019-01-01", "2019-12-31"));
        for (key, figure) in &figures {
            let answer = root.get(figure["source"].as_str().unwrap()).send();
            assert_eq!(answer.status, 200, "{key}: {}", answer.text());
        }
        // The explanation of a figure says the same.
        let explained = root.get(figures["results.on-time-dossiers.computed"]["source"].as_str().unwrap()).send().expect(200).json();
        assert_eq!((&explained["percent"], &explained["numerator"]["sum"], &explained["denominator"]["sum"]), (&json!(83.33), &json!(5), &json!(6)));
        // Every figure of a sentence is one of its part, and its text holds it.
        for part in report["parts"].as_array().unwrap() {
            for sentence in part["sentences"].as_array().unwrap() {
                for key in sentence["figures"].as_array().unwrap() {
                    assert!(figures.contains_key(key.as_str().unwrap()), "{sentence}");
                }
            }
        }
    }

    fn that_nothing_was_filed_online_is_said_of_years_with_dossiers_only(app) {
        let root = year(app);
        push(&root, "procedures", &[procedure("P2", &["H19.06"], "3")]);
        let known = figures(&root.get(&path("").replace("2019-01-01", "2017-01-01")).send().expect(200).json());
        // 2 dossiers of 2019 and 6 of 2020, all by hand: none of the one procedure that is online.
        assert_eq!(known["other_periods.procedures-with-online-dossiers.2019.computed"]["value"], 0);
        assert_eq!(known["results.procedures-with-online-dossiers.computed"]["value"], 0);
        for year in [2017, 2018] {
            assert!(!known.contains_key(&format!("other_periods.procedures-with-online-dossiers.{year}.computed")), "{year}");
            // What procedures say themselves is said of every year: at level 4 are none of one, at level 3 or 4 one of one.
            assert_eq!(known[&format!("other_periods.online-service-level-4.{year}.computed")]["value"], 0);
            assert_eq!(known[&format!("other_periods.online-service-level-3-4.{year}.computed")]["value"], 100);
        }
    }

    fn the_days_decide_which_period_is_stated(app) {
        let root = year(app);
        let ask = |days: &str| root.get(&format!("{REPORT}?org=H19.06&{days}")).send();
        let half = ask("from=2020-01-01&to=2020-06-30").expect(200).json();
        assert_eq!(half["period"], "2020-H1");
        let known = figures(&half);
        assert_eq!(known["results.on-time-dossiers.computed"]["value"], 83.33);
        assert!(!known.contains_key("results.on-time-dossiers.reported"), "80 % was stated of the year");
        let nd09 = ask("from=2019-12-15&to=2020-12-14&scheme=nd09").expect(200).json();
        assert_eq!(figures(&nd09)["results.on-time-dossiers.computed"]["value"], 83.33);
        ask("from=2020-01-01&to=2020-12-30").problem(422, "report-period");
        assert_eq!(ask("from=2020-12-31&to=2020-01-31").faults(), [("to".to_owned(), "out-of-range".to_owned())]);
        assert_eq!(ask("from=2010-01-01&to=2012-12-31").faults(), [("to".to_owned(), "not-found".to_owned())], "it was not there yet");
        assert_eq!(ask("from=2020-01-01").faults(), [("to".to_owned(), "required".to_owned())]);
        ask("from=2020-01-01&to=2020-12-31&year=2020").problem(422, "invalid-request");
    }

    fn who_does_not_reach_the_organization_has_no_report_of_it(app) {
        year(app);
        let other = app.caller("other", "H19.09", "reports:read reports:write");
        let absent = |of: &str| path(of).replace("H19.06", "H19.77");
        for of in ["", "/tables/results", "/cover", "/narratives/situation"] {
            let (foreign, absent) = (other.get(&path(of)).send().expect(404).json(), other.get(&absent(of)).send().expect(404).json());
            assert_eq!((&foreign["code"], &foreign["detail"]), (&absent["code"], &absent["detail"]), "{of}");
        }
        other.put(&path("/narratives/situation"), &json!({"paragraphs": ["Của người khác."]})).send().problem(404, "not-found");
        // What is not public and not of the own subtree is not named either, nor is the organization above.
        let own = other.get(&path("").replace("H19.06", "H19.09")).send().expect(200);
        let text = own.text();
        assert!(text.contains("9-CT/TU") && !text.contains("30-CT/TU") && !text.contains("363-KH/TU"), "{text}");
        app.caller("reader", "H19.06", "kpis:read directives:read").get(&path("")).send().problem(403, "insufficient-scope");
    }

    fn what_a_department_writes_stands_in_its_report_under_its_version(app) {
        let root = year(app);
        let place = path("/narratives/situation");
        root.get(&place).send().problem(404, "not-found");
        let first = root.put(&place, &json!({"paragraphs": ["# Đánh giá", "- Một là …", "  Sở đã làm.  "]})).send().expect(201);
        assert_eq!(first.json(), json!({"paragraphs": ["# Đánh giá", "- Một là …", "Sở đã làm."]}));
        assert_eq!(root.get(first.header("location").unwrap()).send().expect(200).etag(), first.etag());
        root.put(&place, &json!({"paragraphs": []})).send().problem(428, "condition-required");
        let second = root.put(&place, &json!({"paragraphs": ["Sở đã làm nhiều."]})).if_match(&first.etag()).send().expect(200);
        root.put(&place, &json!({"paragraphs": []})).if_match(&first.etag()).send().problem(412, "version-mismatch");
        let same = root.put(&place, &json!({"paragraphs": ["Sở đã làm nhiều."]})).if_match(&second.etag()).send().expect(200);
        assert_eq!(same.etag(), second.etag());
        let report = root.get(&path("")).send().expect(200).json();
        assert_eq!(part(&report, "situation")["narrative"], json!({"version": 2, "paragraphs": ["Sở đã làm nhiều."]}));
        assert_eq!(part(&report, "assessment")["narrative"], Value::Null);
        // Of other days it is another report.
        let other = root.get(&path("").replace("2019-01-01", "2020-01-01")).send().expect(200).json();
        assert_eq!(part(&other, "situation")["narrative"], Value::Null);
        root.get(&path("/narratives/nothing")).send().problem(404, "not-found");
        let long = "x".repeat(10_001);
        let faults = root.put(&path("/narratives/results"), &json!({"paragraphs": [" ", long]})).send().faults();
        assert_eq!(faults.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), ["/paragraphs/0", "/paragraphs/1"]);
    }

    fn a_cover_is_kept_and_shown(app) {
        let root = year(app);
        let cover = json!({"symbol": "BC-SKHCN", "place": "Đồng Nai", "subject": "Tổng kết", "bases": ["Căn cứ Kế hoạch"],
            "recipients": ["Sở Nội vụ"], "signature": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "signer": "Đoàn Tấn Đạt"});
        let kept = root.put(&path("/cover"), &cover).send().expect(201);
        let report = root.get(&path("")).send().expect(200).json();
        assert_eq!((&report["cover"], &report["subject"]), (&kept.json(), &json!("Tổng kết")));
        assert_eq!(kept.json()["issued_on"], Value::Null);
        let mut dated = cover.clone();
        dated["issued_on"] = json!("2020-13-01");
        assert_eq!(root.put(&path("/cover"), &dated).if_match(&kept.etag()).send().faults(), [("/issued_on".to_owned(), "date-invalid".to_owned())]);
    }

    fn every_table_is_there_alone_as_json_csv_and_xlsx(app) {
        let root = year(app);
        let report = root.get(&path("")).send().expect(200).json();
        let tables = report["parts"].as_array().unwrap().iter().flat_map(|part| part["tables"].as_array().unwrap());
        let mut seen = Vec::new();
        for table in tables {
            let key = table["table"].as_str().unwrap();
            seen.push(key);
            let alone = root.get(&path(&format!("/tables/{key}"))).send().expect(200).json();
            assert_eq!(&alone, table);
            let rows = csv(&root.get(&path(&format!("/tables/{key}.csv"))).send().expect(200));
            assert_eq!(rows.len(), table["rows"].as_array().unwrap().len(), "{key}");
            let sheet = root.get(&path(&format!("/tables/{key}.xlsx"))).send().expect(200);
            assert!(sheet.bytes().starts_with(b"PK"), "{key}");
        }
        assert_eq!(seen, ["units", "qualifications", "issuers", "directives", "results", "other-periods"]);
        let rows = csv(&root.get(&path("/tables/results.csv")).send().expect(200));
        assert_eq!(rows[0][3..], ["90.00", "80.00", "ước", "83.33", "5", "6", "-3.33", "Không đạt"]);
        let none = root.get(&path("/tables/tasks")).send().expect(200).json();
        assert_eq!(none["rows"], json!([]));
        root.get(&path("/tables/nothing")).send().problem(404, "not-found");
    }
}
