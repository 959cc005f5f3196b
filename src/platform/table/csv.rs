//! A table as CSV (RFC 4180): UTF-8 with a byte order mark, by which Excel knows that it is no code page.

use super::{Cell, Table};
use crate::platform::fault::Fault;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a spreadsheet program takes for the beginning of a formula; in East Asian locales the wide forms too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

pub(super) fn written(table: &Table) -> Result<Vec<u8>, Fault> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let headings = table.columns.iter().map(|column| safe(&column.heading));
    writer.write_record(headings).map_err(Fault::broken)?;
    for row in &table.rows {
        let cells = row.iter().zip(&table.columns).map(|(cell, column)| match cell {
            Cell::Text(text) => safe(text),
            other => other.shown(column.kind),
        });
        writer.write_record(cells).map_err(Fault::broken)?;
    }
    writer.into_inner().map_err(|error| Fault::broken(error.to_string()))
}

/// A text that no spreadsheet program calculates.
fn safe(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::hard;
    use super::*;

    #[test]
    fn a_table_is_written_as_spreadsheet_programs_read_it() {
        let bytes = written(&hard()).unwrap();
        let expected = "\u{feff}Đơn vị,Tiếp nhận,Tỷ lệ (%),Ngày\r\n\
            \"Sở Khoa học, Công nghệ\",1224,94.44,2020-02-29\r\n\
            \"Phường \"\"Trảng Dài\"\"\",0,0.00,1900-01-01\r\n\
            \"hai\ndòng <&>\",,,\r\n\
            '=1+1,-5,-1.25,1899-12-31\r\n\
            1.001612,9007199254740993,100.00,2099-12-31\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1", "+84", "-1", "@a", "\ta", "\ra", "\na", "＝1+1", "＋84", "－1", "＠a"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        assert_eq!(safe("Sở = 1"), "Sở = 1");
    }

    #[test]
    fn a_table_of_no_rows_has_its_headings() {
        let bytes = written(&Table { rows: vec![], ..hard() }).unwrap();
        assert_eq!(bytes, "\u{feff}Đơn vị,Tiếp nhận,Tỷ lệ (%),Ngày\r\n".as_bytes());
    }
}
