//! What is counted on a day, and what must add up. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::fault::Wrong;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;

/// Cán bộ, công chức of the organization itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StaffTally)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// All of them.
    #[schema(minimum = 0, maximum = 1_000_000, example = 182)]
    pub all: i32,
    /// Those who meet the standards of the title they hold (đạt tiêu chuẩn chức danh).
    #[schema(minimum = 0, maximum = 1_000_000, example = 182)]
    pub meeting_standards: i32,
    /// Those who use a mailbox of the province (hộp thư điện tử của tỉnh).
    #[schema(minimum = 0, maximum = 1_000_000, example = 182)]
    pub on_mailbox: i32,
}

/// Phòng, đơn vị of the organization that settle or follow up procedures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DivisionTally)]
#[serde(deny_unknown_fields)]
pub struct Divisions {
    /// All of them.
    #[schema(minimum = 0, maximum = 1_000_000, example = 7)]
    pub with_procedures: i32,
    /// Those inspected at least once since the first day of the calendar year, each once.
    #[schema(minimum = 0, maximum = 1_000_000, example = 7)]
    pub inspected: i32,
}

/// A day's counts. A part that is not counted on the day stays as it was counted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Staff.
    pub staff: Option<Staff>,
    /// Divisions.
    pub divisions: Option<Divisions>,
}

/// A tally as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Whose.
    pub organization: OrganizationId,
    /// By which code the organization was known when it was first stated.
    pub code: OrganizationCode,
    /// The day that it speaks of.
    pub day: NaiveDate,
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is counted.
    pub tally: Tally,
}

impl Kept {
    /// Under what explanations list it.
    pub fn key(&self) -> String {
        format!("{} {}", self.code, self.day)
    }
}

impl Tally {
    /// What does not add up: a part greater than the whole, nothing counted, a day that has not come.
    pub fn wrongs(&self, day: NaiveDate, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        if day > today {
            wrongs.push(Wrong::parameter("date", wrong::FUTURE));
        } else if !is_likely(day) {
            wrongs.push(Wrong::parameter("date", wrong::RANGE));
        }
        if self.staff.is_none() && self.divisions.is_none() {
            wrongs.push(Wrong::body("/staff", wrong::REQUIRED));
        }
        let staff = self.staff.map(|staff| {
            [
                ("/staff/meeting_standards", staff.meeting_standards, staff.all),
                ("/staff/on_mailbox", staff.on_mailbox, staff.all),
            ]
        });
        let divisions = self
            .divisions
            .map(|divisions| [("/divisions/inspected", divisions.inspected, divisions.with_procedures)]);
        let parts = staff.into_iter().flatten().chain(divisions.into_iter().flatten());
        let greater = parts.filter(|(_, part, whole)| part > whole);
        wrongs.extend(greater.map(|(place, ..)| Wrong::body(place, wrong::SUM)));
        wrongs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_is_greater_than_the_whole() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let staff = Some(Staff { all: 10, meeting_standards: 11, on_mailbox: 10 });
        let divisions = Some(Divisions { with_procedures: 0, inspected: 1 });
        let wrongs = Tally { staff, divisions }.wrongs(day("2020-06-30"), day("2020-06-30"));
        let expected = ["/staff/meeting_standards", "/divisions/inspected"];
        assert_eq!(wrongs, expected.map(|place| Wrong::body(place, "wrong-sum")));
        let nothing = Tally { staff: None, divisions: None };
        assert_eq!(
            nothing.wrongs(day("2020-07-01"), day("2020-06-30")),
            [Wrong::parameter("date", "in-the-future"), Wrong::body("/staff", "required")]
        );
    }
}
