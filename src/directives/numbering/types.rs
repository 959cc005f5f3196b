//! What kinds of documents there are, the symbols that stand for them, and the bodies a number can tell apart. Pure.
//!
//! Sources: the 29 types of Art. 7 NĐ 30/2020/NĐ-CP with their abbreviations and the copies of its Art. 3; legal normative
//! documents by Art. 4 of the Luật ban hành văn bản quy phạm pháp luật 2015 and NĐ 34/2016/NĐ-CP Art. 58; the Party's by
//! Hướng dẫn 36-HD/VPTW (2018). The table of symbols of that last one could not be read: the Party's column is how they are
//! used, not how they are prescribed, and no more than that should be built on it.

/// Which of the two makes a document: their symbols and the form of their numbers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The State: `number/TYPE-ISSUER`.
    State,
    /// The Party: `number-TYPE/ISSUER`.
    Party,
}

/// A kind of document.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// The same without diacritics and case, as it is looked for.
    pub(super) plain: &'static str,
    state: &'static [&'static str],
    party: &'static [&'static str],
}

impl Kind {
    const fn new(
        name: &'static str,
        plain: &'static str,
        state: &'static [&'static str],
        party: &'static [&'static str],
    ) -> Self {
        Self { name, plain, state, party }
    }

    /// The symbols that stand for it on a side; the first is the usual one.
    pub(super) fn symbols(&self, side: Side) -> &'static [&'static str] {
        match side {
            Side::State => self.state,
            Side::Party => self.party,
        }
    }
}

/// Longer names before those that they end with. Of two kinds with one symbol, the first is what it means without a word.
pub(super) const KINDS: &[Kind] = &[
    // NĐ 30/2020 Art. 7, in its order. `QyĐ` is how the decree prints it.
    Kind::new("Nghị quyết liên tịch", "nghi quyet lien tich", &["NQLT"], &["NQLT"]),
    Kind::new("Nghị quyết", "nghi quyet", &["NQ"], &["NQ"]),
    Kind::new("Quyết định", "quyet dinh", &["QĐ"], &["QĐ"]),
    Kind::new("Chỉ thị", "chi thi", &["CT"], &["CT"]),
    Kind::new("Quy chế", "quy che", &["QC"], &["QC"]),
    Kind::new("Quy định", "quy dinh", &["QyĐ"], &["QĐi", "QĐ", "QyĐ"]),
    Kind::new("Thông cáo", "thong cao", &["TC"], &["TC"]),
    Kind::new("Thông báo", "thong bao", &["TB"], &["TB"]),
    Kind::new("Hướng dẫn", "huong dan", &["HD"], &["HD"]),
    Kind::new("Chương trình", "chuong trinh", &["CTr"], &["CTr"]),
    Kind::new("Kế hoạch", "ke hoach", &["KH"], &["KH"]),
    Kind::new("Phương án", "phuong an", &["PA"], &["PA"]),
    Kind::new("Đề án", "de an", &["ĐA"], &["ĐA"]),
    Kind::new("Dự án", "du an", &["DA"], &["DA"]),
    Kind::new("Báo cáo", "bao cao", &["BC"], &["BC"]),
    Kind::new("Biên bản", "bien ban", &["BB"], &["BB"]),
    Kind::new("Tờ trình", "to trinh", &["TTr"], &["TTr"]),
    Kind::new("Hợp đồng", "hop dong", &["HĐ"], &["HĐ"]),
    Kind::new("Công điện", "cong dien", &["CĐ"], &["CĐ"]),
    Kind::new("Bản ghi nhớ", "ban ghi nho", &["BGN"], &[]),
    Kind::new("Bản thỏa thuận", "ban thoa thuan", &["BTT"], &[]),
    Kind::new("Giấy ủy quyền", "giay uy quyen", &["GUQ"], &["GUQ"]),
    Kind::new("Giấy mời", "giay moi", &["GM"], &["GM"]),
    Kind::new("Giấy giới thiệu", "giay gioi thieu", &["GGT"], &["GGT"]),
    Kind::new("Giấy nghỉ phép", "giay nghi phep", &["GNP"], &[]),
    Kind::new("Phiếu gửi", "phieu gui", &["PG"], &["PG"]),
    Kind::new("Phiếu chuyển", "phieu chuyen", &["PC"], &["PC"]),
    Kind::new("Phiếu báo", "phieu bao", &["PB"], &["PB"]),
    Kind::new("Sao y", "sao y", &["SY"], &[]),
    Kind::new("Trích sao", "trich sao", &["TrS"], &[]),
    Kind::new("Sao lục", "sao luc", &["SL"], &[]),
    // Legal normative documents, and what they are joined into. `TTLN` and `L` are older and the President's.
    Kind::new("Nghị định", "nghi dinh", &["NĐ"], &[]),
    Kind::new("Thông tư liên tịch", "thong tu lien tich", &["TTLT", "TTLN"], &[]),
    Kind::new("Thông tư", "thong tu", &["TT"], &[]),
    Kind::new("Pháp lệnh", "phap lenh", &["PL"], &[]),
    Kind::new("Lệnh", "lenh", &["LCT", "L"], &[]),
    Kind::new("Văn bản hợp nhất", "van ban hop nhat", &["VBHN"], &[]),
    Kind::new("Luật", "luat", &[], &[]),
    // The Party's own (QĐ 31-QĐ/TW and use). Thông tri is TT; Đồng Nai's 37-TTr/TU writes it as the motion is written.
    Kind::new("Kết luận", "ket luan", &["KL"], &["KL"]),
    Kind::new("Thông tri", "thong tri", &[], &["TT"]),
    Kind::new("Tuyên bố", "tuyen bo", &[], &["TuB"]),
    Kind::new("Lời kêu gọi", "loi keu goi", &[], &["LKG"]),
    Kind::new("Quy hoạch", "quy hoach", &["QH"], &["QH"]),
    LETTER,
];

