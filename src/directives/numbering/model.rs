//! What a document number says, and what may be wrong with it. Pure.

use chrono::NaiveDate;

use super::types::{self, Kind, Side};
use crate::closed_set;
use crate::platform::text::folded;

closed_set! {
    /// Which form a document number has.
    DocumentFamily, "not-in-set" {
        /// Of the National Assembly or its Standing Committee, numbered by term: `45/2013/QH13`.
        Assembly = "assembly",
        /// Legal normative (văn bản quy phạm pháp luật), carries its year: `25/2015/QĐ-UBND`.
        Normative = "normative",
        /// Of the State, with its type and without a year: `772/QĐ-UBND`.
        State = "state",
        /// A letter (công văn), with the drafting unit in place of a type: `2055/SNV-TCCQ`.
        Letter = "letter",
        /// Of the Party, numbered by the committee's term: `30-CT/TU`.
        Party = "party",
        /// Not numbered yet: `Số /BC-SKHCN`.
        Draft = "draft",
    }
}

closed_set! {
    /// Where the year of a document is known from.
    YearSource, "not-in-set" {
        /// Its number carries it.
        Number = "number",
        /// The date right behind its number.
        Date = "date",
    }
}

closed_set! {
    /// What the reader of a document number should look at twice.
    NumberWarning, "not-in-set" {
        /// Slash and hyphen stand as on the other side, State or Party: `155/KH-TU` is read as `155-KH/TU`.
        MiswrittenSeparators = "miswritten_separators",
        /// The word before the number is another type than its symbol; the word is taken for the type's name.
        CueConflict = "cue_conflict",
        /// One of several numbers that share their symbol, such as `217, 218-QĐ/TW`.
        ListExpanded = "list_expanded",
        /// The year may be another: the date is not the document's for certain, contradicts the number, or there are several.
        YearAmbiguous = "year_ambiguous",
        /// The number reads as a year: `2014/QĐ-UBND` is number 2014.
        NumberLikeYear = "number_like_year",
        /// It carries a year, as legal normative documents do, though it can hardly be one.
        YearUnexpected = "year_unexpected",
        /// The symbol is no type that is known, or could as well be an office that wrote a letter.
        TypeAmbiguous = "type_ambiguous",
    }
}

/// A document number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentNumber {
    /// Its form.
    pub family: DocumentFamily,
    /// Whose form that is.
    pub side: Side,
    /// The number with its suffix, as written: `08`, `30c`. A draft has none.
    pub number: Option<String>,
    /// The year, from the number if it carries one, else from the date right behind it.
    pub year: Option<i32>,
    /// Where the year is from.
    pub year_from: Option<YearSource>,
    /// The symbol of its type that stands in the number, as usually spelled: `QĐ`. A letter's has none.
    pub symbol: Option<String>,
    /// What it is: by the word before the number, else by what the symbol stands for.
    pub kind: Option<&'static Kind>,
    /// Abbreviations of the bodies that issued it. The same abbreviation can stand for many (`UBND`).
    pub issuers: Vec<String>,
    /// The unit that drafted it.
    pub unit: Option<String>,
}

/// Under what a document is numbered: where two numbers agree in this and in the year, they are one document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Series {
    side: Side,
    issuers: Vec<String>,
    unit: Option<String>,
    symbol: Option<String>,
    number: String,
    normative: bool,
}

impl Series {
    /// The series as one text, the same for every spelling of a number. It is stored, so its form does not change.
    ///
    /// It begins with `s` or `p` for the State or the Party, and with `a` for the Assembly, whose numbers no year tells apart.
    pub fn key(&self) -> String {
        let of = match (self.side, &self.symbol) {
            (Side::Party, _) => 'p',
            (Side::State, Some(_)) => 's',
            (Side::State, None) => 'a',
        };
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let (issuers, unit, symbol) = (self.issuers.join("-"), part(&self.unit), part(&self.symbol));
        let register = if self.normative { "normative" } else { "" };
        format!("{of}:{issuers}:{unit}:{symbol}:{}:{register}", self.number).to_lowercase()
    }
}

/// The usual symbol of a type by its name, typed in whatever case and with or without marks.
pub fn symbol_of(name: &str) -> Option<&'static str> {
    types::named(&folded(name))
}

impl DocumentNumber {
    /// The symbol of its type, whether it stands in the number or is only told by a word.
    pub fn type_symbol(&self) -> Option<&str> {
        let told = self.kind.and_then(|kind| kind.symbols(self.side).first().copied());
        self.symbol.as_deref().or(told)
    }

    /// The number for comparing: without leading zeros, its suffix in lower case.
    pub fn comparable(&self) -> String {
        let number = self.number.as_deref().unwrap_or_default();
        number.trim_start_matches('0').to_lowercase()
    }

    /// The number in its one form: separators of its own side, two digits at least (NĐ 30/2020 Annex I).
    pub fn canonical(&self) -> String {
        let number = self.comparable();
        let digits = number.chars().take_while(char::is_ascii_digit).count();
        let zero = if digits == 1 { "0" } else { "" };
        let year = self.year.filter(|_| self.year_from == Some(YearSource::Number));
        let year = year.map(|year| format!("/{year}")).unwrap_or_default();
        let issuers = self.issuers.iter().chain(&self.unit).map(String::as_str).collect::<Vec<_>>().join("-");
        let symbol = self.symbol.as_deref().unwrap_or_default();
        let (first, second) = match self.side {
            Side::State => ("/", "-"),
            Side::Party => ("-", "/"),
        };
        let between = if symbol.is_empty() || issuers.is_empty() { "" } else { second };
        // Only the State's numbers carry a year. A Party number that was written with one loses it here.
        let year = if self.side == Side::State { year } else { String::new() };
        format!("{zero}{number}{year}{first}{symbol}{between}{issuers}")
    }

