//! A text as the scanner reads it: normalised, and every character knowing where it stood. Pure.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Marks that are composed with one letter; further ones are left out, as in the Stream-Safe Text Format (UAX #15 §13).
const MOST_MARKS: usize = 30;

/// A character, and the byte of the text at which what it was made of begins.
#[derive(Clone, Copy)]
struct Glyph {
    c: char,
    at: u32,
}

/// A text in NFC, with one sort of dash, slash, blank and newline, with `Ð` (U+00D0) as `Đ`, without what nobody sees.
///
/// Texts from web pages and word processors have all of these: the slash and the dash carry the meaning of a number, and
/// `Ð` is what older keyboards typed for `Đ`. Of a text beyond 4 GiB the rest is not read.
pub(super) struct Prose<'a> {
    text: &'a str,
    glyphs: Vec<Glyph>,
    /// How often a character was looked at, for the tests that hold the scanner to linear time.
    #[cfg(test)]
    pub(super) steps: std::cell::Cell<usize>,
}

impl<'a> Prose<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut glyphs = Vec::with_capacity(text.len());
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let Ok(at) = u32::try_from(at) else { break };
            let mut push = |c| glyphs.extend(usual(c).map(|c| Glyph { c, at }));
            let mut letter = String::new();
            let mut marks = 0;
            while let Some((_, mark)) = chars.next_if(|(_, next)| is_mark(*next)) {
                if letter.is_empty() {
                    letter.push(c);
                }
                if marks < MOST_MARKS {
                    letter.push(mark);
                }
                marks += 1;
            }
            if letter.is_empty() { push(c) } else { letter.nfc().for_each(push) }
        }
        Self {
            text,
            glyphs,
            #[cfg(test)]
            steps: std::cell::Cell::new(0),
        }
    }

    /// A character; none behind the end.
    pub(super) fn at(&self, i: usize) -> Option<char> {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        self.glyphs.get(i).map(|glyph| glyph.c)
    }

    /// The character before.
    pub(super) fn before(&self, i: usize) -> Option<char> {
        self.at(i.checked_sub(1)?)
    }

    /// Whether a small word without diacritics stands here, whatever its case and marks, and ends here. Where it ends.
    pub(super) fn word(&self, from: usize, word: &str) -> Option<usize> {
        let mut i = from;
        for expected in word.chars() {
            if plain(self.at(i)?) != expected {
                return None;
            }
            i += 1;
        }
        (!self.at(i).is_some_and(char::is_alphanumeric)).then_some(i)
    }

    /// Where some blanks end, of which there are at most so many; newlines count as blanks if they may stand there.
    pub(super) fn past_blanks(&self, from: usize, most: usize, newlines: bool) -> usize {
        let is_blank = |c| c == ' ' || newlines && c == '\n';
        let end = (from..from + most).find(|i| !self.at(*i).is_some_and(is_blank));
        end.unwrap_or(from + most)
    }

    /// Some characters as they read after normalising.
    pub(super) fn read(&self, from: usize, to: usize) -> String {
        (from..to).filter_map(|i| self.at(i)).collect()
    }

    /// The bytes of the text that some characters were made of.
    pub(super) fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        let start = |glyph: &Glyph| usize::try_from(glyph.at).unwrap_or(usize::MAX);
        let first = self.glyphs.get(from).map_or(self.text.len(), start);
        let last = to.checked_sub(1).and_then(|last| self.glyphs.get(last)).map_or(first, start);
        let rest = self.text.get(last..).unwrap_or_default();
        let letter = rest.chars().next().map_or(0, char::len_utf8);
        let marks = rest.chars().skip(1).take_while(|c| is_mark(*c)).map(char::len_utf8);
        (first, last + letter + marks.sum::<usize>())
    }
}

/// Whether a character belongs to the letter before it. None before U+0300 does, so most are not looked up.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && is_combining_mark(c)
}

/// A character in its usual form; none for one that nobody sees.
fn usual(c: char) -> Option<char> {
    Some(match c {
        ' '..='~' => c,
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => return None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
        '\u{2044}' | '\u{2215}' | '\u{FF0F}' => '/',
        '\u{D0}' | '\u{189}' => 'Đ',
        '\u{F0}' => 'đ',
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

/// The letter without diacritics and case, `đ` as `d`: cue words are found however they were typed.
pub(super) fn plain(c: char) -> char {
    let mut letter = None;
    decompose_canonical(c, |part| letter = letter.or(Some(part)));
    match letter.unwrap_or(c) {
        'Đ' | 'đ' => 'd',
        letter => letter.to_lowercase().next().unwrap_or(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Prose::of(text).read(0, text.len())
    }

    #[test]
    fn what_looks_alike_reads_alike() {
        assert_eq!(read("20/2020/Q\u{D0}\u{2011}TTg"), "20/2020/QĐ-TTg");
        assert_eq!(read("34\u{A0}– KH\u{2044}TU"), "34 - KH/TU");
        assert_eq!(read("nga\u{300}y\u{200B} 5\r\n"), "ngày 5\n\n");
        assert_eq!(read("e\u{323}\u{302}"), "ệ");
        assert_eq!(read("\u{301}a"), "\u{301}a");
    }

    #[test]
    fn a_character_knows_the_bytes_it_was_made_of() {
        let text = "nga\u{300}\u{200B}y Đ";
        let prose = Prose::of(text);
        let of = |from, to| {
            let (from, to) = prose.bytes(from, to);
            &text[from..to]
        };
        assert_eq!(of(2, 3), "a\u{300}");
        assert_eq!(of(0, 4), "nga\u{300}\u{200B}y");
        assert_eq!(of(5, 6), "Đ");
        assert_eq!(of(6, 6), "");
        assert_eq!(Prose::of("").bytes(3, 9), (0, 0));
    }

    #[test]
    fn a_heap_of_marks_is_one_letter() {
        let heap = format!("a{}b", "\u{301}".repeat(10_000));
        assert!(read(&heap).chars().count() <= MOST_MARKS + 2);
        assert!(read(&heap).ends_with('b'));
    }

    #[test]
    fn words_are_found_whatever_their_marks() {
        let prose = Prose::of("NGÀY ngay ngáy ngàyx");
        assert_eq!(prose.word(0, "ngay"), Some(4));
        assert_eq!(prose.word(5, "ngay"), Some(9));
        assert_eq!(prose.word(10, "ngay"), Some(14));
        assert_eq!(prose.word(15, "ngay"), None);
        assert_eq!(plain('Đ'), 'd');
    }
}
