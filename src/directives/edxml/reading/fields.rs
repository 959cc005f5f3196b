//! The values of elements: texts, codes, numbers, days and moments; and what is found wrong or doubtful with them. Pure.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::directives::edxml::agencies;
use crate::directives::edxml::package::DocumentId;
use crate::directives::edxml::refusals::{Finding, Refusal, Refused};
use crate::directives::edxml::steps;
use crate::directives::edxml::tree::Node;
use crate::directives::edxml::warnings::{EdxmlWarning, Warning};
use crate::organizations::OrganizationCode;
use crate::platform::text::{has_invisible, stored};

/// Characters of any text; where other systems have a limit of their own, it is much lower.
const TEXT: usize = 4_000;
/// Findings that are told; a message with so many needs no more.
const MOST: usize = 100;

/// What is found wrong or doubtful with a message.
pub(super) struct Findings {
    refused: Vec<Finding>,
    warned: Vec<Warning>,
    /// The time in Viet Nam.
    pub(super) now: NaiveDateTime,
}

impl Findings {
    pub(super) fn new(now: NaiveDateTime) -> Self {
        Self { refused: Vec::new(), warned: Vec::new(), now }
    }

    pub(super) fn refuse(&mut self, at: impl Into<String>, refusal: Refusal) {
        if self.refused.len() < MOST {
            self.refused.push(Finding { at: at.into(), refusal });
        }
    }

    pub(super) fn warn(&mut self, at: impl Into<String>, warning: EdxmlWarning) {
        let warning = Warning::at(at, warning);
        if self.warned.len() < MOST && !self.warned.contains(&warning) {
            self.warned.push(warning);
        }
    }

    /// What was read, with what to look at; or why it is refused.
    pub(super) fn over<T>(self, read: Option<T>) -> Result<(T, Vec<Warning>), Refused> {
        match read.filter(|_| self.refused.is_empty()) {
            Some(read) => Ok((read, self.warned)),
            None if self.refused.is_empty() => Err(Refused::because("/edXML", Refusal::Missing)),
            None => Err(Refused { findings: self.refused }),
        }
    }