/// A letter's number has no type with the State (Art. 7 no. 18 NĐ 30/2020), though some write `CV`, as the Party does.
pub(super) const LETTER: Kind = Kind::new("Công văn", "cong van", &["CV"], &["CV"]);

/// Symbols as they are typed without a Vietnamese keyboard, where they can mean one thing only.
const WITHOUT_MARKS: &[(&str, &str)] = &[("QD", "QĐ"), ("ND", "NĐ"), ("QYD", "QyĐ"), ("QDI", "QĐi")];

/// Types that are also abbreviations of offices (cục thuế, trung cấp …), so that a letter's number can look as theirs.
pub(super) const ALSO_OFFICES: &[&str] = &["CT", "TC", "TB", "PC"];

/// Documents that several bodies make together: behind the type stand issuers, and no drafting unit.
const JOINT: &[&str] = &["TTLT", "TTLN", "NQLT"];

/// Types that can be legal normative documents and then carry the year (Luật 2015 Art. 4 and the laws before it).
const NORMATIVE: &[&str] = &["NQ", "QĐ", "CT", "NĐ", "TT", "TTLT", "TTLN", "NQLT", "PL", "L", "LCT", "VBHN"];

/// Types of which the legal normative documents are numbered apart from the others (NĐ 34/2016 Art. 58, NĐ 30/2020 Art. 15).
pub(super) fn has_two_registers(symbol: &str) -> bool {
    ["QĐ", "NQ"].contains(&symbol)
}

/// The usual spelling of a type's symbol, if it is one; typed in whatever case, or without its marks.
pub(super) fn symbol(side: Side, token: &str) -> Option<&'static str> {
    let known = |known: &str| same(known, token);
    let unmarked = WITHOUT_MARKS.iter().find(|(typed, _)| known(typed)).map(|(_, symbol)| *symbol);
    let mut symbols = KINDS.iter().flat_map(|kind| kind.symbols(side)).copied();
    symbols.find(|symbol| known(symbol) || unmarked.is_some_and(|unmarked| unmarked == *symbol))
}

/// The usual symbol of the type with a plain name.
pub(super) fn named(plain: &str) -> Option<&'static str> {
    let kind = KINDS.iter().find(|kind| kind.plain == plain)?;
    kind.state.first().or(kind.party.first()).copied()
}

/// What a symbol stands for where no word says so.
pub(super) fn meaning(side: Side, symbol: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.symbols(side).contains(&symbol))
}

pub(super) fn is_joint(symbol: &str) -> bool {
    JOINT.contains(&symbol)
}

pub(super) fn can_be_normative(symbol: &str) -> bool {
    NORMATIVE.contains(&symbol)
}

