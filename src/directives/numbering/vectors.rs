//! Numbers as they are really written, and what looks like one and is none: every citation of the 2020 report, and more.

#[cfg(test)]
mod tests {
    use crate::directives::numbering::documents::{Cited, documents};
    use crate::directives::numbering::model::{DocumentNumber, Mention, NumberWarning, YearSource};
    use crate::directives::numbering::scan::{MOST_MENTIONS, mentions, only};

    /// The citations of the 2020 report, in its order, with the words around them.
    const REPORT: &str = include_str!("../../../examples/dong-nai-2020/document-numbers/parse.json");

    /// One a line.
    const NO_NUMBERS: &str = "BIEN/4b
15/10
14/2/2015
2020/06/20
3, 4
2015-2020
2015 - 2020
000.00.15.H19
000.00.06.H19-200615-0001
24/7
Covid-19
QCVN 102:2016/BTTTT
TCVN ISO/IEC 17025:2017
ISO 9001:2015
II.06a/VPCP/KSTT
https://dost-dongnai.gov.vn/12/QĐ-UBND
Mẫu số 01/BC-SKHCN
10/Người-tháng
số 15/KP2
12/AB-CD-0001
12-DA-PMU
Hợp đồng số 01/HĐ-KHCN/2020
0/QĐ-UBND
1234567/QĐ-UBND
12ab/QĐ-UBND
12/QĐ
12/2015/QĐ
12/UBND
30-CT
Chỉ thị 05
Nghị quyết TW 4 khóa XI, XII
số điện thoại 0251-3822-297
100%
H19.06/QĐ-UBND
1.744/QĐ-UBND
một số /các
Tổng số/TB-LD
phòng 3 - A/B
Số
số /
số -
Số /BC
/BC-SKHCN
QĐ-UBND

12/
12-
9/A-B";

    fn report() -> String {
        let body: serde_json::Value = serde_json::from_str(REPORT).unwrap();
        body["text"].as_str().unwrap().to_owned()
    }

    fn cited(text: &str) -> Vec<Cited> {
        documents(mentions(text).mentions)
    }

    /// Family, number, year, type, issuers, unit and canonical form, in one line.
    fn line(number: &DocumentNumber, canonical: &str) -> String {
        let or = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let year = number.year.map(|year| year.to_string());
        let parts = [
            number.family.as_str().to_owned(),
            or(number.number.as_deref()),
            or(year.as_deref()),
            or(number.type_symbol()),
            number.issuers.join("+"),
            or(number.unit.as_deref()),
            canonical.to_owned(),
        ];
        parts.join(" ")
    }

