//! What a number says of a directive, and whether two directives are one. Pure.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::code;
use crate::directives::numbering::model::{NumberWarning, YearSource, symbol_of};
use crate::directives::numbering::scan;
use crate::organizations::OrganizationId;
use crate::platform::input::wrong;
use crate::platform::text::folded;

code! {
    /// A term of a Party committee (nhiệm kỳ), from the year of one congress to that of the next. The Party numbers its documents by
    /// terms (Hướng dẫn 36-HD/VPTW).
    PartyTerm, "wrong-form", r"^[0-9]{4}-[0-9]{4}$", 9, "2010-2015", |text| {
        let years = text.split_once('-').map(|(from, to)| (from.parse::<u16>(), to.parse::<u16>()));
        text.len() == 9 && matches!(years, Some((Ok(from), Ok(to))) if from < to)
    }
}

/// What the number of a directive says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbered {
    /// The number in its one form.
    pub canonical: Option<String>,
    /// In which series it is numbered; a draft in none.
    pub series: Option<String>,
    /// The year, from the number if it carries one, else from the day of issue.
    pub year: Option<i32>,
    /// The symbol of its type.
    pub symbol: Option<String>,
    /// Abbreviations of the bodies that issued it.
    pub abbreviations: Vec<String>,
    /// What to look at twice.
    pub warnings: BTreeSet<NumberWarning>,
    /// What the symbol stands for.
    pub type_name: Option<&'static str>,
}

impl Numbered {
    /// Reads a number. One that no grammar knows is taken as it is written. Refuses several numbers, which are several
    /// documents.
    pub fn read(number: Option<&str>, type_name: Option<&str>) -> Result<Self, &'static str> {
        let told = || type_name.and_then(symbol_of).map(str::to_owned);
        let Some(number) = number else { return Ok(Self { symbol: told(), ..Self::default() }) };
        if scan::mentions(number).mentions.len() > 1 {
            return Err(wrong::RULE);
        }
        let Some(mention) = scan::of_type(number, type_name) else {
            let plain: String = folded(number).split_whitespace().collect();
            let numbered = plain.contains(|c: char| c.is_ascii_digit());
            let series = numbered.then(|| format!("t:{plain}"));
            return Ok(Self {
                canonical: Some(number.to_owned()),
                series,
                symbol: told(),
                ..Self::default()
            });
        };
        let read = mention.number;
        let hardly_normative = mention.warnings.contains(&NumberWarning::YearUnexpected);
        Ok(Self {
            canonical: Some(read.canonical()),
            series: read.number.is_some().then(|| read.series(hardly_normative).key()),
            year: read.year.filter(|_| read.year_from == Some(YearSource::Number)),
            symbol: read.type_symbol().map(str::to_owned),
            type_name: read.kind.map(|kind| kind.name),
            abbreviations: read.issuers,
            warnings: mention.warnings.into_iter().collect(),
        })
    }

    /// Whether there is a number and not only a symbol.
    pub fn is_complete(&self) -> bool {
        self.series.is_some()
    }

    /// Takes over the day of issue: its year is the number's, unless that carries one itself.
    pub(super) fn date(&mut self, issued_on: Option<NaiveDate>) {
        let Some(year) = issued_on.map(|day| day.year()) else { return };
        if self.year.is_some_and(|carried| carried != year) {
            self.warnings.insert(NumberWarning::YearAmbiguous);
        }
        self.year = self.year.or(Some(year));
    }

    /// By what it is told from others; a draft has nothing of the kind.
    pub fn identity(&self, term: Option<PartyTerm>, issuer: Option<OrganizationId>) -> Option<Identity> {
        Some(Identity { series: self.series.clone()?, year: self.year, term, issuer })
    }
}

/// By what a document is told from others: who issued it, as what, under which number, in which year or term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    series: String,
    year: Option<i32>,
    term: Option<PartyTerm>,
    issuer: Option<OrganizationId>,
}

