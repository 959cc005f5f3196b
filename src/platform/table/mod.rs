//! Tables of figures: one answer that a program reads as JSON, and a person in a spreadsheet as CSV or XLSX; and in which
//! form an answer is given at all.
//!
//! The same table has the same bytes whenever it is asked for, so that an answer can be compared with what the caller
//! has already.

mod csv;
mod format;
mod xlsx;

use std::borrow::Cow;

use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};
use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::fault::Fault;
use super::reply::Reply;
use super::text::{Text, folded};

pub use format::{CSV, DOCX, Format, Forms, XLSX};

/// Millionths in one percent.
const UNIT: i64 = 1_000_000;
/// Decimals of a percentage whose column does not say how many.
const DECIMALS: u32 = 2;

/// Rows under headings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows; names the file and the sheet.
    #[serde(skip)]
    pub title: Text,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TableColumn)]
pub struct Column {
    /// Its heading, in Vietnamese.
    pub heading: String,
    /// What stands in it.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

/// Columns by heading and kind.
pub fn columns(all: &[(&str, ColumnKind)]) -> Vec<Column> {
    all.iter().map(|(heading, kind)| Column { heading: (*heading).to_owned(), kind: *kind }).collect()
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TableColumnKind)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Number,
    /// Percentages.
    Percent {
        /// With how many decimals they are shown.
        decimals: u32,
    },
    /// Days.
    Day,
}

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A percentage, in millionths of a percent: 94,440,000 is 94.44 %.
    Percent(i64),
    /// A day.
    Day(NaiveDate),
    /// Nothing is known, which is not zero.
    Empty,
}

impl PartialSchema for Cell {
    fn schema() -> RefOr<Schema> {
        let types = [Type::String, Type::Number, Type::Null];
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter(types))
            .description(Some("What stands in one place: a text or a day, a number or a percentage, or nothing that is known."))
            .into()
    }
}

impl ToSchema for Cell {
    fn name() -> Cow<'static, str> {
        "TableCell".into()
    }
}

impl Table {
    /// The table in a form: as rows of JSON, or as a file to be saved.
    ///
    /// An operation that has a JSON of its own answers with [`Format::answer`]. Writing a large table takes its time:
    /// do it where the database is read, not on the thread that answers others.
    pub fn reply(self, format: Format) -> Result<Reply, Fault> {
        let (bytes, media) = match format {
            Format::Json => return Ok(Reply::ok(&self)?.negotiated()),
            Format::Csv => (csv::written(&self)?, "text/csv; charset=utf-8; header=present"),
            Format::Xlsx => (xlsx::written(&self).map_err(Fault::broken)?, XLSX),
            Format::Docx => return Err(Fault::broken("a table is no text document")),
        };
        Ok(Reply::file(bytes, media, disposition(&self.title, format.ending())).negotiated())
    }
}

/// Under which name a file is saved: its title, and the same without diacritics for programs that know no others.
fn disposition(title: &Text, ending: &str) -> String {
    let words = folded(&title.vi);
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut plain = words.collect::<Vec<_>>().join("-");
    if plain.is_empty() {
        "danvan".clone_into(&mut plain);
    }
    let full = format!("{}{ending}", title.vi).into_bytes();
    let full = ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: full };
    let parameters = vec![DispositionParam::Filename(plain + ending), DispositionParam::FilenameExt(full)];
    ContentDisposition { disposition: DispositionType::Attachment, parameters }.to_string()
}

impl ColumnKind {
    /// Percentages with as many decimals as the values have that will stand in the column, and two at least: none is shown
    /// as what it is not.
    pub fn exact_percent(millionths: impl Iterator<Item = i64>) -> Self {
        let needed = |value: i64| {
            (0..6).rev().find(|zeros| value % 10_i64.pow(*zeros) == 0).map_or(6, |zeros| 6 - zeros)
        };
        Self::Percent { decimals: millionths.map(needed).fold(DECIMALS, u32::max) }
    }

    fn decimals(self) -> u32 {
        if let Self::Percent { decimals } = self { decimals.min(6) } else { DECIMALS }
    }
}

