//! The day right behind a document number, which tells its year where the number does not. Pure, with a bounded look ahead.

use chrono::NaiveDate;

use super::prose::Prose;
use super::symbol;

/// Longest gap that is left open for a day or a month, `ngày … tháng … năm 2020`.
const LONGEST_GAP: usize = 24;
/// Longest name of a place before a date in the head of a document, `Đồng Nai, ngày …`.
const LONGEST_PLACE: usize = 40;

/// A day behind a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) year: i32,
    /// The whole day, where it is given and stands in the calendar.
    pub(super) date: Option<NaiveDate>,
    /// `vào ngày …` is the day on which something was done: the document's own only perhaps.
    pub(super) is_doubtful: bool,
    /// Where it ends.
    pub(super) end: usize,
}

/// Reads `ngày 14/2/2015`, `ngày 16 tháng 5 năm 2016` (`ngày` also twice), `(14/2/2015)`, and behind the number in the head
/// of a document also its place and date on the next line.
pub(super) fn behind(prose: &Prose<'_>, number: usize, heads_line: bool) -> Option<Dated> {
    if heads_line && let Some(day) = place_and_day(prose, number) {
        return date(prose, day, false);
    }
    let mut i = prose.past_blanks(number, 4, true);
    let bracketed = prose.at(i)? == '(';
    if bracketed || prose.at(i) == Some(',') {
        i = prose.past_blanks(i + 1, 2, true);
    }
    for verb in ["duoc ", "ban hanh", "ky"] {
        if let Some(end) = prose.word(i, verb.trim_end()) {
            i = prose.past_blanks(end, 2, true);
        }
    }
    let done = prose.word(i, "vao");
    let i = done.map_or(i, |end| prose.past_blanks(end, 2, true));
    match past_day_word(prose, i) {
        Some(i) => date(prose, i, done.is_some()),
        None if bracketed => date(prose, i, false),
        None => None,
    }
}

/// Behind `ngày`, once or twice: a slip of the pen that is often made.
fn past_day_word(prose: &Prose<'_>, from: usize) -> Option<usize> {
    let first = prose.past_blanks(prose.word(from, "ngay")?, 3, true);
    Some(prose.word(first, "ngay").map_or(first, |end| prose.past_blanks(end, 3, true)))
}

/// In the head of a document (NĐ 30/2020 Annex I) place and date stand on the next line or far right on the same.
fn place_and_day(prose: &Prose<'_>, number: usize) -> Option<usize> {
    let place = prose.past_blanks(number, 64, true);
    let apart = place - number >= 3 || (number..place).any(|i| prose.at(i) == Some('\n'));
    if !apart || !prose.at(place)?.is_uppercase() {
        return None;
    }
    let part_of_name = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '.');
    let comma = (place..place + LONGEST_PLACE).find(|i| !prose.at(*i).is_some_and(part_of_name))?;
    if prose.at(comma)? != ',' {
        return None;
    }
    past_day_word(prose, prose.past_blanks(comma + 1, 3, true))
}

/// `14/2/2015`, `14-2-2015`, `14.2.2015`, `14 tháng 2 năm 2015`, `14 tháng 2/2015`; with `tháng`, day and month may be open.
fn date(prose: &Prose<'_>, from: usize, is_doubtful: bool) -> Option<Dated> {
    let (day, i) = one_or_two_digits(prose, from);
    let slash = prose.past_blanks(i, 1, false);
    let (month, i) = if day.is_some() && matches!(prose.at(slash)?, '/' | '-' | '.') {
        let (month, end) = one_or_two_digits(prose, prose.past_blanks(slash + 1, 1, false));
        (Some(month?), end)
    } else {
        let month = past_gap(prose, prose.word(past_gap(prose, i), "thang")?);
        one_or_two_digits(prose, month)
    };
    let gap = past_gap(prose, i);
    let slash = prose.past_blanks(i, 1, false);
    let year = match prose.word(gap, "nam") {
        Some(end) => prose.past_blanks(end, 2, true),
        None if month.is_some() && matches!(prose.at(slash)?, '/' | '-' | '.') => {
            prose.past_blanks(slash + 1, 1, false)
        }
        None => return None,
    };
    let (year, end) = symbol::year(prose, year)?;
    let date = day.zip(month).and_then(|(day, month)| NaiveDate::from_ymd_opt(year, month, day));
    Some(Dated { year, date, is_doubtful, end })
}

