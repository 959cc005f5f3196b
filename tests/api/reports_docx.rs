//! The report as a document: real headings, tables, footnotes, the form of NĐ 30/2020/NĐ-CP, and the same bytes each time.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

use crate::harness::Answer;
use crate::on_both;
use crate::reports::{path, year};

pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The parts of a document by their names, each well-formed.
pub fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let (mut text, name) = (String::new(), file.name().unwrap().into_owned());
        file.read_to_string(&mut text).unwrap();
        let mut reader = Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")), Event::Eof) {}
        parts.insert(name, text);
    }
    parts
}

/// The text of a part, a line for each paragraph, with a mark where a footnote is referred to.
pub fn lines(part: &str) -> Vec<String> {
    let mut reader = Reader::from_str(part);
    let (mut lines, mut inside) = (vec![String::new()], false);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(tag) => match tag.name().as_ref() {
                "w:t" => inside = true,
                "w:p" => lines.push(String::new()),
                _ => {}
            },
            Event::End(tag) => inside &= tag.name().as_ref() != "w:t",
            Event::Empty(tag) if tag.name().as_ref() == "w:footnoteReference" => {
                lines.last_mut().unwrap().push('*');
            }
            Event::Text(text) if inside => lines.last_mut().unwrap().push_str(&text.xml10_content()),
            Event::GeneralRef(name) if inside => {
                let name = name.xml10_content();
                lines
                    .last_mut()
                    .unwrap()
                    .push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap());
            }
            _ => {}
        }
    }
    lines.into_iter().filter(|line| !line.trim().is_empty()).collect()
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

fn is_document(answer: &Answer) -> bool {
    answer.header("content-type") == Some(DOCX)
        && answer.header("content-disposition").unwrap().starts_with("attachment; filename=")
}

