//! A table as XLSX: numbers that are numbers, days that are days, percentages that can be calculated with.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::{Cell, ColumnKind, Table};

/// A spreadsheet program keeps fifteen digits of a number; a longer one is written as text.
const LARGEST: u64 = 999_999_999_999_999;
/// Millionths of a percent in the whole.
const WHOLE: f64 = 100_000_000.0;
/// Widths of a column, in characters. A longer heading is broken into lines.
const NARROWEST: usize = 10;
const WIDEST: usize = 60;
/// Heights of a line and of the highest row, in points.
const LINE: u32 = 15;
const HIGHEST: u32 = 405;
/// A4, as spreadsheet programs number it.
const A4: u8 = 9;
/// Beside the text: the button of the filter.
const BUTTON: usize = 3;

pub(super) fn written(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Not the time of writing: the same table has the same bytes.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(&table.title.vi).set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&table.title.vi))?;
    fill(sheet, table)?;
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let last_row = index(table.rows.len())?;
    let mut lines = vec![1; table.rows.len() + 1];
    for (column, at) in table.columns.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, &column.heading, &heading)?;
        let cells = || table.rows.iter().map(|row| row.get(usize::from(at)).unwrap_or(&Cell::Empty));
        let shown = cells().map(|cell| width(&cell.shown(column.kind))).max().unwrap_or(0);
        let wide = (width(&column.heading) + BUTTON).max(shown + 1).clamp(NARROWEST, WIDEST);
        sheet.set_column_width(at, u32::try_from(wide).unwrap_or(u32::MAX))?;
        let texts = std::iter::once(column.heading.as_str()).chain(cells().map(Cell::text));
        for (text, lines) in texts.zip(&mut lines) {
            *lines = broken(text, wide).max(*lines);
        }
        let format = format(column.kind);
        for (cell, row) in cells().zip(1_u32..) {
            write(sheet, (row, at), cell, column.kind, &format)?;
        }
        if column.kind == ColumnKind::Text && last_row > 0 {
            // The code of a procedure, 1.001612, is no number that somebody forgot to convert.
            sheet.ignore_error_range(1, at, last_row, at, IgnoreError::NumberStoredAsText)?;
        }
    }
    for (lines, row) in lines.into_iter().zip(0_u32..).filter(|(lines, _)| *lines > 1) {
        // Not every program finds the height of broken lines by itself.
        sheet.set_row_height(
            row,
            u32::try_from(lines).unwrap_or(u32::MAX).saturating_mul(LINE).min(HIGHEST),
        )?;
    }
    sheet.set_freeze_panes(1, 0)?;
    // Printed, all columns stand on one page of A4, and the headings on every page.
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    if let Ok(last @ 0..) = u16::try_from(table.columns.len()).map(|columns| i32::from(columns) - 1) {
        sheet.autofilter(0, 0, last_row, u16::try_from(last).unwrap_or(0))?;
    }
    Ok(())
}

fn index(count: usize) -> Result<u32, XlsxError> {
    u32::try_from(count).map_err(|_| XlsxError::RowColumnLimitError)
}

