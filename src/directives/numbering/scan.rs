//! Finds document numbers in a text, in one pass from left to right. Pure and total: whatever the text, an answer, in time
//! that grows with its length and no faster.
//!
//! A number begins where digits begin. What stands behind them and before them is looked at no further than some fixed
//! distance, and the scan goes on behind what was read, so that no text makes it go back.

use super::cue::{self, Cue, Lead};
use super::dates::{self, Dated};
use super::model::{DocumentFamily, Mention, NumberWarning, Position, YearSource};
use super::prose::Prose;
use super::reading::{self, Reading};
use super::symbol;
use super::types::Side;

/// Numbers that are read of one text. No document cites more, and an answer must not grow without end.
pub const MOST_MENTIONS: usize = 5_000;
/// Digits of a number.
const MOST_DIGITS: usize = 6;
/// Numbers that may share a symbol, `217, 218-QĐ/TW`.
const MOST_LISTED: usize = 20;
/// Blanks and dots that stand for a number that is not there yet.
const LONGEST_GAP: usize = 64;
/// Longest piece of text that is one number, in bytes; zero-width characters could make it any length.
const LONGEST_PIECE: usize = 512;
/// Numbers of four digits that read as years, from the first decree of the State on.
const YEARS: std::ops::Range<i32> = 1945..2050;

/// What was found in a text, in its order.
#[derive(Debug, Default)]
pub struct Found {
    /// The numbers.
    pub mentions: Vec<Mention>,
    /// Whether the text was read to its end.
    pub complete: bool,
}

/// Every document number of a text.
pub fn mentions(text: &str) -> Found {
    scanned(&Prose::of(text), text)
}

/// The number that a text consists of, and nothing else; typed in whatever case.
pub fn only(text: &str) -> Option<Mention> {
    let text = text.trim();
    let whole = |text: &str| {
        let mut found = mentions(text).mentions;
        let first = found.pop().filter(|_| found.is_empty())?;
        (first.as_written == text).then_some(first)
    };
    whole(text).or_else(|| whole(&text.to_uppercase()))
}

/// The number that a text consists of, of a document of this type; also one that is not complete yet, `/BC-SKHCN`, and one
/// that is only read where its type is told, `45/BC`.
pub fn of_type(text: &str, type_name: Option<&str>) -> Option<Mention> {
    let text = text.trim();
    let told = |name: &str| {
        let mut found = mentions(&format!("{name} số {text}")).mentions;
        found.pop().filter(|last| found.is_empty() && last.as_written == text)
    };
    let read = type_name.and_then(told).or_else(|| only(text));
    read.or_else(|| only(&format!("Số {text}")))
}

pub(super) fn scanned(prose: &Prose<'_>, text: &str) -> Found {
    let mut scan = Scan { prose, text, pieces: Vec::new(), list: List::default() };
    let mut i = 0;
    while let Some(c) = prose.at(i) {
        if scan.pieces.len() >= MOST_MENTIONS {
            break;
        }
        i = match c {
            '0'..='9' if scan.may_begin(i) => scan.number(i),
            's' | 'S' if cue::is_so(prose, i) && !prose.before(i).is_some_and(char::is_alphabetic) => {
                scan.draft(i)
            }
            _ => i + 1,
        };
    }
    let complete = prose.at(i).is_none();
    Found { mentions: positioned(text, scan.pieces), complete }
}

/// A mention, and the bytes it stands at.
type Piece = (usize, usize, Mention);

/// Numbers that wait for the symbol they share.
#[derive(Default)]
struct List {
    numbers: Vec<String>,
    /// Where the first begins.
    from: usize,
    /// Where the next must begin.
    next: usize,
}

struct Scan<'p, 't> {
    prose: &'p Prose<'t>,
    text: &'t str,
    pieces: Vec<Piece>,
    list: List,
}

impl Scan<'_, '_> {
    /// Whether a number may begin here: not within a date (`14/2/2015`), a code (`000.00.15.H19`) or a standard
    /// (`QCVN 102:2016/BTTTT`).
    fn may_begin(&self, i: usize) -> bool {
        let within = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let after_digit = || self.prose.before(i - 1).is_some_and(|c| c.is_ascii_digit());
        match self.prose.before(i) {
            Some('/' | '_') => false,
            Some('-' | '.') => !within(self.prose.before(i - 1)),
            Some(':') => !after_digit(),
            Some(',') => self.list.next == i || !after_digit(),
            before => !within(before),
        }
    }

    /// Reads what begins with digits. Where the scan goes on.
    fn number(&mut self, from: usize) -> usize {
        let prose = self.prose;
        let mut end = from;
        while prose.at(end).is_some_and(|c| c.is_ascii_digit()) {
            end += 1;
        }
        let digits = end;
        let is_suffix = |c: char| c.is_ascii_alphabetic() || matches!(c, 'đ' | 'Đ');
        if prose.at(end).is_some_and(is_suffix) {
            end += 1;
        }
        let number = prose.read(from, digits.min(from + MOST_DIGITS + 1)) + &prose.read(digits, end);
        let is_zero = !number.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if digits - from > MOST_DIGITS || is_zero || prose.at(end).is_some_and(char::is_alphanumeric) {
            return digits;
        }
        if let Some(symbol) = symbol::read(prose, end) {
            let cue = cue::before(prose, if self.list.next == from { self.list.from } else { from });
            if let Some(reading) = reading::read(&symbol, &cue) {
                return self.found(from, number, symbol.end, reading, &cue).unwrap_or(end);
            }
        }
        self.wait(from, end, number);
        end
    }

