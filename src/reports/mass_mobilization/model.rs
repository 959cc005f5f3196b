//! What a report consists of. Pure.

use chrono::NaiveDate;

use crate::closed_set;
use crate::kpis::percent::Percent;
use crate::organizations::OrganizationCode;
use crate::platform::Table;
use crate::platform::text::Text;
use crate::reports::model::{PartKey, Stage};

closed_set! {
    /// A table of a report.
    TableKey, "not-in-set" {
        /// Units of the organization.
        Units = "units",
        /// Staff by qualification.
        Qualifications = "qualifications",
        /// Directives carried out, with what puts what into practice.
        Directives = "directives",
        /// How many of them each body issued.
        Issuers = "issuers",
        /// How the tasks of directives stand.
        Tasks = "tasks",
        /// KPIs of the report's period.
        Results = "results",
        /// Receptions of citizens.
        Receptions = "receptions",
        /// Letters and cases.
        Letters = "letters",
        /// Movements.
        Movements = "movements",
        /// Models and exemplars, by field.
        Funnel = "funnel",
        /// Faces elected.
        Faces = "faces",
        /// Initiatives: how many became what.
        Initiatives = "initiatives",
        /// Awards: how many were proposed and given.
        Awards = "awards",
        /// KPIs of the years before.
        OtherPeriods = "other-periods",
    }
}

/// A value as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// How many.
    Count(i64),
    /// In percent.
    Percent(Percent),
}

impl Value {
    /// As it stands in a Vietnamese sentence: one digit with a zero before it, thousands with dots, decimals after a comma.
    pub fn said(self) -> String {
        match self {
            Self::Count(count @ 1..=9) => format!("{count:02}"),
            Self::Count(count) => grouped(count),
            Self::Percent(percent) => format!("{}%", decimal(percent.0)),
        }
    }
}

/// A whole number with dots between thousands.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let count = digits.len();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (count - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// Millionths as a decimal with as few digits as there are.
pub fn decimal(millionths: i64) -> String {
    let (whole, part) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let sign = if millionths < 0 { "-" } else { "" };
    let part = format!("{part:06}");
    match part.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole},{part}"),
    }
}

/// A name as it stands within a sentence: without its capital, unless it is an abbreviation.
pub fn lower(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next();
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return name.to_owned();
    }
    first.into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// A figure of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// By what it is found again: single words with dots between, the part first.
    pub key: String,
    /// What it is.
    pub name: String,
    /// Its value; none where nothing is known.
    pub value: Option<Value>,
    /// First day that it speaks of.
    pub from: NaiveDate,
    /// Last day that it speaks of.
    pub to: NaiveDate,
    /// What a footnote says of it.
    pub note: String,
    /// The address, below the service's own, under which it is explained.
    pub source: String,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A figure, by its place in its part.
    Figure(usize),
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A sentence that is put together from figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Whether it is one of a list.
    pub item: bool,
}

/// A table of a part.
#[derive(Clone, Debug)]
pub struct PartTable {
    /// Which.
    pub key: TableKey,
    /// The table.
    pub table: Table,
    /// Columns that are for programs, and not printed.
    pub unprinted: &'static [usize],
}

impl PartTable {
    /// A table of which nothing is known: it has no rows, rather than not being there.
    pub fn empty(key: TableKey) -> Self {
        let table =
            Table { title: Text::new(key.as_str(), key.as_str()), columns: Vec::new(), rows: Vec::new() };
        Self { key, table, unprinted: &[] }
    }
}

/// What the department wrote in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Version of what is written.
    pub version: i64,
    /// In their order.
    pub paragraphs: Vec<String>,
}

/// A part of a report.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which.
    pub key: PartKey,
    /// What the department wrote.
    pub written: Option<Written>,
    /// What is said of records.
    pub sentences: Vec<Sentence>,
    /// The figures in it.
    pub figures: Vec<Figure>,
    /// Its tables.
    pub tables: Vec<PartTable>,
    /// Whether a person is named in it, beside what the department wrote.
    pub names_persons: bool,
}

impl Part {
    /// A part with nothing in it.
    pub fn new(key: PartKey) -> Self {
        let (sentences, figures, tables) = (Vec::new(), Vec::new(), Vec::new());
        Self { key, written: None, sentences, figures, tables, names_persons: false }
    }

    /// Adds a figure. Answers the piece of a sentence that it is.
    pub fn figure(&mut self, figure: Figure) -> Piece {
        self.figures.push(figure);
        Piece::Figure(self.figures.len() - 1)
    }