    /// The only child of a name, if there is one.
    pub(super) fn one<'t>(&mut self, node: &Node<'t>, name: &str) -> Option<Node<'t>> {
        let mut all = node.all(name).into_iter();
        let first = all.next();
        if let Some(second) = all.next() {
            self.refuse(second.at, Refusal::Repeated);
        }
        first
    }

    /// The only child of a name, which must be there.
    pub(super) fn needed<'t>(&mut self, node: &Node<'t>, name: &str) -> Option<Node<'t>> {
        let found = self.one(node, name);
        if found.is_none() {
            self.refuse(format!("{}/{name}", node.at), Refusal::Missing);
        }
        found
    }

    /// Warns of children that have none of these names.
    pub(super) fn known(&mut self, node: &Node<'_>, names: &[&str]) {
        steps::count(node.element.children.len());
        for child in node.element.children.iter().filter(|child| !names.contains(&child.name.as_str())) {
            let name: String = child.name.chars().take(100).collect();
            self.warn(format!("{}/{name}", node.at), EdxmlWarning::UnknownElement);
        }
    }

    /// The text of a node as it is stored; none if it is empty. `usual` is the length that other systems expect.
    fn content(&mut self, node: &Node<'_>, usual: usize) -> Option<String> {
        let mut text = stored(&node.element.text);
        if has_invisible(&text) {
            self.warn(&node.at, EdxmlWarning::InvisibleRemoved);
            text.retain(|c| !has_invisible(c.encode_utf8(&mut [0; 4])));
            text = stored(&text);
        }
        let length = text.chars().count();
        if length > TEXT {
            self.refuse(&node.at, Refusal::TextTooLong { most: TEXT });
        } else if length > usual {
            self.warn(&node.at, EdxmlWarning::LongerThanUsual);
        }
        (!text.is_empty()).then_some(text)
    }

    /// The text of a child that may be missing or empty.
    pub(super) fn text(&mut self, node: &Node<'_>, name: &str, usual: usize) -> Option<String> {
        let child = self.one(node, name)?;
        self.content(&child, usual)
    }

    /// The text of a child that must be there, and where it stands.
    pub(super) fn needed_at(
        &mut self,
        node: &Node<'_>,
        name: &str,
        usual: usize,
    ) -> Option<(String, String)> {
        let child = self.one(node, name);
        let text = child.as_ref().and_then(|child| self.content(child, usual));
        if text.is_none() {
            self.refuse(format!("{}/{name}", node.at), Refusal::Missing);
        }
        text.map(|text| (text, format!("{}/{name}", node.at)))
    }

    /// The text of a child that must be there.
    pub(super) fn needed_text(&mut self, node: &Node<'_>, name: &str, usual: usize) -> Option<String> {
        self.needed_at(node, name, usual).map(|(text, _)| text)
    }

    /// The texts of a list that may be missing, but for empty ones.
    pub(super) fn texts(&mut self, node: &Node<'_>, list: &str, name: &str, usual: usize) -> Vec<String> {
        let list = self.one(node, list);
        let all = list.map(|list| list.all(name)).unwrap_or_default();
        all.iter().filter_map(|child| self.content(child, usual)).collect()
    }

    /// The code of an agency.
    pub(super) fn code(&mut self, node: &Node<'_>) -> Option<OrganizationCode> {
        let (text, at) = self.needed_at(node, "OrganId", 35)?;
        self.code_of(&text, &at)
    }

    pub(super) fn code_of(&mut self, text: &str, at: &str) -> Option<OrganizationCode> {
        let Some((code, is_short)) = agencies::read(text) else {
            let code = text.chars().take(100).collect();
            self.refuse(at, Refusal::AgencyCode { code });
            return None;
        };
        if is_short {
            self.warn(at, EdxmlWarning::AgencyCodeShort);
        }
        Some(code)
    }

    /// The codes that are the texts of all children of a name.
    pub(super) fn codes(&mut self, node: &Node<'_>, name: &str) -> Vec<OrganizationCode> {
        let mut codes = Vec::new();
        for child in node.all(name) {
            match self.content(&child, 35) {
                Some(text) => codes.extend(self.code_of(&text, &child.at)),
                None => self.refuse(child.at, Refusal::Missing),
            }
        }
        codes
    }

    /// The id of a document, if there is one.
    pub(super) fn document(&mut self, node: &Node<'_>) -> Option<DocumentId> {
        let text = self.text(node, "DocumentId", 200)?;
        self.document_of(&text, node)
    }

    /// The id of a document, which must be there.
    pub(super) fn needed_document(&mut self, node: &Node<'_>) -> Option<DocumentId> {
        let text = self.needed_text(node, "DocumentId", 200)?;
        self.document_of(&text, node)
    }

    fn document_of(&mut self, text: &str, node: &Node<'_>) -> Option<DocumentId> {
        let document = text.parse().ok();
        if document.is_none() {
            self.refuse(format!("{}/DocumentId", node.at), Refusal::TextTooLong { most: 200 });
        }
        document
    }

    /// A whole number, if the element is there; an empty one is none.
    pub(super) fn number(&mut self, node: &Node<'_>, name: &str) -> Option<u32> {
        let child = self.one(node, name)?;
        let text = stored(&child.element.text);
        let digits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        if number.is_none() {
            self.refuse(child.at, Refusal::NotANumber);
        }
        number
    }

    /// A whole number that stands for one of several things, from 0 on.
    pub(super) fn choice<T: Copy>(
        &mut self,
        node: &Node<'_>,
        name: &str,
        all: &[T],
        allowed: &'static str,
    ) -> Option<T> {
        let child = self.one(node, name)?;
        let text = stored(&child.element.text);
        let single = text.parse::<usize>().ok().filter(|_| text.len() == 1);
        let chosen = single.and_then(|index| all.get(index)).copied();
        if chosen.is_none() {
            self.refuse(child.at, Refusal::NotInSet { allowed });
        }
        chosen
    }

    /// A day, if the element is there and not empty.
    pub(super) fn day(&mut self, node: &Node<'_>, name: &str) -> Option<NaiveDate> {
        let child = self.one(node, name)?;
        let text = stored(&child.element.text);
        if text.is_empty() {
            return None;
        }
        let read = day(&text);
        self.told(&child, read, Refusal::Date)
    }

    /// A moment that must be there.
    pub(super) fn moment(&mut self, node: &Node<'_>) -> Option<NaiveDateTime> {
        let child = self.needed(node, "Timestamp")?;
        let read = moment(&stored(&child.element.text));
        self.told(&child, read, Refusal::Timestamp)
    }

    /// A day or a moment, with a warning where the day comes first.
    fn told<T>(&mut self, node: &Node<'_>, read: Option<(T, bool)>, refusal: Refusal) -> Option<T> {
        let Some((value, day_first)) = read else {
            self.refuse(&node.at, refusal);
            return None;
        };
        if day_first {
            self.warn(&node.at, EdxmlWarning::DayFirst);
        }
        Some(value)
    }
}