/// A number of at most two digits, and where it ends; where there is none, or a longer one, nothing.
fn one_or_two_digits(prose: &Prose<'_>, from: usize) -> (Option<u32>, usize) {
    let digit = |i| prose.at(i).and_then(|c: char| c.to_digit(10));
    match (digit(from), digit(from + 1), digit(from + 2)) {
        (Some(tens), Some(ones), None) => (Some(tens * 10 + ones), from + 2),
        (Some(ones), None, _) => (Some(ones), from + 1),
        _ => (None, from),
    }
}

/// Past blanks and the dots that stand for what is still to be written in.
fn past_gap(prose: &Prose<'_>, from: usize) -> usize {
    let open = |c: char| matches!(c, ' ' | '\n' | '.' | '…' | '_');
    let end = (from..from + LONGEST_GAP).find(|i| !prose.at(*i).is_some_and(open));
    end.unwrap_or(from + LONGEST_GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, heads_line: bool) -> Option<(i32, Option<String>, bool)> {
        let dated = behind(&Prose::of(text), 0, heads_line)?;
        Some((dated.year, dated.date.map(|date| date.to_string()), dated.is_doubtful))
    }

    #[test]
    fn days_are_read_in_every_usual_form() {
        for (text, date) in [
            (" ngày 14/2/2015 của", "2015-02-14"),
            (" ngày ngày 08 tháng 11 năm 2011", "2011-11-08"),
            (" ngày 16 tháng 5\nnăm 2016", "2016-05-16"),
            (", ngày 05-3-2019", "2019-03-05"),
            (" (ngày 5.3.2019)", "2019-03-05"),
            (" (05/3/2019)", "2019-03-05"),
            (" ban hành ngày 5 / 3 / 2019,", "2019-03-05"),
            (" ngay 5 thang 3/2019", "2019-03-05"),
            ("\nngày 5/3/2019", "2019-03-05"),
        ] {
            let year = date[..4].parse().unwrap();
            assert_eq!(read(text, false), Some((year, Some(date.to_owned()), false)), "{text}");
        }
        assert_eq!(read(" vào ngày 03/03/2014", false), Some((2014, Some("2014-03-03".to_owned()), true)));
    }

    #[test]
    fn a_day_that_is_open_or_impossible_tells_the_year() {
        for text in [
            " ngày tháng năm 2020",
            " ngày … tháng 6 năm 2020",
            " ngày ...... tháng .... năm 2020",
            " ngày 31/6/2020",
        ] {
            assert_eq!(read(text, false), Some((2020, None, false)), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_or_not_right_behind_is_none() {
        for text in [
            "",
            " của Bộ Chính trị ngày 5/3/2019",
            "; ngày 5/3/2019",
            " 5/3/2019",
            " năm 2019",
            " ngày 5/3",
            " ngày 5/3/19",
            " ngày 5/3/20190",
            " ngày 2019",
            " ngày",
            " ngày 123/3/2019",
            " ngày / tháng / năm",
            " (2019)",
            "\n\n\n\n\nngày 5/3/2019",
        ] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }

    #[test]
    fn in_the_head_of_a_document_the_place_stands_before() {
        let expected = Some((2020, Some("2020-06-04".to_owned()), false));
        assert_eq!(read("\n\nĐồng Nai, ngày 04 tháng 6 năm 2020", true), expected);
        assert_eq!(read("          TP. Hồ Chí Minh, ngày 04 tháng 6 năm 2020", true), expected);
        assert_eq!(read(" ngày 04/6/2020", true), expected);
        assert_eq!(read("\n\nĐồng Nai, ngày 04 tháng 6 năm 2020", false), None);
        assert_eq!(read(" Căn cứ, ngày 04 tháng 6 năm 2020", true), None);
        assert_eq!(read("\n\nĐồng Nai, ngày tháng năm 2020\n", true), Some((2020, None, false)));
    }
}