    fn warned(warnings: &[NumberWarning]) -> String {
        warnings.iter().map(NumberWarning::as_str).collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Option<(String, String)> {
        only(text)
            .map(|mention| (line(&mention.number, &mention.number.canonical()), warned(&mention.warnings)))
    }

    fn found(text: &str) -> Vec<String> {
        mentions(text).mentions.into_iter().map(|mention| mention.number.canonical()).collect()
    }

    #[test]
    fn the_report_cites_thirty_four_documents_and_nothing_else() {
        let expected = [
            "draft - 2020 BC SKHCN - /BC-SKHCN|",
            "party 30 2015 CT TU - 30-CT/TU|",
            "party 363 2020 KH TU - 363-KH/TU|",
            "letter 2055 2020 CV SNV TCCQ 2055/SNV-TCCQ|",
            "normative 25 2015 QĐ UBND - 25/2015/QĐ-UBND|",
            "state 772 2019 QĐ UBND - 772/QĐ-UBND|",
            "party 18 - NQ TW - 18-NQ/TW|",
            "party 19 - NQ TW - 19-NQ/TW|",
            "normative 18 2000 CT TTg - 18/2000/CT-TTg|",
            "party 217 - QĐ TW - 217-QĐ/TW|list_expanded",
            "party 218 - QĐ TW - 218-QĐ/TW|list_expanded",
            "party 290 - QĐ TW - 290-QĐ/TW|",
            "party 768 - QĐ TU - 768-QĐ/TU|",
            "party 65 2010 TB TW - 65-TB/TW|",
            "party 30 1998 CT TW - 30-CT/TW|",
            "normative 08 2014 NĐ CP - 08/2014/NĐ-CP|",
            "party 155 2014 KH TU - 155-KH/TU|miswritten_separators year_ambiguous",
            "party 03 2011 CT TW - 03-CT/TW|",
            "party 03 2011 KH TW - 03-KH/TW|",
            "party 2352 2019 KH BDVTW+BCSĐCP - 2352-KH/BDVTW-BCSĐCP|",
            "normative 34 2007 PL UBTVQH11 - 34/2007/PL-UBTVQH11|",
            "normative 04 2015 NĐ CP - 04/2015/NĐ-CP|",
            "party 164 2014 KH TU - 164-KH/TU|",
            "party 25 2013 NQ TW - 25-NQ/TW|",
            "normative 60 2013 NĐ CP - 60/2013/NĐ-CP|",
            "normative 01 2016 TT BNV - 01/2016/TT-BNV|",
            "state 16 2016 CT TTg - 16/CT-TTg|year_unexpected",
            "normative 1744 2014 QĐ UBND - 1744/2014/QĐ-UBND|year_unexpected",
            "party 34 2016 KH TU - 34-KH/TU|",
            "party 37 - TTr TU - 37-TTr/TU|cue_conflict",
            "party 02 2015 HD TU - 02-HD/TU|",
            "state 2583 2020 KH UBND - 2583/KH-UBND|",
            "state 30c 2011 NQ CP - 30c/NQ-CP|",
            "state 2014 2016 QĐ UBND - 2014/QĐ-UBND|number_like_year",
        ];
        let of =
            |cited: &Cited| format!("{}|{}", line(&cited.number, &cited.canonical), warned(&cited.warnings));
        let all = cited(&report());
        assert_eq!(all.iter().map(of).collect::<Vec<_>>(), expected);
        let times =
            |canonical: &str| all.iter().find(|one| one.canonical == canonical).map(|one| one.mentions.len());
        let count = ["30-CT/TU", "18/2000/CT-TTg", "04/2015/NĐ-CP", "25-NQ/TW", "16/CT-TTg"].map(times);
        assert_eq!(count, [5, 2, 3, 2, 2].map(Some));
        let names = all.iter().filter_map(|one| one.number.kind.map(|kind| kind.name)).collect::<Vec<_>>();
        assert_eq!((names[29], names.len()), ("Thông tri", 34));
    }

    #[test]
    fn what_was_read_stands_where_it_says() {
        let text = format!("\u{1F600} n\u{301} {}", report());
        let chars: Vec<char> = text.chars().collect();
        for Mention { as_written, position, .. } in mentions(&text).mentions {
            let piece: String = chars[position.offset..position.offset + position.length].iter().collect();
            assert_eq!(piece, as_written);
        }
    }

    #[test]
    fn numbers_of_every_form_are_read() {
        for (text, expected, warnings) in [
            ("45/2013/QH13", "assembly 45 2013 - QH13 - 45/2013/QH13", ""),
            ("1662/NQ-UBTVQH15", "state 1662 - NQ UBTVQH15 - 1662/NQ-UBTVQH15", ""),
            ("20/2020/Q\u{D0}-TTg", "normative 20 2020 QĐ TTg - 20/2020/QĐ-TTg", ""),
            ("34 – KH/TU", "party 34 - KH TU - 34-KH/TU", ""),
            ("36a/NQ-CP", "state 36a - NQ CP - 36a/NQ-CP", ""),
            ("05/HD-VPTW", "party 05 - HD VPTW - 05-HD/VPTW", "miswritten_separators"),
            ("7816/VPCP-TTĐT", "letter 7816 - CV VPCP TTĐT 7816/VPCP-TTĐT", ""),
            ("08-QĐi/TW", "party 08 - QĐi TW - 08-QĐi/TW", ""),
            ("06/GM-SKHCN", "state 06 - GM SKHCN - 06/GM-SKHCN", ""),
            ("23/2011/TTLT-BTC-BNV", "normative 23 2011 TTLT BTC+BNV - 23/2011/TTLT-BTC-BNV", ""),
            ("2231/SNV-CCHC&PC", "letter 2231 - CV SNV CCHC&PC 2231/SNV-CCHC&PC", ""),
            ("12-QĐ/UBND", "state 12 - QĐ UBND - 12/QĐ-UBND", "miswritten_separators"),
            ("123-CV/BTGTU-TH", "party 123 - CV BTGTU TH 123-CV/BTGTU-TH", ""),
            ("12/CV-UBND", "letter 12 - CV UBND - 12/CV-UBND", ""),
            ("8/QD-UBND", "state 8 - QĐ UBND - 08/QĐ-UBND", ""),
            ("30c/nq-cp", "state 30C - NQ CP - 30c/NQ-CP", ""),
            ("16/2016/ct-ttg", "normative 16 2016 CT TTg - 16/2016/CT-TTg", "year_unexpected"),
            ("12/2020/KH-UBND", "state 12 2020 KH UBND - 12/2020/KH-UBND", "year_unexpected"),
            ("1234/CT-TTHT", "state 1234 - CT TTHT - 1234/CT-TTHT", "type_ambiguous"),
            ("2117/QĐ-BNN-TCTS", "state 2117 - QĐ BNN TCTS 2117/QĐ-BNN-TCTS", ""),
            ("05/2019/KDTM-ST", "normative 05 2019 KDTM ST - 05/2019/KDTM-ST", "type_ambiguous"),
            ("03/2013/L-CTN", "normative 03 2013 L CTN - 03/2013/L-CTN", ""),
            (
                "403/2017/NQLT-CP-UBTVQH14",
                "normative 403 2017 NQLT CP+UBTVQH14 - 403/2017/NQLT-CP-UBTVQH14",
                "",
            ),
            ("30-CT-TU", "party 30 - CT TU - 30-CT/TU", "miswritten_separators"),
            ("30/CT/TU", "party 30 - CT TU - 30-CT/TU", "miswritten_separators"),
            ("772-QĐ-UBND", "state 772 - QĐ UBND - 772/QĐ-UBND", "miswritten_separators"),
            ("Số: …/QĐ-UBND", "draft - - QĐ UBND - /QĐ-UBND", ""),
            ("Số      /2020/QĐ-UBND", "draft - 2020 QĐ UBND - /2020/QĐ-UBND", ""),
            ("Số -BC/ĐU", "draft - - BC ĐU - -BC/ĐU", ""),
        ] {
            assert_eq!(read(text), Some((expected.to_owned(), warnings.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_canonical_form_reads_as_itself() {
        let text = format!("{} 2055/SNV-TCCQ 45/2013/QH13 12-CV/TU", report());
        for one in cited(&text).into_iter().filter(|one| one.number.number.is_some()) {
            let again = only(&one.canonical).unwrap_or_else(|| panic!("{}", one.canonical));
            assert_eq!(again.number.canonical(), one.canonical);
            assert_eq!(again.number.issuers, one.number.issuers);
        }
    }

    #[test]
    fn the_word_before_tells_what_the_symbol_does_not() {
        for (text, expected, name, warnings) in [
            ("Báo cáo thẩm định số 18/BCTĐ-STP", "state 18 - BCTĐ STP - 18/BCTĐ-STP", "Báo cáo", ""),
            ("Công văn số 1234/CT-TTHT", "letter 1234 - CV CT TTHT 1234/CT-TTHT", "Công văn", ""),
            ("Kế hoạch số 12/SKHCN-VP", "state 12 - KH SKHCN VP 12/SKHCN-VP", "Kế hoạch", "cue_conflict"),
            ("Nghị định số 12/CP", "state 12 - NĐ CP - 12/CP", "Nghị định", ""),
            ("Luật số: 29/2013/QH13", "assembly 29 2013 - QH13 - 29/2013/QH13", "Luật", ""),
            ("Nghị quyết số 56/2017/QH14", "assembly 56 2017 NQ QH14 - 56/2017/QH14", "Nghị quyết", ""),
            ("Quy định số 08-QĐ/TW", "party 08 - QĐ TW - 08-QĐ/TW", "Quy định", ""),
            ("Thông tri số 37-TTr/TU", "party 37 - TTr TU - 37-TTr/TU", "Thông tri", "cue_conflict"),
            ("Tờ trình số 37-TTr/TU", "party 37 - TTr TU - 37-TTr/TU", "Tờ trình", ""),
            ("Chỉ thị số 12/KH-UBND", "state 12 - KH UBND - 12/KH-UBND", "Chỉ thị", "cue_conflict"),
            ("văn bản số 12/UBND", "letter 12 - CV UBND - 12/UBND", "Công văn", ""),
            ("báo cáo số 45/BC", "state 45 - BC  - 45/BC", "Báo cáo", ""),
        ] {
            let all = mentions(text).mentions;
            let [mention] = all.as_slice() else { panic!("{text}: {all:?}") };
            let got = line(&mention.number, &mention.number.canonical());
            let kind = mention.number.kind.map(|kind| kind.name);
            assert_eq!(
                (got.as_str(), kind, warned(&mention.warnings).as_str()),
                (expected, Some(name), warnings),
                "{text}"
            );
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for text in NO_NUMBERS.lines() {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_list_shares_its_symbol_unless_other_words_stand_before_it() {
        assert_eq!(found("Quyết định số 217,218 và 219-QĐ/TW"), ["217-QĐ/TW", "218-QĐ/TW", "219-QĐ/TW"]);
        assert_eq!(found("các Nghị quyết số 18, 19-NQ/TW ngày 25/10/2017"), ["18-NQ/TW", "19-NQ/TW"]);
        assert_eq!(found("Quyết định số 12, 13/QĐ-UBND"), ["12/QĐ-UBND", "13/QĐ-UBND"]);
        assert_eq!(found("217, 218-QĐ/TW"), ["217-QĐ/TW", "218-QĐ/TW"]);
        assert_eq!(found("Điều 3, 30-CT/TU"), ["30-CT/TU"]);
        assert_eq!(found("năm 2015, 218-QĐ/TW"), ["218-QĐ/TW"]);
        assert_eq!(found("Quyết định số 12/QĐ-UBND, 13/QĐ-UBND"), ["12/QĐ-UBND", "13/QĐ-UBND"]);
        let long = (1..=60).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
        assert_eq!(found(&format!("Quyết định số {long}-QĐ/TW")), ["60-QĐ/TW"]);
        let all = mentions("Quyết định 217, 218-QĐ/TW ngày 12/12/2013").mentions;
        assert!(all.iter().all(|one| one.as_written == "217, 218-QĐ/TW" && one.number.year == Some(2013)));
    }

    #[test]
    fn years_tell_documents_apart_and_join_them() {
        let years = |text: &str| {
            let of = |one: Cited| (one.canonical, one.number.year, one.mentions.len(), warned(&one.warnings));
            cited(text).into_iter().map(of).collect::<Vec<_>>()
        };
        let one = |canonical: &str, year, count, warnings: &str| {
            (canonical.to_owned(), year, count, warnings.to_owned())
        };
        assert_eq!(
            years("16/2016/CT-TTg; 16/CT-TTg ngày 16/5/2016; 16/CT-TTg"),
            [one("16/CT-TTg", Some(2016), 3, "year_unexpected")]
        );
        assert_eq!(
            years("772/QĐ-UBND ngày 15/3/2019; 772/QĐ-UBND ngày 5/4/2018; 772/QĐ-UBND"),
            [
                one("772/QĐ-UBND", Some(2019), 1, ""),
                one("772/QĐ-UBND", Some(2018), 1, ""),
                one("772/QĐ-UBND", None, 1, "year_ambiguous")
            ]
        );
        assert_eq!(
            years("25/2015/QĐ-UBND; 25/QĐ-UBND ngày 3/2/2015"),
            [one("25/2015/QĐ-UBND", Some(2015), 1, ""), one("25/QĐ-UBND", Some(2015), 1, "")]
        );
        assert_eq!(
            years("30-CT/TU ngày 14/2/2015; 30-CT/TU ngày 3/2/2021"),
            [
                one("30-CT/TU", Some(2015), 1, "year_ambiguous"),
                one("30-CT/TU", Some(2021), 1, "year_ambiguous")
            ]
        );
        assert_eq!(
            years("25/2015/QĐ-UBND ngày 3/2/2016"),
            [one("25/2015/QĐ-UBND", Some(2015), 1, "year_ambiguous")]
        );
        assert_eq!(years("8/2014/NĐ-CP, 08/2014/NĐ-CP"), [one("08/2014/NĐ-CP", Some(2014), 2, "")]);
        let source = cited("16/CT-TTg; 16/2016/CT-TTg").remove(0).number.year_from;
        assert_eq!(source, Some(YearSource::Number));
    }

    #[test]
    fn a_text_with_more_numbers_than_are_read_says_so() {
        let text = "12/QĐ-UBND ".repeat(MOST_MENTIONS + 1);
        let found = mentions(&text);
        assert_eq!((found.mentions.len(), found.complete), (MOST_MENTIONS, false));
        assert!(mentions(&"12/QĐ-UBND ".repeat(MOST_MENTIONS - 1)).complete);
    }
}