/// A day as it is written, and whether the day comes first. Nothing is guessed: of each form only all ten characters.
fn day(text: &str) -> Option<(NaiveDate, bool)> {
    let parts: Vec<&str> = text.split('/').collect();
    let (year, month, day, day_first) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            (year, month, day, false)
        }
        [day, month, year] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            (year, month, day, true)
        }
        _ => return None,
    };
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b'/') {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    // Year 0 is a mistake of those who read a day as a year.
    (year.parse::<i32>().ok()? >= 1000).then_some((date, day_first))
}

/// A moment as it is written, and whether the day comes first.
fn moment(text: &str) -> Option<(NaiveDateTime, bool)> {
    let (date, time) = text.split_once(' ')?;
    let (date, day_first) = day(date)?;
    let is_time = time.len() == 8 && time.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let time = NaiveTime::parse_from_str(time, "%H:%M:%S").ok().filter(|_| is_time)?;
    // A leap second is none of a clock in an office.
    let is_plain = !text.ends_with(":60");
    is_plain.then_some((date.and_time(time), day_first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_two_forms_and_no_other() {
        let ymd = |text: &str| day(text).map(|(day, first)| (day.to_string(), first));
        assert_eq!(ymd("2020/06/20"), Some(("2020-06-20".to_owned(), false)));
        assert_eq!(ymd("20/06/2020"), Some(("2020-06-20".to_owned(), true)));
        assert_eq!(ymd("2020/02/29"), Some(("2020-02-29".to_owned(), false)));
        for bad in [
            "2014/02/30",
            "2021/02/29",
            "2020-06-20",
            "2020/6/20",
            "0020/06/20",
            "20/06/20",
            "2020/06/20 ",
            "",
            "06/20/2020",
            "+020/06/20",
            "2020/13/01",
            "2020/00/10",
            "２０２０/06/20",
        ] {
            assert_eq!(ymd(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_moment_is_a_day_and_a_time_to_the_second() {
        let of = |text: &str| moment(text).map(|(moment, first)| (moment.to_string(), first));
        assert_eq!(of("2020/06/20 08:30:00"), Some(("2020-06-20 08:30:00".to_owned(), false)));
        assert_eq!(of("20/06/2020 23:59:59"), Some(("2020-06-20 23:59:59".to_owned(), true)));
        for bad in [
            "2020/06/20",
            "2020/06/20 8:30:00",
            "2020/06/20 24:00:00",
            "2020/06/20T08:30:00",
            "2020/06/20 08:30:60",
            "",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
