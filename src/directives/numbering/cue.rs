//! The words before a number, which tell what it is the number of. Pure, with a bounded look back.

use super::prose::{Prose, plain};
use super::types::{KINDS, Kind};

/// Words that are looked at: the longest name has four, and two may stand between it and `số`.
const WORDS: usize = 7;
/// Letters of a word; Vietnamese ones have seven at most.
const LETTERS: usize = 12;

/// How a number is led up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing stands before it: it begins the text, its line, a bracket or a quotation.
    #[default]
    First,
    /// Some words.
    Words,
    /// It is called a number (số), or a document (văn bản).
    Number,
    /// The same, and `Số` begins its line, as in the head of a document.
    Head,
    /// It is the number of a form (mẫu, biểu mẫu), which is none of a document.
    Form,
}

/// What stands before a number.
#[derive(Clone, Copy, Default)]
pub(super) struct Cue {
    /// The name that stands right before it, or before `số`: `Quyết định số`, `Quyết định`.
    pub(super) kind: Option<&'static Kind>,
    /// The same, or the name that stands a word or two before `số`: `Báo cáo thẩm định số`.
    pub(super) loosely: Option<&'static Kind>,
    pub(super) lead: Lead,
}

impl Cue {
    /// Whether it is called a number.
    pub(super) fn is_numbered(&self) -> bool {
        matches!(self.lead, Lead::Number | Lead::Head)
    }
}

/// Reads backwards from a number.
pub(super) fn before(prose: &Prose<'_>, number: usize) -> Cue {
    let end = back_past_blanks(prose, number);
    let end = if prose.before(end) == Some(':') { end - 1 } else { end };
    match word(prose, end) {
        Some(so) if is_so(prose, so) => before_so(prose, so),
        _ => {
            let (words, kind) = named(prose, number);
            let lead = match words.as_str() {
                words if is_form(words) => Lead::Form,
                words if ends_with(words, "van ban") => Lead::Number,
                _ if is_first(prose, number) => Lead::First,
                _ => Lead::Words,
            };
            Cue { kind, loosely: kind, lead }
        }
    }
}

/// Reads backwards from `số`.
pub(super) fn before_so(prose: &Prose<'_>, so: usize) -> Cue {
    let (words, kind) = named(prose, so);
    let shorter = |words: &str| words.rsplit_once(' ').map(|(rest, _)| rest.to_owned());
    let once = shorter(&words);
    let twice = once.as_deref().and_then(shorter);
    let loosely = [once, twice].into_iter().flatten().find_map(|words| kind_at_end(&words));
    let lead = if is_form(&words) {
        Lead::Form
    } else if heads_line(prose, so) {
        Lead::Head
    } else {
        Lead::Number
    };
    Cue { kind, loosely: kind.or(loosely), lead }
}

/// The last words before a place, without diacritics and case, and the name that they end with.
fn named(prose: &Prose<'_>, before: usize) -> (String, Option<&'static Kind>) {
    let (mut words, mut end) = (Vec::new(), before);
    while words.len() < WORDS
        && let Some(from) = word(prose, end)
    {
        let last = back_past_blanks(prose, end);
        words.push((from..last).filter_map(|i| prose.at(i)).map(plain).collect::<String>());
        end = from;
    }
    words.reverse();
    let words = words.join(" ");
    let kind = kind_at_end(&words);
    (words, kind)
}

fn kind_at_end(words: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| ends_with(words, kind.plain))
}

fn is_form(words: &str) -> bool {
    ["mau", "mau bieu"].iter().any(|form| ends_with(words, form))
}

fn is_first(prose: &Prose<'_>, from: usize) -> bool {
    let mut i = from;
    while from - i < 4 && prose.before(i) == Some(' ') {
        i -= 1;
    }
    matches!(prose.before(i), None | Some('\n' | '(' | '[' | '"' | '“' | '\'' | '‘' | '`'))
}

/// Whether words end with others.
fn ends_with(words: &str, last: &str) -> bool {
    words.strip_suffix(last).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

/// Where the word begins that ends before here, blanks and line ends between them.
fn word(prose: &Prose<'_>, before: usize) -> Option<usize> {
    let end = back_past_blanks(prose, before);
    let is_letter = |i: usize| prose.before(i).is_some_and(char::is_alphabetic);
    let mut from = end;
    while is_letter(from) {
        from -= 1;
        if end - from > LETTERS {
            return None;
        }
    }
    (from < end).then_some(from)
}

fn back_past_blanks(prose: &Prose<'_>, before: usize) -> usize {
    let mut end = before;
    while before - end < 4 && matches!(prose.before(end), Some(' ' | '\n')) {
        end -= 1;
    }
    end
}

/// Whether the word here is `số`. With its mark, or with none at all: `sở` is a department.
pub(super) fn is_so(prose: &Prose<'_>, from: usize) -> bool {
    let (s, o, end) = (prose.at(from), prose.at(from + 1), prose.at(from + 2));
    let ends = !end.is_some_and(char::is_alphanumeric);
    matches!(s, Some('s' | 'S')) && matches!(o, Some('ố' | 'Ố' | 'o' | 'O')) && ends
}

/// Whether nothing but blanks, or the asterisks of bold type, stands before it on its line.
fn heads_line(prose: &Prose<'_>, from: usize) -> bool {
    let mut i = from;
    while from - i < 8 && matches!(prose.before(i), Some(' ' | '*')) {
        i -= 1;
    }
    matches!(prose.before(i), None | Some('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(text: &str) -> Cue {
        before(&Prose::of(text), text.chars().count())
    }

    fn name(text: &str) -> Option<&'static str> {
        cue(text).kind.map(|kind| kind.name)
    }

    #[test]
    fn the_name_before_a_number_is_found() {
        for (text, expected) in [
            ("Tổng kết thực hiện Chỉ thị số ", "Chỉ thị"),
            ("thực hiện Quyết định ", "Quyết định"),
            ("QUYẾT ĐỊNH số: ", "Quyết định"),
            ("Nghi dinh so ", "Nghị định"),
            ("Thông tư liên tịch số ", "Thông tư liên tịch"),
            ("Pháp lệnh số\n", "Pháp lệnh"),
            ("Bộ luật số ", "Luật"),
            ("NQ TW 6 và Kế hoạch số ", "Kế hoạch"),
        ] {
            assert_eq!(name(text), Some(expected), "{text}");
        }
        for text in ["", "số ", "văn bản số ", "Chỉ thị của Tỉnh ủy, số ", "Chỉ thị (", "Chỉ thị 5 "]
        {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_may_stand_between_a_name_and_so() {
        let loosely = |text| cue(text).loosely.map(|kind| kind.name);
        assert_eq!(loosely("Báo cáo thẩm định số "), Some("Báo cáo"));
        assert_eq!(loosely("Báo cáo của Sở Tư pháp số "), None);
        assert_eq!(loosely("Báo cáo thẩm định "), None);
    }

    #[test]
    fn so_is_told_from_a_department() {
        for (text, lead) in [
            ("văn bản số ", Lead::Number),
            ("văn bản ", Lead::Number),
            ("Số: ", Lead::Head),
            ("\n  **Số: ", Lead::Head),
            ("Sở ", Lead::Words),
            ("tiêu biểu ", Lead::Words),
            ("Mẫu số ", Lead::Form),
            ("theo biểu mẫu ", Lead::Form),
            ("", Lead::First),
            ("Chỉ thị\n", Lead::First),
            ("thực hiện (", Lead::First),
            (": ", Lead::Words),
        ] {
            assert_eq!(cue(text).lead, lead, "{text:?}");
        }
    }
}