/// Whether a body is the State's without doubt, whatever the separators say: the highest ones, people's councils and
/// committees.
pub(super) fn is_state_body(token: &str) -> bool {
    ["CP", "TTg", "CTN", "QH", "UBTVQH", "HĐND", "UBND"].contains(&token) || is_of_assembly(token)
}

/// The National Assembly or its Standing Committee, of a term: `QH13`, `UBTVQH15`.
pub(super) fn is_of_assembly(token: &str) -> bool {
    let term = token.strip_prefix("UBTVQH").or_else(|| token.strip_prefix("QH"));
    term.is_some_and(|term| matches!(term.len(), 1 | 2) && term.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a body is the Party's: a committee (central, of a province, district, office) or an organ of one.
///
/// `…TW` and `…TU` are organs of the central and the provincial committee, unless they are hospitals (`BVTW`).
pub(super) fn is_party_body(token: &str) -> bool {
    let committee = ["TW", "TU", "HU", "QU", "ThU", "TxU", "ĐU"].iter().any(|known| same(known, token));
    let organ = ["BTC", "BTG", "BDV", "BNC", "UBKT", "VP"].iter().any(|organ| token.starts_with(organ));
    let of = |ends: &[&str]| ends.iter().any(|end| token.ends_with(end));
    committee
        || token.starts_with("BCSĐ")
        || token.starts_with("ĐUK")
        || (of(&["TW", "TU"]) && !token.starts_with("BV"))
        || (organ && of(&["HU", "QU", "ThU", "ĐU"]))
}

/// A body's abbreviation in its usual spelling, where one is known.
pub(super) fn body(token: &str) -> &str {
    let usual = ["TTg", "ThU", "TxU"].into_iter().find(|usual| same(usual, token));
    let unmarked = token == "HDND";
    if unmarked { "HĐND" } else { usual.unwrap_or(token) }
}

/// Whether two symbols differ in nothing but case.
pub(super) fn same(a: &str, b: &str) -> bool {
    let alike = |(a, b): (char, char)| a == b || a.to_lowercase().eq(b.to_lowercase());
    a.len() == b.len() && a.chars().zip(b.chars()).all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_known_in_any_case_and_without_marks() {
        for (typed, usual) in
            [("QĐ", "QĐ"), ("TTR", "TTr"), ("QYĐ", "QyĐ"), ("QD", "QĐ"), ("CTR", "CTr"), ("HD", "HD")]
        {
            assert_eq!(symbol(Side::State, typed), Some(usual), "{typed}");
        }
        assert_eq!(symbol(Side::State, "SNV"), None);
        assert_eq!(symbol(Side::Party, "NĐ"), None);
        assert_eq!(symbol(Side::Party, "QDI"), Some("QĐi"));
    }

    #[test]
    fn a_symbol_means_another_thing_on_the_other_side() {
        let name = |side, symbol| meaning(side, symbol).map(|kind| kind.name);
        assert_eq!(name(Side::State, "TT"), Some("Thông tư"));
        assert_eq!(name(Side::Party, "TT"), Some("Thông tri"));
        assert_eq!(name(Side::Party, "QĐ"), Some("Quyết định"));
        assert_eq!(name(Side::Party, "TTr"), Some("Tờ trình"));
        assert_eq!(name(Side::Party, "CV"), Some("Công văn"));
    }

    #[test]
    fn every_name_is_found_by_its_plain_form() {
        use crate::directives::numbering::prose::plain;
        for kind in KINDS {
            assert_eq!(kind.name.chars().map(plain).collect::<String>(), kind.plain);
        }
    }

    #[test]
    fn bodies_of_the_party_are_told_from_those_of_the_state() {
        for party in ["TW", "TU", "HU", "ĐU", "VPTW", "BTCTW", "BDVTW", "UBKTTW", "BCSĐCP", "BTGTU", "VPHU"]
        {
            assert!(is_party_body(party) && !is_state_body(party), "{party}");
        }
        for other in ["UBND", "TTg", "QH13", "UBTVQH15", "HĐND", "BVTW", "ĐHQU", "SKHCN", "CHU"] {
            assert!(!is_party_body(other), "{other}");
        }
        assert!(is_of_assembly("UBTVQH11") && is_of_assembly("QH7"));
        assert!(!is_of_assembly("QH") && !is_of_assembly("QH123") && !is_of_assembly("QHX"));
        assert_eq!((body("TTG"), body("HDND"), body("SNV")), ("TTg", "HĐND", "SNV"));
    }
}
