//! What stands behind a number: separators, a year perhaps, and abbreviations. Pure, with a bounded look ahead.

use super::prose::Prose;
use super::types::{self, Side};

/// Longest abbreviation; that of the Fatherland Front's central committee has 13 letters.
const LONGEST: usize = 24;
/// Most abbreviations of one number: a type, and issuers or units.
const MOST: usize = 6;

/// A symbol as it is written.
pub(super) struct Symbol {
    /// Whose separators it has: `/…-…` the State's, `-…/…` the Party's.
    pub(super) side: Side,
    /// The year, if it carries one.
    pub(super) year: Option<i32>,
    /// The abbreviations, at least one.
    pub(super) tokens: Vec<String>,
    /// Both separators are the same, `30/CT/TU` or `30-CT-TU`, which no rule knows.
    pub(super) is_uniform: bool,
    /// Where it ends.
    pub(super) end: usize,
}

/// Reads the symbol that begins here with its first separator. Blanks may stand around separators, newlines not.
pub(super) fn read(prose: &Prose<'_>, from: usize) -> Option<Symbol> {
    let separator = prose.past_blanks(from, 2, false);
    let inside = prose.past_blanks(separator + 1, 2, false);
    let symbol = match prose.at(separator)? {
        '/' => state(prose, inside)?,
        '-' => party(prose, inside)?,
        _ => return None,
    };
    (!runs_on(prose, symbol.end)).then_some(symbol)
}

/// `year/TOKEN-TOKEN…` or `TOKEN-TOKEN…`.
fn state(prose: &Prose<'_>, from: usize) -> Option<Symbol> {
    let carried = year(prose, from).and_then(|(year, end)| {
        let slash = prose.past_blanks(end, 1, false);
        (prose.at(slash)? == '/').then(|| (year, prose.past_blanks(slash + 1, 1, false)))
    });
    let from = carried.map_or(from, |(_, from)| from);
    let (first, end) = token(prose, from)?;
    let loose = types::symbol(Side::State, &first).is_some();
    let year = carried.map(|(year, _)| year);
    let mut symbol = Symbol { side: Side::State, year, tokens: vec![first], is_uniform: false, end };
    symbol.add_second(prose, '-', '/', loose);
    Some(symbol)
}

/// `TOKEN/TOKEN-TOKEN…`.
fn party(prose: &Prose<'_>, from: usize) -> Option<Symbol> {
    let (first, end) = token(prose, from)?;
    let loose = types::symbol(Side::Party, &first).is_some();
    let mut symbol = Symbol { side: Side::Party, year: None, tokens: vec![first], is_uniform: false, end };
    symbol.add_second(prose, '/', '-', loose);
    (symbol.tokens.len() > 1).then_some(symbol)
}

impl Symbol {
    /// Adds what stands behind the second separator, right or wrong, and behind hyphens after that.
    fn add_second(&mut self, prose: &Prose<'_>, right: char, wrong: char, loose: bool) {
        let second = joined(prose, self.end, right, loose);
        self.is_uniform = second.is_none();
        let mut next = second.or_else(|| joined(prose, self.end, wrong, false));
        self.is_uniform &= next.is_some();
        while let Some((token, end)) = next.filter(|_| self.tokens.len() < MOST) {
            self.tokens.push(token);
            self.end = end;
            next = joined(prose, end, '-', false);
        }
    }
}

/// The abbreviation behind a separator. With blanks around it only an undoubted one: `16/CT - Thủ tướng` goes no further.
fn joined(prose: &Prose<'_>, from: usize, separator: char, loose: bool) -> Option<(String, usize)> {
    let blanks = usize::from(loose);
    let at = prose.past_blanks(from, blanks, false);
    if prose.at(at)? != separator {
        return None;
    }
    let begin = prose.past_blanks(at + 1, blanks, false);
    let (token, end) = token(prose, begin)?;
    (begin == from + 1 || is_abbreviation(&token)).then_some((token, end))
}

/// An abbreviation: it begins with a capital and holds no small letter with a mark, as words do.
fn token(prose: &Prose<'_>, from: usize) -> Option<(String, usize)> {
    let mut token = String::new();
    for i in from..=from + LONGEST {
        let c = prose.at(i).unwrap_or(' ');
        let fits = c.is_ascii_alphanumeric() || c == 'đ' || c.is_uppercase();
        let joins = || c == '&' && prose.at(i + 1).is_some_and(char::is_uppercase);
        if (token.is_empty() && c.is_uppercase()) || (!token.is_empty() && (fits || joins())) {
            token.push(c);
        } else {
            return (!token.is_empty() && !c.is_alphanumeric()).then_some((token, i));
        }
    }
    None
}

/// Whether it has two capitals, as every type and every body has: `QĐi`, `TTg`, `KH&CN`.
pub(super) fn is_abbreviation(token: &str) -> bool {
    token.chars().filter(|c| c.is_uppercase()).count() >= 2
}

/// Four digits that are a year of the last century or of this one.
pub(super) fn year(prose: &Prose<'_>, from: usize) -> Option<(i32, usize)> {
    let mut year = 0;
    for i in from..from + 4 {
        year = year * 10 + i32::try_from(prose.at(i)?.to_digit(10)?).ok()?;
    }
    let ends = !prose.at(from + 4).is_some_and(|c| c.is_ascii_digit());
    (ends && (1900..2100).contains(&year)).then_some((year, from + 4))
}

/// Whether more follows that no document number has: it is then a code, such as a contract's `01/HĐ-KHCN/2020`.
fn runs_on(prose: &Prose<'_>, end: usize) -> bool {
    let next = prose.at(end + 1);
    match prose.at(end) {
        Some('/') => next.is_some_and(char::is_alphanumeric),
        Some('-') => next.is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Option<(Option<i32>, String, usize)> {
        read(&Prose::of(text), 0).map(|symbol| (symbol.year, symbol.tokens.join(" "), symbol.end))
    }

    #[test]
    fn a_symbol_ends_where_it_ends() {
        let some = |year, tokens: &str, end| Some((year, tokens.to_owned(), end));
        assert_eq!(tokens("/CT-TTg của"), some(None, "CT TTg", 7));
        assert_eq!(tokens("/2016/CT-TTg;"), some(Some(2016), "CT TTg", 12));
        assert_eq!(tokens(" - KH/TU ngày"), some(None, "KH TU", 8));
        assert_eq!(tokens("/SNV-CCHC&PC"), some(None, "SNV CCHC&PC", 12));
        assert_eq!(tokens("/CT-TTg - Thủ tướng"), some(None, "CT TTg", 7));
        assert_eq!(tokens("/CT - Thủ tướng"), some(None, "CT", 3));
        assert_eq!(tokens("/QĐ - UBND tỉnh"), some(None, "QĐ UBND", 10));
        assert_eq!(tokens("-KH/BDVTW-BCSĐCP "), some(None, "KH BDVTW BCSĐCP", 16));
    }

    #[test]
    fn what_is_no_symbol_is_none() {
        for text in [
            "/10",
            "/2/2015",
            "-2020",
            "/4b",
            "/Người-tháng",
            "/2016",
            "-CT",
            "/",
            "-",
            "",
            "\n/CT-TTg",
            "/2015/CT-TTg/X",
            "/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-BB",
            "/HĐ-KHCN/2020",
            "/AB-CD-0001",
            "/16/CT-TTg",
        ] {
            assert_eq!(tokens(text), None, "{text}");
        }
    }
}
