//! How wide texts are in the tables of a document, in twentieths of a point. Pure.
//!
//! A measure of Times New Roman that is good enough to share out a line: no font is read. Widths of letters are those of the font's own
//! table, in thousandths of its size, rounded up to groups; diacritics above and below a letter make it no wider.

/// Size of the letters of a table.
const SIZE: u32 = 240;
/// What a cell leaves free on both sides, and its line.
pub const MARGINS: u32 = 190;

/// The width of a text in one line.
pub fn width(text: &str) -> u32 {
    // What the groups leave out, and a spare tenth of a letter.
    text.chars().map(letter).sum::<u32>() * SIZE / 1_000 + SIZE / 10
}

/// The width of a text in bold letters, of which the widest are an eighth wider.
pub fn bold(text: &str) -> u32 {
    width(text) * 9 / 8
}

/// The width of the longest piece of a text that is not broken: lines break at blanks and after hyphens.
pub fn longest(text: &str, of: impl Fn(&str) -> u32) -> u32 {
    let words = text.split([' ', '\n']).flat_map(|word| word.split_inclusive('-'));
    words.map(of).max().unwrap_or(0)
}

fn letter(c: char) -> u32 {
    match c {
        'i' | 'ì' | 'í' | 'ỉ' | 'ĩ' | 'ị' | 'l' | 'j' | 't' | ' ' | '.' | ',' | ';' | ':' | '/' | '|'
        | '!' | '\'' => 280,
        'r' | 'f' | 'I' | 'Ì' | 'Í' | 'Ỉ' | 'Ĩ' | 'Ị' | '-' | '(' | ')' | '[' | ']' => 340,
        's' | 'J' | '“' | '”' | '"' => 450,
        'm' | 'M' | 'W' | 'w' | '%' | '…' | '—' => 900,
        'ơ' | 'ờ' | 'ớ' | 'ở' | 'ỡ' | 'ợ' | 'ư' | 'ừ' | 'ứ' | 'ử' | 'ữ' | 'ự' => 570,
        c if c.is_uppercase() => 720,
        _ => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_its_letters() {
        // Ten digits of 500 thousandths of 240, and a tenth of 240.
        assert_eq!(width("1234567890"), 10 * 120 + 24);
        // Đ, ơ and n of 720, 570 and 500; in bold an eighth more.
        assert_eq!((width("Đơn"), bold("Đơn")), (429 + 24, (429 + 24) * 9 / 8));
        assert_eq!(width(""), 24);
    }

    #[test]
    fn lines_break_at_blanks_and_after_hyphens() {
        assert_eq!(longest("25/2015/QĐ-UBND ngày\n25", width), width("25/2015/QĐ-"));
        assert_eq!(longest("", width), 0);
    }
}