/// How many characters the longest line has.
fn width(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

/// Into how many lines a text is broken in a column so wide.
fn broken(text: &str, wide: usize) -> usize {
    text.lines().map(|line| line.chars().count().div_ceil(wide).max(1)).sum()
}

fn format(kind: ColumnKind) -> Format {
    let format = Format::new().set_align(FormatAlign::Top);
    match kind {
        ColumnKind::Text => format.set_text_wrap(),
        ColumnKind::Number => format,
        ColumnKind::Percent { .. } => format.set_num_format(percent_format(kind)),
        ColumnKind::Day => format.set_num_format("dd/mm/yyyy"),
    }
}

/// `0.00%`, with as many decimals as the column has.
fn percent_format(kind: ColumnKind) -> String {
    match usize::try_from(kind.decimals()) {
        Ok(decimals @ 1..) => format!("0.{}%", "0".repeat(decimals)),
        _ => "0%".to_owned(),
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    kind: ColumnKind,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        #[expect(clippy::cast_precision_loss, reason = "at most fifteen digits: exact")]
        Cell::Number(number) if number.unsigned_abs() <= LARGEST => {
            sheet.write_number_with_format(row, column, *number as f64, format)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what a spreadsheet has")]
        Cell::Percent(millionths) => {
            let own = (!matches!(kind, ColumnKind::Percent { .. }))
                .then(|| format.clone().set_num_format(percent_format(kind)));
            let format = own.as_ref().unwrap_or(format);
            sheet.write_number_with_format(row, column, *millionths as f64 / WHOLE, format)?;
        }
        Cell::Day(day) => match serial(*day) {
            Some(day) => {
                sheet.write_datetime_with_format(row, column, &day, format)?;
            }
            None => {
                sheet.write_string_with_format(row, column, cell.shown(kind), format)?;
            }
        },
        Cell::Text(_) | Cell::Number(_) => {
            sheet.write_string_with_format(row, column, cell.shown(kind), format)?;
        }
    }
    Ok(())
}

/// A day as spreadsheet programs know it: none before March 1900, since when all of them count alike.
fn serial(day: NaiveDate) -> Option<ExcelDateTime> {
    let (year, month, of_month) = (u16::try_from(day.year()).ok()?, day.month(), day.day());
    if (year, month) < (1900, 3) {
        return None;
    }
    ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(of_month).ok()?).ok()
}

/// The name of the sheet: the title without what may not stand there, and not longer than is taken.
fn sheet_name(title: &str) -> String {
    let allowed = |c: char| !c.is_control() && !['[', ']', ':', '*', '?', '/', '\\', '\''].contains(&c);
    let plain: String = title.chars().map(|c| if allowed(c) { c } else { ' ' }).collect();
    let mut name = String::new();
    for word in plain.split_whitespace() {
        let glue = if name.is_empty() { "" } else { " " };
        if (name.encode_utf16().count() + glue.len() + word.encode_utf16().count()) > 31 {
            break;
        }
        name = name + glue + word;
    }
    // "History" is kept by Excel for itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") { "Bảng".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::super::tests::hard;
    use super::*;

    fn read(bytes: Vec<u8>) -> (Vec<String>, Vec<Vec<Data>>) {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let rows = book.worksheet_range_at(0).unwrap().unwrap().rows().map(<[Data]>::to_vec).collect();
        (book.sheet_names(), rows)
    }

    /// What a cell must be for a program that knows nothing of ours; a day as its number since 1899-12-30.
    fn expected(cell: &Cell) -> Data {
        match cell {
            Cell::Text(text) => Data::String(text.clone()),
            Cell::Number(number @ -999..=9999) => Data::Float(f64::from(i32::try_from(*number).unwrap())),
            Cell::Number(number) => Data::String(number.to_string()),
            Cell::Percent(millionths) => Data::Float(format!("{millionths}e-8").parse().unwrap()),
            Cell::Day(day) if day.year() > 1900 => {
                let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
                Data::Float(f64::from(i32::try_from((*day - epoch).num_days()).unwrap()))
            }
            Cell::Day(day) => Data::String(day.to_string()),
            Cell::Empty => Data::Empty,
        }
    }

    #[test]
    fn another_program_reads_cell_by_cell_what_was_written() {
        let table = hard();
        let (sheets, rows) = read(written(&table).unwrap());
        assert_eq!(sheets, ["Tỷ lệ đúng hạn 2020 Q1"]);
        let headings: Vec<Data> = table.columns.iter().map(|c| Data::String(c.heading.clone())).collect();
        assert_eq!(rows[0], headings);
        assert_eq!(rows.len(), table.rows.len() + 1);
        for (row, cells) in rows[1..].iter().zip(&table.rows) {
            for (read, cell) in row.iter().zip(cells) {
                let plain = match read {
                    Data::DateTime(day) => {
                        assert!(matches!(cell, Cell::Day(_)), "{cell:?} is no day");
                        Data::Float(day.as_f64())
                    }
                    other => other.clone(),
                };
                assert_eq!(plain, expected(cell), "{cell:?}");
            }
        }
        assert!(matches!(rows[1][3], Data::DateTime(_)), "{:?}", rows[1][3]);
    }

    #[test]
    fn the_same_table_has_the_same_bytes() {
        let first = written(&hard()).unwrap();
        for _ in 0..5 {
            assert_eq!(written(&hard()).unwrap(), first);
        }
    }

    #[test]
    fn a_table_of_nothing_can_be_written() {
        let (_, rows) = read(written(&Table { rows: vec![], ..hard() }).unwrap());
        assert_eq!(rows.len(), 1);
        assert_eq!(read(written(&Table { rows: vec![], columns: vec![], ..hard() }).unwrap()).1.len(), 0);
    }

    #[test]
    fn a_sheet_has_a_name_that_is_taken() {
        let long = "Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn";
        for (title, name) in [
            ("a[b]:c*d?e/f\\g'", "a b c d e f g"),
            (long, "Tỷ lệ hồ sơ thủ tục hành chính"),
            ("History", "Bảng"),
            ("''", "Bảng"),
        ] {
            assert_eq!(sheet_name(title), name);
            rust_xlsxwriter::utility::check_sheet_name(name).unwrap();
        }
    }
}