impl Identity {
    /// Whether two may be one document: nothing that is known of both tells them apart.
    ///
    /// An abbreviation such as `UBND` stands for many bodies, so that only two organizations of the register are known to
    /// differ. A body that is only named is the one that is meant where nobody says which.
    pub fn may_be(&self, other: &Self) -> bool {
        let differ = self.issuer.zip(other.issuer).is_some_and(|(a, b)| a != b);
        let by_assembly = self.series.starts_with("a:");
        let same_time = match (&self.term, &other.term) {
            _ if by_assembly => true,
            (Some(a), Some(b)) => a == b,
            _ => self.year.zip(other.year).is_none_or(|(a, b)| a == b),
        };
        self.series == other.series && !differ && same_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(number: &str, day: Option<&str>, issuer: Option<i64>) -> Identity {
        let mut read = Numbered::read(Some(number), None).unwrap();
        read.date(day.map(|day| day.parse().unwrap()));
        read.identity(None, issuer.map(OrganizationId)).unwrap()
    }

    #[test]
    fn spellings_of_one_document_are_one() {
        let plain = identity("16/CT-TTg", Some("2016-05-16"), None);
        for same in ["16/2016/CT-TTg", "016/CT-TTG", "16 / CT-TTg", "16-CT/TTg", "16/CT-TTg"] {
            assert!(plain.may_be(&identity(same, None, None)), "{same}");
        }
        assert!(!plain.may_be(&identity("16/CT-TTg", Some("2017-01-01"), None)));
        assert!(!plain.may_be(&identity("16/2015/CT-TTg", None, None)));
    }

    #[test]
    fn issuer_type_register_and_term_tell_documents_apart() {
        let day = Some("2015-02-14");
        assert!(!identity("30-CT/TU", day, None).may_be(&identity("30-CT/TW", day, None)));
        assert!(!identity("03-CT/TW", day, None).may_be(&identity("03-KH/TW", day, None)));
        assert!(!identity("25/2015/QĐ-UBND", None, None).may_be(&identity("25/QĐ-UBND", day, None)));
        let of = |issuer| identity("25/2015/QĐ-UBND", None, issuer);
        assert!(!of(Some(1)).may_be(&of(Some(2))) && of(Some(1)).may_be(&of(Some(1))));
        assert!(of(None).may_be(&of(Some(2))), "a named body may be any");
        let term = |term: &str, day| Identity {
            term: Some(term.parse().unwrap()),
            ..identity("30-CT/TU", Some(day), None)
        };
        assert!(term("2010-2015", "2013-01-01").may_be(&term("2010-2015", "2015-02-14")));
        assert!(!term("2010-2015", "2015-02-14").may_be(&term("2015-2020", "2015-12-01")));
        assert!(identity("45/2013/QH13", None, None).may_be(&identity("45/2014/QH13", None, None)));
    }

    #[test]
    fn what_is_not_complete_is_a_draft_and_what_is_not_known_stays_as_written() {
        for draft in [None, Some("/BC-SKHCN"), Some("Số      /BC-SKHCN"), Some("chưa có")] {
            let read = Numbered::read(draft, Some("Báo cáo")).unwrap();
            assert_eq!((read.is_complete(), read.symbol.as_deref()), (false, Some("BC")), "{draft:?}");
        }
        let odd = Numbered::read(Some("No. 12 / X"), None).unwrap();
        assert_eq!(
            (odd.series.as_deref(), odd.canonical.as_deref()),
            (Some("t:no.12/x"), Some("No. 12 / X"))
        );
        let short = Numbered::read(Some("45/BC"), Some("Báo cáo")).unwrap();
        assert_eq!((short.series.as_deref(), short.symbol.as_deref()), (Some("s:::bc:45:"), Some("BC")));
        assert_eq!(Numbered::read(Some("217, 218-QĐ/TW"), None), Err(wrong::RULE));
        let told = Numbered::read(Some("37-TTr/TU"), Some("Thông tri")).unwrap();
        assert_eq!((told.type_name, told.symbol.as_deref()), (Some("Thông tri"), Some("TTr")));
        assert_eq!(told.series, Numbered::read(Some("37-TTr/TU"), None).unwrap().series);
    }

    #[test]
    fn a_term_is_two_years_in_their_order() {
        assert!("2010-2015".parse::<PartyTerm>().is_ok());
        for bad in ["2015-2010", "2015", "10-15", "2010–2015", "2010-20155"] {
            assert!(bad.parse::<PartyTerm>().is_err(), "{bad}");
        }
    }
}