    /// Under what it is numbered.
    ///
    /// Decisions and resolutions of the State have two registers: those that are legal normative documents and carry
    /// the year, and all others. 25/2015/QĐ-UBND and 25/QĐ-UBND of 2015 are two documents, while 16/2016/CT-TTg is only
    /// another spelling of 16/CT-TTg. The Assembly numbers laws and resolutions of a term in one series.
    pub fn series(&self, hardly_normative: bool) -> Series {
        let symbol = self.type_symbol().filter(|_| self.family != DocumentFamily::Assembly);
        let two_registers = self.side == Side::State && symbol.is_some_and(types::has_two_registers);
        let carries_year = self.year_from == Some(YearSource::Number);
        Series {
            side: self.side,
            issuers: self.issuers.clone(),
            unit: self.unit.clone(),
            symbol: symbol.map(str::to_owned),
            number: self.comparable(),
            normative: two_registers && carries_year && !hardly_normative,
        }
    }
}

/// Where something stands in a text, in characters (Unicode code points, not bytes and not UTF-16 units), from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Characters before it.
    pub offset: usize,
    /// Characters of it.
    pub length: usize,
}

/// A document number as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it says.
    pub number: DocumentNumber,
    /// The day right behind it.
    pub date: Option<NaiveDate>,
    /// The piece of the text; of one of a list, the whole list.
    pub as_written: String,
    /// Where that stands.
    pub position: Position,
    /// What to look at twice.
    pub warnings: Vec<NumberWarning>,
}

impl Mention {
    /// Whether the year is this document's without doubt.
    pub(super) fn is_sure_of_year(&self) -> bool {
        self.number.year_from == Some(YearSource::Number) || !self.warns(NumberWarning::YearAmbiguous)
    }

    pub(super) fn warns(&self, warning: NumberWarning) -> bool {
        self.warnings.contains(&warning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(side: Side, number: &str, symbol: &str, issuers: &[&str]) -> DocumentNumber {
        DocumentNumber {
            family: if side == Side::Party { DocumentFamily::Party } else { DocumentFamily::State },
            side,
            number: Some(number.to_owned()),
            year: None,
            year_from: None,
            symbol: Some(symbol.to_owned()),
            kind: None,
            issuers: issuers.iter().map(|&issuer| issuer.to_owned()).collect(),
            unit: None,
        }
    }

    #[test]
    fn a_number_has_one_form_whatever_its_zeros() {
        for (written, canonical) in
            [("8", "08/QĐ-UBND"), ("08", "08/QĐ-UBND"), ("008A", "08a/QĐ-UBND"), ("30C", "30c/QĐ-UBND")]
        {
            assert_eq!(number(Side::State, written, "QĐ", &["UBND"]).canonical(), canonical);
        }
        assert_eq!(
            number(Side::Party, "2352", "KH", &["BDVTW", "BCSĐCP"]).canonical(),
            "2352-KH/BDVTW-BCSĐCP"
        );
    }

    #[test]
    fn a_year_is_part_of_the_form_only_where_the_number_carries_it() {
        let dated = DocumentNumber {
            year: Some(2016),
            year_from: Some(YearSource::Date),
            ..number(Side::State, "16", "CT", &["TTg"])
        };
        let carried = DocumentNumber { year_from: Some(YearSource::Number), ..dated.clone() };
        assert_eq!((dated.canonical(), carried.canonical()), ("16/CT-TTg".into(), "16/2016/CT-TTg".into()));
        assert_eq!(dated.series(false), carried.series(false));
    }

    #[test]
    fn decisions_and_resolutions_have_two_registers() {
        let plain = DocumentNumber { year: Some(2015), ..number(Side::State, "25", "QĐ", &["UBND"]) };
        let normative = DocumentNumber { year_from: Some(YearSource::Number), ..plain.clone() };
        assert_ne!(plain.series(false), normative.series(false));
        assert_eq!(plain.series(false), normative.series(true), "unless it can hardly be normative");
    }

    #[test]
    fn a_series_has_one_key_whatever_the_spelling() {
        let dated = DocumentNumber { year: Some(2016), ..number(Side::State, "016", "CT", &["TTg"]) };
        let carried = DocumentNumber { year_from: Some(YearSource::Number), ..dated.clone() };
        assert_eq!(dated.series(false).key(), "s:ttg::ct:16:");
        assert_eq!(carried.series(false).key(), dated.series(false).key());
        let plain = DocumentNumber { year: Some(2015), ..number(Side::State, "25", "QĐ", &["UBND"]) };
        let normative = DocumentNumber { year_from: Some(YearSource::Number), ..plain.clone() };
        assert_eq!(normative.series(false).key(), "s:ubnd::qđ:25:normative");
        assert_ne!(plain.series(false).key(), normative.series(false).key());
        assert_eq!(
            (symbol_of("Chỉ thị"), symbol_of("CHI THI"), symbol_of("Thư")),
            (Some("CT"), Some("CT"), None)
        );
    }

    #[test]
    fn issuer_type_and_number_tell_series_apart() {
        let of = |text: &str, symbol: &str, issuer: &str| {
            number(Side::Party, text, symbol, &[issuer]).series(false)
        };
        assert_ne!(of("30", "CT", "TU"), of("30", "CT", "TW"));
        assert_ne!(of("03", "CT", "TW"), of("03", "KH", "TW"));
        assert_eq!(of("3", "CT", "TW"), of("03", "CT", "TW"));
    }
}