on_both! {
    fn a_report_is_a_document_by_its_ending_or_by_accept_and_the_same_each_time(app) {
        let root = year(app);
        let named = root.get(&path(".docx")).send().expect(200);
        let asked = root.get(&path("")).header("accept", DOCX).send().expect(200);
        assert!(is_document(&named) && is_document(&asked));
        assert_eq!(named.bytes(), asked.bytes());
        app.clock.set("2026-03-05T08:00:00Z".parse().unwrap());
        let again = app.root().get(&path(".docx")).send().expect(200);
        assert_eq!(named.bytes(), again.bytes(), "no clock is in it");
        app.root().get(&path(".docx")).header("if-none-match", &named.etag()).send().expect(304);
        app.root().get(&path(".csv")).send().problem(404, "not-found");
        app.root().get(&path("")).header("accept", "text/csv").send().problem(406, "not-acceptable");
        let json = app.root().get(&path("")).header("accept", "application/*").send().expect(200);
        assert_eq!(json.header("content-type"), Some("application/json"));
    }

    fn a_document_has_the_form_of_an_administrative_one(app) {
        let root = year(app);
        let cover = json!({"above": "Ủy ban nhân dân tỉnh Đồng Nai", "number": "06", "symbol": "BC-SKHCN", "place": "Đồng Nai",
            "issued_on": "2020-02-05", "subject": "Tổng kết <Chỉ thị> & phong trào", "bases": ["Căn cứ Kế hoạch;"],
            "recipients": ["Sở Nội vụ", "Lưu: VT"], "signature": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "signer": "Đoàn Tấn Đạt"});
        root.put(&path("/cover"), &cover).send().expect(201);
        let written = json!({"paragraphs": ["# Ưu điểm", "- Một là", "Nhìn chung\ntốt."]});
        root.put(&path("/narratives/assessment"), &written).send().expect(201);
        let parts = parts(root.get(&path(".docx")).send().expect(200).bytes());
        let document = &parts["word/document.xml"];
        let text = lines(document);
        assert_eq!(text[..11], [
            "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI", "TỔ CHỨC H19.06",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
            // On one line, however many lines the agency's name takes.
            "Số: 06/BC-SKHCN", "Đồng Nai, ngày 05 tháng 02 năm 2020",
            "BÁO CÁO", "Tổng kết <Chỉ thị> & phong trào", "Căn cứ Kế hoạch;",
            "Tổ chức H19.06 báo cáo kết quả giai đoạn 2019 - 2020 như sau:\u{a0}(*)",
            "KHÁI QUÁT TÌNH HÌNH, TỔ CHỨC BỘ MÁY VÀ ĐỘI NGŨ",
        ]);
        assert_eq!(text[text.len() - 7..], [
            "Trên đây là báo cáo kết quả giai đoạn 2019 - 2020 của Tổ chức H19.06.", "Nơi nhận:", "- Sở Nội vụ;", "- Lưu: VT.", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Đoàn Tấn Đạt",
        ]);
        for line in ["Ưu điểm", "Một là", "Nhìn chung", "tốt."] {
            assert!(text.contains(&line.to_owned()), "{line}");
        }
        // A4 in twentieths of a point: 210 mm and 297 mm; 30 mm, 15 mm, 20 mm.
        assert!(document.contains(r#"<w:pgSz w:w="11906" w:h="16838"/>"#));
        assert!(document.contains(r#"<w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701""#));
        assert!(parts["word/styles.xml"].contains(r#"w:ascii="Times New Roman""#));
        assert!(parts["word/header1.xml"].contains(" PAGE ") && document.contains("<w:titlePg/>"));
        // Situation, guidance, results, other periods, assessment; nothing of what says nothing.
        assert_eq!(count(document, r#"<w:pStyle w:val="Heading1"/>"#), 5);
        assert_eq!(count(document, r#"<w:pStyle w:val="Heading2"/>"#), 1);
        // Each table but the two of the form has a heading row that stands on every page.
        let tables = ["units", "qualifications", "issuers", "directives", "results", "other-periods"].len();
        assert_eq!((count(document, "<w:tbl>"), count(document, "<w:tblHeader/>")), (tables + 2, tables));
    }

    fn what_is_to_be_done_is_a_second_division_beside_what_was_done(app) {
        let root = year(app);
        let written = json!({"paragraphs": ["# Phương hướng", "Đẩy mạnh.", "# Nhiệm vụ", "- Một là"]});
        root.put(&path("/narratives/directions"), &written).send().expect(201);
        let parts = parts(root.get(&path(".docx")).send().expect(200).bytes());
        let (document, styles) = (&parts["word/document.xml"], &parts["word/styles.xml"]);
        let text = lines(document);
        let at = |line: &str| text.iter().position(|other| other == line).unwrap_or_else(|| panic!("{line} in {text:#?}"));
        let first = at("PHẦN THỨ NHẤTĐánh giá kết quả thực hiện");
        let second = at("PHẦN THỨ HAIPhương hướng, nhiệm vụ và giải pháp trong thời gian tới");
        assert!(first < at("KHÁI QUÁT TÌNH HÌNH, TỔ CHỨC BỘ MÁY VÀ ĐỘI NGŨ") && at("SỐ LIỆU CỦA CÁC KỲ KHÁC") < second);
        assert_eq!(text[second + 1..second + 5], ["Phương hướng", "Đẩy mạnh.", "Nhiệm vụ", "Một là"]);
        // Two divisions, four parts in the first, and two sections in the second.
        let headings = [1, 2, 3].map(|level| count(document, &format!(r#"<w:pStyle w:val="Heading{level}"/>"#)));
        assert_eq!(headings, [2, 4, 2]);
        assert!(styles.contains(r#"w:styleId="Heading3""#));
    }

    fn a_printed_table_has_no_column_in_which_nothing_stands_and_says_months_and_counts(app) {
        let root = year(app);
        let parts = parts(root.get(&path(".docx")).send().expect(200).bytes());
        let text = lines(&parts["word/document.xml"]);
        let row = |first: &str, most: usize| {
            let at = text.iter().rposition(|line| line == first).unwrap_or_else(|| panic!("{first} in {text:#?}"));
            text[at..(at + most).min(text.len())].to_vec()
        };
        // 5 of 6 in 2020 and 1 of 2 in 2019; no target was set for 2019.
        let heading = ["TT", "Chỉ tiêu", "Mục tiêu (%)", "Đơn vị báo cáo (%)", "Tính từ hồ sơ: %, tử số/mẫu số", "Chênh lệch (điểm %)", "Đánh giá"];
        let results = text.iter().position(|line| line == "Chỉ tiêu năm 2020").unwrap();
        assert_eq!(text[results + 1..results + 8], heading);
        assert_eq!(text[results + 8..results + 16], [
            "1", "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn", "90", "80", "83,33", "5/6", "-3,33", "Không đạt",
        ]);
        assert_eq!(row("Chỉ tiêu của các năm trước trong giai đoạn", 12)[1..], [
            "TT", "Chỉ tiêu", "Kỳ", "Đơn vị báo cáo (%)", "Tính từ hồ sơ: %, tử số/mẫu số",
            "1", "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn", "Năm 2019", "60", "50", "1/2",
        ]);
        // Number and day in one cell, kind and subject in another.
        assert_eq!(row("16/CT-TTg", 4), ["16/CT-TTg", "16/5/2016", "Chỉ thị: Công tác dân vận", "Thủ tướng Chính phủ"]);
        assert_eq!(row("363-KH/TU", 5), ["363-KH/TU", "29/5/2020", "Kế hoạch: Công tác dân vận", "Tỉnh ủy", "30-CT/TU"]);
    }

    fn every_number_of_a_sentence_has_a_footnote_that_leads_to_its_explanation(app) {
        let root = year(app);
        let parts = parts(root.get(&path(".docx")).send().expect(200).bytes());
        let (document, footnotes) = (&parts["word/document.xml"], &parts["word/footnotes.xml"]);
        let text = lines(document);
        for line in [
            "Về cơ cấu tổ chức, đến ngày 31/12/2020 gồm: 01 phòng chuyên môn.\u{a0}(*)",
            "Tổng số biên chế được giao là 47, biên chế có mặt là 46 (ngày 30/6/2020).\u{a0}(*)",
            // Explained where the sentence before is: after the opening and the units, the third.
            "Tổng số công chức, viên chức và người lao động: 1.182 người, gồm: 02 Tiến sĩ; trong đó có 07 Đang học Tiến sĩ.\u{a0}(3)",
            "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn: đơn vị báo cáo 80% (ước), tính từ hồ sơ 83,33%; mục tiêu 90%: không đạt.\u{a0}(*)",
        ] {
            assert!(text.contains(&line.to_owned()), "{line} in {text:#?}");
        }
        let marks = count(document, "<w:footnoteReference ");
        let notes = lines(footnotes);
        assert_eq!(notes.len(), marks);
        // The footnote of the staff, and that of the bodies, each said once more.
        assert_eq!((count(document, "NOTEREF _Note3 "), count(document, "NOTEREF _Note5 "), count(document, "NOTEREF")), (1, 1, 2));
        for note in [
            "Sổ văn bản chỉ đạo: văn bản chỉ đạo đã triển khai, cơ quan ban hành.",
            "Năm 2020: số liệu đơn vị báo cáo (ước); tính từ hồ sơ: 5/6; mục tiêu được giao.",
        ] {
            assert!(notes.iter().any(|line| line.trim() == note), "{note} in {notes:#?}");
        }
        // Who has it on paper finds the report, and in it what every footnote says.
        let address = "http://127.0.0.1/api/v1/reports/mass-mobilization?org=H19.06&from=2019-01-01&to=2020-12-31";
        assert!(notes[0].ends_with(&format!("{address}.")), "{}", notes[0]);
        let links = &parts["word/_rels/footnotes.xml.rels"];
        assert!(links.contains(r#"Target="http://127.0.0.1/api/v1/figures/explain?kpi=on-time-dossiers&amp;org=H19.06&amp;period=2020&amp;scheme=calendar""#), "{links}");
        assert_eq!(count(links, "TargetMode=\"External\""), count(footnotes, "<w:hyperlink "));
    }
}
