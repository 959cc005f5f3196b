//! Document numbers found in texts: what a short text and a whole report answer, and what never fails.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::http::escaped;
use crate::on_both;

const PARSE: &str = "/api/v1/document-numbers/parse";
/// Every citation of the 2020 report, in words of our own.
const REPORT: &str = include_str!("../../examples/dong-nai-2020/document-numbers/parse.json");

fn reader(app: &TestApp) -> Client {
    app.caller("i-office", "H19.06", "directives:read")
}

fn asked(client: &Client, text: &str) -> Answer {
    client.get(&format!("{PARSE}?text={}", escaped(text))).send()
}

fn posted(client: &Client, text: &str) -> Answer {
    client.post(PARSE, &json!({ "text": text })).send()
}

on_both! {
    fn a_number_is_read_with_everything_it_says(app) {
        let reader = reader(app);
        let found = asked(&reader, "Căn cứ Kế hoạch số 155/KH-TU vào ngày 03/03/2014").expect(200).json();
        let position = json!({"offset": 19, "length": 9});
        let warnings = json!(["miswritten_separators", "year_ambiguous"]);
        assert_eq!(found, json!({"complete": true, "items": [{
            "family": "party", "number": "155", "year": 2014, "year_from": "date", "type": "KH", "type_name": "Kế hoạch",
            "issuers": ["TU"], "unit": null, "canonical": "155-KH/TU", "date": "2014-03-03", "as_written": "155/KH-TU",
            "position": position, "warnings": warnings,
            "occurrences": [{"as_written": "155/KH-TU", "position": position, "date": "2014-03-03", "warnings": warnings}]
        }]}));
        assert_eq!(posted(&reader, "Căn cứ Kế hoạch số 155/KH-TU vào ngày 03/03/2014").expect(200).json(), found);
        let letter = asked(&reader, "văn bản số 2055/SNV-TCCQ ngày 04/6/2020").expect(200).json()["items"][0].clone();
        let parts = ["family", "type", "issuers", "unit", "year"].map(|name| letter[name].clone());
        assert_eq!(parts, [json!("letter"), json!("CV"), json!(["SNV"]), json!("TCCQ"), json!(2020)]);
    }

    fn what_the_report_cites_is_found_and_nothing_else(app) {
        let found = reader(app).request("POST", PARSE).bytes("application/json", REPORT.as_bytes()).send().expect(200);
        let canonical = [
            "/BC-SKHCN", "30-CT/TU", "363-KH/TU", "2055/SNV-TCCQ", "25/2015/QĐ-UBND", "772/QĐ-UBND", "18-NQ/TW", "19-NQ/TW",
            "18/2000/CT-TTg", "217-QĐ/TW", "218-QĐ/TW", "290-QĐ/TW", "768-QĐ/TU", "65-TB/TW", "30-CT/TW", "08/2014/NĐ-CP",
            "155-KH/TU", "03-CT/TW", "03-KH/TW", "2352-KH/BDVTW-BCSĐCP", "34/2007/PL-UBTVQH11", "04/2015/NĐ-CP", "164-KH/TU",
            "25-NQ/TW", "60/2013/NĐ-CP", "01/2016/TT-BNV", "16/CT-TTg", "1744/2014/QĐ-UBND", "34-KH/TU", "37-TTr/TU", "02-HD/TU",
            "2583/KH-UBND", "30c/NQ-CP", "2014/QĐ-UBND",
        ];
        assert_eq!(found.each("canonical"), canonical);
        let items = found.json()["items"].clone();
        let of = |canonical: &str| {
            let found = items.as_array().unwrap().iter().find(|item| item["canonical"] == canonical);
            found.unwrap_or_else(|| panic!("no {canonical}")).clone()
        };
        assert_eq!(of("30-CT/TU")["occurrences"].as_array().map(Vec::len), Some(5));
        let spellings = of("16/CT-TTg")["occurrences"].clone();
        let spellings: Vec<&Value> = spellings.as_array().unwrap().iter().map(|one| &one["as_written"]).collect();
        assert_eq!(spellings, ["16/CT-TTg", "16/2016/CT-TTg"]);
        let late = of("2014/QĐ-UBND");
        assert_eq!((&late["number"], &late["year"]), (&json!("2014"), &json!(2016)));
        assert_eq!(late["warnings"], json!(["number_like_year"]));
        assert_eq!((&of("37-TTr/TU")["type_name"], &of("37-TTr/TU")["warnings"]), (&json!("Thông tri"), &json!(["cue_conflict"])));
        assert_eq!(of("218-QĐ/TW")["as_written"], "217, 218-QĐ/TW");
        assert_eq!((&of("/BC-SKHCN")["number"], &of("/BC-SKHCN")["family"]), (&Value::Null, &json!("draft")));
    }

    fn positions_count_characters_of_the_text_that_was_sent(app) {
        // Two code points beyond the first plane, an e in three parts, a soft hyphen, and Ð for Đ.
        let text = "\u{1F600}\u{1F600} Quye\u{302}\u{301}t định số 20/2020/Q\u{D0}\u{2011}T\u{AD}Tg.";
        let item = posted(&reader(app), text).expect(200).json()["items"][0].clone();
        assert_eq!((&item["canonical"], &item["type_name"]), (&json!("20/2020/QĐ-TTg"), &json!("Quyết định")));
        let place = |name: &str| usize::try_from(item["position"][name].as_u64().unwrap()).unwrap();
        let piece: String = text.chars().skip(place("offset")).take(place("length")).collect();
        assert_eq!((piece.as_str(), &item["as_written"]), ("20/2020/Q\u{D0}\u{2011}T\u{AD}Tg", &json!(piece)));
    }

    fn any_text_is_answered(app) {
        let reader = reader(app);
        let nothing = json!({"complete": true, "items": []});
        for text in ["", " ", "\0", "a\r\nb\u{200B}\u{202E}\u{FEFF}\u{FFFD}", "BIEN/4b 15/10 2015-2020 000.00.15.H19 14/2/2015", "số / -"] {
            assert_eq!(asked(&reader, text).expect(200).json(), nothing, "{text:?}");
            assert_eq!(posted(&reader, text).expect(200).json(), nothing, "{text:?}");
        }
        assert_eq!(reader.get(&format!("{PARSE}?text=%FF%00")).send().expect(200).json(), nothing);
        for piece in ["1", "số 1/QĐ-UBND ngày ", "1, ", "\u{300}", "1/QĐ-A "] {
            let text = piece.repeat(900_000 / piece.len());
            let found = posted(&reader, &text).expect(200).json();
            assert!(found["items"].as_array().unwrap().len() <= 2, "{piece}");
        }
    }

    fn more_numbers_than_one_answer_holds_are_told_of(app) {
        let text = (1..=6_000).map(|n| format!("{n}/QĐ-UBND")).collect::<Vec<_>>().join(" ");
        let found = posted(&reader(app), &text).expect(200).json();
        assert_eq!((found["items"].as_array().map(Vec::len), &found["complete"]), (Some(5_000), &json!(false)));
    }

    fn what_is_not_right_is_refused_with_its_place(app) {
        let reader = reader(app);
        let fault = |place: &str, code: &str| vec![(place.to_owned(), code.to_owned())];
        assert_eq!(asked(&reader, &"a".repeat(2_001)).faults(), fault("text", "wrong-length"));
        asked(&reader, &"a".repeat(2_000)).expect(200);
        assert_eq!(reader.get(PARSE).send().faults(), fault("text", "required"));
        assert_eq!(reader.get(&format!("{PARSE}?text=a&year=2016")).send().faults(), fault("year", "unknown-name"));
        assert_eq!(reader.post(PARSE, &json!({})).send().faults(), fault("/text", "required"));
        assert_eq!(reader.post(PARSE, &json!({"text": 30})).send().faults(), fault("/text", "wrong-type"));
        assert_eq!(reader.post(PARSE, &json!({"text": "", "year": "\u{200B}"})).send().faults().len(), 2);
        posted(&reader, &"a".repeat(1024 * 1024)).problem(413, "body-too-large");
        let other = app.caller("ann", "*", "directives:write records:read");
        asked(&other, "30-CT/TU").problem(403, "insufficient-scope");
        posted(&other, "30-CT/TU").problem(403, "insufficient-scope");
    }
}