impl Cell {
    /// As it is read in its column; nothing where nothing is known.
    fn shown(&self, kind: ColumnKind) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Percent(millionths) => percent(*millionths, kind.decimals()),
            Self::Day(day) => day.to_string(),
            Self::Empty => String::new(),
        }
    }

    /// The text, where it is one.
    fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => to.serialize_str(text),
            Self::Number(number) => to.serialize_i64(*number),
            Self::Percent(millionths) if millionths % UNIT == 0 => to.serialize_i64(millionths / UNIT),
            Self::Percent(millionths) => {
                // The double that is nearest to the decimal is written as the decimal again.
                to.serialize_f64(percent(*millionths, 6).parse().map_err(serde::ser::Error::custom)?)
            }
            Self::Day(day) => day.serialize(to),
            Self::Empty => to.serialize_none(),
        }
    }
}

/// A percentage with so many decimals, halves up.
fn percent(millionths: i64, decimals: u32) -> String {
    let (step, unit) = (10_i128.pow(6 - decimals), 10_i128.pow(decimals));
    let steps = (2 * i128::from(millionths) + step).div_euclid(2 * step);
    let sign = if steps < 0 { "-" } else { "" };
    let (whole, fraction) = (steps.abs() / unit, steps.abs() % unit);
    match usize::try_from(decimals) {
        Ok(width @ 1..) => format!("{sign}{whole}.{fraction:0width$}"),
        _ => format!("{sign}{whole}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with everything that is hard to write.
    pub(super) fn hard() -> Table {
        let column = |heading: &str, kind| Column { heading: heading.into(), kind };
        let day = |y, m, d| Cell::Day(NaiveDate::from_ymd_opt(y, m, d).unwrap());
        let row = |text: &str, number, percent, day| vec![text.into(), number, percent, day];
        Table {
            title: Text::new("On time", "Tỷ lệ đúng hạn: 2020/Q1"),
            columns: vec![
                column("Đơn vị", ColumnKind::Text),
                column("Tiếp nhận", ColumnKind::Number),
                column("Tỷ lệ (%)", ColumnKind::Percent { decimals: 2 }),
                column("Ngày", ColumnKind::Day),
            ],
            rows: vec![
                row(
                    "Sở Khoa học, Công nghệ",
                    Cell::Number(1224),
                    Cell::Percent(94_444_444),
                    day(2020, 2, 29),
                ),
                row("Phường \"Trảng Dài\"", Cell::Number(0), Cell::Percent(0), day(1900, 1, 1)),
                row("hai\ndòng <&>", Cell::Empty, Cell::Empty, Cell::Empty),
                row("=1+1", Cell::Number(-5), Cell::Percent(-1_250_000), day(1899, 12, 31)),
                row(
                    "1.001612",
                    Cell::Number(9_007_199_254_740_993),
                    Cell::Percent(100 * UNIT),
                    day(2099, 12, 31),
                ),
            ],
        }
    }

    #[test]
    fn percentages_are_rounded_halves_up() {
        for (millionths, decimals, shown) in [
            (94_444_444, 2, "94.44"),
            (94_445_000, 2, "94.45"),
            (99_999_999, 2, "100.00"),
            (99_999_999, 6, "99.999999"),
            (500_000, 0, "1"),
            (-1_250_000, 1, "-1.2"),
            (-4_000, 2, "0.00"),
            (i64::MAX, 0, "9223372036855"),
        ] {
            assert_eq!(percent(millionths, decimals), shown);
        }
    }

    #[test]
    fn as_json_nothing_is_rounded_and_nothing_is_null() {
        let json = serde_json::to_value(hard()).unwrap();
        assert_eq!(
            json["columns"][2],
            serde_json::json!({"heading": "Tỷ lệ (%)", "kind": "percent", "decimals": 2})
        );
        assert_eq!(json["rows"][0][2], 94.444_444);
        assert_eq!(json["rows"][1][2], 0);
        assert_eq!(json["rows"][2], serde_json::json!(["hai\ndòng <&>", null, null, null]));
        assert_eq!(json["rows"][0][3], "2020-02-29");
    }

    #[test]
    fn a_file_is_named_by_its_title() {
        assert_eq!(
            disposition(&hard().title, ".csv"),
            "attachment; filename=\"ty-le-dung-han-2020-q1.csv\"; \
             filename*=UTF-8''T%E1%BB%B7%20l%E1%BB%87%20%C4%91%C3%BAng%20h%E1%BA%A1n%3A%202020%2FQ1.csv"
        );
        let nothing = Text::new("", "…");
        assert!(disposition(&nothing, ".xlsx").starts_with("attachment; filename=\"danvan.xlsx\";"));
    }
}