    /// Adds a sentence.
    pub fn say(&mut self, pieces: Vec<Piece>) {
        self.sentences.push(Sentence { pieces, item: false });
    }

    /// Adds a sentence that is one of a list, without what ends it: a semicolon, and a full stop after the last.
    pub fn list(&mut self, mut pieces: Vec<Piece>) {
        if let Some(before) = self.sentences.last_mut().filter(|before| before.item) {
            before.pieces.pop();
            before.pieces.push(";".into());
        }
        pieces.push(".".into());
        self.sentences.push(Sentence { pieces, item: true });
    }

    /// Adds a table.
    pub fn table(&mut self, key: TableKey, table: Table, unprinted: &'static [usize]) {
        self.tables.push(PartTable { key, table, unprinted });
    }

    /// Whether there is nothing to print.
    pub fn is_empty(&self) -> bool {
        let written = self.written.as_ref().is_some_and(|written| !written.paragraphs.is_empty());
        !written && self.sentences.is_empty() && self.tables.iter().all(|table| table.table.rows.is_empty())
    }

    /// A figure as it is said.
    pub fn said(&self, place: usize) -> String {
        let value = self.figures.get(place).and_then(|figure| figure.value);
        value.map_or_else(|| "chưa có số liệu".to_owned(), Value::said)
    }

    /// A sentence as it is said.
    pub fn text(&self, sentence: &Sentence) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Figure(place) => self.said(*place),
        };
        sentence.pieces.iter().map(piece).collect()
    }

    /// The figures of a sentence, in their order.
    pub fn of(&self, sentence: &Sentence) -> impl Iterator<Item = &Figure> {
        sentence.pieces.iter().filter_map(|piece| match piece {
            Piece::Figure(place) => self.figures.get(*place),
            Piece::Text(_) => None,
        })
    }
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whose.
    pub organization: OrganizationCode,
    /// Its name on the last day.
    pub name: String,
    /// The name of the organization above, if the caller may know it.
    pub above: Option<String>,
    /// Of which days.
    pub stage: Stage,
    /// The parts, in order.
    pub parts: Vec<Part>,
}

impl Report {
    /// Whether a person is named in it, beside what the department wrote.
    pub fn names_persons(&self) -> bool {
        self.parts.iter().any(|part| part.names_persons)
    }

    /// The title of what no department has called otherwise.
    pub fn subject(&self) -> String {
        format!(
            "Kết quả thực hiện công tác dân vận và phong trào thi đua “Dân vận khéo” {}",
            self.stage.said()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_in_vietnamese() {
        for (value, said) in [
            (Value::Count(0), "0"),
            (Value::Count(7), "07"),
            (Value::Count(47), "47"),
            (Value::Count(1_334), "1.334"),
            (Value::Count(1_000_000), "1.000.000"),
            (Value::Count(-12_345), "-12.345"),
            (Value::Percent(Percent(100_000_000)), "100%"),
            (Value::Percent(Percent(89_230_000)), "89,23%"),
            (Value::Percent(Percent(500_000)), "0,5%"),
        ] {
            assert_eq!(value.said(), said);
        }
        assert_eq!(decimal(-10_770_000), "-10,77");
    }

    #[test]
    fn a_name_in_a_sentence_has_no_capital_unless_it_is_an_abbreviation() {
        for (name, said) in
            [("Đơn đã xử lý", "đơn đã xử lý"), ("TTHC trực tuyến", "TTHC trực tuyến"), ("", "")]
        {
            assert_eq!(lower(name), said);
        }
    }

    #[test]
    fn a_sentence_says_its_figures() {
        let mut part = Part::new(PartKey::Situation);
        let day = NaiveDate::MIN;
        let figure = |key: &str, value| Figure {
            key: key.into(),
            name: "Biên chế".into(),
            value,
            from: day,
            to: day,
            note: String::new(),
            source: "/".into(),
        };
        let (a, b) = (part.figure(figure("a", Some(Value::Count(2)))), part.figure(figure("b", None)));
        part.say(vec!["Có ".into(), a, " và ".into(), b, ".".into()]);
        let sentence = part.sentences[0].clone();
        assert_eq!(part.text(&sentence), "Có 02 và chưa có số liệu.");
        assert_eq!(part.of(&sentence).map(|figure| figure.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(!part.is_empty() && Part::new(PartKey::Results).is_empty());
    }
}