    /// Keeps a number that may share the symbol of the next one: a comma or `và` and another number follow.
    fn wait(&mut self, from: usize, end: usize, number: String) {
        let separator = self.prose.past_blanks(end, 2, false);
        let behind = match self.prose.at(separator) {
            Some(',') => Some(separator + 1),
            _ if separator > end => self.prose.word(separator, "va"),
            _ => None,
        };
        let Some(next) = behind.map(|behind| self.prose.past_blanks(behind, 2, false)) else { return };
        if self.list.next != from || self.list.numbers.is_empty() {
            self.list = List { from, ..List::default() };
        }
        self.list.numbers.push(number);
        let goes_on = self.prose.at(next).is_some_and(|c| c.is_ascii_digit());
        self.list.next = if goes_on && self.list.numbers.len() <= MOST_LISTED { next } else { 0 };
    }

    /// Takes a number, with those before it that share its symbol. Where it ends; nowhere if the piece is too long.
    fn found(
        &mut self,
        from: usize,
        number: String,
        end: usize,
        reading: Reading,
        cue: &Cue,
    ) -> Option<usize> {
        let mut list = std::mem::take(&mut self.list);
        // Numbers before it are a list only where words lead up to them or none does: in `Điều 3, 30-CT/TU` the 3 is none.
        let leads = cue.is_numbered() || cue.lead == Lead::First || cue.kind.is_some();
        let listed = list.next == from && !list.numbers.is_empty() && leads;
        let (from, numbers) = if listed {
            list.numbers.push(number);
            (list.from, list.numbers)
        } else {
            (from, vec![number])
        };
        let mut reading = reading;
        if numbers.len() > 1 {
            reading.warnings.push(NumberWarning::ListExpanded);
        }
        self.take(from, end, numbers.into_iter().map(Some).collect(), reading, cue)
    }

    /// Reads `Số … /BC-SKHCN`, a document that has no number yet. Where the scan goes on.
    fn draft(&mut self, from: usize) -> usize {
        let prose = self.prose;
        let (begin, filler) = (from + 2, |c: char| matches!(c, ' ' | ':' | '.' | '…' | '_'));
        let end = (begin..begin + LONGEST_GAP).find(|i| !prose.at(*i).is_some_and(filler));
        let Some(end) = end.filter(|end| *end > begin && matches!(prose.at(*end), Some('/' | '-'))) else {
            return begin;
        };
        let cue = cue::before_so(prose, from);
        let symbol = symbol::read(prose, end).filter(|symbol| symbol.tokens.len() > 1);
        let read = symbol.and_then(|symbol| Some((symbol.end, reading::read(&symbol, &cue)?)));
        let Some((end, mut reading)) = read else { return begin };
        reading.number.family = DocumentFamily::Draft;
        self.take(from, end, vec![None], reading, &cue).unwrap_or(begin)
    }

    /// Writes down what was read between two places, a mention for each number.
    fn take(
        &mut self,
        from: usize,
        end: usize,
        numbers: Vec<Option<String>>,
        mut reading: Reading,
        cue: &Cue,
    ) -> Option<usize> {
        let (first, last) = self.prose.bytes(from, end);
        let as_written = self.text.get(first..last).filter(|piece| piece.len() <= LONGEST_PIECE)?;
        let dated = dates::behind(self.prose, end, cue.lead == Lead::Head);
        self.date(&mut reading, dated.as_ref(), end);
        for number in numbers {
            let mut reading = reading.clone();
            let carries_year = reading.number.year_from == Some(YearSource::Number);
            let like_year = number.as_deref().and_then(|number| number.parse().ok());
            if !carries_year && like_year.is_some_and(|year| YEARS.contains(&year)) {
                reading.warnings.push(NumberWarning::NumberLikeYear);
            }
            reading.number.number = number;
            reading.warnings.sort_unstable();
            let mention = Mention {
                number: reading.number,
                date: dated.as_ref().and_then(|dated| dated.date),
                as_written: as_written.to_owned(),
                position: Position { offset: 0, length: 0 },
                warnings: reading.warnings,
            };
            self.pieces.push((first, last, mention));
        }
        Some(end)
    }

    /// What the day behind a number, and the words behind that, tell of it.
    fn date(&self, reading: &mut Reading, dated: Option<&Dated>, end: usize) {
        let number = &mut reading.number;
        if let Some(dated) = dated {
            if dated.is_doubtful || number.year.is_some_and(|year| year != dated.year) {
                reading.warnings.push(NumberWarning::YearAmbiguous);
            }
            if number.year.is_none() {
                number.year = Some(dated.year);
                number.year_from = Some(YearSource::Date);
            }
        }
        let behind = self.prose.past_blanks(dated.map_or(end, |dated| dated.end), 3, true);
        // A committee makes legal normative documents, its chairman does not (Luật 2015 Art. 4).
        let by_chairman = self.prose.word(behind, "cua chu tich").is_some();
        let of_committee = number.issuers.iter().any(|issuer| issuer == "UBND");
        if number.family == DocumentFamily::Normative
            && number.side == Side::State
            && by_chairman
            && of_committee
        {
            reading.warnings.push(NumberWarning::YearUnexpected);
        }
    }
}

/// Counts characters up to each piece, in one pass: pieces come in the order of their beginnings.
fn positioned(text: &str, pieces: Vec<Piece>) -> Vec<Mention> {
    let (mut byte, mut offset) = (0, 0);
    let place = |(first, last, mut mention): Piece| {
        offset += text.get(byte..first).map_or(0, |between| between.chars().count());
        byte = first;
        let length = text.get(first..last).map_or(0, |piece| piece.chars().count());
        mention.position = Position { offset, length };
        mention
    };
    pieces.into_iter().map(place).collect()
}
